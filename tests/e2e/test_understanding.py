"""Questions that were never trained on, each in a conversation of its own over the web API.

Run with `-s` to see the figures. The floors are below what is reached, so that a change that costs more than a
little is noticed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
import pytest
import yaml

from bot import evaluation
from meldwijzer.settings import ROOT
from tests.conftest import Assistant

TOP_1, FIRST_REPLY, WRONG_WITH_CONFIDENCE, OUT_OF_SCOPE = 0.88, 0.93, 0.05, 0.84
RECALL, FALSE_ALARM, ORDINARY_FALSE_ALARM = 0.985, 0.06, 0.04
REGION = 0.77


@cache
def held_out(name: str) -> Any:
    return yaml.safe_load((ROOT / "tests" / "nlu" / f"{name}.yml").read_text(encoding="utf-8"))


def first_reply(client: httpx.Client, text: str) -> dict[str, Any]:
    token = client.post("/webhooks/web/sessions").json()["token"]
    response = client.post("/webhooks/web/messages", json={"text": text}, headers={"Authorization": f"Bearer {token}"})
    reply: dict[str, Any] = response.json()["messages"][0]
    return reply


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Any:
    with httpx.Client(base_url=assistant.url, timeout=15) as opened:
        yield opened


def test_topics(client: httpx.Client) -> None:
    replies = [(question.topic, first_reply(client, question.text)) for question in evaluation.questions()]
    first = [reply["topic"] == topic for topic, reply in replies]
    offered = [topic in (reply.get("suggestions") or [reply["topic"]]) for topic, reply in replies]
    wrong = [reply["topic"] not in (topic, None) for topic, reply in replies]
    outside = [reply["topic"] == topic for topic, reply in replies if topic == "bot.buiten_bereik"]
    alarmed = [reply["emergency"] for _, reply in replies]
    figures = {
        "answered right": mean(first),
        "right in the first reply": mean(offered),
        "wrong answer": mean(wrong),
        "out of scope declined": mean(outside),
        "false alarm": mean(alarmed),
    }
    print(len(replies), figures)
    assert figures["answered right"] >= TOP_1
    assert figures["right in the first reply"] >= FIRST_REPLY
    assert figures["wrong answer"] <= WRONG_WITH_CONFIDENCE
    assert figures["out of scope declined"] >= OUT_OF_SCOPE
    assert figures["false alarm"] <= ORDINARY_FALSE_ALARM


def test_danger(client: httpx.Client) -> None:
    texts = held_out("danger")
    harmless = [first_reply(client, text)["emergency"] for text in texts["harmless"]]
    found = [first_reply(client, text) for topic, lines in texts.items() if topic != "harmless" for text in lines]
    print(len(found), "recall", mean([r["emergency"] for r in found]), len(harmless), "false alarm", mean(harmless))
    assert all(reply["text"].startswith("112") for reply in found if reply["emergency"])
    assert mean([reply["emergency"] for reply in found]) >= RECALL
    assert mean(harmless) <= FALSE_ALARM


def test_regions(client: httpx.Client) -> None:
    right = []
    for case in held_out("regions"):
        reply = first_reply(client, case["text"])
        right.append(region_is_right(reply, case["expect"]))
    print(len(right), "regions right", mean(right))
    assert mean(right) >= REGION


def region_is_right(reply: dict[str, Any], expected: str | list[str]) -> bool:
    from meldwijzer.regions import regions

    found = reply.get("region")
    if expected == "none":
        return found is None
    if expected == "unknown":
        return found is None and "0800-2000" in reply["text"]
    if isinstance(expected, list):
        asked = {
            button["payload"].split("gemeente:")[-1][:4] for button in reply["buttons"] if "place" in button["payload"]
        }
        return asked == set(expected)
    names = {organisation.slug: organisation.name for organisation in regions().organisations()}
    return found is not None and found["organisation"] == names[expected]


def mean(values: list[bool]) -> float:
    return round(sum(values) / len(values), 3)
