"""Train and ask a stock Rasa pipeline; bench/nlu.py starts this in a process of its own, with a folder.

It reads `task.json` and writes `result.json` beside it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
# Rasa would not train again what it has trained before.
os.environ["RASA_MAX_CACHE_SIZE"] = "0"

import yaml
from rasa.core.agent import Agent, load_agent
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog

FEATURES: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]


def main(folder: Path) -> None:
    """Do the task."""
    warnings.simplefilter("ignore")
    # Or Rasa tells what it makes of every message, at its own cost.
    configure_structlog(logging.ERROR)
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    config = {"recipe": "default.v1", "assistant_id": "stock", "language": "nl"}
    write(folder / "config.yml", {**config, "pipeline": [*FEATURES, *task["classifier"]]})
    intents: dict[str, list[str]] = {}
    for text, label in task["examples"]:
        intents.setdefault(label, []).append(f"- {text}\n")
    write(
        folder / "nlu.yml",
        {"version": "3.1", "nlu": [{"intent": name, "examples": "".join(lines)} for name, lines in intents.items()]},
    )
    before = megabytes()
    start = time.perf_counter()
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    seconds, grown = time.perf_counter() - start, megabytes() - before
    assert model is not None
    result = asyncio.run(asked(model, task))
    result |= {"seconds": seconds, "megabytes": grown, "size": Path(model).stat().st_size / 2**20}
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


async def asked(model: str, task: dict[str, Any]) -> dict[str, Any]:
    """What the model makes of the messages, and how long one takes."""
    agent = await load_agent(model_path=model)
    held = [await ranking(agent, text) for text in task["held"]]
    start = time.perf_counter()
    questions = [await ranking(agent, text) for text in task["asked"]]
    took = (time.perf_counter() - start) / len(questions) * 1000
    return {"held": held, "asked": questions, "milliseconds": took}


async def ranking(agent: Agent, text: str) -> dict[str, float]:
    """The confidence of every intent."""
    told = await agent.parse_message(text)
    return {line["name"]: line["confidence"] for line in told["intent_ranking"]}


def megabytes() -> float:
    """The most memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(path: Path, content: object) -> None:
    """Write YAML."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True, width=10_000), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
