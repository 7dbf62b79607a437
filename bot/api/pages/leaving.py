"""Leaving in a hurry: the session ends, and what was shown is no longer there."""

from __future__ import annotations

from starlette.responses import Response

from bot.api.pages.visit import SESSION, Visit, cookie, to
from bot.casework import page_session


async def leave(visit: Visit) -> Response:
    """End the session and go to a page that says nothing. A script has gone on by itself already."""
    if visit.visitor:
        await visit.write(lambda tx: page_session.end(tx, visit.now, visit.token))
    answer = to("/left")
    answer.delete_cookie(cookie(visit.office, SESSION))
    return answer


async def left(visit: Visit) -> Response:
    """An empty page that goes on to a neutral one."""
    return visit.page("left.html")
