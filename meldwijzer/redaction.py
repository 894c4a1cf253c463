"""The second line of defence: personal data in what people type, replaced by what kind it is (contract 1).

The first line is that nothing typed is kept at all. This one serves where text does stay, at the wish of an operator, and
tells users that they typed more than needed. It errs on the side of hiding.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
import yaml

from meldwijzer import addresses
from meldwijzer.name_lists import fold, name_lists
from meldwijzer.person_names import name_finder
from meldwijzer.personal_patterns import BSN, EMAIL, IBAN, PHONE, PLATE, SERVICE_NUMBER, digits, is_bsn, is_iban
from meldwijzer.settings import ROOT


class Span(NamedTuple):
    """Personal data in a text: where, and of what kind."""

    start: int
    end: int
    kind: str


Spans = Iterable[tuple[int, int]]


def redact(text: str) -> str:
    """A text with every personal detail replaced by its kind, such as `[naam]`; line breaks stay where they are.

    Args:
        text: what was typed, in any style.
    """
    pieces, end = [], 0
    for span in spans(text):
        pieces += [text[end : span.start], f"[{span.kind}]"]
        end = span.end
    return "".join([*pieces, text[end:]])


def holds_personal_data(text: str) -> bool:
    """Whether anything in a text would be redacted."""
    return bool(spans(text))


def spans(text: str) -> list[Span]:
    """The personal data in a text, from left to right; of what overlaps, the kind that is most certain."""
    taken = [Span(*match.span(), "reeks") for match in _UNBROKEN.finditer(text)]
    text = _UNBROKEN.sub(lambda match: "\0" * len(match.group()), text)
    taken += [Span(*match.span(), "") for match in _SERVICES.finditer(text)]
    for kind, find in KINDS:
        for start, end in find(text):
            taken += [
                Span(*part, kind) for part in _free(start, end, taken) if any(map(str.isalnum, text[slice(*part)]))
            ]
    return _merged(span for span in sorted(taken) if span.kind)


def _merged(found: Iterable[Span]) -> list[Span]:
    """Neighbours of one kind as one."""
    merged: list[Span] = []
    for span in found:
        if merged and merged[-1].kind == span.kind and merged[-1].end == span.start:
            merged[-1] = merged[-1]._replace(end=span.end)
        else:
            merged.append(span)
    return merged


def _free(start: int, end: int, taken: list[Span]) -> list[tuple[int, int]]:
    """What is left of a stretch between those that are taken."""
    parts = [(start, end)]
    for span in taken:
        parts = [
            piece
            for left, right in parts
            for piece in ((left, min(right, span.start)), (max(left, span.end), right))
            if piece[0] < piece[1]
        ]
    return parts


def _matches(
    pattern: str | re.Pattern[str], holds: Callable[[str], bool] = bool
) -> Callable[[str], Iterator[tuple[int, int]]]:
    """A finder by a pattern: its first group where it has one, else all of it."""
    compiled = re.compile(pattern)

    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in compiled.finditer(text):
            part = "it" if "it" in compiled.groupindex else 0
            if holds(match[part]):
                yield match.span(part)

    return find


def _all(*finders: Callable[[str], Spans]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (span for find in finders for span in find(text))


@lru_cache(maxsize=1)
def public_numbers() -> frozenset[str]:
    """The digits of the telephone numbers that anyone may know (data/phone_numbers.yml)."""
    listed = yaml.safe_load((ROOT / "data" / "phone_numbers.yml").read_text(encoding="utf-8"))
    return frozenset(digits(each["number"]) for each in listed)


def _is_private(number: str) -> bool:
    # 0800 and 0900 are numbers of organisations, also those that are not in our list.
    plain = digits(number)
    return plain not in public_numbers() and not plain.startswith(("0800", "0900", "0906", "0909", "088", "140"))


#: No word, but it could hold anything, and the patterns would be busy with it for long.
_UNBROKEN = re.compile(r"\S{120,}")
#: Numbers of organisations, which stay.
_SERVICES = re.compile(SERVICE_NUMBER)
_FOREIGN = re.compile(r"(?:\+|\b00)\d[\d ().-]{6,}")


def _foreign_phones(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of other countries, which only a library knows."""
    if _FOREIGN.search(text):
        for match in phonenumbers.PhoneNumberMatcher(text, "NL", phonenumbers.Leniency.POSSIBLE):
            if match.raw_string.startswith(("+", "00")):
                yield match.start, match.end


_MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sep(?:t(?:ember)?)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY, _IN = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d)"
_DATE = (
    rf"(?:(?<![\d/-]){_DAY}(?:\s?-\s?{_IN}\s?-\s?|\s?/\s?{_IN}\s?/\s?){_YEAR}(?![\d/])|"
    rf"(?<![\d.]){_DAY}(?:\.\s?{_IN}\.\s?|\s{_IN}\s)(?:19|20)\d\d(?!\d)|\b(?:19|20)\d\d-\d\d?-\d\d?\b|"
    rf"\b{_DAY}[ -]{_MONTH}[ -]{_YEAR}(?!\w))"
)
_BORN = r"(?:geboren|geboortedatum|geb\b\.?|gebdatum|geb\.?\s?dat\w*\.?|\bgd\b|\bdob\b|geboortedag|verjaardag|jarig|\bg\.d\.)"
_DAYS = "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien".split()
#: A date near a word for birth, on either side.
_BIRTHS = re.compile(
    rf"(?i){_BORN}[^.!?\n\d]{{0,30}}?(?P<after>{_DATE}|(?<!\d)\d{{8}}(?!\d)|{_DAY}\.{_IN}\.\d\d(?!\d)|\b\d{{1,2}} {_MONTH}(?!\w)|"
    rf"\b(?:{'|'.join(_DAYS)}|\w+tien|\w*twintig|\w*dertig) {_MONTH} (?:19|20)\d\d)|"
    rf"(?P<before>{_DATE})[^.!?\n\d]{{0,20}}?{_BORN}"
)
#: A whole date that does not tell when something happened.
_BARE = re.compile(rf"(?i)(?P<it>{_DATE})")
_HAPPENED = re.compile(
    r"(?i)\b(?:op|sinds|vanaf|per|tot|t/m|d\.?d\.?|begin|eind|rond|voor|na|wet|wet van|besluit van|uitspraak|de|tussen|uit|en|"
    r"art|art\.|artikel|vandaag|gisteren|het is|datum|ingangsdatum|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|(?<!is )van)\s*:?\s*\(?$"
)


def _births(text: str) -> Iterator[tuple[int, int]]:
    for match in _BIRTHS.finditer(text):
        yield match.span("after" if match["after"] else "before")
    for match in _BARE.finditer(text):
        if not _HAPPENED.search(text, max(0, match.start() - 40), match.start()) and _years_ago(match["it"]) > 1:
            yield match.span()


def _years_ago(date: str) -> int:
    """How many years a date lies back; the two digits of a year as the latest one that they can mean."""
    today = dt.date.today().year  # noqa: DTZ011
    year = int((re.search(r"(?:19|20)\d\d", date) or re.search(r"\d\d$", date) or [date[-2:]])[0])
    if year < 100:
        year += 2000 if year <= today % 100 else 1900
    return today - year


