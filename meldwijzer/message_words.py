"""The words of a message as names are compared with them, and what stands around a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from simplemma import is_known

_LONGEST_TEXT = 4000  # characters; the channels accept 2,000


def vocabulary(text: str) -> frozenset[str]:
    """A set of words as they are compared, written with blanks between them."""
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+(?:['’‘`ʼ.&][^\W_]+)*")
_BREAK = re.compile(r"[.?!;\n]")
_PAUSE = re.compile(r"[,:()\[\]/–—]| - ")
_APOSTROPHES = re.compile(r"['’‘`ʼ.]")
_ABBREVIATIONS = frozenset({"st", "gem", "prov", "mw", "dhr", "mevr", "dr", "fam", "nr", "gld", "limb"})
_TITLES = vocabulary("mevrouw mevr mw meneer mijnheer dhr heer familie fam juf meester dokter dr collega")
_SURNAME = frozenset({"van", "de", "den", "der", "het", "ter", "ten"})
#: "Veilig Thuis" is typed in haste more than any name; spelt right it can be recognised. No repetition without a bound
#: of what can be read in two ways (e-ie, ei-e): a word of a hundred letters of that kept the server busy for ever.
_TYPING_ERRORS = (
    (re.compile(r"v(?:ei|ie|ij|e){1,3}l+i?[gc]?h?|vei?gi?li?g"), "veilig"),
    (re.compile(r"t?h?ui?s|thius|thui|thuus|huis"), "thuis"),
    (re.compile(r"v(?:ei|ie|ij)l+i?gh?e?t?h?(?:uis|ius)"), "veiligthuis"),
)


@dataclass(frozen=True)
class Word:
    """A word of a message: as compared, as looked up in a dictionary, and how it was written."""

    text: str
    plain: str
    capital: bool
    capitals: bool
    first: bool  # of a sentence
    pause: bool = False  # a comma, bracket or the like stands before it

    @cached_property
    def key(self) -> str:
        """The word as it stands in the index; y and ij are one letter, as in IJmuiden and Ymuiden."""
        return self.text.replace("ij", "y")

    @cached_property
    def known(self) -> bool:
        """Whether it is a Dutch word, so neither a misspelt name nor a name at all."""
        return len(self.text) < 3 or self.text.isdigit() or is_known(self.plain, lang="nl")

    @cached_property
    def compound(self) -> bool:
        """Whether a word that no dictionary has is made of two that it has: "deskundigheidsbevordering"."""
        word = self.plain
        return any(
            is_known(word[cut:], lang="nl")
            and (is_known(word[:cut], lang="nl") or is_known(word[: cut - 1], lang="nl"))
            for cut in range(4, len(word) - 2)
        )


class Message:
    """The words of a message, and what stands around each."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Take the words that `split` gives."""
        self.words = words

    @cached_property
    def text(self) -> str:
        """The words in a row, as compared."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def capitals_tell(self) -> bool:
        """Whether capitals mean something: not where all words have one."""
        return any(word.text.isalpha() and not word.capital for word in self.words)

    def before(self, index: int, distance: int = 1) -> str:
        """The word before one, within its sentence; "" when there is none."""
        earlier = index - distance
        if earlier < 0 or any(word.first for word in self.words[earlier + 1 : index + 1]):
            return ""
        return self.words[earlier].text

    def after(self, index: int) -> str:
        """The word at an index, when it belongs to the sentence of the one before it; "" when it does not."""
        return "" if self.ends(index) else self.words[index].text

    def ends(self, index: int) -> bool:
        """Whether a sentence ends before this word."""
        return index >= len(self.words) or self.words[index].first

    def pauses(self, index: int) -> bool:
        """Whether a sentence, or a part of one that a comma ends, ends before this word."""
        return self.ends(index) or self.words[index].pause

    def capital(self, end: int) -> bool:
        """Whether the word before `end` has a capital that means something ("in de Wijk": the last counts)."""
        return self.capitals_tell and self.words[end - 1].capital

    def surname(self, start: int) -> bool:
        """Whether a name there belongs to a person: "mevrouw Van Houten"."""
        distance = 1
        while self.before(start, distance) in _SURNAME:
            distance += 1
        written = self.words[start - distance + 1] if distance > 1 else None
        if written and written.capital and not written.first and self.capital(start + 1):
            return True  # "vader Van Leeuwen"
        first_names = (0, 1) if distance > 1 else (0,)
        return any(self.before(start, distance + more) in _TITLES for more in first_names)


def split(text: str) -> list[Word]:
    """Split a text as the column `zoeknaam` was made: no accents, apostrophes or dots; hyphens are blanks.

    Args:
        text: what was typed; of a very long one only the beginning counts.
    """
    text = text[:_LONGEST_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    words: list[Word] = []
    end, first = 0, True
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        # A dot after an abbreviation ends no sentence: "St. Anthonis", "Bergen N.H. en".
        abbreviated = (
            between.startswith(".") and words and (len(words[-1].text) < 3 or words[-1].text in _ABBREVIATIONS)
        )
        first = first or bool(_BREAK.search(between[1:] if abbreviated else between))
        pause = bool(_PAUSE.search(between))
        pieces = match.group().split(".")
        if all(len(piece) < 3 and not piece.isdigit() for piece in pieces):
            pieces = [match.group()]  # "N.H.", but not "artikel 7.3.11"
        for piece in pieces:
            words.append(_word(piece, first, pause, words[-1].text if words else ""))
            first = True
        end, first = match.end(), False
    return words


def _word(piece: str, first: bool, pause: bool, before: str) -> Word:
    plain = piece.lower().removesuffix("'s").removesuffix("’s") or piece.lower()
    bare = _APOSTROPHES.sub("", plain)
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if bare == "st":
        bare = "sint"
    veilig, thuis, both = _TYPING_ERRORS
    if bare[0] == "v" and len(bare) > 4:
        bare = next((right for wrong, right in (veilig, both) if wrong.fullmatch(bare)), bare)
    elif before == "veilig" and thuis[0].fullmatch(bare):
        bare = thuis[1]
    return Word(bare, plain, piece[0].isupper(), piece.isupper() and len(piece) > 1, first, pause)


def joined(words: Iterable[Word]) -> str:
    """The words without blanks, as they stand in the index."""
    return "".join(word.key for word in words)


def key_of(name: str) -> str:
    """The same of a text."""
    return joined(split(name))
