"""What a Telegram user reads: replies as Telegram's HTML, and what is said to anything that is no text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.channels.intake import LONGEST
from meldwijzer import logs
from meldwijzer.dates import in_words
from meldwijzer.reply import Button, Reply
from meldwijzer.topics import payload

#: Telegram counts the characters that are shown, without tags and addresses of links.
LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
MOST_DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
#: Where a text is cut, the best place first, and how much of the mark stays with what comes before it.
CUTS = (("\n\n", 0), ("\n", 0), (". ", 1), (" ", 0))

HELP = Button("Wat kan deze assistent?", payload("topic", topic="bot.help"))
PEOPLE = "\n\nDirect gevaar? Bel 112. Overleg of advies: Veilig Thuis, 0800-2000, gratis, dag en nacht."
TYPE = " Typ uw vraag in een paar woorden, zonder namen of andere herleidbare gegevens."

TOO_LONG = Reply(
    f"Uw bericht is te lang: ik lees hoogstens {LONGEST // 1000}.{LONGEST % 1000:03} tekens. "
    "Stuur alleen uw vraag, zonder namen of andere herleidbare gegevens." + PEOPLE
)
TOO_FAST = Reply(
    "Ik kan uw berichten niet zo snel bijhouden en sla er een paar over. "
    "Wacht even en stuur uw vraag dan opnieuw." + PEOPLE
)
EDITED = Reply("Een gewijzigd bericht lees ik niet opnieuw. Stuur uw vraag als nieuw bericht." + PEOPLE)
UNKNOWN_BUTTON = Reply("Deze knop werkt niet meer. Typ uw vraag, of kijk wat ik voor u kan doen." + PEOPLE, (HELP,))
PRIVATE_ONLY = Reply(
    "In een groep antwoord ik niet, om de privacy van gezinnen te beschermen. Stuur mij een privébericht. "
    "Direct gevaar? Bel 112. Advies: Veilig Thuis, 0800-2000."
)
#: Shown in a small window, at most 200 characters.
PRIVATE_ONLY_BRIEFLY = "Dit werkt alleen in een privégesprek. Direct gevaar? Bel 112."

SOUND = Reply("Geluid en video speel ik niet af en bewaar ik niet." + TYPE + PEOPLE, (HELP,))
PICTURE = Reply(
    "Foto's en documenten open ik niet en bewaar ik niet. Stuur geen gegevens die naar een persoon te herleiden "
    "zijn. Staan ze er toch in, wis dan ook uw bericht in Telegram." + TYPE + PEOPLE,
    (HELP,),
)
STICKER = Reply("Een sticker of bewegend plaatje kan ik niet lezen." + TYPE + PEOPLE, (HELP,))
LOCATION = Reply(
    "Uw locatie gebruik ik niet en bewaar ik niet. "
    "Zoekt u Veilig Thuis van een regio? Typ dan de naam van de gemeente." + PEOPLE,
    (Button("Veilig Thuis zoeken", payload("region")), HELP),
)
CONTACT = Reply(
    "Contactgegevens gebruik ik niet en bewaar ik niet. Stuur geen gegevens van anderen "
    "en wis uw bericht ook in Telegram." + TYPE + PEOPLE,
    (HELP,),
)
OTHER = Reply("Dit soort bericht kan ik niet lezen." + TYPE + PEOPLE, (HELP,))

logger = logs.logger("telegram")


def split(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most `limit` characters.

    Args:
        text: paragraphs separated by a blank line.
        limit: at least 1.

    Returns:
        Parts cut between paragraphs where that fits, else between lines, sentences or words, and only in a
        word that is itself too long.
    """
    parts = []
    rest = text.strip()
    while len(rest) > limit:
        at = next(_places(rest, limit), limit)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest else parts


def _places(text: str, limit: int) -> Iterator[int]:
    """Where to cut `text` within `limit`, the best place first."""
    for mark, kept in CUTS:
        found = text.rfind(mark, 1, limit - kept + len(mark))
        if found > 0:
            yield found + kept


def pages(reply: Reply) -> list[str]:
    """The messages that show a reply: its text, its sources and the date of its last check.

    Args:
        reply: with any length of text.

    Returns:
        Telegram's HTML, each at most `LIMIT` characters as shown; no tag goes on in a next message.
    """
    made: list[str] = []
    room = 0
    for separator, shown, html in _blocks(reply):
        if made and room >= len(separator) + len(shown):
            made[-1] += separator + html
            room -= len(separator) + len(shown)
        else:
            made.append(html)
            room = LIMIT - len(shown)
    return made


def _blocks(reply: Reply) -> Iterator[tuple[str, str, str]]:
    """The parts of a reply that stay whole: what stands before each, how it is shown, and its HTML."""
    for number, part in enumerate(split(reply.text, LIMIT)):
        html = escape(part, quote=False)
        if reply.emergency and number == 0:
            first, newline, others = html.partition("\n")
            html = f"<b>{first}</b>{newline}{others}"
        yield "\n\n", part, html
    separator = "\n\n"
    for source in reply.sources:
        title = escape(source.title, quote=False)
        if source.url:
            title = f'<a href="{escape(source.url)}">{title}</a>'
        html = f"<i>Bron: {title}, {escape(source.where, quote=False)}</i>"
        yield separator, f"Bron: {source.title}, {source.where}", html
        separator = "\n"
    if reply.checked_on:
        checked = f"Gecontroleerd op {in_words(dt.date.fromisoformat(reply.checked_on))}"
        yield separator, checked, f"<i>{checked}</i>"


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """Buttons under a message, one in a row.

    A payload that Telegram does not take would lose the whole message, so such a button is left out; the
    payloads are ours and made to fit, so this line in the log is a mistake of ours.
    """
    fitting = [button for button in buttons if 0 < len(button.payload.encode()) <= MOST_DATA]
    if len(fitting) < len(buttons):
        logger.error("%d of %d buttons left out: payload too long", len(buttons) - len(fitting), len(buttons))
    rows = [[InlineKeyboardButton(button.title, callback_data=button.payload)] for button in fitting]
    return InlineKeyboardMarkup(rows) if rows else None
