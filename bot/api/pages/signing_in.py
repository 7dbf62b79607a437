"""Signing in and out, and leaving in a hurry."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from bot.api.pages import inbox
from bot.api.pages.visit import SESSION, VISIT, Visit, cookie, remember, to
from bot.casework import page_session, staff


async def door(visit: Visit) -> Response:
    """The inbox of who is signed in, or the form to sign in."""
    return await (inbox.show(visit) if visit.visitor else form(visit))


async def form(visit: Visit) -> Response:
    """The form to sign in."""
    return visit.page("sign_in.html", email="", failed=None)


async def sign_in(visit: Visit) -> Response:
    """Begin a session, or say no more than that it was not right."""
    email, password = visit.fields.get("email", ""), visit.fields.get("password", "")
    staff_id, hashed = await visit.read(lambda tx: staff.password_hash(tx, email))
    right = await asyncio.to_thread(staff.check_password, hashed, password)
    if not right or staff_id is None:
        return visit.page("sign_in.html", 401, email=email, failed="wrong")
    token = await visit.write(lambda tx: page_session.begin(tx, visit.now, staff_id))
    answer = to("/inbox")
    remember(answer, visit.office, SESSION, token, int(page_session.LIVES.total_seconds()))
    answer.delete_cookie(cookie(visit.office, VISIT))
    return answer


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.visitor:
        await visit.write(lambda tx: page_session.end(tx, visit.now, visit.token))
    answer = to("/sign-in")
    answer.delete_cookie(cookie(visit.office, SESSION))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
