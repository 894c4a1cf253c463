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

_LIVES_CHILD, _LIVES, _LIVES_RELATIVE = 6.0, 5.0, 4.0
_CHILD, _PERSON, _RELATIVE = 4.5, 3.5, 3.2
#: The weight of what the answer may be: "is dat Flevoland of Friesland".
GUESSED = 0.2
_NEUTRAL, _OWN, _WORKS, _NEAR, _FORMER, _DENIED = 2.0, 1.5, 1.0, 0.5, -1.0, -2.0
#: A home for the time being counts a little less than the one before it.
_TEMPORARY = 0.3

_LIVING = vocabulary(
    """
    woont wonen wonend wonende woonachtig woonplaats woonadres huisadres thuisadres adres ingeschreven inwoner
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
_SELF = vocabulary("ik wij we mij ons onze mijn")
_CHILDREN = vocabulary(
    """
    kind kinderen kindje kindjes kids kleuter kleuters peuter peuters baby babys jongen jongens jongetje
    meisje meisjes meid leerling leerlinge leerlingen dochter dochters zoon zoons zoontje dochtertje gezin
    gezinnen broertje broertjes zusje zusjes tweeling student studente studenten puber tiener client cliente
    clienten patient patiente patienten slachtoffer bewoner bewoonster pupil betrokkene betrokkenen familie
    echtpaar stel ukkie neefje nichtje kleinkind kleinkinderen kleindochter kleinzoon jongere jongeren
    pleegkind
    """
)
_PERSONS = vocabulary(
    """
    moeder mevrouw vrouw mama ouders ouder zij ze hij die meneer dame oudere ouderen iemand haar hen persoon
    bejaarde mens mensen mw dhr
    """
)
_RELATIVES = vocabulary(
    """
    vader papa ex man oma opa grootouders grootmoeder grootvader tante oom broer zus dader partner stiefvader
    stiefmoeder vriend vriendin buurvrouw buurman buren pleegouders schoonmoeder nicht neef verdachte
    """
)
_BEFORE = vocabulary("woonde woonden gewoond vroeger voorheen eerder geboren opgegroeid oorspronkelijk")
_GONE = vocabulary("vertrokken gegaan gevlucht meegenomen ontvoerd teruggekeerd overgeplaatst getrokken gereisd weg")
_NEARBY = vocabulary("vlak dicht vlakbij dichtbij buurt ver kant rook uur kilometer km minuten")
_BESIDE = vocabulary("naast nabij vlakbij dichtbij tussen richting tegen")
_BELONGING = vocabulary("hoort horen hoor valt vallen val")
_QUESTION = vocabulary("welk welke wie wat waar")
_JOINING = vocabulary("maar terwijl want en dus omdat doordat zodat")
_SMALL = vocabulary("in bij uit de het die dus meer van naar te gemeente provincie voor onder")
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
        return _LIVES_CHILD if _CHILDREN & {*left, *right} else _LIVES
    if _BEFORE & set(left[:6]) or "eerst" in left[:3]:
        return _FORMER
    if abroad and first == "uit":
        return GUESSED
    if first in _BESIDE or (first in {"bij", "van", "onder", "boven", "aan"} and _NEARBY & set(left[1:4])):
        return _NEAR
    if _guessed(left, right):
        return GUESSED
    return _role(left, right, abroad=abroad)


def _role(left: Sequence[str], right: Sequence[str], *, abroad: bool) -> float:
    """Who does what there, by the nearest word that tells, before the place or else after it."""
    around = {*left, *right}
    if left[:1] == ["uit"] and not abroad and (comes := _best(left[:4], _CHILD, _RELATIVE)):
        return comes
    own = bool(_SELF & around)
    for word in (*left, *right[:6]):
        if word in _LIVING | _STAYING:
            lives = _best(around, _LIVES_CHILD, _LIVES_RELATIVE) or (_OWN if {"ik", "wij", "we"} & around else _LIVES)
            return lives - (_TEMPORARY if word in _STAYING else 0)
        if word in _WORKING:
            return _WORKS
        if word in _ASKING and word in left:
            return ASKED
    # "een leerling uit Velp" lives there; "het kind gaat naar Spanje" does not.
    placed = bool(left) and left[0] in _PREPOSITIONS | _CHILDREN | _PERSONS
    person = _best(left[:5], _CHILD, _RELATIVE) if placed and not abroad else 0
    return person or (_WORKS if own else _NEUTRAL)


def _best(around: Iterable[str], child: float, relative: float) -> float:
    """The weight of the person among these words that matters most; 0 when there is none."""
    words = set(around)
    if words & _CHILDREN:
        return child
    if words & _PERSONS and not words & _RELATIVES:
        return (child + relative) / 2
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
    if first in {"bij", "onder"} and _BELONGING & {*left, *right[:1]}:
        return not _QUESTION & set(left)
    if right[-1:] == ["toch"] or right[:2] == ["of", "niet"]:  # "vt rotterdam toch?"
        return bool(set(left[:1]) & _ASKING)
    return (first, second) in {("dat", "is"), ("dan", "is"), ("toch", "of"), ("het", "is")} or first == "of"


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
