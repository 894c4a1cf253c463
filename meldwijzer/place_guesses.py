"""Names of places that are misspelt, or not in the data: words that are not Dutch, where a place must stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from meldwijzer.message_words import Word, joined, vocabulary
from meldwijzer.place_index import PlaceIndex
from meldwijzer.place_names import Match, NameFinder
from meldwijzer.place_question import (
    ANNOUNCING,
    BEFORE_NAME,
    COUNTERS,
    LEADING,
    PREPOSITIONS,
    TRAILING,
    VEILIG_THUIS,
    VERBS,
    WITHIN,
    Question,
)
from meldwijzer.places import Place, fits
from meldwijzer.postcodes import no_postcode, postcodes

#: Words after which a place is to be expected in a question for a Veilig Thuis.
_EXPECTING = BEFORE_NAME | VERBS | COUNTERS
_LONGEST_GUESS = 5  # words
#: Words with which no name begins, so no misspelt one either.
_NEVER_FIRST = vocabulary(
    """
    een mijn ons onze haar zijn dit die deze dat welk welke wat wie ik wij we
    hee hey hoi hallo hoho tja tjonge jeetje sorry goh oei oeps okee
    """
)
#: How an unknown name ends when it is that of a place, though a dictionary may have its parts: "Rommeldam".
_PLACE_ENDINGS = re.compile(
    r".{3,}(?:dam|dorp|stad|broek|wold|woud|veen|burg|berg|beek|huizen|hoven|horst|drecht|kerk|kerke|loo|lo|rode|rade"
    r"|wijk|zijl|zijl|um|ingen|heem|hem|dijk|meer|mond|monde|monster|schoten|terp|waard|weerd|zand|haven|bosch|poel)"
)


class NameGuesser:
    """Finds names that are not spelt as in the index."""

    def __init__(self, index: PlaceIndex, names: NameFinder) -> None:
        """Take the index of all names, and what finds those that are spelt right."""
        self._index = index
        self._names = names

    def with_guesses(self, message: Question, matches: Sequence[Match]) -> list[Match]:
        """The matches, and names with a typing error where a name is to be expected."""
        found = list(matches)
        for start, end, alone in (*_spans(message), *_spans_beside(message, matches)):
            parts = [each for each in found if each.start < end and start < each.end]
            if len(parts) > 1 or any(not (start <= each.start and each.end <= end) for each in parts):
                continue
            beside = bool(found) and not parts and message.before(start) not in WITHIN | ANNOUNCING | {"naar"}
            next_to = [each for each in found if each.start == end] if beside and message.opens(start) else []
            if beside and not next_to and not self._has_neighbour(message, start, end, found):
                continue
            guess = self._misspelt(message, start, end, alone=alone, part=parts[0] if parts else None)
            # "ijselstein utrecht": what follows is where it lies
            if guess and next_to and not self._lies_in(guess.place, next_to[0].place):
                continue
            if guess:
                found = sorted([*(each for each in found if each not in parts), guess], key=lambda each: each.start)
        return found

    def _lies_in(self, town: Place, other: Place) -> bool:
        """Whether a place lies in a province, or in the one that has the name of a town."""
        return fits(town, [other]) or self._index.lies_in_namesake(town, other)

    def _has_neighbour(self, message: Question, start: int, end: int, found: Sequence[Match]) -> bool:
        """Whether what opens a message is told apart by a place that is spelt right: "velthoven bij eindhoven"."""
        words = message.words[start:end]
        if not message.opens(start) or any(word.known for word in words):
            return False
        return any(each.start == end + 1 and message.before(each.start) == "bij" for each in found)

    def better_guess(self, message: Question, whole: Match) -> Match | None:
        """A misspelt name of which the one that was found is a part: "Ettn-Leur" is not the village Leur."""
        for start, end, alone in _spans(message):
            wider = start <= whole.start and whole.end <= end and (start, end) != (whole.start, whole.end)
            if wider and (guess := self._misspelt(message, start, end, alone=alone, part=whole)):
                return guess
        return None

    def unknown(self, message: Question) -> bool:
        """Whether a message names a place that is not in the data."""
        if any(certain for *_, certain in postcodes(message)) or no_postcode(message):
            return True
        return any(self._unknown_name(message, index) for index in range(len(message.words)))

    def _misspelt(self, message: Question, start: int, end: int, *, alone: bool, part: Match | None) -> Match | None:
        """A name with a typing error at words[start:end]; one that `part` is a part of, if given.

        "Ettn-Leur" is not the village Leur, and "alphen an den rijn" not one of the places called Alphen.
        """
        words = message.words
        rest = [*words[start : part.start], *words[part.end : end]] if part else words[start:end]
        # Persons come after these words as often as places do.
        careful = not (alone or message.asks) and message.before(start) not in WITHIN | ANNOUNCING | {"naar"}
        length = sum(len(word.text) for word in words[start:end])
        # "den helden" are Dutch words, but no Dutch phrase.
        phrase = alone and not part and (words[start].text in {"den", "sint"} or end - start > 2)
        phrase = phrase or (alone and part is not None and self._index.slip(joined(words[start:end])))
        known = all(word.known or (not alone and len(word.text) < 4) for word in rest) and not phrase
        least = 7 if careful else 4 if alone and message.asks and end - start == 1 else 5
        if length < least or known or message.surname(start):
            return None
        if part and part.hint_only:
            return None
        certain = alone or (message.asks and message.before(start) in BEFORE_NAME | VERBS | VEILIG_THUIS)
        name = self._index.closest(joined(words[start:end]), certain=certain)
        if name is None or (part and name.words <= part.end - part.start):
            return None
        if alone or not (name.counts and not message.asks):
            return self._names.match(message, start, end, name)
        return None

    def _unknown_name(self, message: Question, index: int) -> bool:
        """Whether a word stands where a place belongs, and is no Dutch word."""
        word, before = message.words[index], message.before(index)
        own = word.text in VEILIG_THUIS or word.text == "veilig" or word.key in self._index.names
        if own or not 3 < len(word.text) < 30 or not word.text.isalpha() or message.surname(index):
            return False
        if word.text.startswith(("regi", "gemeent", "provinc")):
            return False
        capital, closed = message.capital(index + 1), message.goes_on(index + 1)
        firm = before in VERBS | WITHIN | ANNOUNCING | VEILIG_THUIS | {"bij", "onder"}
        if word.known or (word.capitals and message.capitals_tell):
            # Dutch writes no other nouns with a capital: "onder welk Veilig Thuis valt Antwerpen?"
            return word.known and message.asks and firm and capital and closed
        placelike = bool(_PLACE_ENDINGS.fullmatch(word.text)) and before in WITHIN | ANNOUNCING
        if not (message.asks and capital) and not placelike and word.compound:
            return bool(_PLACE_ENDINGS.fullmatch(word.text)) and len(message.words) == 1
        announced = before in {"gemeente", "woonplaats", "dorp", "dorpje"} and (capital or message.pauses(index + 1))
        if len(message.words) == 1 or announced:
            return True
        if not message.asks:
            return False
        return (firm and (capital or closed or placelike)) or (before in PREPOSITIONS and (capital or closed))


def _spans(message: Question) -> Iterator[tuple[int, int, bool]]:
    """Where a misspelt name may stand: start, end, and whether it is all that the message says about where."""
    yield from _opening_spans(message)
    words = message.words
    after = _EXPECTING if message.asks else (BEFORE_NAME | COUNTERS) - {"te"}
    for start in range(1, len(words)):
        if words[start].text in _EXPECTING | _NEVER_FIRST:
            continue
        if message.before(start) in after:
            for stop in range(min(start + _LONGEST_GUESS, len(words)), start, -1):
                if not any(word.first for word in words[start + 1 : stop]):
                    yield start, stop, False
        elif message.asks and (_stands_out(words[start]) or (words[start].capital and message.ends(start + 1))):
            yield start, start + 1, False


def _spans_beside(message: Question, matches: Sequence[Match]) -> Iterator[tuple[int, int, bool]]:
    """The word that opens a message, right before a place that is spelt right: "ijselstein utrecht veilig thuis"."""
    if matches and message.asks:
        end = matches[0].start
        if end and message.opens(end - 1) and not message.words[end - 1].known:
            yield end - 1, end, True


def _opening_spans(message: Question) -> Iterator[tuple[int, int, bool]]:
    """Where a message has nothing before the name: "ik woon in amersvoort", "Purmerent welk VT"."""
    words = message.words
    end = len(words)
    while end and words[end - 1].text in TRAILING:
        end -= 1
    for start in range(end):
        if start and words[start - 1].text not in LEADING and not words[start - 1].text.isdigit():
            return
        if words[start].text in _EXPECTING | _NEVER_FIRST:
            continue
        if end - start <= _LONGEST_GUESS:
            yield start, end, True
        for stop in range(min(start + _LONGEST_GUESS, len(words)), start, -1):
            asked = message.asks or (stop < len(words) and words[stop].text in {"veilig", *COUNTERS})
            if asked and stop != end and message.goes_on(stop):
                yield start, stop, True


def _stands_out(word: Word) -> bool:
    """Whether a word may be a misspelt name wherever it stands in a question for a Veilig Thuis."""
    return len(word.text) > 5 and word.text.isalpha() and not word.known and not word.compound
