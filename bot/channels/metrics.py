"""The figures of bot/metrics.py for Prometheus: `/metrics`."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot import metrics
from bot.channels import health
from bot.channels.problems import Problem
from meldwijzer import groups
from meldwijzer.settings import settings


@dataclass(eq=False)
class _Now:
    """What is so at this moment for all processes, and need not be added up."""

    parts: dict[str, bool]
    sessions: int | None

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("meldwijzer_part_up", "Whether a part answers, as in /health", labels=["part"])
        for name, well in self.parts.items():
            up.add_metric([name], well)
        yield up
        if self.sessions is not None:
            yield GaugeMetricFamily("meldwijzer_group_sessions", "Group sessions that are open", self.sessions)


def install(app: Sanic, model: str) -> None:
    """Count responses and, when there is a token to protect them with, show the figures.

    Args:
        app: the server.
        model: path of the model that it answers with.
    """
    secret = settings().metrics_token
    if secret is None:
        return
    token = secret.get_secret_value().encode()

    @app.middleware("response")
    async def count(_: Request, response: HTTPResponse) -> None:
        metrics.RESPONSES.labels(response.status).inc()

    @app.get("/metrics")
    async def show(request: Request) -> HTTPResponse:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token):
            raise Problem(401, "Geef het token van MELDWIJZER_METRICS_TOKEN.")
        parts = await health.parts(request.app)
        sessions = await asyncio.to_thread(groups.open_sessions) if parts["database"] else None
        registry = await asyncio.to_thread(metrics.added_up)
        registry.register(_Now(parts, sessions))
        return raw(await asyncio.to_thread(generate_latest, registry), content_type=CONTENT_TYPE_LATEST)

    # From nothing, since Prometheus sees no increase in what was not there.
    for channel in ("web", "telegram"):
        metrics.TURNS.labels(channel)
        metrics.FAILED.labels(channel)
    for status in (429, 500, 503):
        metrics.RESPONSES.labels(status)
    metrics.BUILD.labels(version("meldwijzer"), Path(model).name.partition(".")[0]).set(1)
    app.add_task(metrics.give_out_daily)
