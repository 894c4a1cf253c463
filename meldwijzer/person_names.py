"""Names of people in a hurried message, in small letters too: lists of names, and what stands around a word.

A name that is no Dutch word is one wherever it stands. One that is a word too (roos, storm, bakker), or a word that
nobody knows, needs a sign: juf, heet, mevrouw before it, a verb behind it where a thing would have an article, or a
capital within a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import simplemma

from meldwijzer.settings import ROOT

FOLDER = ROOT / "data" / "names"
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Between two parts of one name, and between a sign and the name that it points to.
GAP = re.compile(r"[ \u00a0]{1,2}")
#: After these a name comes, be it a word too.
TITLES = frozenset(
    """
    juf juffrouw meester mevrouw mevr mw dhr meneer mijnheer heer hr dokter dr drs tante tante's oom oma opa fam
    familie heet heette genaamd naam noemt roepnaam voornaam achternaam zuster gezin dominee ds pastoor pastor pater
    imam
    """.split()
)
HONORIFICS = frozenset(
    """
    mevrouw mevr mw dhr meneer mijnheer heer hr dokter dr drs fam familie dominee
    """.split()
)
#: After these a name comes when the word is not known otherwise: "moeder wil niet" tells of no one called Wil.
RELATIONS = frozenset(
    """
    moeder mama vader papa zoon zoontje dochter dochtertje zus zusje zusjes broer broertje broertjes partner man
    vrouw ex vriend vriendin nicht neef neefje nichtje collega buurvrouw buurman leerling leerlinge kleuter peuter
    baby jongen jongetje meisje meid kind client cliente patient patiente bewoner bewoonster stiefvader stiefmoeder
    stiefpapa pleegmoeder pleegvader verloofde schoonmoeder schoonvader mantelzorger begeleider leerkracht trainer
    coach student studente kinderen tweeling
    """.split()
)
PARTICLES = frozenset(
    """
    van de den der ter ten te el al bin ben ibn la le di da dos do von 't op het in
    """.split()
)
#: What someone does: behind a word that has no article, it tells that the word is someone.
VERBS = frozenset(
    """
    is was heeft had zegt zei wil wilde vertelt vertelde woont slaat sloeg huilt huilde komt kwam gaat ging durft
    zit zat kan kon werd wordt krijgt kreeg mag moet belt belde schreeuwt vraagt vroeg ziet zag doet deed blijft
    bleef slaapt plast eet drinkt appt appte stuurt lijkt trekt loopt liep mist draagt vindt geeft schrikt verstopt
    zou ligt lag reageert maakt speelt verzuimt tekent tekende
    """.split()
)
DETERMINERS = frozenset(
    """
    de het een die dat dit deze mijn zijn haar ons onze hun uw jouw je geen elke elk ieder iedere welke welk n 't 'n
    als in op uit naar te per veel meer weinig
    """.split()
)
ARTICLES = frozenset(
    """
    de het een n t zwarte
    """.split()
)
SAYINGS = (
    "jan en alleman", "jan modaal", "jan met de pet", "klaas vaak", "albert heijn", "amber alert", "emma kinder",
    "jip en janneke", "uk en puk", "joost mag", "harry potter", "marte meo", "douwe egberts", "sint maarten",
)  # fmt: skip
#: A word in fewer letters is hardly ever a name that nobody knows, and often a typing error.
LEAST_LETTERS = 3
#: Of each part of a word that is made of two.
LONG = 4
#: Behind a name: how old someone is.
AGE = re.compile(r",?\s*\(?\d{1,2}\s?(?:jr|jaar|mnd|maanden)\b")
#: Before these a word without an article is someone: "zie dat roos erg is afgevallen".
OPENINGS = frozenset(
    """
    dat want omdat of als toen hoe nu maar hoi hallo weet dus
    """.split()
)


#: Letters that are no other letter with a mark.
LETTERS = str.maketrans("ıłøđ’", "ilod'")


class Token(NamedTuple):
    """A word of a message, as it stands there and as it is looked up."""

    start: int
    end: int
    text: str
    plain: str


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where the names of people are.

    Args:
        text: one line.

    Yields:
        The first position of each, and the one behind it.
    """
    tokens = [_token(match) for match in WORD.finditer(text)]
    shouted = text.isupper()
    at = 0
    while at < len(tokens):
        if saying := _saying(text[tokens[at].start :].lower()):
            at += len(WORD.findall(saying))
            continue
        if not _begins(tokens, at, text, shouted=shouted):
            at += 1
            continue
        last = _last(tokens, at, text, shouted=shouted)
        yield tokens[at].start, tokens[last].start + len(_bare(tokens[last].text))
        at = last + 1


