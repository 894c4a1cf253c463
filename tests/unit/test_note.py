"""The note for one's own dossier: complete for every outcome, the same after its way through Rasa, and as a file."""

from __future__ import annotations

import json
import re
import zlib
from importlib.metadata import version

import pytest

from bot.channels.note_file import PLAIN, pdf
from meldwijzer.dates import in_words
from meldwijzer.flows import Course, Flow, Outcome, flows
from meldwijzer.note import CAUTION, ROOM, Note, note
from meldwijzer.regions import Organisation, regions
from meldwijzer.reply import Reply

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"\(((?:\\.|[^\\)])*)\) Tj")
OUTCOMES = [
    pytest.param(flow, reached, id=f"{flow.id}.{reached.id}")
    for flow in flows().values()
    for reached in flow.outcomes.values()
]


ORGANISATION = Organisation(
    slug="gelderland-midden",
    name="Veilig Thuis Gelderland-Midden",
    website="https://veiligthuisgm.nl",
    phone="0800-2000",
)


def course_to(flow: Flow, reached: Outcome) -> Course:
    """A course that ends at an outcome."""
    if flow.unsure == reached.id:
        return Course(flow).unknown().unknown()
    waiting = [Course(flow)]
    while waiting:
        course = waiting.pop()
        if course.place == reached:
            return course
        if course.question:
            waiting += [course.answered(course.question.id, answer.id) for answer in course.question.answers]
    raise AssertionError(reached.id)


def made(flow: Flow, reached: Outcome) -> Note:
    return note(course_to(flow, reached), reached, "onderwijs", ORGANISATION)


def section(of: Note, heading: str) -> list[tuple[str, str]]:
    return next((list(each.lines) for each in of.sections if each.heading == heading), [])


def text_of(file: bytes) -> str:
    """What is written in a PDF, its lines joined."""
    shown = [
        found
        for stream in STREAM.findall(file)
        if stream.startswith(b"\x78")
        for found in SHOWN.findall(zlib.decompressobj().decompress(stream))
    ]
    return b" ".join(re.sub(rb"\\(.)", rb"\1", each) for each in shown).decode("latin-1")


@pytest.mark.parametrize(("flow", "reached"), OUTCOMES)
def test_note_holds_all_that_is_needed(flow: Flow, reached: Outcome) -> None:
    written = made(flow, reached)
    course = course_to(flow, reached)
    assert written.title == flow.title
    assert re.search(r"Gemaakt op \d{1,2} \w+ \d{4} om \d\d\.\d\d uur", written.made)
    assert version("meldwijzer") in written.made
    assert in_words(flow.checked_on) in written.made
    assert written.caution == CAUTION
    assert section(written, "Doorlopen vragen") == [(question.title, label) for question, label in course.passed()]
    assert section(written, "Uitkomst")[0] == ("", reached.title)
    # A scan leaves no room to write: it is about policy, not about a family.
    assert len(section(written, ROOM)) == (4 if flow.unsure else 0)
    sources = {text for _, text in section(written, "Bronnen")}
    for source in (*reached.sources, *(s for question, _ in course.passed() for s in question.sources)):
        assert f"{source.title}, {source.where}" in sources
    for heading, lines in (("Nu doen", reached.now), ("Informeren en overleggen", reached.inform)):
        assert [text for _, text in section(written, heading)] == [" ".join(line.split()) for line in lines]
    assert [text for _, text in section(written, "Vastleggen")] == [" ".join(line.split()) for line in reached.write]
    assert bool(section(written, "Contact")) == reached.contact


@pytest.mark.parametrize(("flow", "reached"), OUTCOMES)
def test_note_has_no_empty_section(flow: Flow, reached: Outcome) -> None:
    for each in made(flow, reached).sections:
        assert each.heading.strip()
        assert each.lines
        if each.heading != ROOM:
            assert all(term or text for term, text in each.lines), each.heading


@pytest.mark.parametrize(("flow", "reached"), OUTCOMES)
def test_note_is_the_same_after_its_way_through_rasa(flow: Flow, reached: Outcome) -> None:
    reply = Reply("Hier is uw verslag.", topic=flow.topic, note=made(flow, reached))
    sent = json.loads(json.dumps(reply.to_rasa()))
    received = Reply.from_rasa({"text": sent["text"], "buttons": sent["buttons"], "custom": sent["json_message"]})
    assert received == reply
    assert json.loads(json.dumps(received.to_json()["note"])) == sent["json_message"]["note"]


@pytest.mark.parametrize(("flow", "reached"), OUTCOMES)
def test_note_as_a_file(flow: Flow, reached: Outcome) -> None:
    file = pdf(made(flow, reached))
    assert file.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", file)) >= 1
    text = text_of(file)
    assert reached.title.translate(PLAIN) in text
    assert "0800-2000" in text
    assert "Pagina 1 van" in text


def test_outcome_of_a_scan_lists_its_points_by_finding() -> None:
    flow = flows()["policy_scan"]
    course = Course(flow)
    given = ["ja", "deels", "nee", "weet_niet"]
    while course.question:
        course = course.answered(course.question.id, given[len(course.path) % 4])
    assert course.outcome
    written = note(course, course.outcome)
    strong, missing = section(written, "Sterke punten"), section(written, "Ontbreekt")
    assert (len(strong), len(missing)) == (6, 5)
    assert not any(text for _, text in strong)
    assert all(text for _, text in missing)


def test_note_names_the_sector_and_the_region_only_where_they_are_known() -> None:
    flow = flows()["weighing"]
    reached = flow.outcomes["melden_structureel"]
    known, unknown = made(flow, reached), note(course_to(flow, reached), reached)
    assert section(known, "Wat de vragen betekenen")[0][1].startswith("Sector: ")
    assert ORGANISATION.name in dict(section(known, "Contact"))
    assert not section(unknown, "Wat de vragen betekenen")[0][1].startswith("Sector: ")
    assert [term for term, _ in section(unknown, "Contact")] == ["Veilig Thuis"]


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return [text for each in value for text in texts(each)] if isinstance(value, (list, tuple)) else []


def test_no_character_gets_lost_in_a_file() -> None:
    # The letters inside every PDF reader are those of Latin-1; another would silently become a question mark.
    written = [made(flow, reached).to_json() for flow in flows().values() for reached in flow.outcomes.values()]
    content = [
        text
        for flow in flows().values()
        for question in flow.questions.values()
        for text in (question.title, question.help, question.action or "", *(each.label for each in question.answers))
    ]
    names = [each.name for each in regions().organisations()]
    lost = {
        character
        for text in (*texts(written), *content, *names)
        for character in text.translate(PLAIN)
        if character.encode("latin-1", "ignore") == b""
    }
    assert lost == set()
