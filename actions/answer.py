"""Answering: one action renders every topic."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import asked_topic, dialogue_topic, entity, here, ranking
from actions.region import reply_for
from meldwijzer.dates import in_words
from meldwijzer.knowledge import Entry, knowledge
from meldwijzer.regions import regions
from meldwijzer.reply import Button, Reply, answer, button_for, explanation
from meldwijzer.suggestions import stands_alone, suggestions
from meldwijzer.terms import terms
from meldwijzer.topics import OUT_OF_SCOPE, payload

PEOPLE = "bot.mens"
HELP = "bot.help"
#: "Ik werk in het onderwijs" tells the sector and asks nothing; longer messages ask something as well.
MOST_WORDS_ABOUT_ONESELF = 7
UNCLEAR = "Ik weet niet zeker wat u bedoelt. Gaat uw vraag over een van deze onderwerpen?"
UNCLEAR_WITHOUT_TOPICS = (
    "Ik begrijp uw vraag niet. Kunt u het anders zeggen, bijvoorbeeld met een paar trefwoorden? "
    "Bij direct gevaar: bel 112. Bij twijfel over veiligheid: Veilig Thuis, 0800-2000."
)
STILL_UNCLEAR = (
    "Ik begrijp u nog niet goed. Overleg met een mens: Veilig Thuis, 0800-2000, gratis, dag en nacht, "
    "of de aandachtsfunctionaris van uw organisatie. Bij direct gevaar: bel 112."
)
#: Topics about calling Veilig Thuis: who names a place as well gets the Veilig Thuis of that place too.
REACHING = {"vt.contact", "vt.advies", "vt.melding", "vt.advies_of_melding", "vt.burger", "vt.wanneer"}
#: Stand before what may have been meant besides the answer.
OTHERWISE = "Bedoelde u iets anders?"
NO_DANGER = "Is er geen direct gevaar? Dan bedoelde u misschien:"
BACK_TO_GROUP = Button("Verder met de groep", payload("join"))
SOMETHING_ELSE = Button("Iets anders", payload("something_else"))
NOT_AN_ANSWER = "Dat herken ik niet als antwoord. Kies een knop, stel gerust eerst een vraag, of typ 'stop'."


class ActionAnswer(Action):
    """Shows the answer on the topic asked for."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the answer; a topic that has none yet is said to be out of reach."""
        place = here(tracker)
        answers = knowledge(place)
        entry = answers.get(asked_topic(tracker) or OUT_OF_SCOPE, answers[OUT_OF_SCOPE])
        own = entity(tracker, "sector", "own")
        sector = entity(tracker, "sector", "asked") or own or tracker.get_slot("sector")
        reply = answer(entry, sector, place)
        if entity(tracker, "danger") == "possible":
            reply = reply.with_caution()
        elif reply.emergency and (button := resume(tracker)):
            reply = replace(reply, buttons=(button, *reply.buttons))
        elif tracker.get_slot("group"):
            reply = replace(reply, buttons=(*reply.buttons, BACK_TO_GROUP))
        dispatcher.utter_message(**reply.to_rasa())
        if entry.topic in REACHING and (where := regions().get(entity(tracker, "place") or "")):
            dispatcher.utter_message(**reply_for(where).to_rasa())
        if second := answers.get(entity(tracker, "second") or ""):
            dispatcher.utter_message(**answer(second, sector, place).to_rasa())
        elif offered := otherwise(tracker, entry.topic, place):
            dispatcher.utter_message(**offered.to_rasa())
        return [
            SlotSet("topic", entry.topic),
            SlotSet("unclear", None),
            SlotSet("place", place),
            SlotSet("sector", own or tracker.get_slot("sector")),
        ]


class ActionExplain(Action):
    """Shows the further explanation of a topic: that of the button, else the last one answered."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_explain"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the explanation, or what the assistant can do when nothing was answered yet."""
        pressed = entity(tracker, "topic")
        place = here(tracker)
        answers = knowledge(place)
        entry = answers.get(pressed or tracker.get_slot("topic") or "", answers[HELP])
        dispatcher.utter_message(**explanation(entry, place).to_rasa())
        return [SlotSet("topic", entry.topic), SlotSet("unclear", None)]


class ActionSource(Action):
    """Shows where the last answer stands."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_source"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the sources of the last answer, or what the assistant can do when nothing was answered yet."""
        entry = last_answered(tracker)
        if entry is None:
            dispatcher.utter_message(**answer(knowledge()[HELP]).to_rasa())
            return [SlotSet("topic", HELP)]
        lines = "\n".join(f"- {source.title}, {source.where}" for source in entry.sources)
        text = f"Het antwoord over '{entry.label}' rust op:\n{lines}\n\nGecontroleerd op {in_words(entry.checked_on)}."
        reply = answer(entry, municipality=here(tracker))
        dispatcher.utter_message(**replace(reply, text=text).to_rasa())
        return [SlotSet("unclear", None)]


class ActionShorten(Action):
    """Shows the heart of the last answer."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_shorten"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show the first paragraph of the last answer, or what the assistant can do when nothing was answered yet."""
        entry = last_answered(tracker)
        if entry is None:
            dispatcher.utter_message(**answer(knowledge()[HELP]).to_rasa())
            return [SlotSet("topic", HELP)]
        reply = answer(entry, municipality=here(tracker))
        dispatcher.utter_message(**replace(reply, text=heart(entry.answer)).to_rasa())
        return [SlotSet("unclear", None)]


