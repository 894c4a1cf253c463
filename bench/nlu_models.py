"""The rows of bench/nlu.py: ways to tell the topic of a message.

A row is a function of the data and the rows above it. `learned` makes one of a way to train on features; the others
put something on top of rows above.

A contrastive head is there twice. The adapter is one within the encoder: it is trained to bring examples of a topic
together (bench/adapt.py), and all rows "adapted" use it. The row "contrastive head" leaves the encoder as it is and
moves only what comes out of it, which costs seconds instead of twenty minutes: as SetFit, with logistic regression
on top (Tunstall et al., Efficient Few-Shot Learning Without Prompts, 2022).
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.kernel import KernelModel, Shape, Views
from bot.nlu.topics import ASIDE

if TYPE_CHECKING:
    from nlu import Data

Array = npt.NDArray[Any]
#: From features of m messages to scores of shape (m, names).
Predict = Callable[[Views], Array]
#: From features of the examples, their labels and the names to choose from to a trained model.
Fit = Callable[[Views, Array, list[str]], Predict]

#: Messages to time, one by one.
TIMED = 100
#: Examples that are near enough to have a say, and how fast their say falls with the angle.
NEAREST, FALL = 15, 15.0
#: The contrastive head: epochs, topics in a step, examples of each, learning rate and temperature of the loss.
EPOCHS, TOPICS, EACH, RATE, TEMPERATURE = 20, 32, 16, 3e-4, 0.1
#: Examples that must share a word or a row of characters for logistic regression to learn it. Solving for all 180,000
#: takes many minutes and gigabytes; these are nine in ten of what occurs.
SHARED = 5
#: Strengths that a linear model is tried with, and the length of the meaning beside the words in all of them.
STRENGTHS, LENGTH = (0.1, 0.3, 1.0, 3.0), 2.0
#: Topics that the re-ranker looks at.
RERANKED = 5
#: Log of what is not worth anything.
NEVER = -30.0


class Result(NamedTuple):
    """A row: a model, and what it cost.

    Attributes:
        scores: from the examples to test on that may be used to fit something, as indices, to the scores of all
            of them and of the separate questions; a softmax of scores, times a factor, gives probabilities.
        seconds: to train, without features.
        megabytes: that training took at most, on top of what was there.
        milliseconds: for a message, without features.
        needs: views that are used.
        bounded: whether scores are confidences by themselves, about 0 to 1.
        note: what else is worth knowing.
    """

    scores: Callable[[Array], tuple[Array, Array]]
    seconds: float
    megabytes: float
    milliseconds: float
    needs: tuple[str, ...]
    bounded: bool = False
    note: str = ""


Row = Callable[["Data", dict[str, Result]], Result]


def learned(fit: Fit, meaning: str | None, *, words: bool = True, bounded: bool = False) -> Row:
    """A row that learns from features."""

    def row(data: Data, _: dict[str, Result]) -> Result:
        train, held, asked = (data.views(part, meaning, words=words) for part in ("train", "held", "asked"))
        with peak() as memory:
            start = time.perf_counter()
            predict = fit(train, data.labels, data.names)
            seconds = time.perf_counter() - start
        made = predict(held), predict(asked)
        needs = tuple(view for view, used in (("words", words), ("meaning", meaning)) if used)
        note = getattr(predict, "note", "")
        return Result(lambda _: made, seconds, memory[0], alone(predict, asked), needs, bounded, note)

    return row


@contextmanager
def peak() -> Iterator[list[float]]:
    """Gives, when done, the megabytes that were used at most on top of those used before."""

    def megabytes(field: str) -> float:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))

    grown: list[float] = []
    # What rows above no longer use would hide what this one takes.
    ctypes.CDLL(None).malloc_trim(0)
    # Makes the kernel forget the peak so far.
    Path("/proc/self/clear_refs").write_text("5")
    before = megabytes("VmRSS")
    yield grown
    grown.append(megabytes("VmHWM") - before)


def alone(work: Callable[[Views], object], views: Views) -> float:
    """Milliseconds for a message by itself."""
    count = min(TIMED, views.words.shape[0])
    single = [Views(views.words[i], None if views.meaning is None else views.meaning[i : i + 1]) for i in range(count)]
    work(single[0])
    start = time.perf_counter()
    for one in single:
        work(one)
    return (time.perf_counter() - start) / count * 1000


def softmax(scores: Array) -> Array:
    """Shares of each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def plain(scores: Array, *, bounded: bool) -> Array:
    """The confidence in the first, uncalibrated."""
    highest: Array = scores.max(axis=1).clip(0, 1) if bounded else softmax(scores).max(axis=1)
    return highest


