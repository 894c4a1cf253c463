"""The decision whether the assistant is sure enough to answer."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.ranking import ranking_of
from meldwijzer.topics import OUT_OF_SCOPE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CertaintyGate(GraphComponent, IntentClassifier):
    """Rasa's FallbackClassifier for topics: it looks at the topic, not at the retrieval intent above it."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The components that must come before this one."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of this component; the figures come from bench/nlu.py.

        `threshold` is the confidence below which topics are offered instead of an answer, `gap` the
        difference between the first two below which they are.
        """
        return {"threshold": 0.7, "gap": 0.2}

    def __init__(self, config: dict[str, Any]) -> None:
        """Make the gate."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CertaintyGate:
        """Make the gate; there is nothing to train."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Give messages that are not clear, or hold nothing to go by, the fallback intent."""
        for message in messages:
            if not is_clear(ranking_of(message), self._config):
                message.set(INTENT, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}, add_to_output=True)
        return messages


def is_clear(ranking: list[tuple[str, float]], config: dict[str, Any]) -> bool:
    """Whether the first of a ranking may be answered.

    A nood topic that the emergency detector did not confirm is offered, never taken for granted. That a question
    is out of reach is said however unsure that is: the topics that it might be about are offered below it.
    """
    if not ranking:
        return False
    (label, first), second = ranking[0], ranking[1][1] if len(ranking) > 1 else 0.0
    if label.startswith("nood."):
        return first == 1.0
    if label == OUT_OF_SCOPE:
        return True
    return first >= config["threshold"] and first - second >= config["gap"]
