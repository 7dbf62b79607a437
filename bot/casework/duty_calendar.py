"""A member's duties as a calendar that their telephone reads: when, and nothing else.

Who has the link sees it; only the hash of its token is kept, so that it cannot be shown a second time.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from bot.casework.roster import BadDuty
from bot.store import audit
from bot.store.queries import owners, roster
from bot.store.tx import Tx

BEFORE, AHEAD = timedelta(days=30), timedelta(days=400)
AGAIN = timedelta(hours=1)


def link(tx: Tx, now: datetime, staff_id: str, by: str) -> str:
    """A new token for someone's calendar; one that they had shows nothing any more.

    Raises:
        BadDuty: there is no such active member.
    """
    member = owners.member.one(tx, staff=staff_id)
    if member is None or not member.active:
        raise BadDuty("there is no such member of staff; `besa user list` shows the ids")
    token = secrets.token_urlsafe(32)
    roster.set_ical.run(tx, staff=staff_id, new_hash=_hash(token))
    audit.append(tx, now, by, "staff.calendar_link", f"staff:{staff_id}", {})
    return token


def feed(tx: Tx, now: datetime, token: str) -> bytes | None:
    """The calendar (RFC 5545) behind a token; None if it shows nothing."""
    member = roster.staff_with_ical.one(tx, link=_hash(token))
    if member is None:
        return None
    calendar = Calendar.new(name="Besa duty", prodid="-//Besa//duty//EN", refresh_interval=AGAIN)
    for duty in roster.duties_for.all(tx, staff=member.id, since=now - BEFORE, until=now + AHEAD):
        calendar.add_component(
            Event.new(
                uid=f"{duty.id}@besa", summary="Besa duty", start=duty.starts_at, end=duty.ends_at, stamp=now
            )
        )
    written: bytes = calendar.to_ical()
    return written


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
