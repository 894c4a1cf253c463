"""Ask a trained stock model questions without a server; bench/compare.py runs this in the environment of stock Rasa.

    python ask.py MODEL QUESTIONS.json ANSWERS.json

The answers are `[intent, [[response key, confidence], …]]` for each question, likeliest first.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

from rasa.core.agent import load_agent
from rasa.utils.log_utils import configure_structlog


async def answers(model: str, texts: list[str]) -> list[tuple[str, list[tuple[str, float]]]]:
    """Ask them all."""
    # Or Rasa tells what it makes of every message, at its own cost.
    configure_structlog(logging.ERROR)
    agent = await load_agent(model_path=model)
    made = []
    for text in texts:
        told = await agent.parse_message(text)
        ranking = told["response_selector"]["topic"]["ranking"]
        made.append((told["intent"]["name"], [(line["intent_response_key"], line["confidence"]) for line in ranking]))
    return made


def main(model: str, questions: Path, written: Path) -> None:
    """Read the questions, write the answers."""
    made = asyncio.run(answers(model, json.loads(questions.read_text(encoding="utf-8"))))
    written.write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
