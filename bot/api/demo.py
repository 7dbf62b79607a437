"""The demo's page: three phones, the alerts, a clock. Only ``besa demo`` mounts it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel
from starlette.requests import Request
from starlette.routing import Route

from bot.api.pages.visit import SESSION, from_here, remember, to
from bot.api.work import read, write
from bot.casework import desk, page_session
from bot.casework.staff import Signed, find_by_email
from bot.channels.protocol import Inbound
from bot.delivery import inbox
from bot.delivery.office import Office
from bot.delivery.tick import tick
from bot.store.queries import alerts, conversation, people
from bot.store.tx import Tx

HERE = Path(__file__).parent
PLACES = {"AL": "Albania", "MA": "Morocco", "UA": "Ukraine"}
CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
WORKER = "ana@demo.invalid"
FARTHEST = timedelta(days=14)
NO_CHECKIN_WITHIN = timedelta(days=40)
SHOWN = 60


class Said(BaseModel):
    """What the visitor types or presses as one of the three."""

    code: str
    text: str = ""
    button: str | None = None


class Forward(BaseModel):
    """How far the clock is to move: so many minutes, or to the next check-in of a case."""

    minutes: int = 0
    checkin_of: str | None = None


def install(
    app: FastAPI,
    office: Office,
    pass_time: Callable[[timedelta, Callable[[], bool]], None],
    persons: Sequence[tuple[str, str, str, str, str, str]],
) -> None:
    """Mount the demo on an app. ``pass_time`` moves the clock so far, or until there is enough."""
    addresses = {person[0]: person[5] for person in persons}

    async def page(_: Request) -> Response:
        return FileResponse(
            HERE / "templates" / "demo.html", headers={"Content-Security-Policy": CSP}, media_type="text/html"
        )

    app.router.routes.insert(0, Route("/", page))

    @app.get("/demo/state", include_in_schema=False)
    async def state() -> dict[str, Any]:
        return await read(office, lambda tx: _state(tx, office, persons))

    @app.post("/demo/say", include_in_schema=False)
    async def say(said: Said) -> dict[str, str]:
        if said.code not in addresses:
            raise HTTPException(404, "there is no such person")
        inbound = Inbound(
            channel="sandbox",
            provider_id=uuid4().hex,
            address=addresses[said.code],
            kind="button" if said.button else "text",
            text=await read(office, lambda tx: _label(tx, said)) if said.button else said.text,
            at=office.clock(),
            button=said.button,
        )
        one = await asyncio.to_thread(inbox.read, inbound)
        await asyncio.wrap_future(inbox.accept(office.db, office.programme, office.clock(), one))
        await asyncio.to_thread(_tick, office)
        return {"status": "taken"}

    @app.post("/demo/desk", include_in_schema=False)
    async def desk_of_worker(request: Request) -> Response:
        """To the caseworkers' page, as the demo's caseworker."""
        if not from_here(request):
            raise HTTPException(403, "this did not come from the page itself")
        now = office.clock()
        token = await write(office, lambda tx: page_session.begin(tx, now, _worker(tx).id))
        answer = to("/inbox")
        remember(answer, office, SESSION, token, int(page_session.LIVES.total_seconds()))
        return answer

    @app.post("/demo/clock", include_in_schema=False)
    async def clock(given: Forward) -> dict[str, str]:
        if given.checkin_of is None:
            by = min(timedelta(minutes=max(given.minutes, 0)), FARTHEST)
            await asyncio.to_thread(pass_time, by, lambda: False)
        else:
            await asyncio.to_thread(_to_checkin, office, pass_time, given.checkin_of)
        return {"now": office.clock().isoformat()}

    @app.post("/demo/alerts/{number}/{move}", include_in_schema=False)
    async def move(number: int, move: str) -> dict[str, Any]:
        moves = {"acknowledge": desk.acknowledge, "resolve": desk.resolve}
        if move not in moves:
            raise HTTPException(404, "there is no such move")
        now = office.clock()
        return await write(office, lambda tx: moves[move](tx, now, _worker(tx), number, None))


def _tick(office: Office) -> None:
    tick(office.db, office.programme, office.channels, office.clock())


def _to_checkin(
    office: Office, pass_time: Callable[[timedelta, Callable[[], bool]], None], code: str
) -> None:
    """Move the clock until the next conversation with a case begins."""
    case = office.db.read_now(lambda tx: people.case_with_code.one(tx, code=code))
    if case is None:
        raise HTTPException(404, "there is no such person")
    if _silent(case):
        raise HTTPException(409, "nothing more is sent to this person")

    def newest() -> str | None:
        session = office.db.read_now(lambda tx: conversation.newest_session.one(tx, case=case.id))
        return session.id if session else None

    before = newest()
    pass_time(NO_CHECKIN_WITHIN, lambda: newest() != before)


def _silent(case: Any) -> str | None:
    """Why nothing is sent to a person by itself any more, if so."""
    if case.consent in ("withdrawn", "declined"):
        return "stopped"
    return "watched" if case.phone == "watched" else None


def _worker(tx: Tx) -> Signed:
    found = find_by_email(tx, WORKER)
    assert found is not None
    return found


def _state(tx: Tx, office: Office, persons: Sequence[tuple[str, str, str, str, str, str]]) -> dict[str, Any]:
    now = office.clock()
    shown, phones = [], {}
    for code, name, _, country, zone, _ in persons:
        row = people.case_with_code.one(tx, code=code)
        shown.append(
            {
                "code": code,
                "name": name,
                "language": row.language,
                "dir": "rtl" if row.language == "ar" else "ltr",
                "place": PLACES[country],
                "zone": zone,
                "silent": _silent(row),
            }
        )
        phones[code] = _phone(tx, row.id)
    return {
        "now": now.isoformat(),
        "people": shown,
        "phones": phones,
        "alerts": _alerts(tx),
        "notifications": [_notification(tx, row) for row in alerts.told_lately.all(tx)],
    }


def _alerts(tx: Tx) -> list[dict[str, Any]]:
    """All alerts, page after page."""
    page = desk.list_alerts(tx, _worker(tx), "", "", None)
    found = page.items
    while page.next:
        page = desk.list_alerts(tx, _worker(tx), "", "", page.next)
        found += page.items
    return found


def _phone(tx: Tx, case_id: str) -> list[dict[str, Any]]:
    rows = people.messages_of.all(tx, case=case_id, before="~", most=SHOWN)
    return [
        {
            "id": row.id,
            "mine": row.direction == "in",
            "text": _shown(tx, row),
            "at": row.at.isoformat(),
            "buttons": [{"data": data, "label": label} for data, label in _buttons(tx, row)],
        }
        for row in reversed(rows)
        if row.direction == "in" or row.state in ("sent", "delivered")
    ]


def _label(tx: Tx, said: Said) -> str:
    """What stands on the button that is pressed; a phone sends it along, as WhatsApp does."""
    case = people.case_with_code.one(tx, code=said.code)
    for row in people.messages_of.all(tx, case=case.id, before="~", most=SHOWN):
        for data, label in _buttons(tx, row):
            if data == said.button:
                return label
    return said.text


def _shown(tx: Tx, row: Any) -> str:
    return tx.vault.open_optional(row.body, column="message.body", row=row.id) or "·"


def _buttons(tx: Tx, row: Any) -> list[list[str]]:
    raw = tx.vault.open_optional(row.buttons, column="message.buttons", row=row.id)
    found: list[list[str]] = json.loads(raw) if raw else []
    return found


def _notification(tx: Tx, row: Any) -> dict[str, str]:
    name = tx.vault.open(row.name, column="staff.name", row=row.staff_id)
    text = tx.vault.open_optional(row.body, column="message.body", row=row.id) or ""
    return {"to": f"{row.role} {name}", "text": text, "at": row.at.isoformat()}