def _token(match: re.Match[str]) -> Token:
    return Token(match.start(), match.end(), match.group(), plain(match.group()))


def plain(word: str) -> str:
    """A word as the lists have it: small letters without marks."""
    spelled = word.lower().translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


def _begins(tokens: list[Token], at: int, text: str, *, shouted: bool) -> bool:
    token = tokens[at]
    word = _name_in(token.plain)
    if len(word) < 2 and not _is_initial(tokens, at, text):
        return False
    if _is_initial(tokens, at, text):
        return True
    before = tokens[at - 1] if at and GAP.fullmatch(text[tokens[at - 1].end : token.start].replace(".", "")) else None
    after = tokens[at + 1].plain if at + 1 < len(tokens) else ""
    if before and before.plain in ARTICLES:
        return False
    if _is_surely(word) or _is_whole(tokens, at):
        return True
    listed, unknown = word in given() or word in surnames(), _is_unknown(word)
    # A word in capitals is an abbreviation, or said with stress.
    capital = token.text[:1].isupper() and not shouted and not (token.text.isupper() and len(token.text) > 1)
    if before and before.plain in TITLES:
        if word in PARTICLES:
            if before.plain not in HONORIFICS:
                return False
            following = _name_in(after)
            return following in surnames() or (_is_unknown(following) and not shouted)
        if before.plain in HONORIFICS and word in surnames() and word not in VERBS | DETERMINERS | OPENINGS:
            return True
        return unknown or ((listed or capital or word in places()) and not _is_common(word))
    if before and before.plain in {"met", "aan", "door", "namens"} and word == "van" and _name_in(after) in surnames():
        return True
    if before and unknown and (before.plain in RELATIONS or _is_someones(tokens, at)):
        return True
    free = before is None or before.plain in OPENINGS or before.plain in VERBS
    if (
        free
        and unknown
        and len(word) > LONG
        and any(later.plain in VERBS for later in tokens[at + 1 : at + (3 if before else 2)])
    ):
        return True
    if (unknown or (word in given() and not _is_common(word))) and AGE.match(text, token.end):
        return True
    if word in given() and not _is_common(word) and (before is None or before.plain not in DETERMINERS):
        if after in VERBS:
            return True
        opened = before is None or before.plain in OPENINGS
        if opened and any(later.plain in VERBS for later in tokens[at + 1 : at + 4]):
            return True
    # In a sentence that is otherwise written in small letters.
    inside = before is not None and not re.search(r"[.!?:]\s*$", text[: token.start])
    return bool(capital and inside and (word in given() or unknown) and len(word) >= LEAST_LETTERS)


def _last(tokens: list[Token], first: int, text: str, *, shouted: bool) -> int:
    """The last part of the name that begins with a token: "de vries" after "jan"."""
    last, at = first, first + 1
    while at < len(tokens) and GAP.fullmatch(text[tokens[at - 1].end : tokens[at].start].removeprefix(".") or " "):
        word = _name_in(tokens[at].plain)
        after_particle = at - 1 > last
        if word in PARTICLES and not _is_surely(word):
            at += 1
            continue
        capital = tokens[at].text[:1].isupper() and not shouted
        fits = _is_surely(word) or _is_initial(tokens, at, text)
        fits = fits or (word in surnames() and not _is_common(word)) or (capital and not _is_common(word))
        fits = fits or (_is_unknown(word) and (after_particle or at == first + 1))
        if not fits:
            break
        last, at = at, at + 1
    return last


