"""The Telegram channel without Telegram: its texts, its order, and what it sends for what it gets."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from rasa.core.channels.channel import UserMessage
from telegram import Update
from telegram.error import NetworkError
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.channels import intake, telegram, telegram_text
from bot.channels.payloads import is_payload
from bot.channels.problems import Problem
from bot.channels.telegram import COMMANDS, TelegramBot, TelegramChannel
from bot.channels.telegram_order import InOrder, Memory
from bot.channels.telegram_text import LIMIT, keyboard, pages, split
from meldwijzer.dates import in_words
from meldwijzer.knowledge import Source, knowledge
from meldwijzer.reply import Button, Reply, answer, explanation
from meldwijzer.settings import settings
from meldwijzer.terms import terms
from meldwijzer.topics import payload, payload_of, topics

TOKEN = "4711:kanarie-token"
CHAT = 987654321
GROUP = -1001234
WEBHOOK = "https://gemeente.example/webhooks/telegram/webhook"
NO_UPDATES = [
    b"",
    b"{",
    b"\xff",
    b"null",
    b"7",
    b'"kanarie"',
    b"[1]",
    b"[" * 9_000,
    b'{"update_id": 1, "message": ' + b'{"reply_to_message": ' * 9_000,
    b"{}",
    b'{"update_id": "kanarie"}',
    b'{"update_id": {"a": 1}}',
    b'{"message": {"text": "kanarie"}}',
    b'{"update_id": 1, "message": "kanarie"}',
    b'{"update_id": 1, "message": [{}]}',
    b'{"update_id": 1, "message": {"text": "kanarie"}}',
    b'{"update_id": 1, "message": {"message_id": 5, "date": 1e99, "chat": {"id": 1, "type": "private"}}}',
]


def shown(page: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", page))


class TestSplit:
    def test_short_text_stays_whole(self) -> None:
        assert split("Een.\n\nTwee.", 100) == ["Een.\n\nTwee."]

    def test_no_text_is_no_part(self) -> None:
        assert split(" \n ", 100) == []

    @pytest.mark.parametrize(
        ("text", "limit", "parts"),
        [
            ("een twee\n\ndrie vier\n\nvijf", 22, ["een twee\n\ndrie vier", "vijf"]),
            ("een twee\ndrie vier", 12, ["een twee", "drie vier"]),
            ("Een twee. Drie vier.", 12, ["Een twee.", "Drie vier."]),
            ("een twee drie", 8, ["een twee", "drie"]),
            ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
            ("een\n\n" + "x" * 10, 5, ["een", "xxxxx", "xxxxx"]),
            ("abcd\n\nefgh", 4, ["abcd", "efgh"]),
            ("abc. efgh", 4, ["abc.", "efgh"]),
            ("😀😀😀", 2, ["😀😀", "😀"]),
        ],
    )
    def test_cuts_at_the_best_place(self, text: str, limit: int, parts: list[str]) -> None:
        assert split(text, limit) == parts

    @given(st.text(alphabet="ab. \né😀"), st.integers(1, 30))
    def test_nothing_is_lost_and_nothing_is_too_long(self, text: str, limit: int) -> None:
        parts = split(text, limit)
        assert all(0 < len(part) <= limit for part in parts)
        assert "".join("".join(parts).split()) == "".join(text.split())


class TestPages:
    def test_sources_and_date_stand_below(self) -> None:
        reply = Reply(
            "Antwoord.",
            sources=(
                Source("Wmo 2015", "artikel 4.1.1", "https://wetten.overheid.nl/x?a=1&b=2"),
                Source("Boek", "p. 3"),
            ),
            checked_on="2026-11-22",
        )
        (page,) = pages(reply)
        assert page.split("\n") == [
            "Antwoord.",
            "",
            '<i>Bron: <a href="https://wetten.overheid.nl/x?a=1&amp;b=2">Wmo 2015</a>, artikel 4.1.1</i>',
            "<i>Bron: Boek, p. 3</i>",
            "<i>Gecontroleerd op 22 november 2026</i>",
        ]

    def test_what_looks_like_a_tag_is_text(self) -> None:
        (page,) = pages(Reply("<b>&", sources=(Source("<i>", "a & b", 'https://x/"><b>'),)))
        assert page.startswith("&lt;b&gt;&amp;\n\n")
        assert '<a href="https://x/&quot;&gt;&lt;b&gt;">&lt;i&gt;</a>, a &amp; b' in page

    def test_emergency_opens_in_bold(self) -> None:
        assert pages(Reply("112: bel nu.\nEn dan."))[0] == "<b>112: bel nu.</b>\nEn dan."

    def test_long_text_becomes_more_messages(self) -> None:
        reply = Reply("\n\n".join(["<" * 1000] * 9), sources=(Source("Bron", "hier"),), checked_on="2026-01-02")
        made = pages(reply)
        assert len(made) == 3
        assert all(len(shown(page)) <= LIMIT for page in made)
        assert made[-1].endswith("<i>Gecontroleerd op 2 januari 2026</i>")

    def test_sources_that_no_longer_fit_come_apart(self) -> None:
        made = pages(Reply("x" * LIMIT, sources=(Source("Bron", "hier"),)))
        assert [len(shown(page)) for page in made] == [LIMIT, len("Bron: Bron, hier")]

    def test_every_answer_fits(self) -> None:
        for entry in knowledge().values():
            for reply in (answer(entry), explanation(entry)):
                made = pages(reply)
                assert all(len(shown(page)) <= LIMIT for page in made), entry.topic
                assert keyboard(reply.buttons) is None or len(keyboard(reply.buttons).inline_keyboard) == len(
                    reply.buttons
                )

    @pytest.mark.parametrize(
        "reply",
        [value for value in vars(telegram_text).values() if isinstance(value, Reply)],
        ids=lambda r: r.text[:20],
    )
    def test_every_fixed_text_leads_to_people_and_has_working_buttons(self, reply: Reply) -> None:
        assert "112" in reply.text
        assert "0800-2000" in reply.text
        assert not re.search(r"\b(je|jij|jouw)\b", reply.text)
        assert all(is_payload(button.payload) for button in reply.buttons)

    def test_brief_text_fits_in_a_window(self) -> None:
        assert len(telegram_text.PRIVATE_ONLY_BRIEFLY) <= 200

    def test_months(self) -> None:
        assert [in_words(dt.date(2026, month, 9)).split()[1][:3] for month in (1, 3, 8, 12)] == [
            "jan",
            "maa",
            "aug",
            "dec",
        ]


class TestKeyboard:
    def test_one_button_in_a_row(self) -> None:
        made = keyboard((Button("Ja", "/affirm"), Button("Nee", "/stop")))
        assert made is not None
        assert [[(b.text, b.callback_data) for b in row] for row in made.inline_keyboard] == [
            [("Ja", "/affirm")],
            [("Nee", "/stop")],
        ]

    def test_no_buttons_no_keyboard(self) -> None:
        assert keyboard(()) is None

    def test_payload_that_telegram_refuses_is_left_out(self, caplog: pytest.LogCaptureFixture) -> None:
        made = keyboard((Button("Te lang", "/é" + "x" * 62), Button("Past", "/" + "x" * 63)))
        assert made is not None
        assert [row[0].text for row in made.inline_keyboard] == ["Past"]
        assert "1 of 2 buttons left out" in caplog.text
        assert "xxx" not in caplog.text

    def test_every_payload_of_the_assistant_fits(self) -> None:
        payloads = [payload_of(topic) for topic in topics()]
        payloads += [payload("more", topic=topic) for topic in topics()]
        payloads += [payload("change", field=name) for name in terms()]
        payloads += [payload("inform", **{name: option}) for name, each in terms().items() for option in each.options]
        assert [each for each in payloads if len(each.encode()) > telegram_text.MOST_DATA] == []


class TestMemory:
    def test_is_new_once(self) -> None:
        memory = Memory(2)
        assert [memory.is_new(n) for n in (1, 1, 2, 3, 1)] == [True, False, True, True, True]

    def test_forgets_after_a_while(self) -> None:
        memory = Memory(9, seconds=0)
        assert memory.is_new(1)
        assert memory.is_new(1)


def test_commands_are_buttons() -> None:
    assert all(is_payload(button) for _, button in COMMANDS.values())
    assert list(COMMANDS) == ["start", "help", "privacy", "regio", "afwegen", "oefenen", "wissen", "stop"]


class FakeTelegram(BaseRequest):
    """Takes the calls of a bot and answers as Telegram would."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.faults: dict[str, list[tuple[int, str]]] = {}

    read_timeout = 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        parameters = request_data.json_parameters if request_data else {}
        self.calls.append((name, parameters))
        if self.faults.get(name):
            status, description = self.faults[name].pop(0)
            if not status:
                raise NetworkError(description)
            return status, json.dumps({"ok": False, "error_code": status, "description": description}).encode()
        result: Any = True
        if name == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "Meldwijzer", "username": "MeldwijzerBot"}
        elif name == "getUpdates":
            result = []
            await asyncio.sleep(0.01)
        elif name == "sendMessage":
            chat = {"id": int(parameters["chat_id"]), "type": "private"}
            result = {"message_id": 1, "date": 1, "chat": chat, "text": parameters["text"]}
        return 200, json.dumps({"ok": True, "result": result}).encode()

    @property
    def sent(self) -> list[str]:
        return [parameters["text"] for name, parameters in self.calls if name == "sendMessage"]

    def named(self, method: str) -> list[dict[str, str]]:
        return [parameters for name, parameters in self.calls if name == method]


