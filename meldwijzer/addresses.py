"""Addresses in a message: a street with a number, also in small letters, and a whole postcode."""

from __future__ import annotations

import re
from collections.abc import Iterator

from meldwijzer.name_lists import PARTICLES, fold, name_lists

_NUMBER = r"\d{1,4}(?:\s?-?\s?[a-zA-Z](?![\w'])|\s?-\s?\d{1,4}|[\s-]?(?:bis|hs|huis|boven|[IVX]+)\b)?(?![\d:.,]*\d)"
#: What a number counts, when it is no number of a house.
_COUNTED = (
    r"(?!\s*(?:%|jr|jaar|jaren|jarige|maand|maanden|week|weken|dag|dagen|uur|uren|minuten|min\b|keer|maal|x\b|kinderen|kids|euro|"
    r"procent|mensen|personen|meter|km|kilometer|nachten|stappen|vragen|leerlingen|gezinnen|januari|februari|maart|april|"
    r"mei|juni|juli|augustus|september|oktober|november|december|"
    r"gevallen|meldingen|punten|graden|cm|e\b|ste\b|de\b|broers|zussen|lid\b|van de\b|of\s\d|à\s))"
)
#: Endings that only streets have, and those that other words have too.
_STREET = (
    r"(?:straat|straatje|str\.?|laan|laantje|gracht|singel|plein|kade|dreef|steeg|plantsoen|boulevard|allee|weg|wegje)"
)
_MAYBE_STREET = (
    r"(?:dijk|pad|hof|hofje|park|markt|wal|ring|dam|baan|heide|berg|veld|kamp|burg|hoek|erf|oord|akker|poort|brink|vaart|"
    r"haven|werf|zoom|rode|sloot|donk|meent|tuin|tuinen|stede|horst|hage|hoeve|velden|esch|waard|rijt|gaarde|"
    r"weide|wei|landen|land|straatweg|oever|kreek|polder|lanen|spoor|kwartier|bos|vliet|beek|schans|rand|daal|rak|"
    r"drift|kolk|put|vijver|molen|akkers|hout)"
)
_LEAD = (
    r"(?:(?:(?i:oude|nieuwe|korte|lange|kleine|grote|eerste|tweede|derde|1e|2e|3e|sint|st\.?|burgemeester|burg\.|prins|prinses|"
    r"koning|koningin|dr\.?|prof\.?|mr\.?|pastoor|jan)|[A-ZÀ-Þ][\w'’.-]+|(?:van|van de[rn]?|de|den|ter|op)(?=\s+(?:[A-ZÀ-Þ]|de[rn]?\s)))\s+){0,4}"
)
_NO_STREET = r"(?!(?i:onder|om|half|half?er|uit|snel|spoor|water|vaar|fiets|levens|rechts|lange|buiten|om|bij|dwaal|heen|terug|klachten|behandel|rechtsweg)weg\b)"
#: A name that ends as streets do, with a number.
_NAMED = re.compile(
    rf"\b{_LEAD}(?:(?i:(?:oude|nieuwe|korte|lange|kleine|grote|hoge|lage)\s{_STREET})|(?i:(?:laan|plein|weg|kade|straat|hof|park|"
    r"boulevard)\svan\s(?:(?:de|het|den)\s)?[a-zà-ÿ'’-]{3,})|"
    rf"{_NO_STREET}(?i:[a-zà-ÿ'’.-]{{3,}}{_STREET})|(?i:[a-zà-ÿ'’.-]{{3,}}(?<!e)(?<!wa){_MAYBE_STREET})(?!\s+(?:19|20)\d\d\b))"
    rf"(?:\s*,?\s*(?i:nr\.?|nummer|huisnummer|no\.?))?\s+{_NUMBER}(?i:{_COUNTED})"
)
#: Any name with a number, where someone says that it is an address.
_SAID = re.compile(
    r"(?i:\b(?:(?:woon|wonen|woont|woonde|woonachtig|gehuisvest|verblijft|ingeschreven|gezin)\b(?:\s[^\W\d]+){0,4}?\s(?:op|aan)|"
    r"(?:\w*adres)(?:\s(?:is|van\s\w+|thuis)){0,3}\s*:?))\s+"
    rf"((?i:(?:de|het|den|'t)\s){{0,2}}(?:(?!(?i:van|een|stap|iq|in|met|bij|en|of|om|dag|lokaal|kamer|groep)\b)[^\W\d][\w'’.-]*\s+){{1,3}}?"
    rf"(?i:nr\.?\s|nummer\s)?{_NUMBER})(?i:{_COUNTED})"
)
_BARE = re.compile(rf"(?i)\bwoon\w*\s(?:(?:op|aan|de)\s){{0,2}}({_STREET}\s{_NUMBER}){_COUNTED}")
_CAPITAL = re.compile(
    rf"\b(?:op|aan)\s(?:(?:de|het|'t)\s)?((?:[A-ZÀ-Þ][\w'’-]+\s){{1,3}}{_NUMBER})(?!\s+(?:19|20)\d\d)(?i:{_COUNTED})"
)
#: What may stand before the last word of a street that bears a name: "johan de wittstraat".
_VAN = re.compile(r"(?i)(?:\b(?:van|de[rn]?|het)\s|'t\s){1,3}$")
_BEFORE = re.compile(r"([^\W\d_]+)\s$")
#: Letters of Dutch postcodes.
_TWO = r"(?!S[ADS])[A-EGHJ-NPR-TV-XZ]{2}"
_CAPITALS = re.compile(rf"(?<![\w-])[1-9]\d{{3}}[\s-]?{_TWO}(?![\w-])")
_SMALL = re.compile(rf"(?i)(?<![\w-])[1-9]\d{{3}}(?:{_TWO}|\s{_TWO})(?![\w'-])")
_ANNOUNCED = re.compile(rf"(?i)(?:postcode|\bpc)\s*(?:is|:|=)?\s*([1-9]\d{{3}}\s?{_TWO})(?![\w-])")
#: Words of two letters that may follow a number.
_WORDS = frozenset("de en te er al we ze je me ex ma wc bv nr st va ed eg hm ja na ga la ha he be ne pc kg km cm mm ml mg "
                   "wa dr mr ca vt vd mw hv th am at en".split())  # fmt: skip
