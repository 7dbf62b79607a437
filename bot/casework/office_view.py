"""The office in numbers and codes: totals of teams, its staff, the audit log."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from bot.casework.desk import Page
from bot.casework.staff import Signed
from bot.store.queries import alerts, case_lists, people, totals
from bot.store.tx import Tx

PAGE = 100
NO_CONTACT = timedelta(days=30)


def counts(tx: Tx, now: datetime, who: Signed) -> dict[str, list[dict[str, Any]]]:
    """How many alerts and cases within reach there are, of each level and state."""
    return {
        "alerts": [
            {"level": row.level, "state": row.state, "count": row.n}
            for row in alerts.alert_counts.all(tx, who)
        ],
        "cases": [
            {"state": row.state, "level": row.level, "count": row.n}
            for row in case_lists.counts.all(tx, who, now=now)
        ],
    }


def teams(tx: Tx, now: datetime, who: Signed) -> list[dict[str, Any]]:
    """The totals of one's own team, or of all teams for a coordinator."""
    team = "" if who.role == "coordinator" else who.team_id
    cases = totals.cases.all(tx, team=team, now=now, since=now - NO_CONTACT)
    work = totals.alerts.all(tx, team=team, now=now)
    members = totals.members.all(tx, team=team)
    return [
        {
            "id": row.id,
            "name": row.name,
            "caseworkers": sum(
                each.n for each in members if each.team_id == row.id and each.role == "caseworker"
            ),
            "cases": _cases([each for each in cases if each.team_id == row.id]),
            "alerts": [
                {"level": each.level, "state": each.state, "count": each.n, "overdue": each.overdue}
                for each in work
                if each.team_id == row.id
            ],
        }
        for row in totals.teams.all(tx, team=team)
    ]


def staff_list(tx: Tx, after: str) -> Page:
    """All staff after an id: who they are and what they may, not how they are reached by telephone."""
    rows = people.staff_after.all(tx, after=after, most=PAGE + 1)
    items = [
        {
            "id": row.id,
            "name": tx.vault.open(row.name, column="staff.name", row=row.id),
            "email": tx.vault.open(row.email, column="staff.email", row=row.id),
            "role": row.role,
            "team": row.team_id,
            "active": bool(row.active),
            "second_factor": bool(row.second_factor),
        }
        for row in rows[:PAGE]
    ]
    return Page(items, rows[PAGE - 1].id if len(rows) > PAGE else None)


def audit_log(tx: Tx, before: int) -> tuple[list[dict[str, Any]], int | None]:
    """Entries of the audit log before one, the latest first, and the last if there are more."""
    rows = totals.audit.all(tx, before=before, most=PAGE + 1)
    items = [
        {
            "id": row.id,
            "at": row.at,
            "actor": row.actor,
            "action": row.action,
            "subject": row.subject,
            "detail": json.loads(row.detail),
        }
        for row in rows[:PAGE]
    ]
    return items, rows[PAGE - 1].id if len(rows) > PAGE else None


def _cases(rows: list[Any]) -> dict[str, int]:
    opened = next((row for row in rows if row.state == "open"), None)
    return {
        "open": opened.n if opened else 0,
        "paused": int(opened.paused) if opened else 0,
        "closed": sum(row.n for row in rows if row.state != "open"),
        "without_contact_for_30_days": int(opened.quiet) if opened else 0,
    }
