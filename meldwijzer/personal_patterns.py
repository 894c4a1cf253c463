"""What personal data look like: the patterns that the guard of our content and the redaction of messages share."""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn


def digits(text: str) -> str:
    """The digits of a number however it is written; the country code of the Netherlands as a 0."""
    return re.sub(r"\D", "", re.sub(r"^(\+|00)31\s*(\(0\))?\s*-?", "0", text.strip()))


def is_bsn(text: str) -> bool:
    """Whether nine digits pass the eleven test of a burgerservicenummer."""
    return bool(bsn.is_valid(digits(text)))


def is_iban(text: str) -> bool:
    """Whether a bank account number has the right check digits."""
    plain = re.sub(r"\s", "", text).upper()
    return bool(mod_97_10.is_valid(plain[4:] + plain[:4]))


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
EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
