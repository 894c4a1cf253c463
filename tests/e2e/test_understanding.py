"""Questions that were never trained on, each in a conversation of its own over the web API.

Run with `-s` to see the figures. The floors are below what is reached, so that a change that costs more than a
little is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import chain
from typing import Any

import httpx
import pytest
import yaml

from bot import evaluation
from meldwijzer.settings import ROOT
from tests.conftest import Assistant

TOP_1, FIRST_REPLY, WRONG_WITH_CONFIDENCE, OUT_OF_SCOPE = 0.89, 0.97, 0.03, 0.93
RECALL, FALSE_ALARM, ORDINARY_FALSE_ALARM = 0.98, 0.045, 0.035
REGION = 0.95


@cache
def held_out(name: str) -> Any:
    return yaml.safe_load((ROOT / "tests" / "nlu" / f"{name}.yml").read_text(encoding="utf-8"))


def first_replies(client: httpx.Client, texts: Iterable[str]) -> list[list[dict[str, Any]]]:
    """The first reply to each text; a few are asked at a time, since two processes answer."""
    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(partial(first_reply, client), texts))


def first_reply(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    token = client.post("/webhooks/web/sessions").json()["token"]
    response = client.post("/webhooks/web/messages", json={"text": text}, headers={"Authorization": f"Bearer {token}"})
    messages: list[dict[str, Any]] = response.json()["messages"]
    return messages


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Any:
    with httpx.Client(base_url=assistant.url, timeout=15) as opened:
        yield opened


def test_topics(client: httpx.Client) -> None:
    # `meldwijzer evaluate` asks them all (test_evaluation.py); here every third goes all the way.
    asked = evaluation.questions()[::3]
    replies = list(zip([each.topic for each in asked], first_replies(client, [each.text for each in asked])))
    first = [topic in answered(reply) for topic, reply in replies]
    reached = [topic in answered(reply) | offered(reply) for topic, reply in replies]
    wrong = [bool(answered(reply)) and topic not in answered(reply) for topic, reply in replies]
    outside = [topic in answered(reply) for topic, reply in replies if topic == "bot.buiten_bereik"]
    alarmed = [reply[0]["emergency"] for _, reply in replies]
    figures = {
        "answered right": mean(first),
        "right in the first reply": mean(reached),
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


def answered(reply: list[dict[str, Any]]) -> set[str]:
    """The topics that a reply answers."""
    return {message["topic"] for message in reply if message["topic"]}


def offered(reply: list[dict[str, Any]]) -> set[str]:
    """The topics that a reply offers."""
    return {topic for message in reply for topic in message.get("suggestions", ())}


def test_danger(client: httpx.Client) -> None:
    texts = dict(held_out("danger"))
    harmless = [reply[0]["emergency"] for reply in first_replies(client, texts.pop("harmless"))]
    found = [reply[0] for reply in first_replies(client, chain.from_iterable(texts.values()))]
    print(len(found), "recall", mean([r["emergency"] for r in found]), len(harmless), "false alarm", mean(harmless))
    assert all(reply["text"].startswith("112") for reply in found if reply["emergency"])
    assert mean([reply["emergency"] for reply in found]) >= RECALL
    assert mean(harmless) <= FALSE_ALARM


def test_regions(client: httpx.Client) -> None:
    cases = held_out("regions")
    replies = first_replies(client, [case["text"] for case in cases])
    right = [any(region_is_right(part, case["expect"]) for part in reply) for case, reply in zip(cases, replies)]
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
