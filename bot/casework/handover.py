"""Work always has an owner: who keeps the work of a member of staff, and its handing over.

Cases, their open conversations and their texts under review follow the case's keeper; an alert has an owner
of its own; a number that nobody knows belongs to a supervisor. Who leaves, is away, is removed, or changes
role or team is replaced in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework import incidents
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.queries import owners, roster
from bot.store.tx import Tx

READS_TEXTS = ("caseworker", "supervisor")


@dataclass(frozen=True)
class Keeper:
    """Who holds some work. ``reads``: may read what people write, which a coordinator may not."""

    id: str
    reads: bool
    present: bool = True


def keeper_of(tx: Tx, now: datetime, staff_id: str, team_id: str) -> str:
    """Who holds the work of this member now; themselves if nobody at all is there."""
    return keeper(tx, now, staff_id, team_id).id


def keeper(tx: Tx, now: datetime, staff_id: str, team_id: str) -> Keeper:
    """Who holds the work of a member in a team now.

    The member; else who stands in, along the chain; else a supervisor of the team; else the team's
    fall-back; else a coordinator, who gets the alerts alone.
    """
    for member in _chain(tx, now, staff_id):
        if may_hold(member, team_id, stands_in=member.id != staff_id) and present(tx, now, member):
            return Keeper(member.id, True)
    for member in owners.members_with_role.all(tx, team=team_id, role="supervisor"):
        if present(tx, now, member):
            return Keeper(member.id, True)
    team = roster.team.one(tx, team=team_id)
    fallback = owners.member.one(tx, staff=team.fallback_id) if team and team.fallback_id else None
    if fallback is not None and fallback.role in READS_TEXTS and present(tx, now, fallback):
        return Keeper(fallback.id, True)
    for member in owners.all_with_role.all(tx, role="coordinator"):
        if present(tx, now, member):
            return Keeper(member.id, False)
    return Keeper(staff_id, False, present=False)


def stands_for(tx: Tx, now: datetime, staff_id: str, team_id: str) -> str | None:
    """The member, or who stands in for them along the chain; nobody else."""
    for member in _chain(tx, now, staff_id):
        if may_hold(member, team_id, stands_in=True) and present(tx, now, member):
            return str(member.id)
    return None


def may_hold(member: Any, team_id: str, *, stands_in: bool = False) -> bool:
    """Whether a member's role and team let them hold the work of a team."""
    return member.role in READS_TEXTS and (
        member.team_id == team_id or (stands_in and member.role == "supervisor")
    )


def present(tx: Tx, now: datetime, member: Any) -> bool:
    """Whether a member is active and not away."""
    return bool(member.active) and roster.away_at.one(tx, staff=member.id, now=now) is None


def hand_over(
    tx: Tx, now: datetime, staff_id: str, why: str, by: str, *, programme: Programme | None = None
) -> int:
    """Bring everything of a member to who keeps it now, there or back. Gives how many cases and alerts moved.

    ``why`` is a word for the audit log (absence, return, removed, role, team, audit); ``by`` its actor.
    """
    moved = 0
    for case in owners.cases_of.all(tx, staff=staff_id):
        moved += settle_case(tx, now, case, why, by, programme)
    for alert in owners.alerts_of.all(tx, staff=staff_id):
        moved += settle_alert(tx, now, alert, why, by, programme)
    return moved


def settle_case(
    tx: Tx, now: datetime, case: Any, why: str, by: str, programme: Programme | None = None
) -> int:
    """Give a case, and its alert, to who should keep it. Gives how many changed hands."""
    worker = owners.member.one(tx, staff=case.caseworker_id)
    found = keeper(tx, now, case.caseworker_id, case.team_id)
    worker_id, keeper_id = case.caseworker_id, case.keeper_id
    if found.reads:
        keeper_id = found.id
        if not worker.active or not may_hold(worker, case.team_id):
            worker_id = found.id
    moved = 0
    if (worker_id, keeper_id) != (case.caseworker_id, case.keeper_id):
        owners.give_case.run(tx, case=case.id, to_worker=worker_id, to_keeper=keeper_id)
        detail = {"why": why, "from": case.keeper_id, "to": keeper_id, "caseworker": worker_id}
        audit.append(tx, now, by, "case.hand_over", f"case:{case.code}", detail)
        moved += 1
    alert = owners.alert_of_case.one(tx, case=case.id)
    if alert is not None and alert.owner_id in (None, case.keeper_id, case.caseworker_id):
        moved += _give_alert(tx, now, alert, found, why, by)
    if not found.reads:
        no_keeper(tx, programme, now, case.team_id)
    return moved


def settle_alert(
    tx: Tx, now: datetime, alert: Any, why: str, by: str, programme: Programme | None = None
) -> int:
    """Give an alert to who should own it, if its owner may not or is not there."""
    owner = owners.member.one(tx, staff=alert.owner_id) if alert.owner_id else None
    if owner is not None and fit(tx, now, owner, alert.team_id):
        return 0
    found = keeper(tx, now, alert.owner_id or "", alert.team_id)
    if not found.reads:
        no_keeper(tx, programme, now, alert.team_id)
    return _give_alert(tx, now, alert, found, why, by)


def fit(tx: Tx, now: datetime, member: Any, team_id: str) -> bool:
    """Whether a member is there and may hold the work of a team."""
    return may_hold(member, team_id, stands_in=True) and present(tx, now, member)


def no_keeper(tx: Tx, programme: Programme | None, now: datetime, team_id: str) -> None:
    """Nobody who may read what people write is there for a team: an incident of its own."""
    incidents.open_incident(tx, programme, now, "no_keeper", f"team:{team_id}", "nobody", team_id)


def _chain(tx: Tx, now: datetime, staff_id: str) -> list[Any]:
    """A member and who stands in, one after the other; a circle is cut."""
    found: list[Any] = []
    following: str | None = staff_id
    while following and following not in [member.id for member in found]:
        member = owners.member.one(tx, staff=following)
        if member is None:
            break
        found.append(member)
        away = roster.away_at.one(tx, staff=following, now=now)
        following = away.stand_in_id if away else None
    return found


def _give_alert(tx: Tx, now: datetime, alert: Any, found: Keeper, why: str, by: str) -> int:
    if alert.owner_id == found.id or not found.present:
        return 0
    owners.give_alert.run(tx, alert=alert.id, to_staff=found.id)
    detail = {"why": why, "from": alert.owner_id or "", "to": found.id}
    audit.append(tx, now, by, "alert.hand_over", f"alert:{alert.id}", detail)
    return 1
