"""Personal data that does not belong in content: what looks like someone's name, number or address.

A guard for people who write answers and examples. What users type is another matter: none of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from meldwijzer.personal_patterns import ADDRESS, BSN, EMAIL, IBAN, NAME, PHONE, PLATE, digits, is_bsn, is_iban


class Found(NamedTuple):
    """Something in a text that looks like personal data, with its kind and what to do about it in Dutch."""

    kind: str
    text: str
    advice: str


def find(text: str, public_numbers: Collection[str] = ()) -> Iterator[Found]:
    """The personal data in a text.

    Args:
        text: an answer or an example.
        public_numbers: telephone numbers that anyone may know, as digits only.
    """
    for kind in KINDS:
        for match in kind.pattern.finditer(text):
            found = match.group().strip()
            if kind.holds(found) and digits(found) not in public_numbers:
                yield Found(kind.name, found, kind.advice)


def _always(_: str) -> bool:
    return True


class Kind(NamedTuple):
    """A kind of personal data."""

    name: str
    pattern: re.Pattern[str]
    advice: str = "haal het weg of schrijf het algemener"
    holds: Callable[[str], bool] = _always


KINDS = (
    Kind("een burgerservicenummer", re.compile(BSN), holds=is_bsn),
    Kind(
        "een telefoonnummer",
        re.compile(PHONE),
        "haal het weg; is het een openbaar nummer, zet het dan in data/phone_numbers.yml",
    ),
    Kind("een e-mailadres", re.compile(EMAIL)),
    Kind("een rekeningnummer (IBAN)", re.compile(IBAN), holds=is_iban),
    Kind("een kenteken", re.compile(PLATE)),
    Kind("een adres (postcode met huisnummer)", re.compile(ADDRESS)),
    Kind(
        "een naam",
        re.compile(NAME),
        "schrijf 'de moeder' of 'de leerling'; is het geen persoon, zet het woord dan tussen aanhalingstekens",
    ),
)
