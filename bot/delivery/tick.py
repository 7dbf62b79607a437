"""One round of everything that is due: check-ins, time-outs, queued starts, escalation, sending.

Each item is a transaction of its own, so that one that fails stops nobody else's. What is due stands in
rows; calling this twice at one moment does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.casework import alerts as alert_work
from bot.casework import checkins, turns
from bot.casework.programme import Programme
from bot.channels.protocol import Channel
from bot.delivery import outbox
from bot.store.database import Database
from bot.store.queries import alerts, conversation, schedule
from bot.store.tx import Tx

MOST_AT_ONCE = 500
MOST_ROUNDS = 60
HEARTBEAT = "scheduler"

log = structlog.get_logger(__name__)


@dataclass
class Summary:
    """What one round did."""

    started: int = 0
    reminded: int = 0
    timed_out: int = 0
    escalated: int = 0
    sent: int = 0
    failed: int = 0
    erased: int = 0


def tick(db: Database, programme: Programme, channels: Mapping[str, Channel], now: datetime) -> Summary:
    """Do everything that is due at ``now``, once."""
    done = Summary()
    _start_due(db, programme, now, done)
    _wake_due(db, programme, now, done)
    _escalate_due(db, programme, now, done)
    done.sent, done.failed = outbox.send_due(db, programme, channels, now)
    db.write_now(lambda tx: _beat(tx, now))
    return done


def _start_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for _ in range(MOST_ROUNDS):
        due = db.read_now(
            lambda tx: (
                schedule.due_checkins.all(tx, now=now, most=MOST_AT_ONCE)
                + schedule.expired_starts.all(tx, now=now, most=MOST_AT_ONCE)
            )
        )
        results = [_each(db, lambda tx, row=row: checkins.begin(tx, programme, now, row.id)) for row in due]  # type: ignore[misc]
        done.started += results.count("started")
        if not any(result in ("started", "queued", "cancelled") for result in results):
            return


def _wake_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for row in db.read_now(lambda tx: conversation.sessions_to_wake.all(tx, now=now, most=MOST_AT_ONCE)):
        woken = _each(db, lambda tx, row=row: turns.wake(tx, programme, now, row.id, row.case_id))  # type: ignore[misc]
        done.reminded += woken == "reminded"
        done.timed_out += woken == "timed_out"


def _escalate_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for row in db.read_now(lambda tx: alerts.steps_due.all(tx, now=now, most=MOST_AT_ONCE)):
        taken = _each(db, lambda tx, row=row: alert_work.escalate(tx, programme, now, row.id))  # type: ignore[misc]
        done.escalated += taken if isinstance(taken, int) else 0


def _each(db: Database, job: Callable[[Tx], object]) -> object:
    """Run one item; what goes wrong with it is logged by kind alone and leaves the row for the next round."""
    try:
        return db.write_now(job)
    except Exception as error:
        log.error("an item of the tick failed", kind=type(error).__name__)
        return None


def _beat(tx: Tx, now: datetime) -> None:
    if not schedule.beat.run(tx, which=HEARTBEAT, now=now):
        schedule.first_beat.run(tx, name=HEARTBEAT, at=now)
