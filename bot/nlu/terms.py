"""Entities from our own closed lists: the values that an advice request is recorded with."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

#: What stands before the sector of the user's own, at most a few words away.
OWN = re.compile(
    r"\b(ik ben|ben ik|ik werk|werk ik|werkzaam|ik zit|wij zijn|wij werken|we werken|bij ons|vanuit|namens|"
    r"als(?! (de|het|een|er|ze|hij|zij|ik|we|wij|mijn|onze|haar|zijn|hun)\b))\b[^.?!]{0,25}$",
    re.IGNORECASE,
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TermExtractor(GraphComponent, EntityExtractorMixin):
    """Turns the spans that the spaCy pipeline found into entities with the id of the list as value."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TermExtractor:
        """Make the extractor; there is nothing to train."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add an entity for every term; of terms of one list that overlap only the longest."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is None:
                continue
            taken: set[tuple[str, int]] = set()
            found = []
            for span in sorted(doc.spans["terms"], key=lambda span: span.start - span.end):
                places = {(span.label_, index) for index in range(span.start, span.end)}
                if not places & taken:
                    taken |= places
                    found.append(
                        {
                            "entity": span.label_,
                            "value": span.id_,
                            "start": span.start_char,
                            "end": span.end_char,
                            "confidence_entity": 1.0,
                        }
                    )
                    if span.label_ == "sector" and OWN.search(doc.text[: span.start_char]):
                        found[-1]["role"] = "own"
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages
