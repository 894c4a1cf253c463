"""The detector of immediate danger; it stands in front of everything else.

Two parts that each see what the other misses: rules (data/emergency.yml), which anyone can read and which
also work when the model does not, and the model of the topics, which is trained on the examples of nood.*,
on all other topics, and on messages that only look alarming.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.places import ONLY_PLACE, REGION
from bot.nlu.ranking import ranking_of, set_ranking
from bot.nlu.topics import DANGER, NOOD, TopicClassifier
from meldwijzer.settings import ROOT
from meldwijzer.topics import intent_of

#: The entity on what is answered, or asked back, with 112 in front, and on an emergency that may be none.
POSSIBLE = {"entity": "danger", "value": "possible", "start": 0, "end": 0}
LIKELY = {**POSSIBLE, "value": "likely"}
#: Intents whose answer is kept, with 112 in front, when danger is possible.
KEPT = {"topic", "region"}


class EmergencyRules:
    """The patterns of data/emergency.yml."""

    def __init__(self, danger: dict[str, list[str]], harmless: list[str]) -> None:
        """Compile the patterns.

        Args:
            danger: for each nood topic, patterns that mean danger wherever they stand in a message.
            harmless: patterns of messages that only ask about danger or tell of what is over.
        """
        self._danger = {topic: _any_of(patterns) for topic, patterns in danger.items()}
        self._harmless = _any_of(harmless)

    def topic(self, text: str) -> str | None:
        """The nood topic that a message calls for by the rules alone, or None."""
        text = normalised(text)
        return next((topic for topic, pattern in self._danger.items() if pattern.search(text)), None)

    def harmless(self, text: str) -> bool:
        """Whether a message by its form only asks for information."""
        return bool(self._harmless.search(normalised(text)))


def normalised(text: str) -> str:
    """Lower case, one blank between words, straight quotes: what the patterns are written for."""
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("`", "'")).strip()


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@lru_cache(maxsize=1)
def rules() -> EmergencyRules:
    """The rules of data/emergency.yml."""
    raw = yaml.safe_load((ROOT / "data" / "emergency.yml").read_text(encoding="utf-8"))
    return EmergencyRules(raw["danger"], raw["harmless"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EmergencyDetector(GraphComponent, IntentClassifier, EntityExtractorMixin):
    """Turns a message into an emergency, whatever the other classifiers made of it."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The components that must come before this one."""
        return [TopicClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of this component; the figures come from bench/danger.py.

        `threshold` is the danger at which the detector fires, `rule` what a danger pattern adds to the danger
        that the model sees, `harmless` what a harmless form takes off. Below `certain`, a question whose topic is
        clear (its confidence at least `clear`) keeps its answer, with 112 in front of it, and for any other the nood
        topic is offered among others. Below `beyond_doubt` other topics are offered after the answer to an emergency.
        """
        return {
            "threshold": 0.14, "certain": 0.42, "beyond_doubt": 0.7, "clear": 0.7, "rule": 0.06, "harmless": 0.09,
        }  # fmt: skip

    def __init__(self, config: dict[str, Any]) -> None:
        """Make the detector."""
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EmergencyDetector:
        """Make the detector; its model is that of the topics."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Put a nood topic first in the ranking of every message that may mean danger."""
        for message in messages:
            text = message.get(TEXT) or ""
            by_model = message.get(DANGER)
            if text.startswith("/") or by_model is None:
                continue
            by_rule = rules().topic(text) is not None
            danger = weighed(by_model, by_rule, rules().harmless(text), self._config)
            if danger < self._config["threshold"] or (message.get(ONLY_PLACE) and not by_rule):
                continue
            ranking = ranking_of(message)
            topic, confidence = ranking[0]
            # Names of places mean little to the model: what asks for the Veilig Thuis of one gets that, after 112.
            if danger >= self._config["certain"] and (topic != REGION or by_rule):
                set_ranking(message, [(message.get(NOOD), 1.0), *ranking])
                doubted = [dict(LIKELY)] if danger < self._config["beyond_doubt"] else []
                message.set(ENTITIES, self.add_extractor_name(doubted), add_to_output=True)
                continue
            if confidence < self._config["clear"] or intent_of(topic) not in KEPT:
                # Not sure enough of the one nor of the other: both are offered, with 112 in front.
                set_ranking(message, [(message.get(NOOD), min(confidence, self._config["clear"])), *ranking])
            found = self.add_extractor_name([dict(POSSIBLE)])
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def weighed(by_model: float, by_rule: bool, harmless: bool, config: dict[str, Any]) -> float:
    """Danger by model and rules together, about 0 to 1.

    Args:
        by_model: danger by the model.
        by_rule: a danger pattern matched.
        harmless: the form of the message only asks for information.
        config: see `EmergencyDetector.get_default_config`.
    """
    return float(by_model + config["rule"] * by_rule - config["harmless"] * harmless)
