"""Time and accuracy of redaction; the baseline is the patterns that guard the content (bot/personal.py).

uv run python bench/redaction.py
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))

FOLDER = Path(__file__).parent.parent / "tests" / "redaction"


def main() -> None:
    """Print start-up, milliseconds a message, and what share of the personal data is found."""
    items = yaml.load((FOLDER / "dirty.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    spans = sum(len(item["spans"]) for item in items)
    from bot import personal

    def guarded(text: str) -> str:
        for found in personal.find(text):
            text = text.replace(found.text, "[…]")
        return text

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    from meldwijzer.redaction import redact

    redact("mijn leerling")
    started = time.perf_counter() - start
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    base = measured(guarded, items)
    mine = measured(redact, items)
    print(f"start {started:.2f} s, {memory:.0f} MB more at most")
    for name, (found, p50, p95) in (("patterns of the content (baseline)", base), ("redaction", mine)):
        print(
            f"{name:36} recall {found / spans:.3f}  p50 {p50:.2f} ms  p95 {p95:.2f} ms  found x {found / base[0]:.2f}"
        )


def measured(hide: Callable[[str], str], items: list[dict]) -> tuple[int, float, float]:
    """How many spans are gone, and the median and 95th percentile of milliseconds a message."""
    gone, took = 0, []
    for item in items:
        began = time.perf_counter()
        left = hide(item["text"]).lower()
        took.append((time.perf_counter() - began) * 1000)
        gone += sum(span["text"].lower() not in left for span in item["spans"])
    return gone, statistics.median(took), statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main()
