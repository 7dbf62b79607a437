"""One round of everything that is due: absences, check-ins, time-outs, escalation, the auditor, sending.

Each item is a transaction of its own, so that one that fails stops nobody else's. What is due stands in
rows; calling this twice at one moment does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.casework import absences, checkins, roster, turns
from bot.casework import alerts as alert_work
from bot.casework.programme import Programme
from bot.channels.protocol import Channel
from bot.delivery import heard, outbox
from bot.delivery.auditor import audit_due
from bot.delivery.heard import Heard
from bot.delivery.heartbeat import beat
from bot.delivery.item import each
from bot.store.database import Database
from bot.store.queries import alerts, conversation, schedule
from bot.store.queries import roster as duties

MOST_AT_ONCE = 500
MOST_ROUNDS = 60
HEARTBEAT = "scheduler"


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
    _turn_absences(db, programme, now)
    _start_due(db, programme, now, done)
    _wake_due(db, programme, now, done)
    _escalate_due(db, programme, now, done)
    done.escalated += audit_due(db, programme, now)
    listening = {name: Heard(channel) for name, channel in channels.items()}
    done.sent, done.failed = outbox.send_due(db, programme, listening, now)
    if done.sent or done.failed:
        each(db, lambda tx: heard.look(tx, programme, now, listening))
    db.write_now(lambda tx: beat(tx, HEARTBEAT, now))
    return done


def _turn_absences(db: Database, programme: Programme, now: datetime) -> None:
    for row in db.read_now(lambda tx: duties.absences_due.all(tx, now=now)):
        each(db, lambda tx, row=row: absences.turn(tx, programme, now, row.id))  # type: ignore[misc]
    for row in db.read_now(lambda tx: duties.duties_begun.all(tx, now=now)):
        each(db, lambda tx, row=row: roster.tell_begun(tx, programme, now, row.id))  # type: ignore[misc]


def _start_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for _ in range(MOST_ROUNDS):
        due = db.read_now(
            lambda tx: (
                schedule.due_checkins.all(tx, now=now, most=MOST_AT_ONCE)
                + schedule.expired_starts.all(tx, now=now, most=MOST_AT_ONCE)
            )
        )
        results = [each(db, lambda tx, row=row: checkins.begin(tx, programme, now, row.id)) for row in due]  # type: ignore[misc]
        done.started += results.count("started")
        if not any(result in ("started", "queued", "cancelled") for result in results):
            return


def _wake_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for row in db.read_now(lambda tx: conversation.sessions_to_wake.all(tx, now=now, most=MOST_AT_ONCE)):
        woken = each(db, lambda tx, row=row: turns.wake(tx, programme, now, row.id, row.case_id))  # type: ignore[misc]
        done.reminded += woken == "reminded"
        done.timed_out += woken == "timed_out"


def _escalate_due(db: Database, programme: Programme, now: datetime, done: Summary) -> None:
    for row in db.read_now(lambda tx: alerts.steps_due.all(tx, now=now, most=MOST_AT_ONCE)):
        taken = each(db, lambda tx, row=row: alert_work.escalate(tx, programme, now, row.id))  # type: ignore[misc]
        done.escalated += taken if isinstance(taken, int) else 0