def _is_initial(tokens: list[Token], at: int, text: str) -> bool:
    """Whether a letter stands for a name: "j. de vries", "kind K."."""
    token = tokens[at]
    if len(token.text) != 1:
        return False
    follows = tokens[at + 1] if at + 1 < len(tokens) else None
    if text[token.end : token.end + 1] == "." and follows and follows.start - token.end <= 2:
        listed = follows.plain in PARTICLES or _name_in(follows.plain) in surnames()
        return listed or (token.text.isupper() and follows.text[0].isupper())
    before = tokens[at - 1].plain if at else ""
    dotted = text[token.end : token.end + 1] == "."
    return dotted and token.text[0].isupper() and before in RELATIONS | TITLES


def _is_someones(tokens: list[Token], at: int) -> bool:
    """Whether a word stands behind "moeder van", "mentor van"."""
    return (
        at > 1 and tokens[at - 1].plain == "van" and tokens[at - 2].plain in RELATIONS | {"mentor", "juf", "oma", "opa"}
    )


def _is_whole(tokens: list[Token], at: int) -> bool:
    """Whether a first name that is a word too has a family name behind it: "ton van rijswijk"."""
    word, *rest = (_name_in(token.plain) for token in tokens[at : at + 4])
    if word not in given() or _is_common(word) or not rest or rest[0] not in PARTICLES - {"op", "het", "in", "'t"}:
        return False
    family = next((part for part in rest if part not in PARTICLES), "")
    return bool(family) and not _is_common(family) and (_is_listed(family) or family in places() or _is_unknown(family))


def _saying(text: str) -> str:
    """What a text begins with that sounds like a person and is none: "klaas vaak", "Anne Frankschool"; or nothing."""
    found = re.match(rf"(?:{'|'.join(SAYINGS)})\b|[^\W\d_]+ [^\W\d_]*(?:school|college|ziekenhuis)\b", text)
    return found.group() if found else ""


def _name_in(word: str) -> str:
    """The name in "sems", "yasmina's" and "stijntje", or the word itself."""
    for ending in ("'s", "s", "tje", "je"):
        stem = word[: -len(ending)]
        possible = word.endswith(ending) and len(stem) >= LEAST_LETTERS and not _is_listed(word)
        if possible and _is_surely(stem) and not _is_word(word):
            return stem
    return word.removesuffix("'")


def _bare(text: str) -> str:
    """A name without the ending that only a possessive has."""
    return re.sub(r"['’]s?$", "", text)


def _is_listed(word: str) -> bool:
    return word in given() or word in surnames()


def _is_surely(word: str) -> bool:
    if "-" in word and all(part in given() for part in word.split("-")):
        return True
    return len(word) > 2 and ((_is_listed(word) and not _is_word(word)) or word in hardly_words())


def _is_unknown(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and not _is_word(word)


def _is_word(word: str) -> bool:
    """Whether this is a word, or the name of a place."""
    if word in words() or word in common() or word in places() or simplemma.is_known(word, "nl"):
        return True
    if "-" in word:
        return all(_is_word(part) for part in word.split("-") if part)
    # Dutch makes words of words: "strafverzwaring".
    return any(
        simplemma.is_known(word[:at].removesuffix("s") if at > LONG else word[:at], "nl")
        and simplemma.is_known(word[at:], "nl")
        for at in range(LONG, len(word) - LONG + 1)
    )


def _is_common(word: str) -> bool:
    return word in common() or word in VERBS or word in DETERMINERS or word in PARTICLES or word in RELATIONS | TITLES


@lru_cache(maxsize=1)
def given() -> frozenset[str]:
    """First names."""
    return _read("given")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Family names."""
    return _read("surnames")


@lru_cache(maxsize=1)
def hardly_words() -> frozenset[str]:
    """Names that a dictionary has too, but that hardly anyone writes as a word."""
    return _read("hardly_words")


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Words that are frequent in our own texts, in which there are no names."""
    return _read("common")


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Words of our own texts and of this field that no dictionary has."""
    return _read("words")


@lru_cache(maxsize=1)
def places() -> frozenset[str]:
    """The words in the names of places, municipalities and regions."""
    found: set[str] = set()
    for path in (ROOT / "data" / "regions").glob("*.csv"):
        found.update(plain(match.group()) for match in WORD.finditer(path.read_text(encoding="utf-8")))
    return frozenset(found)


def _read(name: str) -> frozenset[str]:
    return frozenset((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())
