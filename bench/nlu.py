"""Compare ways to understand a question, cross-validated on data/nlu; keeps the reasons for config.yml.

    uv run python bench/nlu.py             # this project's kernels and logistic regression, some minutes
    uv run python bench/nlu.py --stock     # and Rasa's own DIET and LogisticRegressionClassifier, an hour

Baseline of the ratios: logistic regression on TF-IDF of words and characters. The choice is made on
cross-validation; tests/nlu/questions.yml, which nobody tuned to, is shown beside it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from rasa.shared.nlu.training_data.loading import load_data
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot import evaluation
from bot.nlu.dutch import build, words_of
from bot.nlu.embedding import embed, embed_examples
from bot.nlu.featurizers import word_vectorizers
from bot.nlu.kernel import KernelModel, Shape, Views
from bot.nlu.ranking import label_of
from bot.nlu.topics import ASIDE, NO_EMERGENCY
from meldwijzer.settings import ROOT

FOLDS = 4
Predict = Callable[[Views], np.ndarray]


def main() -> None:
    """Print the table."""
    texts, labels = examples()
    questions = [(question.text, question.topic) for question in evaluation.questions()]
    print(f"{len(texts)} examples of {len(set(labels))} labels, {len(questions)} separate questions, {FOLDS} folds")
    data = Data(texts, labels, questions)
    print(
        f"{'model':44} {'cv top1':>8} {'top3':>6} {'ECE':>6} {'test top1':>10} {'top3':>6} {'train s':>8} {'ratio':>6}"
    )
    baseline: float | None = None
    for name, fit in MODELS.items():
        row = measure(data, fit)
        baseline = baseline or row["seconds"]
        print(
            f"{name:44} {row['cv1']:8.3f} {row['cv3']:6.3f} {row['ece']:6.3f} {row['test1']:10.3f} {row['test3']:6.3f} "
            f"{row['seconds']:8.1f} {row['seconds'] / baseline:6.2f}",
            flush=True,
        )
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    if "--stock" in sys.argv:
        stock()


def examples() -> tuple[list[str], list[str]]:
    """The training examples with their labels."""
    loaded = load_data(str(ROOT / "data" / "nlu")).intent_examples
    return [message.get("text") for message in loaded], [label_of(message) for message in loaded]


class Data:
    """All features, made once."""

    def __init__(self, texts: list[str], labels: list[str], questions: list[tuple[str, str]]) -> None:
        """Make the features of examples and questions."""
        nlp = build()
        self.labels = np.array(labels)
        self.truth = [topic for _, topic in questions]
        asked = [text for text, _ in questions]
        self._texts = [[words_of(nlp(t.lower())), t.lower()] for t in texts]
        self._asked = [[words_of(nlp(t.lower())), t.lower()] for t in asked]
        self.meaning, self.asked_meaning = embed_examples(texts), embed(asked)

    def split(self, train: np.ndarray, test: np.ndarray | None) -> tuple[Views, Views]:
        """Views of the training part and of the test part, or of the separate questions for None."""
        vectorizers = word_vectorizers()
        held = self._asked if test is None else [self._texts[i] for i in test]
        train_words, test_words = [], []
        for position, vectorizer in enumerate(vectorizers):
            train_words.append(vectorizer.fit_transform([self._texts[i][position] for i in train]))
            test_words.append(vectorizer.transform([pair[position] for pair in held]))
        meaning = self.asked_meaning if test is None else None if self.meaning is None else self.meaning[test]
        return (
            Views(hstack(train_words, format="csr"), None if self.meaning is None else self.meaning[train]),
            Views(hstack(test_words, format="csr"), meaning),
        )


def measure(data: Data, fit: Callable[[Views, np.ndarray], tuple[list[str], Predict]]) -> dict[str, float]:
    """Accuracy, calibration and training time of one way."""
    right1, right3, sure = [], [], []
    seconds = 0.0
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(data.labels, data.labels):
        seen, held = data.split(train, test)
        start = time.perf_counter()
        names, predict = fit(seen, data.labels[train])
        seconds = max(seconds, time.perf_counter() - start)
        rows, truth = predict(held), data.labels[test]
        keep = truth != NO_EMERGENCY
        ranked = np.array(names)[np.argsort(-rows[keep], axis=1)[:, :3]]
        right1 += list(ranked[:, 0] == truth[keep])
        right3 += list((ranked == truth[keep, None]).any(axis=1))
        sure += list(rows[keep].max(axis=1))
    seen, held = data.split(np.arange(len(data.labels)), None)
    names, predict = fit(seen, data.labels)
    ranked = np.array(names)[np.argsort(-predict(held), axis=1)[:, :3]]
    truth = np.array(data.truth)
    return {
        "cv1": float(np.mean(right1)),
        "cv3": float(np.mean(right3)),
        "ece": calibration_error(np.array(sure), np.array(right1)),
        "test1": float((ranked[:, 0] == truth).mean()),
        "test3": float((ranked == truth[:, None]).any(axis=1).mean()),
        "seconds": seconds,
    }


def calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over `bins` bins."""
    places = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            (places == place).mean() * abs(sure[places == place].mean() - right[places == place].mean())
            for place in range(bins)
            if (places == place).any()
        )
    )


