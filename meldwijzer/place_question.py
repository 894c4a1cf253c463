"""A message as a question for a Veilig Thuis: whether it asks for one, and where in it a place may stand."""

from __future__ import annotations

import re
from functools import cached_property

from meldwijzer.message_words import Message, vocabulary
from meldwijzer.region_files import SORTS

VEILIG_THUIS = frozenset({"thuis", "veiligthuis", "vt", "amhk"})
#: Those, and other words for who takes a report.
COUNTERS = VEILIG_THUIS | {"meldpunt", "steunpunt"}
#: Words that announce a name.
ANNOUNCING = frozenset(
    {*SORTS, "plaats", "woonplaats", "dorp", "dorpje", "stad", "omgeving", "buurtschap", "gehucht", "woongemeente"}
)
WITHIN = frozenset({"in", "uit", "te"})
PREPOSITIONS = WITHIN | {"bij", "van", "voor", "naar", "rond", "rondom", "nabij", "omgeving", "vanuit", "richting"}
BEFORE_NAME = PREPOSITIONS | ANNOUNCING
VERBS = frozenset({"hoort", "horen", "valt", "vallen", "val", "geldt"})
#: Words before and after a name that leave it the only thing said: "ik woon in Arnhem graag".
LEADING = frozenset(
    {*BEFORE_NAME, *COUNTERS, *VERBS}
    | vocabulary(
        """
        ik wij we woon woont wonen werk werkt werken zit zitten kom komt komen mijn onze het de is er onder
        welk welke wat waar veilig nummer telefoonnummer nr of dan dat hier nu postcode pc wijk buurt op eh
        nou ja
        """
    )
)
TRAILING = frozenset(
    {*COUNTERS, *ANNOUNCING}
    | vocabulary(
        """
        graag aub svp alstublieft alsjeblieft dus hoor veilig en nl denk ik toch nummer telefoonnummer
        telefoon tel website
        """
    )
)
#: Words with which a question for the Veilig Thuis goes on after the name: "best, welk vt".
_GOING_ON = vocabulary(
    """
    welk welke wie wat waar naar onder bij hoort horen valt vallen vt veilig veiligthuis en maar hier dus want
    graag aub svp telefoonnummer nummer qua
    """
)
#: Words that may stand between a place and what says which one: "Velp in de buurt van Arnhem".
LINKING = frozenset(
    {*SORTS}
    | vocabulary(
        """
        in bij te nabij rond van omgeving de het dat die ligt buurt vlak vlakbij dicht dichtbij naast onder
        tegen kant aan is dus ergens net boven richting nu
        """
    )
)
#: Words after which the second of two places is where the first lies: "Kanaleneiland in Utrecht".
LIES_IN = frozenset({"in", "te", "gemeente", "gem", "van"})

_VT = r"(?:veilig ?thuis|vt|amhk|meldpunt)"
_TURN = r"(?:heen|zijn|melden|bellen|terecht|melding|naartoe)"
_BELONGS = r"(?:hoort|horen|hoor|valt|vallen|val)"
#: Ways to ask which Veilig Thuis it is, and where or to whom one has to turn.
_ASKS = re.compile(
    "|".join(
        (
            rf"\bwelke? (?:{_VT}|regio|organisatie|nummer|instantie|loket|(?:regio)?kantoor|vestiging)\b",
            r"\b(?:onder|bij|naar|met) (?:welke?|wie)\b|\baan wie\b",
            r"\bwie (?:adviseert|dekt) (?:mij|me|ons)\b",
            r"\b(?:veilig ?thuis|vt)(?: \w+){1,4} (?:toch|of niet)$",
            rf"{_VT} (?:in|regio|gemeente|hoort|voor|van|is|daar)\b",
            rf"\bwaar {_BELONGS}\b",
            rf"\b{_BELONGS}\b.*\b{_VT}\b",
            rf"\b{_VT}\b.*\b{_BELONGS}\b",
            rf"\bwie (?:is|zijn|doet)\b.*\b{_VT}\b",
            rf"\b(?:nummer|telefoonnummer|nr|adres|mailadres|website|contact|contactgegevens|gegevens)\b.*\b{_VT}\b",
            rf"{_VT} (?:\w+ )?(?:nummer|telefoonnummer|nr)\b",
            rf"\b(?:zoek|nodig)\b.*{_VT}",
            r"\bwie (?:moet|kan|mag|bel|belt|gaat|is daar|doet|heb)\b",
            rf"\bwaar (?:meld|meldt|melden|gaat|moet|moeten|bel|bellen|kan)\b(?: \w+){{0,4}} {_TURN}\b",
            r"\bwaar (?:meld|bel) (?:ik|je|we|wij)\b",
            r"\bwaar (?:ik|we|wij|je)\b.* (?:zijn|terecht|melden|heen)\b",
        )
    )
)


class Question(Message):
    """A message of which it matters whether it asks for a Veilig Thuis."""

    @cached_property
    def asks(self) -> bool:
        """Whether it asks which Veilig Thuis or region something belongs to."""
        return bool(_ASKS.search(self.text))

    def goes_on(self, index: int) -> bool:
        """Whether a name that ends before this word may be the end of what a sentence says about where."""
        return self.pauses(index) or self.words[index].text in _GOING_ON

    def asked_next(self, index: int) -> bool:
        """Whether the question itself follows: "elst en dan welke", "best welk vt"."""
        while index < len(self.words) and self.words[index].text in {"en", "dan", "dus"}:
            index += 1
        return not self.ends(index) and self.words[index].text in {*VERBS, "welk", "welke", "wie"}

    def opens(self, start: int) -> bool:
        """Whether nothing but words such as "ik woon in" stands before a word."""
        return all(word.text in LEADING for word in self.words[:start])
