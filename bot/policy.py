"""The policy that comes before the rules: emergencies first, and a turn that was not understood ends."""

from __future__ import annotations

from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

ANSWER = "action_answer"
CLARIFY = "action_clarify"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafeguardPolicy(Policy):
    """Two things that rules cannot do.

    It answers what is or may be an emergency and then listens, also while a form waits for something else: RulePolicy
    first gives the form the message, and the form might take a word of it as the answer to its question.
    And it listens after asking back outside a form: where no rule fits, RulePolicy would ask back again and again.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of this policy: its priority must be above that of RulePolicy."""
        return {"priority": 7}

    def _create_featurizer(self) -> TrackerFeaturizer | None:
        return None

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **_: Any) -> Resource:
        """Nothing to learn."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> SafeguardPolicy:
        """Make the policy; nothing was stored."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **_: Any,
    ) -> PolicyPrediction:
        """Predict the answer after an emergency, listening after that and after asking back, else nothing."""
        probabilities = self._default_predictions(domain)
        alarmed = _answer_to_danger(tracker)
        action = None
        asked_back = tracker.latest_action_name == CLARIFY and not tracker.active_loop_name
        if asked_back or (alarmed and tracker.latest_action_name == alarmed):
            action = ACTION_LISTEN_NAME
        elif alarmed and tracker.latest_action_name == ACTION_LISTEN_NAME:
            action = alarmed
        if action:
            probabilities[domain.index_for_action(action)] = 1.0
        # Like the form's own prediction this one does not depend on the rules for what users say.
        return self._prediction(probabilities, is_no_user_prediction=action is not None)


def _answer_to_danger(tracker: DialogueStateTracker) -> str | None:
    """The action for a message that is or may be an emergency; None for any other."""
    message = tracker.latest_message
    if message is None:
        return None
    intent = message.intent.get("name")
    possible = any(entity.get("entity") == "danger" for entity in message.entities)
    if intent == "emergency" or (possible and intent == "topic"):
        return ANSWER
    return CLARIFY if possible and intent == DEFAULT_NLU_FALLBACK_INTENT_NAME else None