_HOUSE = re.compile(rf"\s*,?\s*(?:(?i:huis)?(?i:nummer|nr\.?)\s*)?{_NUMBER}(?i:{_COUNTED})")


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Where streets with a number stand."""
    for match in _NAMED.finditer(text):
        yield _start(text, match.start()), match.end()
    for pattern in (_SAID, _BARE, _CAPITAL):
        for match in pattern.finditer(text):
            yield match.span(1)


def _start(text: str, start: int) -> int:
    """Where a street begins that bears someone's name: "johan de wittstraat"."""
    at = start
    while before := _BEFORE.search(text, max(0, at - 40), at):
        word = fold(before[1])
        if word in PARTICLES:
            at = before.start(1)
        elif word in name_lists().names or word in name_lists().given:
            at = start = before.start(1)
        else:
            break
    if van := _VAN.search(text, max(0, start - 16), start):
        return van.start()
    return start


def postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Where whole postcodes stand; with the number of the house that follows, if any."""
    for match in (*_CAPITALS.finditer(text), *_SMALL.finditer(text), *_ANNOUNCED.finditer(text)):
        start, end = match.span(match.lastindex or 0)
        letters = text[end - 2 : end]
        spaced = text[end - 3].isspace()
        house = _HOUSE.match(text, end)
        year = 1900 <= int(text[start : start + 4]) < 2100
        if spaced and letters.islower() and match.re is not _ANNOUNCED and (letters in _WORDS or year) and not house:
            continue
        if spaced and match.re is not _ANNOUNCED and letters.lower() in _WORDS and not letters.isupper():
            continue
        yield start, house.end() if house else end
