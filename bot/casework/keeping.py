"""Who keeps the work of a member of staff now: themselves, or who stands in, or who steps in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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

    The member; else who stands in, along the chain; else a supervisor of the team, the longest there first;
    else the team's fall-back; else a coordinator, who gets the alerts alone.
    """
    for member in _chain(tx, now, staff_id):
        if may_hold(member, team_id, stands_in=member.id != staff_id) and present(tx, now, member):
            return Keeper(member.id, True)
    for member in owners.members_with_role.all(tx, team=team_id, role="supervisor"):
        if present(tx, now, member):
            return Keeper(member.id, True)
    fallback = _fallback(tx, team_id)
    if fallback is not None and present(tx, now, fallback):
        return Keeper(fallback.id, True)
    for member in owners.all_with_role.all(tx, role="coordinator"):
        if present(tx, now, member):
            return Keeper(member.id, False)
    return Keeper(staff_id, False, present=False)


def keeper_of_unknown(tx: Tx, now: datetime) -> tuple[Keeper, str] | None:
    """Whose work a number that nobody knows is, and in which team. None while there is no team at all.

    A supervisor who is there, of whatever team; else who keeps the work of a team; else nobody yet.
    """
    teams = [row.id for row in owners.all_teams.all(tx)]
    if not teams:
        return None
    kept = [(keeper(tx, now, "", team), team) for team in teams]
    kept.sort(key=lambda each: each[0].reads, reverse=True)
    return any_supervisor(tx, now, *kept[0])


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


def fit(tx: Tx, now: datetime, member: Any, team_id: str) -> bool:
    """Whether a member is there and may be given the work of a team: one of its own, or its fall-back."""
    if not present(tx, now, member):
        return False
    fallback = _fallback(tx, team_id)
    return may_hold(member, team_id) or (fallback is not None and fallback.id == member.id)


def is_kept(tx: Tx, now: datetime, case: Any) -> bool:
    """Whether a case is with someone who is there and may hold it."""
    member = owners.member.one(tx, staff=case.keeper_id)
    if fit(tx, now, member, case.team_id):
        return True
    found = keeper(tx, now, case.caseworker_id, case.team_id)
    return found.reads and found.id == member.id


def is_settled(tx: Tx, now: datetime, case: Any) -> bool:
    """Whether a case is kept, by whoever should keep it, and its caseworker still works in its team."""
    worker = owners.member.one(tx, staff=case.caseworker_id)
    found = keeper(tx, now, case.caseworker_id, case.team_id)
    return bool(
        worker.active and may_hold(worker, case.team_id) and found.reads and found.id == case.keeper_id
    )


def is_owned(tx: Tx, now: datetime, combination: Any) -> bool:
    """Whether alerts of an owner, a team and a caseworker are with someone who is there and may hold them."""
    found, team_id = owner_of(tx, now, combination, combination.caseworker_id, combination.case_team)
    return rightful(tx, now, combination.owner_id, team_id, found)


def owner_of(
    tx: Tx, now: datetime, alert: Any, worker: str | None, case_team: str | None
) -> tuple[Keeper, str]:
    """Who should own an alert if its owner cannot, and in which team: about a case, or an unknown number."""
    if worker is not None and case_team is not None:
        return keeper(tx, now, worker, case_team), case_team
    found = keeper(tx, now, alert.owner_id or "", alert.team_id)
    return (found, alert.team_id) if found.reads else any_supervisor(tx, now, found, alert.team_id)


def rightful(tx: Tx, now: datetime, owner_id: str | None, team_id: str, found: Keeper) -> bool:
    """Whether an alert may stay with its owner, where ``found`` would be who gets it."""
    owner = owners.member.one(tx, staff=owner_id) if owner_id else None
    return owner is not None and (owner.id == found.id or fit(tx, now, owner, team_id))


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


def _fallback(tx: Tx, team_id: str) -> Any:
    """The member who is named as fall-back of a team, if they may read what people write."""
    team = roster.team.one(tx, team=team_id)
    member = owners.member.one(tx, staff=team.fallback_id) if team and team.fallback_id else None
    return member if member is not None and member.role in READS_TEXTS else None


def any_supervisor(tx: Tx, now: datetime, found: Keeper, team_id: str) -> tuple[Keeper, str]:
    """A supervisor of whatever team who is there, with the team; else what was found before."""
    for member in owners.all_with_role.all(tx, role="supervisor"):
        if present(tx, now, member):
            return Keeper(member.id, True), member.team_id
    return found, team_id
