"""The model, on data small enough to see through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.kernel import KernelModel, Shape, Views

RANDOM = np.random.default_rng(0)


def views(labels: list[str], *, meaning: bool = True) -> Views:
    """Examples whose words and meaning lie around a point of their label."""
    names = sorted(set(labels))
    centres = RANDOM.normal(size=(len(names), 12))
    points = np.stack([centres[names.index(label)] for label in labels]) + RANDOM.normal(size=(len(labels), 12)) * 0.2
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return Views(csr_matrix(np.abs(points)), points.astype(np.float32) if meaning else None)


LABELS = ["a", "b", "c", "nood.x"] * 20


def test_learns_and_gives_probabilities_that_add_up() -> None:
    data = views(LABELS)
    model = KernelModel.fit(data, LABELS, Shape())
    chances = model.probabilities(model.scores(data))
    rows = np.stack(list(chances.values()), axis=1)
    assert rows.sum(axis=1) == pytest.approx(1)
    assert (np.array(list(chances))[rows.argmax(axis=1)] == np.array(LABELS)).mean() > 0.95


def test_held_out_scores_equal_really_leaving_one_out() -> None:
    data = views(LABELS)
    _, held_out = KernelModel.fit_with_scores(data, LABELS, Shape())
    rest = np.arange(1, len(LABELS))
    assert data.meaning is not None
    # The centre of the embeddings shifts a little when one example is left out, hence the tolerance.
    without = KernelModel.fit(Views(data.words[rest], data.meaning[rest]), LABELS[1:], Shape())
    scores = without.scores(Views(data.words[[0]], data.meaning[[0]]))
    assert held_out[0] == pytest.approx(scores[0], abs=0.05)


def test_scores_of_the_unseen_do_not_depend_on_where_they_stand() -> None:
    data = views(LABELS)
    unseen = np.arange(len(LABELS)) % 3 == 0
    one, part = KernelModel.fit_with_scores(data, LABELS, Shape(), frozenset(), unseen)
    other, whole = KernelModel.fit_with_scores(data, LABELS, Shape())
    assert part == pytest.approx(whole[unseen], abs=1e-4)
    assert one.scores(data) == pytest.approx(other.scores(data), abs=1e-4)


def test_works_without_embeddings() -> None:
    data = views(LABELS, meaning=False)
    model = KernelModel.fit(data, LABELS, Shape())
    assert model.examples is None
    assert model.scores(data).shape == (80, 4)


def test_refuses_a_message_without_the_embedding_it_was_trained_on() -> None:
    data = views(LABELS)
    model = KernelModel.fit(data, LABELS, Shape())
    with pytest.raises(ValueError, match="train again"):
        model.scores(Views(data.words, None))


def test_label_set_aside_is_never_predicted() -> None:
    data = views(LABELS)
    model = KernelModel.fit(data, LABELS, Shape(), frozenset({"b"}))
    assert "b" not in model.probabilities(model.scores(data), frozenset({"b"}))


def test_survives_writing_and_reading(tmp_path: Path) -> None:
    data = views(LABELS)
    model = KernelModel.fit(data, LABELS, Shape(meaning=3))
    model.save(tmp_path / "model.npz")
    again = KernelModel.read(tmp_path / "model.npz")
    assert again.shape == model.shape
    assert again.scores(data) == pytest.approx(model.scores(data))


def test_file_with_objects_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "model.npz", labels=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        KernelModel.read(tmp_path / "model.npz")