def temperature(scores: Array, truth: Array) -> float:
    """The factor of scores that makes the truth most likely, as bot/nlu/kernel.py fits it."""

    def loss(log_factor: float) -> float:
        chosen = softmax(np.exp(log_factor) * scores)[np.arange(len(truth)), truth]
        return float(-np.log(chosen + 1e-9).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 4), method="bounded").x))


def isotonic(sure: Array, right: Array) -> Callable[[Array], Array]:
    """A rising function from confidence to how often it is right."""
    predict: Callable[[Array], Array] = IsotonicRegression(out_of_bounds="clip").fit(sure, right.astype(float)).predict
    return predict


def directions(vectors: Array, centre: Array) -> Array:
    """Where embeddings lie from the centre, of length 1; they all point about one way by themselves."""
    moved = vectors - centre
    made: Array = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return made


def kernel(shape: Shape | None = None) -> Fit:
    """Kernel ridge regression as in bot/nlu/kernel.py."""

    def fit(views: Views, labels: Array, names: list[str]) -> Predict:
        # As in training, leave-one-out scores of a fifth; here they take their time and are not used.
        fifth = np.arange(len(labels)) % 5 == 0
        model = KernelModel.fit(views, list(labels), shape or Shape(), ASIDE, fifth)
        columns = [model.labels.index(name) for name in names]
        return lambda held: model.scores(held)[:, columns]

    return fit


def logistic(views: Views, labels: Array, names: list[str]) -> Predict:
    """Logistic regression on the meaning if there is one, else on the words."""
    centre = None if views.meaning is None else views.meaning.mean(axis=0)
    shared = np.flatnonzero(views.words.getnnz(axis=0) >= SHARED)

    def features(v: Views) -> Array | csr_matrix:
        return v.words[:, shared] if v.meaning is None or centre is None else directions(v.meaning, centre)

    model = LogisticRegression(C=30, max_iter=60, tol=1e-3).fit(features(views), labels)
    columns = np.searchsorted(model.classes_, names)
    return lambda held: model.predict_log_proba(features(held))[:, columns].clip(NEVER)


