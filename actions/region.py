"""Finding the Veilig Thuis of a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import entity
from meldwijzer.contacts import Contact, contacts
from meldwijzer.dates import in_words
from meldwijzer.knowledge import Source, knowledge
from meldwijzer.regions import ABROAD, UNKNOWN, Municipality, Organisation, Place, regions
from meldwijzer.reply import Button, Region, Reply, answer
from meldwijzer.topics import payload

TOPIC = "vt.regio"
LANDELIJK = "0800-2000"
MOST_CANDIDATES = 8


class ActionRegion(Action):
    """Shows the Veilig Thuis of the place in the message, or asks which place is meant."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_region"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Look the place up; without one in the message, that of earlier in the conversation."""
        key = entity(tracker, "place")
        known = tracker.get_slot("place")
        place = regions().get(key or known or "")
        reply = reply_for(place, unknown=key == UNKNOWN, abroad=key == ABROAD)
        dispatcher.utter_message(**(reply.with_caution() if entity(tracker, "danger") else reply).to_rasa())
        found = place.key if place and place.organisation else known
        return [SlotSet("place", found), SlotSet("topic", TOPIC), SlotSet("unclear", None)]


def reply_for(place: Place | None, *, unknown: bool = False, abroad: bool = False) -> Reply:
    """The answer on a place.

    Args:
        place: what was found; None when no place was named.
        unknown: a place was named that is not in the data.
        abroad: a place was named that lies outside the Netherlands.
    """
    if abroad:
        return ask(
            "Deze plaats valt buiten de regio's van Veilig Thuis: die liggen alle in Europees Nederland. Woont of "
            "verblijft het kind of de cliënt ook in Nederland? Noem dan die gemeente, of de vier cijfers van de "
            f"postcode. Twijfelt u? Bel {LANDELIJK} (gratis, dag en nacht) en leg het voor. Bij direct gevaar: bel 112."
        )
    if unknown:
        return ask(
            "Deze plaats vind ik niet. Noem de gemeente, of de vier cijfers van de postcode. "
            f"U kunt ook meteen bellen: {LANDELIJK} (gratis, dag en nacht) schakelt door naar uw eigen regio."
        )
    if place is None:
        return ask(knowledge()[TOPIC].answer.strip())
    if place.organisation:
        return found(place, place.organisation)
    return which(place)


def ask(text: str) -> Reply:
    """A reply that asks for a place."""
    return replace(answer(knowledge()[TOPIC]), text=text, buttons=())


def found(place: Place, organisation: Organisation) -> Reply:
    """The reply with the organisation of a place."""
    municipality = place.candidates[0] if len(place.candidates) == 1 else None
    where = described(place, municipality)
    lines = [
        f"Bij {where} hoort {organisation.name}.",
        f"Bel {organisation.phone}: gratis, dag en nacht, voor advies en voor een melding.",
        f"Website: {organisation.website}" if organisation.website else "Website: https://www.veiligthuis.nl",
        "Bij direct gevaar: bel 112.",
    ]
    if municipality and not municipality.confirmed:
        lines.insert(
            2,
            f"Deze indeling is afgeleid en niet bij Veilig Thuis nagevraagd; {LANDELIJK} schakelt altijd goed door.",
        )
    lines.append(f"Bron: {page(organisation)}, opgenomen op {in_words(organisation.recorded_on)}.")
    local = contacts(municipality) if municipality else ()
    general = answer(knowledge()[TOPIC])
    return replace(
        general,
        text="\n".join(lines) + (f"\n\n{listed(local, municipality)}" if local and municipality else ""),
        sources=(
            source(organisation, municipality),
            *(Source(f"{each.name}: {each.source.title}", each.source.where, each.source.url) for each in local),
            *general.sources,
        ),
        checked_on=min([organisation.recorded_on, *(each.checked_on for each in local)]).isoformat(),
        region=Region(
            municipality=municipality.name if municipality else None,
            organisation=organisation.name,
            phone=organisation.phone,
            website=organisation.website,
        ),
    )


def page(organisation: Organisation) -> str:
    """The page on which an organisation was found, and of which year that is: `veiligthuisgm.nl (2023)`."""
    site = urlsplit(organisation.source).netloc.removeprefix("www.")
    return f"{site} ({organisation.source_year})" if organisation.source_year else site


def source(organisation: Organisation, municipality: Municipality | None) -> Source:
    """Where it was found which organisation this is, and that it is the one of a municipality."""
    where = f"{page(organisation)}, opgenomen op {in_words(organisation.recorded_on)}"
    if municipality:
        where += f"; bij welke regio {municipality.name} hoort: {municipality.source}"
    return Source(organisation.name, where, organisation.source)


def listed(local: Iterable[Contact], municipality: Municipality) -> str:
    """The contacts that a municipality supplied, each with its source and date."""
    lines = [f"In de gemeente {municipality.name} ook:"]
    for each in local:
        reach = ", ".join(filter(None, (each.phone, each.url)))
        lines.append(
            f"- {each.name} ({each.for_whom}): {reach}. Bron: {each.source.title}, {in_words(each.checked_on)}."
        )
    return "\n".join(lines)


def described(place: Place, municipality: Municipality | None) -> str:
    """A place in words: `Velp (gemeente Rheden)`, `de gemeente Arnhem`, `postcode 6882 (gemeente Rheden)`."""
    if municipality is None:
        return place.label
    if place.kind == "gemeente" or place.label == municipality.name:
        return f"de gemeente {municipality.name}"
    return f"{place.label} (gemeente {municipality.name})"


def which(place: Place) -> Reply:
    """The question which of several places of one name, or which part of a wide area, is meant."""
    if not place.candidates:
        names = ", ".join(organisation.name for organisation in place.organisations)
        return ask(
            f"In {place.label} werken {names}. Noem de gemeente, of de vier cijfers van de postcode. "
            f"U kunt ook meteen bellen: {LANDELIJK} (gratis, dag en nacht) schakelt door naar uw eigen regio."
        )
    choices = place.candidates[:MOST_CANDIDATES]
    buttons = tuple(Button(f"{m.name} ({m.province})", payload("region", place=f"gemeente:{m.code}")) for m in choices)
    text = (
        f"{place.label} ligt in meer dan een gemeente. Welke bedoelt u?\n"
        f"Haast? {LANDELIJK} (gratis, dag en nacht) schakelt door naar de juiste regio."
    )
    return replace(ask(text), buttons=buttons)
