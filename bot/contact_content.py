"""What can be wrong with the contacts of a municipality in data/regions/local/, for the validator."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from bot import personal
from bot.documents import Document, Mistake, Part
from meldwijzer.personal_patterns import digits


def contact_mistakes(document: Document, public_numbers: AbstractSet[str] | None) -> Iterator[Mistake]:
    """The mistakes in a file; those in its form are found elsewhere.

    Args:
        document: a file of data/regions/local/.
        public_numbers: the digits of the telephone numbers that may stand in the content; None when they are not known.
    """
    first: dict[str, Part] = {}
    for contact in document.parts(...):
        name = contact.value["name"].strip()
        same = first.setdefault(name.casefold(), contact)
        if same is not contact:
            yield contact.mistake(f"het contact '{name}' staat al op {same.place('name')}; haal er een weg", "name")
        if not {"phone", "url"} & contact.value.keys():
            yield contact.mistake(f"'{name}' heeft geen telefoonnummer en geen pagina; vul 'phone' of 'url' in", "name")
        if public_numbers is not None:
            yield from _about_privacy(contact, public_numbers)


def _about_privacy(contact: Part, public_numbers: AbstractSet[str]) -> Iterator[Mistake]:
    """A number that is not known to be public, and persons; the mistake does not repeat what it found."""
    phone = contact.value.get("phone")
    if phone and digits(phone) not in public_numbers:
        yield contact.mistake(
            "dit telefoonnummer staat niet in data/phone_numbers.yml; zet het daarbij als het openbaar is", "phone"
        )
    for field in ("name", "for_whom"):
        for found in personal.find(contact.value[field], public_numbers):
            yield contact.mistake(f"dit lijkt op een persoonsgegeven: {found.kind}; {found.advice}", field)
