"""Names of people in a message, in small letters too: by lists, and by what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from meldwijzer.name_lists import PARTICLES, NameLists, fold, name_lists
from meldwijzer.name_sounds import Sounds
from meldwijzer.personal_patterns import NO_PERSON

_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*['’]?(?![\d_@])")
_ORGANISATION = re.compile(rf"(?:{NO_PERSON})\b")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: After these comes a name, if a word that is no ordinary one: someone's relation, role or calling.
_RELATIONS = _set(
    "kind kindje baby peuter peutertje kleuter kleutertje jongen jongetje meisje meid tiener puber leerling leerlinge "
    "student studente stagiair stagiaire client cliente clientje patient patiente bewoner bewoonster zoon zoontje dochter "
    "dochtertje broer broertje zus zusje vader moeder papa mama pa ma opa oma oom tante neef neefje nicht nichtje man vrouw "
    "mevrouw meneer mijnheer vriend vriendin vriendje vriendinnetje partner ex expartner echtgenoot echtgenote stiefvader "
    "stiefmoeder stiefzoon stiefdochter stiefbroer stiefzus pleegvader pleegmoeder pleegkind pleegzoon pleegdochter bonusvader "
    "bonusmoeder schoonzus schoonmoeder schoonvader schoonzoon schoondochter schoonbroer zwager kleinzoon kleindochter kleinkind "
    "halfbroer halfzus halfbroertje halfzusje tweelingbroer tweelingzus ouder buurman buurvrouw buurjongen buurmeisje buurkind "
    "collega juf juffrouw meester leerkracht leraar lerares docent docente mentor coach trainer huisarts dokter arts psycholoog "
    "agent wijkagent rechercheur voogd gezinsvoogd jeugdbeschermer begeleider begeleidster therapeut verpleegkundige directeur "
    "dader slachtoffer verdachte betrokkene kleinzoontje kleindochtertje leerlingen kinderen ouders broers zussen broertjes "
    "zusjes zoons zonen dochters jongens meisjes tweeling familie gezin verloskundige kraamverzorgende oppas gastouder huisgenoot"
)
#: After these comes a surname, also one that is a word, or a given name.
_TITLES = _set(
    "mevrouw meneer mijnheer mevr mw dhr dr drs mr prof hr ir heer professor dokter juf juffrouw meester tante oom opa oma "
    "zuster broeder agent familie fam gezin huisarts rechercheur wijkagent dominee pastoor imam patient cliente client"
)
#: After these comes a name, whatever kind of word it is.
_CALLED = _set(
    "noem noemen heet heette heten genaamd genoemd geheten naam voornaam achternaam roepnaam bijnaam voornamen"
)
#: Words that may stand between such a word and the name.
_BETWEEN = _set("is was luidt dus nl namelijk genaamd heet genoemd mijn onze haar hem")
#: Before a noun: what follows is no name, if it can be a word.
_BEFORE_NOUN = _set(
    "de het een 'n deze die dit geen elke elk iedere welke welk mijn mn jouw je uw zijn haar hun ons onze t n z'n m'n d'r "
    "veel weinig twee drie vier vijf zes zo'n zulke hele eigen andere nieuwe oude goede grote kleine jonge eerste te om aan"
)
_SPEAKS = _set(
    "zegt zei vertelt vertelde vertelden huilt huilde slaapt komt kwam heeft had is was woont woonde gaat ging wil wilde durft "
    "durfde moet mag kan kon krijgt kreeg wordt werd belt belde appt stuurt stuurde slaat sloeg schreeuwt zit zat loopt liep "
    "vindt gaf geeft ziet zag blijft doet deed laat lijkt toont speelt drinkt gebruikt draagt dreigt dreigde heet reageert zorgt "
    "vertoont weet wist denkt dacht wacht bijt schopt gilt praat eet heb zou zal"
)
_ONTO = _set("en of & tegen met")
_PERSON_PREPOSITIONS = _set("van met bij tegen over door naar voor aan vanwege samen namens")
#: After these stands who does something.
_BEFORE_SUBJECT = _set(
    "dat of als omdat want maar toen terwijl en mag moet kan heeft wil werd wordt laat zag hoe waarom wanneer zodat"
)
#: Before and after these stands someone.
_LEADING = _RELATIONS | _CALLED | _PERSON_PREPOSITIONS | _BEFORE_SUBJECT
_FOLLOWING = _SPEAKS | {"uit", "en", "zn", "haar", "zijn", "die"}
#: How much a strange word must sound like a name with none of those signs, one, or more; chosen with names that are in no
#: list of ours put into the messages of tests/redaction/dirty.yml, against what is touched of clean messages.
_SOUNDS_ENOUGH = (1.0, 0.4, 0.0)
#: What may stand between two names of one person besides `PARTICLES`.
_WITHIN = PARTICLES | {"a", "i", "y", "e"}
#: An age right after a name.
_AGED = re.compile(r"[\s,(]{1,3}\d{1,2}(?:\s?(?:jaar|jr|j\b|jarig|mnd|maand|wkn)|[\s]*[,).]|$)|\s\(|\svan\s\d")
#: Words that lists of surnames hold and that follow "gezin van" or "mevrouw de" more often as what they are.
_NO_SURNAME = _set(
    "deze die dat ons onze derde eerste beneden boven man kinderen kind ouders vader moeder moet kan bellen ver beste meer "
    "onder over elke huis school klas arts leerling client baby jongen meisje hand rechter politie dag week lang nu dan uit na"
)
#: What precedes the name of something that is no person.
_NAMED_THINGS = _set(
    "basisschool school stichting vereniging app programma methode bureau organisatie afdeling locatie praktijk wet artikel "
    "regio gemeente stad dorp wijk provincie ziekenhuis centrum bso kinderdagverblijf kdv opvang college lyceum mbo roc groep "
    "de het een in uit te naar rond nabij omgeving via bestand systeem cursus training"
)
#: Endings of words, so that a rare or misspelt one is not taken for a name.
_WORDY = re.compile(
    r"(ing|ingen|heid|heden|lijk|lijke|baar|bare|schap|isch|ische|eerd|eren|ende|tie|ties|iteit|ster|aars?|aties?|"
    r"ment|loos|loze|achtig|zaam|zame|matig|ieel|ieke|wet|plan|code|stap|huis|team|zorg|hulp|werk|dienst|geld|app)$"
    r"|^(ge|ver|be|ont|her|on|over|aan|uit|mis|mede|minder).{3,}(d|t|en|de|te)$"
)
#: Initials right before a name, but no "d.w.z." or "i.v.m.".
_INITIALS = re.compile(
    r"\b(?!(?i:[a-z]\.[a-z]\.[a-z]\.|o\.a\.|a\.u|t\.a|b\.v|e\.d|i\.p))(?:[A-Za-z]\.[ -]?){1,4}$|(?<=\s)[A-Z]{1,2}\s$"
)


@dataclass
class _Token:
    """A word of a message."""

    text: str
    start: int
    end: int
    key: str
    gap: str  # what stands between it and the word before
    opens: bool  # stands at the beginning of a sentence
    dotted: bool  # one letter with a full stop: an initial
    capital: bool = False  # its capital says something

    @property
    def touches(self) -> bool:
        return self.gap in {" ", "-", "  ", "\t"} or (self.key == "t" and self.gap in {" '", " ’"})


class NameFinder:
    """Finds the names in a message."""

    def __init__(self, lists: NameLists) -> None:
        """Take the lists."""
        self._lists = lists
        self._sounds_like = Sounds(lists.names, lists.vocabulary)
        self._by_length: dict[int, list[str]] = {}
        for word in lists.vocabulary:
            self._by_length.setdefault(len(word), []).append(word)
        self._names_by_letter: dict[str, list[str]] = {}
        for name in lists.names:
            if len(name) > 5:
                self._names_by_letter.setdefault(name[0], []).append(name)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where names stand, from left to right."""
        # What is no person is put out of sight, at its own length so that nothing moves.
        text = self._lists.phrases.sub(lambda match: "0" * len(match.group()), text)
        tokens = self._tokens(text)
        named = [False] * len(tokens)
        for at in range(len(tokens)):
            if not named[at] and self._is_name(text, tokens, at, named):
                last: int | None = at
                while last is not None:
                    last = self._extend(tokens, last, named)
        return self._spans(text, tokens, named)

    # Words

    def _tokens(self, text: str) -> list[_Token]:
        tokens: list[_Token] = []
        end = 0
        for match in _WORD.finditer(text):
            word = match.group().rstrip("'’")
            gap = text[end : match.start()]
            opens = not tokens or any(mark in gap for mark in '.!?\n:;•"“(') or gap.strip() in {"-", "–"}
            end = match.start() + len(word)
            dotted = len(word) == 1 and text[end : end + 1] == "."
            tokens.append(_Token(word, match.start(), end, self._key(word), gap, opens, dotted))
        # In a heading or a shout capitals say nothing.
        long = [token for token in tokens if len(token.text) > 3]
        shouted = len(long) > 2 and sum(token.text[0].isupper() for token in long) > 0.7 * len(long)
        for token in tokens:
            token.capital = not shouted and not token.opens and token.text[:1].isupper() and token.text[1:2].islower()
        return tokens

    def _key(self, word: str) -> str:
        """A word as the lists have it: folded, without the s of possession."""
        key = fold(word).replace("’", "'").replace("`", "'")
        if key.endswith("'s"):
            return key[:-2]
        names = self._lists.names
        if (
            key.endswith("s")
            and key not in names
            and not self._is_word(key)
            and (key[:-1] in names or self._either(key[:-1]))
        ):
            return key[:-1]
        if key.endswith("tje") and key not in names and key[:-3] in names and not self._is_word(key):
            return key[:-3]
        return key

    def _is_word(self, key: str) -> bool:
        return key in self._lists.vocabulary or self._either(key)

    def _sure(self, key: str) -> bool:
        names = self._lists.names
        return key in names or ("-" in key and any(part in names and len(part) > 2 for part in key.split("-")))

    def _either(self, key: str) -> bool:
        """A name or a word."""
        return key in self._lists.given or key in self._lists.words

    def _strange(self, token: _Token) -> bool:
        """Neither a name nor a word that we know."""
        key = token.key
        if len(key) < 3 or self._sure(key) or self._either(key) or key in self._lists.places or "'" in key:
            return False
        if token.text.isupper() or any(letter.isupper() for letter in token.text[1:]):
            return False
        return not self._wordlike(key)

    def _wordlike(self, key: str) -> bool:
        vocabulary = self._lists.vocabulary
        if key in vocabulary or _WORDY.search(key):
            return True
        if "-" in key:
            return any(part in vocabulary for part in key.split("-") if len(part) > 2)
        for ending in ("s", "en", "e", "t", "tje", "tjes", "je", "jes", "n", "de", "te"):
            if key.endswith(ending) and len(key) - len(ending) > 3 and key[: -len(ending)] in vocabulary:
                return True
        for cut in range(3, len(key) - 2):
            if key[cut:] in vocabulary and (
                len(key) - cut > 4 or key[:cut] in vocabulary or key[:cut].rstrip("s") in vocabulary
            ):
                return True
        return False

    def _misspelt(self, key: str) -> bool:
        """Whether a strange word is probably a known one with a typing error."""
        if len(key) < 5:
            return False
        near = (word for length in (-1, 0, 1) for word in self._by_length.get(len(key) + length, ()))
        return process.extractOne(key, near, scorer=OSA.distance, score_cutoff=1) is not None

    # Evidence

    def _is_name(self, text: str, tokens: list[_Token], at: int, named: list[bool]) -> bool:
        token = tokens[at]
        key = token.key
        if _ORGANISATION.match(token.text) and not token.text.islower():
            return False
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if self._sure(key):
            return True
        if token.gap.endswith("@"):
            return False
        if token.dotted:
            abbreviation = after is not None and after.gap == "."  # "n.b."
            return before is not None and token.touches and before.key in _RELATIONS | _CALLED and not abbreviation
        strange = self._strange(token)
        either = self._either(key)
        if not (strange or either or token.capital):
            return False
        noun = before is not None and token.touches and before.key in _BEFORE_NOUN
        ordinary = key in self._lists.vocabulary
        acts = self._acts(text, tokens, at, named)
        if strange and self._foreign(token, text, before, after):
            return True
        if strange and len(key) > 5 and self._almost(key):
            return True
        couple = (
            at + 2 < len(tokens)
            and tokens[at + 1].key in {"en", ""}
            and (self._sure(tokens[at + 2].key) or tokens[at + 2].key in self._lists.given)
        )
        if key in self._lists.given and not noun and (couple or (after and after.touches and self._sure(after.key))):
            return True
        if either and self._long(tokens, at) and before is not None and before.key in _RELATIONS and token.touches:
            return True
        if key in self._lists.given and not noun and (token.capital or acts):
            return True
        if self._introduced(tokens, at, strange=strange):
            return True
        if token.capital and not ordinary and key not in self._lists.places and (strange or either):
            return before is None or before.key not in _NAMED_THINGS or (either and not noun)
        if (
            at > 1
            and named[at - 2]
            and tokens[at - 1].key in _ONTO
            and tokens[at - 1].touches
            and token.touches
            and strange
        ):
            return not self._misspelt(key)
        if noun or ordinary:
            # "wil en petra", "ton van rijswijk"
            return either and token.opens and couple and key not in _BEFORE_SUBJECT - {"wil"}
        if after is not None and after.touches and (strange or either) and len(key) > 3 and len(after.key) > 3:
            doubly = self._strange(after) or (self._either(after.key) and after.key not in self._lists.vocabulary)
            if doubly and either and not self._misspelt(after.key):
                return True
        return acts and len(key) > 3 and (either or (strange and self._sounds(key) and not self._misspelt(key)))

    def _acts(self, text: str, tokens: list[_Token], at: int, named: list[bool]) -> bool:
        """Whether a word that may be a name stands where a person does."""
        token = tokens[at]
        before = tokens[at - 1] if at and token.touches else None
        after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].touches else None
        if before is not None and before.key in _RELATIONS | _CALLED:
            return True
        if before is not None and before.key in _PERSON_PREPOSITIONS:
            return token.key not in self._lists.places and (
                self._either(token.key) or before.key in {"met", "bij", "tegen"}
            )
        does = after is not None and after.key in _SPEAKS
        if before is None or token.opens:
            return does or (token.opens and _AGED.match(text, token.end) is not None)
        return before.key in _BEFORE_SUBJECT and not (
            after is None and before.key in {"en", "of"} and not named[at - 1]
        )

    def _foreign(self, token: _Token, text: str, before: _Token | None, after: _Token | None) -> bool:
        """Whether a word that no list knows is a name by its sound; the more signs around it, the less that takes."""
        if len(token.key) < 4 or not re.search("[aeiouy]", token.key):
            return False
        owner = text[token.start + len(token.key) : token.end] in {"'s", "’s"}
        first = token.opens and token.text[0].isupper()
        led = before is not None and token.touches and before.key in _LEADING
        does = after is not None and after.touches and after.key in _FOLLOWING
        needed = _SOUNDS_ENOUGH[min(owner + first + led + does, 2)]
        return self._sounds_like.score(token.key) > needed and not self._misspelt(token.key)

    def _almost(self, key: str) -> bool:
        """Whether a strange word is one letter away from a name: "mahamed"."""
        if self._sounds_like.score(key) < 0.5 or self._misspelt(key):
            return False
        alike = (name for name in self._names_by_letter.get(key[0], ()) if _consonants(name) == _consonants(key))
        return process.extractOne(key, alike, scorer=OSA.distance, score_cutoff=1) is not None

    def _long(self, tokens: list[_Token], at: int) -> bool:
        """Whether "van" and a surname follow: "ton van rijswijk"."""
        ahead = at + 1
        while ahead < len(tokens) and tokens[ahead].touches and tokens[ahead].key in PARTICLES - {"het", "te", "la"}:
            ahead += 1
        if ahead == at + 1 or tokens[at + 1].key != "van" or ahead >= len(tokens) or not tokens[ahead].touches:
            return False
        last = tokens[ahead]
        if last.key in PARTICLES or last.key in _BEFORE_NOUN:
            return False
        place = last.key in self._lists.places
        return (self._either(last.key) and last.key not in self._lists.vocabulary) or self._sure(last.key) or place

    def _sounds(self, key: str) -> bool:
        """Whether a strange word is made of the sounds of names rather than of those of Dutch words."""
        if not re.search("[aeiouy]", key) or len(key) < 4:
            return False
        return self._sounds_like.score(key) > 0

    def _introduced(self, tokens: list[_Token], at: int, *, strange: bool) -> bool:
        """Whether what stands before a word announces a name."""
        token = tokens[at]
        back = at - 1
        particles = 0
        while back >= 0 and tokens[back].key in PARTICLES - {"el", "al"} and tokens[back + 1].touches:
            back -= 1
            particles += 1
        if back < 0 or any(mark in tokens[back + 1].gap for mark in "?!\n;") or re.search(r"\d", tokens[back + 1].gap):
            return False
        ordinary = token.key in self._lists.vocabulary
        plain = token.text.islower()
        lead = tokens[back]
        several = back > 0 and tokens[back - 1].dotted and lead.text.islower()  # "t.o.v. de"
        if (
            lead.dotted
            and not (several and not (particles and self._either(token.key)))
            and lead.start + 2 <= tokens[back + 1].start <= lead.start + 3
        ):
            return (token.capital or strange or self._either(token.key)) and token.key not in _NO_SURNAME
        if particles and token.text.islower() and token.key in _NO_SURNAME:
            return False
        title = lead.key in _TITLES and (token.gap.strip() in {"", "."} or particles)
        if title and (token.capital or strange or (not ordinary or particles) and self._either(token.key)):
            return not (plain and strange and not particles and self._misspelt(token.key))
        if (
            particles
            and tokens[back + 1].key == "van"
            and lead.key in {"met", "bij", "door", "voor", "tegen", "aan", "naar"}
        ):
            return self._either(token.key) or strange or token.key in self._lists.places
        if particles and not (particles == 1 and tokens[at - 1].key == "van" and lead.key in _RELATIONS):
            return False
        steps = 0
        while back > 0 and tokens[back].key in _BETWEEN and steps < 2:
            back -= 1
            steps += 1
        lead = tokens[back]
        if lead.key in _CALLED and not particles:
            if lead.key in {"naam"} and not steps and ":" not in token.gap:
                return False
            return (not ordinary or token.capital) and (self._either(token.key) or strange or token.capital)
        if (
            steps
            and lead.key not in _CALLED
            and any(tokens[i].key not in {"genaamd", "dus"} for i in range(back + 1, at))
        ):
            return False
        if lead.key not in _RELATIONS or ("." in token.gap):
            return False
        if token.capital:
            return not ordinary
        if ordinary or len(token.key) < 3:
            return False
        return self._either(token.key) or (strange and not self._misspelt(token.key))

    def _extend(self, tokens: list[_Token], at: int, named: list[bool]) -> int | None:
        """Mark a word as a name, and find the next word of that name: "sanne van der berg", "Noor el Amrani", "ahmed b."."""
        named[at] = True
        ahead = at + 1
        while ahead < len(tokens) and _follows(tokens, ahead) and tokens[ahead].key in _WITHIN:
            ahead += 1
        if ahead >= len(tokens) or not _follows(tokens, ahead) or _ORGANISATION.match(tokens[ahead].text):
            return None
        particles = ahead > at + 1
        token = tokens[ahead]
        key = token.key
        ordinary = key in self._lists.vocabulary
        known = (
            (token.dotted and not particles)
            or self._sure(key)
            or (self._either(key) and (not ordinary or particles or token.capital))
            or (particles and key in self._lists.places and key not in PARTICLES)
        )
        strange = self._strange(token) and (token.capital or particles or not self._misspelt(key))
        if not (known or strange or (token.capital and (particles or not ordinary))):
            return None
        named[at:ahead] = [True] * (ahead - at)
        return ahead

    def _spans(self, text: str, tokens: list[_Token], named: list[bool]) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for index, token in enumerate(tokens):
            if not named[index]:
                continue
            if spans and index and named[index - 1] and _follows(tokens, index):
                spans[-1] = (spans[-1][0], token.end)
            else:
                spans.append((self._start(text, tokens, index), token.end))
        return spans

    def _start(self, text: str, tokens: list[_Token], at: int) -> int:
        """Where a name begins: with its initials and with "van der"; the "van" of "de moeder van" is no part of it."""
        first = at
        while first and tokens[first].touches and tokens[first - 1].key in PARTICLES:
            first -= 1
        start = tokens[first].start
        if initials := _INITIALS.search(text, max(0, start - 16), start):
            return initials.start()
        before = tokens[first - 1] if first and tokens[first].gap.strip() in {"", "."} else None
        whole = first < at and (tokens[first].key not in {"van", "de", "het", "t"} or at - first > 1)
        if tokens[first].key == "van" and first and tokens[first - 1].key in _PERSON_PREPOSITIONS:
            whole = True
        return start if whole or (before and before.key in _TITLES) else tokens[at].start


def _consonants(word: str) -> str:
    return re.sub("[aeiouy]", "", word)


def _follows(tokens: list[_Token], at: int) -> bool:
    """Whether a word goes on where the one before ends: "ahmed b", "m. van 't hof"."""
    return tokens[at].touches or (tokens[at - 1].dotted and tokens[at].gap in {".", ". "})


@lru_cache(maxsize=1)
def name_finder() -> NameFinder:
    """The finder of this process."""
    return NameFinder(name_lists())
