"""One reply of the assistant: made by the actions, carried by Rasa, shown by the channels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from meldwijzer.knowledge import Entry, Source, knowledge
from meldwijzer.note import Note
from meldwijzer.terms import terms
from meldwijzer.topics import payload, payload_of, topics

#: The first thing that a reply says when there may be immediate danger.
EMERGENCY_OPENING = "112"
#: Stands before a reply when danger is possible and not sure.
CAUTION = "112: bel dit nummer nu als er direct gevaar is.\n0800-2000: Veilig Thuis, gratis, dag en nacht."


class Button(NamedTuple):
    """A button: what it says and what it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Region:
    """The organisation found for a place, as contract 2 shows it."""

    municipality: str | None
    organisation: str
    phone: str
    website: str | None


@dataclass(frozen=True)
class Reply:
    """What the user gets, with where it comes from.

    Attributes:
        text: Dutch, paragraphs separated by a blank line, lists by lines that start with `- `.
        topic: id of data/topics.yml; None only when topics are offered or something failed.
        checked_on: ISO date on which the content was last checked against its sources.
        suggestions: the topics offered, likeliest first, when the question was unclear.
        erased: the user asked to erase the conversation; the channel does so after this reply.
        note: a document for the user's own dossier, which the channel hands over and nobody keeps.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    topic: str | None = None
    sources: tuple[Source, ...] = ()
    checked_on: str | None = None
    suggestions: tuple[str, ...] = ()
    region: Region | None = None
    erased: bool = False
    note: Note | None = None

    @property
    def emergency(self) -> bool:
        """Whether this reply opens with 112."""
        return self.text.startswith(EMERGENCY_OPENING)

    def with_caution(self) -> Reply:
        """The same reply with 112 in front."""
        return replace(self, text=f"{CAUTION}\n\n{self.text}")

    def to_rasa(self) -> dict[str, Any]:
        """The keyword arguments of the SDK's `dispatcher.utter_message`."""
        return {
            "text": self.text,
            "buttons": [button._asdict() for button in self.buttons],
            "json_message": {
                "topic": self.topic,
                "sources": [vars(source) for source in self.sources],
                "checked_on": self.checked_on,
                "suggestions": list(self.suggestions),
                "region": self.region and vars(self.region),
                "erased": self.erased,
                "note": self.note and self.note.to_json(),
            },
        }

    @classmethod
    def from_rasa(cls, message: dict[str, Any]) -> Reply:
        """The reply in a message that Rasa hands to an output channel."""
        custom = dict(message.get("custom") or {})
        region = custom.get("region")
        return cls(
            text=message.get("text") or "",
            buttons=tuple(Button(b["title"], b["payload"]) for b in message.get("buttons") or ()),
            topic=custom.get("topic"),
            sources=tuple(Source(**source) for source in custom.get("sources", ())),
            checked_on=custom.get("checked_on"),
            suggestions=tuple(custom.get("suggestions", ())),
            region=Region(**region) if region else None,
            erased=custom.get("erased", False),
            note=Note.from_json(custom["note"]) if custom.get("note") else None,
        )

    def to_json(self) -> dict[str, Any]:
        """The message of contract 2."""
        message: dict[str, Any] = {
            "text": self.text,
            "buttons": [button._asdict() for button in self.buttons],
            "topic": self.topic,
            "sources": [
                {key: value for key, value in vars(source).items() if value is not None} for source in self.sources
            ],
            "checked_on": self.checked_on,
            "emergency": self.emergency,
        }
        if self.suggestions:
            message["suggestions"] = list(self.suggestions)
        if self.region:
            message["region"] = vars(self.region)
        if self.note:
            message["note"] = self.note.to_json()
        return message


def button_for(topic: str, municipality: str | None = None) -> Button:
    """A button that asks for `topic`, named as in the answers of a municipality."""
    return Button(label_of(topic, municipality), payload_of(topic))


def label_of(topic: str, municipality: str | None = None) -> str:
    """The human name of a topic, at most 40 characters."""
    entry = knowledge(municipality).get(topic)
    return entry.label if entry else topics()[topic].question


def answer(entry: Entry, sector: str | None = None, municipality: str | None = None) -> Reply:
    """The reply with the answer of `entry`.

    Args:
        entry: the curated answer.
        sector: id of the sector list in data/terms.yml; adds what differs for that sector.
        municipality: whose own labels the buttons bear.
    """
    differs = entry.sectors.get(sector or "")
    for_sector = f"{terms()['sector'].options[sector].label}: {differs.strip()}" if sector and differs else None
    more = (Button("Meer uitleg", payload("more", topic=entry.topic)),) if entry.more else ()
    together = (Button("Loop dit samen door", payload("flow", flow=entry.flow)),) if entry.flow else ()
    return _reply(
        entry,
        "\n\n".join(filter(None, (entry.answer.strip(), for_sector))),
        more + together + tuple(button_for(topic, municipality) for topic in entry.follow_up),
    )


def explanation(entry: Entry, municipality: str | None = None) -> Reply:
    """The reply with the further explanation of `entry` (its answer when there is none)."""
    buttons = tuple(button_for(topic, municipality) for topic in entry.follow_up)
    return _reply(entry, (entry.more or entry.answer).strip(), buttons)


def _reply(entry: Entry, text: str, buttons: tuple[Button, ...]) -> Reply:
    return Reply(
        text=text,
        buttons=buttons,
        topic=entry.topic,
        sources=entry.sources,
        checked_on=entry.checked_on.isoformat(),
    )
