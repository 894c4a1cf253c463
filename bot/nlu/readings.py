"""The ways to read a message: as it stands, completed by what was discussed just before, a question at a time.

`Reader` comes first in the pipeline and adds the other readings as messages of their own, so that every component
sees them all; `ReadingChooser` comes after the classifiers and lets the best reading decide. "En hoe lang?" after
an answer on the huisverbod is read as "En hoe lang? Het tijdelijk huisverbod"; two questions in one message are read
one by one.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.ranking import ranking_of, set_ranking
from meldwijzer.knowledge import knowledge
from meldwijzer.reply import label_of
from meldwijzer.topics import OUT_OF_SCOPE, topics

#: The key in a message's metadata under which the channel gives the topic that was answered last.
CONTEXT = "topic"
READING, COMPLETED, PART = "reading", "completed", "part"
#: The entity for a second question that is answered as well.
SECOND = "second"
#: What messages begin with, or point back with, that say nothing without what came before.
ELLIPTICAL = re.compile(
    r"^(en|maar|of|ook|dus|als|wat als|hoe zit|hoe ?lang|hoe ?veel|hoe vaak|hoe snel|((bij|door|met|voor) )?wie|waarom|"
    r"waar|(vanaf |tot )?wanneer|(vanaf|tot|bij) welke?|geldt)\b|"
    r"\b(dat|dit|dan|daar\w*|hier\w+|die|ze|hij|zij|hun|erbij|ervan)\b",
    re.IGNORECASE,
)
MOST_WORDS = 8
QUESTIONS = re.compile(
    r"(?<=\?)\s+|,?\s+en\s+(?=(?:ook )?(?:mag|moet|kan|hoe|wat|wie|wanneer|welke?|waar|waarom|heb|is er)\b)",
    re.IGNORECASE,
)
FEWEST_WORDS = 3


def is_elliptical(text: str) -> bool:
    """Whether a message may need what came before to be understood."""
    return len(text.split()) <= MOST_WORDS and bool(ELLIPTICAL.search(text.strip()))


def questions_in(text: str) -> list[str]:
    """The questions of a message that asks two; nothing for any other message."""
    parts = [part.strip() for part in QUESTIONS.split(text) if part.strip()]
    return parts if len(parts) == 2 and all(len(part.split()) >= FEWEST_WORDS for part in parts) else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Reader(GraphComponent, IntentClassifier):
    """Adds the other readings of a message."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Reader:
        """Make the reader; there is nothing to train."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each followed by its other readings."""
        return [reading for message in messages for reading in (message, *_other_readings(message))]


def _other_readings(message: Message) -> list[Message]:
    text = message.get(TEXT) or ""
    if text.startswith("/"):
        return []
    made = [Message({TEXT: part, READING: PART}) for part in questions_in(text)]
    if (topic := _context(message)) and is_elliptical(text):
        made.append(Message({TEXT: f"{text} {label_of(topic)}", READING: COMPLETED}))
    return made


def _context(message: Message) -> str | None:
    topic = (message.get("metadata") or {}).get(CONTEXT)
    return topic if topic in topics() else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ReadingChooser(GraphComponent, IntentClassifier):
    """Lets the best reading decide on the topic; danger in any of them comes first."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The components that must come before this one."""
        return [Reader]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The setting of this component: the confidence from which a reading is clear by itself."""
        return {"clear": 0.6}

    def __init__(self, config: dict[str, Any]) -> None:
        """Make the chooser."""
        self._clear: float = config["clear"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ReadingChooser:
        """Make the chooser; there is nothing to train."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages as they stood, with the ranking of their best reading."""
        chosen: list[Message] = []
        others: list[list[Message]] = []
        for message in messages:
            if message.get(READING):
                others[-1].append(message)
            else:
                chosen.append(message)
                others.append([])
        for message, readings in zip(chosen, others):
            self._choose(message, readings)
        return chosen

    def _choose(self, message: Message, readings: list[Message]) -> None:
        if _intent(message) == "emergency" or not readings:
            return
        parts = [reading for reading in readings if reading.get(READING) == PART]
        endangered = next((part for part in parts if _intent(part) == "emergency"), None)
        if endangered:
            set_ranking(message, ranking_of(endangered))
            message.set(ENTITIES, endangered.get(ENTITIES), add_to_output=True)
        elif parts:
            self._take_both(message, [ranking_of(part) for part in parts])
            danger = [entity for part in parts for entity in part.get(ENTITIES, []) if entity["entity"] == "danger"]
            if danger and not any(entity["entity"] == "danger" for entity in message.get(ENTITIES, [])):
                message.set(ENTITIES, [*message.get(ENTITIES, []), danger[0]], add_to_output=True)
        else:
            self._complete(message, ranking_of(readings[0]))

    def _take_both(self, message: Message, rankings: list[list[tuple[str, float]]]) -> None:
        """Answer two different clear questions both; offer both when one of them is not clear."""
        if not all(rankings):
            return
        (one, sure_of_one), (other, sure_of_other) = (ranking[0] for ranking in rankings)
        if one == other or not all(_is_question(topic) for topic in (one, other)):
            return
        if min(sure_of_one, sure_of_other) >= self._clear:
            set_ranking(message, [(one, sure_of_one), *(pair for pair in ranking_of(message) if pair[0] != one)])
            entity = {"entity": SECOND, "value": other, "start": 0, "end": 0}
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        elif ranking_of(message)[0][1] < self._clear:
            rest = [pair for pair in ranking_of(message) if pair[0] not in {one, other}]
            first = max(ranking_of(message)[0][1] / 2, *(confidence for _, confidence in rest), 0.0)
            set_ranking(message, [(one, first), (other, first), *rest])

    def _complete(self, message: Message, completed: list[tuple[str, float]]) -> None:
        """Read a message that says little by itself in the light of the topic before it."""
        topic = _context(message)
        plain = ranking_of(message)
        if not topic or not completed:
            return
        # Who has just read the answer on a topic does not ask for it again: that likeness says nothing.
        weight = 1 - dict(completed).get(topic, 0.0)
        if weight <= 0:
            return
        others = [(label, confidence / weight) for label, confidence in completed if label != topic]
        if plain and plain[0][1] >= self._clear and plain[0][0] != topic:
            # "En wat gebeurt er daarna?" sounds like "go on" by itself; after a call to Veilig Thuis it asks something.
            act = plain[0][0] not in topics()
            if not (act and others and _is_question(others[0][0]) and others[0][1] >= self._clear):
                return
        sectors = {entity["value"] for entity in message.get(ENTITIES, []) if entity["entity"] == "sector"}
        if sectors & set(knowledge()[topic].sectors):
            for entity in message.get(ENTITIES, []):
                entity["role"] = "asked"
            # Whatever else it looked like is no second meaning of the message.
            set_ranking(message, [(topic, 1.0), *((label, sure / 2) for label, sure in completed if label != topic)])
            return
        if others and others[0][0] != OUT_OF_SCOPE:
            set_ranking(message, others)


def _intent(message: Message) -> str:
    name: str = (message.get(INTENT) or {}).get("name") or ""
    return name


def _is_question(label: str) -> bool:
    return label in topics() and not label.startswith(("bot.", "nood.", "actie.", "scholing."))
