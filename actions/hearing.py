"""What answer someone gives in words to a question of a guided dialogue.

A wrong guess is worse than asking again: what is doubted, denied or contradicted counts as no answer.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from rapidfuzz import fuzz

from actions.conversation import looks_like_question
from meldwijzer.flows import DONT_KNOW, Question

#: Longer messages tell a story, in which a word or two do not make an answer; only its first sentence may.
MOST_WORDS = 12
#: How much a clause must look like the words of an answer, 0 to 100 (spelling errors).
ALIKE = 88
#: How far a denial reaches, in words.
REACH = 3
DENYING = "niet|geen|nooit|niks|niets|nauwelijks|amper"
NOT = re.compile(rf"\b({DENYING}|zonder|onveilig\w*|indirect)\b")
DENIED = re.compile(rf"\b({DENYING})(\s+[\w'-]+){{0,{REACH}}}\s*$")
DENIED_AFTER = re.compile(rf"^(\s+[\w'-]+){{0,{REACH}}}\s+({DENYING})\b")
#: Where a clause ends: what is denied or doubted before it says nothing about what comes after.
STOPS = re.compile(r"[,.;:!?\n]|\b(?:maar|want|omdat|doordat|dus|en|anders)\b")
#: Words around an answer that do not change it.
FILLERS = re.compile(
    r"(?:\W|\b(?:ja|nee|nou|nu|eh|uh|tja|ach|hm|goed|oke?|het|dat|dit|is|er|ik|denk|vind|zeg|zou|zeggen|kies|dan|van|"
    r"volgens|mij|echt|heel|zeer|wel|op|moment|toch|hoor|eigenlijk|vooral|eerder|gewoon|helaas|met|aan|bij|voor|door|"
    r"de|een|om|gaat|sprake|mijn|zijn|haar|hun|heeft|ze|zij|hij)\b)*"
)
LEADING = re.compile(r"^(?:(?:ja|nee|nou|eh|uh|tja|het is|dat is|er is) )+")
TRAILING = re.compile(r"(?: (?:denk ik|volgens mij|hoor|eigenlijk|helaas))+$")
#: Before a noun, which is an answer only by itself: "the partner" is not "the partner has left".
ARTICLES = {"de", "het", "een", "mijn"}
YES = re.compile(r"^\W*(?:(?:nou|eh|uh|tja|ach)\W+)?(?:ja+|jazeker|jawel|jep)\b")
NO = re.compile(r"^\W*(?:(?:nou|eh|uh|tja|ach|ja|ja en)\W+)?(?:nee+|neen|neu)\b")
#: Words that agree, unless what follows turns them.
RIGHT = re.compile(r"^\W*(?:dat |ja )?(?:klopt|zeker)\b(?P<turned> (?:\w+ ){0,2}niet\b)?")
BARE = {"ja", "jazeker", "jawel", "klopt", "zeker", "nee", "neen", "ja hoor", "nee hoor"}
#: What makes a yes or a no no answer any more; what it is followed by may still be one.
HEDGED = re.compile(
    r"\b(maar|soms|meestal|misschien|beetje|half|behalve|tenzij|nou ja|ja en nee|af en toe|nu en dan|min of meer|"
    r"hangt|ligt eraan|ligt er aan|wisselend)\b"
)
UNSURE = re.compile(
    r"\b(ik (\w+ ){0,2}weet|weet ik)\b[^,.;]{0,24}\bniet\b|^weet (het )?niet\b|\bgeen (flauw )?idee\b|\bmisschien\b|"
    r"\bdurf ik niet\b|\bik durf (\w+ ){0,2}niet\b|(?<!geen )(?<!zonder )\btwijfel\b|\bniet zeker\b|"
    r"\bniet (te )?(beoordelen|inschatten)\b|\b(lastig|moeilijk) te zeggen\b"
)
#: What begins like a question and tells something.
TELLS = re.compile(
    r"^\s*(heb ik|moet ik (nog|eerst|navragen|uitzoeken)|is (nog )?(niet|geen)|"
    r"zijn (we|ze|er) (nog )?(niet|geen|mee|wel)|heeft (nog )?geen|kan (nog )?niet)\b[^?]*$"
)


def heard(question: Question, text: str, intent: str) -> str | None:
    """The answer that someone gives in words, or None: a wrong guess is worse than asking again.

    Args:
        question: that waits.
        text: what was typed.
        intent: of the message.
    """
    exact = [each.id for each in question.answers if _plain(text) in map(_plain, (*each.words, each.label))]
    if exact:
        return exact[0]
    said = _simple(text)
    if looks_like_question(text) and not TELLS.search(said):
        return None
    if len(said.split()) > MOST_WORDS:
        hedged = HEDGED.search(said)
        said = re.split(r"[.;!\n]", said)[0]
        if hedged or len(said.split()) > MOST_WORDS:
            return DONT_KNOW if intent == "dont_know" else None
        # What the whole story was taken for says nothing about its first sentence.
        intent = ""
    return _given(question, said, intent)


def _given(question: Question, said: str, intent: str) -> str | None:
    """The answer that a short message gives."""
    hits, denied = _by_words(question, said)
    begun = _yes_or_no(said)
    doubt = UNSURE.search(said)
    unknown = DONT_KNOW if doubt or intent == "dont_know" else None
    found = {hit.answer for hit in hits}
    if len(found) > 1:
        return unknown
    if hits:
        words = {word for each in question.answers if each.id in found for word in each.words} & {"ja", "nee"}
        if doubt and found != {DONT_KNOW} and (words or not _apart(said, doubt, hits[0])):
            return unknown
        # 'No, they are safe': which of the two is meant?
        contrary = begun and words and begun != words and not any(hit.bare for hit in hits)
        return None if contrary else hits[0].answer
    if unknown or len(begun) > 1 or HEDGED.search(said):
        return unknown
    if not begun and (intent == "deny" or (intent == "affirm" and not re.search(rf"\b({DENYING})\b", said))):
        begun = {"ja" if intent == "affirm" else "nee"}
    meant = next((each.id for each in question.answers if begun & {*each.words}), None)
    # 'No, not acute' leaves open which of the others it is; 'no, no danger' only denies the yes.
    agreed = {each.id for each in question.answers if "ja" in each.words} if "nee" in begun else set()
    return meant if denied <= agreed else None


def _apart(said: str, doubt: re.Match[str], hit: _Hit) -> bool:
    """Whether a doubt is about something else than an answer: 'I do not know, I must still ask'."""
    between = said[min(doubt.end(), hit.end) : max(doubt.start(), hit.start)]
    return re.search(r"[,.;:!]|\bmaar\b", between) is not None


def _yes_or_no(said: str) -> set[str]:
    """The yes or no that a message begins with: neither, one, or both."""
    found = {word for word, form in (("ja", YES), ("nee", NO)) if form.search(said)}
    if right := RIGHT.search(said):
        found.add("nee" if right["turned"] else "ja")
    return found


class _Hit(NamedTuple):
    """Words of an answer in a message."""

    answer: str
    start: int
    end: int
    #: The words hold the yes or no of the message themselves.
    bare: bool


def _by_words(question: Question, said: str) -> tuple[list[_Hit], set[str]]:
    """Where words of the answers stand in a short message, and the answers whose words are denied there."""
    ends = [(at.start(), at.end()) for at in STOPS.finditer(said)]
    clauses = list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(said)]))
    hits: list[_Hit] = []
    denied: set[str] = set()
    for each in question.answers:
        for words in dict.fromkeys(map(_plain, (*each.words, each.label))):
            if words in BARE:
                continue
            tokens = words.split()
            alone = len(tokens) == 1 or (len(tokens) == 2 and tokens[0] in ARTICLES) or tokens[1:2] == ["en"]
            form = r"\W+".join(map(re.escape, tokens[1:] if tokens[0] in ARTICLES and alone else tokens))
            for at in re.finditer(rf"\b{form}\b", said):
                first = max((start for start, _ in clauses if start <= at.start()), default=0)
                last = min((end for _, end in clauses if end >= at.end()), default=len(said))
                before, after = said[first : at.start()], said[at.end() : last]
                if DENIED.search(before) or DENIED_AFTER.search(after):
                    denied.add(each.id)
                elif not alone or (FILLERS.fullmatch(before) and FILLERS.fullmatch(after)):
                    hits.append(_Hit(each.id, at.start(), at.end(), tokens[0] in BARE))
            for start, end in {(0, len(said)), *clauses}:
                if _alike(said[start:end], words):
                    hits.append(_Hit(each.id, start, end, tokens[0] in BARE))
                elif NOT.search(said[start:end]) and _alike(_assured(said[start:end]), words):
                    denied.add(each.id)
    return [hit for hit in hits if not any(_inside(hit, other) for other in hits)], denied


def _assured(clause: str) -> str:
    """A clause without its denials: 'het gaat niet goed' denies 'het gaat goed'."""
    return " ".join(re.sub(rf"\b({DENYING})\b", "", clause).split())


def _inside(hit: _Hit, other: _Hit) -> bool:
    """Whether a hit is only a part of a longer one: 'acuut' in 'niet acuut en geen patroon'."""
    return other.start <= hit.start and hit.end <= other.end and (hit.start, hit.end) != (other.start, other.end)


def _alike(clause: str, words: str) -> bool:
    """Whether a clause is the words of an answer but for spelling; a denial is no spelling error."""
    said = _plain(clause)
    bare = LEADING.sub("", TRAILING.sub("", said))
    return len(words) > 3 and any(
        fuzz.ratio(each, words) >= ALIKE and NOT.findall(each) == NOT.findall(words) for each in (said, bare)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w'-]+", _simple(text)))


def _simple(text: str) -> str:
    """A text in small letters, and without accents: few type 'cliënt'."""
    return re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text.lower().replace("’", "'")))
