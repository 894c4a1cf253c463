"""Finds the names of places in a message; many are also everyday words and only count where a place must stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from meldwijzer import place_roles
from meldwijzer.message_words import joined, key_of, vocabulary
from meldwijzer.place_index import Name, PlaceIndex
from meldwijzer.place_question import (
    ANNOUNCING,
    BEFORE_NAME,
    COUNTERS,
    LEADING,
    LINKING,
    TRAILING,
    VEILIG_THUIS,
    VERBS,
    WITHIN,
    Question,
)
from meldwijzer.places import Place, base
from meldwijzer.region_files import SORTS

_LONGEST_NAME = 7  # words; "Veilig Thuis Noord- en Midden-Limburg" has six
#: After these a name in capitals needs no preposition: "mevrouw woont Putten".
_LIVING = vocabulary("woont wonen wonend woonachtig ingeschreven")
_POLITE = vocabulary("graag aub svp alstublieft alsjeblieft nummer telefoonnummer tel telefoon website")
#: What one does somewhere: "ik woon in best".
_BEING = vocabulary("woon woont wonen werk werkt werken zit zitten kom komt komen")
#: "A'foort", "d'bosch": a first letter and an ending.
_SHORTENED = re.compile(r"([a-z])['’‘`ʼ]([a-z]{3,})")
#: Rivers of which a village bears the name.
_WATERS = vocabulary("waal giessen berkel aa hunze")
_BESIDE_WATER = vocabulary("over aan langs van op bij overkant voorbij tussen naast achter")
_PROVINCES = {
    "gld": "gelderland", "gn": "groningen", "gr": "groningen", "fr": "friesland",
    "frl": "friesland", "dr": "drenthe", "ov": "overijssel", "ovs": "overijssel", "fl": "flevoland",
    "ut": "utrecht", "utr": "utrecht", "nh": "noord holland", "zh": "zuid holland", "zld": "zeeland",
    "nb": "noord brabant", "nbr": "noord brabant", "l": "limburg", "lb": "limburg",
    "lim": "limburg", "limb": "limburg",
}  # fmt: skip
#: What only says which place of a name is meant: "het Brabantse Velp".
_ADJECTIVES = {
    "brabantse": "brabant", "noordbrabantse": "brabant", "gelderse": "gelderland", "limburgse": "limburg",
    "friese": "friesland", "groningse": "groningen", "groninger": "groningen", "drentse": "drenthe",
    "overijsselse": "overijssel", "zeeuwse": "zeeland", "flevolandse": "flevoland",
    "noordhollandse": "noord holland", "zuidhollandse": "zuid holland", "utrechtse": "utrecht",
    "twentse": "twente", "achterhoekse": "achterhoek", "betuwse": "betuwe", "gooise": "gooi", "veluwse": "veluwe",
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A place at words[start:end].

    `others` are its less likely meanings, `hints` tell which is meant, `within` is where it is said to lie.
    """

    start: int
    end: int
    place: Place
    others: tuple[Place, ...] = ()
    hints: tuple[Place, ...] = ()
    within: Place | None = None
    everyday: bool = False
    hint_only: bool = False


