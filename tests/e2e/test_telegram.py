"""Telegram, against a really running assistant and an emulator of the Bot API."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from rasa.core.channels.channel import UserMessage
from telegram.ext import Application

from bot.channels import intake, telegram, telegram_text
from bot.channels.telegram import TelegramBot
from meldwijzer.reply import Button, Reply
from meldwijzer.settings import settings
from meldwijzer.topics import payload
from tests.conftest import Assistant, needs, running
from tests.e2e import weighings

pytestmark = [needs("node"), needs("npm")]

FOLDER = Path(__file__).parent / "telegram"
TOKEN = "4711:kanarietoken-AbCdEf"
QUESTION = "Hoe lang duurt een huisverbod?"
#: Far from any number that a log or a database holds by chance.
FIRST_CHAT = 987_000_111
GROUP = -100_987_000_222
FILE = {"file_id": "a", "file_unique_id": "b"}
WEBHOOK_TOKEN = "4713:kanariewebhook-GhIjKl"
SECRET = "kanariegeheim_Mn-09"


class Emulator:
    """The emulator as a process that can be stopped and started again on the same port."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as errors:
            self._process = subprocess.Popen(
                ["node", "emulator.js", str(self.port)],
                cwd=FOLDER,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._log.read_text()
        self.port = json.loads(line)["port"]

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)

    def post(self, path: str, body: Any = None) -> Any:
        response = httpx.post(f"{self.url}{path}", json=body or {}, timeout=10)
        assert response.status_code == 200, response.text
        return response.json()["result"]

    def calls(self, method: str) -> list[dict[str, str]]:
        return [call["params"] for call in self.post("/calls") if call["method"] == method]


@dataclass
class Answer:
    """A message that a user got."""

    html: str
    buttons: list[tuple[str, str]]

    @property
    def text(self) -> str:
        return unescape(re.sub(r"<[^>]*>", "", self.html))


