"""Duties for a calendar program, which cannot sign in: whoever has the link reads it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.api.problems import Problem
from bot.api.work import office, read
from bot.casework import duty_calendar

router = APIRouter(include_in_schema=False)
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/calendar/{token}.ics")
async def duties(request: Request, token: str) -> Response:
    """When someone's duties are. The token stands for them and is written nowhere."""
    at = office(request)
    now = at.clock()
    found = await read(at, lambda tx: duty_calendar.feed(tx, now, token))
    if found is None:
        raise Problem(404, "there is no such calendar")
    return Response(found, media_type="text/calendar; charset=utf-8", headers=HEADERS)