class NameFinder:
    """Finds names that are spelt as in the index."""

    def __init__(self, index: PlaceIndex) -> None:
        """Take the index of all names."""
        self._index = index

    def whole(self, message: Question) -> Match | None:
        """A name that is the whole message, but for words such as "ik woon in"."""
        words = message.words
        for start in range(len(words)):
            if start and words[start - 1].text not in LEADING:
                return None
            end = len(words)
            while end > start:
                name = self.name(message, start, end)
                # "één regio" is not the village Een, but "leiden veilig thuis" is about Leiden.
                cut = end < len(words) and words[end].text not in {"veilig", *COUNTERS}
                cut = cut or (end < len(words) and name is not None and name.counts == "met_hoofdletter")
                if start and words[start - 1].text in COUNTERS | WITHIN:  # "VT Hulst aub"
                    cut = cut and not all(word.text in _POLITE for word in words[end:])
                if name and not (cut and name.counts) and self._counts_alone(message, start, end, name):
                    everyday = name.counts in {"met_hoofdletter", "in_vraag"} and start == 0
                    everyday = everyday and name.places[0].kind != "gemeente" and not words[0].capital
                    return self.match(message, start, end, name, everyday=everyday)
                if words[end - 1].text not in TRAILING:
                    break
                end -= 1
        return None

    def matches(self, message: Question) -> list[Match]:
        """All names in a sentence, from left to right, at each word the longest that counts."""
        found: list[Match] = []
        words = message.words
        start = 0
        while start < len(words):
            for end in range(min(start + _LONGEST_NAME, len(words)), start, -1):
                name = self.name(message, start, end)
                if name is None or name.abbreviation:
                    continue
                last = found[-1].end if found else 0
                if self._counts(message, start, end, name) or self._is_choice(message, start, end, name, last):
                    found.append(self.match(message, start, end, name))
                    start = end
                    break
            else:
                if adjective := self._adjective(message, start):
                    found.append(adjective)
                start += 1
        return found

    def match(self, message: Question, start: int, end: int, name: Name, *, everyday: bool = False) -> Match:
        """The match of a name at words[start:end], with the likeliest of its meanings there."""
        place, *others = name.places
        before = message.before(start)
        sort, written = SORTS.get(before, ""), joined(message.words[start:end])
        announced = self._index.announced(sort, written)
        if sort and not announced and place.wide:  # "gemeente Hogeland" is Het Hogeland, not the region
            announced = self._index.announced(sort, f"het{written}") or self._index.announced(sort, f"de{written}")
        if before == "op" and (island := next((each for each in others if each.abroad), None)):
            return Match(start, end, island)  # "op Sint Maarten" is not the village in Noord-Holland
        return Match(
            start, end, announced or place, tuple(each for each in others if not each.abroad), everyday=everyday
        )

    def province(self, abbreviation: str) -> Place | None:
        """The province that is written in short as "gld"; None for any other word."""
        name = _PROVINCES.get(abbreviation)
        return self._index.announced("provincie", key_of(name)) if name else None

    def name(self, message: Question, start: int, end: int) -> Name | None:
        """What the words from start to end are the name of, if anything."""
        if end - start > _LONGEST_NAME:
            return None
        name = self._index.names.get(joined(message.words[start:end]))
        if name is None:
            short = _SHORTENED.fullmatch(message.words[start].plain) if start + 1 == end <= len(message.words) else None
            return self._index.shortened(*short.groups()) if short else None
        if end - start < name.least:
            return None
        if end - start > name.words:  # "nieuwe gein"; but "het oude water" is no town
            split_up = end - start == name.words + 1 and not name.counts and len(joined(message.words[start:end])) > 7
            before = message.before(start)
            split_up = split_up and name.places[0].kind != "buurt" and message.words[start].text not in BEFORE_NAME
            return name if split_up and (message.asks or before in BEFORE_NAME or len(message.words) == end) else None
        return name

    def _counts_alone(self, message: Question, start: int, end: int, name: Name) -> bool:
        before = message.words[:start]
        if name.counts == "in_kapitalen":
            return message.words[end - 1].capitals
        if not start or not name.counts:
            return True
        announced = message.before(start) in ANNOUNCING
        if name.counts == "alleen":
            return announced
        if announced or any(word.text in COUNTERS for word in before):
            return True
        alone = len(before) == 1 or any(word.text in _BEING for word in before)
        if alone and before[-1].text in WITHIN and end - start == 1 and len(message.words[start].text) > 3:
            return True
        return self._counts(message, start, end, name)

    def _counts(self, message: Question, start: int, end: int, name: Name) -> bool:
        """Whether a name inside a sentence is meant as a place."""
        words, before = message.words, message.before(self._adjectives(message, start))
        if message.surname(start) or name.counts == "alleen" or _is_water(message, start, end):
            return False
        if name.counts == "in_kapitalen":
            return words[end - 1].capitals
        if name.counts == "na_in":
            alone = start == 0 and message.asks and message.pauses(end) and not message.capital(end)
            numbered = before in VEILIG_THUIS and message.asks and message.goes_on(end)  # "vt 010 nummer"
            return alone or numbered or "'" in words[start].plain or before in WITHIN | ANNOUNCING | {"vanuit"}
        if name.places[0].abroad:
            return self._counts_abroad(message, start, end, name.places[0])
        capital = message.capital(end)
        if capital and message.before(start) != before:  # "het Noord-Hollandse Bergen"
            return True
        if not name.counts:
            short = end - start == 1 and len(words[start].text) <= 3
            return not short or capital or before in BEFORE_NAME or message.asks
        asked = message.asks and before in VEILIG_THUIS and name.counts != "met_hoofdletter"  # "welk VT Hoorn heeft"
        if capital and (asked or before in BEFORE_NAME | _LIVING | {"op"}):
            return True
        if name.counts == "na_voorzetsel" and before in {"in", *ANNOUNCING}:
            return True
        if name.counts == "na_voorzetsel" and message.opens(start) and message.pauses(end) and not message.ends(end):
            return True  # "kampen (ov)"
        if name.counts == "na_voorzetsel" and before == "uit" and (message.asks or place_roles.origin(message, start)):
            return True
        closed = message.pauses(end) if name.counts == "met_hoofdletter" else message.goes_on(end)
        if before in ANNOUNCING and closed:
            return True
        if name.counts != "met_hoofdletter" and message.asks and self._in_slot(message, start, end):
            return True
        return self._told_apart(message, start, end, name)

    def _counts_abroad(self, message: Question, start: int, end: int, place: Place) -> bool:
        """Whether a foreign name is meant as a place: Dutch words and first names are among them."""
        before, capital = message.before(start), message.capital(end)
        placed = before in BEFORE_NAME | VERBS | VEILIG_THUIS | {"op"}
        if all(word.known for word in message.words[start:end]) and not is_country(place):
            country = self.name(message, end, end + 1) or self.name(message, end + 1, end + 2)
            told = bool(country and is_country(country.places[-1]))
            in_slot = before in WITHIN and (capital or (message.asks and message.goes_on(end)))
            return told or in_slot or (placed and capital)
        told = message.asks and is_country(place)
        return placed or told or (message.opens(start) and message.goes_on(end))

    def _told_apart(self, message: Question, start: int, end: int, name: Name) -> bool:
        """Whether a message opens with a name and then says which of that name: "bergen in limburg"."""
        words = message.words
        if not message.opens(start):
            return False
        while not message.ends(end) and words[end].text in LINKING:
            end += 1
        for stop in range(min(end + _LONGEST_NAME, len(words)), end, -1):
            other = self.name(message, end, stop)
            if other and message.goes_on(stop):
                return self._index.agrees(name.places[0], other.places[0])
        return False

    def _in_slot(self, message: Question, start: int, end: int) -> bool:
        """Whether a name stands where a question for a region has its place."""
        before = message.before(start)
        if before in VERBS and (message.ends(end) or message.words[end].text in {"bij", "onder"}):
            return True
        if start == 0:
            return not message.ends(end) and (message.asked_next(end) or message.pauses(end))
        if before == "bij":  # "geschreeuw bij buren, waar meld ik dat"
            earlier = {message.before(start, distance) for distance in (2, 3, 4)}
            if not earlier & {*VERBS, *VEILIG_THUIS, "hoor", "zijn"}:
                return False
        # "nog een keer rustig te zegge": after "te" a word in small letters is a verb.
        return message.goes_on(end) and before in (BEFORE_NAME | VEILIG_THUIS | {"onder"}) - {"te"}

    def _is_choice(self, message: Question, start: int, end: int, name: Name, last: int) -> bool:
        """Whether an everyday word is one of two places to choose from: "is dat utrecht of gooi", "gooi of utrecht".

        `last` is where the name before it ends.
        """
        if name.counts not in {"na_voorzetsel", "in_vraag"} or name.places[0].abroad:
            return False
        before = message.before(start)
        if before == "of":
            return 0 < last == start - 1 and message.goes_on(end)
        other = self.name(message, end + 1, end + 2) if message.after(end) == "of" else None
        asked = before in {"is", "dat", "dit", "nou", "nu"} or before.isdigit()
        return asked and other is not None and not other.counts

    def _adjective(self, message: Question, start: int) -> Match | None:
        """A word that only tells which place of a name is meant: "het Limburgse Beek", "niet het brabantse"."""
        if start < 0:
            return None
        word = message.words[start].text
        known, start_from = _ADJECTIVES.get(word), start
        if not known and word in {"hollandse", "brabantse"} and message.before(start) in {"noord", "zuid"}:
            known, start_from = f"{message.before(start)} {word[:-2]}", start - 1
        place = known and (self._index.announced("provincie", key_of(known)) or self._named(known))
        return Match(start_from, start + 1, place, hint_only=True) if place else None

    def _adjectives(self, message: Question, start: int) -> int:
        """Where the words begin that only tell which place of a name is meant: at "het" in "het Limburgse Beek"."""
        if not self._adjective(message, start - 1):
            return start
        start -= 1
        while message.before(start) in {"het", "de", "noord", "zuid"}:
            start -= 1
        return start

    def _named(self, name: str) -> Place | None:
        found = self._index.names.get(key_of(name))
        return found.places[0] if found else None


def _is_water(message: Question, start: int, end: int) -> bool:
    """Whether a name there is that of a river: "aan de overkant van de Waal"; "in de Waal" is the village."""
    article = message.words[start].text if end - start > 1 else message.before(start)
    before = message.before(start) if end - start > 1 else message.before(start, 2)
    return article == "de" and message.words[end - 1].text in _WATERS and before in _BESIDE_WATER


def is_country(place: Place) -> bool:
    """Whether a place abroad is a whole country."""
    return place.abroad and base(place.label) == place.label
