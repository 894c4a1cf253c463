"""Postcodes in a message: four digits, with or without two letters, that are not a year or a number of something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from meldwijzer.message_words import Message, vocabulary
from meldwijzer.place_question import BEFORE_NAME, LEADING, TRAILING, VEILIG_THUIS, VERBS, WITHIN, Question

_YEARS = range(1950, 2050)
#: Two letters after four digits that need not be a postcode: "in 2015 de".
_SHORT_WORDS = vocabulary("in is ik de we al er en of om op te me ze je ja nu zo na af km cm kg eu")
_LIVING = vocabulary("woont wonen wonend woonachtig ingeschreven verblijft zit zitten adres staat")
_POSTCODE = re.compile(r"([1-9]\d{3})([a-z]{2})?")
_NO_POSTCODE = re.compile(r"0\d{3}([a-z]{2})?")


def postcodes(message: Question) -> Iterator[tuple[str, int, int, bool]]:
    """Postcodes in a message: the digits, from and to which word, and whether they can be nothing else."""
    words = message.words
    announced = any(word.text in {"postcode", "pc", "postcodegebied", "postcodes"} for word in words)
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
        placed = before in BEFORE_NAME | VEILIG_THUIS | VERBS
        bare = all(other.text in LEADING or other.text in TRAILING for other in (*words[:index], *words[end:]))
        certain = (
            bool(letters)
            or len(words) == 1
            or (announced and not (year and before in WITHIN | {"sinds", "vanaf", "wmo", "wet"}))
            or (not year and message.before(index) == "cijfers")
            or (not year and before == "op" and _lives(message, index) and message.goes_on(end))
            or (not year and (bare or (before in WITHIN | {"op", "bij"} and message.pauses(end))))
            or (message.asks and (placed or message.pauses(end)) and not year)
            or (message.asks and before in VERBS | VEILIG_THUIS | {"bij"})
        )
        yield digits, index, end, certain


def _lives(message: Message, index: int) -> bool:
    """Whether somebody lives there: "de vader woont op 8321"."""
    return any(message.before(index, distance) in _LIVING for distance in (2, 3))


def no_postcode(message: Message) -> bool:
    """Whether four digits are given as a postcode that cannot be one, since none begins with a nought."""
    return any(
        _NO_POSTCODE.fullmatch(word.text)
        and any(message.before(index, distance) in {"postcode", "pc"} for distance in (1, 2, 3))
        for index, word in enumerate(message.words)
    )
