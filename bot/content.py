"""The validator of the content: tells in Dutch what is wrong with data/, with file and line.

Everything here is for people who edit answers, examples and lists. A mistake in one file must not hide those in
another, nor make others seem wrong: checks across files are only done when both files can be read.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from bot import personal
from bot.contact_content import contact_mistakes
from bot.documents import Document, Mistake, Part, did_you_mean, read
from bot.flow_content import flow_mistakes
from bot.training_content import case_mistakes, question_mistakes
from meldwijzer.knowledge import LOCAL, files, folder_name
from meldwijzer.personal_patterns import digits
from meldwijzer.regions import FOLDER as REGIONS
from meldwijzer.regions import RegionDataError, regions
from meldwijzer.reply import EMERGENCY_OPENING
from meldwijzer.settings import ROOT
from meldwijzer.topics import ACTIONS, intent_of_topic, payload_of, topic_of

__all__ = ["Mistake", "check"]

MOST_WORDS = 120
FEWEST_EXAMPLES = 30
#: Telegram's limit of what a button sends.
MOST_BYTES = 64
VEILIG_THUIS = "0800-2000"
#: Files beside the answers that are no answers.
NO_ANSWERS = {".json", ".md"}
#: Intents that take a topic behind a slash, and so have no examples of their own.
WITH_TOPIC = {"topic", "emergency"}
#: What errors of `re` mean to who wrote the pattern, by a part of their message.
PATTERN_HINTS = (
    ("unterminated subpattern", "een haakje ( wordt niet gesloten"),
    ("unbalanced parenthesis", "er staat een haakje ) te veel"),
    ("unterminated character set", "een haakje [ wordt niet gesloten"),
    ("nothing to repeat", "voor *, + of ? staat niets dat herhaald kan worden"),
    ("multiple repeat", "er staan twee herhaaltekens achter elkaar"),
    ("bad escape", "na \\ staat een teken dat daar niets betekent"),
)
ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def check(root: Path, today: dt.date | None = None) -> list[Mistake]:
    """Check all content.

    Args:
        root: folder of the project.
        today: the date against which `checked_on` is held; the present by default.

    Returns:
        The mistakes, in order of file and line; none when all is well.
    """
    content = Content.read(root)
    found = chain(
        chain.from_iterable(document.mistakes for document in content.documents),
        _topic_mistakes(content),
        _answer_mistakes(content, today or dt.datetime.now().astimezone().date()),
        chain.from_iterable(map(_double_answers, content.answer_sets)),
        _local_mistakes(content),
        _misplaced_files(root),
        _example_mistakes(content),
        _double_examples(content),
        _coverage_mistakes(content),
        _personal_data(content),
        _pattern_mistakes(content),
        _term_mistakes(content),
        _flow_mistakes(content, today or dt.datetime.now().astimezone().date()),
        _training_mistakes(content, today or dt.datetime.now().astimezone().date()),
        _contact_mistakes(content, today or dt.datetime.now().astimezone().date()),
    )
    return sorted(set(found))


class Example(NamedTuple):
    """An example of what people type, with where it stands."""

    intent: Part
    line: int
    text: str

    @property
    def label(self) -> str:
        """The topic that it asks for, or the dialogue act that it is."""
        return _label(self.intent.value)

    @property
    def plain(self) -> str:
        """The text by which two examples are the same: without annotations, case and punctuation."""
        return " ".join(re.findall(r"\w+", ENTITY.sub(r"\1", self.text).casefold()))

    @property
    def place(self) -> str:
        """Its file and line."""
        return f"{self.intent.document.name}:{self.line}"

    def mistake(self, text: str) -> Mistake:
        """A mistake in this example."""
        return Mistake(self.intent.document.name, self.line, text)


def _label(intent: str) -> str:
    """The topic of an intent as it stands in data/nlu/, or the dialogue act itself."""
    return intent.split("/", 1)[1] if "/" in intent else topic_of(intent) or intent


@dataclass(frozen=True)
class Answers:
    """The answers in one folder: the national ones, or those that a municipality puts over them.

    Attributes:
        documents: the files in the folder.
        folder: name of the municipality's folder; None for the national answers.
        beneath: the national answers, for those of a municipality.
    """

    documents: tuple[Document, ...]
    folder: str | None = None
    beneath: Answers | None = None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The answers that have the right form."""
        return tuple(part for document in self.documents for part in document.parts(...))

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that have an answer here, be it one of the wrong form."""
        # By the raw content: an entry that lacks its date is an answer, which no other file should be told to await.
        raw = chain.from_iterable(document.content for document in self.documents if document.readable)
        return frozenset(str(entry["topic"]) for entry in raw if isinstance(entry, dict) and "topic" in entry)

    @cached_property
    def answered(self) -> frozenset[str]:
        """The topics that have an answer for who sees this folder."""
        return self.topics | (self.beneath.answered if self.beneath else frozenset())

    def known(self) -> bool:
        """Whether it is known which topics have an answer for who sees this folder."""
        return (self.beneath is None or self.beneath.known()) and all(
            document.readable and all(isinstance(entry, dict) and "topic" in entry for entry in document.content)
            for document in self.documents
        )


@dataclass(frozen=True)
class Content:
    """All files that are checked, and what they hold as far as they can be read."""

    topics: Document
    terms: Document
    emergency: Document
    numbers: Document
    domain: Document
    national: Answers
    local: tuple[Answers, ...]
    nlu: tuple[Document, ...]
    flows: tuple[Document, ...]
    cases: tuple[Document, ...]
    questions: tuple[Document, ...]
    contacts: tuple[Document, ...]

    @classmethod
    def read(cls, root: Path) -> Content:
        """Read the files under the folder of a project."""
        data, schemas = root / "data", ROOT / "data" / "schemas"
        answers = ROOT / "data" / "knowledge" / "schema.json"
        folders = sorted(folder for folder in (data / "knowledge" / LOCAL).glob("*") if files(folder))
        national = Answers(tuple(read(root, path, answers) for path in files(data / "knowledge")))
        return cls(
            topics=read(root, data / "topics.yml", schemas / "topics.json"),
            terms=read(root, data / "terms.yml", schemas / "terms.json"),
            emergency=read(root, data / "emergency.yml", schemas / "emergency.json"),
            numbers=read(root, data / "phone_numbers.yml", schemas / "phone_numbers.json"),
            domain=read(root, root / "domain.yml", schemas / "domain.json"),
            national=national,
            local=tuple(
                Answers(tuple(read(root, path, answers) for path in files(folder)), folder.name, national)
                for folder in folders
            ),
            nlu=tuple(read(root, path, schemas / "nlu.json") for path in sorted((data / "nlu").rglob("*.yml"))),
            flows=tuple(read(root, path, schemas / "flow.json") for path in sorted((data / "flows").glob("*.yml"))),
            cases=tuple(
                read(root, path, schemas / "case.json") for path in sorted((data / "training" / "cases").glob("*.yml"))
            ),
            questions=tuple(
                read(root, path, schemas / "questions.json")
                for path in sorted((data / "training" / "questions").glob("*.yml"))
            ),
            contacts=tuple(read(root, path, schemas / "contacts.json") for path in files(data / "regions" / "local")),
        )

    @property
    def documents(self) -> tuple[Document, ...]:
        """All files."""
        answers = chain.from_iterable(answers.documents for answers in self.answer_sets)
        lists = (self.topics, self.terms, self.emergency, self.numbers, self.domain)
        return (*lists, *answers, *self.nlu, *self.dialogues, *self.contacts)

    @property
    def dialogues(self) -> tuple[Document, ...]:
        """The files of all guided dialogues: flows, practice cases and questions of the knowledge test."""
        return (*self.flows, *self.cases, *self.questions)

    @property
    def answer_sets(self) -> tuple[Answers, ...]:
        """The national answers, then those of each municipality."""
        return (self.national, *self.local)

    @cached_property
    def topic_ids(self) -> frozenset[str]:
        """The topics of data/topics.yml."""
        return frozenset(part.value["id"] for part in self.topics.parts(..., ...))

    @cached_property
    def sector_ids(self) -> frozenset[str]:
        """The sectors of data/terms.yml."""
        return frozenset(part.value["id"] for part in self.terms.parts("sector", "options", ...))

    @cached_property
    def acts(self) -> frozenset[str]:
        """The intents of domain.yml that are not a topic."""
        # An intent with settings is a mapping with its name as the only key; iterating gives that name.
        intents = (part.value for part in self.domain.parts("intents", ...))
        return frozenset(name for i in intents for name in (i if isinstance(i, dict) else [i])) - WITH_TOPIC

    @cached_property
    def public_numbers(self) -> frozenset[str]:
        """The digits of the telephone numbers that may stand in the content."""
        return frozenset(digits(part.value["number"]) for part in self.numbers.parts(...))

    @cached_property
    def answers(self) -> tuple[Part, ...]:
        """The answers that have the right form, of all folders."""
        return tuple(part for answers in self.answer_sets for part in answers.parts)

    @cached_property
    def answered(self) -> frozenset[str]:
        """The topics that have an answer somewhere, be it one of the wrong form."""
        return frozenset().union(*(answers.topics for answers in self.answer_sets))

    @cached_property
    def intents(self) -> tuple[Part, ...]:
        """The name of each block of examples that has the right form."""
        blocks = (part for document in self.nlu for part in document.parts("nlu", ...))
        return tuple(Part(block.document, (*block.keys, "intent"), block.value["intent"]) for block in blocks)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All examples."""
        return tuple(
            Example(intent, line, text[1:].strip())
            for intent in self.intents
            for line, text in _lines_of(intent)
            if text.startswith("-") and text[1:].strip()
        )

    def knows_answers(self) -> bool:
        """Whether it is known which topics have an answer somewhere."""
        return all(answers.known() for answers in self.answer_sets)

    def knows_examples(self) -> bool:
        """Whether it is known which topics have examples."""
        return all(not document.mistakes for document in self.nlu)

    def knows_topics(self) -> bool:
        """Whether it is known which topics there are."""
        return not self.topics.mistakes


