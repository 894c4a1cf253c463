"""Which Veilig Thuis belongs to the place that a person names.

Pure look-up in the files of data/regions (their README.md tells where the facts come from). Nothing of what
is typed is kept: every key, label and name that comes out is a value from those files.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA
from simplemma import is_known

from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "regions"
#: What is recorded for a place that is not in the data.
UNKNOWN = "onbekend"

_LONGEST_NAME = 7  # words; "Veilig Thuis Noord- en Midden-Limburg" has six
_LONGEST_TEXT = 4000  # characters; the channels accept 2,000
_YEARS = range(1950, 2050)

_VEILIG_THUIS = frozenset({"thuis", "veiligthuis", "vt", "amhk"})
#: Words that announce a name, and the sort of place that they announce.
_SORTS = {
    "gemeente": "gemeente",
    "gem": "gemeente",
    "provincie": "provincie",
    "prov": "provincie",
    "regio": "streek",
    "streek": "streek",
}
_ANNOUNCING = frozenset({*_SORTS, "plaats", "woonplaats", "dorp", "stad", "omgeving"})
_WITHIN = frozenset({"in", "uit", "te"})
_PREPOSITIONS = _WITHIN | {"bij", "van", "voor", "naar", "rond", "rondom", "nabij", "omgeving"}
_BEFORE_NAME = _PREPOSITIONS | _ANNOUNCING
_VERBS = frozenset({"hoort", "horen", "valt", "vallen", "val", "geldt"})
#: Words before and after a name that leave it the only thing said: "ik woon in Arnhem graag".
_LEADING = (
    _BEFORE_NAME
    | _VEILIG_THUIS
    | _VERBS
    | frozenset(
        [
            "ik",
            "wij",
            "we",
            "woon",
            "woont",
            "wonen",
            "werk",
            "werkt",
            "werken",
            "zit",
            "zitten",
            "kom",
            "komt",
            "komen",
            "mijn",
            "onze",
            "het",
            "de",
            "is",
            "er",
            "onder",
            "welk",
            "welke",
            "wat",
            "waar",
            "veilig",
            "nummer",
            "telefoonnummer",
            "nr",
            "of",
            "dan",
            "dat",
            "hier",
            "nu",
            "postcode",
            "pc",
            "wijk",
            "buurt",
        ]
    )
)
_TRAILING = (
    _VEILIG_THUIS
    | _ANNOUNCING
    | frozenset(["graag", "aub", "svp", "alstublieft", "alsjeblieft", "dus", "hoor", "veilig", "en", "nl"])
)
#: Words that may stand between a place and what says which one: "Velp in de buurt van Arnhem".
_LINKING = frozenset({*_SORTS, "in", "bij", "te", "nabij", "rond", "van", "omgeving", "de", "dat", "ligt", "buurt"})
_LIVING = frozenset({"woont", "wonen", "wonend", "wonende", "woonachtig", "woonplaats", "afkomstig"})
_TITLES = frozenset(
    ["mevrouw", "mevr", "mw", "meneer", "mijnheer", "dhr", "heer", "familie", "fam", "juf", "meester", "dokter", "dr"]
)
_SURNAME = frozenset({"van", "de", "den", "der", "het", "ter", "ten"})
#: Two letters after four digits that need not be a postcode: "in 2015 de".
_SHORT_WORDS = frozenset(
    [
        "in",
        "is",
        "ik",
        "de",
        "we",
        "al",
        "er",
        "en",
        "of",
        "om",
        "op",
        "te",
        "me",
        "ze",
        "je",
        "ja",
        "nu",
        "zo",
        "na",
        "af",
        "km",
        "cm",
        "kg",
        "eu",
    ]
)
_ABBREVIATIONS = frozenset({"st", "gem", "prov", "mw", "dhr", "mevr", "dr", "fam", "nr", "gld", "limb"})
_PROVINCES = {
    "gld": "gelderland", "gn": "groningen", "gr": "groningen", "fr": "friesland",
    "frl": "friesland", "dr": "drenthe", "ov": "overijssel", "ovs": "overijssel", "fl": "flevoland",
    "ut": "utrecht", "utr": "utrecht", "nh": "noord holland", "zh": "zuid holland", "zld": "zeeland",
    "nb": "noord brabant", "nbr": "noord brabant", "l": "limburg", "lb": "limburg",
    "lim": "limburg", "limb": "limburg",
}  # fmt: skip
#: How a name that is also an everyday word counts in a sentence (gewone_woorden.csv).
_COUNTS = {each: each for each in ("na_voorzetsel", "in_vraag", "met_hoofdletter", "in_kapitalen", "alleen")}
#: Sorts of place that are too wide to name one municipality.
_WIDE = frozenset({"provincie", "streek", "veilig thuis"})

_POSTCODE = re.compile(r"([1-9]\d{3})([a-z]{2})?")
_VT = r"(?:veilig ?thuis|vt|amhk)"
_ASKS = re.compile(
    rf"\bwelke? (?:{_VT}|regio|organisatie)\b|\b(?:onder|bij) welke?\b|{_VT} (?:in|regio|gemeente|hoort)\b"
    rf"|\bwaar (?:hoort|valt)\b|\b(?:hoort|horen|valt|vallen|val)\b.*\b{_VT}\b"
    rf"|\b{_VT}\b.*\b(?:hoort|horen|valt|vallen)\b"
    rf"|\b(?:nummer|telefoonnummer|nr|adres|mailadres|website|contact|contactgegevens|gegevens)\b.*\b{_VT}\b"
)

T = TypeVar("T")


class RegionDataError(ValueError):
    """A file of data/regions is wrong; the text tells a Dutch reader where."""


@dataclass(frozen=True)
class Organisation:
    """One Veilig Thuis. `website` is None where none could be confirmed."""

    slug: str
    name: str
    website: str | None
    phone: str


@dataclass(frozen=True)
class Municipality:
    """One municipality; `confirmed` is False where no source names its Veilig Thuis and it was inferred."""

    code: str
    name: str
    province: str
    organisation: Organisation
    confirmed: bool


@dataclass(frozen=True)
class Place:
    """What a name stands for.

    `key` is a closed value that may be stored and put behind a button. `candidates` are the municipalities
    it can lie in, by name; none for a province, region or organisation, whose `organisations` are given.
    """

    key: str
    label: str
    kind: str
    candidates: tuple[Municipality, ...] = ()
    organisations: tuple[Organisation, ...] = ()

    def __post_init__(self) -> None:
        """Take the organisations from the municipalities where there are any."""
        if self.candidates:
            found = {each.organisation.slug: each.organisation for each in self.candidates}
            object.__setattr__(self, "organisations", tuple(found.values()))

    @property
    def organisation(self) -> Organisation | None:
        """The Veilig Thuis, when it is the same whichever candidate is meant."""
        return self.organisations[0] if len(self.organisations) == 1 else None


@dataclass(frozen=True)
class _Word:
    """A word of a message: as compared, as looked up in a dictionary, and how it was written."""

    text: str
    plain: str
    capital: bool
    capitals: bool
    first: bool  # of a sentence

    @cached_property
    def key(self) -> str:
        """The word as it stands in the index; y and ij are one letter, as in IJmuiden and Ymuiden."""
        return self.text.replace("ij", "y")

    @cached_property
    def known(self) -> bool:
        """Whether it is a Dutch word, so neither a misspelt name nor a name at all."""
        return len(self.text) < 3 or self.text.isdigit() or is_known(self.plain, lang="nl")


@dataclass(frozen=True)
class _Name:
    """A name in the index: how many words it has, what it stands for (likeliest first), when it counts."""

    words: int
    places: tuple[Place, ...]
    counts: str = ""  # column `telt` of gewone_woorden.csv
    alone: bool = False  # only when it is all that the message says


@dataclass(frozen=True)
class _Match:
    """A place at words[start:end]; `others` are its less likely meanings, `hints` tell which is meant."""

    start: int
    end: int
    place: Place
    others: tuple[Place, ...] = ()
    hints: tuple[Place, ...] = ()
    everyday: bool = False


@dataclass(frozen=True)
class _Message:
    """The words of a message, and what they say together."""

    words: Sequence[_Word]

    @cached_property
    def asks(self) -> bool:
        """Whether it asks which Veilig Thuis or region something belongs to."""
        return bool(_ASKS.search(" ".join(word.text for word in self.words)))

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

    def ends(self, index: int) -> bool:
        """Whether a sentence ends before this word."""
        return index >= len(self.words) or self.words[index].first

    def capital(self, end: int) -> bool:
        """Whether the word before `end` has a capital that means something ("in de Wijk": the last counts)."""
        return self.capitals_tell and self.words[end - 1].capital

    def surname(self, start: int) -> bool:
        """Whether a name there belongs to a person: "mevrouw Van Houten"."""
        distance = 1
        while self.before(start, distance) in _SURNAME:
            distance += 1
        first_names = (0, 1) if distance > 1 else (0,)
        return any(self.before(start, distance + more) in _TITLES for more in first_names)


_WORD = re.compile(r"[^\W_]+(?:['’‘`ʼ.&][^\W_]+)*")
_BREAK = re.compile(r"[.?!;\n]")
_APOSTROPHES = re.compile(r"['’‘`ʼ.]")


def _words(text: str) -> list[_Word]:
    """Split a text as the column `zoeknaam` was made: no accents, apostrophes or dots; hyphens are blanks."""
    text = text[:_LONGEST_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    words: list[_Word] = []
    end, first = 0, True
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        # A dot after an abbreviation ends no sentence: "St. Anthonis", "Bergen N.H. en".
        abbreviated = (
            between.startswith(".") and words and (len(words[-1].text) < 3 or words[-1].text in _ABBREVIATIONS)
        )
        first = first or bool(_BREAK.search(between[1:] if abbreviated else between))
        pieces = match.group().split(".")
        if all(len(piece) < 3 and not piece.isdigit() for piece in pieces):
            pieces = [match.group()]  # "N.H.", but not "artikel 7.3.11"
        for piece in pieces:
            plain = piece.lower().removesuffix("'s").removesuffix("’s") or piece.lower()
            bare = _APOSTROPHES.sub("", plain)
            if not bare.isascii():
                decomposed = unicodedata.normalize("NFKD", bare)
                bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
            words.append(
                _Word(
                    "sint" if bare == "st" else bare,
                    plain,
                    piece[0].isupper(),
                    piece.isupper() and len(piece) > 1,
                    first,
                )
            )
            first = True
        end, first = match.end(), False
    return words


def _key(words: Iterable[_Word]) -> str:
    return "".join(word.key for word in words)


def _key_of(name: str) -> str:
    return _key(_words(name))


class Regions:
    """All places, and the Veilig Thuis of each."""

    def __init__(
        self,
        organisations: Iterable[Organisation],
        places: Iterable[Place],
        names: Mapping[str, _Name],
        sorts: Mapping[str, Mapping[str, Place]],
    ) -> None:
        """Index what `load` has read.

        Args:
            organisations: all of them.
            places: all places, of any kind.
            names: what a name means, by its words without blanks.
            sorts: the same for a name that is announced: "gemeente Utrecht", "provincie Utrecht".
        """
        self._organisations = tuple(sorted(organisations, key=lambda each: each.name))
        self._places = {place.key: place for place in places}
        self._names = names
        self._sorts = sorts
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for key, name in names.items():
            # What follows "Veilig Thuis" is looked up by itself; abbreviations are too short to guess at.
            short = name.counts == "in_kapitalen" or (name.alone and name.places[0].kind in _WIDE)
            if not short and not key.startswith(("veiligthuis", "vt", "amhk", "020")):
                self._by_length[len(key)].append(key)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Regions:
        """Read the files of data/regions.

        Args:
            folder: where they lie.

        Returns:
            The look-up.

        Raises:
            RegionDataError: a file is missing or says something impossible; tells file and line, in Dutch.
        """
        return _Reader(folder).regions()

    def organisations(self) -> tuple[Organisation, ...]:
        """All Veilig Thuis organisations, by name."""
        return self._organisations

    def municipality(self, name: str) -> Municipality | None:
        """The municipality of exactly this name, or of an everyday other name of it ("Den Haag").

        Args:
            name: for instance the attribute of the widget; case and accents do not matter.
        """
        place = self._sorts["gemeente"].get(_key_of(name))
        return place.candidates[0] if place and place.kind == "gemeente" and len(place.candidates) == 1 else None

    def get(self, key: str) -> Place | None:
        """The place of a key from a button or from storage; None for anything else.

        Args:
            key: for instance `plaats:velp`, or `plaats:velp:0275` where it was narrowed down.
        """
        if place := self._places.get(key):
            return place
        base, _, codes = key.rpartition(":")
        whole = self._places.get(base)
        if whole is None:
            return None
        wanted = codes.split(".")
        keep = [each for each in whole.candidates if each.code in wanted]
        part = _part(self._places, whole, keep) if keep else whole
        return part if part.key == key else None

    def find(self, text: str) -> Place | None:
        """The place that a sentence or a bare word names.

        Args:
            text: what was typed, in any style.

        Returns:
            The place, with all its candidates when the name is ambiguous; None when no place is named.
            Where several are named, the one where somebody lives, else the most precise and longest.
        """
        found = self._find(_Message(_words(text)))
        return found.place if found else None

    def is_only_place(self, text: str) -> bool:
        """Whether a message names a place and says nothing else ("Velp bij Arnhem", "gemeente Best").

        Args:
            text: what was typed.
        """
        message = _Message(_words(text))
        found = self._find(message)
        # "gauw" is an answer of its own; "Gauw", and any municipality, is worth the misunderstanding.
        if not found or found.everyday:
            return False
        rest = (*message.words[: found.start], *message.words[found.end :])
        return all(word.text in _LEADING or word.text in _TRAILING for word in rest)

    def narrow(self, place: Place, text: str) -> Place:
        """The candidates of a place that fit an answer such as "Gelderland", "bij Arnhem" or "6882".

        Args:
            place: an ambiguous place.
            text: what was typed in answer to the question which one is meant.

        Returns:
            The narrower place, or the same one when the answer does not tell.
        """
        message = _Message(_words(text))
        hints = [match.place for match in self._matches(message)]
        if found := self._find(message):
            hints.append(found.place)
        hints += filter(None, (self._province(word.text) for word in message.words))
        own = _key_of(place.label)
        spans = {_key(message.words[i:j]) for i in range(len(message.words)) for j in range(i + 1, i + _LONGEST_NAME)}
        # A candidate's own name counts even where it is an everyday word: "die bij buren".
        named = [self._places[f"gemeente:{each.code}"] for each in place.candidates]
        hints += [each for each in named if (key := _key_of(each.label)) != own and key in spans]
        return self._narrowed(place, hints)

    def unknown_place(self, text: str) -> bool:
        """Whether a message asks for the Veilig Thuis of a place that is not in the data.

        Args:
            text: what was typed.

        Returns:
            True for "veilig thuis in Foobarstad" or "postcode 9999"; False when a place is found or none is named.
        """
        message = _Message(_words(text))
        if self._find(message):
            return False
        if any(certain for *_, certain in _postcodes(message)):
            return True
        return any(self._unknown_name(message, index) for index in range(len(message.words)))

    # The steps of find

    def _find(self, message: _Message) -> _Match | None:
        """The place that is meant, narrowed down by what is said about it."""
        if found := self._postcode(message):
            return found
        match = self._whole(message)
        if match is None:
            match = self._settled(message, self._matches(message))
            if guess := self._misspelt(message, match):
                match = self._settled(message, [guess])
        if match is None or not match.hints:
            return match
        place = self._narrowed(match.place, match.hints)
        if place is match.place:  # "Zeeland (NB)" is not the province, which is what the name alone would mean
            others = (self._narrowed(other, match.hints) for other in match.others)
            place = next((other for other in others if _fits(other, match.hints)), place)
        return replace(match, place=place)

    def _postcode(self, message: _Message) -> _Match | None:
        words = message.words
        for digits, start, end, certain in _postcodes(message):
            place = self._places.get(f"pc4:{digits}")
            if place is None:
                continue
            rest = [*words[:start], *words[end:]]
            named = self._whole(_Message(rest)) if rest and len(rest) <= _LONGEST_NAME else None
            if named and set(named.place.candidates) & set(place.candidates):  # "6882 Velp"
                return _Match(0, len(words), place)
            if certain:
                return _Match(start, end, place)
        return None

    def _whole(self, message: _Message) -> _Match | None:
        """A name that is the whole message, but for words such as "ik woon in"."""
        words = message.words
        for start in range(len(words)):
            if start and words[start - 1].text not in _LEADING:
                return None
            end = len(words)
            while end > start:
                name = self._names.get(_key(words[start:end])) if end - start <= _LONGEST_NAME else None
                # "één regio" is not the village Een, but "leiden veilig thuis" is about Leiden.
                cut = end < len(words) and words[end].text not in {"veilig", *_VEILIG_THUIS}
                cut = cut or (end < len(words) and name is not None and name.counts == "met_hoofdletter")
                if (
                    name
                    and not (cut and name.counts)
                    and end - start <= name.words
                    and self._counts_alone(message, start, end, name)
                ):
                    everyday = name.counts in {"met_hoofdletter", "in_vraag"} and start == 0
                    everyday = everyday and name.places[0].kind != "gemeente" and not words[0].capital
                    return self._match(message, start, end, name, everyday=everyday)
                if words[end - 1].text not in _TRAILING:
                    break
                end -= 1
        return None

    def _counts_alone(self, message: _Message, start: int, end: int, name: _Name) -> bool:
        before = message.words[:start]
        if name.counts == "in_kapitalen":
            return message.words[end - 1].capitals
        if not start or not name.counts:
            return True
        announced = message.before(start) in _ANNOUNCING
        if name.counts == "alleen":
            return announced
        if announced or any(word.text in _VEILIG_THUIS for word in before):
            return True
        if len(before) == 1 and before[0].text in _WITHIN and end - start == 1 and len(message.words[start].text) > 3:
            return True
        return self._counts(message, start, end, name)

    def _matches(self, message: _Message) -> list[_Match]:
        """All names in a sentence, from left to right, at each word the longest that counts."""
        found: list[_Match] = []
        words = message.words
        start = 0
        while start < len(words):
            for end in range(min(start + _LONGEST_NAME, len(words)), start, -1):
                name = self._names.get(_key(words[start:end]))
                if name and not name.alone and end - start <= name.words and self._counts(message, start, end, name):
                    found.append(self._match(message, start, end, name))
                    start = end
                    break
            else:
                start += 1
        return found

    def _match(self, message: _Message, start: int, end: int, name: _Name, *, everyday: bool = False) -> _Match:
        place, *others = name.places
        sort = _SORTS.get(message.before(start), "")
        announced = self._sorts.get(sort, {}).get(_key(message.words[start:end]))
        return _Match(start, end, announced or place, tuple(others), everyday=everyday)

    def _counts(self, message: _Message, start: int, end: int, name: _Name) -> bool:
        """Whether a name inside a sentence is meant as a place."""
        words, before = message.words, message.before(start)
        if message.surname(start) or name.counts == "alleen":
            return False
        if name.counts == "in_kapitalen":
            return words[end - 1].capitals
        capital = message.capital(end)
        if not name.counts:
            short = end - start == 1 and len(words[start].text) <= 3
            return not short or capital or before in _BEFORE_NAME or message.asks
        if before in _BEFORE_NAME and capital:
            return True
        if name.counts == "na_voorzetsel" and before in {"in", "uit", *_ANNOUNCING}:
            return True
        if before in _ANNOUNCING and message.ends(end):
            return True
        if name.counts != "met_hoofdletter" and message.asks and self._in_slot(message, start, end):
            return True
        return self._told_apart(message, start, end, name)

    def _told_apart(self, message: _Message, start: int, end: int, name: _Name) -> bool:
        """Whether a message opens with a name and then says which of that name: "bergen in limburg"."""
        words = message.words
        if any(word.text not in _LEADING for word in words[:start]):
            return False
        while not message.ends(end) and words[end].text in _LINKING:
            end += 1
        for stop in range(min(end + _LONGEST_NAME, len(words)), end, -1):
            other = self._names.get(_key(words[end:stop]))
            if other and stop == len(words):
                return _fits(name.places[0], other.places[:1])
        return False

    def _in_slot(self, message: _Message, start: int, end: int) -> bool:
        """Whether a name stands where a question for a region has its place."""
        before = message.before(start)
        if before in _VERBS and (message.ends(end) or message.words[end].text in {"bij", "onder"}):
            return True
        if start == 0:
            return not message.ends(end) and message.words[end].text in {*_VERBS, "welk", "welke"}
        return message.ends(end) and before in _BEFORE_NAME | _VEILIG_THUIS | {"onder"}

    def _settled(self, message: _Message, matches: list[_Match]) -> _Match | None:
        """The one match that is meant, with the others that say which place of that name it is."""
        groups: list[_Match] = []
        for match in matches:
            match = self._with_abbreviation(message, match)
            if groups and self._belongs(message, groups[-1], match):
                head = groups[-1]
                if head.place.kind in _WIDE and match.place.kind not in _WIDE:
                    head, match = match, head
                groups[-1] = replace(
                    head,
                    start=min(head.start, match.start),
                    end=max(head.end, match.end),
                    hints=(*head.hints, match.place, *match.hints),
                )
            else:
                groups.append(match)

        def weight(match: _Match) -> tuple[bool, bool, int]:
            lives = any(message.before(match.start, distance) in _LIVING for distance in (1, 2, 3)) or (
                message.before(match.start) == "naar" and any(word.text.startswith("verhui") for word in message.words)
            )
            length = sum(len(word.text) for word in message.words[match.start : match.end])
            return match.place.kind not in _WIDE, lives, length

        return max(groups, key=weight, default=None)

    def _with_abbreviation(self, message: _Message, match: _Match) -> _Match:
        """A match with the province that follows it in short: "Hengelo Gld", "Well (L)"."""
        if message.ends(match.end):
            return match
        word = message.words[match.end]
        province = self._province(word.text)
        if province is None or (len(word.text) == 1 and not word.capital):
            return match
        return replace(match, end=match.end + 1, hints=(*match.hints, province))

    def _belongs(self, message: _Message, first: _Match, second: _Match) -> bool:
        """Whether two places form one name: "Velp bij Arnhem", "Gelderland, Velp"."""
        between = message.words[first.end : second.start]
        if len(between) > 4 or any(word.first for word in message.words[first.end : second.start + 1]):
            return False
        if between:
            return all(word.text in _LINKING for word in between)
        one_wide = (first.place.kind in _WIDE) != (second.place.kind in _WIDE)
        return one_wide or self._narrowed(first.place, [second.place]) is not first.place

    def _province(self, abbreviation: str) -> Place | None:
        name = _PROVINCES.get(abbreviation)
        return self._sorts["provincie"].get(_key_of(name)) if name else None

    def _narrowed(self, place: Place, hints: Iterable[Place]) -> Place:
        """A place with only the candidates that agree with the hints, taken in turn."""
        for hint in hints:
            keep = [each for each in place.candidates if _covers(hint, each)]
            if not keep and hint.kind != "provincie" and hint.organisation:
                # A neighbour with the same Veilig Thuis: right for either reading of "Elst bij Nijmegen".
                keep = [each for each in place.candidates if each.organisation == hint.organisation]
            if keep and len(keep) < len(place.candidates):
                place = _part(self._places, place, keep)
        return place

    # Typing errors and unknown names

    def _misspelt(self, message: _Message, part: _Match | None) -> _Match | None:
        """A name with a typing error, where a name is to be expected; one that `part` is a part of, if given.

        "Ettn-Leur" is not the village Leur, and "alphen an den rijn" not one of the places called Alphen.
        """
        words = message.words
        for start, end, alone in _spans(message):
            if part and not (start <= part.start and part.end <= end):
                continue
            rest = [*words[start : part.start], *words[part.end : end]] if part else words[start:end]
            # Persons come after these words as often as places do.
            careful = not (alone or message.asks) and message.before(start) not in _WITHIN | _ANNOUNCING
            length = sum(len(word.text) for word in words[start:end])
            if length < (7 if careful else 5) or all(word.known for word in rest) or message.surname(start):
                continue
            name = self._closest(_key(words[start:end]))
            if name is None or (part and name.words <= part.end - part.start):
                continue
            if alone or not (name.alone or (name.counts and not message.asks)):
                return self._match(message, start, end, name)
        return None

    def _closest(self, key: str) -> _Name | None:
        """The one name that differs least, when that is little enough; of several, the one municipality."""
        best: dict[str, str] = {}
        least = len(key)
        for length in range(len(key) - 2, len(key) + 3):
            allowed = min(1 if length < 9 else 2, least)
            if abs(length - len(key)) > allowed:
                continue
            names = self._by_length.get(length, ())
            for other, distance, _ in process.extract(
                key, names, scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                if distance > least or (length < 9 and other[0] != key[0]):
                    continue
                if distance < least:
                    best, least = {}, int(distance)
                best[self._names[other].places[0].key] = other
        if len(best) > 1:
            best = {key: other for key, other in best.items() if _is_municipality(self._names[other].places[0])}
        # Names of four letters only make a guess doubtful, they are too short to be one.
        return next((self._names[other] for other in best.values() if len(best) == 1 and len(other) > 4), None)

    def _unknown_name(self, message: _Message, index: int) -> bool:
        """Whether a word stands where a place belongs, and is no Dutch word."""
        word, before = message.words[index], message.before(index)
        own = word.text in _VEILIG_THUIS or word.text == "veilig" or word.key in self._names
        if own or len(word.text) < 4 or not word.text.isalpha():
            return False
        capital, last = message.capital(index + 1), message.ends(index + 1)
        firm = before in _VERBS | _WITHIN | _ANNOUNCING | _VEILIG_THUIS | {"bij", "onder"}
        if word.known or (word.capitals and message.capitals_tell):
            # Dutch writes no other nouns with a capital: "onder welk Veilig Thuis valt Antwerpen?"
            return word.known and message.asks and firm and capital and last
        if not (message.asks and capital) and _is_compound(word.plain):
            return False
        if not message.asks:
            return capital and before in {"gemeente", "woonplaats"}
        closed = last or message.words[index + 1].text in _VERBS | {"bij", "onder"}
        return (firm and (capital or closed)) or (before in _PREPOSITIONS and (capital or last))


def _postcodes(message: _Message) -> Iterator[tuple[str, int, int, bool]]:
    """Postcodes in a message: the digits, from and to which word, and whether they can be nothing else."""
    words = message.words
    for index, word in enumerate(words):
        match = _POSTCODE.fullmatch(word.text)
        after = None if message.ends(index + 1) else words[index + 1]
        # Telephone numbers and dates: "0800-2000", "12-12-2015".
        if not match or message.before(index).isdigit() or (after and after.text.isdigit()):
            continue
        digits, letters = match.groups()
        year = int(digits) in _YEARS
        end = index + 1
        if not letters and after and re.fullmatch("[a-z]{2}", after.text):
            plain = after.text not in _SHORT_WORDS and not year
            if (after.capitals and message.capitals_tell) or plain or len(words) == 2:
                letters, end = after.text, index + 2
        before = message.before(index)
        placed = before in _BEFORE_NAME | _VEILIG_THUIS | _VERBS
        bare = all(other.text in _LEADING or other.text in _TRAILING for other in (*words[:index], *words[end:]))
        certain = (
            bool(letters)
            or len(words) == 1
            or any(message.before(index, distance) in {"postcode", "pc", "postcodegebied"} for distance in (1, 2, 3))
            or (not year and (bare or (before in _WITHIN and message.ends(end))))
            or (message.asks and placed and not (year and before in _WITHIN))
        )
        yield digits, index, end, certain


def _spans(message: _Message) -> Iterator[tuple[int, int, bool]]:
    """Where a misspelt name may stand: start, end, and whether it is all that the message says."""
    words = message.words
    never_first = _BEFORE_NAME | _VERBS | _VEILIG_THUIS
    end = len(words)
    while end and words[end - 1].text in _TRAILING:
        end -= 1
    for start in range(end):
        if start and words[start - 1].text not in _LEADING:
            break
        if end - start <= 5 and words[start].text not in never_first:
            yield start, end, True
    for start in range(1, len(words)):
        before = message.before(start)
        if words[start].text in never_first or before not in (never_first if message.asks else _BEFORE_NAME):
            continue
        for stop in range(min(start + 5, len(words)), start, -1):
            if not any(word.first for word in words[start + 1 : stop]):
                yield start, stop, False


def _is_compound(word: str) -> bool:
    """Whether a word that no dictionary has is made of two that it has: "deskundigheidsbevordering"."""
    return any(
        is_known(word[cut:], lang="nl") and (is_known(word[:cut], lang="nl") or is_known(word[: cut - 1], lang="nl"))
        for cut in range(4, len(word) - 2)
    )


def _covers(place: Place, municipality: Municipality) -> bool:
    """Whether a place lies in a municipality, or is its province."""
    codes = {each.code for each in place.candidates}
    return municipality.code in codes or place.label == f"provincie {municipality.province}"


def _fits(place: Place, hints: Iterable[Place]) -> bool:
    """Whether a hint speaks for a place."""
    return any(_covers(hint, each) for hint in hints for each in place.candidates)


def _is_municipality(place: Place) -> bool:
    return any(_base(each.name) == _base(place.label) for each in place.candidates)


def _base(label: str) -> str:
    """A name without what tells it from its namesakes: "Bergen (NH.)" is Bergen."""
    return label.partition(" (")[0]


@dataclass(frozen=True)
class _Row:
    """A row of a file, that tells its place when something is wrong with it."""

    path: Path
    line: int
    values: Mapping[str, str | None]

    def __getitem__(self, column: str) -> str:
        value = self.values.get(column)
        if value is None:
            raise self.error(f"de kolom '{column}' ontbreekt")
        return value

    def one_of(self, known: Mapping[str, T], column: str) -> T:
        """What a column refers to."""
        if (value := self[column]) not in known:
            raise self.error(f"'{value}' in de kolom '{column}' bestaat niet")
        return known[value]

    def error(self, text: str) -> RegionDataError:
        """What is wrong, and where."""
        return RegionDataError(f"{self.path}, regel {self.line}: {text}")


@dataclass
class _Meaning:
    """The municipalities that one search name stands for, by the sort of name that it is."""

    labels: list[str] = field(default_factory=list)
    gemeente: set[str] = field(default_factory=set)
    plaats: set[str] = field(default_factory=set)
    voormalig: set[str] = field(default_factory=set)


class _Reader:
    """Reads the files of one folder into what `Regions` looks up in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._organisations = {row["slug"]: _organisation(row) for row in self._rows("veilig_thuis.csv")}
        self._municipalities = {
            row["gemeentecode"]: Municipality(
                row["gemeentecode"],
                row["gemeente"],
                row["provincie"],
                row.one_of(self._organisations, "veilig_thuis_slug"),
                row["bevestigd"] == "ja",
            )
            for row in self._rows("gemeenten.csv")
        }
        self._places: dict[str, Place] = {}
        self._meant: dict[str, list[Place]] = defaultdict(list)
        self._length: dict[str, int] = {}
        self._alone: set[str] = set()
        self._sorts: dict[str, dict[str, Place]] = {sort: {} for sort in set(_SORTS.values())}

    def regions(self) -> Regions:
        """Read everything; of a name with several meanings the likeliest is read first."""
        for code, municipality in self._municipalities.items():
            self._place(f"gemeente:{code}", municipality.name, "gemeente", [code])
        self._postcodes()
        self._provinces()
        self._named_places()
        self._streken_and_organisations()
        self._districts()
        counts = self._everyday_words()
        names = {
            key: _Name(self._length[key], tuple(places), counts.get(key, ""), key in self._alone)
            for key, places in self._meant.items()
        }
        return Regions(self._organisations.values(), self._places.values(), names, self._sorts)

    def _rows(self, name: str) -> Iterator[_Row]:
        path = self._folder / name
        try:
            with path.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                for values in reader:
                    yield _Row(path, reader.line_num, values)
        except (OSError, UnicodeDecodeError) as error:
            raise RegionDataError(f"{path}: kan niet worden gelezen ({error})") from error

    def _place(self, key: str, label: str, kind: str, codes: Iterable[str]) -> Place:
        """A place in some municipalities; the same one when its key is there already."""
        candidates = sorted((self._municipalities[code] for code in codes), key=lambda each: each.name)
        return self._places.setdefault(key, Place(key, label, kind, tuple(candidates)))

    def _wide(self, key: str, label: str, kind: str, slugs: Iterable[str]) -> Place:
        """A place that names no municipality, only who works there."""
        found = sorted((self._organisations[slug] for slug in slugs), key=lambda each: each.name)
        return self._places.setdefault(key, Place(key, label, kind, (), tuple(found)))

    def _means(self, name: str, place: Place) -> str:
        """Add a meaning to a name; gives the name's key in the index."""
        words = _words(name)
        key = _key(words)
        if place not in self._meant[key]:
            self._meant[key].append(place)
        self._length[key] = max(self._length.get(key, 0), len(words))
        return key

    def _postcodes(self) -> None:
        codes: dict[str, list[str]] = defaultdict(list)
        for row in self._rows("postcodes.csv"):
            codes[row["pc4"]].append(row.one_of(self._municipalities, "gemeentecode").code)
        for digits, found in codes.items():
            self._place(f"pc4:{digits}", f"postcode {digits}", "postcode", found)

    def _named_places(self) -> None:
        """Municipalities, former ones, places and other names of these: one place for one name."""
        meanings: dict[str, _Meaning] = defaultdict(_Meaning)
        full: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._rows("gemeenten.csv"):
            meanings[row["zoeknaam"]].gemeente.add(row["gemeentecode"])
            meanings[row["zoeknaam"]].labels.append(row["gemeente"])
            municipality = self._places[f"gemeente:{row['gemeentecode']}"]
            for name in (row["gemeente"], row["cbs_naam"]):
                self._sorts["gemeente"][_key_of(name)] = municipality
                full[name, row["zoeknaam"]].add(row["gemeentecode"])
        for row in self._rows("woonplaatsen.csv"):
            meanings[row["zoeknaam"]].plaats.add(row.one_of(self._municipalities, "gemeentecode").code)
            meanings[row["zoeknaam"]].labels.append(row["woonplaats"])
            full[row["woonplaats"], row["zoeknaam"]].add(row["gemeentecode"])
        for row in self._rows("voormalige_gemeenten.csv"):
            meaning = meanings[" ".join(word.text for word in _words(row["voormalige_gemeente"]))]
            meaning.voormalig.add(row.one_of(self._municipalities, "gemeentecode").code)
            meaning.labels.append(row["voormalige_gemeente"])
        for row in self._rows("aliassen.csv"):
            if row["soort"] in {"gemeente", "woonplaats"}:
                code = row.one_of(self._municipalities, "gemeentecode").code
                meaning = meanings[row["zoeknaam"]]
                (meaning.gemeente if row["soort"] == "gemeente" else meaning.plaats).add(code)
                meaning.labels.append(row["alias"])
        for name, meaning in meanings.items():
            self._means(name, self._meaning(name, meaning))
        for (name, search_name), codes in full.items():
            place = self._meaning(search_name, meanings[search_name])
            if _key_of(name) != _key_of(search_name):  # "Hengelo (Gld)" says which one
                keep = [each for each in place.candidates if each.code in codes]
                self._means(name, _part(self._places, place, keep))

    def _meaning(self, name: str, meaning: _Meaning) -> Place:
        codes = meaning.gemeente | meaning.plaats | meaning.voormalig
        label = next(filter(None, (_without_suffix(label, name) for label in meaning.labels)), meaning.labels[0])
        slug = name.replace(" ", "-")
        announced = self._sorts["gemeente"]
        if len(meaning.gemeente) == 1:
            announced[_key_of(name)] = self._places[f"gemeente:{next(iter(meaning.gemeente))}"]
            if codes == meaning.gemeente:
                return announced[_key_of(name)]
        only_former = not meaning.gemeente and not meaning.plaats
        if meaning.voormalig and not meaning.gemeente and (only_former or meaning.voormalig != codes):
            former = self._place(f"voormalig:{slug}", label, "voormalige gemeente", meaning.voormalig)
            announced[_key_of(name)] = former
            if only_former:
                return former
        return self._place(f"plaats:{slug}", label, "plaats", codes)

    def _provinces(self) -> None:
        slugs: dict[str, set[str]] = defaultdict(set)
        for each in self._municipalities.values():
            slugs[each.province].add(each.organisation.slug)
        provinces = {_key_of(province): province for province in slugs}
        others: dict[str, set[str]] = defaultdict(set)
        rows: dict[str, _Row] = {}
        for row in self._rows("aliassen.csv"):
            if row["soort"] == "provincie":
                others[row["zoeknaam"]].add(row.one_of(self._organisations, "veilig_thuis_slug").slug)
                rows[row["zoeknaam"]] = row
        for name, found in others.items():
            bare = name.removesuffix(" provincie")
            # "Brabant" and "Fryslân" are the provinces with the same organisations.
            same = (each for each, have in slugs.items() if have == found)
            province = provinces.get(_key_of(bare)) or next(same, None)
            if province is None:
                raise rows[name].error(
                    f"'{bare}' is geen provincie en heeft niet dezelfde organisaties als een provincie"
                )
            slug = "-".join(word.text for word in _words(province))
            place = self._wide(f"provincie:{slug}", f"provincie {province}", "provincie", found)
            self._sorts["provincie"][_key_of(bare)] = place
            self._means(name, place)

    def _streken_and_organisations(self) -> None:
        slugs: dict[tuple[str, str], list[str]] = defaultdict(list)
        aliases: dict[str, str] = {}
        for row in self._rows("aliassen.csv"):
            if row["soort"] in {"streek", "veilig_thuis"}:
                organisation = row.one_of(self._organisations, "veilig_thuis_slug")
                slugs[row["soort"], row["zoeknaam"]].append(organisation.slug)
                aliases[row["zoeknaam"]] = row["alias"]
        for (sort, name), found in slugs.items():
            if sort == "veilig_thuis":
                place = self._wide(f"vt:{found[0]}", self._organisations[found[0]].name, "veilig thuis", found)
                key = self._means(name, place)
                if " " not in name and aliases[name].isupper():
                    self._alone.add(key)
                continue
            bare = name.removesuffix(" streek")
            place = self._wide(f"streek:{bare.replace(' ', '-')}", _base(aliases[name]), "streek", found)
            self._sorts["streek"][_key_of(bare)] = place
            self._means(name, place)

    def _districts(self) -> None:
        """Districts and hamlets, only where nothing else has their name."""
        codes: dict[str, list[str]] = defaultdict(list)
        labels: dict[str, str] = {}
        for row in self._rows("plaatsen_extra.csv"):
            codes[row["zoeknaam"]].append(row.one_of(self._municipalities, "gemeentecode").code)
            labels[row["zoeknaam"]] = row["plaats"]
        for name, found in codes.items():
            if _key_of(name) not in self._meant:
                place = self._place(f"buurt:{name.replace(' ', '-')}", labels[name], "buurt", found)
                self._alone.add(self._means(name, place))

    def _everyday_words(self) -> dict[str, str]:
        counts: dict[str, str] = {}
        for row in self._rows("gewone_woorden.csv"):
            key = _key_of(row["zoeknaam"])
            if key not in self._meant:
                raise row.error(f"'{row['zoeknaam']}' is geen naam uit de andere bestanden")
            counts[key] = row.one_of(_COUNTS, "telt")
        return counts


def _organisation(row: _Row) -> Organisation:
    return Organisation(row["slug"], row["naam"], row["website"] or None, row["telefoon_landelijk"])


def _without_suffix(label: str, name: str) -> str:
    """As much of a label as the search name has: "Hengelo" of "Hengelo (Gld)"; "" when it is another name."""
    parts = label.split(" ")
    return next(
        (" ".join(parts[:n]) for n in range(len(parts), 0, -1) if _key_of(" ".join(parts[:n])) == _key_of(name)), ""
    )


def _part(places: Mapping[str, Place], place: Place, keep: Sequence[Municipality]) -> Place:
    """A place with some of its candidates; a municipality, when that is what has the name."""
    if len(keep) == len(place.candidates):
        return place
    if len(keep) == 1 and place.kind != "postcode":
        municipality = places[f"gemeente:{keep[0].code}"]
        if _base(municipality.label) == _base(place.label):
            return municipality
    base = ":".join(place.key.split(":")[:2])
    return Place(f"{base}:{'.'.join(sorted(each.code for each in keep))}", place.label, place.kind, tuple(keep))


@lru_cache(maxsize=1)
def regions() -> Regions:
    """The look-up of this process."""
    return Regions.load()