def linear(views: Views, labels: Array, names: list[str]) -> Predict:
    """A linear support vector machine, tuned on a part of the examples to train on.

    Only its strength is tuned: by examples that the adapter knows, more meaning would always look better.
    """
    centre = None if views.meaning is None else views.meaning.mean(axis=0)

    def joined(v: Views) -> csr_matrix:
        if v.meaning is None or centre is None:
            return v.words
        return hstack([v.words, csr_matrix(LENGTH * directions(v.meaning, centre))], format="csr")

    def trained(where: Array, strength: float) -> LinearSVC:
        return LinearSVC(C=strength, tol=1e-2, random_state=0).fit(features[where], labels[where])

    features = joined(views)
    order = np.random.default_rng(0).permutation(len(labels))
    third, sixth = order[: len(order) // 3], order[len(order) // 3 : len(order) // 2]
    strength = max(STRENGTHS, key=lambda c: trained(third, c).score(features[sixth], labels[sixth]))
    model = trained(order, strength)
    columns = np.searchsorted(model.classes_, names)

    def predict(held: Views) -> Array:
        scores: Array = model.decision_function(joined(held))[:, columns]
        return scores

    vars(predict)["note"] = f"C {strength:g}"
    return predict


def nearest(views: Views, labels: Array, names: list[str]) -> Predict:
    """A vote of the nearest examples in meaning."""
    assert views.meaning is not None
    centre = views.meaning.mean(axis=0)
    known = directions(views.meaning, centre)
    votes = (labels[:, None] == np.array(names)[None, :]).astype(np.float32)

    def predict(held: Views) -> Array:
        assert held.meaning is not None
        near = directions(held.meaning, centre) @ known.T
        chosen = np.argpartition(-near, NEAREST, axis=1)[:, :NEAREST]
        say = np.exp(FALL * (np.take_along_axis(near, chosen, axis=1) - 1))
        total: Array = np.stack([one @ votes[rows] for one, rows in zip(say, chosen)])
        # The vote of those for labels that cannot be chosen counts as doubt.
        return np.log(total / say.sum(axis=1, keepdims=True) + 1e-3)

    return predict


def contrastive(views: Views, labels: Array, names: list[str]) -> Predict:
    """A linear head on the embeddings, trained by supervised contrast (Khosla et al., 2020), then `logistic`."""
    assert views.meaning is not None
    centre = views.meaning.mean(axis=0)
    rows = directions(views.meaning, centre).astype(np.float32)
    random = np.random.default_rng(0)
    of_topic = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    head = np.eye(rows.shape[1], dtype=np.float32)
    mean, square = np.zeros_like(head), np.zeros_like(head)
    steps = EPOCHS * len(labels) // (TOPICS * EACH)
    for step in range(steps):
        topics = random.choice(len(of_topic), min(TOPICS, len(of_topic)), replace=False)
        batch = np.concatenate([random.permutation(of_topic[topic])[:EACH] for topic in topics])
        slope = _slope(rows[batch], head, labels[batch])
        # Adam, with a rate that falls to nothing.
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        fixed = mean / (1 - 0.9 ** (step + 1)), square / (1 - 0.999 ** (step + 1))
        head -= RATE * (1 - step / steps) * fixed[0] / (np.sqrt(fixed[1]) + 1e-8)

    def moved(v: Views) -> Views:
        assert v.meaning is not None
        made = directions(v.meaning, centre) @ head
        return Views(v.words, made / np.linalg.norm(made, axis=1, keepdims=True))

    predict = logistic(moved(views), labels, names)
    return lambda held: predict(moved(held))


def _slope(rows: Array, head: Array, labels: Array) -> Array:
    """The derivative of the contrastive loss of a batch with respect to the head."""
    made = rows @ head
    length = np.linalg.norm(made, axis=1, keepdims=True)
    turned = made / length
    near = turned @ turned.T / TEMPERATURE
    np.fill_diagonal(near, -np.inf)
    same = (labels[:, None] == labels[None, :]).astype(np.float32)
    np.fill_diagonal(same, 0)
    wanted = same / np.maximum(same.sum(axis=1, keepdims=True), 1)
    error = (softmax(near) - wanted) / (len(rows) * TEMPERATURE)
    pull = (error + error.T) @ turned
    # Only what turns a vector counts: its length is always 1.
    pull = (pull - turned * (pull * turned).sum(axis=1, keepdims=True)) / length
    slope: Array = rows.T @ pull
    return slope


def ensemble(*parts: str) -> Row:
    """The mean of the calibrated probabilities of rows above."""

    def row(data: Data, done: dict[str, Result]) -> Result:
        def scores(known: Array) -> tuple[Array, Array]:
            held, asked = zip(*(_probabilities(done[part], data, known) for part in parts))
            return np.log(np.mean(held, axis=0) + 1e-9), np.log(np.mean(asked, axis=0) + 1e-9)

        return _together(scores, [done[part] for part in parts])

    return row


def cascade(cheap: str, dear: str, threshold: float) -> Row:
    """The words decide where they are sure enough; only for other messages is the embedding made.

    Danger would be judged on words alone in the first case, which is not counted here.
    """

    def row(data: Data, done: dict[str, Result]) -> Result:
        everything = np.arange(len(data.tested))
        unsure = [part.max(axis=1) < threshold for part in _probabilities(done[cheap], data, everything)]

        def scores(known: Array) -> tuple[Array, Array]:
            pairs = zip(_probabilities(done[cheap], data, known), _probabilities(done[dear], data, known))
            held, asked = (np.where(a.max(axis=1, keepdims=True) < threshold, b, a) for a, b in pairs)
            return np.log(held + 1e-9), np.log(asked + 1e-9)

        both = _together(scores, [done[cheap], done[dear]])
        share = unsure[1].mean()
        return both._replace(
            needs=("words",),
            seconds=both.seconds + data.seconds["meaning"],
            milliseconds=done[cheap].milliseconds + share * (done[dear].milliseconds + data.milliseconds["meaning"]),
            note=f"embedding for {unsure[0].mean():.0%} of held back, {share:.0%} of questions",
        )

    return row


def reranker(full: str, words: str) -> Row:
    """Looks again at the first topics, by what the question shares with the examples of each.

    One logistic regression for all topics on features of the pair. It is trained on held back examples: leave-one-out
    scores of the others would look too good, as the adapter knows them.
    """

    def row(data: Data, done: dict[str, Result]) -> Result:
        everything = np.arange(len(data.tested))
        by_full, by_words = done[full].scores(everything), done[words].scores(everything)
        start = time.perf_counter()
        pairs = Pairs(data.views("train"), data.labels, data.names)
        held, asked = (
            pairs.features(data.views(part), by_full[i], by_words[i]) for i, part in enumerate(("held", "asked"))
        )

        def judge(known: Array) -> LogisticRegression:
            truth = held[0][known] == data.tested[known, None]
            return LogisticRegression(C=10, max_iter=500).fit(np.concatenate(held[1][known]), truth.ravel())

        def scores(known: Array) -> tuple[Array, Array]:
            model = judge(known)
            return pairs.ranked(model, *held), pairs.ranked(model, *asked)

        model = judge(everything)
        seconds = time.perf_counter() - start

        def one(view: Views) -> Array:
            # The scores of the rows above are timed there.
            return pairs.ranked(model, *pairs.features(view, by_full[1][:1], by_words[1][:1]))

        both = _together(scores, [done[full], done[words]])
        return both._replace(
            seconds=both.seconds + seconds, milliseconds=both.milliseconds + alone(one, data.views("asked"))
        )

    return row


class Pairs:
    """What a message shares with the examples of a topic."""

    def __init__(self, views: Views, labels: Array, names: list[str]) -> None:
        """Sort the examples by topic."""
        assert views.meaning is not None
        places = np.searchsorted(names, labels)
        order = np.array([i for i in np.argsort(places, kind="stable") if labels[i] not in ASIDE])
        self._count = len(names)
        self._centre = views.meaning.mean(axis=0)
        self._meaning = directions(views.meaning[order], self._centre)
        self._words = views.words[order].T.tocsr()
        self._starts = np.searchsorted(places[order], np.arange(len(names)))
        self._sizes = np.diff([*self._starts, len(order)])

    def features(self, views: Views, full: Array, words: Array) -> tuple[Array, Array]:
        """The first topics of each message, shape (m, 5), and features of each pair, shape (m, 5, features).

        Args:
            views: of m messages.
            full: scores of the whole model, shape (m, names).
            words: scores on words alone.
        """
        assert views.meaning is not None
        near, mean, shared = (np.empty((len(full), self._count), np.float32) for _ in range(3))
        for start in range(0, len(full), 512):
            part = slice(start, start + 512)
            likeness = directions(views.meaning[part], self._centre) @ self._meaning.T
            near[part] = np.maximum.reduceat(likeness, self._starts, axis=1)
            mean[part] = np.add.reduceat(likeness, self._starts, axis=1) / self._sizes
            shared[part] = np.maximum.reduceat((views.words[part] @ self._words).toarray() / 2, self._starts, axis=1)
        top = np.argsort(-full, axis=1, kind="stable")[:, :RERANKED]
        taken = [np.take_along_axis(table, top, axis=1) for table in (full, words, near, mean, shared)]
        # How far from the first counts as much as how high.
        behind = [column - column.max(axis=1, keepdims=True) for column in taken]
        return top, np.stack([*taken, *behind], axis=2)

    def ranked(self, model: LogisticRegression, top: Array, features: Array) -> Array:
        """Scores of all topics, shape (m, names), those of the first ones by the model."""
        judged = model.decision_function(np.concatenate(features)).reshape(top.shape)
        # A bit less likely than the least of the first: with nothing for them the calibration would doubt everything.
        scores: Array = np.repeat(judged.min(axis=1, keepdims=True) - 1, self._count, axis=1)
        np.put_along_axis(scores, top, judged, axis=1)
        return scores


def _probabilities(made: Result, data: Data, known: Array) -> tuple[Array, Array]:
    """Probabilities of the examples to test on and of the questions, calibrated on known ones of the former."""
    held, asked = made.scores(known)
    scale = temperature(held[known], data.tested[known])
    return softmax(scale * held), softmax(scale * asked)


def _together(scores: Callable[[Array], tuple[Array, Array]], parts: list[Result]) -> Result:
    """A row on top of others, which are trained one after another and all asked."""
    return Result(
        scores,
        sum(part.seconds for part in parts),
        max(part.megabytes for part in parts),
        sum(part.milliseconds for part in parts),
        tuple(sorted({view for part in parts for view in part.needs})),
    )


def stock(*classifier: dict[str, Any]) -> Row:
    """Rasa's own classifier behind the featurizers that Rasa proposes, in a process of its own.

    Each topic is an intent, so that one classifier chooses among them all as the other rows do; as retrieval intents
    they would need a response selector each.
    """

    def row(data: Data, _: dict[str, Result]) -> Result:
        asked = {"examples": list(zip(data.text_of("train"), data.labels.tolist())), "classifier": classifier}
        asked |= {part: data.text_of(part) for part in ("held", "asked")}
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "task.json").write_text(json.dumps(asked), encoding="utf-8")
            ran = subprocess.run(
                [sys.executable, str(Path(__file__).parent / "nlu_stock.py"), folder],
                check=False,
                capture_output=True,
                text=True,
            )
            if ran.returncode:
                raise SystemExit(ran.stderr[-5000:])
            told = json.loads((Path(folder) / "result.json").read_text(encoding="utf-8"))
        made = {
            part: np.log([[ranking.get(name, 0) + 1e-9 for name in data.names] for ranking in told[part]])
            for part in ("held", "asked")
        }
        return Result(
            lambda _: (made["held"], made["asked"]),
            told["seconds"],
            told["megabytes"],
            told["milliseconds"],
            (),
            note=f"with all of Rasa around it; model of {told['size']:.0f} MB",
        )

    return row