_IS = r"\s*(?:van\s(?:haar|hem|\w+)\s)?(?:is|was|luidt|:|=|-)?\s*[:=]?\s*"
_NUMBERED = (
    r"(?i)\b(?:(?:leerling|ll|client|cliënt|dossier|zaak|patient|patiënt|klant|kind|relatie|persoons|registratie|mutatie|"
    r"proces-verbaal|pv|bvh|polis|zorg|inschrijf|student|burger|administratie|ob|meld|meldings|melding|casus|onderwijs|pgn|"
    r"parketnummer|parket|vreemdelingen|v|document|paspoort|id|rijbewijs|referentie|behandel|systeem|cliëntvolg|ecli)"
    r"[\s-]?(?:nummer|nr\.?|nummertje|no\.?|id|code|kenmerk)|(?:dossier|zaak|kenmerk|cliënt|client|leerling|patiënt|patient|casus|"
    rf"mutatie|pv|bvh|mrn|zis|epd|parnassys|somtoday|magister|referentie|ref\.?)){_IS}#?\s*"
    r"(?P<it>(?:[A-Za-z]{2,4}\s(?=\d))?(?=(?:[\w./-]*\d){3})(?!\d+-jarig|\d\d?-\d\d?\b(?!-))(?!(?:19|20)\d\d\b(?![-/.]?\d))[\w][\w./-]{2,}\w)"
)
_LONG_NUMBER = r"(?<![\w.,/-])(?!0{3})\d{7,}(?![\w]|[.,]\d)"
_PASSPORT = r"(?<!\w)(?=[A-Z]*\d)[A-NP-Z]{2}[A-NP-Z0-9]{6}\d(?!\w)"
_BSN_SAID = rf"(?i)(?:\bbsn|burger\s?service\s?nummer|sofi\s?nummer|sofi)(?:[\s-]?(?:nummer|nr\.?))?{_IS}(?P<it>\d(?:[ .-]?\d){{7,8}})(?!\d)"
_NINE = r"(?<![\d+])\d(?:[ .-]?\d){8}(?!\d)"
_PHONE_SAID = (
    r"(?i)\b(?:tel(?:efoon)?(?:nummer|nr)?|mobiel(?:e nummer|tje)?|gsm|nummer|bereikbaar op|06)\b\.?\s*(?:is|op|:)?\s*"
    r"(?P<it>\d{3}[ -]?\d{2}[ -]?\d{2}|\d{3}[ -]\d{4}|0\d{1,3}[ -]?\d{6,8})(?!\d)"
)
_MOBILE_ABROAD = r"(?<![\w+])31\s?6[ -]?\d{8}(?!\d)"
_PLATE_SAID = rf"(?i)\b(?:kentek\w*|nummerbord|nummerplaat){_IS}(?P<it>(?=[a-z\d -]*\d)[a-z\d]{{1,3}}[ -]?[a-z\d]{{2,3}}[ -]?[a-z\d]{{1,3}})(?!\w)"
_PLATE_PLAIN = r"(?i)(?<![\w-])(?:[A-Z]{2}\d{3}[A-Z]|[A-Z]\d{3}[A-Z]{2}|\d{2}[A-Z]{3}\d|\d[A-Z]{3}\d{2}|[A-Z]{3}\d{2}[A-Z]|\d{2}[A-Z]{2}\d{2})(?![\w-])"
#: With blanks, of the letters that plates have: no vowels.
_PLATE_SPACED = (
    r"(?i)(?<![\w-])(?:[b-df-hj-np-tv-xz] \d{3} [b-df-hj-np-tv-xz]{2}|[b-df-hj-np-tv-xz]{2} \d{3} [b-df-hj-np-tv-xz]|"
    r"\d{1,2} [b-df-hj-np-tv-xz]{3} \d{1,2}|\d{2} [b-df-hj-np-tv-xz]{2} [b-df-hj-np-tv-xz]{2})(?![\w-])"
)
_PLATE_ABROAD = r"(?i)(?:plaat|kentek\w*|nummerbord)\s*:?\s*(?P<it>[A-Z]{1,3}[ -]?\d{3,5}[A-Z]{0,2})(?!\w)"
_EMAIL_SAID = r"(?i)[\w.+-]+(?:@\s?|\s?\(at\)\s?|\s?\[at\]\s?|\sat\s|\sapenstaartje\s)[\w-]+(?:\.|\s?\(dot\)\s?|\spunt\s)[a-z]{2,}\b"
_HOSTS = (
    r"(?:instagram|facebook|fb|tiktok|linkedin|snapchat|x|twitter|youtube|discord|pinterest|reddit|twitch|threads|onlyfans|vk|"
    r"roblox|strava|bsky|t|wa|m)"
)
_PROFILE = (
    rf"(?i)(?:https?://)?(?<![\w.])(?:[a-z]{{1,3}}\.)?{_HOSTS}\.(?:com|nl|gg|me|net|app|tv|ru)/[^\s,;)\"']*[\w/]|"
    r"https?://[^\s,;)\"']*(?:/(?:profile?|profiel|user|users|gebruiker|leden|u|in|people)/|[?&](?:id|user)=|/@|/~)[^\s,;)\"']*|"
    r"\b[\w-]+#\d{4}\b"
)
_HANDLE = r"(?<![\w.@/])@[A-Za-z0-9_](?:[\w.]*\w)?(?!\w*@)"
_MEDIUM = (
    r"(?:snap(?:chat)?|insta(?:gram)?|tiktok|tik tok|discord|telegram|twitter|facebook|fb|skype|kik|steam|roblox|fortnite|xbox|"
    r"psn|playstation|twitch|youtube|gamer\s?tag|signal|tumblr|reddit|onlyfans|threads|omegle|whatsapp)"
)
_UNDERSCORED = r"(?<![\w@.])(?=\w*[a-zA-Z])[\w.-]*[a-zA-Z0-9]_[\w.-]*\w"
#: A name with a year or a number to it, where a medium is spoken of.
_NUMBERED_HANDLE = re.compile(r"(?<![\w@.])[A-Za-z][A-Za-z.]{2,}[._-]?\d{2,}\w*(?![\w:])")
_MEDIA = re.compile(rf"(?i)\b{_MEDIUM}\b|\bps[345]\b|\bgame")
_HANDLE_SAID = re.compile(
    rf"(?i)(?:\b{_MEDIUM}(?:[\s-]?(?:account|naam|profiel|gebruiker|user|username|id|handle|tag|nick))*|"
    r"\b(?:gebruikersnaam|username|nickname|gamertag|accountnaam|profielnaam|schermnaam|inlognaam|account))"
    r"(?P<link>(?:\s+(?:is|heet|heten|onder|de|het|als|met|naam|van|haar|hem|zijn|hij|zij|ze|dat|:|account|profiel|"
    r"gebruikersnaam|op|voor|genaamd|staat|bekend|naam:|volgt|via|@))*\s*[:=(]?)\s*['\"“‘]?"
    r"(?P<it>[A-Za-z0-9_][\w.-]{2,}\w)"
)


