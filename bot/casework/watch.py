"""The auditor: looks each minute whether something stands still that should have moved, and moves it.

What is next always stands in a row with its time. This finds the row that has no time, whose time has passed,
whose owner is not there, whose notice never arrived; and it writes into the audit log what it mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.casework import escalation, failover, handover, incidents, notifications, roster
from bot.casework.programme import Programme
from bot.casework.reopening import clock_of
from bot.store import audit
from bot.store.queries import alerts, owners, watch
from bot.store.queries import incidents as incident_rows
from bot.store.tx import Tx

ACTOR = "auditor"
OVERDUE = timedelta(minutes=5)
POISON_WAITS = timedelta(minutes=10)
ROSTER_AHEAD = timedelta(hours=24)
MOST = 500
ARRIVED = ("sent", "delivered")


@dataclass(frozen=True)
class Missing:
    """Open work with nobody who is there and may hold it. ``id``: a case's code, an alert's number."""

    kind: Literal["case", "alert"]
    id: str
    team_id: str
    case: str | None = None
    """The code of the case, where the work is about one."""


def missing(tx: Tx, now: datetime) -> list[Missing]:
    """Every open case and every unresolved alert without an active, present, permitted owner.

    Open conversations and texts under review are with the keeper of their case; messages of unknown numbers
    with the owner of their alert.
    """
    found = []
    for combination in watch.holders.all(tx):
        if not handover.is_kept(tx, now, combination):
            found += [Missing("case", case.code, case.team_id, case.code) for case in _held(tx, combination)]
    for each in watch.alert_holders.all(tx):
        if not handover.is_owned(tx, now, each):
            alike = handover.alike(tx, each)
            found += [Missing("alert", str(row.id), row.team_id, row.code) for row in alike]
    return found


def mend_owners(tx: Tx, programme: Programme, now: datetime) -> int:
    """Bring orphaned work to who should have it. Gives how much moved."""
    return handover.mend(tx, now, ACTOR, programme=programme)


def take_step(tx: Tx, programme: Programme, now: datetime, number: int) -> int:
    """An alert stands still: what should have been done is done now. Gives how many steps were taken."""
    detail = {"overdue": "step"}
    audit.append(tx, now, ACTOR, "alert.overdue", f"alert:{number}", detail)
    watch.set_step.run(tx, alert=number, at=now)
    return escalation.escalate(tx, programme, now, number)


def push_on(tx: Tx, programme: Programme, now: datetime, number: int, fault: str) -> None:
    """An alert whose step cannot be taken: its people are told without it, and it is tried again later."""
    found = owners.alert.one(tx, alert=number)
    watch.set_step.run(tx, alert=number, at=now + POISON_WAITS)
    people = [found.owner_id] if found.owner_id else []
    people += incidents.audience(tx, found.team_id)
    notice = notifications.Notice("alert", found.code or "", number, None, found.level)
    for staff_id in dict.fromkeys(people):
        notifications.tell(tx, programme, now, staff_id, notice, "overdue", urgent=True)
    audit.append(tx, now, ACTOR, "alert.step_failed", f"alert:{number}", {"fault": fault})


def give_act(tx: Tx, now: datetime, number: int) -> None:
    """An alert was acknowledged and names no next act: it gets the moment that its policy gives."""
    found = alerts.alert.one(tx, alert=number)
    at = clock_of(found).act_at(now)
    watch.set_act.run(tx, alert=number, at=at)
    audit.append(tx, now, ACTOR, "alert.act_missing", f"alert:{number}", {"act_at": at.isoformat()})


def undelivered(tx: Tx, now: datetime) -> list[tuple[int, datetime]]:
    """Open alerts of which nothing arrived that was last told, five minutes ago or more; and that moment."""
    return [
        (row.id, row.at)
        for row in watch.last_told.all(tx, before=now - OVERDUE)
        if _stuck(now, watch.told_at.all(tx, alert=row.id, at=row.at))
    ]


def tell_otherwise(tx: Tx, programme: Programme, now: datetime, number: int, at: datetime) -> bool:
    """What was told of an alert did not arrive: another channel, or the next person. Once a telling."""
    subject, evidence = f"alert:{number}", f"told {at.isoformat()}"
    found = owners.alert.one(tx, alert=number)
    standing = incident_rows.open_incident.one(tx, kind="notification_undelivered", subject=subject)
    if standing is not None and standing.evidence == evidence:
        return False
    if standing is None:
        incidents.open_incident(
            tx, programme, now, "notification_undelivered", subject, evidence, found.team_id
        )
    else:
        incident_rows.set_evidence.run(tx, incident=standing.id, new_evidence=evidence)
    messages = watch.told_at.all(tx, alert=number, at=at)
    audit.append(tx, now, ACTOR, "alert.undelivered", f"alert:{number}", {"messages": str(len(messages))})
    for each in messages:
        if each.state in ("queued", "sending"):
            failover.undelivered(tx, programme, now, each, each.code)
    elsewhere = len(watch.told_at.all(tx, alert=number, at=at)) > len(messages)
    if not elsewhere and owners.alert.one(tx, alert=number).step == found.step:
        escalation.step_at_once(tx, programme, now, number)
    return True


def close_what_is_over(tx: Tx, programme: Programme, now: datetime) -> None:
    """Close incidents about alerts that somebody has, or that were told after all."""
    for row in _open_of(tx, "notification_undelivered") + _open_of(tx, "nobody_reachable"):
        alert = owners.alert.one(tx, alert=int(row.subject.removeprefix("alert:")))
        if alert.state != "open":
            incidents.close_incident(tx, programme, now, row.kind, row.subject, alert.state)
        elif row.kind == "notification_undelivered" and _arrived(tx, row, alert.id):
            incidents.close_incident(tx, programme, now, row.kind, row.subject, "arrived")


def look_at_rosters(tx: Tx, programme: Programme, now: datetime) -> None:
    """Open an incident for each team with a roster that has nobody on duty at some hour of the next day."""
    ahead = {row.team_id for row in watch.teams_on_roster.all(tx, now=now)}
    for team_id in sorted(ahead):
        found = roster.gaps(tx, now, team_id, ROSTER_AHEAD)
        subject = f"team:{team_id}"
        if found:
            evidence = f"{found[0][0].isoformat()}/{found[0][1].isoformat()}"
            incidents.open_incident(tx, programme, now, "roster_gap", subject, evidence, team_id)
        else:
            incidents.close_incident(tx, programme, now, "roster_gap", subject, "covered")


def announce_untold(tx: Tx, programme: Programme, now: datetime) -> None:
    """Tell of incidents of which nobody was told yet."""
    for row in watch.untold_incidents.all(tx):
        incidents.announce(tx, programme, now, row, "opened")


def _held(tx: Tx, combination: Any) -> list[Any]:
    return watch.held.all(
        tx, keeper=combination.keeper_id, worker=combination.caseworker_id, team=combination.team_id
    )


def _open_of(tx: Tx, kind: str) -> list[Any]:
    return [row for row in incident_rows.open_incidents.all(tx) if row.kind == kind]


def _stuck(now: datetime, messages: list[Any]) -> bool:
    """Whether none of these arrived, and none waits on purpose."""
    waits = [m for m in messages if m.state == "queued" and not m.attempts and m.next_attempt_at > now]
    return bool(messages) and not waits and all(m.state not in ARRIVED for m in messages)


def _arrived(tx: Tx, row: Any, number: int) -> bool:
    """Whether what was missing, or something told later, has arrived."""
    at = watch.last_arrived.one(tx, alert=number).at
    return at is not None and at >= datetime.fromisoformat(row.evidence.removeprefix("told "))
