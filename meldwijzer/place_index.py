"""All names of places by how they are written and by how they sound, and which of several places one is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from meldwijzer.message_words import key_of
from meldwijzer.places import Location, Municipality, Place, base, is_municipality, kilometres

#: A neighbour says which of two places is meant when that one lies this near (kilometres) to it ...
_NEARBY = 30
#: ... and no other within this many times the distance, or this much further.
_AS_NEAR, _FURTHER = 1.6, 8

#: Spellings of one sound, in order; a typing error is often one of these: "mastrigt", "lelistat", "eintoven".
_SOUNDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("sch", "sg"), ("ch|gh", "g"), ("ck|q|c(?![eiy])", "k"), ("c", "s"), ("x", "ks"), ("ph|v", "f"), ("z", "s"),
        ("d", "t"), ("(?<=[tr])h", ""), ("au", "ou"), ("ae", "a"), ("ei|ie|y", "i"), ("b$", "p"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def sound_of(key: str) -> str:
    """How a name sounds, roughly, so that spellings of one sound are the same."""
    for pattern, sound in _SOUNDS:
        key = pattern.sub(sound, key)
    return key


@dataclass(frozen=True)
class Name:
    """A name in the index: what it stands for (likeliest first), and when it counts.

    Attributes:
        words: most words that it is written in.
        least: fewest words; more than one only for a name with what tells it from its namesakes.
        counts: column `telt` of gewone_woorden.csv.
        abbreviation: it only counts when it is all that the message says.
    """

    words: int
    places: tuple[Place, ...]
    counts: str = ""
    abbreviation: bool = False
    least: int = 1


@dataclass(frozen=True)
class PlaceIndex:
    """All places, and what names mean.

    Attributes:
        places: all places by their key.
        names: what a name means, by its words without blanks.
        sorts: the same for a name that is announced: "gemeente Utrecht", "provincie Utrecht".
        locations: where a place of this name lies in a municipality, by the name and the municipality's code.
        sizes: how many postcodes a place has, by the name; the larger of two is the likelier.
    """

    places: Mapping[str, Place]
    names: Mapping[str, Name]
    sorts: Mapping[str, Mapping[str, Place]]
    locations: Mapping[tuple[str, str], Location] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the names that may be misspelt by the length and the first letter of how they sound."""
        sounds: dict[int, dict[str, list[str]]] = defaultdict(dict)
        initials: dict[tuple[int, str], dict[str, list[str]]] = defaultdict(dict)
        for written, name in self.names.items():
            # What follows "Veilig Thuis" is looked up by itself; abbreviations are too short to guess at.
            short = name.counts in {"in_kapitalen", "na_in"} or name.abbreviation or name.least > 1
            if short or name.places[0].abroad or written.startswith(("veiligthuis", "vt", "amhk", "020")):
                continue
            sound = sound_of(written)
            for names in (sounds[len(sound)], initials[len(sound), sound[:1]]):
                names.setdefault(sound, []).append(written)
        object.__setattr__(self, "_sounds", dict(sounds))
        object.__setattr__(self, "_initials", dict(initials))

    def announced(self, sort: str, written: str) -> Place | None:
        """What a name means after the word for its sort, such as "gemeente"."""
        return self.sorts.get(sort, {}).get(written)

    def lies_in_namesake(self, town: Place, other: Place) -> bool:
        """Whether a town lies in the province that has the name of another place: "Soest Utrecht"."""
        province = self.announced("provincie", key_of(other.label))
        return bool(province and town != other and any(province.covers(each) for each in town.candidates))

    def get(self, key: str) -> Place | None:
        """The place of a key, also of one with the codes of some of its candidates; None for anything else."""
        if place := self.places.get(key):
            return None if place.abroad else place
        whole_key, _, codes = key.rpartition(":")
        whole = self.places.get(whole_key)
        if whole is None:
            return None
        wanted = codes.split(".")
        keep = [each for each in whole.candidates if each.code in wanted]
        part = self.part(whole, keep) if keep else whole
        return part if part.key == key else None

    def part(self, place: Place, keep: Sequence[Municipality]) -> Place:
        """A place with some of its candidates; a municipality, when that is what has the name."""
        return part(self.places, place, keep)

    def shortened(self, initial: str, ending: str) -> Name | None:
        """The one municipality that is written in short with an apostrophe, such as "a'foort"."""
        found = {
            name.places[0].key: name
            for written, name in self.names.items()
            if written[0] == initial and written.endswith(ending.replace("ij", "y")) and is_municipality(name.places[0])
        }
        return next(iter(found.values())) if len(found) == 1 else None

    # Which of several places

    def narrowed(self, place: Place, hints: Iterable[Place]) -> Place:
        """A place with only the candidates that agree with the hints, taken in turn."""
        for hint in hints:
            keep = self._agreeing(place, hint)
            if keep and len(keep) < len(place.candidates):
                place = self.part(place, keep)
        return place

    def agrees(self, place: Place, hint: Place) -> bool:
        """Whether a hint speaks for any candidate of a place."""
        return bool(self._agreeing(place, hint))

    def without(self, place: Place, hint: Place) -> Place:
        """A place without the candidates that a hint speaks for: "Elst, niet die bij Rhenen"."""
        agreeing = self._agreeing(place, hint)
        keep = [each for each in place.candidates if each not in agreeing]
        return self.part(place, keep) if keep and agreeing else place

    def _agreeing(self, place: Place, hint: Place) -> list[Municipality]:
        keep = [each for each in place.candidates if hint.covers(each)]
        if not keep and hint.wide and hint.kind != "provincie":
            keep = [each for each in place.candidates if each.organisation in hint.organisations]
        return keep or self._near(place, hint)

    def _near(self, place: Place, hint: Place) -> list[Municipality]:
        """The candidates near a neighbour: "Oosterhout bij Nijmegen"."""
        if not hint.candidates or len(place.candidates) < 2:
            return []
        from_hint = [self._location(hint, each) for each in hint.candidates]
        distances = {
            each.code: min(kilometres(self._location(place, each), point) for point in from_hint)
            for each in place.candidates
        }
        least = min(distances.values())
        if least > _NEARBY:
            return []
        return [each for each in place.candidates if distances[each.code] <= max(least * _AS_NEAR, least + _FURTHER)]

    def _location(self, place: Place, municipality: Municipality) -> Location:
        return self.locations.get((key_of(base(place.label)), municipality.code), municipality.location)

    # Typing errors

    def closest(self, written: str, *, certain: bool = True) -> Name | None:
        """The one name that differs least from a misspelt one, when that is little enough.

        Args:
            written: its words without blanks.
            certain: it stands where a place must stand; elsewhere only little may be wrong with the name of a place
                that people are likely to speak of.

        Returns:
            The name; of several as near the municipality, the one that is by far the largest, or any when all have
            the same Veilig Thuis; None when that does not decide.
        """
        sound = sound_of(written)
        found: dict[str, tuple[int, str]] = {}
        for other_sound, others, distance in self._sounding(sound, 1 if len(written) < 7 else 2):
            for other in others:
                spelt = int(OSA.distance(written, other))
                place = self.names[other].places[0]
                if _is_near(written, other, spelt, distance) and (certain or self._is_likely(other, spelt, distance)):
                    score = spelt + 2 * distance + (other_sound[:1] != sound[:1])
                    found[place.key] = min(found.get(place.key, (score, other)), (score, other))
        if not found:
            return None
        least = min(score for score, _ in found.values())
        best = [other for score, other in found.values() if score == least]
        return self._likeliest(best)

    def slip(self, written: str) -> bool:
        """Whether a long name has one wrong letter in it: "Katwijk aan Ze" is more than Katwijk."""
        if len(written) < 9:
            return False
        near = self._sounding(sound_of(written), 1)
        return any(OSA.distance(written, other) == 1 for _, others, _ in near for other in others)

    def _sounding(self, sound: str, most: int) -> Iterable[tuple[str, list[str], int]]:
        """Names that sound alike; only long ones may begin with another letter."""
        for length in range(len(sound) - most, len(sound) + most + 1):
            names: dict[str, list[str]] = (
                self._sounds.get(length, {})  # type: ignore[attr-defined]
                if len(sound) > 7
                else self._initials.get((length, sound[:1]), {})  # type: ignore[attr-defined]
            )
            near = process.extract(sound, names.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
            for other, distance, _ in near:
                yield other, names[other], int(distance)

    def _is_likely(self, written: str, spelt: int, sounds: int) -> bool:
        place = self.names[written].places[0]
        known = is_municipality(place) or self.sizes.get(written, 0) > 2
        return place.kind != "buurt" and (not sounds or spelt < 2) and (known or not sounds)

    def _likeliest(self, written: Sequence[str]) -> Name | None:
        names = [self.names[each] for each in written]
        if len(names) == 1:
            return names[0]
        municipalities = [name for name in names if is_municipality(name.places[0])]
        if len(municipalities) == 1:
            return municipalities[0]
        sizes = sorted(((self.sizes.get(each, 0), each) for each in written), reverse=True)
        if sizes[0][0] > 2 * sizes[1][0]:
            return self.names[sizes[0][1]]
        organisations = {each.slug for name in names for each in name.places[0].organisations}
        return names[0] if len(organisations) == 1 else None


def _is_near(written: str, other: str, spelt: int, sounds: int) -> bool:
    """Whether a name may be meant: the shorter it is, the less may be wrong with it."""
    if len(other) < 5 and (sounds or spelt > 1):
        return False
    if len(written) < 6:
        return spelt <= 1
    if max(len(written), len(other)) < 9:
        return spelt <= (3 if not sounds else 2) and sounds < 2
    return spelt <= 4 - sounds


def part(places: Mapping[str, Place], place: Place, keep: Sequence[Municipality]) -> Place:
    """A place with some of its candidates; a municipality, when that is what has the name.

    Args:
        places: all places by key.
        place: of which a part is wanted.
        keep: some of its candidates.
    """
    if len(keep) == len(place.candidates):
        return place
    if len(keep) == 1 and place.kind != "postcode":
        municipality = places[f"gemeente:{keep[0].code}"]
        if base(municipality.label) == base(place.label):
            return municipality
    stem = ":".join(place.key.split(":")[:2])
    return Place(f"{stem}:{'.'.join(sorted(each.code for each in keep))}", place.label, place.kind, tuple(keep))
