"""Which Veilig Thuis belongs to the place that a person names.

Pure look-up in the files of data/regions (their README.md tells where the facts come from). Nothing of what
is typed is kept: every key, label and name that comes out is a value from those files.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from meldwijzer.message_words import joined, key_of, split
from meldwijzer.place_index import PlaceIndex
from meldwijzer.place_reader import PlaceReader, Reading
from meldwijzer.places import ABROAD, UNKNOWN, Municipality, Organisation, Place, RegionDataError
from meldwijzer.region_files import RegionFiles
from meldwijzer.settings import ROOT

__all__ = [
    "ABROAD",
    "FOLDER",
    "UNKNOWN",
    "Municipality",
    "Organisation",
    "Place",
    "Reading",
    "RegionDataError",
    "Regions",
    "regions",
]

FOLDER = ROOT / "data" / "regions"

_LONGEST_NAME = 7  # words


class Regions:
    """All places, and the Veilig Thuis of each."""

    def __init__(self, organisations: Iterable[Organisation], index: PlaceIndex) -> None:
        """Take what `load` has read.

        Args:
            organisations: all of them.
            index: all places and their names.
        """
        self._organisations = tuple(sorted(organisations, key=lambda each: each.name))
        self._index = index
        self._reader = PlaceReader(index)

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
        files = RegionFiles(folder)
        return cls(files.organisations, files.index())

    def organisations(self) -> tuple[Organisation, ...]:
        """All Veilig Thuis organisations, by name."""
        return self._organisations

    def municipality(self, name: str) -> Municipality | None:
        """The municipality of exactly this name, or of an everyday other name of it ("Den Haag").

        Args:
            name: for instance the attribute of the widget; case and accents do not matter.
        """
        place = self._index.announced("gemeente", key_of(name))
        return place.candidates[0] if place and place.kind == "gemeente" and len(place.candidates) == 1 else None

    def get(self, key: str) -> Place | None:
        """The place of a key from a button or from storage; None for anything else.

        Args:
            key: for instance `plaats:velp`, or `plaats:velp:0275` where it was narrowed down.
        """
        return self._index.get(key)

    def read(self, text: str) -> Reading:
        """What a message says about where: its place, whether it says nothing else, or that the place is not here.

        Args:
            text: what was typed, in any style.
        """
        return self._reader.read(text)

    def find(self, text: str) -> Place | None:
        """The place that a sentence or a bare word names.

        Args:
            text: what was typed, in any style.

        Returns:
            The place, with all its candidates when the name is ambiguous; None when no place in the Netherlands is
            named. Where several are named, the one where the person lives whom the message is about.
        """
        return self.read(text).place

    def is_only_place(self, text: str) -> bool:
        """Whether a message names a place and says nothing else ("Velp bij Arnhem", "gemeente Best").

        Args:
            text: what was typed.
        """
        reading = self.read(text)
        return bool(reading.place and reading.only)

    def unknown_place(self, text: str) -> bool:
        """Whether a message asks for the Veilig Thuis of a place that is not in the data, or not in the Netherlands.

        Args:
            text: what was typed.

        Returns:
            True for "veilig thuis in Foobarstad", "Antwerpen" or "postcode 9999"; False when a place is found or none
            is named.
        """
        reading = self.read(text)
        return reading.unknown or reading.abroad

    def narrow(self, place: Place, text: str) -> Place:
        """The candidates of a place that fit an answer such as "Gelderland", "bij Arnhem" or "6882".

        Args:
            place: an ambiguous place.
            text: what was typed in answer to the question which one is meant.

        Returns:
            The narrower place, or the same one when the answer does not tell.
        """
        words = split(text)
        spans = {joined(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + _LONGEST_NAME)}
        # A candidate's own name counts even where it is an everyday word: "die bij buren".
        named = [self._index.places[f"gemeente:{each.code}"] for each in place.candidates]
        own = key_of(place.label)
        said = [each for each in named if (key := key_of(each.label)) != own and key in spans]
        said.sort(key=lambda each: -len(each.label))  # "gemeente Midden-Groningen" also holds Groningen
        return self._index.narrowed(place, [*said, *self._reader.hints(text)])


@lru_cache(maxsize=1)
def regions() -> Regions:
    """The look-up of this process."""
    return Regions.load()