class ActionForgetSector(Action):
    """Takes no sector into account any more."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_forget_sector"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Forget the sector, and say so."""
        text = "Ik houd geen rekening meer met uw sector. U kunt een andere noemen, zoals 'ik werk in de ggz'."
        dispatcher.utter_message(**Reply(text, topic=HELP).to_rasa())
        return [SlotSet("sector", None)]


class ActionClarify(Action):
    """Offers topics when the question is not clear, and leads to people the second time."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Offer at most three topics that there is an answer on, likeliest first."""
        if entity(tracker, "danger"):
            dispatcher.utter_message(**cautioned(tracker).to_rasa())
            return [SlotSet("unclear", None)]
        if dialogue := dialogue_topic(tracker):
            dispatcher.utter_message(**Reply(NOT_AN_ANSWER, topic=dialogue).to_rasa())
            return []
        own = entity(tracker, "sector", "own")
        if own and len((tracker.latest_message["text"] or "").split()) <= MOST_WORDS_ABOUT_ONESELF:
            label = terms()["sector"].options[own].label
            text = f"Dank u. Ik houd rekening met uw sector: {label}. Wat wilt u weten?"
            dispatcher.utter_message(**replace(answer(knowledge()[HELP]), text=text).to_rasa())
            return [SlotSet("sector", own), SlotSet("topic", HELP)]
        if tracker.latest_message["intent"]["name"] != "nlu_fallback":
            # Half a dialogue, such as "ja" while nothing was asked.
            dispatcher.utter_message(**answer(knowledge()[HELP]).to_rasa())
            return [SlotSet("topic", HELP)]
        place = here(tracker)
        offered = suggestions(ranking(tracker), place)
        again = bool(tracker.get_slot("unclear"))
        if again:
            text = STILL_UNCLEAR + (" Of bedoelt u een van deze onderwerpen?" if offered else "")
        else:
            text = UNCLEAR if offered else UNCLEAR_WITHOUT_TOPICS
        buttons = (*(button_for(topic, place) for topic in offered), SOMETHING_ELSE) if offered else ()
        if tracker.get_slot("group"):
            buttons = (*buttons, BACK_TO_GROUP)
        topic = None if offered else PEOPLE if again else OUT_OF_SCOPE
        dispatcher.utter_message(**Reply(text, buttons, topic, suggestions=offered).to_rasa())
        return [SlotSet("unclear", value=True), SlotSet("sector", own or tracker.get_slot("sector"))]


class ActionRefer(Action):
    """Leads to people when none of the offered topics was meant."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_refer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Show whom to ask."""
        dispatcher.utter_message(**answer(knowledge()[PEOPLE]).to_rasa())
        return [SlotSet("topic", PEOPLE), SlotSet("unclear", value=True)]


def cautioned(tracker: Tracker) -> Reply:
    """112 first, then what the latest message may have meant: an emergency, or something else."""
    place, ranked = here(tracker), ranking(tracker)
    # It has a button of its own, beside the topics that the question may be about.
    danger = next((label for label, _ in ranked if label.startswith("nood.")), "nood.acuut")
    offered = suggestions(ranked, place, besides=[danger])
    leading = (button_for(danger, place), *filter(None, [resume(tracker)]))
    buttons = (*leading, *(button_for(topic, place) for topic in offered), SOMETHING_ELSE)
    return Reply(UNCLEAR, buttons, suggestions=offered).with_caution()


def otherwise(tracker: Tracker, topic: str, place: str | None) -> Reply | None:
    """What else the latest message may have meant; None when that is clear, or when a dialogue goes on.

    Args:
        tracker: the conversation.
        topic: that was answered.
        place: the municipality whose answers there are.
    """
    ranked = ranking(tracker)
    alarmed = entity(tracker, "danger") == "likely"
    if tracker.active_loop.get("name") or (stands_alone(ranked) and not alarmed):
        return None
    offered = suggestions(ranked, place, besides=[topic])
    buttons = tuple(button_for(each, place) for each in offered)
    return Reply(NO_DANGER if alarmed else OTHERWISE, buttons, suggestions=offered) if offered else None


def resume(tracker: Tracker) -> Button | None:
    """The button that leads back to the dialogue that an emergency came in between of."""
    if dialogue_topic(tracker) is None:
        return BACK_TO_GROUP if tracker.get_slot("group") else None
    flow = (tracker.get_slot("flow") or {}).get("flow", "")
    by_flow = tracker.active_loop.get("name") == "flow_form"
    return Button("Verder waar ik was", payload("flow", flow=flow) if by_flow else payload("record_advice"))


def last_answered(tracker: Tracker) -> Entry | None:
    """The answer that was shown last, if any."""
    return knowledge(here(tracker)).get(tracker.get_slot("topic") or "")


def heart(text: str) -> str:
    """The first paragraph of an answer; with the one after it where it only announces a list."""
    first, _, rest = text.strip().partition("\n\n")
    return f"{first}\n\n{rest.partition(chr(10) * 2)[0]}" if first.endswith(":") else first
