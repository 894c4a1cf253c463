"""Personal data that does not belong in content: what looks like someone's name, number or address.

A guard for people who write answers and examples. What users type is another matter: none of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """Something in a text that looks like personal data, and its kind in Dutch."""

    kind: str
    text: str


def find(text: str, public_numbers: Collection[str] = ()) -> Iterator[Found]:
    """The personal data in a text.

    Args:
        text: an answer or an example.
        public_numbers: telephone numbers that anyone may know, as digits only.
    """
    for kind, pattern, certain in KINDS:
        for match in pattern.finditer(text):
            found = match.group().strip()
            if certain(found) and digits(found) not in public_numbers:
                yield Found(kind, found)


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


def is_phone(text: str) -> bool:
    """Whether a row of digits has the length of a Dutch telephone number; a date does not."""
    number = digits(text)
    return len(number) == 10 or (number.startswith(("0800", "0900", "0906", "0909")) and len(number) in (8, 11))


def _always(_: str) -> bool:
    return True


# The sidecodes of Dutch licence plates, 9 for a digit and X for a letter.
PLATES = "XX-99-99 99-99-XX 99-XX-99 XX-99-XX XX-XX-99 99-XX-XX 99-XXX-9 9-XXX-99 XX-999-X X-999-XX XXX-99-X X-99-XXX"
PLATES += " 9-XX-999 999-XX-9"
PLATE = "|".join(PLATES.replace("X", "[A-Za-z]").replace("9", "[0-9]").split())
# Small letters count only when they touch the digits: "in 2014 of 2015" is no address.
POSTCODE = r"[1-9]\d{3}(?:\s?[A-Z]{2}|[a-z]{2})\b"
TITLES = (
    "mevrouw|mevr|mw|meneer|mijnheer|heer|dhr|hr|dr|drs|mr|ir|prof|professor|dokter|juf|juffrouw|meester|tante|oom|opa|"
    "oma|zuster|broeder|agent|familie"
)
# What has a name with a capital and is no person.
NO_PERSON = (
    "Augeo|Besluit|Bureau|Centrum|Jeugdwet|Kindertelefoon|Meldwijzer|Offlimits|Politie|Raad|Rijksoverheid|Samen|Signs|"
    "Slachtofferhulp|Stichting|Veilig|Veiligheidshuis|Wet|Zorg"
)
NAME = (
    rf"(?:[A-Z]\.\s?)*(?:(?:van|de|den|der|te|ten|ter|el|al|la|'t)\s)*(?!(?:{NO_PERSON})\b)"
    r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[-'][A-Z][a-z]+)*"
)

PHONE = "een telefoonnummer"
#: Each kind with its pattern, and a test of what the pattern finds.
KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("een burgerservicenummer", re.compile(r"(?<!\d)(?<!\d[ .-])\d(?:[ .]?\d){8}(?![ .-]?\d)"), is_bsn),
    (PHONE, re.compile(r"(?<![\w.])(?:(?:\+|00)31|\(?0)[\d\s()-]{6,14}\d(?!\d)"), is_phone),
    ("een e-mailadres", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"), _always),
    ("een rekeningnummer (IBAN)", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b", re.I),
     is_iban),
    ("een kenteken", re.compile(rf"(?<![\w-])(?:{PLATE})(?![\w-])"), _always),
    ("een adres (postcode met huisnummer)",
     re.compile(rf"\b{POSTCODE}[\s,]*(?:(?:huis)?nummer\s|nr\.?\s?)?\d{{1,5}}\b|\b\d{{1,5}}\s?[a-zA-Z]?,?\s+{POSTCODE}"),
     _always),
    ("een naam", re.compile(rf"\b(?:(?i:{TITLES})\b\.?|(?i:naam\s+is|heet|heette)\b)\s+{NAME}"), _always),
)
