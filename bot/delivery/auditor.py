"""The auditor's round, once a minute within the tick: what stands still is moved, each in its transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework import handover, watch
from bot.casework.programme import Programme
from bot.delivery.heartbeat import beat
from bot.delivery.item import attempt, each
from bot.store.database import Database
from bot.store.queries import schedule
from bot.store.queries import watch as rows

EVERY = timedelta(minutes=1)
AUDITOR = "auditor"


def audit_due(db: Database, programme: Programme, now: datetime) -> int:
    """Audit if the last time was a minute ago, or lies ahead. Gives how many steps of alerts were taken."""
    last = db.read_now(lambda tx: schedule.last_beat.one(tx, name=AUDITOR))
    if last is not None and timedelta(0) <= now - last.at < EVERY:
        return 0
    if db.read_now(lambda tx: handover.unsettled(tx, now)):
        each(db, lambda tx: watch.mend_owners(tx, programme, now))
    for row in db.read_now(lambda tx: rows.without_act.all(tx, most=watch.MOST)):
        each(db, lambda tx, row=row: watch.give_act(tx, now, row.id))  # type: ignore[misc]
    taken = _standing(db, programme, now)
    for number, at in db.read_now(lambda tx: watch.undelivered(tx, now)):
        each(db, lambda tx, n=number, at=at: watch.tell_otherwise(tx, programme, now, n, at))  # type: ignore[misc]
    each(db, lambda tx: watch.close_what_is_over(tx, programme, now))
    each(db, lambda tx: watch.look_at_rosters(tx, programme, now))
    each(db, lambda tx: watch.announce_untold(tx, programme, now))
    each(db, lambda tx: beat(tx, AUDITOR, now))
    return taken


def _standing(db: Database, programme: Programme, now: datetime) -> int:
    """Take the steps that should have been taken. One that fails again is told past its policy."""
    taken = 0
    for row in db.read_now(lambda tx: rows.standing.all(tx, before=now - watch.OVERDUE, most=watch.MOST)):
        done, fault = attempt(db, lambda tx, n=row.id: watch.take_step(tx, programme, now, n))  # type: ignore[misc]
        taken += done if isinstance(done, int) else 0
        if fault:
            each(db, lambda tx, n=row.id, f=fault: watch.push_on(tx, programme, now, n, f))  # type: ignore[misc]
    return taken