class Bench:
    """A bot with a false Telegram on one side and a false Rasa on the other."""

    def __init__(self, webhook: str | None = None) -> None:
        self.telegram = FakeTelegram()
        self.heard: list[str] = []
        self.senders: set[str] = set()
        self.delay = 0.0
        self.error: Exception | None = None
        self._update_id = 0
        builder = Application.builder().token(TOKEN).request(self.telegram).get_updates_request(self.telegram)
        self.bot = TelegramBot(self._rasa, builder, webhook)

    async def _rasa(self, message: UserMessage) -> None:
        self.heard.append(message.text)
        self.senders.add(message.sender_id)
        await asyncio.sleep(self.delay)
        if self.error:
            raise self.error
        await message.output_channel.send_response(message.sender_id, {"text": f"Antwoord op {message.text}"})

    async def get(self, *updates: dict[str, Any]) -> list[str]:
        """Let updates come in, and give what was sent for them."""
        before = len(self.telegram.sent)
        for update in updates:
            self._update_id += 1
            data = {"update_id": self._update_id} | update
            await self.bot.application.update_queue.put(Update.de_json(data, self.bot.application.bot))
        await self.bot.application.update_queue.join()
        await asyncio.sleep(0.01)
        return self.telegram.sent[before:]


def body(update_id: int, update: dict[str, Any]) -> bytes:
    return json.dumps({"update_id": update_id} | update).encode()


