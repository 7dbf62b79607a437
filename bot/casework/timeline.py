"""What has happened with a case, the newest first: check-ins, signals, alerts, contacts, notes, consent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework.naming import names
from bot.store.queries import case_page
from bot.store.tx import Tx

MOST = 60


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``what`` and ``about`` are keys of the page's vocabulary."""

    at: datetime
    what: str
    about: str = ""
    level: str | None = None
    number: int | None = None
    staff_id: str | None = None
    by: str | None = None
    text: str | None = None
    noted_at: datetime | None = None

    @property
    def key(self) -> str:
        """What names the entry among those of its case."""
        return f"past-{self.what.replace('.', '-')}-{self.at.timestamp():.3f}-{self.about}".replace(".", "-")


def timeline(tx: Tx, case_id: str, reads: bool) -> tuple[Entry, ...]:
    """The newest entries. What staff wrote is only for those who read texts."""
    found = [
        *_checkins(case_page.checkins.all(tx, case=case_id, most=MOST)),
        *_alerts(tx, case_page.alerts.all(tx, case=case_id, most=MOST), reads),
        *_signals(case_page.signals.all(tx, case=case_id, most=MOST)),
        *_contacts(tx, case_page.contacts.all(tx, case=case_id, most=MOST), reads),
        *(
            Entry(row.at, f"consent.{row.state}")
            for row in case_page.consents.all(tx, case=case_id, most=MOST)
        ),
    ]
    found.sort(key=lambda entry: entry.at, reverse=True)
    named = names(tx, [entry.staff_id for entry in found[:MOST]])
    return tuple(Entry(**{**entry.__dict__, "by": named.get(entry.staff_id or "")}) for entry in found[:MOST])


def _checkins(rows: Sequence[Any]) -> Iterator[Entry]:
    for row in rows:
        if row.state in ("due", "queued"):
            continue
        at = row.ended_at or row.started_at or row.due_at
        yield Entry(at, f"checkin.{row.state}", row.flow_id)


def _alerts(tx: Tx, rows: Sequence[Any], reads: bool) -> Iterator[Entry]:
    for row in rows:
        key = str(row.id)
        act = tx.vault.open_optional(row.act, column="alert.act", row=key) if reads else None
        note = tx.vault.open_optional(row.note, column="alert.note", row=key) if reads else None
        yield Entry(row.opened_at, "alert.opened", level=row.level, number=row.id)
        if row.acknowledged_at:
            yield Entry(
                row.acknowledged_at,
                "alert.acknowledged",
                number=row.id,
                staff_id=row.acknowledged_by,
                text=act,
            )
        if row.resolved_at:
            yield Entry(
                row.resolved_at,
                "alert.resolved",
                row.outcome or "",
                number=row.id,
                staff_id=row.resolved_by,
                text=note,
            )


def _signals(rows: Sequence[Any]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(row.at, f"signal.{row.source}", row.category, row.level)


def _contacts(tx: Tx, rows: Sequence[Any], reads: bool) -> Iterator[Entry]:
    for row in rows:
        if row.kind == "note":
            what = "note"
        else:
            what = f"contact.{row.kind}.{'reached' if row.reached else 'not_reached'}"
        text = tx.vault.open_optional(row.text, column="contact.text", row=row.id) if reads else None
        later = row.noted_at if (row.noted_at - row.happened_at).total_seconds() > 600 else None
        yield Entry(row.happened_at, what, staff_id=row.staff_id, text=text, noted_at=later)
