"""Places in a message, as entities with a closed value, and what they say about the question."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.ranking import ranking_of, set_ranking
from meldwijzer.regions import ABROAD, UNKNOWN, Reading, Regions, regions
from meldwijzer.topics import OUT_OF_SCOPE

REGION = "vt.regio"
#: Topics about how to reach Veilig Thuis: with a place in the message the answer is that of the region.
CONTACT = {REGION, "vt.contact"}
#: Where a message carries that it is a place and no more.
ONLY_PLACE = "only_place"
#: Words that ask whom to call, in a message whose topic is not clear otherwise.
ASKS_WHOM = re.compile(
    r"\b(vt|veilig ?thuis|meldpunt|steunpunt|amhk|nr|\w*nummer|telefoon|bel|bellen|meld|melden|regio|valt|vallen|hoort|"
    r"horen|terecht|advies|overleggen|aanspreekpunt|aan wie|wie doet|wie moet ik|welke organisatie)\b",
    re.IGNORECASE,
)
#: Confidence above which another topic is clearly what is asked, unless contact is among the first few.
CLEAR = 0.6
NEAR = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PlaceExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the place that a message names; a message that is a place and no more asks for its region."""

    def __init__(self, places: Regions) -> None:
        """Make the extractor."""
        self._places = places

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceExtractor:
        """Make the extractor; there is nothing to train."""
        return cls(regions())

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entity `place` and, where the place decides what is asked, the topic."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/") or not message.get(INTENT):
                continue
            ranking = ranking_of(message)
            # Who names a place and asks nothing that is clearly something else, asks for its Veilig Thuis.
            likely = {label for label, _ in ranking[:NEAR]}
            outside = bool(ranking) and ranking[0][0] == OUT_OF_SCOPE
            if outside:
                asked = bool(ASKS_WHOM.search(text))
            else:
                asked = not ranking or ranking[0][1] < CLEAR or bool(CONTACT & likely)
            reading = self._places.read(text)
            unknown = reading.unknown and bool(ranking) and ranking[0][0] == REGION
            if (reading.place and (asked or reading.only)) or (reading.abroad and reading.only) or unknown:
                # Whatever else it looked like is no second meaning of the message.
                rest = [(label, confidence / 2) for label, confidence in ranking if label != REGION]
                ranking = [(REGION, 1.0), *rest]
                set_ranking(message, ranking)
                message.set(ONLY_PLACE, reading.only)
            if value := _value(reading, region_asked=bool(ranking) and ranking[0][0] == REGION):
                entity = {
                    "entity": "place",
                    "value": value,
                    "start": 0,
                    "end": len(text),
                    "confidence_entity": 1.0,
                }
                found = self.add_extractor_name([entity])
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _value(reading: Reading, *, region_asked: bool) -> str | None:
    """The closed value of the entity; a place that is not in the data only matters in a question for a region."""
    if reading.place:
        return reading.place.key
    if not region_asked:
        return None
    return ABROAD if reading.abroad else UNKNOWN if reading.unknown else None
