"""Measure the emergency detector, and show what its thresholds cost.

    uv run python bench/danger.py

Thresholds are chosen on the examples of data/nlu, each scored as if it had not been trained on (leave-one-out).
tests/nlu/danger.yml was written separately from rules and examples; its figures are shown, not tuned to. The
baseline of the ratios is the model alone, without the rules.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from nlu import Data, examples

from bot import evaluation
from bot.nlu.emergency import rules, weighed
from bot.nlu.kernel import KernelModel, Shape
from bot.nlu.topics import ASIDE, NO_EMERGENCY, danger
from meldwijzer.settings import ROOT


def main() -> None:
    """Print recall and false alarms for a range of thresholds and for those of config.yml."""
    texts, labels = examples()
    questions = [(question.text, question.topic) for question in evaluation.dangers()]
    data = Data(texts, labels, questions)
    views, held = data.views("train"), data.views("asked")
    model, held_out = KernelModel.fit_with_scores(views, labels, Shape(), ASIDE)
    known = np.array(labels)
    sets = {
        "own": (danger(model, held_out)[0], signals(texts), np.char.startswith(known, "nood."), known == NO_EMERGENCY),
        "test": (
            danger(model, model.scores(held))[0],
            signals([text for text, _ in questions]),
            np.array([topic != "harmless" for _, topic in questions]),
            np.array([topic == "harmless" for _, topic in questions]),
        ),
    }
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    chosen = next(part for part in config["pipeline"] if part["name"].endswith("EmergencyDetector"))
    chosen = {name: chosen[name] for name in ("threshold", "rule", "harmless")}
    print(
        "threshold rule harmless | own: recall, false alarm on look-alikes, on other topics | test: recall, false alarm"
    )
    for threshold, rule, harmless in product((0.1, 0.12, 0.14, 0.16, 0.18), (0.03, 0.06, 0.1), (0.06, 0.09)):
        show({"threshold": threshold, "rule": rule, "harmless": harmless}, sets)
    print("config.yml:")
    show(chosen, sets)
    print("baseline, the model without the rules:")
    show({**chosen, "rule": 0.0, "harmless": 0.0}, sets)


def signals(texts: list[str]) -> list[tuple[bool, bool]]:
    """What the rules say of each text: danger, harmless."""
    return [(rules().topic(text) is not None, rules().harmless(text)) for text in texts]


def show(thresholds: dict[str, float], sets: dict[str, tuple]) -> None:
    """Print one line."""
    cells = []
    for scores, said, danger_, harmless in sets.values():
        raised = (
            np.array([weighed(float(s), *rule, thresholds) for s, rule in zip(scores, said)]) >= thresholds["threshold"]
        )
        cells.append(raised[danger_].mean())
        cells.append(raised[harmless].mean())
        other = ~danger_ & ~harmless
        if other.any():
            cells.append(raised[other].mean())
    print("  ".join(f"{value:.2f}" for value in thresholds.values()), "|", "  ".join(f"{value:.3f}" for value in cells))


if __name__ == "__main__":
    main()
