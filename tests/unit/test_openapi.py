"""The description of the API against what the code can say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels import openapi, problems
from meldwijzer.knowledge import Source
from meldwijzer.note import Note, Section
from meldwijzer.reply import Button, Region, Reply

SCHEMAS = openapi.description()["components"]["schemas"]
FULL = Reply(
    "Tekst",
    buttons=(Button("Knop", "/more"),),
    topic="hv.duur",
    sources=(Source("Wet", "artikel 1", "https://wetten.overheid.nl"),),
    checked_on="2026-11-22",
    suggestions=("hv.duur",),
    region=Region("Arnhem", "Veilig Thuis", "0800-2000", "https://veiligthuisgm.nl"),
    note=Note("Verslag", "vandaag", (Section("Kop", (("", "regel"),)),)),
)


def schema(name: str) -> tuple[set[str], set[str]]:
    return set(SCHEMAS[name]["required"]), set(SCHEMAS[name]["properties"])


def test_every_key_of_a_message_is_described() -> None:
    required, described = schema("Message")
    assert set(Reply("Tekst").to_json()) == required
    message = FULL.to_json()
    assert set(message) == described
    parts: list[tuple[str, dict[str, Any]]] = [
        ("Button", message["buttons"][0]),
        ("Source", message["sources"][0]),
        ("Region", message["region"]),
        ("Note", message["note"]),
        ("Section", message["note"]["sections"][0]),
    ]
    for name, part in parts:
        assert set(part) == schema(name)[1]


def test_every_problem_is_described() -> None:
    assert schema("Problem")[0] == {"type", "title", "status", "detail"}
    for path in openapi.description()["paths"].values():
        for operation in path.values():
            assert {int(status) for status in operation["responses"] if status >= "400"} <= set(problems.TITLES)


@pytest.mark.parametrize("name", ["BadRequest", "Unauthorized", "TooLong", "TooManyRequests", "OtherMessage"])
def test_examples_of_problems_have_the_title_that_the_server_gives(name: str) -> None:
    content = openapi.description()["components"]["responses"][name]["content"]
    example = content["application/problem+json"]["example"]
    assert example["title"] == problems.TITLES[example["status"]]
