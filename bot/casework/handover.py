"""Work always has an owner: who keeps the work of a member of staff, and its handing over.

Cases, their open conversations and their texts under review follow the case's keeper; an alert has an owner
of its own; a number that nobody knows belongs to a supervisor. Who leaves, is away, is removed, or changes
role or team is replaced in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.casework import incidents, notifications
from bot.casework.notice_wording import N_
from bot.casework.notifications import Notice
from bot.casework.programme import Programme
from bot.casework.reopening import give
from bot.store import audit
from bot.store.queries import owners, roster
from bot.store.tx import Tx

READS_TEXTS = ("caseworker", "supervisor")
HANDED_OVER = N_("Cases that are with you now: {n}.")


@dataclass(frozen=True)
class Keeper:
    """Who holds some work. ``reads``: may read what people write, which a coordinator may not."""

    id: str
    reads: bool
    present: bool = True


@dataclass
class Moved:
    """What changed hands: how many cases each new holder got, and how many alerts moved."""

    cases: Counter[str] = field(default_factory=Counter)
    alerts: int = 0
    without: set[str] = field(default_factory=set)
    """Teams that have work and nobody who may read what people write."""

    @property
    def total(self) -> int:
        """How many cases and alerts changed hands."""
        return self.cases.total() + self.alerts


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


def for_unknown(tx: Tx, now: datetime) -> tuple[str, str | None] | None:
    """Whose work a number that nobody knows is: a team and a member. None while there is no team at all.

    A supervisor who is there, of whatever team; else who keeps the work of a team; else nobody yet.
    """
    teams = [row.id for row in owners.all_teams.all(tx)]
    for member in owners.all_with_role.all(tx, role="supervisor"):
        if present(tx, now, member):
            return member.team_id, member.id
    kept = [(team, keeper(tx, now, "", team)) for team in teams]
    kept.sort(key=lambda each: each[1].reads, reverse=True)
    return (kept[0][0], kept[0][1].id or None) if kept else None


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


def hand_over(
    tx: Tx,
    now: datetime,
    staff_id: str,
    why: str,
    by: str,
    *,
    programme: Programme | None = None,
    to: str | None = None,
) -> int:
    """Bring everything of a member to who keeps it now, there or back. Gives how many cases and alerts moved.

    What is kept for those for whom the member stands in is looked at as well. ``why`` is a word for the audit
    log (absence, return, removed, role, team); ``by`` its actor; ``to`` gets the cases of one who is gone.
    """
    moved = Moved()
    for each in [staff_id, *_stood_in_for(tx, now, staff_id)]:
        for case in owners.cases_of.all(tx, staff=each):
            settle_case(tx, now, case, why, by, moved, to=to)
        for alert in owners.alerts_of.all(tx, staff=each):
            settle_alert(tx, now, alert, why, by, moved)
    finish(tx, programme, now, moved)
    return moved.total


def settle_case(
    tx: Tx, now: datetime, case: Any, why: str, by: str, moved: Moved, *, to: str | None = None
) -> None:
    """Give a case, and its alert, to who should keep it."""
    worker = owners.member.one(tx, staff=case.caseworker_id)
    gone = not worker.active or not may_hold(worker, case.team_id)
    found = keeper(tx, now, to if gone and to else case.caseworker_id, case.team_id)
    worker_id, keeper_id = case.caseworker_id, found.id if found.reads else case.keeper_id
    if gone and found.reads:
        heir = owners.member.one(tx, staff=to or found.id)
        worker_id = heir.id if heir.active and may_hold(heir, case.team_id) else worker_id
    if (worker_id, keeper_id) != (case.caseworker_id, case.keeper_id) and owners.give_case.run(
        tx,
        case=case.id,
        from_worker=case.caseworker_id,
        from_keeper=case.keeper_id,
        to_worker=worker_id,
        to_keeper=keeper_id,
    ):
        detail = {"why": why, "from": case.keeper_id, "to": keeper_id, "caseworker": worker_id}
        audit.append(tx, now, by, "case.hand_over", f"case:{case.code}", detail)
        moved.cases[keeper_id] += 1
    if not found.reads and case.state == "open":
        moved.without.add(case.team_id)
    alert = owners.alert_of_case.one(tx, case=case.id)
    if alert is not None and (
        alert.owner_id in (case.keeper_id, case.caseworker_id)
        or not _rightful(tx, now, alert.owner_id, case.team_id, found)
    ):
        _give_alert(tx, now, alert, found, why, by, moved)


def settle_alert(tx: Tx, now: datetime, alert: Any, why: str, by: str, moved: Moved) -> None:
    """Give an alert to who should own it, if its owner may not or is not there."""
    found, team_id = _owner(tx, now, alert)
    if not found.reads:
        moved.without.add(team_id)
    if _rightful(tx, now, alert.owner_id, team_id, found):
        return
    if team_id != alert.team_id:
        owners.move_alert.run(tx, alert=alert.id, to_team=team_id)
    _give_alert(tx, now, alert, found, why, by, moved)


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


def is_owned(tx: Tx, now: datetime, alert: Any) -> bool:
    """Whether an alert is with someone who is there and may hold it."""
    found, team_id = _owner(tx, now, alert)
    return _rightful(tx, now, alert.owner_id, team_id, found)


def finish(tx: Tx, programme: Programme | None, now: datetime, moved: Moved) -> None:
    """Tell new holders how many cases they got, and open an incident where nobody may read. Alerts tell
    themselves.
    """
    for team_id in sorted(moved.without):
        incidents.open_incident(tx, programme, now, "no_keeper", f"team:{team_id}", "nobody", team_id)
    if programme is not None:
        for staff_id, n in sorted(moved.cases.items()):
            notice = Notice("duty", HANDED_OVER, None, None, "low", {"n": n})
            notifications.tell(tx, programme, now, staff_id, notice, "handed_over", urgent=False)


def _owner(tx: Tx, now: datetime, alert: Any) -> tuple[Keeper, str]:
    """Who should own an alert if its owner cannot, and in which team."""
    case = owners.case.one(tx, case=alert.case_id) if alert.case_id else None
    if case is not None:
        return keeper(tx, now, case.caseworker_id, case.team_id), case.team_id
    found = keeper(tx, now, alert.owner_id or "", alert.team_id)
    return (found, alert.team_id) if found.reads else _any_supervisor(tx, now, found, alert.team_id)


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


def _stood_in_for(tx: Tx, now: datetime, staff_id: str) -> list[str]:
    """For whom a member stands in now, and for whom those do."""
    found: list[str] = []
    waiting = [staff_id]
    while waiting:
        for row in roster.stood_in_for.all(tx, staff=waiting.pop(), now=now):
            if row.staff_id not in (staff_id, *found):
                found.append(row.staff_id)
                waiting.append(row.staff_id)
    return found


def _fallback(tx: Tx, team_id: str) -> Any:
    """The member who is named as fall-back of a team, if they may read what people write."""
    team = roster.team.one(tx, team=team_id)
    member = owners.member.one(tx, staff=team.fallback_id) if team and team.fallback_id else None
    return member if member is not None and member.role in READS_TEXTS else None


def _any_supervisor(tx: Tx, now: datetime, found: Keeper, team_id: str) -> tuple[Keeper, str]:
    """A supervisor of whatever team who is there, with the team; else what was found before."""
    for member in owners.all_with_role.all(tx, role="supervisor"):
        if present(tx, now, member):
            return Keeper(member.id, True), member.team_id
    return found, team_id


def _rightful(tx: Tx, now: datetime, owner_id: str | None, team_id: str, found: Keeper) -> bool:
    """Whether an alert may stay with its owner, where ``found`` would be who gets it."""
    owner = owners.member.one(tx, staff=owner_id) if owner_id else None
    return owner is not None and (owner.id == found.id or fit(tx, now, owner, team_id))


def _give_alert(tx: Tx, now: datetime, alert: Any, found: Keeper, why: str, by: str, moved: Moved) -> None:
    if alert.owner_id != found.id and found.present:
        give(tx, now, alert.id, found.id, by, why)
        moved.alerts += 1
