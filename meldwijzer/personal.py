"""Personal data that does not belong in content: what looks like someone's name, number or address.

A guard for people who write answers and examples. What users type is another matter: none of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple


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


def digits(text: str) -> str:
    """The digits of a number however it is written; the country code of the Netherlands as a 0."""
    return re.sub(r"\D", "", re.sub(r"^(\+|00)31\s*(\(0\))?\s*-?", "0", text.strip()))


def is_bsn(text: str) -> bool:
    """Whether nine digits pass the eleven test of a burgerservicenummer."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits(text)))
    return total != 0 and total % 11 == 0


def is_iban(text: str) -> bool:
    """Whether a bank account number has the right check digits."""
    plain = re.sub(r"\s", "", text).upper()
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _always(_: str) -> bool:
    return True


BSN = r"(?<!\d)(?:\d{9}|\d{3}([ .-])\d{3}\1\d{3}|\d{4}[ .]\d{2}[ .]\d{3})(?!\d)"
SERVICE = r"0(?:800|90[069])"
# 0800-2000, 0800 20 00 and 0900-44 45 444: in this order, so that a number after it is not taken along.
SERVICE_NUMBER = (
    rf"\b{SERVICE}[ -]?\d{{4}}(?!\d)|\b{SERVICE}[ -]?\d\d[ -]?\d\d(?![ -]?\d)|\b{SERVICE}(?:[ -]?\d){{7}}(?!\d)"
)
# 06 12345678, 026-123 45 67, (026) 1234567 and +31 (0)6 12345678, but no date such as 01-02-2015.
PHONE = (
    rf"{SERVICE_NUMBER}|(?<![\w.+-])(?!{SERVICE}|\d\d[-.]\d\d[-.]\d{{4}})"
    r"(?:(?:\+|00)31[ -]?(?:\(0\) ?)?|\(?0)[1-9](?:[ ().-]{0,2}\d){8}(?!\d)"
)
IBAN = r"(?i:\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b)"
# The sidecodes of Dutch licence plates, 9 for a digit and X for a letter.
SIDECODES = (
    "XX-99-99 99-99-XX 99-XX-99 XX-99-XX XX-XX-99 99-XX-XX 99-XXX-9 9-XXX-99 XX-999-X X-999-XX XXX-99-X X-99-XXX "
    "9-XX-999 999-XX-9"
)
PLATE = rf"(?<![\w-])(?:{'|'.join(SIDECODES.replace('X', '[A-Za-z]').replace('9', '[0-9]').split())})(?![\w-])"
# Small letters count only when they touch the digits: "in 2014 of 2015" is no address.
POSTCODE = r"\b[1-9]\d{3}(?:\s?[A-Z]{2}|[a-z]{2})\b"
ADDRESS = rf"{POSTCODE}[\s,]*(?:(?:huis)?nummer\s|nr\.?\s?)?\d{{1,5}}\b|\b\d{{1,5}}\s?[a-zA-Z]?,?\s+{POSTCODE}"
# No full stop after a whole word: "… woont bij oma. Doet het ertoe?" names no one.
TITLE = (
    r"(?i:(?:mevr|mw|dhr|dr|drs|mr|prof)\b\.?|(?:hr|ir)\.|(?:mevrouw|meneer|mijnheer|heer|professor|dokter|juf|juffrouw|"
    r"meester|tante|oom|opa|oma|zuster|broeder|agent|familie|naam is|heet|heette)\b)"
)
# What has a name with a capital and is no person.
NO_PERSON = (
    "Augeo|Besluit|Bureau|Centrum|Jeugdwet|Kindertelefoon|Meldwijzer|Offlimits|Politie|Raad|Rijksoverheid|Samen|Signs|"
    "Slachtofferhulp|Stichting|Veilig|Veiligheidshuis|Wet|Zorg"
)
NAME = (
    rf"\b{TITLE} +(?:[A-Z]\. ?)*(?:(?:van|de|den|der|te|ten|ter|el|al|la|'t) )*(?!(?:{NO_PERSON})\b)"
    r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[-'][A-Z][a-z]+)*"
)


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
    Kind("een e-mailadres", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    Kind("een rekeningnummer (IBAN)", re.compile(IBAN), holds=is_iban),
    Kind("een kenteken", re.compile(PLATE)),
    Kind("een adres (postcode met huisnummer)", re.compile(ADDRESS)),
    Kind(
        "een naam",
        re.compile(NAME),
        "schrijf 'de moeder' of 'de leerling'; is het geen persoon, zet het woord dan tussen aanhalingstekens",
    ),
)
