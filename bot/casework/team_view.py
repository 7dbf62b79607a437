"""A team as its supervisor sees it: who has how much, what is late, how fast it goes. No texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from bot.casework.staff import Signed
from bot.store.queries import team
from bot.store.tx import Tx

LATELY = timedelta(days=30)
MOST = 5_000


@dataclass(frozen=True)
class Load:
    """The work of one member, or of all."""

    name: str
    role: str
    team: str
    alerts: int
    critical: int
    late: int
    cases: int
    quiet: int
    """Cases without human contact for 30 days."""
    to_acknowledge: timedelta | None
    """The median of the last 30 days; None if there was nothing."""
    to_act: timedelta | None
    """Until the first contact or the end, whichever came first; the median of the last 30 days."""


@dataclass(frozen=True)
class TeamView:
    """A team, member by member."""

    members: tuple[Load, ...]
    whole: Load


def view(tx: Tx, now: datetime, who: Signed) -> TeamView:
    """One's own team; for a coordinator all of them."""
    asked = {"team": "" if who.role == "coordinator" else who.team_id}
    since = now - LATELY
    alerts = {row.owner_id: row for row in team.alerts.all(tx, now=now, **asked)}
    cases = {row.keeper_id: row for row in team.cases.all(tx, since=since, **asked)}
    went = team.lately.all(tx, since=since, most=MOST, **asked)
    members = tuple(
        _load(
            tx.vault.open(row.name, column="staff.name", row=row.id),
            row.role,
            row.team,
            [alerts[row.id]] if row.id in alerts else [],
            [cases[row.id]] if row.id in cases else [],
            [each for each in went if each.owner_id == row.id],
        )
        for row in team.members.all(tx, **asked)
    )
    return TeamView(members, _load("", "", "", alerts.values(), cases.values(), went))


def _load(
    name: str, role: str, team_name: str, alerts: Iterable[Any], cases: Iterable[Any], went: Iterable[Any]
) -> Load:
    alerts, cases, went = list(alerts), list(cases), list(went)
    return Load(
        name=name,
        role=role,
        team=team_name,
        alerts=sum(row.n for row in alerts),
        critical=sum(int(row.critical) for row in alerts),
        late=sum(int(row.late) for row in alerts),
        cases=sum(row.n for row in cases),
        quiet=sum(int(row.quiet) for row in cases),
        to_acknowledge=_median(
            (row.acknowledged_at or row.resolved_at) - row.opened_at
            for row in went
            if row.acknowledged_at or row.resolved_at
        ),
        to_act=_median(
            min(filter(None, (row.contact_at, row.resolved_at))) - row.opened_at
            for row in went
            if row.contact_at or row.resolved_at
        ),
    )


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=median(seconds)) if seconds else None
