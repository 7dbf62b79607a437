"""Incidents: what is wrong with Besa itself, opened and closed by evidence, told once each way.

A notice names the kind and what it is about by a code, a channel or a team; nothing about any person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from bot.casework import notifications
from bot.casework.notice_wording import INCIDENT, INCIDENTS, OVER
from bot.casework.notifications import Notice
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import incidents, owners
from bot.store.tx import Tx

Kind = Literal[
    "channel_down",
    "scheduler_late",
    "clock_off",
    "catalogue_broken",
    "roster_gap",
    "nobody_reachable",
    "no_keeper",
    "notification_undelivered",
]
NOT_URGENT = ("roster_gap", "scheduler_late")
"""What may wait for a bundle; all else is told at once, at any hour."""


def open_incident(
    tx: Tx,
    programme: Programme | None,
    now: datetime,
    kind: Kind,
    subject: str,
    evidence: str,
    team_id: str | None = None,
) -> str | None:
    """Open an incident and tell who looks after such things. Gives its id, or None if it is open already.

    ``subject`` and ``evidence`` hold codes, numbers and ids only. Without a programme nobody is told yet.
    """
    row = incidents.insert_incident.one(
        tx, id=new_id(), kind=kind, subject=subject, team_id=team_id, evidence=evidence, opened_at=now
    )
    if row is None:
        return None
    detail = {"kind": kind, "subject": subject, "evidence": evidence}
    audit.append(tx, now, "besa", "incident.open", f"incident:{row.id}", detail)
    if programme is not None:
        announce(tx, programme, now, incidents.open_incident.one(tx, kind=kind, subject=subject), "opened")
    return str(row.id)


def close_incident(
    tx: Tx, programme: Programme | None, now: datetime, kind: Kind, subject: str, evidence: str
) -> bool:
    """Close an incident because something shows that it is over. False if none is open."""
    row = incidents.open_incident.one(tx, kind=kind, subject=subject)
    if row is None or not incidents.close_incident.run(tx, incident=row.id, now=now):
        return False
    audit.append(
        tx, now, "besa", "incident.close", f"incident:{row.id}", {"kind": kind, "evidence": evidence}
    )
    if programme is not None:
        announce(tx, programme, now, row, "closed")
    return True


def announce(
    tx: Tx, programme: Programme, now: datetime, row: Any, what: Literal["opened", "closed"]
) -> bool:
    """Tell supervisors (of the team that it concerns, if it concerns one) and coordinators."""
    text = INCIDENTS.get(row.kind, INCIDENT) if what == "opened" else OVER
    notice = Notice("incident", text, None, row.id, "high", {"subject": _named(tx, row.subject)})
    urgent = what == "opened" and row.kind not in NOT_URGENT
    told = [
        notifications.tell(tx, programme, now, staff_id, notice, f"incident_{what}", urgent=urgent)
        for staff_id in audience(tx, row.team_id)
    ]
    return any(told)


def audience(tx: Tx, team_id: str | None) -> list[str]:
    """Who is told of an incident: the supervisors of its team and the coordinators; all supervisors if it
    concerns no team, or one that has nobody left.
    """
    coordinators = owners.all_with_role.all(tx, role="coordinator")
    supervisors = owners.members_with_role.all(tx, team=team_id, role="supervisor") if team_id else []
    if not supervisors and not (team_id and coordinators):
        supervisors = owners.all_with_role.all(tx, role="supervisor")
    return [row.id for row in (*supervisors, *coordinators)]


def _named(tx: Tx, subject: str) -> str:
    """A subject as people know it: a team by its name, an alert by its number."""
    kind, _, which = subject.partition(":")
    if kind == "team":
        return next((row.name for row in owners.all_teams.all(tx) if row.id == which), which)
    return f"A {which}" if kind == "alert" else subject
