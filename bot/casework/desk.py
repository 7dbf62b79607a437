"""What a signed-in member of staff sees and does: alerts and conversations, by one rule of access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework import alerts as work
from bot.casework.staff import Signed
from bot.store.queries import alerts, people
from bot.store.tx import Tx

URGENCY = {"critical": 3, "high": 2, "low": 1}
PAGE = 50
READS_TEXTS = ("caseworker", "supervisor")


class NotFound(Exception):
    """It does not exist, or is not for this person's eyes: the two look the same."""


@dataclass(frozen=True)
class Page:
    """Some items, and the cursor of the next page."""

    items: list[dict[str, Any]]
    next: str | None


def list_alerts(tx: Tx, who: Signed, state: str, level: str, cursor: str | None) -> Page:
    """The alerts that a member of staff may see, most urgent first.

    Raises:
        ValueError: the cursor is none of ours.
    """
    urgency, _, after = (cursor or "9.0").partition(".")
    rows = alerts.alerts_for.all(
        tx,
        role=who.role,
        staff=who.id,
        team=who.team_id,
        state=state,
        level=level,
        urgency=int(urgency),
        after=int(after),
        most=PAGE + 1,
    )
    shown = rows[:PAGE]
    last = shown[-1] if len(rows) > PAGE else None
    return Page(_alerts(tx, who, shown), f"{last.urgency}.{last.id}" if last else None)


def one_alert(tx: Tx, who: Signed, number: int) -> dict[str, Any]:
    """One alert.

    Raises:
        NotFound: there is none that this person may see.
    """
    return _alerts(tx, who, [_visible(tx, who, number)])[0]


def acknowledge(tx: Tx, now: datetime, who: Signed, number: int, note: str | None) -> dict[str, Any]:
    """Take an alert in hand."""
    _visible(tx, who, number)
    work.acknowledge(tx, now, number, who.id, note)
    return one_alert(tx, who, number)


def resolve(tx: Tx, now: datetime, who: Signed, number: int, note: str | None) -> dict[str, Any]:
    """Close an alert as done."""
    _visible(tx, who, number)
    work.resolve(tx, now, number, who.id, note)
    return one_alert(tx, who, number)


def messages(tx: Tx, who: Signed, code: str, cursor: str | None) -> Page:
    """The conversation with a case, newest first. Only those who may read texts get it."""
    found = people.case_for.one(tx, code=code, role=who.role, staff=who.id, team=who.team_id)
    if found is None or who.role not in READS_TEXTS:
        raise NotFound
    rows = people.messages_of.all(tx, case=found.id, before=cursor or "~", most=PAGE + 1)
    shown = rows[:PAGE]
    items = [
        {
            "id": row.id,
            "direction": row.direction,
            "text": tx.vault.open_optional(row.body, column="message.body", row=row.id) or "",
            "language": row.language,
            "channel": row.channel,
            "at": row.at.isoformat(),
            "status": row.state,
            "level": row.level,
            "categories": [each for each in row.categories.split(",") if each],
            "review": bool(row.review),
        }
        for row in shown
    ]
    return Page(items, shown[-1].id if len(rows) > PAGE else None)


def _visible(tx: Tx, who: Signed, number: int) -> Any:
    row = alerts.alert.one(tx, alert=number)
    mine = row is not None and (
        (who.role == "caseworker" and who.id in (row.caseworker_id, row.owner_id))
        or (who.role == "supervisor" and row.team_id == who.team_id)
        or who.role == "coordinator"
    )
    if not mine:
        raise NotFound
    return row


def _alerts(tx: Tx, who: Signed, rows: list[Any]) -> list[dict[str, Any]]:
    signals: dict[int, list[dict[str, Any]]] = {row.id: [] for row in rows}
    found = alerts.signals_of.all(tx, alerts=list(signals)) if signals else []
    for each in found:
        evidence = tx.vault.open_optional(each.evidence, column="signal.evidence", row=each.id)
        signals[each.alert_id].append(
            {
                "category": each.category,
                "level": each.level,
                "source": each.source,
                "evidence": evidence if who.role in READS_TEXTS else None,
            }
        )
    return [
        {
            "id": row.id,
            "case": row.code,
            "level": row.level,
            "state": row.state,
            "signals": signals[row.id],
            "opened_at": row.opened_at.isoformat(),
            "due_at": row.due_at.isoformat(),
            "acknowledged_at": row.acknowledged_at.isoformat() if row.acknowledged_at else None,
            "acknowledged_by": row.acknowledged_by,
            "resolved_at": row.resolved_at.isoformat() if row.resolved_at else None,
            "escalation_step": row.step,
        }
        for row in rows
    ]
