"""The lists behind the recognition of names (data/names/): which words are names, and which are just words."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "names"
#: Small words within a surname.
PARTICLES = frozenset(
    "van de den der het t ter ten te la le el al ben bint abu aboe abou von du des di da do dos san".split()
)
#: Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ə": "e", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'"})


class NameLists(NamedTuple):
    """Folded words by what they can be.

    Attributes:
        names: only ever a name.
        given: a given name and a word that is rare in these messages ("mees", "storm").
        words: a name and an ordinary word or a place ("bakker", "wil"): the context decides.
        vocabulary: ordinary words and those of the field, also where they are a name as well.
        places: the words that names of places consist of.
        phrases: expressions with a name in them that mean no person.
    """

    names: frozenset[str]
    given: frozenset[str]
    words: frozenset[str]
    vocabulary: frozenset[str]
    places: frozenset[str]
    phrases: re.Pattern[str]


def fold(word: str) -> str:
    """A word in small letters without marks."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def read(name: str) -> list[str]:
    """The words of a file of `FOLDER`; lines that start with # are comments."""
    path = FOLDER / name
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def place_words(*, abroad: bool) -> frozenset[str]:
    """The words that names of places consist of, folded (data/regions).

    Args:
        abroad: those outside the Netherlands instead of those in it.
    """
    found: set[str] = set()
    for path in (ROOT / "data" / "regions").glob("*.csv"):
        if (path.stem == "buitenland") != abroad:
            continue
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                for column in ("zoeknaam", "voormalige_gemeente", "land"):
                    found.update(fold(row.get(column) or "").replace("-", " ").split())
    return frozenset(found)


def _phrases() -> re.Pattern[str]:
    lines = (FOLDER / "phrases.txt").read_text(encoding="utf-8").splitlines()
    phrases = [re.escape(line) for line in lines if not line.startswith("#")]
    return re.compile(
        rf"(?i)\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?:tje|taal)?\b|\b\d{{1,2}} jan\b|\bjan(?= (?:19|20)\d\d)"
    )


@lru_cache(maxsize=1)
def name_lists() -> NameLists:
    """The lists of this process."""
    given, words, only = (frozenset(map(fold, read(f"{name}.txt"))) for name in ("given_words", "words", "only_names"))
    own = {part for name in read("own.txt") for part in fold(name).split("-")}
    names = frozenset(read("names.txt")) | own | only
    never = PARTICLES | set(read("no_names.txt"))
    return NameLists(
        names=names - given - words - never,
        given=given,
        words=words - never,
        vocabulary=frozenset(read("vocabulary.txt")) | never,
        places=place_words(abroad=False) | place_words(abroad=True),
        phrases=_phrases(),
    )
