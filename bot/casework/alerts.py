"""Alerts: opened by signals and joined by later ones. What then becomes of them: moves and escalation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework import handover, notifications
from bot.casework.escalation import escalate
from bot.casework.lifecycle import Move, State, WrongMove, after
from bot.casework.programme import Programme
from bot.casework.reopening import reopen
from bot.risk import Level
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import alerts, owners
from bot.store.tx import Tx

__all__ = ["NewSignal", "Subject", "WrongMove", "escalate", "signal"]
SAME_STORY = timedelta(days=1)
"""A new alert so soon after one of the same case was resolved names that one."""


@dataclass(frozen=True)
class NewSignal:
    """Evidence of risk that has just come in."""

    category: str
    level: str
    source: str
    evidence: str = ""


@dataclass(frozen=True)
class Subject:
    """Whom an alert is about and whose work it is: a case, or a number that nobody knows."""

    case_id: str | None
    code: str
    team_id: str
    owner_id: str | None
    address_hash: str | None = None


def signal(
    tx: Tx,
    programme: Programme,
    now: datetime,
    subject: Subject,
    signals: Sequence[NewSignal],
    message_id: str | None = None,
) -> int:
    """Put signals in front of a human: join the open alert of the case or open one. Gives the alert's id.

    A level only rises. A rise, and any grave signal while an alert rests, opens it again and restarts its
    clock; whatever comes ends a snooze.
    """
    level = max((Level(each.level) for each in signals), key=lambda each: each.rank)
    standing = alerts.open_alert.one(tx, case=subject.case_id) if subject.case_id else None
    if standing is None:
        number = _open(tx, programme, now, subject, level)
    else:
        number = standing.id
        _join(tx, programme, now, alerts.alert.one(tx, alert=number), level)
    for each in signals:
        row = new_id()
        alerts.insert_signal.run(
            tx,
            id=row,
            case_id=subject.case_id,
            alert_id=number,
            message_id=message_id,
            category=each.category,
            level=each.level,
            source=each.source,
            evidence=tx.vault.seal(each.evidence, column="signal.evidence", row=row),
            at=now,
        )
    escalate(tx, programme, now, number)
    return number


def _open(tx: Tx, programme: Programme, now: datetime, subject: Subject, level: Level) -> int:
    case = alerts.case_of.one(tx, case=subject.case_id) if subject.case_id else None
    kept = programme.policy.kept(case.country if case else None)
    clock = programme.policy.for_country(case.country if case else None).clock(
        level.value, now, high_risk=bool(case and case.high_risk)
    )
    before = alerts.resolved_since.one(tx, case=subject.case_id, since=now - SAME_STORY) if case else None
    row = alerts.insert_alert.one(
        tx,
        case_id=subject.case_id,
        address_hash=subject.address_hash,
        team_id=subject.team_id,
        owner_id=_owner(tx, now, subject, case),
        level=level.value,
        state=State.OPEN.value,
        opened_at=now,
        started_at=now,
        due_at=clock.due,
        policy=kept,
        next_step_at=clock.planned(0),
        previous_id=before.id if before else None,
    )
    audit.append(
        tx, now, "besa", "alert.open", f"alert:{row.id}", {"case": subject.code, "level": level.value}
    )
    _publish(tx, programme, now, row.id, "opened")
    return int(row.id)


def _owner(tx: Tx, now: datetime, subject: Subject, case: Any) -> str | None:
    """Who holds a new alert: who keeps the case, or whoever keeps their work if they are not there."""
    holder = case.keeper_id if case else subject.owner_id
    member = owners.member.one(tx, staff=holder) if holder else None
    if member is not None and handover.present(tx, now, member):
        return str(holder)
    return handover.keeper_of(tx, now, case.caseworker_id if case else holder or "", subject.team_id) or None


def _join(tx: Tx, programme: Programme, now: datetime, found: Any, level: Level) -> None:
    """What a further signal does to an alert: nothing, a rise, or the end of its rest."""
    known = Level(found.level)
    rests = found.state == State.ACKNOWLEDGED
    if level.rank > known.rank or (rests and level.rank >= Level.HIGH.rank):
        move = Move.RAISE
    else:
        move = Move.WAKE if rests and found.snoozed_until is not None else Move.SIGNAL
    after(found.state, move)
    if move is Move.SIGNAL:
        return
    graver = max(level, known, key=lambda each: each.rank)
    reopen(tx, now, found, graver)
    audit.append(tx, now, "besa", f"alert.{move}", f"alert:{found.id}", {"level": graver.value})
    if move is Move.RAISE:
        _publish(tx, programme, now, found.id, "raised")


def _publish(tx: Tx, programme: Programme, now: datetime, number: int, what: notifications.Change) -> None:
    notifications.publish(tx, programme, now, alerts.alert.one(tx, alert=number), what)
