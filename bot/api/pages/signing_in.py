"""Signing in and out. The password comes first; a code from the telephone, where there is one, second."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta

from starlette.responses import Response

from bot.api.pages import inbox
from bot.api.pages.visit import SESSION, VISIT, Visit, cookie, remember, to
from bot.api.pages.words import NAMES
from bot.casework import page_session, staff
from bot.casework import sign_in as signing
from bot.casework.sign_in import NotEnrolled, Refused, TooSoon
from bot.casework.staff import Signed
from bot.store.errors import CannotOpen
from bot.store.tx import Tx
from bot.store.types import Sealed

_FOR_THE_CODE = timedelta(minutes=5)
_HALF = "page.half_signed_in"


async def door(visit: Visit) -> Response:
    """The inbox of who is signed in, or the form to sign in."""
    return await (inbox.show(visit) if visit.visitor else form(visit))


async def form(visit: Visit) -> Response:
    """The form to sign in."""
    return _form(visit)


def _form(visit: Visit, failed: str = "", email: str = "", status: int = 200) -> Response:
    chosen = visit.chosen_language
    return visit.page("sign_in.html", status, email=email, failed=failed, chosen=chosen)


async def sign_in(visit: Visit) -> Response:
    """Take the password; go in, or ask for the code. What was wrong is not told."""
    email, password = visit.fields.get("email", ""), visit.fields.get("password", "")
    try:
        made = await visit.write(lambda tx: signing.begin(tx, visit.now, email, visit.place))
        right = await asyncio.to_thread(staff.check_password, made.password_hash, password)
        if right and await visit.read(lambda tx: page_session.has_code(tx, email)):
            half = await visit.write(lambda tx: _half(tx, visit, email))
            return visit.page("code.html", half=half, failed=False)
        who = await visit.write(
            lambda tx: signing.finish(tx, visit.now, made, email, right, None, visit.needs_code)
        )
    except TooSoon:
        return _form(visit, "slow", email, 429)
    except NotEnrolled:
        return _form(visit, "no_code", email, 403)
    except Refused:
        return _form(visit, "wrong", email, 401)
    return await _in(visit, who)


async def code(visit: Visit) -> Response:
    """Take the code of someone whose password was right a moment ago."""
    half, given = visit.fields.get("half", ""), visit.fields.get("code", "")
    email = await visit.read(lambda tx: _opened(tx, visit, half))
    if email is None:
        return _form(visit, "late", status=401)
    try:
        made = await visit.write(lambda tx: signing.begin(tx, visit.now, email, visit.place))
        who = await visit.write(
            lambda tx: signing.finish(tx, visit.now, made, email, True, given, visit.needs_code)
        )
    except TooSoon:
        return _form(visit, "slow", status=429)
    except (Refused, NotEnrolled):
        return visit.page("code.html", 401, half=half, failed=True)
    return await _in(visit, who)


async def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.visitor:
        await visit.write(lambda tx: page_session.end(tx, visit.now, visit.token))
    answer = to("/sign-in")
    answer.delete_cookie(cookie(visit.office, SESSION))
    return answer


async def language(visit: Visit) -> Response:
    """Keep the language that was chosen."""
    chosen = visit.fields.get("language", "")
    if chosen in NAMES:
        await visit.write(lambda tx: page_session.choose_language(tx, visit.now, visit.who, chosen))
    return inbox.back(visit, "language")


async def _in(visit: Visit, who: Signed) -> Response:
    def job(tx: Tx) -> str:
        if visit.fields.get("language") in NAMES:
            page_session.choose_language(tx, visit.now, who, visit.fields["language"])
        return page_session.begin(tx, visit.now, who.id)

    token = await visit.write(job)
    answer = to("/inbox")
    remember(answer, visit.office, SESSION, token, int(page_session.LIVES.total_seconds()))
    answer.delete_cookie(cookie(visit.office, VISIT))
    return answer


def _half(tx: Tx, visit: Visit, email: str) -> str:
    """That the password was right: sealed, for this visit alone, for some minutes."""
    text = f"{visit.now.isoformat()} {email}"
    return urlsafe_b64encode(tx.vault.seal(text, column=_HALF, row=visit.mark)).decode()


def _opened(tx: Tx, visit: Visit, half: str) -> str | None:
    try:
        text = tx.vault.open(Sealed(urlsafe_b64decode(half)), column=_HALF, row=visit.mark)
    except (CannotOpen, NotBase64, ValueError):
        return None
    at, _, email = text.partition(" ")
    return email if visit.now - datetime.fromisoformat(at) < _FOR_THE_CODE else None
