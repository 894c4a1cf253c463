"""The one place that takes messages in, for every channel."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot import metrics
from bot.channels import beside
from bot.channels.payloads import is_payload
from bot.nlu.emergency import rules
from bot.nlu.readings import CONTEXT
from meldwijzer import database, logs
from meldwijzer.groups import code_in
from meldwijzer.knowledge import knowledge
from meldwijzer.reply import Reply, answer
from meldwijzer.settings import settings
from meldwijzer.shared import shared
from meldwijzer.topics import payload

Handler = Callable[[UserMessage], Awaitable[Any]]

#: Longest text taken in, in characters (contract 2).
LONGEST = 2000
#: Seconds after which a user gets an apology instead of silence; with the way there and back within 3.
DEADLINE = 2.5
GREETING = payload("topic", topic="bot.groet")
APOLOGY = Reply(
    "Sorry, het antwoord lukt mij nu niet. Is er direct gevaar? Bel 112. "
    "Voor advies of een melding: Veilig Thuis, 0800-2000, gratis, dag en nacht. "
    "Probeer het hier over een paar minuten opnieuw."
)
EMPTY = Reply("Ik zie geen tekst. Typ uw vraag in een paar woorden.", topic="bot.help")

#: Topics that nobody asks on about.
NO_CONTEXT = ("bot.", "actie.", "nood.")

logger = logs.logger("intake")


class Collector(OutputChannel):
    """Collects the replies of one turn."""

    def __init__(self, channel: str) -> None:
        """Make a collector for one message of a channel."""
        self._channel = channel
        self.replies: list[Reply] = []

    def name(self) -> str:
        """The channel that Rasa keeps with the message."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep what Rasa sends."""
        self.replies.append(Reply.from_rasa(message))


def pseudonym(channel: str, identity: str) -> str:
    """The sender id under which a conversation is kept.

    Args:
        channel: name of the channel.
        identity: what tells users of that channel apart; it cannot be found back from the result.
    """
    return hmac.new(settings().key, f"{channel}:{identity}".encode(), hashlib.sha256).hexdigest()[:32]


async def greet(handler: Handler, channel: str, sender: str, greeting: str) -> list[Reply]:
    """Begin a conversation.

    Args:
        handler: Rasa's.
        channel: name of the channel.
        sender: the pseudonym.
        greeting: a payload made by the channel itself.
    """
    return await _turn(handler, channel, sender, greeting, typed="")


async def press(handler: Handler, channel: str, sender: str, button: str) -> list[Reply]:
    """Handle the payload of a button.

    Raises:
        ValueError: when it is not a payload that a button of this assistant can have.
    """
    if not is_payload(button):
        raise ValueError("no such button")
    # Most buttons mean nothing without what went before. A typed question, or danger, does.
    if not await asyncio.get_running_loop().run_in_executor(None, database.answers):
        return [APOLOGY]
    return await _turn(handler, channel, sender, button, typed="")


async def say(handler: Handler, channel: str, sender: str, text: str) -> list[Reply]:
    """Handle a typed text of at most `LONGEST` characters.

    A slash has no meaning in it: Rasa would execute `/restart` or `/intent` of anyone. Half an emoji, as a client
    leaves where it cuts a text off, is no reason to fail. A message that is only the code of a group joins it.
    """
    if code := code_in(text):
        return await press(handler, channel, sender, payload("group", group=code))
    typed = without_slash(text.encode(errors="replace").decode().replace("\x00", " ")).strip()
    if not typed:
        return [EMPTY]
    replies = await _turn(handler, channel, sender, typed, typed)
    await beside.keep_unanswered(typed, replies)
    # The name of a command looks like that of an account.
    return replies if text.lstrip().startswith("/") else await beside.notice(sender, typed, replies)


def without_slash(text: str) -> str:
    """A text without the slashes and blanks that it begins with, in whatever order they come."""
    return re.sub(r"^[\s/]+", "", text)


async def _context(sender: str) -> dict[str, str]:
    """What the pipeline is told beside the text (bot/nlu/readings.py): what the conversation is about."""
    topic = await shared().get(f"context:{sender}")
    return {CONTEXT: topic.decode()} if topic else {}


async def _keep_context(sender: str, replies: list[Reply]) -> None:
    """Remember the topic of the last reply that has one, and forget a conversation that was erased."""
    if any(reply.erased for reply in replies):
        await forget_context(sender)
        return
    topic = next((r.topic for r in reversed(replies) if r.topic and not r.topic.startswith(NO_CONTEXT)), None)
    if topic:
        await shared().keep(f"context:{sender}", topic.encode(), settings().retention_hours * 3600)


async def forget_context(sender: str) -> None:
    """Forget what a conversation is about."""
    await shared().forget(f"context:{sender}")


async def _turn(handler: Handler, channel: str, sender: str, text: str, typed: str) -> list[Reply]:
    collector = Collector(channel)
    message = UserMessage(text, collector, sender, input_channel=channel, metadata=await _context(sender))
    with metrics.turn(channel, collector.replies):
        try:
            await asyncio.wait_for(handler(message), DEADLINE)
        except Exception as error:
            logger.error("turn failed", exc_info=error)
    replies = collector.replies
    await _keep_context(sender, replies)
    if not replies:
        return [_when_all_fails(typed)]
    if any(reply.erased for reply in replies):
        await _begin_anew(handler, channel, sender)
    return replies


def _when_all_fails(typed: str) -> Reply:
    """Something to hold on to when no answer came: 112 first when the rules see danger."""
    topic = rules().topic(typed)
    return answer(knowledge()[topic]) if topic and not rules().harmless(typed) else APOLOGY


async def _begin_anew(handler: Handler, channel: str, sender: str) -> None:
    """Remove what is stored and leave an empty conversation, so that the user can go on."""
    await asyncio.get_running_loop().run_in_executor(None, database.forget, sender)
    await handler(UserMessage(GREETING, Collector(channel), sender, input_channel=channel))