def _block_of(intent: Part) -> Part:
    """The examples of an intent."""
    keys = (*intent.keys[:-1], "examples")
    return next(intent.document.parts(*keys))


def _lines_of(intent: Part) -> Iterator[tuple[int, str]]:
    """The lines of a block of examples, with the number that each has in its file."""
    block = _block_of(intent)
    # The text of a block begins on the line after its key.
    return enumerate(str(block.value).splitlines(), block.line() + 1)


def _topic_mistakes(content: Content) -> Iterator[Mistake]:
    first: dict[str, Part] = {}
    for topic in content.topics.parts(..., ...):
        id_ = topic.value["id"]
        size = len(payload_of(id_).encode())
        if size > MOST_BYTES:
            yield topic.mistake(
                f"het id '{id_}' is te lang voor een knop (Telegram): maak het {size - MOST_BYTES} tekens korter", "id"
            )
        if first.setdefault(id_, topic) is not topic:
            yield topic.mistake(f"het thema '{id_}' staat al op {first[id_].place('id')}; haal er een weg", "id")


def _answer_mistakes(content: Content, today: dt.date) -> Iterator[Mistake]:
    for answers in content.answer_sets:
        for answer in answers.parts:
            yield from _about_topic(content, answer)
            yield from _about_text(answer)
            yield from _about_date(answer, today)
            yield from _about_follow_up(content, answers, answer)
            yield from _about_sectors(content, answer)
            yield from _about_flow(content, answer)


