"""How a message speaks of a place: the child lives there, somebody works there, or it is not that one.

A report goes to the Veilig Thuis of where the client or the child lives, so of several places in a message that one
counts: "ik werk in Arnhem, het gezin woont in Velp".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from meldwijzer.message_words import Message, vocabulary

#: The lowest weight of a place that the message does not deny.
MEANT = 0.0
#: The weight of what a question names; with more somebody lives there.
ASKED = 3.0

LIVES = 5.0
_LIVES_CHILD, _LIVES_RELATIVE = 6.0, 4.0
_CHILD, _PERSON, _RELATIVE = 4.5, 3.5, 3.2
#: The weight of what the answer may be: "is dat Flevoland of Friesland".
GUESSED = 0.2
#: The weight of where somebody works; whom a message is about does not live there.
WORKS = 1.0
#: The weight of where somebody "woonde": a former home, or how one tells what happened.
LIVED = -0.5
_NEUTRAL, _OWN, _NEAR, _FORMER, _DENIED = 2.0, 1.5, 0.5, -1.0, -2.0
#: A home for the time being counts a little less than the one before it.
_TEMPORARY = 0.3
#: A visit counts less than the home of whoever is visited from there.
_VISIT = 2.0
#: "woont nu nog in Tiel" counts more than where the same person goes.
_STILL = 1.5
#: Of several places of the same sort, the one of "dit kind".
_POINTED_OUT = 0.2


def _with_diminutives(text: str) -> frozenset[str]:
    """The words, and what one calls a small one or someone else's: "patientje", "pleegzoon", "buurmeisje"."""
    words = vocabulary(text)
    words |= {f"{word}{ending}" for word in words for ending in ("je", "jes", "tje", "tjes")}
    whose = ("pleeg", "stief", "bonus", "buur", "school", "adoptie", "gast")
    return words | {f"{each}{word}" for each in whose for word in words}


_LIVING = vocabulary(
    """
    woont wonen wonend wonende woonachtig woonplaats woonadres huisadres thuisadres adres ingeschreven inwoner
    hoofdadres hoofdverblijf inschrijfadres
    inwoners inwonend afkomstig gehuisvest woning huis verhuisd verhuist domicilie ingetrokken thuiswonend
    thuiswonende postcode woongemeente
    """
)
_STAYING = vocabulary(
    """
    verblijft verblijven verblijvend verblijfplaats logeert logeren opgevangen ondergebracht geplaatst
    ondergedoken slaapt slapen opgenomen
    """
)
_WORKING = vocabulary(
    """
    woon werk werkt werken werkzaam werkte werkplek school basisschool scholen scholengemeenschap lyceum
    college praktijk huisartsenpraktijk huisarts huisartsenpost wijkteam kantoor standplaats stage spreekuur
    ziekenhuis kliniek seh opvang kinderopvang kdv bso ggd ggz poh peuterspeelzaal consultatiebureau
    politiebureau agent wijkagent leerkracht docent juf meester tandarts verloskundige verpleegkundige
    wijkverpleegkundige thuiszorg jeugdarts jeugdverpleegkundige iber mbo hbo roc vmbo sportclub
    sportvereniging voetbalclub voetbal creche gastouder gastouderbureau apotheek dienst weekenddienst groep
    klas les lessen onderwijs loopt dagbesteding waarnemer collega collegas team vestiging locatie opleiding
    gevestigd
    """
)
_ASKING = vocabulary("thuis vt veiligthuis amhk hoort horen hoor valt vallen melding meldpunt")
_COMING = vocabulary("komt komen kwam kwamen afkomstig")
_SELF = vocabulary("ik wij we mij ons onze mijn")
_CHILDREN = _with_diminutives(
    """
    kind kinderen kindje kindjes kids kleuter kleuters peuter peuters baby babys jongen jongens jongetje
    meisje meisjes meid leerling leerlinge leerlingen dochter dochters zoon zoons zoontje dochtertje gezin
    gezinnen broertje broertjes zusje zusjes tweeling student studente studenten puber tiener client cliente
    clienten patient patiente patienten slachtoffer bewoner bewoonster pupil betrokkene betrokkenen familie
    echtpaar stel ukkie neefje nichtje kleinkind kleinkinderen kleindochter kleinzoon jongere jongeren
    minderjarige minderjarigen scholier scholiere scholieren ptn
    """
) | {"pleegouders", "pleegmoeder", "pleegvader"}  # a foster child lives with them
_PERSONS = vocabulary(
    """
    moeder mevrouw vrouw mama ouders ouder zij ze hij die meneer dame oudere ouderen iemand haar hen persoon
    bejaarde mens mensen mw dhr kraamvrouw zwangere deelnemer deelneemster bezoeker bezoekster
    """
)
_RELATIVES = vocabulary(
    """
    vader papa ex man oma opa grootouders grootmoeder grootvader tante oom broer zus partner
    stiefvader stiefmoeder vriend vriendin buurvrouw buurman buren schoonmoeder schoonvader nicht neef
    """
)
_SUSPECTS = vocabulary("dader daders pleger plegers verdachte verdachten stalker")
#: Whom a child may live with, as in "de kinderen wonen bij moeder".
_PARENTS = vocabulary("moeder vader mama papa mam pap oma opa ouders grootouders pleegouders tante oom")
_AT_HOME = vocabulary("altijd woont wonen zit zitten ingeschreven verblijft verblijven woonachtig")
_UNTIL = vocabulary("vorig vorige gisteren kort voor")
_SAME = vocabulary("hetzelfde dezelfde")
_LIVED = vocabulary("woonde woonden")
_BEFORE = vocabulary("gewoond vroeger voorheen eerder geboren opgegroeid oorspronkelijk")
_VISITING = vocabulary("vaak soms regelmatig geregeld weekend weekenden weekeinde vakantie vakanties weleens")
_IN_TURN = vocabulary("beurtelings afwisselend wisselend")
_REGISTERED = vocabulary("ingeschreven hoofdadres hoofdverblijf inschrijfadres")
_POINTING = vocabulary("dit deze betreft betreffende")
_HEARING = vocabulary("hoor hoorde hoorden gehoord horen lees las gelezen zegt zeggen zei")
_REPORTING = vocabulary("bellen melden bel meld aankloppen aanmelden terecht")
_GONE = vocabulary("vertrokken gegaan gevlucht meegenomen ontvoerd teruggekeerd overgeplaatst getrokken gereisd weg")
_NEARBY = vocabulary("vlak dicht vlakbij dichtbij buurt ver kant rook uur kilometer km minuten")
_BESIDE = vocabulary("naast nabij vlakbij dichtbij tussen richting tegen")
_BELONGING = vocabulary("hoort horen hoor valt vallen val")
_QUESTION = vocabulary("welk welke wie wat waar")
_JOINING = vocabulary("maar terwijl want en dus omdat doordat zodat")
_SMALL = vocabulary("in bij uit de het die dus meer van naar te gemeente provincie voor onder")
_POSSESSIVE = vocabulary("zijn haar hun de mijn")
_PREPOSITIONS = vocabulary("in uit te bij van op naar rond omgeving vanuit gemeente regio wijk")


