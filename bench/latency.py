"""Time one user's messages against a running assistant; the baseline is a button, which needs no understanding.

uv run meldwijzer start &
uv run python bench/latency.py http://127.0.0.1:5005
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot import evaluation

MESSAGES = 300
PER_CONVERSATION = 10


def main(url: str) -> None:
    """Print p50 and p95 in milliseconds for buttons and for typed questions, and their ratio."""
    texts = [question.text for question in evaluation.questions()][:MESSAGES]
    with httpx.Client(base_url=url, timeout=10) as client:
        buttons = timed(client, [{"payload": '/topic{"topic":"hv.duur"}'}] * MESSAGES)
        typed = timed(client, [{"text": text} for text in texts])
    for name, (middle, high) in (("button (baseline)", buttons), ("typed question", typed)):
        print(f"{name:20} p50 {middle:6.1f} ms  p95 {high:6.1f} ms  ratio {middle / buttons[0]:.2f}")


def timed(client: httpx.Client, bodies: list[dict[str, str]]) -> tuple[float, float]:
    """Median and 95th percentile of the milliseconds that messages take, some in each conversation."""
    took = []
    for index, body in enumerate(bodies):
        if index % PER_CONVERSATION == 0:
            token = client.post("/webhooks/web/sessions").json()["token"]
        start = time.perf_counter()
        client.post(
            "/webhooks/web/messages", json=body, headers={"Authorization": f"Bearer {token}"}
        ).raise_for_status()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main(sys.argv[1])
