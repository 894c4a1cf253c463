"""Kernel ridge regression over the two views on a message, calibrated on itself.

Least squares on label indicators with a kernel that adds up what two messages share in words and in meaning.
It takes seconds where logistic regression on the words alone takes a minute (docs/understanding.md), and the
factor that training needs anyway gives every example's score as if it had not been trained on (leave-one-out:
Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, 5.4.2), from which the calibration is
fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.linalg import lapack
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack

Array = npt.NDArray[Any]

#: Columns of the words, the most frequent ones, that are dense enough to be multiplied as such.
DENSE_COLUMNS = 1000
#: Rows multiplied at a time, so that sparse products stay small.
CHUNK = 512


@dataclass(frozen=True)
class Views:
    """The features of n messages.

    Attributes:
        words: TF-IDF, sparse of shape (n, vocabulary).
        meaning: sentence embeddings of shape (n, 384); None where there is no embedding model.
    """

    words: csr_matrix
    meaning: Array | None

    @classmethod
    def of(cls, messages: list[Message]) -> Views | None:
        """The features that the pipeline put on messages; None when one of them has none."""
        words = [message.get_sparse_features(TEXT)[1] for message in messages]
        meaning = [message.get_dense_features(TEXT)[1] for message in messages]
        if not words or not all(words):
            return None
        return cls(
            _stacked([row.features for row in words]),
            np.vstack([row.features for row in meaning]) if all(meaning) else None,
        )


@dataclass(frozen=True)
class Shape:
    """The form of the kernel and its strength, chosen with bench/nlu.py.

    Attributes:
        meaning: weight of the meaning beside that of the words, which is 1.
        sharpness: how fast likeness in meaning falls with the angle between two embeddings.
        ridge: added to the diagonal; higher trusts single examples less.
    """

    meaning: float = 2.0
    sharpness: float = 1.5
    ridge: float = 0.2


@dataclass(frozen=True)
class KernelModel:
    """A trained model.

    Attributes:
        labels: k labels.
        word_weights: shape (vocabulary, k); the word part is linear, so examples are not needed for it.
        examples: centred embeddings of the n training examples, shape (n, 384), or None.
        coefficients: shape (n, k), for the meaning part.
        centre: mean embedding of the training examples, shape (384,); e5 embeddings all point one way.
        shape: the kernel.
        scale: factor from scores to log-probabilities, fitted on leave-one-out scores.
    """

    labels: tuple[str, ...]
    word_weights: Array
    examples: Array | None
    coefficients: Array
    centre: Array | None
    shape: Shape
    scale: float

    @classmethod
    def fit(
        cls,
        views: Views,
        labels: list[str],
        shape: Shape,
        aside: frozenset[str] = frozenset(),
        unseen: Array | None = None,
    ) -> KernelModel:
        """Train.

        Args:
            views: features of n examples.
            labels: their labels.
            shape: the kernel.
            aside: labels that take part in the regression but not in the probabilities.
            unseen: shape (n,), true for the examples that the features were not made from; the calibration is
                fitted on these, or on all by default.
        """
        model, _ = cls.fit_with_scores(views, labels, shape, aside, unseen)
        return model

    @classmethod
    def fit_with_scores(
        cls,
        views: Views,
        labels: list[str],
        shape: Shape,
        aside: frozenset[str] = frozenset(),
        unseen: Array | None = None,
    ) -> tuple[KernelModel, Array]:
        """Train, and give the leave-one-out scores of the unseen examples, shape (unseen, k), as well."""
        names = tuple(sorted(set(labels)))
        if unseen is None:
            unseen = np.ones(len(labels), bool)
        # Unseen ones last: leaving one out then only takes the last corner of the factor.
        order = np.argsort(unseen, kind="stable")
        last = int(unseen.sum())
        views = Views(views.words[order], None if views.meaning is None else views.meaning[order])
        labels = [labels[index] for index in order]
        targets = (np.array(labels)[:, None] == np.array(names)[None, :]).astype(np.float32)
        centre = examples = None
        if views.meaning is not None:
            centre = views.meaning.mean(axis=0)
            examples = _directions(views.meaning, centre)
        gram = _gram(views.words, examples, shape)
        gram[np.diag_indices_from(gram)] += shape.ridge
        coefficients, diagonal = _solved(gram, targets, last)
        held_out = targets[-last:] - coefficients[-last:] / diagonal[:, None]
        truth = np.array(labels[-last:])
        calibrated = ~np.isin(truth, list(aside))
        model = cls(
            names,
            np.asarray(views.words.T @ coefficients, dtype=np.float32) / 2,
            examples,
            coefficients,
            centre,
            shape,
            _fitted_scale(held_out[calibrated], truth[calibrated], names, aside),
        )
        return model, held_out

    def scores(self, views: Views) -> Array:
        """The regression of every label, about 1 for a sure one and 0 for others.

        Args:
            views: features of m messages.

        Returns:
            Shape (m, k).

        Raises:
            ValueError: when the model was trained with embeddings and the messages have none.
        """
        # In one kind of number: of two kinds, scipy would first make a wider copy of all weights, ten times the work.
        # Wide again after that: a chance is a difference of large powers.
        scores: Array = np.asarray(views.words.astype(self.word_weights.dtype) @ self.word_weights, np.float64)
        if self.examples is not None and self.centre is not None:
            if views.meaning is None:
                raise ValueError("trained with embeddings, used without: train again")
            cosines = _directions(views.meaning, self.centre) @ self.examples.T
            scores = scores + self.shape.meaning * _likeness(cosines, self.shape.sharpness) @ self.coefficients
        return scores

    def probabilities(self, scores: Array, aside: frozenset[str] = frozenset()) -> dict[str, Array]:
        """Calibrated probabilities.

        Args:
            scores: shape (m, k), see `scores`.
            aside: labels left out.

        Returns:
            Shape (m,) for each label.
        """
        kept = [index for index, name in enumerate(self.labels) if name not in aside]
        rows = _softmax(self.scale * scores[:, kept])
        return {self.labels[index]: rows[:, column] for column, index in enumerate(kept)}

    def save(self, path: Path) -> None:
        """Write the model as plain arrays."""
        arrays: dict[str, Array] = {
            "labels": np.array(self.labels),
            "word_weights": self.word_weights,
            "coefficients": self.coefficients,
            "shape": np.array([self.shape.meaning, self.shape.sharpness, self.shape.ridge]),
            "scale": np.array(self.scale),
        }
        if self.examples is not None and self.centre is not None:
            arrays |= {"examples": self.examples, "centre": self.centre}
        np.savez(path, **arrays)

    @classmethod
    def read(cls, path: Path) -> KernelModel:
        """Read a model.

        Raises:
            ValueError: when the file holds objects instead of plain arrays, as one that was tampered with might.
        """
        with np.load(path, allow_pickle=False) as stored:
            return cls(
                tuple(map(str, stored["labels"])),
                stored["word_weights"],
                stored.get("examples"),
                stored["coefficients"],
                stored.get("centre"),
                Shape(*map(float, stored["shape"])),
                float(stored["scale"]),
            )


def _stacked(rows: list[csr_matrix]) -> csr_matrix:
    """Rows on top of each other; to stack one takes longer than to use it."""
    return rows[0].tocsr() if len(rows) == 1 else vstack(rows, format="csr")


def _gram(words: csr_matrix, examples: Array | None, shape: Shape) -> Array:
    """What every two messages share in words and in meaning, shape (n, n).

    Above the diagonal only, which is all that is needed of a symmetric matrix; below it stands nothing of use. The
    columns that many messages have are multiplied as a dense matrix: as a sparse one they take most of the time.
    """
    by_frequency = np.argsort(-words.getnnz(axis=0))
    frequent = words[:, by_frequency[:DENSE_COLUMNS]].toarray().astype(np.float32)
    rare = words[:, by_frequency[DENSE_COLUMNS:]].tocsr()
    gram: Array = np.empty((len(frequent), len(frequent)), np.float32)
    for start in range(0, len(gram), CHUNK):
        rows = slice(start, start + CHUNK)
        shared = frequent[rows] @ frequent[start:].T
        shared += (rare[rows] @ rare[start:].T).toarray()
        shared /= 2
        if examples is not None:
            shared += shape.meaning * _likeness(examples[rows] @ examples[start:].T, shape.sharpness)
        gram[rows, start:] = shared
    return gram


def _solved(gram: Array, targets: Array, last: int) -> tuple[Array, Array]:
    """Solve a positive definite system by Cholesky.

    Args:
        gram: shape (n, n), symmetric, of which only what stands on and above the diagonal is looked at; used up.
        targets: shape (n, k).
        last: of how many rows, the last ones, the inverse is wanted.

    Returns:
        The solution, shape (n, k), and the end of the diagonal of the inverse of `gram`, shape (last,).

    Raises:
        ValueError: when `gram` is not positive definite.
    """
    # LAPACK wants columns first; of a symmetric matrix that is its transpose, without a copy.
    factor, failed = lapack.spotrf(gram.T, lower=1, overwrite_a=1, clean=1)
    if failed:
        raise ValueError("the kernel is not positive definite: raise `ridge`")
    solution, _ = lapack.spotrs(factor, targets, lower=1)
    inverse_factor, _ = lapack.strtri(factor[-last:, -last:], lower=1)
    return solution.astype(np.float32), np.einsum("ij,ij->j", inverse_factor, inverse_factor)


def _directions(vectors: Array, centre: Array) -> Array:
    moved = vectors - centre
    directions: Array = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return directions


def _likeness(cosines: Array, sharpness: float) -> Array:
    """The likeness of directions, 0 to 1; uses `cosines` up."""
    cosines -= 1
    cosines *= sharpness
    likeness: Array = np.exp(cosines, out=cosines)
    return likeness


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _fitted_scale(held_out: Array, labels: Array, names: tuple[str, ...], aside: frozenset[str]) -> float:
    """The factor that makes the leave-one-out probabilities of the true labels most likely."""
    columns = [index for index, name in enumerate(names) if name not in aside]
    scores = held_out[:, columns]
    position = {names[index]: column for column, index in enumerate(columns)}
    truth = [position[label] for label in labels]

    def loss(scale: float) -> float:
        chosen = _softmax(scale * scores)[np.arange(len(truth)), truth]
        return float(-np.log(chosen + 1e-9).mean())

    return float(minimize_scalar(loss, bounds=(1.0, 40.0), method="bounded").x)
