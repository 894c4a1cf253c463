"""The training examples of data/nlu/; the one place that reads them."""

from __future__ import annotations

from pathlib import Path

import yaml


def read_examples(folder: Path) -> list[tuple[str, str]]:
    """All examples, in the order of the files.

    Args:
        folder: that holds files in Rasa's format for NLU data, one example a line, without entities.

    Returns:
        Pairs of an intent, `topic/meldcode.wat` for a topic, and a text.
    """
    return [
        (block["intent"], line[1:].strip())
        for path in sorted(folder.glob("*.yml"))
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]
        for line in block["examples"].splitlines()
        if line.startswith("-")
    ]
