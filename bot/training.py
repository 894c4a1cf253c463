"""Training, and knowing whether there is a model for the current content."""

from __future__ import annotations

import hashlib
import hmac
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

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


class ForeignModelError(click.ClickException):
    """A model that was not made here, or not left as it was made: loading it could run someone else's code."""

    def __init__(self, path: Path) -> None:
        """Tell what to do."""
        super().__init__(
            f"Het model {path} is niet met de sleutel van deze installatie verzegeld, of is daarna veranderd. "
            "Het wordt niet geladen. Hebt u het zelf op een andere machine getraind, gebruik dan op beide dezelfde "
            "MELDWIJZER_SECRET; anders: zoek uit wie het veranderde, en maak een nieuw met 'meldwijzer train'."
        )


def fingerprint() -> str:
    """A name for the content that a model is trained on, and for whether embeddings can be made here."""
    digest = hashlib.sha256(str(model_file() is not None).encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def current_model() -> Path | None:
    """The trained model for the current content, or None: one under `MELDWIJZER_DATA`, or with the code as in an image.

    One without a seal was never finished, so it does not count.

    Raises:
        ForeignModelError: when its seal is not that of this installation.
    """
    name = f"{fingerprint()}.tar.gz"
    path, in_image = _models() / name, ROOT / "var" / "models" / name
    if path.exists() and _seal(path).exists():
        verify(path)
        return path
    return in_image if in_image.exists() and _is_fixed(in_image) else None


def verify(path: Path) -> None:
    """Make sure of a model before it is loaded.

    Args:
        path: as `train` returned it.

    Raises:
        ForeignModelError: when it has no seal, or another one.
    """
    seal = _seal(path)
    if _is_fixed(path):
        return
    if not seal.exists() or not hmac.compare_digest(seal.read_bytes(), _sealing(path)):
        raise ForeignModelError(path)


def seal(path: Path) -> None:
    """Write beside a model that it is one of this installation (the key of the settings), and what it is made of."""
    _seal(path).write_bytes(_sealing(path))


def _is_fixed(path: Path) -> bool:
    """Whether nobody with the powers of this process can have changed a model, as in an image."""
    return not os.access(path, os.W_OK) and not os.access(path.parent, os.W_OK)


def _seal(path: Path) -> Path:
    return path.with_name(f"{path.name}.hmac")


def _sealing(path: Path) -> bytes:
    """The seal that a model should have; with its name, so that an elder model cannot pass for a newer one."""
    digest = hmac.new(settings().key, f"model:{path.name}:".encode(), hashlib.sha256)
    with path.open("rb") as model:
        while block := model.read(1 << 20):
            digest.update(block)
    return digest.hexdigest().encode()


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
    # Renamed when complete, so that nobody starts with half a model; the seal of an elder one would not fit it.
    model = _models() / f"{name}.tar.gz"
    _seal(model).unlink(missing_ok=True)
    Path(result.model).rename(model)
    seal(model)
    return model


def _models() -> Path:
    return settings().folder.resolve() / "models"
