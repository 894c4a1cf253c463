"""Who counts as one client in the rate limit, and that it keeps no more than it needs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels import web
from bot.channels.problems import Problem
from bot.channels.web import RateLimit


def request(address: str) -> Any:
    return SimpleNamespace(remote_addr="", ip=address)


def refused(limit: RateLimit, address: str) -> bool:
    try:
        limit.check(request(address))
    except Problem as problem:
        return problem.status_code == 429 and 1 <= int(problem.extra["Retry-After"]) <= 61
    return False


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "[2001:db8::ffff:2]", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("geen adres", "geen adres", True),
    ],
)
def test_who_is_one_client(first: str, second: str, same: bool) -> None:
    limit = RateLimit(1)
    assert not refused(limit, first)
    assert refused(limit, second) is same


def test_silent_clients_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(web.time, "monotonic", lambda: now[0])
    limit = RateLimit(2)
    for number in range(100):
        assert not refused(limit, f"192.0.2.{number}")
    assert len(limit._moments) == 100
    now[0] += 61
    assert not refused(limit, "198.51.100.1")
    assert len(limit._moments) == 1


def test_no_more_clients_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RateLimit, "MOST_CLIENTS", 3)
    limit = RateLimit(1)
    for number in range(10):
        refused(limit, f"192.0.2.{number}")
    assert len(limit._moments) == 3
