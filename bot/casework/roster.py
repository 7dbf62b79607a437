"""The roster: whose duty it is in a team, where nobody's is, and who is told then."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.casework import handover, notifications
from bot.casework.notice_wording import N_
from bot.casework.notifications import Notice
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import owners, roster
from bot.store.tx import Tx

BEGUN = N_("Your duty has begun. It ends {until} UTC.")


class BadDuty(Exception):
    """A duty that cannot be; says what is wrong and the mend."""


def on_duty(tx: Tx, now: datetime, team_id: str) -> list[str]:
    """Whose duty it is in a team now; for someone absent, who stands in. Each once, in order."""
    found = []
    for duty in roster.duties_of.all(tx, team=team_id, since=now, until=now + timedelta(milliseconds=1)):
        found += [holder] if (holder := handover.stands_for(tx, now, duty.staff_id, team_id)) else []
    return list(dict.fromkeys(found))


def gaps(tx: Tx, now: datetime, team_id: str, ahead: timedelta) -> list[tuple[datetime, datetime]]:
    """The spans from now on, so far ahead, in which nobody is on duty; without any duty all of it.

    A duty of someone who will be away counts only where somebody stands in.
    """
    end = now + ahead
    edges = sorted({now, end, *(at for at in _changes(tx, team_id, now, end) if now < at < end)})
    found: list[tuple[datetime, datetime]] = []
    for start, stop in pairwise(edges):
        if on_duty(tx, start, team_id):
            continue
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, stop))
    return found


def duties(tx: Tx, now: datetime, team_id: str, ahead: timedelta) -> list[Any]:
    """The duties of a team that are not over, so far ahead, in order."""
    return roster.duties_of.all(tx, team=team_id, since=now, until=now + ahead)


def add(
    tx: Tx, now: datetime, team_id: str, staff_id: str, starts_at: datetime, ends_at: datetime, by: str
) -> str:
    """Put a duty on the roster. Gives its id.

    Raises:
        BadDuty: it ends before it begins, or the member may not have it.
    """
    if ends_at <= max(starts_at, now):
        raise BadDuty("the duty ends before it begins, or has ended; give a later end")
    _check(tx, team_id, staff_id)
    others = roster.duties_for.all(tx, staff=staff_id, since=starts_at, until=ends_at)
    if any(each.team_id == team_id for each in others):
        raise BadDuty("this member has a duty then; `besa roster list` shows it")
    row = new_id()
    roster.insert_duty.run(
        tx, id=row, team_id=team_id, staff_id=staff_id, starts_at=starts_at, ends_at=ends_at
    )
    audit.append(tx, now, by, "duty.add", f"duty:{row}", {"team": team_id, "staff": staff_id})
    return row


def swap(tx: Tx, now: datetime, duty_id: str, other_id: str, by: str) -> None:
    """Two duties change hands.

    Raises:
        BadDuty: one is not there or is over, or a member may not have the other's.
    """
    one, other = (roster.duty.one(tx, duty=each) for each in (duty_id, other_id))
    if one is None or other is None or min(one.ends_at, other.ends_at) <= now:
        raise BadDuty("there is no such duty to come; `besa roster list` shows the ids")
    _check(tx, one.team_id, other.staff_id)
    _check(tx, other.team_id, one.staff_id)
    roster.give_duty.run(tx, duty=one.id, to_staff=other.staff_id)
    roster.give_duty.run(tx, duty=other.id, to_staff=one.staff_id)
    audit.append(tx, now, by, "duty.swap", f"duty:{one.id}", {"with": f"duty:{other.id}"})


def tell_begun(tx: Tx, programme: Programme, now: datetime, duty_id: str) -> None:
    """Tell whose duty has begun, or who stands in for them."""
    duty = roster.duty.one(tx, duty=duty_id)
    if duty is None or not roster.mark_told.run(tx, duty=duty.id, now=now):
        return
    holder = handover.stands_for(tx, now, duty.staff_id, duty.team_id)
    if holder is not None:
        notice = Notice("duty", BEGUN, None, None, "low", {"until": f"{duty.ends_at:%Y-%m-%d %H:%M}"})
        notifications.tell(tx, programme, now, holder, notice, "duty_begins", urgent=True)


def fallback(tx: Tx, team_id: str) -> str | None:
    """Who is told of a critical alert at once while nobody is on duty in a team, if someone is named."""
    row = roster.team.one(tx, team=team_id)
    return row.fallback_id if row else None


def set_fallback(tx: Tx, now: datetime, team_id: str, staff_id: str | None, by: str) -> None:
    """Name who is told while nobody is on duty, and who keeps the team's work when nobody else is there.

    Raises:
        BadDuty: there is no such active member, or their role has no cases.
    """
    member = owners.member.one(tx, staff=staff_id) if staff_id else None
    if staff_id and (member is None or not member.active):
        raise BadDuty("there is no such member of staff; `besa user list` shows the ids")
    if member is not None and member.role == "auditor":
        raise BadDuty("an auditor is told of no alert; name a caseworker, a supervisor or a coordinator")
    roster.set_fallback.run(tx, team=team_id, to_staff=staff_id)
    audit.append(tx, now, by, "team.fallback", f"team:{team_id}", {"to": staff_id or ""})
    handover.mend(tx, now, by)


def _changes(tx: Tx, team_id: str, start: datetime, end: datetime) -> set[datetime]:
    """The moments at which who is on duty may change: where duties and absences begin and end."""
    found: set[datetime] = set()
    waiting, seen = [], set()
    for duty in roster.duties_of.all(tx, team=team_id, since=start, until=end):
        found |= {duty.starts_at, duty.ends_at}
        waiting.append(duty.staff_id)
    while waiting:
        staff_id = waiting.pop()
        if staff_id in seen:
            continue
        seen.add(staff_id)
        for absence in roster.absences_of.all(tx, staff=staff_id):
            found |= {absence.starts_at} | ({absence.ends_at} if absence.ends_at else set())
            waiting += [absence.stand_in_id] if absence.stand_in_id else []
    return found


def _check(tx: Tx, team_id: str, staff_id: str) -> None:
    member = owners.member.one(tx, staff=staff_id)
    if member is None or not member.active:
        raise BadDuty("there is no such member of staff; `besa user list` shows the ids")
    if not handover.may_hold(member, team_id, stands_in=True):
        raise BadDuty("a duty is for a caseworker of the team, or a supervisor")
