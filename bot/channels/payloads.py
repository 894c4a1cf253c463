"""Which payloads a button can have: a client cannot send anything else to Rasa."""

from __future__ import annotations

import json
import re

from meldwijzer import cases, groups
from meldwijzer.flows import DONT_KNOW, flow_named
from meldwijzer.regions import regions
from meldwijzer.terms import terms
from meldwijzer.topics import topics

GROUP = re.compile(rf"{groups.CODE.pattern}(\.\d{{1,2}}\.[a-z0-9_]{{1,12}})?")
FORM = re.compile(r"/(?P<intent>[a-z_]+)(?P<entities>\{.*\})?")
WITHOUT_ENTITIES = {
    "affirm", "deny", "stop", "forget", "more", "record_advice", "region", "something_else",
    "weigh", "scan_policy", "note", "previous", "anew", "practise", "quiz", "join",
}  # fmt: skip
#: What can be asked of every question of a flow beside its own answers.
OF_EVERY_QUESTION = {"uitleg", DONT_KNOW}


def is_payload(text: str) -> bool:
    """Whether `text` is a payload that this assistant puts on its buttons, with closed values only."""
    match = FORM.fullmatch(text)
    if not match:
        return False
    intent, raw = match["intent"], match["entities"]
    if raw is None:
        return intent in WITHOUT_ENTITIES
    try:
        entities = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return all(isinstance(value, str) for value in entities.values()) and _allowed(intent, entities)


def _allowed(intent: str, entities: dict[str, str]) -> bool:
    names = set(entities)
    if intent in {"topic", "emergency", "more"}:
        return names == {"topic"} and entities["topic"] in topics()
    if intent == "group":
        return names == {"group"} and GROUP.fullmatch(entities["group"]) is not None
    if intent == "practise":
        return entities == {"topic": cases.TOPIC} or (
            names == {"sector"} and entities["sector"] in terms()["sector"].options
        )
    if intent == "region":
        return names == {"place"} and regions().get(entities["place"]) is not None
    if intent == "change":
        return names == {"field"} and entities["field"] in terms()
    if intent == "flow":
        return names == {"flow"} and flow_named(entities["flow"]) is not None
    if intent == "inform" and names == {"answer"}:
        return _is_answer(entities["answer"])
    if intent == "inform":
        return bool(names) and all(
            name in terms() and value in terms()[name].options for name, value in entities.items()
        )
    return False


def _is_answer(text: str) -> bool:
    """Whether `text` is `flow.question.answer`, all three of data/flows/."""
    flow_id, _, rest = text.partition(".")
    question_id, _, answer = rest.partition(".")
    flow = flow_named(flow_id)
    question = flow.questions.get(question_id) if flow else None
    return question is not None and (answer in OF_EVERY_QUESTION or question.answer(answer) is not None)