def _about_topic(content: Content, answer: Part) -> Iterator[Mistake]:
    topic = answer.value["topic"]
    if content.knows_topics() and topic not in content.topic_ids:
        yield answer.mistake(_unknown_topic(content, topic), "topic")


def _unknown_topic(content: Content, topic: str) -> str:
    hint = did_you_mean(topic, sorted(content.topic_ids))
    return f"het thema '{topic}' staat niet in data/topics.yml{hint}; verbeter het id of voeg het thema daar toe"


def _about_text(answer: Part) -> Iterator[Mistake]:
    topic, text = answer.value["topic"], answer.value["answer"].strip()
    words = sum(any(map(str.isalnum, word)) for word in text.split())
    if words > MOST_WORDS:
        yield answer.mistake(
            f"het antwoord telt {words} woorden, hoogstens {MOST_WORDS}; kort het in of zet een deel onder 'more'",
            "answer",
        )
    if topic.startswith("nood.") and not re.match(rf"{EMERGENCY_OPENING}\b", text):
        yield answer.mistake("een nood-antwoord begint met 112; zet 112 vooraan in de eerste regel", "answer")
    if topic.startswith("nood.") and VEILIG_THUIS not in text:
        yield answer.mistake(f"een nood-antwoord noemt Veilig Thuis; zet {VEILIG_THUIS} in het antwoord", "answer")


