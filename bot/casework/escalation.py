"""The interpreter of escalation policies: takes an alert one step on, tells people, sets the clock.

A step that reached nobody is a failed step: the next follows at once. An alert that reaches nobody at all is
an incident, and goes on climbing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.casework import incidents, notifications
from bot.casework.lifecycle import Move, State, after
from bot.casework.policy import Clock, Way
from bot.casework.programme import Programme
from bot.casework.recipients import facts_of, notice, on_channels, recipients
from bot.casework.reopening import clock_of, reopen
from bot.casework.telling import AlertFacts, why_reminded, why_told
from bot.risk import Level
from bot.store import audit
from bot.store.queries import alerts
from bot.store.tx import Tx

LATE = timedelta(hours=1)
"""A step that was held up so long waits for the hours of its policy again, but once only."""
MOST_IN_DIGEST = 500


def escalate(tx: Tx, programme: Programme, now: datetime, number: int) -> int:
    """Do what is due at an alert, and set the clock for what comes next. Gives how many steps were taken."""
    found = alerts.alert.one(tx, alert=number)
    if found is None or found.next_step_at is None or found.next_step_at > now:
        return 0
    if found.state == State.ACKNOWLEDGED:
        found = _come_back(tx, programme, now, found)
    if found is None or found.state != State.OPEN or found.next_step_at > now:
        return 0
    clock = clock_of(found)
    planned = clock.planned(found.step)
    if planned > now:
        return _handed_over(tx, programme, now, found, clock)
    later = clock.allowed(now)
    if found.next_step_at <= planned < now - LATE and later > now:
        alerts.step_alert.run(tx, alert=number, new_step=found.step, next_step=later)
        return 0
    return _climb(
        tx, programme, now, _together(tx, now, found) if clock.climb.digest is not None else [found]
    )


def step_at_once(tx: Tx, programme: Programme, now: datetime, number: int) -> int:
    """What was told last reached nobody: take the next step of an open alert now, if there is one left."""
    found = alerts.alert.one(tx, alert=number)
    if found is None or found.state != State.OPEN or found.step >= len(clock_of(found).climb.steps):
        return 0
    return _climb(tx, programme, now, [found])


def _come_back(tx: Tx, programme: Programme, now: datetime, found: Any) -> Any:
    """Remind of an act that is near; open an alert whose act or snooze has passed. Gives it as it is then."""
    if found.snoozed_until is None and found.act_at is not None and found.act_at > now:
        _remind(tx, programme, now, found)
        return None
    move = Move.LAPSE if found.snoozed_until is None else Move.WAKE
    after(found.state, move)
    reopen(tx, now, found, Level(found.level))
    audit.append(tx, now, "scheduler", f"alert.{move}", f"alert:{found.id}", {"why": "moment_passed"})
    return alerts.alert.one(tx, alert=found.id)


def _remind(tx: Tx, programme: Programme, now: datetime, found: Any) -> None:
    facts = AlertFacts(found.level, found.state, ())
    told = 0
    for staff_id in dict.fromkeys([found.acknowledged_by, found.owner_id]):
        person = facts_of(tx, now, found, staff_id, told=bool(told)) if staff_id else None
        reason = why_reminded(facts, person) if person else None
        if reason:
            told += notifications.tell(
                tx, programme, now, staff_id, notice(found), reason, urgent=found.level == "critical"
            )
    alerts.remind_alert.run(tx, alert=found.id, now=now, next_step=found.act_at)
    audit.append(tx, now, "scheduler", f"alert.{Move.REMIND}", f"alert:{found.id}", {"told": str(told)})


def _handed_over(tx: Tx, programme: Programme, now: datetime, found: Any, clock: Clock) -> int:
    """Called before its step: the alert has changed hands, and its new holder is told."""
    person = facts_of(tx, now, found, found.owner_id)
    reason = why_told(AlertFacts(found.level, found.state, (), handed_over=True), person) if person else None
    urgent = found.level == "critical"
    if reason is None or not notifications.tell(
        tx, programme, now, found.owner_id, notice(found), reason, urgent=urgent
    ):
        return _climb(tx, programme, now, [found])
    alerts.step_alert.run(tx, alert=found.id, new_step=found.step, next_step=clock.planned(found.step))
    return 0


def _together(tx: Tx, now: datetime, first: Any) -> list[Any]:
    """All alerts of a team and level that are due for the digest in which this one is told."""
    rows = alerts.digest_due.all(tx, team=first.team_id, level=first.level, now=now, most=MOST_IN_DIGEST)
    due = [alerts.alert.one(tx, alert=row.id) for row in rows]
    return [found for found in due if clock_of(found).planned(found.step) <= now]


def _climb(tx: Tx, programme: Programme, now: datetime, due: Sequence[Any]) -> int:
    """Take a step of each alert, and the next of those that reached nobody, as long as there is one."""
    pending = [(found, found.step) for found in due]
    taken = 0
    while pending:
        told = _tell(tx, programme, now, pending)
        failed = []
        for found, number in pending:
            taken += 1
            _note(tx, now, found, number, told[found.id])
            clock = clock_of(found)
            if not told[found.id] and number + 1 < len(clock.climb.steps):
                failed.append((found, number + 1))
                continue
            following = clock.following(number, now)
            alerts.step_alert.run(
                tx, alert=found.id, new_step=following, next_step=clock.step_at(following, now)
            )
            _watch(tx, programme, now, found, number, told[found.id])
        pending = failed
    return taken


def _tell(tx: Tx, programme: Programme, now: datetime, pending: Sequence[tuple[Any, int]]) -> dict[int, int]:
    """Tell the people of each alert's step; those of a digest are told of all at once. How many for each."""
    told = dict.fromkeys((found.id for found, _ in pending), 0)
    news: dict[tuple[str, tuple[Way, ...]], list[Any]] = {}
    for found, number in pending:
        climb = clock_of(found).climb
        step = climb.step(number)
        for staff_id, reason in recipients(tx, now, found, step):
            if climb.digest is not None:
                news.setdefault((staff_id, step.channels), []).append(found)
                continue
            urgent = found.level == "critical"
            ways = on_channels(programme, step.channels)
            told[found.id] += notifications.tell(
                tx, ways, now, staff_id, notice(found), reason, urgent=urgent
            )
    for (staff_id, channels), together in news.items():
        if notifications.digest(tx, on_channels(programme, channels), now, staff_id, together):
            for found in together:
                told[found.id] += 1
    return told


def _note(tx: Tx, now: datetime, found: Any, number: int, told: int) -> None:
    detail = {"step": str(number), "told": str(told)}
    audit.append(tx, now, "scheduler", "alert.step", f"alert:{found.id}", detail)


def _watch(tx: Tx, programme: Programme, now: datetime, found: Any, number: int, told: int) -> None:
    """An alert that reached nobody on its whole way is an incident until someone is told."""
    subject = f"alert:{found.id}"
    if not told:
        evidence = f"step {number}"
        incidents.open_incident(tx, programme, now, "nobody_reachable", subject, evidence, found.team_id)
    elif number:
        incidents.close_incident(tx, programme, now, "nobody_reachable", subject, f"told {told}")
