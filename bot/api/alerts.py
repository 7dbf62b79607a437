"""Alerts and conversations for signed-in staff."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from bot.api.access import Who
from bot.api.problems import Problem
from bot.api.work import office, read, write
from bot.casework import desk
from bot.casework.alerts import WrongMove

router = APIRouter(prefix="/api/v1", tags=["alerts"])


class Listing(BaseModel):
    """A page of items and the cursor of the next."""

    items: list[dict[str, Any]]
    next: str | None


class Noted(BaseModel):
    """What may come with a move."""

    note: str | None = None


@router.get("/alerts")
async def list_alerts(
    request: Request,
    who: Who,
    state: Literal["", "open", "acknowledged", "resolved"] = "",
    level: Literal["", "low", "high", "critical"] = "",
    cursor: str | None = None,
) -> Listing:
    """The alerts that you may see, most urgent first."""
    try:
        page = await read(office(request), lambda tx: desk.list_alerts(tx, who, state, level, cursor))
    except ValueError:
        raise Problem(422, "the cursor is none of ours") from None
    return Listing(items=page.items, next=page.next)


@router.post("/alerts/{number}/acknowledge")
async def acknowledge(request: Request, who: Who, number: int, given: Noted | None = None) -> dict[str, Any]:
    """Take an alert in hand; repeating it is harmless."""
    return await _move(request, who, number, given, desk.acknowledge)


@router.post("/alerts/{number}/resolve")
async def resolve(request: Request, who: Who, number: int, given: Noted | None = None) -> dict[str, Any]:
    """Close an alert as done; repeating it is harmless."""
    return await _move(request, who, number, given, desk.resolve)


@router.get("/cases/{code}/messages")
async def messages(request: Request, who: Who, code: str, cursor: str | None = None) -> Listing:
    """The conversation with a case, newest first."""
    try:
        page = await read(office(request), lambda tx: desk.messages(tx, who, code, cursor))
    except desk.NotFound:
        raise Problem(404, "there is no such case") from None
    return Listing(items=page.items, next=page.next)


async def _move(request: Request, who: Who, number: int, given: Noted | None, move: Any) -> dict[str, Any]:
    at = office(request)
    now = at.clock()
    note = given.note if given else None
    try:
        done: dict[str, Any] = await write(at, lambda tx: move(tx, now, who, number, note))
    except desk.NotFound:
        raise Problem(404, "there is no such alert") from None
    except WrongMove as error:
        raise Problem(409, str(error), state=error.state) from None
    return done