def _about_date(answer: Part, today: dt.date, what: str = "dit antwoord") -> Iterator[Mistake]:
    date = answer.value["checked_on"]
    if not isinstance(date, dt.date):
        yield answer.mistake(
            "'checked_on' is geen datum; schrijf jaar-maand-dag zonder aanhalingstekens, zoals 2026-11-22", "checked_on"
        )
    elif date > today:
        yield answer.mistake(
            f"'checked_on' ligt in de toekomst ({date}); zet er de dag waarop u {what.replace('dit', 'het')} "
            "controleerde",
            "checked_on",
        )
    elif (date.year + 1, date.month, date.day) < (today.year, today.month, today.day):
        yield answer.mistake(
            f"{what} is langer dan een jaar geleden gecontroleerd ({date}); vergelijk het met de bronnen en zet "
            "de nieuwe datum",
            "checked_on",
        )


def _about_follow_up(content: Content, answers: Answers, answer: Part) -> Iterator[Mistake]:
    for index, topic in enumerate(answer.value.get("follow_up", ())):
        if content.knows_topics() and topic not in content.topic_ids:
            yield answer.mistake(_unknown_topic(content, topic), "follow_up", index)
        elif answers.known() and topic not in answers.answered:
            yield answer.mistake(
                f"het vervolgthema '{topic}' heeft geen antwoord; schrijf dat antwoord of kies een ander thema",
                "follow_up",
                index,
            )


def _about_sectors(content: Content, answer: Part) -> Iterator[Mistake]:
    if content.terms.mistakes:
        return
    for sector in answer.value.get("sectors", ()):
        if sector not in content.sector_ids:
            hint = did_you_mean(str(sector), sorted(content.sector_ids))
            yield answer.mistake(
                f"de sector '{sector}' staat niet in data/terms.yml{hint}; kies een van: "
                f"{', '.join(sorted(content.sector_ids))}",
                "sectors",
                sector,
            )


def _about_flow(content: Content, answer: Part) -> Iterator[Mistake]:
    flow = answer.value.get("flow")
    names = {Path(document.name).stem for document in content.flows}
    if flow and flow not in names:
        yield answer.mistake(f"de dialoog '{flow}' staat niet in data/flows/{did_you_mean(flow, names)}", "flow")


def _double_answers(answers: Answers) -> Iterator[Mistake]:
    """Topics and labels that more than one answer has, of those that one user can see."""
    topics: dict[str, Part] = {}
    beneath = answers.beneath.parts if answers.beneath else ()
    labels = {
        part.value["label"].strip().casefold(): part for part in beneath if part.value["topic"] not in answers.topics
    }
    for answer in answers.parts:
        topic, label = answer.value["topic"], answer.value["label"]
        if topics.setdefault(topic, answer) is not answer:
            yield answer.mistake(
                f"het thema '{topic}' heeft al een antwoord op {topics[topic].place('topic')}; voeg ze samen", "topic"
            )
        elif labels.setdefault(label.strip().casefold(), answer) is not answer:
            where = labels[label.strip().casefold()].place("label")
            yield answer.mistake(
                f"het label '{label}' staat ook op {where}; geef een van de knoppen een andere tekst", "label"
            )


