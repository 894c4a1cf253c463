"""Reads from a message which place it is about.

The steps: find every name that counts as a place, put those together that form one name ("Velp bij Arnhem"), choose
the one where the person lives whom the message is about, and see which place of that name the rest of it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from meldwijzer import place_roles
from meldwijzer.message_words import Message, split
from meldwijzer.place_guesses import NameGuesser
from meldwijzer.place_index import PlaceIndex
from meldwijzer.place_names import Match, NameFinder, is_country
from meldwijzer.place_question import BEFORE_NAME, LEADING, LIES_IN, LINKING, TRAILING, VERBS, Question
from meldwijzer.places import Place, fits
from meldwijzer.postcodes import postcodes

_LONGEST_WHOLE = 7  # words beside a postcode that may be one name


@dataclass(frozen=True)
class Reading:
    """What a message says about where.

    Attributes:
        place: the place that is meant, with all its candidates when it is ambiguous; None when none is named.
        only: the message says nothing else.
        abroad: the place that is meant lies outside the Netherlands.
        unknown: a place is meant that is not in the data.
    """

    place: Place | None = None
    only: bool = False
    abroad: bool = False
    unknown: bool = False


class PlaceReader:
    """Finds the place that a message is about."""

    def __init__(self, index: PlaceIndex) -> None:
        """Take the index of all names."""
        self._index = index
        self._names = NameFinder(index)
        self._guesses = NameGuesser(index, self._names)

    def read(self, text: str) -> Reading:
        """What a message says about where.

        Args:
            text: what was typed, in any style.
        """
        message = Question(split(text))
        found = self._find(message)
        if found is None:
            return Reading(unknown=self._guesses.unknown(message))
        only = self._only(message, found)
        if found.place.abroad:
            return Reading(abroad=True, only=only)
        return Reading(found.place, only=only)

    def hints(self, text: str) -> list[Place]:
        """Everything in a message that may say which of several places is meant.

        Args:
            text: what was typed in answer to the question which one is meant.
        """
        message = Question(split(text))
        hints = [match.place for match in self._names.matches(message)]
        if found := self._find(message):
            hints.append(found.place)
        return hints + list(filter(None, (self._names.province(word.text) for word in message.words)))

    def _only(self, message: Question, found: Match) -> bool:
        # "gauw" is an answer of its own; "Gauw", and any municipality, is worth the misunderstanding.
        if found.everyday or (found.place.abroad and not is_country(found.place) and _is_plain(message, found)):
            return False
        rest = (*message.words[: found.start], *message.words[found.end :])
        return all(word.text in LEADING or word.text in TRAILING for word in rest)

    # The place that is meant

    def _find(self, message: Question) -> Match | None:
        matches = self._postcodes(message)
        if matches and matches[0].end - matches[0].start == len(message.words):
            return matches[0]
        if not matches and (whole := self._names.whole(message)):
            matches = [whole]
            if guess := self._guesses.better_guess(message, whole):
                matches = [guess]
        elif not matches or len(message.words) > 3:
            matches = self._guesses.with_guesses(message, _merged(matches, self._names.matches(message)))
        return self._settled(message, matches)

    def _postcodes(self, message: Question) -> list[Match]:
        words = message.words
        found: list[Match] = []
        for digits, start, end, certain in postcodes(message):
            place = self._index.get(f"pc4:{digits}")
            if place is None:
                continue
            rest = [*words[:start], *words[end:]]
            named = self._names.whole(Question(rest)) if rest and len(rest) <= _LONGEST_WHOLE else None
            if named and set(named.place.candidates) & set(place.candidates):  # "6882 Velp"
                return [Match(0, len(words), place)]
            if certain or self._region_agrees(message, start, end, place):
                found.append(Match(start, end, place))
        return found

    def _region_agrees(self, message: Question, start: int, end: int, place: Place) -> bool:
        """Whether digits stand like a name and the message also names where they lie: "is 3755 utrecht of gooi"."""
        before = message.before(start)
        placed = before in {"", "is", *BEFORE_NAME, *VERBS}
        if not placed or not place.organisation or 1950 <= int(message.words[start].text[:4]) < 2050:
            return False
        names = self._names.matches(message)
        closed = message.goes_on(end) or message.words[end].text in {"is", "of", "nou", "dat"}
        closed = closed or any(each.start == end for each in names)
        return closed and any(place.organisation in each.place.organisations for each in names if not each.place.abroad)

    def _settled(self, message: Question, matches: Sequence[Match]) -> Match | None:
        """The one match that is meant, narrowed down by what else the message says."""
        groups = self._groups(message, matches)
        weights = {
            id(each): place_roles.weight(message, each.start, each.end, abroad=each.place.abroad) for each in groups
        }
        for one, other in pairwise(groups):
            if _alternatives(message, one, other) and len(groups) > 2:
                for each in (one, other):  # "is Gouda nou Rotterdam of Hollands Midden": these are what may be answered
                    if weights[id(each)] <= place_roles.ASKED:
                        weights[id(each)] = min(weights[id(each)], place_roles.GUESSED)
        _tell_what_happened(weights)
        places = [each for each in groups if not each.hint_only]

        def preference(match: Match) -> tuple[float, bool, bool, int]:
            weight = weights[id(match)]
            # A place abroad is mentioned for other reasons than that somebody lives there.
            # So is a province or region, which moreover tells less than a town.
            rare = match.place.abroad or match.place.wide
            likely = not rare or weight > place_roles.ASKED
            length = sum(len(word.text) for word in message.words[match.start : match.end])
            return (weight if likely else min(weight, place_roles.MEANT)), not rare, not match.place.abroad, length

        found = max(places, key=preference, default=None)
        if found is None or found.place.abroad:
            return found
        rest = [each for each in groups if each is not found and not each.place.abroad]
        denied = [each.place for each in rest if weights[id(each)] < place_roles.MEANT and not _moved(message)]
        hints = [each.place for each in rest if each.place not in denied]
        return replace(found, place=self._which(found, hints, denied))

    def _which(self, match: Match, nearby: Sequence[Place], denied: Sequence[Place]) -> Place:
        """Which place of a name is meant: by what is said right beside it, else by the rest of the message."""
        index, place = self._index, match.place
        if match.hints:
            narrowed = index.narrowed(place, match.hints)
            if narrowed is place:  # "Zeeland (NB)" is not the province, which is what the name alone would mean
                others = (index.narrowed(other, match.hints) for other in match.others)
                narrowed = next((other for other in others if fits(other, match.hints)), place)
            place = narrowed
            # "het Zand in Zwolle": a part of Zwolle that is not in the data, and certainly in no other town.
            # But "een leerling uit Bunnik in Utrecht melden" names two towns.
            town = place.kind == "gemeente" and match.within is not None and match.within.kind == "gemeente"
            if match.within and place.candidates and not town and not index.agrees(place, match.within):
                return match.within
        for hint in denied:
            place = index.without(place, hint)
        if not place.organisation and place.candidates:
            place = index.narrowed(place, [hint for hint in nearby if hint.candidates or hint.wide])
        return place

    def _groups(self, message: Question, matches: Iterable[Match]) -> list[Match]:
        """The matches, with those that form one name together as one: "Velp bij Arnhem", "Gelderland, Velp"."""
        groups: list[Match] = []
        for match in matches:
            match = self._with_abbreviation(message, match)
            if groups and self._belongs(message, groups[-1], match):
                groups[-1] = self._joined(message, groups[-1], match)
            else:
                groups.append(match)
        return groups

    def _with_abbreviation(self, message: Question, match: Match) -> Match:
        """A match with the province that follows it in short: "Hengelo Gld", "Well (L)"."""
        if message.ends(match.end) or match.place.abroad:
            return match
        word = message.words[match.end]
        province = self._names.province(word.text)
        if province is None or (len(word.text) == 1 and not word.capital):
            return match
        return replace(match, end=match.end + 1, hints=(*match.hints, province))

    def _belongs(self, message: Question, first: Match, second: Match) -> bool:
        """Whether two places form one name: "Velp bij Arnhem", "Gelderland, Velp"."""
        between = message.words[first.end : second.start]
        if [word.text for word in between] == ["nu"] and between[0].pause and not fits(first.place, [second.place]):
            return False  # "eerst Apeldoorn, nu Deventer"; but "Angerlo, nu Zevenaar"
        if len(between) > 5 or any(word.first for word in message.words[first.end : second.start + 1]):
            return False
        if second.place.abroad:
            return is_country(second.place) and all(word.text in LIES_IN | {"op", "de", "het"} for word in between)
        if first.place.abroad:
            return False
        if between and not first.hint_only:
            return all(word.text in LINKING for word in between)
        if between:
            return False
        one_wide = first.place.wide != second.place.wide
        told = any(fits(other, [second.place]) for other in first.others)  # "Schalkwijk (Haarlem)"
        told = told or self._index.lies_in_namesake(first.place, second.place)
        told = told or self._index.lies_in_namesake(second.place, first.place)
        return one_wide or told or self._index.narrowed(first.place, [second.place]) is not first.place

    def _joined(self, message: Question, first: Match, second: Match) -> Match:
        """Two matches that form one name as one; the other one tells which place is meant."""
        if second.place.abroad:  # "Hasselt in België"
            return replace(second, start=first.start)
        between = {word.text for word in message.words[first.end : second.start]}
        head, other = first, second
        wider = (head.place.wide or head.hint_only) and not (other.place.wide or other.hint_only)
        if wider or (not between and self._index.lies_in_namesake(other.place, head.place)):  # "Utrecht, Soest"
            head, other = other, head
        lies_in = head is first and bool(between & LIES_IN) and not between & {"buurt", "kant", "bij", "omgeving"}
        within = other.place if lies_in and not other.place.wide and other.place.organisation else head.within
        return replace(
            head,
            start=min(head.start, other.start),
            end=max(head.end, other.end),
            hints=(*head.hints, other.place, *other.hints),
            within=within,
            hint_only=head.hint_only and other.hint_only,
        )


def _tell_what_happened(weights: dict[int, float]) -> None:
    """See that who "woonde" somewhere lives there when nobody lives elsewhere: "de patient woonde in Velp"."""
    if all(weight <= place_roles.WORKS for weight in weights.values()):
        weights.update((key, place_roles.LIVES) for key, weight in weights.items() if weight == place_roles.LIVED)


def _merged(some: Sequence[Match], more: Iterable[Match]) -> list[Match]:
    """Matches from left to right, of the second ones those that are not in the way of the first."""
    free = (each for each in more if not any(each.start < one.end and one.start < each.end for one in some))
    return sorted([*some, *free], key=lambda each: each.start)


def _alternatives(message: Question, first: Match, second: Match) -> bool:
    """Whether a message lets the reader choose between two places: "twente of bij ijsselland"."""
    between = message.words[first.end : second.start]
    if len(between) > 4 or message.words[second.start].first or any(word.first for word in between):
        return False
    return "of" in (word.text for word in between)


def _is_plain(message: Question, match: Match) -> bool:
    """Whether a name is written like an everyday word, and is one: "meer" is not the village in Belgium."""
    return all(word.known and not word.capital for word in message.words[match.start : match.end])


def _moved(message: Message) -> bool:
    return any(word.text.startswith("verhui") for word in message.words)
