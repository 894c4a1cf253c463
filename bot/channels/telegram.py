"""Telegram: the same conversations as on the web, for anyone who knows the name of the bot.

The application of python-telegram-bot lives in the loop of the server. It asks Telegram for updates by long
polling or, where TELEGRAM_WEBHOOK says how the server can be reached, lets Telegram post them. The id of a chat
is in memory while its update is handled, and nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, BinaryIO

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CallbackQuery,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.channels import intake
from bot.channels import telegram_text as texts
from bot.channels.note_file import FILE_NAME, pdf
from bot.channels.problems import Problem
from bot.channels.telegram_order import InOrder, Memory
from meldwijzer import groups, logs
from meldwijzer.reply import Reply
from meldwijzer.settings import settings
from meldwijzer.topics import payload

NAME = "telegram"
#: What else Telegram can send (reactions, polls, business messages) never arrives.
UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY)
#: What a command shows in the menu of Telegram, and the button that it is the same as.
COMMANDS = {
    "start": ("Begin een gesprek", intake.GREETING),
    "help": ("Wat deze assistent kan", payload("topic", topic="bot.help")),
    "privacy": ("Wat deze assistent bewaart", payload("topic", topic="pr.bot")),
    "regio": ("Zoek Veilig Thuis van een gemeente", payload("region")),
    "afwegen": ("Weeg samen af of u moet melden", payload("weigh")),
    "oefenen": ("Oefen met een casus", payload("practise")),
    "wissen": ("Wis dit gesprek", payload("forget")),
    "stop": ("Stop met vastleggen", payload("stop")),
}
#: What is said to messages without a text. An animation is also a document, so the order counts.
NOTICES = (
    (filters.VOICE | filters.AUDIO | filters.VIDEO | filters.VIDEO_NOTE, texts.SOUND),
    (filters.Sticker.ALL | filters.ANIMATION | filters.Dice.ALL, texts.STICKER),
    (filters.PHOTO | filters.Document.ALL, texts.PICTURE),
    (filters.LOCATION | filters.VENUE, texts.LOCATION),
    (filters.CONTACT, texts.CONTACT),
    (~filters.StatusUpdate.ALL, texts.OTHER),
)
#: Seconds after which the user sees that an answer is on its way; most answers are there sooner.
TYPING_AFTER = 0.3
#: Seconds before a message that did not get through is sent again: five minutes of outage lose no answer.
RESEND_AFTER = (0.5, 2.0, 5.0, 10.0, *(30.0,) * 10)
#: How often a message waits and goes again when Telegram says that the bot sends too fast.
RETRIES = 3
#: Seconds between attempts to reach Telegram when the server starts.
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
STOP_SECONDS = 6.0
REMEMBERED = 10_000
#: A group is told once in so many seconds that it gets no answers.
GROUP_SECONDS = 600.0
#: Bytes of an update that Telegram posts. One that is refused comes again and holds up its chat, and a text of
#: 4,096 signs with another that it replies to, all of them escaped, is far above the limit for everyone else.
LARGEST_UPDATE = 131_072
HEADER = "X-Telegram-Bot-Api-Secret-Token"

logger = logs.logger(NAME)


class TelegramChannel(InputChannel):
    """Conversations over Telegram; there only when TELEGRAM_TOKEN is set."""

    @classmethod
    def name(cls) -> str:
        """The name under which Rasa knows the channel."""
        return NAME

    def blueprint(self, on_new_message: intake.Handler) -> Blueprint:
        """The bot, which starts and stops with the server, and a route where there is a webhook."""
        routes = Blueprint(NAME)
        token = settings().telegram_token
        if not token:
            return routes
        builder = (
            Application.builder().token(token.get_secret_value()).base_url(f"{settings().telegram_api.rstrip('/')}/bot")
        )
        public = settings().telegram_webhook
        webhook = f"{public.rstrip('/')}/webhooks/{NAME}/webhook" if public else None
        started: list[TelegramBot] = []

        @routes.listener("after_server_start")
        async def start(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
            started.append(TelegramBot(on_new_message, builder, webhook))
            started[0].start()

        @routes.listener("before_server_stop")
        async def stop(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
            for bot in started:
                await bot.stop()

        if webhook:
            # As a stream, since the limit on a request is another one here.
            @routes.post("/webhook", stream=True)
            async def receive(request: Request) -> HTTPResponse:
                given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
                if not hmac.compare_digest(given, _secret().encode()):
                    raise Problem(401, "Dit adres is alleen voor Telegram.")
                if not started:
                    raise NotReady
                request.stream.request_max_size = LARGEST_UPDATE
                await request.receive_body()
                await started[0].take(request.body)
                return empty(200)

        return routes


class NotReady(Problem):
    """An update that comes before the bot has started or after it has stopped: Telegram sends it again."""

    def __init__(self) -> None:
        """Make the problem."""
        super().__init__(503, "De assistent neemt nu geen berichten van Telegram aan.")


class TelegramBot:
    """Takes the updates of one bot to the assistant and the answers back."""

    def __init__(
        self,
        on_new_message: intake.Handler,
        builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any],
        webhook: str | None = None,
    ) -> None:
        """Make the bot, in the loop that it will live in.

        Args:
            on_new_message: Rasa's.
            builder: knows the token and the address of the Bot API.
            webhook: where Telegram posts updates; without it the bot asks for them.
        """
        self._on_new_message = on_new_message
        self._webhook = webhook
        self._starting: asyncio.Task[None] | None = None
        self._polling: BinaryIO | None = None
        self._updates = Memory(REMEMBERED)
        self._edits = Memory(REMEMBERED)
        self._albums = Memory(REMEMBERED)
        self._groups = Memory(REMEMBERED, GROUP_SECONDS)
        if webhook:
            builder.updater(None)
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            builder.concurrent_updates(InOrder(self._refuse))
            .rate_limiter(AIORateLimiter(max_retries=RETRIES))
            # A preview of the first source would be larger than the answer.
            .defaults(Defaults(ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)))
            .build()
        )
        self._bot: Bot = self.application.bot
        self._updater = self.application.updater
        self._add_handlers()

    def _add_handlers(self) -> None:
        add = self.application.add_handler
        private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
        add(TypeHandler(Update, self._once), group=-1)
        add(CallbackQueryHandler(self._press))
        add(MessageHandler(~filters.ChatType.PRIVATE, self._group))
        add(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._edited))
        for command, (_, button) in COMMANDS.items():
            # With words behind it a command is a sentence, which may tell of danger.
            add(CommandHandler(command, partial(self._command, button), private, has_args=False))
        # A link to the bot can carry one word, which comes behind /start: the code of a group, or nothing to us.
        add(CommandHandler("start", self._started, private, has_args=1))
        add(MessageHandler(private & filters.TEXT, self._typed))
        for kind, reply in NOTICES:
            add(MessageHandler(private & kind, partial(self._without_text, reply)))
        self.application.add_error_handler(self._failed)

    def start(self) -> None:
        """Start in the background: the web must not wait for Telegram."""
        self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._insist(self.application.initialize)
            await self._show_commands()
            await self.application.start()
            if self._updater:
                await self._alone()
                # Also deletes a webhook that was there before, with which Telegram refuses to be asked.
                await self._updater.start_polling(
                    bootstrap_retries=-1, allowed_updates=UPDATES, error_callback=_polling_failed
                )
            elif self._webhook:
                await self._insist(
                    partial(self._bot.set_webhook, self._webhook, secret_token=_secret(), allowed_updates=UPDATES)
                )
            logger.info("polling" if self._updater else "webhook set")
        except InvalidToken:
            # Its message holds the token.
            logger.error("Telegram refuses the token; there is no Telegram channel")
        except Exception as error:
            logger.error("not started", exc_info=error)

    async def _alone(self) -> None:
        """Wait until no other process on this machine polls: Telegram gives updates to one only.

        The lock goes with the process, however that ends.
        """
        self._polling = (settings().folder / "telegram.lock").open("wb")
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._polling, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            await asyncio.sleep(FIRST_WAIT)

    async def _insist(self, step: Callable[[], Awaitable[Any]]) -> None:
        """Try a step as long as it takes; the library does so for its own ways to start only."""
        wait = FIRST_WAIT
        while not await _done(step):
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _show_commands(self) -> None:
        """Fill the menu of the app; the commands work without it."""
        commands = [BotCommand(command, what) for command, (what, _) in COMMANDS.items()]
        try:
            await self._bot.set_my_commands(commands, BotCommandScopeAllPrivateChats())
        except TelegramError as error:
            logger.warning("no menu of commands: %s", type(error).__name__)

    async def stop(self) -> None:
        """Stop asking for updates, finish what is being answered, and close the connections."""
        try:
            await asyncio.wait_for(self._stop(), STOP_SECONDS)
        except Exception as error:
            logger.warning("not stopped in order", exc_info=error)

    async def _stop(self) -> None:
        if self._starting:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._starting
        if self._updater and self._updater.running:
            await self._updater.stop()
        if self._polling:
            self._polling.close()
        if self.application.running:
            await self.application.stop()
        await self.application.shutdown()

    async def take(self, body: bytes) -> None:
        """Handle an update that Telegram posts. It is not posted again once this returns, so not sooner.

        Args:
            body: as it came.

        Raises:
            Problem: 400 for what is no update, 503 while the bot is not running.
        """
        if not self.application.running:
            raise NotReady
        try:
            update = Update.de_json(json.loads(body), self._bot)
            if not isinstance(update.update_id, int):
                raise TypeError
        except Exception:
            raise Problem(400, "Dit is geen update van Telegram.") from None
        handling = self.application.update_processor.process_update(update, self.application.process_update(update))
        # As a task, which goes on when Telegram hangs up; the update that it then posts again waits its turn
        # behind this one and is found to be handled.
        await asyncio.shield(self.application.create_task(handling, update))

    async def _once(self, update: Update, _: Any) -> None:
        """Leave an update that comes once more, as after an outage, unanswered."""
        if not self._updates.is_new(update.update_id):
            raise ApplicationHandlerStop

    async def _typed(self, update: Update, _: Any) -> None:
        message = _message(update)
        await self._say(message.chat_id, message.text or "")

    async def _say(self, chat: int, text: str) -> None:
        if len(text) > intake.LONGEST:
            await self._send(chat, texts.TOO_LONG)
            return
        await self._send(chat, *await self._turn(chat, intake.say(self._on_new_message, NAME, _sender(chat), text)))

    async def _command(self, button: str, update: Update, _: Any) -> None:
        chat = _message(update).chat_id
        begin = intake.greet if button == intake.GREETING else intake.press
        await self._send(chat, *await self._turn(chat, begin(self._on_new_message, NAME, _sender(chat), button)))

    async def _started(self, update: Update, context: Any) -> None:
        code = groups.code_in(context.args[0])
        button = payload("group", group=code) if code else intake.GREETING
        await self._command(button, update, context)

    async def _press(self, update: Update, _: Any) -> None:
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None:
            return
        elsewhere = chat.type != ChatType.PRIVATE
        # At once and beside the answer: an app that gets no answer to a press repeats it later as a new update.
        self.application.create_task(self._acknowledge(query, texts.PRIVATE_ONLY_BRIEFLY if elsewhere else None))
        if elsewhere:
            return
        pressed = intake.press(self._on_new_message, NAME, _sender(chat.id), query.data or "")
        try:
            replies = await self._turn(chat.id, pressed)
        except ValueError:
            replies = [texts.UNKNOWN_BUTTON]
        await self._send(chat.id, *replies)

    async def _acknowledge(self, query: CallbackQuery, text: str | None) -> None:
        try:
            await query.answer(text, show_alert=text is not None)
        except TelegramError as error:
            # Too old, after an outage; the answer itself still comes.
            logger.info("press not acknowledged: %s", type(error).__name__)

    async def _edited(self, update: Update, _: Any) -> None:
        """Tell once for each message that a change is not read.

        To answer it would answer one question twice, or change an answer of the form unseen. Silence would
        leave someone waiting whose correction tells of danger. A place that moves also counts as a change of
        its message, every few seconds, hence only texts, and once.
        """
        message = _message(update)
        if message.text and self._edits.is_new((_sender(message.chat_id), message.message_id)):
            await self._send(message.chat_id, texts.EDITED)

    async def _group(self, update: Update, _: Any) -> None:
        message = _message(update)
        if self._groups.is_new(_sender(message.chat_id)):
            for page in texts.pages(texts.PRIVATE_ONLY):
                await message.reply_text(page)

    async def _without_text(self, reply: Reply, update: Update, _: Any) -> None:
        message = _message(update)
        if message.caption:
            await self._say(message.chat_id, message.caption)
        # The pictures of an album come one by one.
        if message.media_group_id is None or self._albums.is_new(message.media_group_id):
            await self._send(message.chat_id, reply)

    async def _refuse(self, chat: int) -> None:
        with contextlib.suppress(TelegramError):
            await self._send(chat, texts.TOO_FAST)

    async def _failed(self, update: object, context: Any) -> None:
        """Apologise for whatever went wrong, unless nobody can be reached."""
        logger.error("update not handled", exc_info=context.error)
        chat = update.effective_chat if isinstance(update, Update) else None
        unreachable = isinstance(context.error, Forbidden) or _is_outage(context.error)
        if chat and chat.type == ChatType.PRIVATE and not unreachable:
            await self._send(chat.id, intake.APOLOGY)

    async def _turn(self, chat: int, turn: Awaitable[list[Reply]]) -> list[Reply]:
        typing = asyncio.create_task(self._show_typing(chat))
        try:
            return await turn
        finally:
            typing.cancel()

    async def _show_typing(self, chat: int) -> None:
        await asyncio.sleep(TYPING_AFTER)
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(chat, ChatAction.TYPING)

    async def _send(self, chat: int, *replies: Reply) -> None:
        for reply in replies:
            *first, last = texts.pages(reply) or texts.pages(intake.APOLOGY)
            for page in first:
                await self._deliver(partial(self._bot.send_message, chat, page))
            await self._deliver(partial(self._bot.send_message, chat, last, reply_markup=texts.keyboard(reply.buttons)))
            if reply.note:
                await self._deliver(partial(self._bot.send_document, chat, pdf(reply.note), filename=FILE_NAME))

    async def _deliver(self, send: Callable[[], Awaitable[Any]]) -> None:
        """Send a message or a file; when the network fails once more, since twice is better than never."""
        for wait in RESEND_AFTER:
            if await _got_through(send):
                return
            await asyncio.sleep(wait)
        await send()


async def _done(step: Callable[[], Awaitable[Any]]) -> bool:
    """Whether a step of the start succeeded."""
    try:
        await step()
    except InvalidToken:
        raise
    except TelegramError as error:
        # What Telegram has against the address of a webhook, the operator has to know.
        logger.warning("trying again: %s", error if isinstance(error, BadRequest) else type(error).__name__)
        return False
    return True


async def _got_through(send: Callable[[], Awaitable[Any]]) -> bool:
    try:
        await send()
    except NetworkError as error:
        if not _is_outage(error):
            raise
        return False
    return True


def _is_outage(error: BaseException | None) -> bool:
    # To the library a request that Telegram refuses is an error of the network too.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _secret() -> str:
    """What Telegram sends with an update, so that nobody else can; made from the key unless it is set."""
    given = settings().telegram_webhook_secret
    return given.get_secret_value() if given else hmac.new(settings().key, b"webhook", hashlib.sha256).hexdigest()


def _sender(chat: int) -> str:
    return intake.pseudonym(NAME, str(chat))


def _message(update: Update) -> Message:
    message = update.message or update.edited_message
    if message is None:
        raise TypeError("an update without a message")
    return message


def _polling_failed(error: TelegramError) -> None:
    # The library tries again by itself. A Conflict means that another program polls with the same token.
    logger.warning("polling failed: %s", type(error).__name__)
