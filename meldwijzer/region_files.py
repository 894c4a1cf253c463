"""Reads the files of data/regions into the index of all places; their README.md tells where the facts come from."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from meldwijzer.message_words import joined, key_of, split
from meldwijzer.place_index import Name, PlaceIndex, part
from meldwijzer.places import ABROAD, Location, Municipality, Organisation, Place, RegionDataError, base

#: Words that announce a name, and the sort of place that they announce.
SORTS = {
    "gemeente": "gemeente",
    "gem": "gemeente",
    "provincie": "provincie",
    "prov": "provincie",
    "regio": "streek",
    "streek": "streek",
}
#: How a name that is also an everyday word counts in a sentence (gewone_woorden.csv).
COUNTS = ("na_voorzetsel", "na_in", "in_vraag", "met_hoofdletter", "in_kapitalen", "alleen")

#: How the first word of a name is written in short: "N-Vennep", "O. Gastel".
_FIRST_IN_SHORT = {
    "noord": "n", "zuid": "z", "oost": "o", "west": "w", "oud": "o", "oude": "o", "nieuw": "n", "nieuwe": "n",
}  # fmt: skip
#: Words within a name of which only the first letter is written: "Wijk b. Duurstede".
_SMALL = frozenset({"aan", "bij", "de", "den", "der", "het", "in", "op", "over"})

T = TypeVar("T")


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


class RegionFiles:
    """Reads the files of one folder."""

    def __init__(self, folder: Path) -> None:
        """Read the organisations and the municipalities, to which the other files refer.

        Args:
            folder: where the files lie.

        Raises:
            RegionDataError: a file is missing or says something impossible; tells file and line, in Dutch.
        """
        self._folder = folder
        self._organisations = {row["slug"]: _organisation(row) for row in self._rows("veilig_thuis.csv")}
        self._municipalities = {
            row["gemeentecode"]: Municipality(
                row["gemeentecode"],
                row["gemeente"],
                row["provincie"],
                row.one_of(self._organisations, "veilig_thuis_slug"),
                row["bevestigd"] == "ja",
                _location(row),
                row["bron"],
            )
            for row in self._rows("gemeenten.csv")
        }
        self._places: dict[str, Place] = {}
        self._meant: dict[str, list[Place]] = defaultdict(list)
        self._length: dict[str, int] = {}
        self._least: dict[str, int] = {}
        self._abbreviations: set[str] = set()
        self._locations: dict[tuple[str, str], Location] = {}
        self._sizes: dict[str, int] = defaultdict(int)
        self._sorts: dict[str, dict[str, Place]] = {sort: {} for sort in set(SORTS.values())}
        self._several: dict[str, Place] = {}

    @property
    def organisations(self) -> Iterable[Organisation]:
        """All Veilig Thuis organisations."""
        return self._organisations.values()

    def index(self) -> PlaceIndex:
        """Read everything; of a name with several meanings the likeliest is read first.

        Raises:
            RegionDataError: a file is missing or says something impossible; tells file and line, in Dutch.
        """
        for code, municipality in self._municipalities.items():
            self._place(f"gemeente:{code}", municipality.name, "gemeente", [code])
        self._postcodes()
        self._provinces()
        self._named_places()
        self._streken_and_organisations()
        self._districts()
        self._places_abroad()
        self._written_in_short()
        counts = self._everyday_words()
        names = {
            key: Name(
                self._length[key],
                tuple(places),
                counts.get(key, ""),
                key in self._abbreviations,
                self._least.get(key, 1),
            )
            for key, places in self._meant.items()
        }
        return PlaceIndex(self._places, names, self._sorts, self._locations, self._sizes)

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
        words = split(name)
        key = joined(words)
        if place not in self._meant[key]:
            self._meant[key].append(place)
        self._length[key] = max(self._length.get(key, 0), len(words))
        return key

    def _postcodes(self) -> None:
        codes: dict[str, list[str]] = defaultdict(list)
        for row in self._rows("postcodes.csv"):
            codes[row["pc4"]].append(row.one_of(self._municipalities, "gemeentecode").code)
            for place in row["woonplaatsen"].split(";"):
                self._sizes[key_of(place)] += 1
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
                self._sorts["gemeente"][key_of(name)] = municipality
                full[name, row["zoeknaam"]].add(row["gemeentecode"])
        for row in self._rows("woonplaatsen.csv"):
            meanings[row["zoeknaam"]].plaats.add(row.one_of(self._municipalities, "gemeentecode").code)
            meanings[row["zoeknaam"]].labels.append(row["woonplaats"])
            self._locations[key_of(row["zoeknaam"]), row["gemeentecode"]] = _location(row)
            full[row["woonplaats"], row["zoeknaam"]].add(row["gemeentecode"])
        for row in self._rows("voormalige_gemeenten.csv"):
            meaning = meanings[" ".join(word.text for word in split(row["voormalige_gemeente"]))]
            meaning.voormalig.add(row.one_of(self._municipalities, "gemeentecode").code)
            meaning.labels.append(row["voormalige_gemeente"])
        for row in self._rows("aliassen.csv"):
            if row["soort"] in {"gemeente", "woonplaats"}:
                code = row.one_of(self._municipalities, "gemeentecode").code
                meaning = meanings[row["zoeknaam"]]
                (meaning.gemeente if row["soort"] == "gemeente" else meaning.plaats).add(code)
                meaning.labels.append(row["alias"])
        for name, meaning in meanings.items():
            place = self._meaning(name, meaning)
            self._means(name, place)
            if " " in name:
                self._several[name] = place
        for (name, search_name), codes in full.items():
            place = self._meaning(search_name, meanings[search_name])
            if key_of(name) != key_of(search_name):  # "Hengelo (Gld)" says which one
                keep = [each for each in place.candidates if each.code in codes]
                key = key_of(name)
                if key not in self._meant:  # but "hengeloo" does not: it is no name, it is a typing error
                    self._least[key] = len(split(name))
                self._means(name, part(self._places, place, keep))

    def _meaning(self, name: str, meaning: _Meaning) -> Place:
        codes = meaning.gemeente | meaning.plaats | meaning.voormalig
        label = next(filter(None, (_without_suffix(label, name) for label in meaning.labels)), meaning.labels[0])
        slug = name.replace(" ", "-")
        announced = self._sorts["gemeente"]
        if len(meaning.gemeente) == 1:
            announced[key_of(name)] = self._places[f"gemeente:{next(iter(meaning.gemeente))}"]
            if codes == meaning.gemeente:
                return announced[key_of(name)]
        only_former = not meaning.gemeente and not meaning.plaats
        if meaning.voormalig and not meaning.gemeente and (only_former or meaning.voormalig != codes):
            former = self._place(f"voormalig:{slug}", label, "voormalige gemeente", meaning.voormalig)
            announced[key_of(name)] = former
            if only_former:
                return former
        return self._place(f"plaats:{slug}", label, "plaats", codes)

    def _provinces(self) -> None:
        slugs: dict[str, set[str]] = defaultdict(set)
        for each in self._municipalities.values():
            slugs[each.province].add(each.organisation.slug)
        provinces = {key_of(province): province for province in slugs}
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
            province = provinces.get(key_of(bare)) or next(same, None)
            if province is None:
                raise rows[name].error(
                    f"'{bare}' is geen provincie en heeft niet dezelfde organisaties als een provincie"
                )
            slug = "-".join(word.text for word in split(province))
            place = self._wide(f"provincie:{slug}", f"provincie {province}", "provincie", found)
            self._sorts["provincie"][key_of(bare)] = place
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
                    self._abbreviations.add(key)
                continue
            bare = name.removesuffix(" streek")
            place = self._wide(
                f"streek:{'-'.join(word.text for word in split(bare))}", base(aliases[name]), "streek", found
            )
            self._sorts["streek"][key_of(bare)] = place
            self._means(name, place)

    def _districts(self) -> None:
        """Districts and hamlets; of a name that is also that of a place they are the less likely meaning."""
        codes: dict[str, list[str]] = defaultdict(list)
        labels: dict[str, str] = {}
        for row in self._rows("plaatsen_extra.csv"):
            codes[row["zoeknaam"]].append(row.one_of(self._municipalities, "gemeentecode").code)
            labels.setdefault(row["zoeknaam"], row["plaats"])
        for name, found in codes.items():
            self._means(name, self._place(f"buurt:{name.replace(' ', '-')}", labels[name], "buurt", found))

    def _places_abroad(self) -> None:
        """Countries and places that professionals may name; of a name that is also Dutch the less likely meaning."""
        for row in self._rows("buitenland.csv"):
            country = row["soort"] == "land"
            label = row["naam"] if country else f"{row['naam']} ({row['land']})"
            self._means(row["zoeknaam"], Place(ABROAD, label, ABROAD))

    def _written_in_short(self) -> None:
        """Names of several words with some of these in short, where that is no other name."""
        found: dict[str, set[Place]] = defaultdict(set)
        for name, place in self._several.items():
            for short in _in_short(name.split()):
                if key_of(short) not in self._meant:
                    found[short].add(place)
        for short, places in found.items():
            if len(places) == 1:
                self._least[self._means(short, places.pop())] = 2

    def _everyday_words(self) -> dict[str, str]:
        counts: dict[str, str] = {}
        for row in self._rows("gewone_woorden.csv"):
            key = key_of(row["zoeknaam"])
            if key not in self._meant:
                raise row.error(f"'{row['zoeknaam']}' is geen naam uit de andere bestanden")
            counts[key] = row.one_of({each: each for each in COUNTS}, "telt")
        return counts


def _in_short(words: Sequence[str]) -> Iterator[str]:
    """Ways to write a name of several words in short."""
    first, *rest = words
    if short := _FIRST_IN_SHORT.get(first):
        yield " ".join((short, *rest))
    if _SMALL & set(rest[:-1]) and first not in _SMALL:
        yield " ".join((first, *(word[0] if word in _SMALL else word for word in rest)))
    if len(words) > 2 and len(words[-1]) > 4:  # "H.I. Ambacht"
        yield " ".join((*(word[0] for word in words[:-1]), words[-1]))


def _organisation(row: _Row) -> Organisation:
    try:
        recorded_on = dt.date.fromisoformat(row["opgenomen_op"])
    except ValueError as error:
        raise row.error("'opgenomen_op' moet een datum zijn, zoals 2026-11-22") from error
    return Organisation(
        row["slug"],
        row["naam"],
        row["website"] or None,
        row["telefoon_landelijk"],
        row["bron_url"],
        row["bewijs_jaar"],
        recorded_on,
    )


def _location(row: _Row) -> Location:
    try:
        return float(row["breedte"]), float(row["lengte"])
    except ValueError as error:
        raise row.error("'breedte' en 'lengte' moeten getallen zijn, zoals 52.090") from error


def _without_suffix(label: str, name: str) -> str:
    """As much of a label as the search name has: "Hengelo" of "Hengelo (Gld)"; "" when it is another name."""
    parts = label.split(" ")
    return next(
        (" ".join(parts[:n]) for n in range(len(parts), 0, -1) if key_of(" ".join(parts[:n])) == key_of(name)), ""
    )