def stock_rows(epochs: int) -> dict[str, Row]:
    """Rasa's own classifiers; DIET trained for so many epochs."""
    return {
        "Rasa, LogisticRegressionClassifier": stock({"name": "LogisticRegressionClassifier", "ranking_length": 0}),
        f"Rasa, DIET, {epochs} epochs": stock({"name": "DIETClassifier", "epochs": epochs, "ranking_length": 0}),
    }


CHOICE = "kernel ridge, words + adapted (ours)"
WORDS = "kernel ridge, words"
BASELINE = "logistic, words (baseline)"
LINEAR = "linear SVM, words + adapted"

MODELS: dict[str, Row] = {
    BASELINE: learned(logistic, None),
    "linear SVM, words": learned(linear, None),
    "linear SVM, words + base": learned(linear, "base"),
    LINEAR: learned(linear, "adapted"),
    "logistic, base": learned(logistic, "base", words=False),
    "logistic, adapted": learned(logistic, "adapted", words=False),
    "contrastive head, base": learned(contrastive, "base", words=False),
    "nearest examples, base": learned(nearest, "base", words=False),
    "nearest examples, adapted": learned(nearest, "adapted", words=False),
    WORDS: learned(kernel(), None, bounded=True),
    "kernel ridge, base": learned(kernel(), "base", words=False, bounded=True),
    "kernel ridge, adapted": learned(kernel(), "adapted", words=False, bounded=True),
    "kernel ridge, words + base": learned(kernel(), "base", bounded=True),
    CHOICE: learned(kernel(), "adapted", bounded=True),
    "ensemble, ours + baseline": ensemble(CHOICE, BASELINE),
    "ensemble, ours + linear SVM": ensemble(CHOICE, LINEAR),
    "ours, first five re-ranked": reranker(CHOICE, WORDS),
    **{f"cascade, words from {limit:.2f}, else ours": cascade(WORDS, CHOICE, limit) for limit in (0.7, 0.8, 0.9)},
}
#: What Shape() was chosen from.
SHAPES: dict[str, Row] = {
    f"kernel ridge, {field} {value:g}": learned(kernel(Shape(**{field: value})), "adapted", bounded=True)
    for field, value in (("meaning", 1), ("meaning", 4), ("sharpness", 3), ("ridge", 0.1), ("ridge", 0.4))
}
