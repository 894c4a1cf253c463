"""Personal data taken out of a message: the second line of defence, behind keeping no message at all.

For the optional store of unanswered questions (contract 3), for `meldwijzer redact`, and to tell a user who types such
data. Nothing that points to a person is to be left; a place, an age or a date of something that happened may stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from ruamel.yaml import YAML

from meldwijzer import person_names, personal
from meldwijzer.settings import ROOT


class Found(NamedTuple):
    """Personal data in a text: from where to where, and what it is."""

    start: int
    end: int
    kind: str


MONTHS = "jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
NUMBERS = (
    "een|eerste|twee|tweede|drie|derde|vier|vierde|vijf|vijfde|zes|zesde|zeven|zevende|acht|achtste|negen|negende|tien|"
    "tiende|elf|elfde|twaalf|twaalfde|dertien|dertiende|veertien|vijftien|zestien|zeventien|achttien|negentien|twintig"
)
DATE = (
    rf"(?:\d{{1,2}}\s?[-/. ]\s?\d{{1,2}}\s?[-/. ]\s?(?:(?:19|20)\d\d|['’]?\d\d)|(?:19|20)\d\d-\d\d?-\d\d?|"
    rf"(?:\d{{1,2}}|{NUMBERS})(?:e|ste|de)?[ -](?:{MONTHS})\.?[ -]['’]?(?:(?:19|20)\d\d|\d\d)|"
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d(?!\d))"
)
BIRTH = (
    r"(?:geb\b\.?|gb\b\.?|geboren|geboorte\w*|gebdat\w*|gebd\b\.?|gd\b|g\.d\.|dob|jarig|verjaar\w*|bouwjaar|\*)"
    rf"(?:\s+(?:is|was|op|datum|dd|van|:|=|te\s+\w+(?:\s+op)?))*\s*[:=(]?\s*(?P<part>(?:{DATE})|\d{{1,2}}\s?[-/]\s?\d{{1,2}}(?!\d)|"
    rf"\d{{1,2}}\s+(?:{MONTHS})\b)"
)
BORN = rf"(?P<part>{DATE})\s+geboren"
DOSSIER = (
    r"\b(?:dossier|zaak|polis|casus|(?!telefoon|tel|huis|post|mobiele?|nood|alarm)[^\W\d_]{3,}(?:nummer|nr))\b\.?(?:\s+[^\W\d_]+)?\s*[:#]?\s*"
    r"(?P<part>[A-Za-z]{0,4}[-./]?\d[\w./-]{4,})"
)
STREET = (
    r"straat|str\.|laan|weg|plein|hof|kade|dijk|gracht|singel|steeg|pad|plantsoen|baan|dreef|markt|wal|park|dam|kamp|akker|"
    r"veld|brink|erf|haven|hoek|burg|poort|donk|horst|oord|zoom|vliet|meent|drift|gaarde|stede"
)
PARTS = "van|de|den|der|het|ter|ten|en|op|aan|in|'t|prof|dr|burg|st|sint|oude|nieuwe|lange|korte"
ADDRESS = (
    rf"\b(?:(?:{PARTS}|[^\W\d_]{{2,}}\.?)\s){{0,3}}?[^\W\d_]*(?:{STREET})\.?,?\s+(?:nr\.?\s|nummer\s|huisnummer\s|huisnr\.?\s)?"
    r"\d{1,4}\s?(?:[a-z]\b|bis|hs|[-/]\s?\d{1,3}\b)?(?!\s?(?:e|ste|de|keer|x|jaar|dagen|uur|kinderen|%)\b)(?![\d:,.]\d)"
)
AVENUE = r"\b(?:laan|plein|weg|straat|hof|burg)\s+van\s+(?:de\s|het\s|den\s)?[^\W\d_]+\s+\d{1,4}(?:\s?[a-z]\b)?"
#: A street without one of the usual endings is one where someone lives at a number.
LIVES = (
    r"\b(?:woont|wonen|woonde|wonend|woonachtig|adres(?:\s+is)?)\s*:?\s+(?:(?:op|aan|in|is)\s+)*(?:(?:de|het|'t)\s+)?"
    r"(?P<part>(?:[^\W\d_]+\s){0,2}[^\W\d_]{3,}\s+(?:nr\.?\s|nummer\s|huisnr\.?\s)?\d{1,3}(?!\d)(?:\s?[a-z]\b)?)(?!\s?(?:jaar|e\b|kinderen|uur|x))"
)
WORDS_OF_TWO = (
    "aa|al|as|au|ad|de|di|do|dr|eh|en|er|ex|ga|ha|he|ho|hr|hs|ie|ik|in|is|ja|je|ka|ma|me|mn|mw|na|nl|no|nr|nu|of|ok|om|op|"
    "pa|po|re|te|to|tm|uw|uu|va|vo|vr|vs|vt|vd|wa|we|wo|ze|zn|zo|zs|za|eu|jr|mnd|km|kg|gr|ml|pp|bv|nv|st|tv|wc|pc"
)
POSTCODE = rf"\b[1-9]\d{{3}}(?:\s?-?\s?[A-Z][A-Za-z]|[a-z]{{2}}|\s-?(?!(?:{WORDS_OF_TWO})\b)[a-z]{{2}})\b"
NUMBERED = (
    r"\b(?:leerling|lln|ll|pt|clt|client|cliënt|dossier|pati[eë]nt|polis|zaak|registratie|burger|klant|personeel|bewoner|lid|kaart|pas|"
    r"paspoort|identiteits|studenten?|aanmeld|proces|pv|mutatie|v|big|zorg|casus|melding|verzekerden?|verzekerings|id|ov|agb)[\s-]*"
    r"(?:s?[\s-]?(?:nr|nummer|no|num|id|code|kaart)\b\.?|nr\.?)\s*(?:is|was|:|=|#|van\s+\w+\s+is)?\s*#?"
    r"(?P<part>[A-Za-z]{0,4}[-./ ]?\d[\w./-]{2,})"
)
SITES = r"facebook|fb|instagram|insta|tiktok|twitter|x|linkedin|snapchat|snap|youtube|roblox|discord|twitch|threads"
PROFILE = rf"(?:https?://)?(?:www\.)?(?P<part>(?:{SITES})\.(?:com|nl|gg|tv)/[^\s,;)]*[^\s,;).?!])"
HANDLE = r"(?<![\w.@])(?P<part>@[\w.]{2,}\w)"
ACCOUNT = (
    rf"\b(?:{SITES}|insta's|telegram|steam|gamertag|xbox|playstation|psn|fortnite|minecraft|onlyfans|username|"
    r"gebruikersnaam|accountnaam|profielnaam)(?:[- ]?(?:naam|account|profiel|user(?:name)?|handle|id))?"
    r"(?:\s+(?:van\s+(?:hem|haar|\w+)|is|heet|onder|als|naam|account|de|het))*\s*[:=]?\s*[\"'“‘(]?"
    r"(?P<part>[A-Za-z]*[\w.#-]*(?:[\d_#]|\w\.\w)[\w.#-]*\w|[\w.#-]*\w[_\d])"
)
PLATE_WORDS = r"(?:kent\w*n|nummerbord|nummerplaat|plaat|auto|busje|scooter|golf|polo|bmw|audi|opel)"
LOOSE_PLATE = (
    rf"\b{PLATE_WORDS}(?:\s+(?:is|met|kenteken|nr|was|van|hem|haar|vader|moeder|ex|:))*\s*:?\s*"
    r"(?P<part>(?:[A-Za-z]{1,3}|\d{1,3})[- ]?(?:[A-Za-z]{1,3}|\d{1,3})[- ]?(?:[A-Za-z]{1,3}|\d{1,3}))\b"
)
#: The three parts of a plate: letters and digits in turn, two of one and one of the other, six in all.
PLATE = re.compile(
    r"(?=(?:[- ]?\w){6}$)(?=.*\d)(?=.*[A-Za-z])(?:[A-Za-z]{1,3}|\d{1,3})[- ]?(?:[A-Za-z]{1,3}|\d{1,3})[- ]?(?:[A-Za-z]{1,3}|\d{1,3})"
)
SPACED_BSN = r"(?<![\d.,-])\d(?:[ .-]?\d){7,8}(?![\d-])"
NAMED_BSN = r"\b(?:bsn|burgerservice(?:nummer|nr)|sofi(?:nummer)?)\s*(?:nr|nummer)?\.?\s*(?:is|van\s+\w+(?:\s+is)?|:|=)?\s*(?P<part>\d(?:[ .-]?\d){7,8})(?!\d)"


class _Pattern(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = lambda _: True


def _is_birth(date: str) -> bool:
    """Whether a whole date, without a word about a birth, can hardly be that of something that happened lately."""
    years = re.findall(r"(?:19|20)\d\d", date)
    return bool(years) and int(years[-1]) <= dt.datetime.now(dt.timezone.utc).year - 2


PATTERNS = (
    _Pattern("e-mail", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    _Pattern("account", re.compile(PROFILE, re.IGNORECASE)),
    _Pattern("account", re.compile(HANDLE)),
    _Pattern("account", re.compile(ACCOUNT, re.IGNORECASE)),
    _Pattern("rekeningnummer", re.compile(personal.IBAN), personal.is_iban),
    _Pattern("bsn", re.compile(NAMED_BSN, re.IGNORECASE)),
    _Pattern("bsn", re.compile(SPACED_BSN), lambda found: len(personal.digits(found)) == 9 and personal.is_bsn(found)),
    _Pattern("telefoonnummer", re.compile(personal.PHONE)),
    _Pattern("geboortedatum", re.compile(BIRTH, re.IGNORECASE)),
    _Pattern("geboortedatum", re.compile(BORN, re.IGNORECASE)),
    _Pattern("geboortedatum", re.compile(rf"\b{DATE}", re.IGNORECASE), _is_birth),
    _Pattern("adres", re.compile(personal.ADDRESS)),
    _Pattern("adres", re.compile(ADDRESS, re.IGNORECASE)),
    _Pattern("adres", re.compile(AVENUE, re.IGNORECASE)),
    _Pattern("adres", re.compile(LIVES, re.IGNORECASE)),
    _Pattern("postcode", re.compile(POSTCODE)),
    _Pattern("kenteken", re.compile(personal.PLATE)),
    _Pattern("kenteken", re.compile(LOOSE_PLATE, re.IGNORECASE), lambda found: bool(PLATE.fullmatch(found))),
    _Pattern("nummer", re.compile(NUMBERED, re.IGNORECASE)),
    _Pattern("nummer", re.compile(DOSSIER, re.IGNORECASE), lambda found: sum(map(str.isdigit, found)) >= 5),
)


def redact(text: str) -> str:
    """A line with its personal data replaced by what it was, in square brackets.

    Args:
        text: one line.
    """
    kept, end = [], 0
    for found in find(text):
        kept += [text[end : found.start], f"[{found.kind}]"]
        end = found.end
    return "".join([*kept, text[end:]])


def find(text: str) -> list[Found]:
    """The personal data in a line, in order, without overlaps.

    Args:
        text: one line.
    """
    taken: list[Found] = []
    for found in (*_patterns(text), *_telephones(text), *(Found(*span, "naam") for span in person_names.names(text))):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return sorted(taken)


def _patterns(text: str) -> Iterator[Found]:
    for kind, pattern, holds in PATTERNS:
        for match in pattern.finditer(text):
            part = "part" if "part" in pattern.groupindex else 0
            if holds(match.group(part)) and not (
                kind in {"telefoonnummer", "nummer"} and _is_public(match.group(part))
            ):
                yield Found(*match.span(part), kind)


def _telephones(text: str) -> Iterator[Found]:
    """Numbers that a telephone would take, of other countries too."""
    if sum(map(str.isdigit, text)) < 9:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "NL"):
        if not _is_public(match.raw_string):
            yield Found(match.start, match.end, "telefoonnummer")


def _is_public(found: str) -> bool:
    # Whoever has a number of these is an organisation.
    return personal.digits(found) in public_numbers() or personal.digits(found).startswith(("0800", "0900", "088"))


@lru_cache(maxsize=1)
def public_numbers() -> frozenset[str]:
    """Telephone numbers that anyone may know, as digits."""
    listed = YAML(typ="safe").load((ROOT / "data" / "phone_numbers.yml").read_text(encoding="utf-8"))
    return frozenset(personal.digits(each["number"]) for each in listed)
