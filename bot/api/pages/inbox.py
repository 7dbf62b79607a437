"""The inbox: what is due, and the acts that settle it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.api.pages.visit import Trouble, Visit, to
from bot.casework import inbox_acts, inbox_view
from bot.casework.inbox_view import Inbox
from bot.casework.moves import BadMove, NextAct
from bot.store.queries.desk import GROUPS

_BACK = re.compile(r"/(inbox|cases/[^/?#\\\s]{1,80})")
_LAST_PAGE = 10_000


async def show(visit: Visit) -> Response:
    """What is due, the most urgent first; only its list where a script asks for that."""
    asked = visit.request.query_params
    group = asked.get("show") if asked.get("show") in GROUPS else None
    page = min(int(asked["page"]), _LAST_PAGE) if asked.get("page", "").isdecimal() else 1
    found = await visit.read(lambda tx: inbox_view.inbox(tx, visit.now, visit.who, group, max(page, 1)))
    template = "inbox_list.html" if visit.wants("list") else "inbox.html"
    return visit.page(template, **_shown(found, group, max(page, 1)))


def _shown(found: Inbox, group: str | None, page: int) -> dict[str, Any]:
    return {
        "inbox": found,
        "group": group,
        "page": page,
        "outcomes": inbox_acts.OUTCOMES,
    }


async def acknowledge(visit: Visit) -> Response:
    """Take an alert in hand and promise the next act."""
    number = _number(visit)
    item = await visit.read(lambda tx: inbox_view.one(tx, visit.now, visit.who, number))
    act, note = _act(visit, item.zone), visit.given("note")
    await _move(visit, lambda tx: inbox_acts.acknowledge(tx, visit.now, visit.who, number, act, note))
    return back(visit, "acknowledged")


async def resolve(visit: Visit) -> Response:
    """End the work of an alert."""
    number, outcome, note = _number(visit), visit.fields.get("outcome", "other"), visit.given("note")
    await _move(visit, lambda tx: inbox_acts.resolve(tx, visit.now, visit.who, number, outcome, note))
    return back(visit, "resolved")


async def snooze(visit: Visit) -> Response:
    """Put an alert aside until a moment, or until she writes."""
    number = _number(visit)
    item = await visit.read(lambda tx: inbox_view.one(tx, visit.now, visit.who, number))
    until = inbox_acts.moment(visit.fields.get("until", ""), visit.now, item.zone)
    await _move(visit, lambda tx: inbox_acts.snooze(tx, visit.now, visit.who, number, until))
    return back(visit, "snoozed")


def back(visit: Visit, done: str) -> Response:
    """To the page on which the form stood."""
    path = visit.fields.get("back", "")
    return to(f"{path if _BACK.fullmatch(path) else '/inbox'}?done={done}")


def _number(visit: Visit) -> int:
    return int(visit.request.path_params["number"])


async def _move(visit: Visit, job: Any) -> None:
    try:
        await visit.write(job)
    except BadMove:
        raise Trouble(
            422, "This moment cannot be chosen: it has passed, or is too far off for an alert of this level."
        ) from None


def _act(visit: Visit, zone: str) -> NextAct | None:
    """The next act that was chosen or written; without any the policy says when."""
    chosen = visit.fields.get("act", "")
    said = visit.rendering.presets(visit.words).get(chosen)
    if said:
        return NextAct(said, inbox_acts.moment(chosen, visit.now, zone))
    what, at = visit.given("what"), visit.given("at")
    if chosen != "own":
        return None
    if not what or not at:
        raise Trouble(422, "Say what comes next, and when.")
    waiting = visit.fields.get("waiting_for", "me")
    for_whom = cast(Literal["me", "her", "partner"], waiting if waiting in ("her", "partner") else "me")
    return NextAct(what, local(at, zone), for_whom)


def local(text: str, zone: str) -> datetime:
    """A moment as a form gives it, in a zone.

    Raises:
        Trouble: it is none.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Trouble(422, "Give day and hour.") from None
