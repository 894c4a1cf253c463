"""Recording an advice request: a form with closed answers only."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from abc import ABC, abstractmethod
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions.conversation import ADVICE_TOPIC, looks_like_question
from meldwijzer import logs
from meldwijzer.database import AdviceRequest, record
from meldwijzer.knowledge import knowledge
from meldwijzer.regions import UNKNOWN, Place, regions
from meldwijzer.reply import Button, Reply
from meldwijzer.settings import settings
from meldwijzer.terms import terms
from meldwijzer.topics import payload

NETHERLANDS = ZoneInfo("Europe/Amsterdam")
FIELDS = tuple(terms())
CONFIRMED = "confirmed"
#: A random name for what is being recorded, so that it is recorded once.
DRAFT = "draft"
#: What may be taken from the sentence that starts the form, since a word of it cannot be mistaken for another list.
FROM_FIRST_SENTENCE = ("sector", "violence", "age")
RESUMED = "We gaan verder met uw adviesvraag."
CORRECTION = re.compile(
    r"\b(nee|toch|niet|fout(je)?|verkeerd|wijzig|verander|aanpassen|bedoel(de)?|moet zijn|corrigeer|in plaats van)\b",
    re.IGNORECASE,
)
YEARS = re.compile(r"\b(\d{1,3})\s*(jaar|jaren|jr|j|jarige?)?\b", re.IGNORECASE)
MONTHS = re.compile(r"\b\d{1,2}\s*(maand(en)?|mnd|weken|wk)\b", re.IGNORECASE)
#: Upper bound in years, included, of each age group.
AGE_GROUPS = ((3, "0-3"), (11, "4-11"), (17, "12-17"), (64, "18-64"), (120, "65-plus"))


class AskField(Action, ABC):
    """Asks for one value of the advice request."""

    @property
    @abstractmethod
    def field(self) -> str:
        """The slot to ask for."""

    def name(self) -> str:
        """The name that Rasa gives to the question for a slot."""
        return f"action_ask_{self.field}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask."""
        begins = tracker.latest_message["intent"]["name"] == "record_advice" and self.field == FIELDS[0]
        dispatcher.utter_message(**question(self.field, tracker.slots, introduced=not begins).to_rasa())
        if self.field == CONFIRMED and not tracker.get_slot(DRAFT):
            return [SlotSet(DRAFT, secrets.token_hex(16))]
        return []


class AskSector(AskField):  # noqa: D101
    field = "sector"


class AskRegion(AskField):  # noqa: D101
    field = "region"


class AskSubject(AskField):  # noqa: D101
    field = "subject"


class AskStep(AskField):  # noqa: D101
    field = "step"


class AskViolence(AskField):  # noqa: D101
    field = "violence"


class AskAge(AskField):  # noqa: D101
    field = "age"


class AskOutcome(AskField):  # noqa: D101
    field = "outcome"


class AskConfirmed(AskField):  # noqa: D101
    field = CONFIRMED


def question(field: str, slots: dict[str, Any], *, introduced: bool = True) -> Reply:
    """The question for one slot of the form.

    Args:
        field: name of a list of data/terms.yml, or `confirmed`.
        slots: the answers so far.
        introduced: the form was explained before.
    """
    if field == CONFIRMED:
        return Reply(
            "Dit leg ik vast:\n" + summary(slots) + "\n\nDe dag en het kanaal komen erbij, uw naam niet. Klopt het?",
            (
                Button("Vastleggen", payload("affirm")),
                *(Button(f"Wijzig: {words.summary}", payload("change", field=name)) for name, words in terms().items()),
                Button("Niet vastleggen", payload("stop")),
            ),
            ADVICE_TOPIC,
        )
    words = terms()[field]
    number = f"Vraag {FIELDS.index(field) + 1} van {len(FIELDS)}. "
    intro = "" if introduced else knowledge()[ADVICE_TOPIC].answer.strip() + "\n\n"
    return Reply(
        intro + number + words.ask,
        tuple(Button(option.label, payload("inform", **{field: option.id})) for option in words.options.values()),
        ADVICE_TOPIC,
    )


def summary(slots: dict[str, Any]) -> str:
    """The answers so far, a line each, in the words of the buttons."""
    return "\n".join(f"- {words.summary}: {shown(name, slots.get(name))}" for name, words in terms().items())


def shown(field: str, value: str | None) -> str:
    """A recorded value in the words that a user knows."""
    option = terms()[field].options.get(value or "")
    if option:
        return option.label
    place = regions().get(value or "") if field == "region" else None
    if place and place.organisation:
        return place.organisation.name
    return "-"


def answers(text: str, intent: str, entities: list[dict[str, Any]], requested: str | None) -> dict[str, Any]:
    """The slots that a message fills, changes or empties.

    Args:
        text: what was typed, or the payload of a button.
        intent: of the message.
        entities: of the message, values closed.
        requested: the slot that was asked for; None when the form starts.

    Returns:
        Values by slot; None asks for it again. Nothing when the message is no answer but a question.
    """
    values: dict[str, str] = {}
    for found in entities:
        values.setdefault(found["entity"], found["value"])
    if intent == "previous":
        before = FIELDS[: FIELDS.index(requested)] if requested in FIELDS else FIELDS
        return {before[-1]: None} if before else {}
    if intent == "anew":
        return dict.fromkeys((*FIELDS, CONFIRMED))
    if intent == "inform":
        return {name: values[name] for name in FIELDS if name in values and values[name] in terms()[name].options}
    if intent == "change" and "field" in values:
        return {values["field"]: None} if values["field"] in FIELDS else {}
    if requested is None:
        return {name: values[name] for name in FROM_FIRST_SENTENCE if name in values}
    if looks_like_question(text) or intent == "stop":
        return {}
    corrected = _correction(text, values, requested) if CORRECTION.search(text) or intent == "change" else {}
    if corrected or requested == CONFIRMED:
        return corrected or ({CONFIRMED: True} if intent == "affirm" else {})
    value = _value(text, intent, values, requested)
    return {requested: value} if value else {}


