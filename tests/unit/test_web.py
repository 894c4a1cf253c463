"""Whom the rate limit counts as one client."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels import web
from bot.channels.problems import Problem
from meldwijzer import shared
from meldwijzer.settings import settings

LIMIT = 3


@pytest.fixture
def counted(own_database: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Asks once from an address; tells whether that was one too many."""
    monkeypatch.setenv("MELDWIJZER_RATE_LIMIT", str(LIMIT))
    monkeypatch.delenv("MELDWIJZER_REDIS_URL", raising=False)
    monkeypatch.setattr(web.time, "time", lambda: dt.datetime(2026, 11, 22, 12, 0, 30).timestamp())
    shared.shared.cache_clear()
    settings.cache_clear()

    async def ask(address: str, forwarded: str = "") -> bool:
        try:
            await web.limit(SimpleNamespace(remote_addr=forwarded, ip=address))
        except Problem as problem:
            assert problem.status_code == 429
            assert problem.extra == {"Retry-After": "31"}
            return True
        return False

    yield ask
    shared.shared.cache_clear()


@pytest.mark.parametrize(
    ("one", "addresses"),
    [
        (True, ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:DB8:1:2:0:0:0:3", "[2001:db8:1:2::4]"]),
        (True, ["192.0.2.7", "::ffff:192.0.2.7", "192.0.2.7", "::ffff:c000:207"]),
        (False, ["2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:2:2::1", "2001:db9:1:2::1"]),
        (False, ["192.0.2.7", "192.0.2.8", "192.0.3.7", "198.51.100.7"]),
        (False, ["::ffff:192.0.2.7", "::ffff:192.0.2.8", "::1", "192.0.2.9"]),
        (True, ["geen adres"] * 4),
    ],
)
async def test_addresses_of_one_client(counted: Any, one: bool, addresses: list[str]) -> None:
    assert [await counted(address) for address in addresses] == [False, False, False, one]


async def test_address_that_a_trusted_proxy_tells_comes_first(counted: Any) -> None:
    assert [await counted("10.0.0.1", f"192.0.2.{n}") for n in range(2 * LIMIT)] == [False] * 2 * LIMIT
    assert [await counted("10.0.0.1") for _ in range(LIMIT + 1)] == [False] * LIMIT + [True]


async def test_many_at_the_same_moment_are_counted_exactly(counted: Any) -> None:
    refused = await asyncio.gather(*(counted("192.0.2.7") for _ in range(20)))
    assert refused.count(False) == LIMIT


async def test_no_address_is_kept(counted: Any) -> None:
    await counted("192.0.2.7")
    (name,) = shared.shared()._own._values
    # A digest with a key, of which no address can be found back by trying all.
    assert re.fullmatch("limit:[0-9a-f]{64}", name)