def origin(message: Message, start: int) -> bool:
    """Whether someone is said to come from a place: "een leerling uit", "zij komt uit"."""
    return message.before(start) == "uit" and any(
        word in _CHILDREN | _PERSONS | _RELATIVES or word.startswith(("kom", "kwam", "afkomstig"))
        for word in (message.before(start, distance) for distance in (2, 3, 4))
        if word
    )


def weight(message: Message, start: int, end: int, *, abroad: bool = False) -> float:
    """How much speaks for a place as the one where the person lives whom the message is about.

    Args:
        message: the message.
        start: index of the first word of the place.
        end: index of the word after it.
        abroad: the place is a foreign one; people come from there more often than they live there.

    Returns:
        A number to compare with that of other places in the message; below `MEANT` for one that is denied.
    """
    left, right = _left(message, start), _right(message, end)
    while left and left[0] in {"de", "het"}:
        del left[0]
    first = left[0] if left else ""
    moved = any(word.text.startswith("verhui") for word in message.words)
    if not message.words[start].pause and _denied(left):  # "ik kom er niet uit: Eemnes"
        return _DENIED
    if first in {"van", "vanuit"} and moved:
        return _FORMER
    if first == "naar" and (moved or _GONE & {*left, *right}):
        return _LIVES_CHILD if _CHILDREN & {*left, *right} else LIVES
    until = "tot" in left[:4] and bool(_UNTIL & set(left[:3]))
    if _BEFORE & set(left[:6]) or "eerst" in left[:3] or until:
        return _FORMER
    if home_of(message) & set(left[:3]):
        return _LIVES_CHILD + _POINTED_OUT
    if _LIVED & set(left[:6]):
        return _FORMER if moved else LIVED
    if abroad and first == "uit":
        return GUESSED
    if first in _BESIDE or (first in {"bij", "van", "onder", "boven", "aan"} and _NEARBY & set(left[1:4])):
        return _NEAR
    if _guessed(left, right):
        return GUESSED
    if first == "vanuit" and not (_CHILDREN | _PERSONS | _RELATIVES) & set(left[1:4]):
        return WORKS  # "we rijden vanuit Gouda"
    if first == "uit" and _is_called(message, start - 2):  # "Kevin uit Meppel"
        return _PERSON
    return _role(left, right, abroad=abroad)


def home_of(message: Message) -> frozenset[str]:
    """With whom the child is said to live, where that tells no place: "de kinderen wonen bij moeder"."""
    found: set[str] = set()
    texts = [word.text for word in message.words]
    for index, word in enumerate(texts):
        if word != "bij" or _VISITING & set(texts[max(index - 4, 0) : index + 4]):
            continue
        end = index + 2 if texts[index + 1 : index + 2] and texts[index + 1] in _POSSESSIVE else index + 1
        if not (message.pauses(end + 1) or texts[end + 1] in _AT_HOME | _JOINING):
            continue
        around = {*texts[max(index - 3, 0) : index], *texts[end + 1 : end + 2]}
        if _AT_HOME & around and texts[end : end + 1] and texts[end] in _PARENTS:
            found.add(texts[end])
    return frozenset(found)


