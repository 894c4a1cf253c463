"""The gate for a change of content or model: questions never trained on are understood as well as before."""

from __future__ import annotations

from pathlib import Path

import yaml
from rasa.core.agent import load_agent

from bot import evaluation

ONE_POINT = 0.01


async def test_top_1_is_kept(model: Path) -> None:
    kept = yaml.safe_load((evaluation.FOLDER / "figures.yml").read_text(encoding="utf-8"))["top1"]
    made = await evaluation.outcomes(await load_agent(str(model)), evaluation.questions())
    top1 = evaluation.top(made, 1)
    print(len(made), "top-1", top1, "kept", kept)
    assert top1 is not None
    assert top1 >= kept - ONE_POINT, evaluation.confusions(made)
