"""What the actions read from a conversation."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from meldwijzer.flows import Course
from meldwijzer.topics import topics

ADVICE_TOPIC = "actie.advies_vastleggen"
GROUP_TOPIC = "scholing.groep"
QUESTION = re.compile(
    r"\?\s*$|^\s*(wat|wie|waar|waarom|wanneer|hoe|welke?|mag|moet|kan|kun|is|zijn|heb|heeft|klopt het)\b.{12,}",
    re.IGNORECASE,
)


def entity(tracker: Tracker, name: str, role: str | None = None) -> str | None:
    """The value of the first entity of this name, and of this role where one is given, in the latest message."""
    return next(tracker.get_latest_entity_values(name, role), None)


def asked_topic(tracker: Tracker) -> str | None:
    """The topic that the latest message asks for: that of a button, else that of the classifier."""
    pressed = entity(tracker, "topic")
    if pressed in topics():
        return pressed
    full: str = (tracker.latest_message.get("intent") or {}).get("full_retrieval_intent_name") or ""
    return full.partition("/")[2] or None


def ranking(tracker: Tracker) -> list[tuple[str, float]]:
    """The labels that the latest message may mean with their confidence, likeliest first; of a button none."""
    selectors: dict[str, Any] = tracker.latest_message.get("response_selector") or {}
    return [
        (line["intent_response_key"].partition("/")[2], line["confidence"])
        for selected in selectors.values()
        if isinstance(selected, dict)
        for line in selected.get("ranking", ())
    ]


def here(tracker: Tracker) -> str | None:
    """The place that is talked about: in this message, earlier, or that of the page that the assistant stands on."""
    return entity(tracker, "place") or tracker.get_slot("place")


def looks_like_question(text: str) -> bool:
    """Whether a message asks something, so that it is no answer to a question of a dialogue."""
    return bool(QUESTION.search(text))


def dialogue_topic(tracker: Tracker) -> str | None:
    """The topic of the dialogue that waits for an answer: recording an advice request, or a flow."""
    loop = tracker.active_loop.get("name")
    if loop == "flow_form":
        course = Course.from_slot(tracker.get_slot("flow"))
        return course.flow.topic if course else None
    return ADVICE_TOPIC if loop == "advice_form" else None
