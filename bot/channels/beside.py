"""What a typed text asks for beside its answer: a word on personal data in it, and, where wanted, to be kept."""

from __future__ import annotations

import asyncio
import datetime as dt

from meldwijzer import database, logs, redaction
from meldwijzer.reply import Reply, button_for
from meldwijzer.settings import settings
from meldwijzer.shared import shared
from meldwijzer.topics import OUT_OF_SCOPE

#: Said once in a conversation, behind the answer.
NOTICE = Reply(
    "Ik zie misschien een naam of een ander persoonsgegeven in uw bericht. "
    "Laat namen, nummers en adressen hier liever weg: voor mijn antwoord zijn ze niet nodig.",
    (button_for("pr.bot"),),
    topic="pr.bot",
)

REGION = "vt.regio"

logger = logs.logger("beside")


async def notice(sender: str, text: str, replies: list[Reply]) -> list[Reply]:
    """The replies to a typed text, with a word on personal data behind them the first time.

    Args:
        sender: pseudonym of the conversation.
        text: as it was typed.
        replies: the answer.
    """
    # Who is told of danger has other things to read, and who looks for a region was to type a place or a postcode.
    if any(reply.erased or reply.emergency or reply.topic == REGION for reply in replies):
        return replies
    if not redaction.holds_personal_data(text):
        return replies
    name = _name(sender)
    if await shared().get(name):
        return replies
    await shared().keep(name, b"said", settings().retention_hours * 3600)
    return [*replies, NOTICE]


async def forget(sender: str) -> None:
    """Forget that a conversation was told: that says that it held personal data."""
    await shared().forget(_name(sender))


def _name(sender: str) -> str:
    return f"notice:{sender}"


async def keep_unanswered(text: str, replies: list[Reply]) -> None:
    """Keep a question that got no answer, without personal data, where the operator wants that.

    Args:
        text: as it was typed.
        replies: what the assistant said.
    """
    if not settings().keep_unanswered:
        return
    # Suggestions may also stand behind an answer: then it was answered. More behind "I do not know" is the question of
    # a flow that was interrupted, and a flow tells its user that nothing typed there is kept.
    if len(replies) != 1:
        return
    only = replies[0]
    if (only.suggestions and not only.topic) or only.topic == OUT_OF_SCOPE:
        day = dt.datetime.now(dt.timezone.utc).date()
        try:
            await asyncio.to_thread(database.keep_unanswered, redaction.redact(" ".join(text.split())), day)
        except Exception as error:
            logger.error("unanswered question not kept", exc_info=error)