@dataclass
class User:
    """Someone with the app of Telegram."""

    emulator: Emulator
    chat: int
    token: str = TOKEN

    def _common(self) -> dict[str, Any]:
        kind = "private" if self.chat > 0 else "supergroup"
        person = {"id": FIRST_CHAT - 1, "is_bot": False, "first_name": "Kanarie"}
        return {
            "botToken": self.token,
            "date": int(time.time()),
            "chat": {"id": self.chat, "type": kind},
            "from": person,
        }

    def send(self, **content: Any) -> None:
        self.emulator.post("/sendMessage", self._common() | content)

    def say(self, text: str) -> None:
        self.send(text=text)

    def command(self, text: str) -> None:
        entity = {"type": "bot_command", "offset": 0, "length": len(re.match(r"/\w*", text)[0])}
        self.emulator.post("/sendCommand", self._common() | {"text": text, "entities": [entity]})

    def press(self, data: str) -> None:
        common = self._common()
        under = {"chat": common["chat"], "message_id": 1, "text": "x"}
        self.emulator.post("/sendCallback", common | {"message": under, "data": data})

    def unread(self) -> list[Answer]:
        made = []
        for update in self.emulator.post("/getUpdates", {"token": self.token, "chatId": self.chat}):
            message = update["message"]
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            assert all(len(row) == 1 for row in rows)
            made.append(Answer(message["text"], [(row[0]["text"], row[0]["callback_data"]) for row in rows]))
        return made

    def gets(self, count: int = 1, within: float = 10) -> list[Answer]:
        """Wait for so many messages, and a moment longer for one too many."""
        end = time.monotonic() + within
        got: list[Answer] = []
        while len(got) < count and time.monotonic() < end:
            got += self.unread()
            time.sleep(0.02)
        time.sleep(0.15)
        got += self.unread()
        assert len(got) == count, [answer.text for answer in got]
        return got

    def gets_one(self, within: float = 10) -> Answer:
        return self.gets(1, within)[0]

    def gets_nothing(self, during: float = 1) -> None:
        time.sleep(during)
        assert self.unread() == []


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    if not (FOLDER / "node_modules" / "telegram-test-api").exists():
        installed = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, check=False
        )
        if installed.returncode:
            pytest.skip("needs telegram-test-api, and npm ci could not install it")
    started = Emulator(tmp_path_factory.mktemp("emulator") / "emulator.log")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def assistant(model: Path, emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("telegram") / "data"
    with running(model, data, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=emulator.url) as started:
        yield started


@pytest.fixture(scope="module")
def chats() -> Iterator[int]:
    return itertools.count(FIRST_CHAT)


@pytest.fixture
def user(assistant: Assistant, emulator: Emulator, chats: Iterator[int]) -> User:
    assert assistant.process.poll() is None
    return User(emulator, next(chats))


def shown(reply: Reply) -> str:
    return re.sub(r"<[^>]*>", "", telegram_text.pages(reply)[0]).replace("&amp;", "&")


def test_question_gets_its_answer_with_source_and_date(user: User) -> None:
    user.say(QUESTION)
    answer = user.gets_one()
    assert "28 dagen" in answer.text
    assert re.search(r'<i>Bron: <a href="https://[^"]+">Wet tijdelijk huisverbod</a>, artikel', answer.html)
    assert answer.text.endswith("Gecontroleerd op 22 november 2026")
    assert answer.buttons


def test_buttons_lead_on(user: User, emulator: Emulator) -> None:
    user.say(QUESTION)
    first = user.gets_one()
    before = len(emulator.calls("answerCallbackQuery"))
    for title, data in first.buttons:
        user.press(data)
        answer = user.gets_one()
        assert answer.text != first.text, title
    assert len(emulator.calls("answerCallbackQuery")) == before + len(first.buttons)


def test_emergency_opens_with_112(user: User) -> None:
    user.say("hij slaat haar nu, de kinderen zijn erbij")
    assert user.gets_one().html.startswith("<b>112")


def test_who_types_a_name_is_told_once_behind_the_answer(user: User) -> None:
    user.say(f"{QUESTION} Groet, fatima")
    answer, told = user.gets(2)
    assert "28 dagen" in answer.text
    assert "een naam" in told.text
    user.say(f"{QUESTION} Groet, fatima")
    assert "een naam" not in user.gets_one().text


def test_commands(user: User) -> None:
    for command, words in (
        ("/start", "geautomatiseerde assistent"),
        ("/start welkom", "geautomatiseerde assistent"),
        ("/help", "Ik geef antwoord over"),
        ("/privacy", "niet opgeslagen"),
        ("/stop", "Er is niets vastgelegd"),
        ("/regio", "gemeente"),
        ("/regio Arnhem", "Veilig Thuis Gelderland-Midden"),
        ("/oefenen", "Een casus is een kort verhaal"),
        ("/afwegen", "Vraag 1"),
        ("/wissen", "direct verwijderd"),
    ):
        user.command(command)
        assert words in user.gets_one().text, command


@pytest.mark.usefixtures("assistant")
def test_menu_of_commands_is_filled(emulator: Emulator) -> None:
    commands = json.loads(emulator.calls("setMyCommands")[0]["commands"])
    names = ["start", "help", "privacy", "regio", "afwegen", "oefenen", "wissen", "stop"]
    assert [command["command"] for command in commands] == names


@pytest.mark.parametrize("typed", ["/restart", "/forget", '/topic{"topic":"pr.bot"}', "/record_advice"])
def test_other_commands_are_plain_text(user: User, typed: str) -> None:
    user.say(QUESTION)
    user.gets_one()
    user.command(typed)
    answer = user.gets_one()
    assert "direct verwijderd" not in answer.text
    assert "Vraag 1 van" not in answer.text


def test_unknown_button(user: User) -> None:
    for data in ("/restart", "onzin", '/topic{"topic":"bestaat.niet"}'):
        user.press(data)
        assert user.gets_one().text == shown(telegram_text.UNKNOWN_BUTTON)


def test_too_long(user: User) -> None:
    user.say("x" * 2001)
    assert "2.000 tekens" in user.gets_one().text


@pytest.mark.parametrize(
    ("content", "reply"),
    [
        ({"photo": [FILE | {"width": 1, "height": 1}]}, telegram_text.PICTURE),
        ({"document": FILE}, telegram_text.PICTURE),
        ({"voice": FILE | {"duration": 2}}, telegram_text.SOUND),
        (
            {"sticker": FILE | {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}},
            telegram_text.STICKER,
        ),
        ({"location": {"longitude": 5.9, "latitude": 51.9}}, telegram_text.LOCATION),
        ({"contact": {"phone_number": "0612345678", "first_name": "J"}}, telegram_text.CONTACT),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_no_text(user: User, emulator: Emulator, content: dict[str, Any], reply: Reply) -> None:
    user.send(**content)
    answer = user.gets_one()
    assert answer.text == shown(reply)
    user.press(answer.buttons[-1][1])
    assert "Ik geef antwoord over" in user.gets_one().text
    # What is in it is never asked for.
    assert emulator.calls("getFile") == []


def test_caption_is_answered(user: User) -> None:
    user.send(photo=[FILE | {"width": 1, "height": 1}], caption="hij slaat haar nu")
    first, second = user.gets(2)
    assert first.text.startswith("112")
    assert second.text == shown(telegram_text.PICTURE)


def test_edited_message(user: User) -> None:
    for _ in range(2):
        user.send(text="anders", edited=7)
    assert user.gets_one().text == shown(telegram_text.EDITED)


@pytest.mark.usefixtures("assistant")
def test_group_gets_no_content(emulator: Emulator) -> None:
    group = User(emulator, GROUP)
    group.say(QUESTION)
    group.command("/help")
    assert group.gets_one().text == shown(telegram_text.PRIVATE_ONLY)


def test_messages_of_one_chat_are_answered_in_order(user: User) -> None:
    for text in (QUESTION, "hij slaat haar nu", QUESTION):
        user.say(text)
    answers = user.gets(3)
    assert [answer.text.startswith("112") for answer in answers] == [False, True, False]


def test_advice_form_to_the_end(user: User, assistant: Assistant) -> None:
    user.press(payload("record_advice"))
    answer = user.gets_one()
    for number in range(1, 8):
        assert f"Vraag {number} van 7" in answer.text
        user.press(answer.buttons[0][1])
        answer = user.gets_one()
    assert "Dit leg ik vast" in answer.text
    user.press(dict(answer.buttons)["Vastleggen"])
    assert "Vastgelegd" in user.gets_one().text
    with sa.create_engine(f"sqlite:///{assistant.data / 'meldwijzer.db'}").connect() as opened:
        rows = opened.execute(sa.text("select channel from advice_request")).fetchall()
    assert [tuple(row) for row in rows] == [("telegram",)]


def test_repeated_update_is_answered_once(user: User, emulator: Emulator) -> None:
    user.say(QUESTION)
    user.gets_one()
    emulator.post("/repeat", {"token": TOKEN})
    user.gets_nothing()
    user.say(QUESTION)
    user.gets_one()


def test_lost_answer_is_sent_again(user: User, emulator: Emulator) -> None:
    emulator.post("/faults", {"method": "sendMessage", "code": 502, "description": "Bad Gateway"})
    user.say(QUESTION)
    assert "28 dagen" in user.gets_one().text


def test_answer_waits_as_long_as_telegram_says_and_comes_once(user: User, emulator: Emulator) -> None:
    emulator.post(
        "/faults",
        {"method": "sendMessage", "code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}},
    )
    begun = time.monotonic()
    user.say(QUESTION)
    assert "28 dagen" in user.gets_one().text
    assert time.monotonic() - begun > 1


def test_refused_answer_gives_the_apology(user: User, emulator: Emulator) -> None:
    emulator.post("/faults", {"method": "sendMessage", "code": 400, "description": "Bad Request"})
    user.say(QUESTION)
    assert user.gets_one().text == intake.APOLOGY.text


def test_hanging_actions_give_an_apology_in_time(user: User, emulator: Emulator, assistant: Assistant) -> None:
    (actions,) = assistant.children()["actions"]
    typing = len(emulator.calls("sendChatAction"))
    os.kill(actions, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        user.say(QUESTION)
        answer = user.gets_one()
        assert time.monotonic() - begun < 3
        assert answer.text == intake.APOLOGY.text
        assert len(emulator.calls("sendChatAction")) == typing + 1
        user.say("hij slaat haar nu")
        assert user.gets_one().text.startswith("112")
    finally:
        os.kill(actions, signal.SIGCONT)
    user.say(QUESTION)
    assert "28 dagen" in user.gets_one().text


def test_bot_recovers_when_telegram_was_away(user: User, emulator: Emulator, assistant: Assistant) -> None:
    emulator.stop()
    time.sleep(2)
    assert httpx.get(f"{assistant.url}/health", timeout=5).status_code == 200
    emulator.start()
    user.say(QUESTION)
    assert "28 dagen" in user.gets_one(within=40).text


def test_assistant_starts_without_telegram_and_finds_it_later(model: Path, emulator: Emulator, tmp_path: Path) -> None:
    emulator.stop()
    # A token of its own: the assistant of the other tests still looks for its updates.
    token = "4712:ander-token"
    with running(model, tmp_path / "data", TELEGRAM_TOKEN=token, TELEGRAM_API=emulator.url) as started:
        assert started.session().say(QUESTION)
        emulator.start()
        user = User(emulator, FIRST_CHAT - 5, token)
        user.say(QUESTION)
        assert "28 dagen" in user.gets_one(within=40).text


def test_no_trace_of_token_chat_or_text(assistant: Assistant, user: User) -> None:
    """Last in this file: it looks at what all the tests above left behind."""
    user.say("kanarievogelzang")
    # Its bot may still wait before it looks again whether the emulator is back.
    user.gets_one(within=40)
    places = [path for path in assistant.data.rglob("*") if path.is_file() and not path.is_symlink()]
    left = {path.name: path.read_bytes() for path in (*places, assistant.log)}
    assert left["meldwijzer.db"]
    for secret in (TOKEN, TOKEN.partition(":")[2], str(user.chat), str(FIRST_CHAT), "Kanarie", "kanarievogelzang"):
        assert [name for name, content in left.items() if secret.encode() in content] == [], secret


@pytest.fixture(scope="module")
def transcripts() -> Iterator[dict[str, list[tuple[str, list[str]]]]]:
    held: dict[str, list[tuple[str, list[str]]]] = {}
    yield held
    weighings.write("telegram", held)


@pytest.mark.parametrize(("said", "outcome"), weighings.WEIGHINGS)
def test_weighing_comes_to_each_outcome(
    user: User, transcripts: dict[str, list[tuple[str, list[str]]]], said: list[str], outcome: str
) -> None:
    turns = []
    for words in (weighings.BEGIN, *said):
        user.say(words)
        # Not knowing is explained first, and then asked again.
        got = user.gets(2 if words == "weet ik niet" and len(turns) == 1 else 1)
        turns.append((words, [answer.text for answer in got]))
    assert outcome in turns[-1][1][-1]
    transcripts[outcome] = turns


def test_weighing_ends_in_a_note_that_is_sent_as_a_file(user: User, emulator: Emulator, assistant: Assistant) -> None:
    user.say("help mij afwegen of ik moet melden")
    asked = user.gets_one()
    assert all(len(data.encode()) <= 64 for _, data in asked.buttons)
    user.press(dict(asked.buttons)["Ja, er is een vermoeden"])
    asked = user.gets_one()
    user.say("acuut")
    outcome = user.gets_one()
    assert outcome.text.startswith("112")
    before = len(emulator.calls("sendDocument"))
    user.press(dict(outcome.buttons)["Verslag voor mijn dossier"])
    user.gets_one()
    (sent,) = emulator.calls("sendDocument")[before:]
    assert base64.b64decode(sent["document"]["base64"]).startswith(b"%PDF")
    assert not list(assistant.data.rglob("*.pdf"))


@contextlib.asynccontextmanager
async def bot_at(
    emulator: Emulator, token: str, answer: Callable[[UserMessage], Awaitable[Reply]]
) -> AsyncIterator[TelegramBot]:
    """The bot with a true connection and a false Rasa."""

    async def rasa(said: UserMessage) -> None:
        made = (await answer(said)).to_rasa()
        await said.output_channel.send_response(said.sender_id, made | {"custom": made["json_message"]})

    bot = TelegramBot(rasa, Application.builder().token(token).base_url(f"{emulator.url}/bot"))
    bot.start()
    yield bot
    await bot.stop()


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MELDWIJZER_SECRET", "geheim")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("key")
async def test_long_answer_with_signs_comes_in_pages_after_a_webhook(emulator: Emulator) -> None:
    token = "4714:lang"
    paragraphs = [f"{number} < 9 & <b>\n{'x' * 1000}" for number in range(9)]
    buttons = (Button("Kan niet", "/" + "x" * 64), Button("Ja & nee", "/affirm"))

    async def answer(_: UserMessage) -> Reply:
        return Reply("\n\n".join(paragraphs), buttons)

    # Telegram refuses to be asked as long as it has where to post.
    emulator.post(f"/bot{token}/setWebhook", {"url": "https://gemeente.example"})
    async with bot_at(emulator, token, answer):
        user = User(emulator, FIRST_CHAT - 6, token)
        user.say("hallo")
        got = await asyncio.to_thread(user.gets, 3)
    assert [each.text for each in got] == ["\n\n".join(paragraphs[at : at + 4]) for at in (0, 4, 8)]
    assert [each.buttons for each in got] == [[], [], [("Ja & nee", "/affirm")]]


@pytest.mark.usefixtures("key", "emulator")
async def test_answer_during_an_outage_is_not_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(telegram, "RESEND_AFTER", (0.1,) * 100)
    emulator = Emulator(tmp_path / "emulator.log")
    back = threading.Event()

    def come_back() -> None:
        emulator.start()
        back.set()

    async def answer(said: UserMessage) -> Reply:
        emulator.stop()
        threading.Timer(1, come_back).start()
        return Reply(f"Antwoord op {said.text}")

    async with bot_at(emulator, TOKEN, answer):
        user = User(emulator, FIRST_CHAT - 7)
        user.say("hallo")
        assert await asyncio.to_thread(back.wait, 10)
        assert (await asyncio.to_thread(user.gets_one)).text == "Antwoord op hallo"
    emulator.stop()


def webhooks_set(emulator: Emulator) -> list[dict[str, str]]:
    return [call for call in emulator.calls("setWebhook") if "secret_token" in call]


@pytest.fixture(scope="module")
def webhook(model: Path, emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant to which updates are posted, and of which every logger tells all."""
    folder = tmp_path_factory.mktemp("webhook")
    (folder / "sitecustomize.py").write_text(
        "import logging\nlogging.Logger.getEffectiveLevel = lambda self: logging.DEBUG\n"
    )
    environment = {
        "TELEGRAM_TOKEN": WEBHOOK_TOKEN,
        "TELEGRAM_API": emulator.url,
        "TELEGRAM_WEBHOOK": "https://gemeente.example/",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PYTHONPATH": str(folder),
    }
    with running(model, folder / "data", **environment) as started:
        end = time.monotonic() + 10
        while not webhooks_set(emulator) and time.monotonic() < end:
            time.sleep(0.1)
        yield started


@dataclass
class Posted(User):
    """A user whose messages Telegram posts to the assistant."""

    url: str = ""
    token: str = WEBHOOK_TOKEN

    def update(self, **content: Any) -> dict[str, Any]:
        common = {"message_id": 5} | self._common()
        del common["botToken"]
        return {"update_id": time.time_ns(), "message": common | content}

    def post(self, update: Any, secret: str | bytes | None = SECRET) -> httpx.Response:
        content = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        return httpx.post(f"{self.url}/webhooks/telegram/webhook", content=content, headers=headers, timeout=20)


@pytest.fixture
def posted(webhook: Assistant, emulator: Emulator, chats: Iterator[int]) -> Posted:
    assert webhook.process.poll() is None
    return Posted(emulator, next(chats), url=webhook.url)


@pytest.mark.usefixtures("webhook")
def test_webhook_is_set(emulator: Emulator) -> None:
    (told,) = webhooks_set(emulator)
    assert told["url"] == "https://gemeente.example/webhooks/telegram/webhook"
    assert told["secret_token"] == SECRET
    assert json.loads(told["allowed_updates"]) == ["message", "edited_message", "callback_query"]


def test_posted_update_is_answered_before_it_is_acknowledged_and_once(posted: Posted) -> None:
    update = posted.update(text=QUESTION)
    done = posted.post(update)
    assert (done.status_code, done.content) == (200, b"")
    (answer,) = posted.unread()
    assert "28 dagen" in answer.text
    assert posted.post(update).status_code == 200
    posted.gets_nothing(0.3)


def test_posted_press(posted: Posted) -> None:
    under = posted.update(text="x")["message"]
    query = {"id": "7", "chat_instance": "1", "from": under["from"], "message": under, "data": payload("region")}
    assert posted.post({"update_id": time.time_ns(), "callback_query": query}).status_code == 200
    assert "gemeente" in posted.unread()[0].text


def test_largest_message_does_not_block_its_chat(posted: Posted) -> None:
    long = posted.update(text="😀" * 4096)
    long["message"]["reply_to_message"] = posted.update(text="😀" * 4096)["message"]
    assert posted.post(long).status_code == 200
    assert "2.000 tekens" in posted.unread()[0].text


@pytest.mark.parametrize("secret", [None, "", "kanarie", SECRET.lower(), SECRET + "x", b"\xff\xc3"])
@pytest.mark.parametrize("size", [4, 200_000])
def test_update_of_a_stranger_is_refused(posted: Posted, secret: str | bytes | None, size: int) -> None:
    refused = posted.post(posted.update(text="kanar" * (size // 4)), secret)
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Dit adres is alleen voor Telegram."
    posted.gets_nothing(0.1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b'"kanarievogelzang"',
        b"[" * 9_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"{}",
        b'{"update_id": "kanarievogelzang"}',
        b'{"update_id": 1, "message": {"text": "kanarievogelzang"}}',
        b'{"text": "kanarievogelzang"}',
    ],
)
def test_what_is_no_update_is_refused(posted: Posted, content: bytes) -> None:
    refused = posted.post(content)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Dit is geen update van Telegram."
    assert "kanarie" not in refused.text


def test_posted_updates_have_a_limit_too(posted: Posted) -> None:
    assert posted.post(b" " * 200_000).status_code == 413


def test_no_trace_in_any_log_at_any_level(webhook: Assistant, posted: Posted) -> None:
    """Last of those with a webhook: it looks at what they left behind."""
    assert posted.post(posted.update(text="kanarievogelzang")).status_code == 200
    log = webhook.log.read_text()
    for name in ("DEBUG httpcore", "INFO httpx", "DEBUG telegram.ext.ExtBot", "DEBUG rasa.core"):
        assert f" {name}" in log, name
    places = [path for path in webhook.data.rglob("*") if path.is_file() and not path.is_symlink()]
    left = {path.name: path.read_bytes() for path in places} | {"log": log.encode()}
    for secret in (WEBHOOK_TOKEN.partition(":")[2], SECRET, str(posted.chat), "Kanarie", "kanarievogelzang"):
        assert [name for name, content in left.items() if secret.encode() in content] == [], secret
