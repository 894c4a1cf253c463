"""Who counts as one client in the rate limit, and that no address is kept for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels import web
from bot.channels.problems import Problem
from meldwijzer import shared
from meldwijzer.settings import settings


def request(address: str) -> Any:
    return SimpleNamespace(remote_addr="", ip=address)


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> shared.Shared:
    made = shared.Shared(None)
    monkeypatch.setattr(web, "shared", lambda: made)
    monkeypatch.setattr(settings(), "rate_limit", 1)
    return made


async def refused(address: str) -> bool:
    try:
        await web.limit(request(address))
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
async def test_who_is_one_client(first: str, second: str, same: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.time, "time", lambda: 1_000_000.0)
    assert not await refused(first)
    assert await refused(second) is same


async def test_counts_begin_anew_with_the_minute_and_hold_no_address(
    own: shared.Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_020.0]
    monkeypatch.setattr(web.time, "time", lambda: now[0])
    assert not await refused("192.0.2.1")
    assert await refused("192.0.2.1")
    now[0] += 60
    assert not await refused("192.0.2.1")
    names = list(own._own._values)
    # Another name in another minute: what was counted cannot be led from one to the other.
    assert len(names) == 2
    assert not any("192" in name for name in names)