def _local_mistakes(content: Content) -> Iterator[Mistake]:
    """Folders that are no municipality's, and answers that a municipality cannot have."""
    known = _folder_names()
    for answers in content.local:
        folder = answers.folder or ""
        if known and folder not in known:
            yield Mistake(
                answers.documents[0].name,
                1,
                f"de map '{folder}' heeft niet de naam van een gemeente{_likely_folder(folder, known)}; gebruik de "
                "naam uit data/regions/gemeenten.csv in kleine letters met streepjes, zoals bergen-op-zoom",
            )
        for answer in answers.parts:
            if answer.value["topic"] in ACTIONS:
                yield answer.mistake(
                    f"het thema '{answer.value['topic']}' start een handeling en heeft geen antwoord per gemeente; "
                    "haal dit antwoord weg",
                    "topic",
                )


def _folder_names() -> dict[str, str]:
    """The municipalities by the name of their folder; none when their file cannot be read."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        with (REGIONS / "gemeenten.csv").open(encoding="utf-8", newline="") as file:
            names = [row.get("gemeente") or "" for row in csv.DictReader(file)]
        return {folder_name(name): name for name in names}
    return {}


def _likely_folder(folder: str, known: dict[str, str]) -> str:
    """A hint at the folder that a wrong name was meant to be."""
    same = [each for each, name in known.items() if folder_name(name.partition(" (")[0]) == folder_name(folder)]
    if not same:
        with contextlib.suppress(RegionDataError):  # "den-haag" is what everybody calls it
            municipality = regions().municipality(folder)
            same = [folder_name(municipality.name)] if municipality else []
    if same:
        return f" (bedoelt u {' of '.join(map(repr, sorted(same)))}?)"
    return did_you_mean(folder, known)


def _misplaced_files(root: Path) -> Iterator[Mistake]:
    """Files below data/knowledge/ that are silently left unread because of their name or place."""
    folder = root / "data" / "knowledge"
    read_ones = {*files(folder), *(path for each in (folder / LOCAL).glob("*") for path in files(each))}
    for path in folder.rglob("*"):
        if path in read_ones or path.suffix in NO_ANSWERS or path.name.startswith(".") or not path.is_file():
            continue
        if path.suffix == ".yml":
            text = f"zet het in data/knowledge/ of in data/knowledge/{LOCAL}/ in de map van een gemeente"
        else:
            text = "laat de naam eindigen op .yml"
        yield Mistake(path.relative_to(root).as_posix(), 1, f"dit bestand wordt niet gelezen; {text}")
    for path in (root / "data" / "regions" / "local").rglob("*"):
        if path.is_file() and not path.name.startswith(".") and (path.suffix != ".yml" or path.parent.name != "local"):
            text = "zet het in data/regions/local/ zelf en laat de naam eindigen op .yml"
            yield Mistake(path.relative_to(root).as_posix(), 1, f"dit bestand wordt niet gelezen; {text}")


def _example_mistakes(content: Content) -> Iterator[Mistake]:
    for intent in content.intents:
        if text := _about_intent(content, intent.value):
            yield intent.mistake(text)
        if not _block_of(intent).is_block:
            yield _block_of(intent).mistake("zet achter 'examples:' een | en begin elk voorbeeld op een nieuwe regel")
            continue
        for number, line in _lines_of(intent):
            if line.strip() and not line.startswith("-"):
                text = "deze regel begint niet met een streepje recht onder de andere; zet er `- ` voor"
                yield Mistake(intent.document.name, number, text)
            elif line.strip() == "-":
                yield Mistake(intent.document.name, number, "dit voorbeeld is leeg; vul het in of haal de regel weg")


def _about_intent(content: Content, intent: str) -> str | None:
    """What is wrong with the name of an intent, if anything."""
    name, slash, topic = intent.partition("/")
    if slash:
        return _about_topic_intent(content, intent, topic)
    if content.domain.mistakes or name in content.acts:
        return None
    hint = did_you_mean(name, sorted(content.acts | {_intent_for(topic) for topic in content.topic_ids}))
    return f"de intent '{name}' bestaat niet{hint}; verbeter de naam, voor een thema is dat topic/… met het id erachter"


def _about_topic_intent(content: Content, intent: str, topic: str) -> str | None:
    if not content.knows_topics():
        return None
    if topic not in content.topic_ids:
        return _unknown_topic(content, topic)
    wanted = _intent_for(topic)
    return None if intent == wanted else f"voorbeelden van '{topic}' horen onder 'intent: {wanted}'; verbeter de naam"


def _intent_for(topic: str) -> str:
    """The intent under which the examples of a topic stand."""
    intent = intent_of_topic(topic)
    return f"{intent}/{topic}" if intent in WITH_TOPIC else intent


def _double_examples(content: Content) -> Iterator[Mistake]:
    first: dict[str, Example] = {}
    for example in content.examples:
        same = first.setdefault(example.plain, example) if example.plain else example
        if same is example:
            continue
        if same.label == example.label:
            yield example.mistake(f"dit voorbeeld staat al op {same.place}; haal er een weg")
        else:
            yield example.mistake(f"dit voorbeeld staat ook bij '{same.label}' op {same.place}; kies een van beide")


def _coverage_mistakes(content: Content) -> Iterator[Mistake]:
    """Topics with examples and no answer, with an answer and no examples, or with few examples."""
    if not content.knows_topics():
        return
    intents: dict[str, Part] = {}
    for intent in content.intents:
        intents.setdefault(_label(intent.value), intent)
    counts: dict[str, set[str]] = defaultdict(set)
    for example in content.examples:
        counts[example.label].add(example.plain)
    for topic in sorted(content.topic_ids & intents.keys()):
        if content.knows_answers() and topic not in content.answered:
            yield intents[topic].mistake(
                f"het thema '{topic}' heeft voorbeelden maar geen antwoord; schrijf een antwoord in data/knowledge/"
            )
        if content.knows_examples() and len(counts[topic]) < FEWEST_EXAMPLES:
            yield intents[topic].mistake(
                f"het thema '{topic}' heeft {len(counts[topic])} verschillende voorbeelden; voeg er "
                f"{FEWEST_EXAMPLES - len(counts[topic])} toe"
            )
    if content.knows_examples():
        for answers in content.answer_sets:
            told = answers.beneath.topics if answers.beneath else frozenset()
            yield from _without_examples(answers, content.topic_ids - intents.keys() - told)


def _without_examples(answers: Answers, topics: AbstractSet[str]) -> Iterator[Mistake]:
    """The answers on `topics`, which have no examples."""
    for answer in answers.parts:
        topic = answer.value["topic"]
        if topic in topics:
            yield answer.mistake(
                f"het thema '{topic}' heeft een antwoord maar geen voorbeelden; zet er ten minste {FEWEST_EXAMPLES} in "
                f"data/nlu/ onder 'intent: {_intent_for(topic)}'",
                "topic",
            )


def _personal_data(content: Content) -> Iterator[Mistake]:
    """Personal data in answers and examples; the mistake does not repeat it, since reports get around."""
    if content.numbers.mistakes:
        return
    for answer in content.answers:
        for field in _texts(answer):
            for found in personal.find(field.value, content.public_numbers):
                line = field.document.line_with(found.text, field.line())
                yield Mistake(field.document.name, line, _no_personal_data(found))
    for dialogue in content.dialogues:
        for field in _strings(dialogue):
            for found in personal.find(field.value, content.public_numbers):
                yield field.mistake(_no_personal_data(found))
    for example in content.examples:
        for found in personal.find(ENTITY.sub(r"\1", example.text), content.public_numbers):
            yield example.mistake(_no_personal_data(found))


def _strings(document: Document) -> Iterator[Part]:
    """What users read of a dialogue: every text in it but the addresses of sources."""
    places = ((), (...,), (..., ...), (..., ..., ...), (..., ..., ..., ...), (..., ..., ..., ..., ...))
    for part in chain.from_iterable(document.parts(*place) for place in places):
        if isinstance(part.value, str) and part.keys[-1] != "url":
            yield part


def _texts(answer: Part) -> Iterator[Part]:
    """What users read of an answer."""
    for name in ("label", "question", "answer", "more"):
        if name in answer.value:
            yield Part(answer.document, (*answer.keys, name), answer.value[name])
    for sector, text in answer.value.get("sectors", {}).items():
        yield Part(answer.document, (*answer.keys, "sectors", sector), text)


def _no_personal_data(found: personal.Found) -> str:
    return f"dit lijkt op een persoonsgegeven: {found.kind}; {found.advice}"


def _pattern_mistakes(content: Content) -> Iterator[Mistake]:
    for pattern in chain(content.emergency.parts("danger", ..., ...), content.emergency.parts("harmless", ...)):
        if text := _about_pattern(pattern.value):
            yield pattern.mistake(text)
        if pattern.is_wrapped:
            yield pattern.mistake(
                "dit patroon loopt door op de volgende regel; begin die met een streepje en een spatie"
            )
    if content.knows_topics():
        for patterns in content.emergency.parts("danger", ...):
            topic = patterns.keys[-1]
            if topic not in content.topic_ids or not topic.startswith("nood."):
                hint = did_you_mean(topic, sorted(id_ for id_ in content.topic_ids if id_.startswith("nood.")))
                yield patterns.mistake(f"'{topic}' is geen nood-thema van data/topics.yml{hint}; verbeter de naam")


def _about_pattern(pattern: str) -> str | None:
    """What is wrong with a pattern for the emergency detector, if anything."""
    try:
        re.compile(pattern)
    except re.error as error:
        hint = next((hint for part, hint in PATTERN_HINTS if part in error.msg), "kijk naar haakjes en tekens")
        return f"dit patroon klopt niet: {hint} (bij teken {(error.pos or 0) + 1})"
    # The detector looks at text in small letters, so that a capital would make the pattern silently useless.
    if re.search(r"[A-ZÀ-ÖØ-Þ]", re.sub(r"\\.|\(\?P", "", pattern)):
        return "dit patroon bevat een hoofdletter en herkent dan niets; gebruik kleine letters"
    return None


def _flow_mistakes(content: Content, today: dt.date) -> Iterator[Mistake]:
    topics = content.topic_ids if content.knows_topics() else frozenset()
    for document in content.flows:
        if not document.mistakes:
            yield from _about_date(next(document.parts()), today)
            yield from flow_mistakes(document, topics, content.sector_ids)


def _training_mistakes(content: Content, today: dt.date) -> Iterator[Mistake]:
    topics = content.topic_ids if content.knows_topics() else frozenset()
    for document in (*content.cases, *content.questions):
        if not document.mistakes:
            yield from _about_date(next(document.parts()), today)
            yield from (
                case_mistakes(document, content.sector_ids)
                if document in content.cases
                else question_mistakes(document, topics)
            )


def _contact_mistakes(content: Content, today: dt.date) -> Iterator[Mistake]:
    known = _folder_names()
    for document in content.contacts:
        name = Path(document.name).stem
        if known and name not in known:
            yield Mistake(
                document.name,
                1,
                f"dit bestand heeft niet de naam van een gemeente{_likely_folder(name, known)}; gebruik de naam uit "
                "data/regions/gemeenten.csv in kleine letters met streepjes, zoals bergen-op-zoom.yml",
            )
        for contact in document.parts(...):
            yield from _about_date(contact, today, "dit contact")
        yield from contact_mistakes(document, None if content.numbers.mistakes else content.public_numbers)


def _term_mistakes(content: Content) -> Iterator[Mistake]:
    first: dict[tuple[str, str], Part] = {}
    for option in content.terms.parts(..., "options", ...):
        name, id_ = option.keys[0], option.value["id"]
        same = first.setdefault((name, id_), option)
        if same is not option:
            where = same.place("id")
            yield option.mistake(f"het id '{id_}' staat al in de lijst '{name}', op {where}; haal er een weg", "id")