def message(chat: int = CHAT, **content: Any) -> dict[str, Any]:
    text = content.get("text", "")
    if re.match(r"/\w+", text):
        length = len(text.split()[0])
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    kind = "private" if chat > 0 else "supergroup"
    person = {"id": CHAT, "is_bot": False, "first_name": "X"}
    return {"message": {"message_id": 5, "date": 1, "chat": {"id": chat, "type": kind}, "from": person} | content}


def press(data: str | None, chat: int = CHAT) -> dict[str, Any]:
    under = message(chat, text="x")["message"]
    query = {"id": "7", "chat_instance": "1", "from": under["from"], "message": under}
    return {"callback_query": query | ({"data": data} if data is not None else {})}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MELDWIJZER_SECRET", "geheim")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    await made.bot.application.initialize()
    await made.bot.application.start()
    yield made
    await made.bot.stop()


class TestBot:
    async def test_text_is_answered(self, bench: Bench) -> None:
        assert await bench.get(message(text="Wat is 1 < 2?")) == ["Antwoord op Wat is 1 &lt; 2?"]
        (sent,) = bench.telegram.named("sendMessage")
        assert sent["parse_mode"] == "HTML"
        assert json.loads(sent["link_preview_options"])["is_disabled"] is True

    async def test_sender_is_a_pseudonym(self, bench: Bench) -> None:
        await bench.get(message(text="hallo"))
        assert bench.senders == {intake.pseudonym("telegram", str(CHAT))}
        assert str(CHAT) not in str(bench.senders)

    @pytest.mark.parametrize(
        ("typed", "heard"),
        [
            ("/start", intake.GREETING),
            ("/start gemeente-arnhem", intake.GREETING),
            ("/help", '/topic{"topic":"bot.help"}'),
            ("/Help@MeldwijzerBot", '/topic{"topic":"bot.help"}'),
            ("/wissen", "/forget"),
            ("/privacy", '/topic{"topic":"pr.bot"}'),
            ("/stop", "/stop"),
            ("/regio", "/region"),
            ("/afwegen", "/weigh"),
            ("/oefenen", "/practise"),
            ("/regio Arnhem", "regio Arnhem"),
            ("/restart", "restart"),
            ("/forget", "forget"),
            ('/topic{"topic":"pr.bot"}', 'topic{"topic":"pr.bot"}'),
            ("/help me, hij slaat haar", "help me, hij slaat haar"),
            ("/stop@AnderBot", "stop@AnderBot"),
        ],
    )
    async def test_commands(self, bench: Bench, typed: str, heard: str) -> None:
        await bench.get(message(text=typed))
        assert bench.heard == [heard]

    async def test_long_text_is_refused(self, bench: Bench) -> None:
        assert await bench.get(message(text="x" * (intake.LONGEST + 1))) == pages(telegram_text.TOO_LONG)
        assert await bench.get(message(text="x" * intake.LONGEST)) != pages(telegram_text.TOO_LONG)
        assert "2.000 tekens" in telegram_text.TOO_LONG.text

    @pytest.mark.parametrize(
        ("content", "reply"),
        [
            ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, telegram_text.SOUND),
            ({"audio": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, telegram_text.SOUND),
            (
                {"video": {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1}},
                telegram_text.SOUND,
            ),
            ({"video_note": {"file_id": "a", "file_unique_id": "b", "duration": 1, "length": 1}}, telegram_text.SOUND),
            ({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}, telegram_text.PICTURE),
            ({"document": {"file_id": "a", "file_unique_id": "b"}}, telegram_text.PICTURE),
            (
                {
                    "document": {"file_id": "a", "file_unique_id": "b"},
                    "animation": {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1},
                },
                telegram_text.STICKER,
            ),
            (
                {
                    "sticker": {
                        "file_id": "a",
                        "file_unique_id": "b",
                        "width": 1,
                        "height": 1,
                        "is_animated": False,
                        "is_video": False,
                        "type": "regular",
                    }
                },
                telegram_text.STICKER,
            ),
            ({"dice": {"emoji": "🎲", "value": 3}}, telegram_text.STICKER),
            ({"location": {"longitude": 5.9, "latitude": 51.9}}, telegram_text.LOCATION),
            ({"contact": {"phone_number": "0612345678", "first_name": "J"}}, telegram_text.CONTACT),
            ({"story": {"chat": {"id": 3, "type": "private"}, "id": 3}}, telegram_text.OTHER),
        ],
        ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
    )
    async def test_what_is_no_text(self, bench: Bench, content: dict[str, Any], reply: Reply) -> None:
        assert await bench.get(message(**content)) == pages(reply)
        assert bench.heard == []

    async def test_caption_is_answered_first(self, bench: Bench) -> None:
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
        sent = await bench.get(message(photo=photo, caption="hij slaat haar"))
        assert sent == ["Antwoord op hij slaat haar", *pages(telegram_text.PICTURE)]

    async def test_album_is_refused_once(self, bench: Bench) -> None:
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
        album = [message(photo=photo, media_group_id="9") for _ in range(3)]
        assert await bench.get(*album) == pages(telegram_text.PICTURE)

    async def test_pinned_message_gets_nothing(self, bench: Bench) -> None:
        pinned = message(text="x")["message"]
        assert await bench.get(message(pinned_message=pinned)) == []

    async def test_edit_is_explained_once(self, bench: Bench) -> None:
        edited = {"edited_message": message(text="anders", edit_date=2)["message"]}
        assert await bench.get(edited) == pages(telegram_text.EDITED)
        assert await bench.get(edited) == []
        moved = {"edited_message": message(message_id=6, location={"longitude": 5.9, "latitude": 51.9})["message"]}
        assert await bench.get(moved) == []
        assert bench.heard == []

    async def test_group_is_told_once_and_gets_no_content(self, bench: Bench) -> None:
        assert await bench.get(message(GROUP, text="hallo"), message(GROUP, text="/help")) == pages(
            telegram_text.PRIVATE_ONLY
        )
        assert bench.heard == []

    async def test_press(self, bench: Bench) -> None:
        assert await bench.get(press("/affirm")) == ["Antwoord op /affirm"]
        assert len(bench.telegram.named("answerCallbackQuery")) == 1

    @pytest.mark.parametrize("data", ["/restart", "/topic", '/topic{"topic":"x"}', "onzin", "/topic{", None])
    async def test_unknown_button(self, bench: Bench, data: str | None) -> None:
        assert await bench.get(press(data)) == pages(telegram_text.UNKNOWN_BUTTON)
        assert len(bench.telegram.named("answerCallbackQuery")) == 1
        assert bench.heard == []

    async def test_press_in_a_group(self, bench: Bench) -> None:
        assert await bench.get(press("/affirm", GROUP)) == []
        (acknowledged,) = bench.telegram.named("answerCallbackQuery")
        assert acknowledged["text"] == telegram_text.PRIVATE_ONLY_BRIEFLY
        assert bench.heard == []

    async def test_press_that_is_too_old_is_answered_all_the_same(self, bench: Bench) -> None:
        bench.telegram.faults["answerCallbackQuery"] = [(400, "Bad Request: query is too old")]
        assert await bench.get(press("/affirm")) == ["Antwoord op /affirm"]

    async def test_error_in_rasa_gives_the_apology(self, bench: Bench) -> None:
        bench.error = RuntimeError("kapot")
        assert await bench.get(message(text="hallo")) == pages(intake.APOLOGY)

    async def test_error_of_ours_gives_the_apology(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(*_: object) -> list[Reply]:
            raise RuntimeError

        monkeypatch.setattr(intake, "say", broken)
        assert await bench.get(message(text="kanarie")) == pages(intake.APOLOGY)
        assert "kanarie" not in "".join(record.getMessage() for record in caplog.records)

    async def test_message_that_telegram_refuses_gives_the_apology(self, bench: Bench) -> None:
        bench.telegram.faults["sendMessage"] = [(400, "Bad Request: can't parse entities")]
        assert (await bench.get(message(text="hallo")))[-1:] == pages(intake.APOLOGY)

    async def test_answer_without_text_is_an_apology(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        async def nothing(*_: object) -> list[Reply]:
            return [Reply("")]

        monkeypatch.setattr(intake, "say", nothing)
        assert await bench.get(message(text="hallo")) == pages(intake.APOLOGY)

    async def test_user_who_blocked_the_bot_is_left_alone(self, bench: Bench) -> None:
        bench.telegram.faults["sendMessage"] = [(403, "Forbidden: bot was blocked by the user")]
        assert len(await bench.get(message(text="hallo"))) == 1

    async def test_lost_message_is_sent_again(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(telegram, "RESEND_AFTER", (0.0, 0.0))
        bench.telegram.faults["sendMessage"] = [(0, "reset"), (502, "Bad Gateway")]
        assert await bench.get(message(text="hallo")) == ["Antwoord op hallo"] * 3
        assert bench.heard == ["hallo"]

    async def test_long_outage_is_not_answered_by_one_more_message(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert sum(telegram.RESEND_AFTER) > 300
        monkeypatch.setattr(telegram, "RESEND_AFTER", (0.0, 0.0))
        bench.telegram.faults["sendMessage"] = [(0, "down")] * 3
        assert await bench.get(message(text="hallo")) == ["Antwoord op hallo"] * 3

    async def test_update_that_comes_twice_is_answered_once(self, bench: Bench) -> None:
        update = message(text="hallo") | {"update_id": 77}
        assert await bench.get(update, update) == ["Antwoord op hallo"]
        assert await bench.get(update) == []

    async def test_typing_shows_only_when_it_takes_long(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        await bench.get(message(text="snel"))
        assert bench.telegram.named("sendChatAction") == []
        monkeypatch.setattr(telegram, "TYPING_AFTER", 0.01)
        bench.delay = 0.1
        await bench.get(message(text="langzaam"))
        assert [call["action"] for call in bench.telegram.named("sendChatAction")] == ["typing"]

    async def test_one_chat_is_answered_in_order(self, bench: Bench) -> None:
        delays = iter((0.05, 0.0, 0.02, 0.0))

        async def rasa(said: UserMessage) -> None:
            await asyncio.sleep(next(delays))
            await said.output_channel.send_response(said.sender_id, {"text": said.text})

        bench.bot._on_new_message = rasa
        assert await bench.get(*(message(text=str(n)) for n in range(4))) == ["0", "1", "2", "3"]

    async def test_chats_do_not_wait_for_each_other(self, bench: Bench) -> None:
        bench.delay = 0.2
        begun = asyncio.get_running_loop().time()
        assert len(await bench.get(*(message(chat, text="hallo") for chat in range(1, 11)))) == 10
        assert asyncio.get_running_loop().time() - begun < 1

    async def test_flood_is_refused_once_and_others_are_answered(self, bench: Bench) -> None:
        bench.delay = 0.01
        flood = [message(text=f"bericht {n}") for n in range(InOrder.MOST_WAITING + 30)]
        sent = await bench.get(*flood, message(5, text="ander"))
        assert sent.count(*pages(telegram_text.TOO_FAST)) == 1
        assert "Antwoord op ander" in sent
        assert len(bench.heard) == InOrder.MOST_WAITING + 1
        assert await bench.get(message(text="weer")) == ["Antwoord op weer"]


class TestStart:
    async def test_tries_until_telegram_is_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(telegram, "FIRST_WAIT", 0.01)
        bench = Bench()
        bench.telegram.faults["getMe"] = [(0, "down"), (502, "Bad Gateway")]
        bench.telegram.faults["setMyCommands"] = [(400, "Bad Request")]
        bench.bot.start()
        for _ in range(200):
            if bench.telegram.named("getUpdates"):
                break
            await asyncio.sleep(0.01)
        assert bench.telegram.named("getUpdates")
        assert json.loads(bench.telegram.named("setMyCommands")[0]["commands"])[0]["command"] == "start"
        await bench.bot.stop()
        assert not bench.bot.application.running

    async def test_refused_token_is_told_without_the_token(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "meldwijzer")
        bench = Bench()
        bench.telegram.faults["getMe"] = [(401, "Unauthorized")]
        bench.bot.start()
        await asyncio.sleep(0.05)
        own = [record.getMessage() for record in caplog.records if record.name.startswith("meldwijzer")]
        assert own == ["Telegram refuses the token; there is no Telegram channel"]
        assert TOKEN not in "".join(own)
        await bench.bot.stop()

    async def test_stops_while_it_still_looks_for_telegram(self) -> None:
        bench = Bench()
        bench.telegram.faults["getMe"] = [(0, "down")] * 9
        bench.bot.start()
        await asyncio.sleep(0.01)
        await asyncio.wait_for(bench.bot.stop(), 1)


class TestWebhook:
    @pytest.fixture
    async def bench(self) -> AsyncIterator[Bench]:
        made = Bench(WEBHOOK)
        made.bot.start()
        await made.bot._starting
        yield made
        await made.bot.stop()

    async def test_telegram_is_told_where_to_post(self, bench: Bench) -> None:
        (told,) = bench.telegram.named("setWebhook")
        assert told["url"] == WEBHOOK
        assert re.fullmatch(r"[0-9a-f]{64}", told["secret_token"])
        assert json.loads(told["allowed_updates"]) == ["message", "edited_message", "callback_query"]
        assert bench.telegram.named("getUpdates") == []

    async def test_tries_until_telegram_takes_it(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(telegram, "FIRST_WAIT", 0.01)
        bench = Bench(WEBHOOK)
        bench.telegram.faults["setWebhook"] = [(0, "down"), (400, "Bad Request: bad webhook: no such host")]
        bench.bot.start()
        await bench.bot._starting
        assert len(bench.telegram.named("setWebhook")) == 3
        assert "trying again: Bad webhook: no such host" in caplog.text
        assert TOKEN not in caplog.text
        await bench.bot.stop()

    async def test_is_answered_before_it_counts_as_handled(self, bench: Bench) -> None:
        bench.delay = 0.05
        await bench.bot.take(body(1, message(text="hallo")))
        assert bench.telegram.sent == ["Antwoord op hallo"]

    async def test_one_that_fails_counts_as_handled(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        async def broken(*_: object) -> list[Reply]:
            raise RuntimeError

        monkeypatch.setattr(intake, "say", broken)
        await bench.bot.take(body(1, message(text="hallo")))
        assert bench.telegram.sent == pages(intake.APOLOGY)

    async def test_repeated_while_it_is_handled_waits_and_is_answered_once(self, bench: Bench) -> None:
        bench.delay = 0.05
        once = asyncio.create_task(bench.bot.take(body(1, message(text="hallo"))))
        await asyncio.sleep(0.01)
        await bench.bot.take(body(1, message(text="hallo")))
        assert bench.telegram.sent == ["Antwoord op hallo"]
        assert once.done()

    async def test_goes_on_when_telegram_hangs_up(self, bench: Bench) -> None:
        bench.delay = 0.05
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(bench.bot.take(body(1, message(text="hallo"))), 0.01)
        assert bench.telegram.sent == []
        await bench.bot.stop()
        assert bench.telegram.sent == ["Antwoord op hallo"]

    @pytest.mark.parametrize("raw", NO_UPDATES)
    async def test_what_is_no_update_does_nothing(
        self, bench: Bench, raw: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = len(bench.telegram.calls)
        with pytest.raises(Problem) as refused:
            await bench.bot.take(raw)
        assert refused.value.status_code == 400
        assert len(bench.telegram.calls) == before
        assert caplog.records == []

    async def test_is_left_for_later_when_the_bot_does_not_run(self) -> None:
        with pytest.raises(Problem) as refused:
            await Bench(WEBHOOK).bot.take(body(1, message(text="hallo")))
        assert refused.value.status_code == 503

    def test_secret_can_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = telegram._secret()
        monkeypatch.setenv("MELDWIJZER_SECRET", "ander")
        settings.cache_clear()
        assert telegram._secret() != made
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "Zelf_gekozen-1")
        settings.cache_clear()
        assert telegram._secret() == "Zelf_gekozen-1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_WEBHOOK", "http://gemeente.example"),
        ("TELEGRAM_WEBHOOK", "gemeente.example"),
        ("TELEGRAM_WEBHOOK", "https://"),
        ("TELEGRAM_WEBHOOK_SECRET", "kanarie spatie"),
        ("TELEGRAM_WEBHOOK_SECRET", "kanarië"),
        ("TELEGRAM_WEBHOOK_SECRET", "kanarie" * 40),
    ],
)
def test_settings_that_telegram_would_refuse(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(ValidationError) as refused:
        settings()
    assert "kanari" not in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "listeners", "routes"),
    [
        ({}, 0, 0),
        ({"TELEGRAM_TOKEN": ""}, 0, 0),
        ({"TELEGRAM_WEBHOOK": "https://gemeente.example"}, 0, 0),
        ({"TELEGRAM_TOKEN": TOKEN}, 2, 0),
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK": ""}, 2, 0),
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK": "https://gemeente.example"}, 2, 1),
    ],
)
def test_there_only_with_a_token(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], listeners: int, routes: int
) -> None:
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    made = TelegramChannel().blueprint(lambda _: SimpleNamespace())
    assert len(made._future_listeners) == listeners
    assert len(made._future_routes) == routes
