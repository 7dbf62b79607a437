"""The demo's page: three phones, the alerts, a clock. Only ``besa demo`` mounts it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from bot.api.work import read, write
from bot.casework import desk
from bot.casework.staff import Signed, find_by_email
from bot.channels.protocol import Inbound
from bot.delivery import inbox
from bot.delivery.office import Office
from bot.delivery.tick import tick
from bot.store.queries import alerts, people
from bot.store.tx import Tx

HERE = Path(__file__).parent
PLACES = {"AL": "Albania", "MA": "Morocco", "UA": "Ukraine"}
CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
WORKER = "ana@demo.invalid"


class Said(BaseModel):
    """What the visitor types or presses as one of the three."""

    code: str
    text: str = ""
    button: str | None = None


class Forward(BaseModel):
    """How far the clock is to move."""

    minutes: int


def install(
    app: FastAPI,
    office: Office,
    forward: Callable[[timedelta], None],
    persons: Sequence[tuple[str, str, str, str, str, str]],
) -> None:
    """Mount the demo on an app."""
    addresses = {person[0]: person[5] for person in persons}
    app.mount("/static", StaticFiles(directory=HERE / "static"))

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return FileResponse(
            HERE / "templates" / "demo.html", headers={"Content-Security-Policy": CSP}, media_type="text/html"
        )

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
            text=said.text,
            at=office.clock(),
            button=said.button,
        )
        one = await asyncio.to_thread(inbox.read, inbound)
        await asyncio.wrap_future(inbox.accept(office.db, office.programme, office.clock(), one))
        await asyncio.to_thread(_tick, office)
        return {"status": "taken"}

    @app.post("/demo/clock", include_in_schema=False)
    async def clock(given: Forward) -> dict[str, str]:
        """Move the clock in steps, so that what lies between happens in its order."""
        left = max(0, min(given.minutes, 14 * 24 * 60))
        while left > 0:
            step = min(left, 30)
            forward(timedelta(minutes=step))
            await asyncio.to_thread(_tick, office)
            left -= step
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
                "local_time": now.astimezone(ZoneInfo(zone)).strftime("%a %H:%M"),
            }
        )
        phones[code] = _phone(tx, row.id)
    page = desk.list_alerts(tx, _worker(tx), "", "", None)
    return {
        "now": now.isoformat(),
        "people": shown,
        "phones": phones,
        "alerts": page.items,
        "notifications": [_notification(tx, row) for row in alerts.told_lately.all(tx)],
    }


def _phone(tx: Tx, case_id: str) -> list[dict[str, Any]]:
    rows = people.messages_of.all(tx, case=case_id, before="~", most=60)
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
