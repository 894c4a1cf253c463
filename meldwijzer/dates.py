"""Dates as users read them."""

from __future__ import annotations

import datetime as dt

MONTHS = [
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
]  # fmt: skip


def in_words(date: dt.date) -> str:
    """A date in Dutch words: `22 november 2026`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
