"""One typed word does not hold up everyone: patterns that can be read in two ways are bounded (ReDoS)."""

from __future__ import annotations

import time

import pytest

from bot.channels.intake import LONGEST
from bot.nlu.emergency import rules
from meldwijzer.redaction import redact
from meldwijzer.regions import regions

SECONDS = 1.0
PARTS = ("ie", "ei", "a", "a.", "1 ", "ja ", "-", "é", ". ", "@", "Aa ")


@pytest.mark.parametrize("part", PARTS)
def test_the_longest_message_of_one_part(part: str) -> None:
    text = ("v" + part * LONGEST)[:LONGEST]
    for read in (rules().topic, rules().harmless, redact):
        began = time.process_time()
        read(text)
        assert time.process_time() - began < SECONDS, read


def test_a_long_misspelt_veilig() -> None:
    regions()
    from meldwijzer.message_words import _TYPING_ERRORS

    began = time.process_time()
    for pattern, _ in _TYPING_ERRORS:
        pattern.fullmatch("v" + "ie" * 500 + "x")
    assert time.process_time() - began < SECONDS
