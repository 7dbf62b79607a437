"""The clock of an alert, begun anew when it opens again, and kept when it changes hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.casework import notifications
from bot.casework.lifecycle import Move, State, after
from bot.casework.policy import Clock, kept_policy
from bot.risk import Level
from bot.store import audit
from bot.store.queries import alerts
from bot.store.tx import Tx


def clock_of(found: Any) -> Clock:
    """The clock of an alert by the policy that was kept with it."""
    policy = kept_policy(found.policy)
    started = found.started_at or found.due_at - policy.levels[found.level].due
    return policy.clock(found.level, started, high_risk=bool(found.high_risk))


def reopen(tx: Tx, now: datetime, found: Any, level: Level) -> None:
    """Open an alert at a level, its clock begun anew; what was told of it before is withdrawn."""
    clock = kept_policy(found.policy).clock(level.value, now, high_risk=bool(found.high_risk))
    notifications.withdraw(tx, now, found.id, State.OPEN)
    alerts.start_alert.run(
        tx, alert=found.id, new_level=level.value, now=now, due=clock.due, next_step=clock.planned(0)
    )


def give(tx: Tx, now: datetime, number: int, to_id: str, actor: str, why: str) -> None:
    """Change who holds an alert; the new holder is told as soon as its policy lets anyone be.

    An acknowledged one opens again: what was promised was not the new holder's promise. The clock of an open
    one goes on, so that passing it around does not keep it from climbing.

    Raises:
        WrongMove: it is resolved already.
    """
    found = alerts.alert.one(tx, alert=number)
    after(found.state, Move.REASSIGN)
    next_step = clock_of(found).allowed(now)
    if found.state == State.ACKNOWLEDGED:
        reopen(tx, now, found, Level(found.level))
    elif found.next_step_at is not None:
        next_step = min(found.next_step_at, next_step)
    alerts.give_alert.run(tx, alert=number, owner=to_id, next_step=next_step)
    audit.append(
        tx, now, actor, f"alert.{Move.REASSIGN}", f"alert:{number}", {"to": f"staff:{to_id}", "why": why}
    )
