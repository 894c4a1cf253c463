"""Which payloads a client may send."""

from __future__ import annotations

import pytest

from bot.channels.payloads import is_payload
from meldwijzer.knowledge import knowledge
from meldwijzer.reply import answer, explanation
from meldwijzer.topics import payload_of, topics


@pytest.mark.parametrize("topic", topics())
def test_every_topic_has_a_button_that_fits_telegram_and_is_accepted(topic: str) -> None:
    assert len(payload_of(topic).encode()) <= 64
    assert is_payload(payload_of(topic))


@pytest.mark.parametrize("topic", knowledge())
def test_every_button_that_an_answer_shows_is_accepted(topic: str) -> None:
    entry = knowledge()[topic]
    for button in (*answer(entry).buttons, *explanation(entry).buttons):
        assert is_payload(button.payload), button
        assert len(button.payload.encode()) <= 64


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        "/topic",
        '/topic{"topic":"jan jansen"}',
        '/topic{"topic":"meldcode.wat","x":"y"}',
        '/topic{"topic":["meldcode.wat"]}',
        '/inform{"sector":"een getypt verhaal"}',
        '/inform{"sector":1}',
        "/inform{}",
        '/region{"place":"plaats:bestaat-niet"}',
        "/topic{",
        "hallo",
        "",
        '/EXTERNAL: {"topic":"meldcode.wat"}',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert not is_payload(text)