def _correction(text: str, values: dict[str, str], requested: str) -> dict[str, Any]:
    """New values for lists that were answered before; a list that is only named is asked for again."""
    changed: dict[str, Any] = {name: values[name] for name in FIELDS if name in values and name != requested}
    if changed:
        return changed
    named = next((n for n, words in terms().items() if words.summary.lower().split()[0] in text.lower()), None)
    return {named: None} if named and named != requested else {}


def _value(text: str, intent: str, values: dict[str, str], requested: str) -> str | None:
    if requested == "region" and values.get("place", UNKNOWN) != UNKNOWN:
        place = regions().get(values["place"])
        return place.key if place and place.organisation else None
    if requested in values:
        return values[requested]
    if requested == "age":
        return age_group(text)
    return terms()[requested].unknown if intent == "dont_know" else None


def age_group(text: str) -> str | None:
    """The age group of an age in digits: `een jongen van 9`, `8 maanden`."""
    if MONTHS.search(text):
        return AGE_GROUPS[0][1]
    years = YEARS.search(text)
    return next((group for most, group in AGE_GROUPS if int(years.group(1)) <= most), None) if years else None


class ValidateAdviceForm(FormValidationAction):
    """Fills the form from buttons, from words and from corrections."""

    def name(self) -> str:
        """The name that Rasa gives to the validation of the form."""
        return "validate_advice_form"

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The slots that the latest message fills or changes; their values are those of closed lists."""
        message = tracker.latest_message
        requested = tracker.get_slot("requested_slot")
        if requested and message["intent"]["name"] == "record_advice":
            dispatcher.utter_message(**Reply(RESUMED, topic=ADVICE_TOPIC).to_rasa())
            return [SlotSet(requested, None)]
        filled = answers(message.get("text") or "", message["intent"]["name"], message["entities"], requested)
        place = regions().get(next((e["value"] for e in message["entities"] if e["entity"] == "place"), ""))
        if requested == "region" and not filled and place and not place.organisation:
            dispatcher.utter_message(**_which_region(place).to_rasa())
        return [SlotSet(name, value) for name, value in filled.items()]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Nothing beforehand: one method decides on all slots, since an answer may change an earlier one."""
        return []


def _which_region(place: Place) -> Reply:
    names = ", ".join(f"{m.name} ({m.province})" for m in place.candidates) or ", ".join(
        organisation.name for organisation in place.organisations
    )
    return Reply(f"Bij {place.label} passen meer antwoorden: {names}. Noem de gemeente.", topic=ADVICE_TOPIC)


class ActionRecordAdvice(Action):
    """Writes the confirmed advice request to the register."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_record_advice"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Write one row; when that fails the answers stay and can be confirmed once more."""
        if not tracker.get_slot(CONFIRMED):
            return []
        try:
            record(row(tracker.slots, tracker.get_latest_input_channel() or ""), tracker.get_slot(DRAFT) or "")
        except SQLAlchemyError as error:
            logs.logger("actions").error("advice request not recorded: %s", type(error).__name__)
            reply = Reply(
                "Vastleggen is niet gelukt. Uw antwoorden zijn er nog; probeer het straks opnieuw.",
                (Button("Opnieuw vastleggen", payload("record_advice")),),
                ADVICE_TOPIC,
            )
            dispatcher.utter_message(**reply.to_rasa())
            return [SlotSet(CONFIRMED, None)]
        text = "Vastgelegd, zonder iets dat naar een persoon wijst:\n" + summary(tracker.slots)
        text += "\n\nVoor uw eigen dossier legt u zelf vast wat u deed en waarom."
        buttons = (Button("Nog een adviesvraag", payload("record_advice")),)
        dispatcher.utter_message(**Reply(text, buttons, ADVICE_TOPIC).to_rasa())
        return cleared()


def row(slots: dict[str, Any], channel: str) -> AdviceRequest:
    """The row of a confirmed advice request.

    Args:
        slots: closed values by list name.
        channel: `web` or `telegram`.
    """
    place = regions().get(slots["region"])
    region = place.organisation.slug if place and place.organisation else "onbekend"
    one = place.candidates[0].name if place and len(place.candidates) == 1 else None
    return AdviceRequest(
        day=dt.datetime.now(NETHERLANDS).date(),
        region=region,
        municipality=one if settings().register_municipality else None,
        sector=slots["sector"],
        topic=slots["subject"],
        step=slots["step"],
        form_of_violence=slots["violence"],
        age_group=slots["age"],
        outcome=slots["outcome"],
        channel=channel,
    )


def cleared() -> list[dict[str, Any]]:
    """Empty the form, but for the sector, which also colours later answers."""
    return [SlotSet(name, None) for name in (*FIELDS, CONFIRMED, DRAFT) if name != "sector"]
