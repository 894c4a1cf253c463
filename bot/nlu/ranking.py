"""Where a message carries the topics that it may be about, in the places where Rasa looks for them."""

from __future__ import annotations

from typing import Any

from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE_SELECTOR
from rasa.shared.nlu.training_data.message import Message

from meldwijzer.topics import intent_of, topic_of

#: How many alternatives a message carries along: enough for three suggestions besides what is left out of them.
RANKING_LENGTH = 6


def label_of(example: Message) -> str:
    """What the classifier learns for an example: its topic, or for a dialogue act the intent itself."""
    name = str(example.get(INTENT_RESPONSE_KEY) or example.get(INTENT)).split("/")[-1]
    return topic_of(name) or name


def set_ranking(message: Message, ranking: list[tuple[str, float]]) -> None:
    """Put a ranking on a message where Rasa expects that of an intent classifier and a response selector.

    Args:
        message: changed in place.
        ranking: labels with their confidence, likeliest first; at least one.
    """
    label, confidence = ranking[0]
    intent = intent_of(label)
    message.set(INTENT, {"name": intent, "confidence": confidence}, add_to_output=True)
    message.set(
        "intent_ranking",
        [{"name": intent_of(name), "confidence": value} for name, value in ranking],
        add_to_output=True,
    )
    message.set(
        RESPONSE_SELECTOR,
        {
            "all_retrieval_intents": ["topic", "emergency"],
            intent: {
                "response": {INTENT_RESPONSE_KEY: f"{intent}/{label}", "confidence": confidence},
                "ranking": [
                    {INTENT_RESPONSE_KEY: f"{intent_of(name)}/{name}", "confidence": value} for name, value in ranking
                ],
            },
        },
        add_to_output=True,
    )


def ranking_of(message: Message | dict[str, Any]) -> list[tuple[str, float]]:
    """The labels of `set_ranking` with their confidence, likeliest first; empty without a ranking."""
    return [
        (line[INTENT_RESPONSE_KEY].split("/", 1)[1], line["confidence"])
        for selected in (message.get(RESPONSE_SELECTOR) or {}).values()
        if isinstance(selected, dict)
        for line in selected["ranking"]
    ]