def kernel(shape: Shape, *, meaning: bool = True) -> Callable[[Views, np.ndarray], tuple[list[str], Predict]]:
    """Kernel ridge regression as in bot/nlu/kernel.py."""

    def fit(views: Views, labels: np.ndarray) -> tuple[list[str], Predict]:
        def used(v: Views) -> Views:
            return v if meaning else Views(v.words, None)

        model = KernelModel.fit(used(views), list(labels), shape, ASIDE)
        names = [label for label in model.labels if label not in ASIDE]

        def predict(held: Views) -> np.ndarray:
            chances = model.probabilities(model.scores(used(held)), ASIDE)
            return np.stack([chances[name] for name in names], axis=1)

        return names, predict

    return fit


def logistic(view: str) -> Callable[[Views, np.ndarray], tuple[list[str], Predict]]:
    """Logistic regression on one view."""

    def features(views: Views) -> csr_matrix | np.ndarray:
        chosen: csr_matrix | np.ndarray = getattr(views, view)
        return chosen

    def fit(views: Views, labels: np.ndarray) -> tuple[list[str], Predict]:
        keep = labels != NO_EMERGENCY
        model = LogisticRegression(C=30, max_iter=60, tol=1e-3).fit(features(views)[np.where(keep)[0]], labels[keep])
        return list(model.classes_), lambda held: model.predict_proba(features(held))

    return fit


def stock() -> None:
    """Train and test Rasa's own classifiers on the same data, through Rasa's own command line."""
    import subprocess
    import tempfile

    for name, classifier in (
        ("DIET", "[{name: DIETClassifier, epochs: 100}]"),
        ("logistic regression", "[{name: LogisticRegressionClassifier}]"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "config.yml"
            pipeline = [
                {"name": "WhitespaceTokenizer"},
                {"name": "CountVectorsFeaturizer"},
                {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
                *yaml.safe_load(classifier),
            ]
            config.write_text(yaml.safe_dump({"recipe": "default.v1", "language": "nl", "pipeline": pipeline}))
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "rasa", "test", "nlu", "--cross-validation", "-f", str(FOLDS), "-c", str(config),
                 "-u", str(ROOT / "data" / "nlu"), "--out", folder, "--no-plot"],
                check=True,
            )  # fmt: skip
            print(f"Rasa {name}: {time.perf_counter() - start:.0f} s for {FOLDS} folds; report above and in {folder}")


MODELS = {
    "logistic regression, words (baseline)": logistic("words"),
    "logistic regression, meaning": logistic("meaning"),
    "kernel ridge, words": kernel(Shape(), meaning=False),
    "kernel ridge, meaning 1, sharpness 1.5": kernel(Shape(meaning=1.0)),
    "kernel ridge, meaning 2, sharpness 1.5 (ours)": kernel(Shape()),
    "kernel ridge, meaning 2, sharpness 3": kernel(Shape(sharpness=3.0)),
    "kernel ridge, meaning 4, sharpness 1.5": kernel(Shape(meaning=4.0)),
}

if __name__ == "__main__":
    main()