def _handles(text: str) -> Iterator[tuple[int, int]]:
    """Names on social media after the name of one: what looks like no word."""
    if _MEDIA.search(text):
        yield from (match.span() for match in _NUMBERED_HANDLE.finditer(text))
    for match in _HANDLE_SAID.finditer(text):
        handle = match["it"]
        parted = re.search(r"[\d_]|\w\.\w", handle) is not None
        known = fold(handle) in name_lists().vocabulary
        if (parted and not re.fullmatch(r"\d+", handle)) or (
            match["link"].strip(" ").endswith((":", "=")) and not known
        ):
            yield match.span("it")


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    """Account numbers; those of the Netherlands also with a typing error in them."""
    for match in re.finditer(IBAN, text):
        found = match.group()
        # The pattern may take a word after the number along.
        for end in range(len(found), 14, -1):
            if is_iban(found[:end]) and not found[end : end + 1].isalnum():
                yield match.start(), match.start() + end
                break
    yield from _matches(r"(?i)\bNL\s?\d{2}\s?[A-Z]{4}(?:[\s.]?\d){8,10}(?!\d)")(text.replace(".", " "))


#: What is looked for, the most certain first: its pieces are not looked at again. The names are the placeholders.
KINDS: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("link", _matches(_PROFILE)),
    ("e-mail", _all(_matches(EMAIL), _matches(_EMAIL_SAID))),
    ("rekeningnummer", _ibans),
    ("bsn", _all(_matches(_BSN_SAID), _matches(BSN, is_bsn), _matches(_NINE, is_bsn))),
    (
        "telefoon",
        _all(
            _matches(PHONE, _is_private), _foreign_phones, _matches(_PHONE_SAID, _is_private), _matches(_MOBILE_ABROAD)
        ),
    ),
    ("geboortedatum", _births),
    ("nummer", _all(_matches(_NUMBERED), _matches(_PASSPORT))),
    ("kenteken", _all(*map(_matches, (PLATE, _PLATE_SAID, _PLATE_PLAIN, _PLATE_SPACED, _PLATE_ABROAD)))),
    ("adres", addresses.streets),
    ("postcode", addresses.postcodes),
    ("account", _all(_matches(_HANDLE), _matches(_UNDERSCORED), _handles)),
    ("naam", lambda text: name_finder().find(text)),
    ("nummer", _matches(_LONG_NUMBER, _is_private)),
)
