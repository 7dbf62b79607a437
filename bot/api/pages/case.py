"""One case: read, written to, and what is changed of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, cast
from urllib.parse import quote

from starlette.responses import Response

from bot.api.pages.inbox import back, local
from bot.api.pages.visit import Trouble, Visit, to
from bot.casework import case_acts, case_notes, case_view, contacts, inbox_acts, replies_canned
from bot.casework.case_acts import BadAct, CannotAct, Changes
from bot.casework.contacts import Kind
from bot.language import segments
from bot.store.tx import Tx

_HOW = {
    f"{kind}_{'reached' if reached else 'missed'}": (kind, reached)
    for kind in ("call", "visit", "message", "other")
    for reached in (True, False)
}
PAUSES = {"week": timedelta(days=7), "month": timedelta(days=30), "open": None}


async def show(visit: Visit) -> Response:
    """A case with its conversation."""
    before = visit.request.query_params.get("before")
    moment = _moment(before) if before else None
    found = await visit.read(lambda tx: case_view.case(tx, visit.now, visit.who, _code(visit), moment))
    return visit.page(
        "case.html",
        case=found,
        before=before,
        canned=replies_canned.in_language(found.language),
        price=_price(found.draft, found.channel),
        outcomes=inbox_acts.OUTCOMES,
    )


async def write(visit: Visit) -> Response:
    """Put a message into the outbox. A reply that was chosen from the list only becomes the draft."""
    text, code = visit.fields.get("text", ""), _code(visit)

    def job(tx: Tx) -> bool:
        written = case_acts.write_to(tx, visit.office.programme, visit.now, visit.who, code, text)
        case_notes.drop_draft(tx, visit.who, code)
        return written.at_once

    at_once = await _do(visit, job)
    return _stay(visit, "written" if at_once else "later")


async def draft(visit: Visit) -> Response:
    """Keep what is not sent yet; gives the price of it where a script asks."""
    code, text = _code(visit), visit.fields.get("text", "")
    chosen = visit.given("canned")
    if chosen:
        found = await visit.read(lambda tx: case_view.case(tx, visit.now, visit.who, code))
        text = replies_canned.in_language(found.language).get(chosen, text)
    await _do(visit, lambda tx: case_notes.keep_draft(tx, visit.now, visit.who, code, text))
    if visit.wants("price"):
        return visit.page("price.html", price=_price(text, visit.fields.get("channel", "")))
    return _stay(visit, "draft")


async def contact(visit: Visit) -> Response:
    """Record a contact outside; just now, by oneself, unless more is said."""
    kind, reached = _HOW.get(visit.fields.get("how", ""), ("", False))
    if not kind:
        raise Trouble(422, "Say how the contact was.")
    code, text, at, zone = (
        _code(visit),
        visit.given("text"),
        visit.given("at"),
        visit.fields.get("zone", "UTC"),
    )
    happened = local(at, zone) if at else visit.now
    by, settles = visit.given("by"), bool(visit.given("settles")) and reached
    await _do(
        visit,
        lambda tx: contacts.record(
            tx,
            visit.office.programme,
            visit.now,
            visit.who,
            code,
            cast(Kind, kind),
            reached,
            happened,
            by_id=by,
            text=text,
            settles=settles,
        ),
    )
    return _stay(visit, "contact")


async def note(visit: Visit) -> Response:
    """Keep a note."""
    code, text = _code(visit), visit.fields.get("text", "")
    await _do(visit, lambda tx: contacts.note(tx, visit.now, visit.who, code, text))
    return _stay(visit, "noted")


async def checkin(visit: Visit) -> Response:
    """Run a check-in now, or when the contact hours begin."""
    programme, code = visit.office.programme, _code(visit)
    await _do(visit, lambda tx: case_acts.run_checkin_now(tx, programme, visit.now, visit.who, code))
    return _stay(visit, "checkin")


async def pause(visit: Visit) -> Response:
    """Let check-ins rest."""
    rest = PAUSES.get(visit.fields.get("rest", ""), PAUSES["week"])
    until = visit.now + rest if rest else None
    await _do(visit, lambda tx: case_acts.pause(tx, visit.now, visit.who, _code(visit), until))
    return _stay(visit, "paused")


async def resume(visit: Visit) -> Response:
    """Let check-ins go on."""
    programme = visit.office.programme
    await _do(visit, lambda tx: case_acts.resume(tx, programme, visit.now, visit.who, _code(visit)))
    return _stay(visit, "resumed")


async def change(visit: Visit) -> Response:
    """Change when, in which language and on which channel the person is written to."""
    start, end = minutes(visit.given("from")), minutes(visit.given("to"))
    changes = Changes(
        hours=(start, end) if start is not None and end is not None else None,
        language=visit.given("language"),
        privacy=visit.given("privacy"),
        channel=visit.given("channel"),
        address=visit.given("address"),
    )
    link = await _do(visit, lambda tx: case_acts.change(tx, visit.now, visit.who, _code(visit), changes))
    if link:
        return visit.page("link.html", link=link, code=_code(visit))
    return _stay(visit, "changed")


async def look(visit: Visit) -> Response:
    """Someone looks at the case just now."""
    await visit.write(lambda tx: case_notes.look(tx, visit.now, visit.who, _code(visit)))
    return Response(status_code=204)


async def _do(visit: Visit, job: Callable[[Tx], Any]) -> Any:
    try:
        return await visit.write(job)
    except CannotAct as error:
        raise Trouble(409, visit.rendering.say(visit.words)("barrier", str(error.reason))) from None
    except BadAct:
        raise Trouble(
            422, visit.words.text("Something is missing or too long. Nothing was changed.")
        ) from None


def _stay(visit: Visit, done: str) -> Response:
    if visit.given("back"):
        return back(visit, done)
    return to(f"/cases/{quote(_code(visit), safe='')}?done={done}")


def _code(visit: Visit) -> str:
    return str(visit.request.path_params["code"])


def _price(text: str, channel: str) -> dict[str, Any] | None:
    """What a text costs where it goes by SMS; elsewhere nothing is counted."""
    if channel not in ("twilio", "sandbox") or not text:
        return None
    found = segments(text)
    return {"segments": found.segments, "encoding": found.encoding, "forced_by": found.forced_by[:6]}


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble(422, "Give day and hour.") from None
    if found.tzinfo is None:
        raise Trouble(422, "Give day and hour.")
    return found


def minutes(text: str | None) -> int | None:
    """Minutes since midnight of an hour such as 09:30; None if none is given."""
    if not text:
        return None
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise Trouble(422, "Give the hour as HH:MM.") from None
    return at.hour * 60 + at.minute
