"""The classifier: which topic is asked for, or which step of a dialogue is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding import held_back
from bot.nlu.kernel import Array, KernelModel, Shape, Views
from bot.nlu.ranking import RANKING_LENGTH, label_of, set_ranking
from meldwijzer.topics import topics

#: The label of examples that look alarming and are not: it teaches what is no danger and is never predicted.
NO_EMERGENCY = "no_emergency"
#: Labels that take part in the regression but are not topics to choose from: danger is decided apart.
ASIDE = frozenset({NO_EMERGENCY, *(topic for topic in topics() if topic.startswith("nood."))})
#: Where a message carries how much it looks like danger, and which nood topic is likeliest.
DANGER, NOOD = "danger", "nood"
#: What the likeliest other topic, and likeness to what only sounds alarming, take off danger (bench/danger.py).
RIVAL, LOOKALIKE = 0.25, 0.15


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Tells the topic among all retrieval intents and dialogue acts at once.

    One classifier for all of them makes their confidences comparable, which an intent classifier followed
    by a response selector does not (rasa#9751).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of this component; the figures come from bench/nlu.py."""
        return vars(Shape())

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: KernelModel | None = None
    ) -> None:
        """Make a classifier, trained when `model` is given."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TopicClassifier:
        """Read a trained classifier."""
        with model_storage.read_from(resource) as folder:
            model = KernelModel.read(folder / "model.npz")
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all labelled examples."""
        examples = training_data.intent_examples
        views = Views.of(examples)
        if views is None:
            raise ValueError("the pipeline has no word features")
        shape = Shape(self._config["meaning"], self._config["sharpness"], self._config["ridge"])
        unseen = np.array([held_back(example.get(TEXT)) for example in examples])
        model = KernelModel.fit(views, [label_of(example) for example in examples], shape, ASIDE, unseen)
        with self._storage.write_to(self._resource) as folder:
            model.save(folder / "model.npz")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and danger of messages that hold features."""
        for message in messages:
            views = None if (message.get(TEXT) or "/").startswith("/") else Views.of([message])
            if self._model and views:
                scores = self._model.scores(views)
                chances = self._model.probabilities(scores, ASIDE)
                ranked = sorted(((label, float(chance[0])) for label, chance in chances.items()), key=lambda x: -x[1])
                set_ranking(message, ranked[:RANKING_LENGTH])
                margin, likeliest = danger(self._model, scores)
                message.set(DANGER, float(margin[0]))
                message.set(NOOD, likeliest[0])
        return messages


def danger(model: KernelModel, scores: Array) -> tuple[Array, list[str]]:
    """How much messages look like danger, about 0 to 1, and which nood topic is likeliest.

    The regression is linear in its targets, so the sum over the nood topics is the regression of danger itself.

    Args:
        model: that gave the scores.
        scores: shape (m, labels).

    Returns:
        The sum over the nood topics less a share of the likeliest other topic and of what only looks alarming, shape
        (m,), and m topic ids.
    """
    nood = [index for index, label in enumerate(model.labels) if label.startswith("nood.")]
    other = [index for index, label in enumerate(model.labels) if label not in ASIDE]
    margin: Array = scores[:, nood].sum(axis=1) - RIVAL * scores[:, other].max(axis=1)
    if NO_EMERGENCY in model.labels:
        margin -= LOOKALIKE * scores[:, model.labels.index(NO_EMERGENCY)]
    return margin, [model.labels[nood[best]] for best in scores[:, nood].argmax(axis=1)]
