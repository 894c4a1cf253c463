"""The validator of the content: the shipped content is well, and every kind of mistake is named with its place."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli, content, personal
from meldwijzer import quiz
from meldwijzer.cases import cases
from meldwijzer.knowledge import knowledge
from meldwijzer.settings import ROOT

#: A little content without mistakes; its files are short, so that the line numbers below can be looked up.
SMALL = Path(__file__).parent / "content"
TODAY = dt.date(2026, 11, 22)
MELDCODE = "data/knowledge/meldcode.yml"
NOOD = "data/knowledge/nood.yml"
NLU = "data/nlu/meldcode.yml"
NLU_NOOD = "data/nlu/nood.yml"
TOPICS = "data/topics.yml"
TERMS = "data/terms.yml"
EMERGENCY = "data/emergency.yml"
NUMBERS = "data/phone_numbers.yml"
FILES = (MELDCODE, NOOD, NLU, NLU_NOOD, TOPICS, TERMS, EMERGENCY, NUMBERS, "domain.yml")
#: Words of the libraries beneath, none of which may reach someone who does not know Python.
ENGLISH = re.compile(r"\b(is not|expected|required|property|while|found|allowed|object|string|None|True)\b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} does not stand in {file} exactly once"
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


def mistakes(root: Path, today: dt.date = TODAY) -> list[str]:
    return [str(mistake) for mistake in content.check(root, today)]


def test_shipped_content_is_well():
    # By the latest check of any text: that one grows old is for `meldwijzer check`, not for this test.
    items = (item for items in quiz.bank().items.values() for item in items)
    latest = max(text.checked_on for text in (*knowledge().values(), *cases().values(), *items))
    assert mistakes(ROOT, latest) == []


def test_small_content_is_well():
    assert mistakes(SMALL) == []


def case(name: str, file: str, old: str, new: str, *expected: str):
    return pytest.param(file, old, new, list(expected), id=name)


YAML_CASES = (
    case(
        "colon in text",
        MELDCODE,
        "question: Wat is de meldcode?",
        "question: De meldcode: wat is dat?",
        f"{MELDCODE}:3: dit is geen geldige YAML: er staat een dubbele punt in de tekst, of de inspringing klopt niet; "
        "zet de tekst tussen aanhalingstekens of spring deze regel net zo in als de andere",
    ),
    case(
        "tab",
        MELDCODE,
        "  label: De meldcode in het kort",
        "\tlabel: De meldcode in het kort",
        f"{MELDCODE}:2: dit is geen geldige YAML: er staat een tab; gebruik spaties",
    ),
    case(
        "strange first character",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: `De meldcode`",
        f"{MELDCODE}:2: dit is geen geldige YAML: er staat een tab, of de tekst begint met een teken dat daar niet mag "
        "staan; gebruik spaties of zet de tekst tussen aanhalingstekens",
    ),
    case(
        "open quote",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: 'De meldcode in het kort",
        f"{MELDCODE}:2: dit is geen geldige YAML: een aanhalingsteken dat hier begint wordt niet gesloten; zet er een "
        "aan het eind",
    ),
    case(
        "text after quote",
        MELDCODE,
        "label: De meldcode in het kort",
        'label: "De meldcode" in het kort',
        f"{MELDCODE}:2: dit is geen geldige YAML: de inspringing klopt niet, of er staat nog tekst na een "
        "aanhalingsteken; zet de regel recht onder de andere velden van het blok",
    ),
    case(
        "open bracket",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up: [meldcode.stappen, nood.acuut",
        f"{MELDCODE}:15: dit is geen geldige YAML: een haakje [ of {{ dat hier begint wordt niet gesloten, of er "
        "ontbreekt een komma",
    ),
    case(
        "wrong indent",
        MELDCODE,
        "  question: Wat is de meldcode?",
        " question: Wat is de meldcode?",
        f"{MELDCODE}:3: dit is geen geldige YAML: de inspringing klopt niet; zet de regel recht onder de andere velden "
        "van het blok",
    ),
    case(
        "no colon",
        MELDCODE,
        "  label: De meldcode in het kort",
        "  label De meldcode in het kort",
        f"{MELDCODE}:2: dit is geen geldige YAML: hier ontbreekt een dubbele punt, of een spatie achter een streepje; "
        "voeg die toe",
    ),
    case(
        "no space after dash",
        TOPICS,
        "  - id: meldcode.stappen",
        "  -id: meldcode.stappen",
        f"{TOPICS}:6: dit is geen geldige YAML: de inspringing klopt niet; zet de regel recht onder de andere velden "
        "van het blok",
    ),
    case(
        "field twice",
        MELDCODE,
        "  question: Wat is de meldcode?",
        "  label: De meldcode",
        f"{MELDCODE}:3: dit is geen geldige YAML: dit veld staat twee keer in hetzelfde blok; haal er een weg",
    ),
    case(
        "asterisk",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: *De meldcode*",
        f"{MELDCODE}:2: dit is geen geldige YAML: de tekst begint met een *; zet de tekst tussen aanhalingstekens",
    ),
    case(
        "exclamation mark",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: !De meldcode",
        f"{MELDCODE}:2: dit is geen geldige YAML: de tekst begint met een !; zet de tekst tussen aanhalingstekens",
    ),
    case(
        "tag that would run code",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up: !!python/object/apply:os.system [meldcode.stappen, nood.acuut]",
        f"{MELDCODE}:15: dit is geen geldige YAML: de tekst begint met een !; zet de tekst tussen aanhalingstekens",
    ),
    case(
        "aliases that grow without end",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up: &a0 [meldcode.stappen, nood.acuut]"
        + "".join(f"\n  x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 100)),
        f"{MELDCODE}:15: dit is geen geldige YAML: naar dit blok wordt met & en * verwezen; schrijf het uit op elke "
        "plaats waar het nodig is",
    ),
    case(
        "blocks in blocks without end",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        f"follow_up: {'[' * 5000}{']' * 5000}",
        f"{MELDCODE}:1: er staan honderden blokken in elkaar; maak er een gewone lijst van",
    ),
    case(
        "escape",
        MELDCODE,
        "label: De meldcode in het kort",
        r'label: "De \meldcode"',
        f"{MELDCODE}:2: dit is geen geldige YAML: na een \\ tussen dubbele aanhalingstekens staat een teken dat daar "
        "niets betekent; gebruik enkele aanhalingstekens",
    ),
    case(
        "control character",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: De meldcode\x07",
        f"{MELDCODE}:2: dit is geen geldige YAML: er staat een onzichtbaar teken dat hier niet mag; typ de regel "
        "opnieuw",
    ),
)
FORM_CASES = (
    case(
        "field missing",
        MELDCODE,
        "  question: Wat is de meldcode?\n",
        "",
        f"{MELDCODE}:1: hier ontbreekt 'question' (de vraag waarop dit het antwoord is); vul het aan",
    ),
    case(
        "unknown field",
        MELDCODE,
        "follow_up:",
        "folow_up:",
        f"{MELDCODE}:15: het veld 'folow_up' bestaat niet (bedoelt u 'follow_up'?); haal het weg of verbeter de naam",
    ),
    case(
        "empty field",
        MELDCODE,
        "label: De meldcode in het kort",
        "label:",
        f"{MELDCODE}:2: 'label' is leeg; nodig is de tekst op de knop, hoogstens 40 tekens",
    ),
    case(
        "empty text",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: ''",
        f"{MELDCODE}:2: 'label' is leeg; nodig is de tekst op de knop, hoogstens 40 tekens",
    ),
    case(
        "no text",
        MELDCODE,
        "label: De meldcode in het kort",
        "label: No",
        f"{MELDCODE}:2: 'label' moet tekst zijn: zet de waarde tussen aanhalingstekens; nodig is de tekst op de knop, "
        "hoogstens 40 tekens",
    ),
    case(
        "no list",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up: meldcode.stappen",
        f"{MELDCODE}:15: 'follow_up' moet een lijst zijn: zet elk onderdeel op een eigen regel die begint met `- `; "
        "nodig is ids van thema's die als knop onder het antwoord komen, zoals [vt.advies, pr.delen]",
    ),
    case(
        "no mapping",
        MELDCODE,
        "    - {title: KNMG-meldcode, where: stap 1}",
        "    - KNMG-meldcode",
        f"{MELDCODE}:13: onderdeel 2 van 'sources' moet een blok met velden zijn: zet elk veld op een eigen regel als "
        "`naam: waarde`; nodig is een bron, als `- {title: …, where: …, url: …}`",
    ),
    case(
        "label too long",
        MELDCODE,
        "label: De meldcode in het kort",
        f"label: {'x' * 41}",
        f"{MELDCODE}:2: 'label' is te lang: 41 tekens, hoogstens 40; maak het korter",
    ),
    case(
        "address",
        MELDCODE,
        'url: "https://wetten.overheid.nl/BWBR0035362"',
        "url: wetten.overheid.nl",
        f"{MELDCODE}:12: 'url' klopt niet: 'wetten.overheid.nl'; nodig is een webadres dat begint met https://",
    ),
    case(
        "twice in list",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up: [nood.acuut, nood.acuut]",
        f"{MELDCODE}:15: 'follow_up' noemt iets twee keer; haal de dubbele weg",
    ),
    case(
        "topic without id",
        TOPICS,
        "  - id: meldcode.stappen\n    vraag:",
        "  - vraag:",
        f"{TOPICS}:6: hier ontbreekt 'id' (de vaste sleutel: kleine letters, cijfers en _ met een punt ertussen, zoals "
        "vt.advies); vul het aan",
    ),
    case(
        "form of topic id",
        TOPICS,
        "id: meldcode.stappen",
        "id: Meldcode stappen",
        f"{TOPICS}:6: 'id' klopt niet: 'Meldcode stappen'; nodig is de vaste sleutel: kleine letters, cijfers en _ met "
        "een punt ertussen, zoals vt.advies",
    ),
    case(
        "version of examples",
        NLU,
        'version: "3.1"',
        "version: 3.1",
        f"{NLU}:1: 'version' klopt niet: '3.1'; nodig is de versie van het bestandsformaat, altijd \"3.1\" met "
        "aanhalingstekens",
    ),
    case(
        "number without quotes",
        NUMBERS,
        '"0800-2000"',
        "112",
        f"{NUMBERS}:1: 'number' moet tekst zijn: zet de waarde tussen aanhalingstekens; nodig is het nummer met "
        'aanhalingstekens, zoals "0800-2000"',
    ),
)
KNOWLEDGE_CASES = (
    case(
        "unknown topic",
        MELDCODE,
        "- topic: meldcode.wat",
        "- topic: meldcode.watt",
        f"{MELDCODE}:1: het thema 'meldcode.watt' staat niet in data/topics.yml (bedoelt u 'meldcode.wat'?); verbeter "
        "het id of voeg het thema daar toe",
        f"{NLU}:4: het thema 'meldcode.wat' heeft voorbeelden maar geen antwoord; schrijf een antwoord in "
        "data/knowledge/",
    ),
    case(
        "two answers",
        NOOD,
        "- topic: actie.wissen",
        "- topic: nood.acuut",
        f"{NOOD}:11: het thema 'nood.acuut' heeft al een antwoord op {NOOD}:1; voeg ze samen",
        f"{NOOD}:14: een nood-antwoord begint met 112; zet 112 vooraan in de eerste regel",
        f"{NOOD}:14: een nood-antwoord noemt Veilig Thuis; zet 0800-2000 in het antwoord",
        f"{NLU_NOOD}:37: het thema 'actie.wissen' heeft voorbeelden maar geen antwoord; schrijf een antwoord in "
        "data/knowledge/",
    ),
    case(
        "sources missing",
        NOOD,
        "  sources:\n    - {title: Meldwijzer, where: over deze assistent}\n",
        "",
        f"{NOOD}:11: hier ontbreekt 'sources' (ten minste één bron, als `- {{title: …, where: …, url: …}}`); vul het "
        "aan",
    ),
    case(
        "no sources",
        NOOD,
        "  sources:\n    - {title: Meldwijzer, where: over deze assistent}\n",
        "  sources: []\n",
        f"{NOOD}:15: 'sources' is leeg; nodig is ten minste één bron, als `- {{title: …, where: …, url: …}}`",
    ),
    case(
        "date missing",
        MELDCODE,
        "  checked_on: 2026-06-01\n  follow_up",
        "  follow_up",
        f"{MELDCODE}:1: hier ontbreekt 'checked_on' (de dag waarop het antwoord met zijn bronnen is vergeleken, zoals "
        "2026-11-22); vul het aan",
    ),
    case(
        "no such date",
        MELDCODE,
        "  checked_on: 2026-06-01\n  follow_up",
        "  checked_on: 2026-06-31\n  follow_up",
        f"{MELDCODE}:14: 'checked_on' is geen datum: '2026-06-31'; schrijf jaar-maand-dag, zoals 2026-11-22",
    ),
    case(
        "date in quotes",
        MELDCODE,
        "  checked_on: 2026-06-01\n  follow_up",
        "  checked_on: '2026-06-01'\n  follow_up",
        f"{MELDCODE}:14: 'checked_on' is geen datum; schrijf jaar-maand-dag zonder aanhalingstekens, zoals 2026-11-22",
    ),
    case(
        "date in the future",
        MELDCODE,
        "  checked_on: 2026-06-01\n  follow_up",
        "  checked_on: 2026-11-23\n  follow_up",
        f"{MELDCODE}:14: 'checked_on' ligt in de toekomst (2026-11-23); zet er de dag waarop u het antwoord "
        "controleerde",
    ),
    case(
        "date over a year ago",
        MELDCODE,
        "  checked_on: 2026-06-01\n  follow_up",
        "  checked_on: 2025-11-21\n  follow_up",
        f"{MELDCODE}:14: dit antwoord is langer dan een jaar geleden gecontroleerd (2025-11-21); vergelijk het met de "
        "bronnen en zet de nieuwe datum",
    ),
    case("date a year ago", MELDCODE, "2026-06-01\n  follow_up", "2025-11-22\n  follow_up"),
    case(
        "unknown follow-up",
        MELDCODE,
        "follow_up: [meldcode.stappen, nood.acuut]",
        "follow_up:\n    - nood.acuut\n    - meldcode.stapen",
        f"{MELDCODE}:17: het thema 'meldcode.stapen' staat niet in data/topics.yml (bedoelt u 'meldcode.stappen'?); "
        "verbeter het id of voeg het thema daar toe",
    ),
    case(
        "topic with neither answer nor examples",
        TOPICS,
        "nood:\n",
        "vervolg:\n  - id: vervolg.later\n    vraag: Later?\nnood:\n",
    ),
    case(
        "too many words",
        NOOD,
        "answer: Uw gesprek is gewist.",
        f"answer: Uw gesprek is gewist.{' woord' * 117} -",
        f"{NOOD}:14: het antwoord telt 121 woorden, hoogstens 120; kort het in of zet een deel onder 'more'",
    ),
    case("just enough words", NOOD, "answer: Uw gesprek is gewist.", f"answer: Uw gesprek is gewist.{' woord' * 116}"),
    case(
        "same label",
        NOOD,
        "label: Wis mijn gesprek",
        "label: de Meldcode in het kort",
        f"{NOOD}:12: het label 'de Meldcode in het kort' staat ook op {MELDCODE}:2; geef een van de knoppen een andere "
        "tekst",
    ),
    case(
        "emergency without 112 in front",
        NOOD,
        "    112: bel dit nummer nu.\n",
        "    Bel nu 112.\n",
        f"{NOOD}:4: een nood-antwoord begint met 112; zet 112 vooraan in de eerste regel",
    ),
    case(
        "emergency without Veilig Thuis",
        NOOD,
        "    0800-2000: Veilig Thuis, dag en nacht.\n",
        "    Daarna Veilig Thuis.\n",
        f"{NOOD}:4: een nood-antwoord noemt Veilig Thuis; zet 0800-2000 in het antwoord",
    ),
    case(
        "unknown sector",
        MELDCODE,
        "    onderwijs: Overleg",
        "    onderwjs: Overleg",
        f"{MELDCODE}:17: de sector 'onderwjs' staat niet in data/terms.yml (bedoelt u 'onderwijs'?); kies een van: "
        "medisch, onderwijs",
    ),
)
EXAMPLE_CASES = (
    case(
        "too few examples",
        NLU,
        "      - welke stap is 30?\n",
        "",
        f"{NLU}:37: het thema 'meldcode.stappen' heeft 29 verschillende voorbeelden; voeg er 1 toe",
    ),
    case(
        "same example in one topic",
        NLU,
        "      - welke stap is 30?\n",
        "      - welke stap is 30?\n      - Welke stap is, 30!\n",
        f"{NLU}:69: dit voorbeeld staat al op {NLU}:68; haal er een weg",
    ),
    case(
        "same example in two topics",
        NLU_NOOD,
        "      - wis bericht 30?\n",
        "      - wis bericht 30?\n      - Wat is [de code](place) 7\n",
        f"{NLU_NOOD}:69: dit voorbeeld staat ook bij 'meldcode.wat' op {NLU}:12; kies een van beide",
    ),
    case(
        "unknown topic of examples",
        NLU,
        "intent: topic/meldcode.stappen",
        "intent: topic/meldcode.stapen",
        f"{MELDCODE}:19: het thema 'meldcode.stappen' heeft een antwoord maar geen voorbeelden; zet er ten minste 30 "
        "in data/nlu/ onder 'intent: topic/meldcode.stappen'",
        f"{NLU}:37: het thema 'meldcode.stapen' staat niet in data/topics.yml (bedoelt u 'meldcode.stappen'?); "
        "verbeter het id of voeg het thema daar toe",
    ),
    case(
        "unknown intent",
        NLU_NOOD,
        "intent: affirm",
        "intent: afirm",
        f"{NLU_NOOD}:70: de intent 'afirm' bestaat niet (bedoelt u 'affirm'?); verbeter de naam, voor een thema is dat "
        "topic/… met het id erachter",
    ),
    case(
        "topic under the wrong intent",
        NLU_NOOD,
        "intent: emergency/nood.acuut",
        "intent: topic/nood.acuut",
        f"{NLU_NOOD}:4: voorbeelden van 'nood.acuut' horen onder 'intent: emergency/nood.acuut'; verbeter de naam",
    ),
    case(
        "action under a topic",
        NLU_NOOD,
        "intent: forget",
        "intent: topic/actie.wissen",
        f"{NLU_NOOD}:37: voorbeelden van 'actie.wissen' horen onder 'intent: forget'; verbeter de naam",
    ),
    case(
        "examples not in a block",
        NLU_NOOD,
        "examples: |\n      - ja 1?",
        "examples: >\n      - ja 1?",
        f"{NLU_NOOD}:71: zet achter 'examples:' een | en begin elk voorbeeld op een nieuwe regel",
    ),
    case(
        "example without dash",
        NLU_NOOD,
        "      - ja 2?",
        "      ja 2?",
        f"{NLU_NOOD}:73: deze regel begint niet met een streepje recht onder de andere; zet er `- ` voor",
    ),
    case(
        "empty example",
        NLU_NOOD,
        "      - ja 2?",
        "      -",
        f"{NLU_NOOD}:73: dit voorbeeld is leeg; vul het in of haal de regel weg",
    ),
)
LIST_CASES = (
    case(
        "topic twice",
        TOPICS,
        "acties:\n",
        "acties:\n  - {id: nood.acuut, vraag: Gevaar?}\n",
        f"{TOPICS}:12: het thema 'nood.acuut' staat al op {TOPICS}:9; haal er een weg",
    ),
    case(
        "payload too long",
        TOPICS,
        "acties:\n",
        f"acties:\n  - id: actie.{'x' * 42}\n    vraag: Wat?\n",
        f"{TOPICS}:12: het id 'actie.{'x' * 42}' is te lang voor een knop (Telegram): maak het 2 tekens korter",
    ),
    case("payload just short enough", TOPICS, "acties:\n", f"acties:\n  - {{id: actie.{'x' * 40}, vraag: Wat?}}\n"),
    case(
        "pattern",
        EMERGENCY,
        "    - keel|wurg",
        "    - (keel|wurg",
        f"{EMERGENCY}:4: dit patroon klopt niet: een haakje ( wordt niet gesloten (bij teken 1)",
    ),
    case(
        "harmless pattern",
        EMERGENCY,
        r"  - ^wat is\b",
        "  - 'wat is)'",
        f"{EMERGENCY}:6: dit patroon klopt niet: er staat een haakje ) te veel (bij teken 7)",
    ),
    case(
        "capital in pattern",
        EMERGENCY,
        "    - keel|wurg",
        r"    - keel\B|Wurg",
        f"{EMERGENCY}:4: dit patroon bevat een hoofdletter en herkent dan niets; gebruik kleine letters",
    ),
    case(
        "pattern that goes on",
        EMERGENCY,
        "    - keel|wurg",
        "      keel|wurg",
        f"{EMERGENCY}:3: dit patroon loopt door op de volgende regel; begin die met een streepje en een spatie",
    ),
    case(
        "topic of patterns",
        EMERGENCY,
        "  nood.acuut:",
        "  nood.accuut:",
        f"{EMERGENCY}:2: 'nood.accuut' is geen nood-thema van data/topics.yml (bedoelt u 'nood.acuut'?); verbeter de "
        "naam",
    ),
    case(
        "term twice",
        TERMS,
        "    - {id: medisch, label: Medisch, words: [huisarts]}",
        "    - {id: onderwijs, label: Medisch, words: [huisarts]}",
        f"{TERMS}:6: het id 'onderwijs' staat al in de lijst 'sector', op {TERMS}:5; haal er een weg",
    ),
    case(
        "unknown age group",
        TERMS,
        "id: 0-3",
        "id: 0-4",
        f"{TERMS}:31: 'id' klopt niet: '0-4'; nodig is een van de leeftijdsgroepen waarnaar het programma een leeftijd "
        "in jaren omzet",
    ),
    case(
        "unknown list",
        TERMS,
        "outcome:",
        "outcom:",
        f"{TERMS}:1: hier ontbreekt 'outcome' (een lijst); vul het aan",
        f"{TERMS}:32: het veld 'outcom' bestaat niet (bedoelt u 'outcome'?); haal het weg of verbeter de naam",
    ),
    case(
        "id too long for the register",
        TERMS,
        "id: stap1",
        "id: stap1_signalen",
        f"{TERMS}:21: 'id' is te lang: 14 tekens, hoogstens 10; maak het korter",
    ),
)
NO_ONE = "schrijf 'de moeder' of 'de leerling'; is het geen persoon, zet het woord dan tussen aanhalingstekens"
PERSONAL_CASES = (
    case(
        "in a paragraph",
        MELDCODE,
        "    Bij twijfel belt u Veilig Thuis: 0800-2000.",
        "    Bij twijfel belt u 026-123 45 67.",
        f"{MELDCODE}:7: dit lijkt op een persoonsgegeven: een telefoonnummer; haal het weg; is het een openbaar "
        "nummer, zet het dan in data/phone_numbers.yml",
    ),
    case(
        "in folded text",
        MELDCODE,
        "    stap voor stap.",
        "    stap voor stap, zegt mevrouw Jansen.",
        f"{MELDCODE}:10: dit lijkt op een persoonsgegeven: een naam; {NO_ONE}",
    ),
    case(
        "in a label",
        NOOD,
        "label: Wis mijn gesprek",
        "label: Mail a.b@wijkteam.nl",
        f"{NOOD}:12: dit lijkt op een persoonsgegeven: een e-mailadres; haal het weg of schrijf het algemener",
    ),
    case(
        "in the text of a sector",
        MELDCODE,
        "onderwijs: Overleg met uw intern begeleider.",
        "onderwijs: Overleg met 6811 AB 12.",
        f"{MELDCODE}:17: dit lijkt op een persoonsgegeven: een adres (postcode met huisnummer); haal het weg of "
        "schrijf het algemener",
    ),
    case(
        "in an example",
        NLU,
        "      - wat is de code 2?",
        "      - wat is de code van [111222333](place)?",
        f"{NLU}:7: dit lijkt op een persoonsgegeven: een burgerservicenummer; haal het weg of schrijf het algemener",
    ),
)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [*YAML_CASES, *FORM_CASES, *KNOWLEDGE_CASES, *EXAMPLE_CASES, *LIST_CASES, *PERSONAL_CASES],
)
def test_mistake(root: Path, file: str, old: str, new: str, expected: list[str]):
    change(root, file, old, new)
    assert mistakes(root) == expected


def test_follow_up_without_answer(root: Path):
    change(root, TOPICS, "acties:\n", "acties:\n  - {id: actie.later, vraag: Later?}\n")
    change(root, MELDCODE, "[meldcode.stappen, nood.acuut]", "[meldcode.stappen, actie.later]")
    expected = f"{MELDCODE}:15: het vervolgthema 'actie.later' heeft geen antwoord; schrijf dat antwoord of kies een "
    assert mistakes(root) == [expected + "ander thema"]


def test_answer_without_examples(root: Path):
    text = (root / NLU).read_text(encoding="utf-8")
    (root / NLU).write_text(text[: text.index("  - intent: topic/meldcode.stappen")], encoding="utf-8")
    expected = f"{MELDCODE}:19: het thema 'meldcode.stappen' heeft een antwoord maar geen voorbeelden; zet er ten "
    assert mistakes(root) == [expected + "minste 30 in data/nlu/ onder 'intent: topic/meldcode.stappen'"]


def test_two_answers_in_two_files(root: Path):
    answers = (root / NOOD).read_text(encoding="utf-8")
    (root / "data/knowledge/overig.yml").write_text(answers[: answers.index("\n- topic: actie")], encoding="utf-8")
    assert mistakes(root) == [
        f"data/knowledge/overig.yml:1: het thema 'nood.acuut' heeft al een antwoord op {NOOD}:1; voeg ze samen"
    ]


def local(root: Path, folder: str, text: str, file: str = "eigen.yml") -> str:
    """Write a file in the folder of a municipality; gives its name."""
    path = root / "data/knowledge/local" / folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.relative_to(root).as_posix()


def own_answer(
    topic: str, text: str = "Bel 0800-2000.", label: str = "Eigen", extra: str = "", date: str = "2026-06-01"
) -> str:
    return (
        f"- topic: {topic}\n  label: {label}\n  question: Wat nu?\n  answer: |-\n    {text}\n"
        f"  sources:\n    - {{title: Regiovisie, where: bijlage 4}}\n  checked_on: {date}\n{extra}"
    )


LABELS = ("De meldcode in het kort", "De vijf stappen op een rij")
LOCAL_CASES = {
    "no mistake": ("meldcode.wat", {}, ()),
    "label of the answer that it replaces": ("meldcode.wat", {"label": LABELS[0]}, ()),
    "label of another answer": (
        "meldcode.wat",
        {"label": LABELS[1].upper()},
        [f"2: het label '{LABELS[1].upper()}' staat ook op {MELDCODE}:20; geef een van de knoppen een andere tekst"],
    ),
    "unknown topic": (
        "meldcode.watt",
        {},
        [
            (
                "1: het thema 'meldcode.watt' staat niet in data/topics.yml (bedoelt u 'meldcode.wat'?); verbeter "
                "het id of voeg het thema daar toe"
            )
        ],
    ),
    "action": (
        "actie.wissen",
        {},
        ["1: het thema 'actie.wissen' start een handeling en heeft geen antwoord per gemeente; haal dit antwoord weg"],
    ),
    "emergency": ("nood.acuut", {"text": "112 of 0800-2000."}, ()),
    "emergency without 112": (
        "nood.acuut",
        {"text": "Bel 0800-2000, en 112."},
        ["4: een nood-antwoord begint met 112; zet 112 vooraan in de eerste regel"],
    ),
    "emergency without Veilig Thuis": (
        "nood.acuut",
        {"text": "112 belt u."},
        ["4: een nood-antwoord noemt Veilig Thuis; zet 0800-2000 in het antwoord"],
    ),
    "too long": (
        "meldcode.wat",
        {"text": "woord " * 121},
        ["4: het antwoord telt 121 woorden, hoogstens 120; kort het in of zet een deel onder 'more'"],
    ),
    "old": (
        "meldcode.wat",
        {"date": "2025-11-21"},
        [
            (
                "8: dit antwoord is langer dan een jaar geleden gecontroleerd (2025-11-21); vergelijk het met de "
                "bronnen en zet de nieuwe datum"
            )
        ],
    ),
    "follow-up on a national answer": ("meldcode.wat", {"extra": "  follow_up: [nood.acuut]\n"}, ()),
    "unknown follow-up": (
        "meldcode.wat",
        {"extra": "  follow_up: [nood.accuut]\n"},
        [
            (
                "9: het thema 'nood.accuut' staat niet in data/topics.yml (bedoelt u 'nood.acuut'?); verbeter het id "
                "of voeg het thema daar toe"
            )
        ],
    ),
    "personal data": (
        "meldcode.wat",
        {"text": "Bel 026-123 45 67."},
        [
            (
                "5: dit lijkt op een persoonsgegeven: een telefoonnummer; haal het weg; is het een openbaar nummer, "
                "zet het dan in data/phone_numbers.yml"
            )
        ],
    ),
    "unknown sector": (
        "meldcode.wat",
        {"extra": "  sectors: {zorg: Overleg.}\n"},
        ["9: de sector 'zorg' staat niet in data/terms.yml; kies een van: medisch, onderwijs"],
    ),
}


@pytest.mark.parametrize(("topic", "changes", "expected"), LOCAL_CASES.values(), ids=LOCAL_CASES)
def test_answer_of_a_municipality(root: Path, topic: str, changes: dict[str, str], expected: list[str]):
    name = local(root, "arnhem", own_answer(topic, **changes))
    assert mistakes(root) == [f"{name}:{each}" for each in expected]


def test_form_of_an_answer_of_a_municipality(root: Path):
    name = local(root, "arnhem", own_answer("meldcode.wat").replace("  question: Wat nu?\n", ""))
    expected = f"{name}:1: hier ontbreekt 'question' (de vraag waarop dit het antwoord is); vul het aan"
    assert mistakes(root) == [expected]


@pytest.mark.parametrize("text", ["", "- 1", "a: {b: c}", "tekst", "- [", "2: [a]", "&a [*a]"])
def test_nonsense_of_a_municipality_hides_no_other_file(root: Path, text: str):
    name = local(root, "arnhem", text)
    local(root, "ede", own_answer("meldcode.wat"))
    told = mistakes(root)
    assert {mistake.split(":")[0] for mistake in told} == {name}
    assert not ENGLISH.search("\n".join(told))


def test_topic_twice_in_a_municipality(root: Path):
    first = local(root, "arnhem", own_answer("meldcode.wat"), "a.yml")
    second = local(root, "arnhem", own_answer("meldcode.wat"), "b.yml")
    local(root, "ede", own_answer("meldcode.wat"))
    expected = f"{second}:1: het thema 'meldcode.wat' heeft al een antwoord op {first}:1; voeg ze samen"
    assert mistakes(root) == [expected]


def test_label_twice_in_a_municipality(root: Path):
    name = local(root, "arnhem", own_answer("meldcode.wat") + own_answer("meldcode.stappen"))
    expected = f"{name}:10: het label 'Eigen' staat ook op {name}:2; geef een van de knoppen een andere tekst"
    assert mistakes(root) == [expected]


def test_topic_that_only_a_municipality_answers(root: Path):
    change(root, TOPICS, "acties:\n", "acties:\n  - {id: actie.later, vraag: Later?}\n")
    name = local(root, "arnhem", own_answer("actie.later"))
    also = local(root, "ede", own_answer("meldcode.wat", extra="  follow_up: [actie.later]\n"))
    without_examples = "het thema 'actie.later' heeft een antwoord maar geen voorbeelden; zet er ten minste 30 in "
    without_answer = "het vervolgthema 'actie.later' heeft geen antwoord; schrijf dat antwoord of kies een ander thema"
    told = [
        f"{name}:1: {without_examples}data/nlu/ onder 'intent: topic/actie.later'",
        f"{also}:9: {without_answer}",
    ]
    assert mistakes(root) == told
    examples = "".join(f"      - later {number}\n" for number in range(30))
    with (root / NLU).open("a", encoding="utf-8") as file:
        file.write(f"\n  - intent: topic/actie.later\n    examples: |\n{examples}")
    assert mistakes(root) == told[1:]


def test_follow_ups_of_a_municipality_lead_to_its_own_answers(root: Path):
    change(root, TOPICS, "acties:\n", "acties:\n  - {id: actie.later, vraag: Later?}\n")
    name = local(
        root,
        "arnhem",
        own_answer("actie.later") + own_answer("meldcode.wat", label="Wat?", extra="  follow_up: [actie.later]\n"),
    )
    assert [mistake.split(";")[0] for mistake in mistakes(root)] == [
        f"{name}:1: het thema 'actie.later' heeft een antwoord maar geen voorbeelden"
    ]


@pytest.mark.parametrize(
    ("folder", "hint"),
    [
        ("arnhm", " (bedoelt u 'arnhem'?)"),
        ("Arnhem", " (bedoelt u 'arnhem'?)"),
        ("bergen op zoom", " (bedoelt u 'bergen-op-zoom'?)"),
        ("den-haag", " (bedoelt u 's-gravenhage'?)"),
        ("'s-hertogenbosch", " (bedoelt u 's-hertogenbosch'?)"),
        ("nuenen", " (bedoelt u 'nuenen-gerwen-en-nederwetten'?)"),
        ("bergen", " (bedoelt u 'bergen-l' of 'bergen-nh'?)"),
        ("0202", ""),
        ("qqqqqq", ""),
    ],
)
def test_folder_of_no_municipality(root: Path, folder: str, hint: str):
    name = local(root, folder, own_answer("meldcode.wat"))
    local(root, folder, own_answer("meldcode.stappen", label="Ook eigen"), "later.yml")
    assert mistakes(root) == [
        (
            f"{name}:1: de map '{folder}' heeft niet de naam van een gemeente{hint}; gebruik de naam uit "
            "data/regions/gemeenten.csv in kleine letters met streepjes, zoals bergen-op-zoom"
        )
    ]


@pytest.mark.parametrize(
    ("folder", "file", "advice"),
    [
        ("", "los.yml", "zet het in data/knowledge/ of in data/knowledge/local/ in de map van een gemeente"),
        ("arnhem/wijk", "x.yml", "zet het in data/knowledge/ of in data/knowledge/local/ in de map van een gemeente"),
        ("arnhem", "x.yaml", "laat de naam eindigen op .yml"),
        ("arnhem", "x.yml.txt", "laat de naam eindigen op .yml"),
    ],
)
def test_file_that_is_not_read(root: Path, folder: str, file: str, advice: str):
    name = local(root, folder, own_answer("meldcode.wat"), file)
    assert mistakes(root) == [f"{name}:1: dit bestand wordt niet gelezen; {advice}"]


def test_file_of_another_encoding(root: Path):
    (root / NOOD).write_bytes((root / NOOD).read_bytes().replace(b"Wis mijn", b"W\xefs mijn"))
    assert mistakes(root) == [f"{NOOD}:12: hier staat een teken dat geen UTF-8 is; sla het bestand op als UTF-8"]


@pytest.mark.parametrize("file", [TOPICS, TERMS, EMERGENCY, NUMBERS, "domain.yml"])
def test_missing_file(root: Path, file: str):
    (root / file).unlink()
    assert mistakes(root) == [f"{file}:1: dit bestand ontbreekt; zet het terug"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("text", ["", "- 1", "a: {b: c}", "tekst", "- [", "2: [a]", "danger: 1\nnlu: [x]", "&a [*a]"])
def test_nonsense_is_told_in_dutch_and_hides_no_other_file(root: Path, file: str, text: str):
    (root / file).write_text(text, encoding="utf-8")
    told = mistakes(root)
    assert {mistake.split(":")[0] for mistake in told} == {file}
    assert not ENGLISH.search("\n".join(told))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bsn 111222333", "een burgerservicenummer"),
        ("bsn 1112.22.333", "een burgerservicenummer"),
        ("bsn 123 456 782 van het kind", "een burgerservicenummer"),
        ("bel 06-12345678 14 uur", "een telefoonnummer"),
        ("06 12 34 56 78", "een telefoonnummer"),
        ("(026) 1234567", "een telefoonnummer"),
        ("+31 (0)6 12345678", "een telefoonnummer"),
        ("0031612345678", "een telefoonnummer"),
        ("bel 0800-2001", "een telefoonnummer"),
        ("jan.jansen+werk@wijkteam.nl.", "een e-mailadres"),
        ("NL91ABNA0417164300", "een rekeningnummer (IBAN)"),
        ("nl91abna0417164300", "een rekeningnummer (IBAN)"),
        ("kenteken 12-ABC-3", "een kenteken"),
        ("kenteken ab-12-cd", "een kenteken"),
        ("6811 AB 12", "een adres (postcode met huisnummer)"),
        ("6811ab, nr. 12", "een adres (postcode met huisnummer)"),
        ("Dorpsstraat 12a, 6811 AB", "een adres (postcode met huisnummer)"),
        ("mevrouw De Vries", "een naam"),
        ("mevr. van der Berg belde", "een naam"),
        ("dhr A. de Boer", "een naam"),
        ("het meisje heet Anna-Marie", "een naam"),
        ("haar naam is Noor", "een naam"),
        ("zijn oma Nel", "een naam"),
        ("Meneer Öztürk", "een naam"),
    ],
)
def test_personal_data(text: str, kind: str):
    assert [found.kind for found in personal.find(text, {"08002000"})] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "111222334",  # fails the eleven test
        "000000000",
        "NL92ABNA0417164300",  # fails the check digits
        "bel 0800-2000 112",
        "0800 20 00",
        "08002000",
        "LECK 0900-44 45 444",
        "op 01-02-2015 1400 uur",
        "in 2014 of 2015",
        "schooljaar 2014-2015 1",
        "postcode 6811 AB",
        "artikel 7:457 BW, BWBR0035362",
        "Dat vindt de juf. Moet ik melden?",
        "hoe heet Veilig Thuis bij u",
        "mevrouw is boos",
        "de HR Manager",
        "heet dat 'Voorwaarden'",
    ],
)
def test_no_personal_data(text: str):
    assert list(personal.find(text, {"08002000", "09004445444"})) == []


def test_command_names_mistakes_and_fails(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cli, "ROOT", root)
    change(root, EMERGENCY, "keel|wurg", "(keel|wurg")
    change(root, TOPICS, "id: nood.acuut", "id: Nood")
    result = CliRunner().invoke(cli.main, ["check"])
    assert result.exit_code == 1
    assert f"{EMERGENCY}:4: dit patroon klopt niet" in result.output
    assert "2 fouten gevonden." in result.output


def test_command_is_content_without_mistakes(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cli, "ROOT", root)
    for file in (MELDCODE, NOOD):
        text = (root / file).read_text(encoding="utf-8")
        (root / file).write_text(text.replace("2026-06-01", dt.date.today().isoformat()), encoding="utf-8")  # noqa: DTZ011
    result = CliRunner().invoke(cli.main, ["check"])
    assert (result.exit_code, result.output) == (0, "Geen fouten gevonden.\n")
