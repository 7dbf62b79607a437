"""Looks whether anything was lost: every message, signal, alert, case and conversation keeps its promise.

It only reads, and may run beside a working office. What it finds is named by code and id, never by content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework import watch
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.prepared import Prepared
from bot.store.queries import schedule, whole
from bot.store.tx import Tx

PATIENCE = timedelta(minutes=10)
"""How late something may be before it counts as lost: a tick is a second, a lease two minutes."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: which promise, of which row, of which case."""

    what: str
    row: str
    case: str | None = None

    def __str__(self) -> str:
        return f"{self.what}: {self.row}" + (f" (case {self.case})" if self.case else "")


_ALWAYS: tuple[tuple[str, Prepared], ...] = (
    ("a message that must be seen raised no alert", whole.unseen_messages),
    ("an alert has no signal", whole.empty_alerts),
    ("an alert has climbed and told nobody", whole.untold_alerts),
    ("a message was taken in twice", whole.double_messages),
)
_IN_TIME: tuple[tuple[str, Prepared], ...] = (
    ("an alert's next step is missing or overdue", whole.standing_alerts),
    ("a check-in was not started", whole.overdue_checkins),
    ("a conversation waits for nothing", whole.stuck_sessions),
    ("a message was neither sent nor given up", whole.stuck_messages),
)


def findings(tx: Tx, programme: Programme, now: datetime) -> list[Finding]:
    """Return everything that breaks a promise; empty if nothing was lost."""
    overdue = now - PATIENCE
    found = [_found(what, row) for what, query in _ALWAYS for row in query.all(tx)]
    found += [_found(what, row) for what, query in _IN_TIME for row in query.all(tx, overdue=overdue)]
    found += [_ownerless(each) for each in watch.missing(tx, now)]
    found += _unplanned(tx, programme)
    found += [Finding("the audit log is broken", f"entry {each.entry}") for each in audit.verify(tx)]
    return found


def _found(what: str, row: Any) -> Finding:
    fields = row._asdict()
    return Finding(what, str(fields.get("id", fields.get("code"))), fields.get("code"))


def _ownerless(each: watch.Missing) -> Finding:
    article = "an" if each.kind == "alert" else "a"
    return Finding(f"{article} {each.kind} has nobody who holds it", each.id, each.case)


def _unplanned(tx: Tx, programme: Programme) -> Iterator[Finding]:
    """Yield the cases whose protocol goes on and for which nothing is planned."""
    for row in whole.unplanned_cases.all(tx):
        protocol = programme.protocols.get(row.protocol)
        last = schedule.last_planned.one(tx, case=row.id, protocol=row.protocol)
        if protocol is None or last is None or protocol.following(last.step, last.occurrence):
            yield Finding("a case has no next check-in", row.code, row.code)
