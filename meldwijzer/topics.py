"""The topics that the assistant knows, and how a button asks for one."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

import yaml

from meldwijzer.settings import ROOT

OUT_OF_SCOPE = "bot.buiten_bereik"
#: Topics that start something instead of showing a text, with the intent that starts it.
ACTIONS = {
    "vt.regio": "region",
    "actie.advies_vastleggen": "record_advice",
    "actie.wissen": "forget",
    "actie.afwegen": "weigh",
    "actie.beleidsscan": "scan_policy",
    "actie.verslag": "note",
    "scholing.oefenen": "practise",
    "scholing.toets": "quiz",
    "scholing.groep": "join",
}


class Topic(NamedTuple):
    """One line of data/topics.yml."""

    id: str
    group: str
    question: str
    core: str


@lru_cache(maxsize=1)
def topics() -> dict[str, Topic]:
    """All topics by id, in the order of data/topics.yml."""
    groups = yaml.safe_load((ROOT / "data" / "topics.yml").read_text(encoding="utf-8"))
    return {
        line["id"]: Topic(line["id"], group, line["vraag"], line.get("kern", ""))
        for group, lines in groups.items()
        for line in lines
    }


def intent_of(label: str) -> str:
    """The Rasa intent of a label of the classifier: a topic id, or a dialogue act as it is."""
    return intent_of_topic(label) if label in topics() else label


def intent_of_topic(topic: str) -> str:
    """The Rasa intent that asks for a topic, also for a topic that data/topics.yml does not have (yet)."""
    return ACTIONS.get(topic) or ("emergency" if topic.startswith("nood.") else "topic")


def topic_of(intent: str) -> str | None:
    """The topic that an intent starts, for the intents of `ACTIONS`."""
    return next((topic for topic, started in ACTIONS.items() if started == intent), None)


def payload_of(topic: str) -> str:
    """The payload of a button that asks for `topic`; at most 64 bytes, Telegram's limit."""
    intent = intent_of_topic(topic)
    return payload(intent, topic=topic) if intent in {"topic", "emergency"} else payload(intent)


def payload(intent: str, **entities: str) -> str:
    """A button payload in Rasa's own form: `/intent` or `/intent{"entity":"value"}`."""
    return f"/{intent}" + (json.dumps(entities, separators=(",", ":")) if entities else "")
