"""Personal data is taken out of messages, measured on a set of others than the author of the rules, and on two more.

The rules were made in view of the first set (two rounds) and the second (one); no rule was made for the third. So only
the third says what to expect of messages that nobody has seen (docs/privacy/redaction.md).
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.channels import beside, intake
from bot.cli import unanswered
from meldwijzer import database, shared
from meldwijzer.name_lists import PARTICLES, name_lists
from meldwijzer.redaction import holds_personal_data, redact, spans
from meldwijzer.reply import Reply
from meldwijzer.settings import ROOT, settings

FOLDER = ROOT / "tests" / "redaction"
RECALL, RECALL_OF_A_KIND, TOUCHED, TOUCHED_OF_QUESTIONS = 0.98, 0.95, 0.02, 0.01
#: What was measured on the third set, which misses the targets: a guard against getting worse.
RECALL_UNSEEN, TOUCHED_UNSEEN = 0.89, 0.05
MOST_MS = 5
RECALL_OF_INVENTED = 0.8
#: Made up in the sound of names from many places; in no list.
INVENTED = [
    "tesharo",
    "belkanou",
    "yisraneth",
    "kaldirhan",
    "ouzmane",
    "djarvenzo",
    "shirelva",
    "mebratem",
    "wolodka",
    "zahreen",
    "amsouda",
    "jinhualo",
    "rukshanda",
    "fikradu",
    "soulemane",
    "karjolina",
    "nathirah",
    "bozhimir",
    "elshaday",
    "vandrique",
]


def load(name: str) -> list:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), yaml.CSafeLoader)


def recall(name: str) -> tuple[float, dict[str, float]]:
    """What share of the personal data is wholly gone, in all and of each kind.

    Of a name no word may be left at its place, but for small ones such as "van".
    """
    gone, count = Counter[str](), Counter[str]()
    for item in load(name):
        text, end = item["text"], Counter[str]()
        hidden = {at for span in spans(text) for at in range(span.start, span.end)}
        for span in item["spans"]:
            start = text.index(span["text"], end[span["text"]])
            end[span["text"]] = start + 1
            words = [word for word in re.finditer(r"\w+", span["text"]) if word.group().lower() not in PARTICLES]
            left = [at for word in words for at in range(start + word.start(), start + word.end()) if at not in hidden]
            count[span["kind"]] += 1
            gone[span["kind"]] += bool(words) and not left
    by_kind = {kind: round(gone[kind] / all_of_it, 3) for kind, all_of_it in count.items()}
    print(f"{name}: recall {gone.total() / count.total():.3f} of {count.total()}", by_kind)
    return gone.total() / count.total(), by_kind


def touched(name: str) -> float:
    clean = load(name)
    share = sum(redact(text) != text for text in clean) / len(clean)
    print(f"{name}: touched {share:.3f} of {len(clean)}")
    return share


def test_recall_over_all_and_of_each_kind() -> None:
    overall, by_kind = recall("dirty.yml")
    assert overall >= RECALL
    assert min(by_kind.values()) >= RECALL_OF_A_KIND, by_kind


def test_what_a_second_set_taught_is_kept() -> None:
    assert recall("dirty_2.yml")[0] >= RECALL
    assert touched("clean_2.yml") <= 2 * TOUCHED


def test_recall_of_messages_that_no_rule_was_made_for() -> None:
    """Below the target: what was measured, and that it does not get worse."""
    assert recall("dirty_3.yml")[0] >= RECALL_UNSEEN
    assert touched("clean_3.yml") <= TOUCHED_UNSEEN


def test_recall_of_names_that_are_in_no_list() -> None:
    """The names of the set are replaced by words that no list has: what is left are sound and context."""
    gone = spans = 0
    for at, item in enumerate(load("dirty.yml")):
        name = INVENTED[at % len(INVENTED)]
        for span in item["spans"]:
            if span["kind"] == "naam" and span["text"].isalpha() and span["text"].islower():
                text = re.sub(rf"\b{span['text']}\b", name, item["text"], count=1)
                if name in text:
                    spans += 1
                    gone += name not in redact(text)
    print(f"recall of invented names {gone / spans:.3f} of {spans}")
    assert not {name for name in INVENTED if name in name_lists().names}
    assert gone / spans >= RECALL_OF_INVENTED


def test_clean_messages_stay_as_they_are() -> None:
    assert touched("clean.yml") <= TOUCHED


def test_questions_of_professionals_stay_as_they_are_and_take_no_time() -> None:
    topics = yaml.load((ROOT / "tests" / "nlu" / "questions.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    texts = [text for styles in topics.values() for said in styles.values() for text in said]
    began = time.perf_counter()
    share = sum(holds_personal_data(text) for text in texts) / len(texts)
    took = (time.perf_counter() - began) / len(texts) * 1000
    print(f"touched {share:.4f} of {len(texts)}, {took:.2f} ms each")
    assert share <= TOUCHED_OF_QUESTIONS
    assert took < MOST_MS


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("juf annemarie zag het ook", "juf [naam] zag het ook"),
        ("Moeder wil niet dat ik bel", "Moeder wil niet dat ik bel"),
        ("roos wil niet naar huis", "[naam] wil niet naar huis"),
        ("er was ruzie en storm", "er was ruzie en storm"),
        ("J. de Vries belde", "[naam] belde"),
        ("moeder (Fatima el Idrissi) belde", "moeder ([naam]) belde"),
        ("bel Veilig Thuis 0800-2000 of 112", "bel Veilig Thuis 0800-2000 of 112"),
        ("welk veilig thuis hoort bij 6882 in Velp", "welk veilig thuis hoort bij 6882 in Velp"),
        ("bsn 123456782, 06-12345678", "bsn [bsn], [telefoon]"),
        ("", ""),
    ],
)
def test_examples(text: str, left: str) -> None:
    assert redact(text) == left


def test_command_takes_line_for_line_whatever_the_bytes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "redact"],
        input=b"yusuf slaat\n\n\xff\xfe kapot\nlaatste zonder einde",
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.decode().splitlines() == ["[naam] slaat", "", "\ufffd\ufffd kapot", "laatste zonder einde"]


def test_command_keeps_the_lines_of_a_file_in_any_terminal(tmp_path: Path) -> None:
    path = tmp_path / "vragen.txt"
    path.write_bytes("yusuf\rslaat\nweer\r\n\n\u20ac 5".encode())
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "redact", str(path)],
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout == "[naam]\rslaat\nweer\r\n\n\u20ac 5\n".encode()


@pytest.mark.parametrize("piece", ["de moeder van sem en ", "1 2 3 4 ", "geb ", "NL12 ABCD ", "Aap Noot Mies "])
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    def took(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        redact(text)
        return time.process_time() - began

    took(100)
    assert took(80_000) < 10 * took(20_000)


@pytest.mark.usefixtures("own_database")
def test_command_for_unanswered_works_before_the_first_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELDWIJZER_KEEP_UNANSWERED", "true")
    settings.cache_clear()
    done = CliRunner().invoke(unanswered)
    assert (done.exit_code, done.output) == (0, "")


async def test_is_told_once_and_never_beside_danger(monkeypatch: pytest.MonkeyPatch) -> None:
    own = shared.Shared(None)
    monkeypatch.setattr(beside, "shared", lambda: own)
    answer, danger = Reply("Een antwoord."), Reply("112: bel nu.")
    said = "mijn leerling kacper heeft blauwe plekken"
    assert await beside.notice("s", "een leerling heeft blauwe plekken", [answer]) == [answer]
    assert await beside.notice("s", said, [danger]) == [danger]
    region = Reply("Bij Groningen hoort …", topic="vt.regio")
    assert await beside.notice("s", "9712AB", [region]) == [region]
    assert await beside.notice("s", said, [answer]) == [answer, beside.NOTICE]
    assert await beside.notice("s", said, [answer]) == [answer]
    assert await beside.notice("t", said, [answer]) == [answer, beside.NOTICE]


async def test_nothing_says_that_an_erased_conversation_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    own = shared.Shared(None)
    for module in (beside, intake):
        monkeypatch.setattr(module, "shared", lambda: own)
    answer, said = Reply("Een antwoord."), "mijn leerling kacper heeft blauwe plekken"
    await beside.notice("s", said, [answer])
    await intake.forget("s")
    assert await beside.notice("s", said, [answer]) == [answer, beside.NOTICE]


@pytest.mark.usefixtures("own_database")
async def test_unanswered_is_off_by_default_and_holds_no_person(monkeypatch: pytest.MonkeyPatch) -> None:
    database.migrate()
    unclear = [Reply("Bedoelt u:", suggestions=("hv.duur",))]
    await beside.keep_unanswered("wat moet ik met yusuf", unclear)
    assert database.unanswered() == []
    monkeypatch.setenv("MELDWIJZER_KEEP_UNANSWERED", "true")
    settings.cache_clear()
    await beside.keep_unanswered("wat moet ik met\n yusuf", unclear)
    answer = Reply("Een antwoord.", topic="hv.duur")
    await beside.keep_unanswered("een vraag met een antwoord", [answer])
    await beside.keep_unanswered("een vraag met een antwoord en wat er ook bedoeld kan zijn", [answer, *unclear])
    asked_again = Reply("Vraag 1.", topic="actie.afwegen")
    await beside.keep_unanswered("wat in een afweging wordt getypt", [*unclear, asked_again])
    today = dt.datetime.now(dt.timezone.utc)
    assert database.unanswered() == [(today.date(), "wat moet ik met [naam]")]
    database.purge(today + dt.timedelta(days=30))
    assert len(database.unanswered()) == 1
    database.purge(today + dt.timedelta(days=31))
    assert database.unanswered() == []
