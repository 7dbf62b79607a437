"""Absences: planned ahead, begun and ended at their time; each hands over and back in one transaction."""

from __future__ import annotations

from datetime import datetime

from bot.casework import handover
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import owners, roster
from bot.store.tx import Tx


class BadAbsence(Exception):
    """An absence that cannot be; says what is wrong and the mend."""


def is_away(tx: Tx, now: datetime, staff_id: str) -> bool:
    """Whether a member of staff is absent at this moment."""
    return roster.away_at.one(tx, staff=staff_id, now=now) is not None


def stand_in_of(tx: Tx, now: datetime, staff_id: str) -> str | None:
    """Who was named to stand in for a member of staff who is absent now."""
    row = roster.away_at.one(tx, staff=staff_id, now=now)
    return row.stand_in_id if row else None


def plan(
    tx: Tx,
    now: datetime,
    staff_id: str,
    stand_in_id: str | None,
    starts_at: datetime,
    ends_at: datetime | None,
    by: str,
    *,
    programme: Programme | None = None,
) -> str:
    """Plan an absence; one that has begun hands over at once. Gives its id.

    Raises:
        BadAbsence: it ends before it begins or overlaps another, or the stand-in may not hold the work.
    """
    _check(tx, now, staff_id, stand_in_id, starts_at, ends_at)
    row = new_id()
    roster.insert_absence.run(
        tx,
        id=row,
        staff_id=staff_id,
        stand_in_id=stand_in_id,
        starts_at=starts_at,
        ends_at=ends_at,
        state="planned",
    )
    detail = {"staff": staff_id, "stand_in": stand_in_id or "", "from": starts_at.isoformat()}
    audit.append(tx, now, by, "absence.plan", f"absence:{row}", detail)
    if starts_at <= now:
        begin(tx, now, row, by, programme=programme)
    return row


def begin(tx: Tx, now: datetime, absence_id: str, by: str, *, programme: Programme | None = None) -> None:
    """The absence has come: what the member holds goes to who stands in. Repeating it is harmless."""
    row = roster.absence.one(tx, absence=absence_id)
    if row is None or not roster.move_absence.run(
        tx, absence=row.id, from_state="planned", new_state="begun", new_end=row.ends_at
    ):
        return
    audit.append(tx, now, by, "absence.begin", f"absence:{row.id}", {"staff": row.staff_id})
    handover.hand_over(tx, now, row.staff_id, "absence", by, programme=programme)


def end(tx: Tx, now: datetime, absence_id: str, by: str, *, programme: Programme | None = None) -> None:
    """The member is back, or will not go: what was handed over comes back. Repeating it is harmless."""
    row = roster.absence.one(tx, absence=absence_id)
    if row is None or row.state == "ended":
        return
    until = row.ends_at if row.ends_at is not None and row.ends_at <= now else now
    roster.move_absence.run(tx, absence=row.id, from_state=row.state, new_state="ended", new_end=until)
    audit.append(tx, now, by, "absence.end", f"absence:{row.id}", {"staff": row.staff_id})
    handover.hand_over(tx, now, row.staff_id, "return", by, programme=programme)


def end_of(
    tx: Tx,
    now: datetime,
    staff_id: str,
    by: str,
    *,
    planned: bool = False,
    programme: Programme | None = None,
) -> int:
    """Someone is back: what they are away for now ends, what is ``planned`` as well. Gives how many ended."""
    found = [row for row in roster.absences_of.all(tx, staff=staff_id) if planned or row.starts_at <= now]
    for row in found:
        end(tx, now, row.id, by, programme=programme)
    return len(found)


def turn(tx: Tx, programme: Programme, now: datetime, absence_id: str) -> None:
    """Begin or end an absence whose time has come."""
    row = roster.absence.one(tx, absence=absence_id)
    if row is not None and row.ends_at is not None and row.ends_at <= now:
        end(tx, now, row.id, "scheduler", programme=programme)
    elif row is not None and row.starts_at <= now:
        begin(tx, now, row.id, "scheduler", programme=programme)


def _check(
    tx: Tx,
    now: datetime,
    staff_id: str,
    stand_in_id: str | None,
    starts_at: datetime,
    ends_at: datetime | None,
) -> None:
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise BadAbsence("the absence ends before it begins, or has ended; give a later end")
    member = owners.member.one(tx, staff=staff_id)
    if member is None or not member.active:
        raise BadAbsence("there is no such member of staff; `besa user list` shows the ids")
    for other in roster.absences_of.all(tx, staff=staff_id):
        if (ends_at is None or other.starts_at < ends_at) and (
            other.ends_at is None or starts_at < other.ends_at
        ):
            raise BadAbsence("it overlaps an absence that stands; end that one first")
    if stand_in_id is not None:
        _check_stand_in(tx, member.id, member.team_id, stand_in_id)


def _check_stand_in(tx: Tx, staff_id: str, team_id: str, stand_in_id: str) -> None:
    other = owners.member.one(tx, staff=stand_in_id)
    if other is None or not other.active:
        raise BadAbsence("nobody active has the id of the stand-in; `besa user list` shows the ids")
    if stand_in_id == staff_id:
        raise BadAbsence("nobody stands in for themselves; name somebody else")
    if not handover.may_hold(other, team_id, stands_in=True):
        raise BadAbsence("the stand-in must be a caseworker of the same team, or a supervisor")
