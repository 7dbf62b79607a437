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
from bot.casework.keeping import (
    READS_TEXTS,
    Keeper,
    fit,
    is_kept,
    is_owned,
    is_settled,
    keeper,
    keeper_of,
    keeper_of_unknown,
    may_hold,
    owner_of,
    present,
    rightful,
    stands_for,
)
from bot.casework.notice_wording import N_
from bot.casework.notifications import Notice
from bot.casework.programme import Programme
from bot.casework.reopening import give
from bot.store import audit
from bot.store.queries import incidents as incident_rows
from bot.store.queries import owners, roster, watch
from bot.store.tx import Tx

__all__ = [
    "READS_TEXTS",
    "Keeper",
    "Moved",
    "alike",
    "finish",
    "fit",
    "for_unknown",
    "hand_over",
    "is_kept",
    "is_owned",
    "keeper",
    "keeper_of",
    "may_hold",
    "mend",
    "present",
    "settle_alert",
    "settle_case",
    "stands_for",
    "unsettled",
]
HANDED_OVER = N_("Cases that are with you now: {n}.")


@dataclass
class Moved:
    """What changed hands: how many cases each new holder got, and how many alerts moved."""

    cases: Counter[str] = field(default_factory=Counter)
    alerts: int = 0
    without: set[str] = field(default_factory=set)
    """Teams that have work and nobody who may read what people write."""
    known: dict[tuple[str, str, str | None], tuple[bool, Keeper]] = field(default_factory=dict)
    """Whether a caseworker no longer works in a team, and who keeps their work; looked up once each."""

    @property
    def total(self) -> int:
        """How many cases and alerts changed hands."""
        return self.cases.total() + self.alerts


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
    _mend(tx, now, by, moved)
    finish(tx, programme, now, moved)
    return moved.total


def mend(tx: Tx, now: datetime, by: str, *, programme: Programme | None = None) -> int:
    """Bring whatever is with nobody who may hold it to who does. Gives how many cases and alerts moved."""
    moved = Moved()
    _mend(tx, now, by, moved)
    finish(tx, programme, now, moved)
    return moved.total


def for_unknown(tx: Tx, now: datetime) -> tuple[str, str | None] | None:
    """The team and the member whose work a number that nobody knows is. None while there is no team at all.

    That nobody is there who may read is an incident.
    """
    found = keeper_of_unknown(tx, now)
    if found is None:
        return None
    who, team_id = found
    if not who.reads:
        incidents.open_incident(tx, None, now, "no_keeper", f"team:{team_id}", "nobody", team_id)
    return team_id, who.id or None


def settle_case(
    tx: Tx, now: datetime, case: Any, why: str, by: str, moved: Moved, *, to: str | None = None
) -> None:
    """Give a case, and its alert, to who should keep it."""
    gone, found = _looked_up(tx, now, case, to, moved)
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
        or not rightful(tx, now, alert.owner_id, case.team_id, found)
    ):
        _give_alert(tx, now, alert, found, why, by, moved)


def settle_alert(tx: Tx, now: datetime, alert: Any, why: str, by: str, moved: Moved) -> None:
    """Give an alert to who should own it, if its owner may not or is not there."""
    case = owners.case.one(tx, case=alert.case_id) if alert.case_id else None
    worker, case_team = (case.caseworker_id, case.team_id) if case else (None, None)
    found, team_id = owner_of(tx, now, alert, worker, case_team)
    if not found.reads:
        moved.without.add(team_id)
    if rightful(tx, now, alert.owner_id, team_id, found):
        return
    if team_id != alert.team_id:
        owners.move_alert.run(tx, alert=alert.id, to_team=team_id)
    _give_alert(tx, now, alert, found, why, by, moved)


def alike(tx: Tx, combination: Any) -> list[Any]:
    """The unresolved alerts of an owner, a team and a caseworker."""
    return watch.unresolved_of.all(
        tx,
        owner=combination.owner_id or "",
        team=combination.team_id,
        worker=combination.caseworker_id or "",
    )


def unsettled(tx: Tx, now: datetime) -> bool:
    """Whether ``mend`` has something to do. Only reads."""
    return (
        any(row.kind == "no_keeper" for row in incident_rows.open_incidents.all(tx))
        or not all(is_settled(tx, now, each) for each in watch.holders.all(tx))
        or not all(is_owned(tx, now, each) for each in watch.alert_holders.all(tx))
    )


def finish(tx: Tx, programme: Programme | None, now: datetime, moved: Moved) -> None:
    """Tell new holders how many cases they got; open an incident where nobody may read, close it where
    somebody may again. Alerts are told by their own clocks.
    """
    for team_id in sorted(moved.without):
        incidents.open_incident(tx, programme, now, "no_keeper", f"team:{team_id}", "nobody", team_id)
    for row in incident_rows.open_incidents.all(tx):
        if row.kind == "no_keeper" and row.team_id not in moved.without:
            incidents.close_incident(tx, programme, now, "no_keeper", row.subject, "kept again")
    if programme is not None:
        for staff_id, n in sorted(moved.cases.items()):
            notice = Notice("duty", HANDED_OVER, None, None, "low", {"n": n})
            notifications.tell(tx, programme, now, staff_id, notice, "handed_over", urgent=False)


def _looked_up(tx: Tx, now: datetime, case: Any, to: str | None, moved: Moved) -> tuple[bool, Keeper]:
    """Whether the caseworker of a case no longer works in its team, and who keeps it."""
    key = case.caseworker_id, case.team_id, to
    if key not in moved.known:
        worker = owners.member.one(tx, staff=case.caseworker_id)
        gone = not worker.active or not may_hold(worker, case.team_id)
        named = to if gone and to else case.caseworker_id
        moved.known[key] = gone, keeper(tx, now, named, case.team_id)
    return moved.known[key]


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


def _give_alert(tx: Tx, now: datetime, alert: Any, found: Keeper, why: str, by: str, moved: Moved) -> None:
    if alert.owner_id != found.id and found.present:
        give(tx, now, alert.id, found.id, by, why)
        moved.alerts += 1


def _mend(tx: Tx, now: datetime, by: str, moved: Moved) -> None:
    """Look at all open work. Only so is it known which teams have nobody."""
    moved.without.clear()
    for combination in watch.holders.all(tx):
        if not is_settled(tx, now, combination):
            for case in watch.held.all(
                tx,
                keeper=combination.keeper_id,
                worker=combination.caseworker_id,
                team=combination.team_id,
            ):
                settle_case(tx, now, case, "mended", by, moved)
    for each in watch.alert_holders.all(tx):
        found, team_id = owner_of(tx, now, each, each.caseworker_id, each.case_team)
        if not found.reads:
            moved.without.add(team_id)
        if not rightful(tx, now, each.owner_id, team_id, found):
            for alert in alike(tx, each):
                settle_alert(tx, now, alert, "mended", by, moved)