def _is_called(message: Message, index: int) -> bool:
    """Whether a word is the name of a person, as far as its capital tells."""
    if index < 0 or message.words[index + 1].first:
        return False
    word = message.words[index]
    return message.capital(index + 1) and word.text.isalpha() and not word.known


def _role(left: Sequence[str], right: Sequence[str], *, abroad: bool) -> float:
    """Who does what there, by the nearest word that tells, before the place or else after it."""
    around = {*left, *right}
    pointed = _POINTED_OUT if _POINTING & set(left[:5]) else 0
    if left[:1] == ["uit"] and not abroad:
        # "een patient die ik vanmiddag zag komt uit Asten"
        subject = left if left[1:2] and left[1] in _COMING else left[:4]
        if comes := _best(subject, _CHILD, _RELATIVE):
            return comes + pointed
    own = bool(_SELF & around)
    nearest = right[:1] if _LIVING & set(right[:1]) else []  # "het slachtoffer in Soest woont"
    for word in (*nearest, *left, *right[:6]):
        if word in _LIVING | _STAYING:
            lives = _best(around, _LIVES_CHILD, _LIVES_RELATIVE) or (_OWN if {"ik", "wij", "we"} & around else LIVES)
            if word in _REGISTERED and "bij" in left[:3]:  # "staat ingeschreven bij mama in Velp"
                lives = _LIVES_CHILD
            if word in _STAYING:
                return lives - (_VISIT if _VISITING & around else _TEMPORARY)
            if _IN_TURN & around:
                return lives - _VISIT
            return lives + pointed + (_STILL if "nog" in left[:4] else 0)
        if word in _WORKING:
            return WORKS
        if word in _ASKING and word in left:
            return ASKED
    # "een leerling uit Velp" lives there; "het kind gaat naar Spanje" does not.
    placed = bool(left) and left[0] in _PREPOSITIONS | _CHILDREN | _PERSONS
    person = _best(left[:5], _CHILD, _RELATIVE) if placed and not abroad else 0
    if left[:1] == ["nu"]:  # "eerst Apeldoorn, nu Deventer"
        return _PERSON
    return person + pointed if person else (WORKS if own else _NEUTRAL)


def _best(around: Iterable[str], child: float, relative: float) -> float:
    """The weight of the person among these words that matters most; 0 when there is none."""
    words = set(around)
    if words & _CHILDREN:
        return child
    if words & _PERSONS and not words & _RELATIVES:
        return (child + relative) / 2
    if words & _SUSPECTS:
        return relative / 2
    return relative if words & _RELATIVES else 0


def _denied(left: Sequence[str]) -> bool:
    """Whether "niet" stands right before a place: "dus niet in Arnhem"."""
    for word in left[:4]:
        if word in {"niet", "geen"}:
            return True
        if word not in _SMALL:
            return False
    return False


def _guessed(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether a place is only what the answer may be: "is dat Flevoland of Friesland", "dat we bij Nijmegen horen"."""
    first, second = (*left, "", "")[:2]
    hears = bool(_HEARING & set(left[:6]))
    if hears and first == "over" and {"iets", "ook"} & set(left[:4]):  # "ik hoor ook iets over Hilversum"
        return True
    if first in {"in", "bij"} and _REPORTING & set(right[:1]) and not (_CHILDREN | _PERSONS | _RELATIVES) & {second}:
        return not _QUESTION & set(left)  # "moet ik voor een client uit Velp in Arnhem melden"
    if first == "als" and _SAME & set(left):  # "heeft Lopik hetzelfde VT als IJsselstein"
        return True
    if first in {"bij", "onder"} and _BELONGING & {*left, *right[:1]}:
        return not _QUESTION & set(left)
    if right[-1:] == ["toch"] or right[:2] == ["of", "niet"]:  # "vt rotterdam toch?"
        return bool(set(left[:1]) & _ASKING)
    return (first, second) in {("dat", "is"), ("dan", "is"), ("toch", "of"), ("het", "is")} or first in {
        "of",
        "zegt",
        "zeggen",
        "zei",
    }


def _left(message: Message, start: int) -> list[str]:
    """The words before a place in its part of the sentence, nearest first."""
    found: list[str] = []
    for index in range(start - 1, -1, -1):
        following = message.words[index + 1]
        if following.first:
            break
        # "Kind: Velp" and "zij wonen, sinds kort, in Velp" go on in the part before the pause.
        if following.pause and any(word not in _PREPOSITIONS for word in found):
            break
        if message.words[index].text in _JOINING:
            break
        found.append(message.words[index].text)
    return found


def _right(message: Message, end: int) -> list[str]:
    """The words after a place in its part of the sentence; "Velp, daar wonen ze" is one part."""
    found: list[str] = []
    for index in range(end, len(message.words)):
        word = message.words[index]
        if word.first or word.text in _JOINING:
            break
        if word.pause and word.text not in {"daar", "waar"}:
            break
        found.append(word.text)
    return found
