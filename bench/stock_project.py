"""The stock assistant that bench/compare.py measures us against: Rasa's default configuration on our own data.

It runs in an environment of its own (bench/stock/), since ours pins jsonschema, which makes stock Rasa faster than it
is as shipped. What differs from what `rasa train` makes of an empty configuration:

- `language: nl`, and `epochs` where a model is trained for less than the 100 that Rasa proposes;
- one line, `retrieval_intent: topic`, without which Rasa does not tell actions which topic the selector chose.

The examples and rules are ours. Rasa has no detector of danger, so the examples of emergency/nood.* are topics like any
other, and those that only teach what is no danger are left out. The responses are only names of topics: what is
answered comes from our action server, as it does for us, and Rasa sends the whole domain along with each action.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.examples import read_examples
from meldwijzer.settings import ROOT
from meldwijzer.topics import topics

STOCK = Path(__file__).parent / "stock"
LEFT_OUT = "no_emergency"
EMERGENCY = "emergency"


def python() -> Path:
    """The interpreter of stock Rasa's environment, which is made when it is not there."""
    subprocess.run(["uv", "sync", "--locked", "--quiet", "--compile-bytecode"], cwd=STOCK, check=True)
    return STOCK / ".venv" / "bin" / "python"


def write(folder: Path, action_url: str, epochs: int = 100, *, empty: bool = False) -> None:
    """Write the project.

    Args:
        folder: where to.
        action_url: the webhook of our action server.
        epochs: of DIETClassifier and ResponseSelector.
        empty: understand nothing but a keyword, and follow rules only: what Rasa itself costs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Rasa takes a keyword for a pattern: any word will do.
    examples = {"topic/meldcode.wat": ["- \\w+\n"]} if empty else _examples()
    _dump(
        folder / "data" / "nlu.yml",
        {"version": "3.1", "nlu": [{"intent": name, "examples": "".join(lines)} for name, lines in examples.items()]},
    )
    sources = [ROOT / "data" / "dialogue" / "rules.yml", *([] if empty else [STOCK / "stories.yml"])]
    for source in sources:
        (folder / "data" / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    _dump(folder / "domain.yml", _domain(examples))
    _dump(folder / "config.yml", _empty() if empty else _config(epochs))
    write_endpoints(folder, action_url)
    _dump(folder / "credentials.yml", {"rest": None})


def write_endpoints(folder: Path, action_url: str, database: str | None = None) -> None:
    """Write where the actions are and, for an SQLite file instead of memory, where conversations are kept."""
    endpoints: dict[str, Any] = {"action_endpoint": {"url": action_url}}
    if database:
        endpoints["tracker_store"] = {"type": "SQL", "dialect": "sqlite", "db": database}
    _dump(folder / "endpoints.yml", endpoints)


def _examples() -> dict[str, list[str]]:
    examples: dict[str, list[str]] = {}
    for intent, text in read_examples(ROOT / "data" / "nlu"):
        if intent != LEFT_OUT:
            examples.setdefault(intent.replace(f"{EMERGENCY}/", "topic/"), []).append(f"- {text}\n")
    return examples


def _domain(examples: dict[str, list[str]]) -> dict[str, Any]:
    domain: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    domain["intents"] = [name for name in domain["intents"] if name not in {LEFT_OUT, EMERGENCY}]
    asked = [name.partition("/")[2] for name in examples if "/" in name]
    domain["responses"] = {f"utter_topic/{topic}": [{"text": topics()[topic].question}] for topic in asked}
    return domain


def _config(epochs: int) -> dict[str, Any]:
    shipped = next(STOCK.glob(".venv/lib/*/site-packages/rasa/engine/recipes/config_files/default_config.yml"))
    config: dict[str, Any] = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    config |= {"assistant_id": "stock", "language": "nl"}
    for part in config["pipeline"]:
        if "epochs" in part:
            part["epochs"] = epochs
        if part["name"] == "ResponseSelector":
            part["retrieval_intent"] = "topic"
    return config


def _empty() -> dict[str, Any]:
    return {
        "recipe": "default.v1",
        "assistant_id": "empty",
        "language": "nl",
        "pipeline": [{"name": "KeywordIntentClassifier"}],
        "policies": [{"name": "RulePolicy"}],
    }


def _dump(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, width=10_000), encoding="utf-8")
