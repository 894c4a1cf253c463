"""What the actions read from a conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from meldwijzer.topics import topics


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
