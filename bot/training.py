"""Training, and knowing whether there is a model for the current content."""

from __future__ import annotations

import hashlib
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.nlu.embedding import embed_examples, model_file
from bot.nlu.examples import read_examples
from meldwijzer.settings import ROOT, settings

#: Everything that a model depends on.
SOURCES = (
    "config.yml",
    "domain.yml",
    "uv.lock",
    "data/nlu/*.yml",
    "data/dialogue/*.yml",
    "data/terms.yml",
    "data/topics.yml",
    "bot/nlu/*.py",
    "bot/nlu/adapter.npz",
    "bot/policy.py",
)


def fingerprint() -> str:
    """A name for the content that a model is trained on, and for whether embeddings can be made here."""
    digest = hashlib.sha256(str(model_file() is not None).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def current_model() -> Path | None:
    """The trained model for the current content, or None: under `MELDWIJZER_DATA`, or with the code as in an image."""
    name = f"{fingerprint()}.tar.gz"
    return next((folder / name for folder in (_models(), ROOT / "var" / "models") if (folder / name).exists()), None)


def train() -> Path:
    """Train the model for the current content.

    Returns:
        Its path under `MELDWIJZER_DATA`.

    Raises:
        RuntimeError: when Rasa made no model.
    """
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa warns once for every example that its answer is not a response in the domain: ours come from an action.
    warnings.simplefilter("ignore")
    # Taken before, since someone may edit the content meanwhile.
    name = fingerprint()
    _models().mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    # Rasa loads, reads and makes features on one core; meanwhile the others make the embeddings it will ask for.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: embed_examples([text for _, text in read_examples(ROOT / "data" / "nlu")]))
        from rasa.model_training import train as rasa_train

        result = rasa_train(
            domain="domain.yml",
            config="config.yml",
            training_files=["data/nlu", "data/dialogue"],
            output=str(_models()),
            fixed_model_name=f"unfinished-{os.getpid()}",
            force_training=True,
        )
    if not result.model:
        raise RuntimeError("Rasa made no model")
    # Renamed when complete, so that nobody starts with half a model.
    return Path(result.model).rename(_models() / f"{name}.tar.gz")


def _models() -> Path:
    return settings().data.resolve() / "models"
