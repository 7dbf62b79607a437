"""What a signed-in member of staff sees and does: alerts and conversations, by one rule of access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework import moves as work
from bot.casework.staff import Signed
from bot.store.queries import alerts, people
from bot.store.queries.reach import READS_TEXTS
from bot.store.tx import Tx

__all__ = [
    "READS_TEXTS",
    "NotFound",
    "Page",
    "acknowledge",
    "list_alerts",
    "messages",
    "one_alert",
    "resolve",
]
PAGE = 50


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
        who,
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
    found = people.case_for.one(tx, who, code=code)
    if found is None:
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
    row = alerts.alert_for.one(tx, who, alert=number)
    if row is None:
        raise NotFound
    return row


def _alerts(tx: Tx, who: Signed, rows: Sequence[Any]) -> list[dict[str, Any]]:
    if not rows:
        return []
    numbers = [row.id for row in rows]
    told = alerts.told_of.all(tx, alerts=numbers)
    held = [staff for row in rows for staff in (row.acknowledged_by, row.owner_id)]
    names = _names(tx, held + [each.staff_id for each in told])
    signals = _signals(tx, who, numbers)
    return [
        {
            "id": row.id,
            "case": row.code,
            "level": row.level,
            "state": row.state,
            "signals": signals[row.id],
            "opened_at": row.opened_at.isoformat(),
            "raised_at": _moment(_raised_at(row)),
            "due_at": row.due_at.isoformat(),
            "acknowledged_at": _moment(row.acknowledged_at),
            "acknowledged_by": names[row.acknowledged_by][1] if row.acknowledged_by else None,
            "resolved_at": _moment(row.resolved_at),
            "act": _act(tx, who, row),
            "snoozed_until": _moment(row.snoozed_until),
            "previous": row.previous_id,
            "outcome": row.outcome,
            "owner": names[row.owner_id][1] if row.owner_id else None,
            "escalation_step": row.step,
            "told": [
                {
                    "role": names[each.staff_id][0],
                    "name": names[each.staff_id][1],
                    "times": each.times,
                    "last_at": each.last_at.isoformat(),
                }
                for each in told
                if each.alert_id == row.id
            ],
        }
        for row in rows
    ]


def _act(tx: Tx, who: Signed, row: Any) -> dict[str, Any] | None:
    """The next act that was promised; what it is stands there for whoever reads texts."""
    if row.act_at is None:
        return None
    what = tx.vault.open_optional(row.act, column="alert.act", row=str(row.id))
    shown = what if who.role in READS_TEXTS else None
    return {"what": shown, "at": row.act_at.isoformat(), "waiting_for": row.waiting_for}


def _signals(tx: Tx, who: Signed, numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The signals of alerts, oldest first. ``review``: not found in the text, which a human must read."""
    signals: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    behind = {row.id: row for row in alerts.behind_signals.all(tx, alerts=numbers)}
    for each in alerts.signals_of.all(tx, alerts=numbers):
        evidence = tx.vault.open_optional(each.evidence, column="signal.evidence", row=each.id)
        origin = behind[each.id]
        read = (origin.categories or "").split(",")
        signals[each.alert_id].append(
            {
                "category": each.category,
                "level": each.level,
                "source": each.source,
                "evidence": evidence if who.role in READS_TEXTS else None,
                "at": origin.at.isoformat(),
                "kind": origin.kind,
                "review": each.source == "text" and bool(origin.review) and each.category not in read,
            }
        )
    return signals


def _names(tx: Tx, staff: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """Role and name of members of staff by their ids."""
    wanted = sorted({each for each in staff if each})
    found = alerts.named.all(tx, staff=wanted) if wanted else []
    return {row.id: (row.role, tx.vault.open(row.name, column="staff.name", row=row.id)) for row in found}


def _raised_at(row: Any) -> datetime | None:
    """When the clock of an alert was last started anew, if it was since it was opened."""
    started: datetime | None = row.started_at
    return started if started and started > row.opened_at else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
