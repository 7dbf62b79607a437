"""What staff and time do with an alert. Each move is one change of state with its entry in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.casework import handover, notifications
from bot.casework.lifecycle import Move, State, WrongMove, after
from bot.casework.policy import Clock
from bot.casework.reopening import clock_of, give, reopen
from bot.risk import Level
from bot.store import audit
from bot.store.queries import alerts, owners
from bot.store.tx import Tx

__all__ = [
    "BadMove",
    "NextAct",
    "WrongMove",
    "acknowledge",
    "acknowledge_by_reply",
    "reassign",
    "resolve",
    "snooze",
    "wake",
]


class BadMove(ValueError):
    """What was asked for cannot be: a moment that is over or too far off, someone who cannot hold it."""


@dataclass(frozen=True)
class NextAct:
    """What is done next about an alert, when, and on whom it waits."""

    what: str
    at: datetime
    waiting_for: Literal["me", "her", "partner"] = "me"


def acknowledge(
    tx: Tx, now: datetime, number: int, staff_id: str, note: str | None = None, act: NextAct | None = None
) -> str:
    """Someone has the alert in hand and says what comes next, or the policy does. Gives the state.

    Repeating it is harmless; with an act, the one that was promised is replaced.

    Raises:
        WrongMove: it is resolved already.
        BadMove: the act lies in the past, or farther off than the policy lets the alert rest.
    """
    found = _alert(tx, number)
    state = after(found.state, Move.ACKNOWLEDGE)
    if found.state == state and act is None:
        _note(tx, number, note)
        return state
    clock = clock_of(found)
    at = act.at if act else clock.act_at(now)
    _in_reach(clock, now, at)
    _rest(tx, now, found, staff_id, act, at, snoozed=None)
    _note(tx, number, note)
    _written(tx, now, f"staff:{staff_id}", Move.ACKNOWLEDGE, number, {"act_at": at.isoformat()})
    return state


def snooze(tx: Tx, now: datetime, number: int, staff_id: str, until: datetime) -> str:
    """Take an alert in hand and look at it again then: it is silent until that moment or until she writes.

    Raises:
        WrongMove: it is resolved already.
        BadMove: the moment has passed, or is farther off than the policy lets the alert rest.
    """
    found = _alert(tx, number)
    state = after(found.state, Move.SNOOZE)
    _in_reach(clock_of(found), now, until)
    _rest(tx, now, found, staff_id, None, until, snoozed=until)
    _written(tx, now, f"staff:{staff_id}", Move.SNOOZE, number, {"until": until.isoformat()})
    return state


def resolve(
    tx: Tx, now: datetime, number: int, staff_id: str, note: str | None = None, outcome: str = "done"
) -> str:
    """The work of the alert is done. Repeating it is harmless. Gives the state."""
    found = _alert(tx, number)
    state = after(found.state, Move.RESOLVE)
    if found.state != state:
        alerts.resolve_alert.run(tx, alert=number, now=now, staff=staff_id, new_outcome=outcome)
        notifications.withdraw(tx, now, number, state)
        _written(tx, now, f"staff:{staff_id}", Move.RESOLVE, number, {"outcome": outcome})
    _note(tx, number, note)
    return state


def reassign(tx: Tx, now: datetime, number: int, by: str, to_id: str, note: str | None = None) -> str:
    """Make an alert the work of someone else, who is told. An acknowledged one opens again. Gives the state.

    Raises:
        WrongMove: it is resolved already.
        BadMove: that person cannot hold it: not active, of another team, or of a role without cases.
    """
    found = _alert(tx, number)
    state = after(found.state, Move.REASSIGN)
    person = owners.member.one(tx, staff=to_id)
    if person is None or not handover.fit(tx, now, person, found.team_id):
        raise BadMove(
            "this person cannot hold the alert; name a caseworker of its team or a supervisor, who is there"
        )
    _note(tx, number, note)
    if found.owner_id == to_id:
        return str(found.state)
    give(tx, now, number, to_id, f"staff:{by}", "reassigned")
    return state


def wake(tx: Tx, now: datetime, case_id: str) -> None:
    """She wrote: an alert of hers that was put aside opens again."""
    found = alerts.open_alert.one(tx, case=case_id)
    if found is not None and found.snoozed_until is not None:
        reopen(tx, now, _alert(tx, found.id), Level(found.level))
        _written(tx, now, "besa", Move.WAKE, found.id, {"why": "heard"})


def acknowledge_by_reply(tx: Tx, now: datetime, number: int, staff_ids: Iterable[str]) -> bool:
    """Take "A 7" from the phone of someone who was told of alert 7. False if it was not theirs."""
    found = alerts.alert.one(tx, alert=number)
    if found is None or found.state == State.RESOLVED:
        return False
    for staff_id in staff_ids:
        if alerts.was_told.one(tx, alert=number, staff=staff_id):
            acknowledge(tx, now, number, staff_id)
            return True
    return False


def _alert(tx: Tx, number: int) -> Any:
    found = alerts.alert.one(tx, alert=number)
    if found is None:
        raise LookupError(f"there is no alert {number}")
    return found


def _in_reach(clock: Clock, now: datetime, at: datetime) -> None:
    if at.tzinfo is None:
        raise BadMove("the moment needs a time zone")
    if at <= now:
        raise BadMove("the moment has passed; name one that is to come")
    most = clock.climb.rest_at_most
    if at > max(now + most, clock.act_at(now)):
        raise BadMove(f"the moment is too far off; an alert of this level may rest for {most} at most")


def _rest(
    tx: Tx,
    now: datetime,
    found: Any,
    staff_id: str,
    act: NextAct | None,
    at: datetime,
    *,
    snoozed: datetime | None,
) -> None:
    reminder = at - clock_of(found).climb.remind_before
    what = tx.vault.seal(act.what, column="alert.act", row=str(found.id)) if act else None
    alerts.rest_alert.run(
        tx,
        alert=found.id,
        now=now,
        staff=staff_id,
        new_act=what,
        new_act_at=at,
        waiting=act.waiting_for if act else "me",
        snoozed=snoozed,
        next_step=reminder if snoozed is None and reminder > now else at,
    )
    notifications.withdraw(tx, now, found.id, State.ACKNOWLEDGED)


def _note(tx: Tx, number: int, note: str | None) -> None:
    """Add a note to those that the alert has; one that is sent twice stands once."""
    if not note:
        return
    before = alerts.note_of.one(tx, alert=number).note
    notes = (tx.vault.open_optional(before, column="alert.note", row=str(number)) or "").split("\n\n")
    if notes[-1] != note:
        text = "\n\n".join([each for each in notes if each] + [note])
        sealed = tx.vault.seal(text, column="alert.note", row=str(number))
        alerts.note_alert.run(tx, alert=number, new_note=sealed)


def _written(tx: Tx, now: datetime, actor: str, move: Move, number: int, detail: dict[str, str]) -> None:
    audit.append(tx, now, actor, f"alert.{move}", f"alert:{number}", detail)
