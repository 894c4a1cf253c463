"""Answers in words: what a human would understand, and None where a human would ask again.

A wrong guess leads someone to advice that does not fit; asking once more only costs a line.
"""

from __future__ import annotations

import pytest

from actions.hearing import heard
from meldwijzer.flows import DONT_KNOW, flows

#: By question: what was typed, what the classifier takes it for, and the answer.
CASES: dict[str, list[tuple[str, str, str | None]]] = {
    "weighing.vermoeden": [
        ("ja", "affirm", "ja"),
        ("jaa", "affirm", "ja"),
        ("Ja, er is een vermoeden", "affirm", "ja"),
        ("ja helaas", "affirm", "ja"),
        ("ik denk het wel", "affirm", "ja"),
        ("ik vermoed van wel ja", "affirm", "ja"),
        ("ik vermoet van wel", "affirm", "ja"),
        ("er is een vermoden", "topic", "ja"),
        ("klopt", "affirm", "ja"),
        ("ik vertrouw het niet", "deny", "ja"),
        ("nee hoor", "deny", "nee"),
        ("nou nee", "deny", "nee"),
        ("klopt niet", "deny", "nee"),
        ("klopt helemaal niet", "affirm", "nee"),
        ("dat klopt niet", "deny", "nee"),
        ("niet dat ik gezien heb", "deny", "nee"),
        ("geen vermoeden meer", "deny", "nee"),
        ("ik heb geen vermoeden", "deny", "nee"),
        ("er was niets aan de hand", "deny", "nee"),
        ("ja maar", "affirm", None),
        ("ja, maar dat is lang geleden", "affirm", None),
        ("nou ja", "affirm", None),
        ("ja en nee", "affirm", None),
        ("ja nee", "deny", None),
        ("zo nu en dan", "affirm", None),
        ("soms", "affirm", None),
        ("ja, geen vermoeden", "affirm", None),
        ("ik denk van wel, maar ik weet het niet zeker", "affirm", "weet_niet"),
        ("dat durf ik niet te zeggen", "dont_know", "weet_niet"),
        ("dat durf ik niet te zeggen", "deny", "weet_niet"),
        ("ik weet het eigenlijk niet", "topic", "weet_niet"),
        ("zonder twijfel ja", "affirm", "ja"),
        ("wat is een vermoeden precies", "topic", None),
        ("is een gevoel ook al een vermoeden", "affirm", None),
        ("en wat als ik niets zeker weet?", "dont_know", None),
        (
            "ik heb gisteren met moeder gesproken en die zei dat er niks is maar de buurvrouw hoort toch geschreeuw",
            "affirm",
            None,
        ),
        ("Nee. Moeder heeft uitgelegd hoe het zat, de arts bevestigde dat en het kind is vrolijk", "topic", "nee"),
        ("Ja. Maar eigenlijk is het van vorig jaar en wie weet is het nu alweer veel beter thuis", "affirm", None),
    ],
    "weighing.onveiligheid": [
        ("acuut", "inform", "acuut"),
        ("het is acuut", "affirm", "acuut"),
        ("accuut", "inform", "acuut"),
        ("ja, acuut denk ik", "affirm", "acuut"),
        ("acuut, niet structureel", "deny", "acuut"),
        ("ze is met de dood bedreigd", "emergency", "acuut"),
        ("allebei", "affirm", "acuut"),
        ("ik weet het niet zeker, maar het is acuut", "dont_know", "acuut"),
        ("het is strucureel denk ik", "affirm", "structureel"),
        ("niet acuut, wel structureel", "deny", "structureel"),
        ("het speelt al jaren", "topic", "structureel"),
        ("er zit een patroon in", "topic", "structureel"),
        ("elke keer weer hetzelfde verhaal", "affirm", "structureel"),
        ("geen van beide", "deny", "geen"),
        ("geen van bijde", "deny", "geen"),
        ("niet acuut en niet structureel", "deny", "geen"),
        ("niet structureel", "deny", None),
        ("geen direct gevaar", "deny", None),
        ("nee, niet acuut", "deny", None),
        ("acuut is het niet", "deny", None),
        ("geen acute onveiligheid", "deny", None),
        ("nee", "deny", None),
        ("ja", "affirm", None),
        ("zo nu en dan", "affirm", None),
        ("acuut of structureel", "topic", None),
        ("ik twijfel tussen acuut en structureel", "topic", "weet_niet"),
        ("misschien structureel", "affirm", "weet_niet"),
        ("geen idee of het structureel is", "dont_know", "weet_niet"),
        ("is vorige week al acuut genoeg", "topic", None),
    ],
    "weighing.onthulling": [
        ("ja ze heeft het me verteld", "affirm", "ja"),
        ("het kind zei het zelf", "topic", "ja"),
        ("zij vroeg om hulp", "topic", "ja"),
        ("nee, van een ander gehoord", "deny", "nee"),
        ("ze zwijgt", "topic", "nee"),
        ("zelf verteld heeft ze het niet", "deny", "nee"),
        ("hij heeft het me niet verteld", "deny", "nee"),
        ("half", "topic", None),
    ],
    "weighing.hulp_mogelijk": [
        ("het wijkteam kan helpen", "topic", "ja"),
        ("dat lukt me niet", "deny", "nee"),
        ("nee dat is te zwaar voor ons", "deny", "nee"),
        ("ik denk van niet", "deny", "nee"),
        ("dat kan ik niet regelen", "deny", "nee"),
        ("een beetje", "affirm", None),
    ],
    "weighing.hulp_aanvaard": [
        ("ze werken mee", "topic", "ja"),
        ("ze werken niet mee", "deny", "nee"),
        ("moeder wel, vader niet", "affirm", None),
        ("ze weigeren alles", "deny", "nee"),
        ("ja alleen op papier", "affirm", None),
        ("meestal wel", "affirm", None),
    ],
    "weighing.hulp_werkt": [
        ("nee maar het begint nu pas", "deny", "begint"),
        ("de hulp is net gestart", "topic", "begint"),
        ("nog te vroeg om te zeggen", "dont_know", "begint"),
        ("de hulp werkt niet", "deny", "nee"),
        ("nee, de hulp werkt niet", "deny", "nee"),
        ("het gaat niet beter", "deny", "nee"),
        ("het gaat beter", "affirm", "ja"),
        ("ja en nee, het gaat beter", "affirm", None),
        ("het geweld is niet gestopt", "deny", "nee"),
    ],
    "kindcheck.gevaar": [
        ("geen direct gevaar", "deny", "nee"),
        ("geen driect gevaar", "topic", "nee"),
        ("Nee, geen direct gevaar", "deny", "nee"),
        ("niet acuut hoor", "deny", "nee"),
        ("niet dat ik weet", "deny", "nee"),
        ("ja er is gevaar", "emergency", "ja"),
        ("ja ik denk het wel", "affirm", "ja"),
        ("ik ben bang dat er iets gebeurt", "emergency", "ja"),
        ("nee, er is nu gevaar", "deny", None),
        ("ja, geen gevaar", "affirm", None),
        ("ik weet niet of er gevaar is", "dont_know", "weet_niet"),
    ],
    "kindcheck.toestand": [
        ("ze is verslaafd", "topic", "ja"),
        ("ik maak me zorgen over mijn client", "topic", "ja"),
        ("ik maak me geen zorgen over mijn cliënt", "deny", "nee"),
        ("geen zorgen", "deny", "nee"),
        ("ja hij drinkt niet meer", "affirm", None),
        ("er is geweld thuis", "topic", "signalen"),
        ("hij heeft een psychose", "topic", "ja"),
        ("ze is niet depressief", "deny", "nee"),
        ("het gaat niet goed", "deny", None),
        ("het valt niet mee", "deny", None),
        ("nee, ik zie signalen bij het kind", "deny", "signalen"),
    ],
    "kindcheck.kinderen": [
        ("ja twee", "affirm", "ja"),
        ("ja, en ze is ook zwanger", "affirm", "ja"),
        ("ze is zwanger", "topic", "zwanger"),
        ("nee geen kinderen, wel zwanger", "deny", "zwanger"),
        ("nee, geen kinderen", "deny", "nee"),
        ("er zijn geen kinderen", "deny", "nee"),
        ("ze is niet zwanger", "deny", None),
        ("ze heeft jonge kinderen", "topic", "ja"),
        ("ze heeft twee volwassen kinderen", "topic", "nee"),
        ("heb ik nog niet gevraagd", "deny", "ongevraagd"),
        ("dat weet ik niet, moet ik nog vragen", "dont_know", "ongevraagd"),
        ("dat staat niet in mijn dossier", "dont_know", "ongevraagd"),
        ("moet ik dat ook vragen bij een man", "topic", None),
    ],
    "kindcheck.zorg": [
        ("opa en oma", "topic", "ander"),
        ("de partner", "topic", "ander"),
        ("de partner is weg", "topic", None),
        ("mijn cliënt is opgenomen", "topic", None),
        ("mijn client zelf", "topic", "client"),
        ("moeder zorgt zelf, met opa en oma", "topic", None),
        ("niemand", "deny", "niemand"),
        ("ze zijn alleen thuis", "topic", "niemand"),
        ("ze zijn niet alleen thuis", "deny", None),
    ],
    "kindcheck.veilig": [
        ("dat is onveilig", "deny", "nee"),
        ("ze zijn niet veilig", "deny", "nee"),
        ("ja ze zijn veilig", "affirm", "ja"),
        ("nee, ze zijn veilig", "deny", None),
        ("er is geen geweld", "deny", None),
        ("het gaat niet goed met ze", "deny", "nee"),
        ("daar heb ik geen zicht op", "dont_know", "geen_zicht"),
    ],
    "kindcheck.anderen": [
        ("ja maar dat gaat goed", "affirm", "nee"),
        ("ja maar", "affirm", None),
        ("ik heb geen zorgen", "deny", "nee"),
    ],
    "kindcheck.ernst": [
        ("niet de eerste keer", "deny", "patroon"),
        ("geen levensgevaar", "deny", None),
        ("zorgen, maar geen van beide", "topic", "zorgen"),
    ],
    "sharing.gevaar": [
        ("levensgevaar", "emergency", "ja"),
        ("er is geen levensgevaar", "deny", "nee"),
    ],
    "sharing.wie": [
        ("met de huisarts", "topic", "instantie"),
        ("veilig tuis", "topic", "veilig_thuis"),
        ("de moeder wil dat ik de school bel", "topic", None),
        ("een colega", "topic", "collega"),
        ("school", "topic", "instantie"),
        ("niet met veilig thuis", "deny", None),
    ],
    "sharing.collega": [
        ("indirect betrokken", "topic", None),
        ("nee, een andere afdeling", "deny", "nee"),
        ("zelfde team", "topic", "ja"),
    ],
    "sharing.gezin": [
        ("een ouder met gezag", "topic", "gezag"),
        ("een ouder zonder gezag", "topic", "zonder_gezag"),
        ("hij heeft geen gezag", "deny", "zonder_gezag"),
    ],
    "sharing.veilig": [
        ("dat is veilig", "affirm", "ja"),
        ("daar twijfel ik over", "dont_know", "nee"),
        ("ik weet niet of dat veilig is", "dont_know", "weet_niet"),
    ],
    "sharing.zonder_namen": [
        ("mag ik dit zonder namen vragen", "topic", None),
        ("zonder namen kan het niet", "deny", "nee"),
        ("ja hoor, zonder namen", "affirm", "ja"),
    ],
    "sharing.toestemming": [
        ("nee", "deny", None),
        ("nee, nog niet", "deny", "nog_niet"),
        ("nee, hij wil niet", "deny", "geweigerd"),
        ("er is geen toestemming", "deny", None),
        ("ze vind het goed", "affirm", "ja"),
    ],
    "sharing.grond": [
        ("ja", "affirm", None),
        ("ja, het staat in de wet", "affirm", "wet"),
        ("ernstige schade", "topic", "schade"),
        ("geen ernstige schade", "deny", "nee"),
    ],
    "policy_scan.regierol": [
        ("ja hoor", "affirm", "ja"),
        ("grotendeels, niet helemaal", "deny", "deels"),
        ("ja maar verouderd", "affirm", None),
        ("wel maar verouderd", "affirm", "deels"),
        ("daar zijn we mee bezig", "topic", "deels"),
        ("ja, alleen regionaal", "affirm", "deels"),
        ("een beetje", "topic", "deels"),
        ("half om half", "dont_know", "deels"),
        ("is nog niet geregeld", "deny", "nee"),
        ("ontbreekt niet", "deny", None),
        ("staat er helaas niet in", "deny", "nee"),
        ("gedeeltlijk", "topic", "deels"),
        ("dat durf ik niet te zeggen", "deny", "weet_niet"),
        ("moet ik navragen bij een collega", "topic", "weet_niet"),
        ("wie heeft de regie dan bij ons", "topic", None),
    ],
}
FLAT = [(place, *case) for place, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("place", "text", "intent", "expected"), FLAT, ids=[f"{f[0]}: {f[1][:40]}" for f in FLAT])
def test_heard(place: str, text: str, intent: str, expected: str | None) -> None:
    flow, _, question = place.partition(".")
    assert heard(flows()[flow].questions[question], text, intent) == expected


EVERY = [
    pytest.param(question, answer.id, words, id=f"{flow.id}.{question.id}.{answer.id}: {words}")
    for flow in flows().values()
    for question in flow.questions.values()
    for answer in question.answers
    for words in (answer.label, *answer.words)
]


def test_the_words_in_the_files_are_heard() -> None:
    # With what people put around them; a label or a word that leads elsewhere would be a trap.
    wrong = []
    for param in EVERY:
        question, id_, words = param.values
        for text in (words, words.upper(), f"{words}.", f"nou {words} denk ik"):
            said = heard(question, text, "topic")
            # With more around it, it may be asked again, or explained.
            if said != id_ and (said not in {None, DONT_KNOW} or text.lower().strip(".") == words.lower()):
                wrong.append((question.id, id_, text, said))
    assert wrong == []


def test_stories_are_not_searched_for_words() -> None:
    question = flows()["weighing"].questions["onveiligheid"]
    story = "vader zei gisteren dat het direct gevaar geweken is en dat ze nu bij haar zus slaapt met de kinderen"
    assert heard(question, story, "affirm") is None
