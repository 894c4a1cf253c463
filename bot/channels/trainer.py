"""What a trainer steers a group session with: `/trainer` and the API behind that page."""

from __future__ import annotations

import asyncio
import hmac
import io
from collections.abc import Awaitable, Callable
from typing import Any

import segno
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file, json, raw

from bot.channels.intake import LONGEST, without_slash
from bot.channels.json_body import json_body
from bot.channels.pages import FOLDER, REVALIDATE, address_of
from bot.channels.problems import Problem
from bot.nlu.ranking import ranking_of
from meldwijzer import group_report, groups, quiz
from meldwijzer.cases import cases
from meldwijzer.groups import Group
from meldwijzer.knowledge import knowledge
from meldwijzer.settings import settings
from meldwijzer.terms import terms

#: Topics shown beside the one that was recognised.
MOST_ALTERNATIVES = 3


def add_trainer(routes: Blueprint, limit: Callable[[Request], Awaitable[None]]) -> None:
    """Add the page and its API, when there is a token to protect it with.

    Args:
        routes: to add it to.
        limit: counts a request, and refuses it when there were too many.
    """
    secret = settings().trainer_token
    if secret is None:
        return
    token = secret.get_secret_value().encode()

    async def let_in(request: Request) -> None:
        await limit(request)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(errors="surrogateescape"), token):
            raise Problem(401, "Dit wachtwoord klopt niet. Vraag het aan uw beheerder.")

    @routes.get("/trainer")
    async def page(_: Request) -> HTTPResponse:
        return await file(FOLDER / "trainer.html", headers=REVALIDATE)

    @routes.get("/trainer/options")
    async def options(request: Request) -> HTTPResponse:
        await let_in(request)
        return json(choices())

    @routes.post("/trainer/sessions")
    async def begin(request: Request) -> HTTPResponse:
        await let_in(request)
        wish = json_body(request)
        subject, case = wish.get("subject", quiz.ALL), wish.get("case")
        if not isinstance(subject, str) or not isinstance(case, (str, type(None))):
            raise Problem(400, "Kies een onderwerp en een casus uit de lijst.")
        try:
            group = await asyncio.to_thread(groups.start, subject, case or None)
        except ValueError:
            raise Problem(400, "Kies een onderwerp en een casus uit de lijst.") from None
        return json(await asyncio.to_thread(shown, group, request), status=201)

    @routes.get("/trainer/sessions/<code:str>")
    async def see(request: Request, code: str) -> HTTPResponse:
        await let_in(request)
        return json(await asyncio.to_thread(lambda: shown(there(code), request)))

    @routes.post("/trainer/sessions/<code:str>/<change:str>")
    async def steer(request: Request, code: str, change: str) -> HTTPResponse:
        await let_in(request)
        group = await asyncio.to_thread(there, code)
        if change == "end":
            await asyncio.to_thread(groups.end, group)
            return json(await asyncio.to_thread(group_report.report, group))
        changes = {"next": groups.advance, "reveal": groups.reveal}
        if change not in changes:
            raise Problem(404, "Deze pagina bestaat niet.")
        step = json_body(request).get("step")
        if not isinstance(step, int) or isinstance(step, bool):
            raise Problem(400, 'Stuur {"step": …} met het nummer van de stap die u ziet.')
        await asyncio.to_thread(changes[change], code, step)
        return json(await asyncio.to_thread(lambda: shown(there(code), request)))

    # A report that is lost on the way can be asked for again, until the page says that it has it.
    @routes.delete("/trainer/sessions/<code:str>")
    async def erase(request: Request, code: str) -> HTTPResponse:
        await let_in(request)
        await asyncio.to_thread(groups.erase, code)
        return empty()

    @routes.post("/trainer/ask")
    async def ask(request: Request) -> HTTPResponse:
        await let_in(request)
        text = json_body(request).get("text")
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
            raise Problem(400, f"Typ een vraag van hoogstens {LONGEST} tekens.")
        parsed = await request.app.ctx.agent.parse_message(without_slash(text).strip() or " ")
        return json(understood(parsed))

    @routes.get("/trainer/qr.svg")
    async def code_to_scan(request: Request) -> HTTPResponse:
        code = groups.code_in(request.args.get("code", ""))
        if code is None:
            raise Problem(400, "Dit is geen groepscode.")
        return raw(qr(f"{address_of(request)}/groep?code={code}"), content_type="image/svg+xml")


def qr(address: str) -> bytes:
    """A QR code, as an SVG image."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    return drawn.getvalue()


def choices() -> dict[str, Any]:
    """What a session can be about: the subjects of the questions, and the cases."""
    subjects = {quiz.ALL: "Alle onderwerpen", **quiz.bank().labels}
    sectors = terms()["sector"].options
    return {
        "subjects": [{"id": id_, "title": title} for id_, title in subjects.items()],
        "cases": [
            {
                "id": case.id,
                "title": case.title,
                "sector": sectors[case.sector].label,
                "practises": case.practises,
                "minutes": case.minutes,
            }
            for case in cases().values()
        ],
    }


def there(code: str) -> Group:
    """The session with a code.

    Raises:
        Problem: 404 when there is none, or no longer.
    """
    group = groups.look(code)
    if group is None:
        raise Problem(404, "Deze sessie is er niet (meer).")
    return group


def shown(group: Group, request: Request) -> dict[str, Any]:
    """A session as the page shows it.

    Args:
        group: the session.
        request: from whose address participants join.
    """
    return {"join": f"{address_of(request)}/groep", **group_report.state(group)}


def understood(parsed: dict[str, Any]) -> dict[str, Any]:
    """What the assistant makes of a question, for discussion.

    Args:
        parsed: what Rasa's `parse_message` returns.
    """
    ranked = ranking_of(parsed)
    topics = [(label, confidence) for label, confidence in ranked if label in knowledge()]
    (topic, confidence), *others = topics or [("bot.buiten_bereik", 0.0)]
    entry = knowledge()[topic]
    return {
        "topic": topic,
        "label": entry.label,
        "confidence": round(confidence, 3),
        "answered": parsed["intent"]["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME,
        "emergency": parsed["intent"]["name"] == "emergency",
        "alternatives": [
            {"topic": label, "label": knowledge()[label].label, "confidence": round(chance, 3)}
            for label, chance in others[:MOST_ALTERNATIVES]
            # What is shown as 0 % is none.
            if round(chance, 2)
        ],
        "text": entry.answer.strip(),
        "sources": [vars(source) for source in entry.sources],
    }
