"""The cases as the page lists them: searched by code or alias, filtered, with what says how each is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework.desk import READS_TEXTS
from bot.casework.feeling import HEIGHTS, Trend
from bot.casework.naming import names
from bot.casework.staff import Signed
from bot.language import fold
from bot.store.queries import case_page
from bot.store.tx import Tx

PAGE = 40
TREND = 6
NO_CONTACT = timedelta(days=30)
MOST_ALIASES = 5_000
"""So many of the newest cases are searched by alias; aliases are sealed and must be opened one by one."""


@dataclass(frozen=True)
class Listed:
    """One case in the list."""

    code: str
    alias: str
    language: str
    zone: str
    state: str
    alert_level: str | None
    worker: str
    last_contact_at: datetime | None
    last_heard_at: datetime | None
    next_checkin: datetime | None
    trend: Trend

    @property
    def seen(self) -> str:
        """Something that differs once anything of it does."""
        return hashlib.blake2s(repr(self).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Listing:
    """A page of the list, and after which code the next one goes on."""

    cases: tuple[Listed, ...]
    after: str | None = None


def state_of(row: Any, now: datetime) -> str:
    """What keeps automation from writing to a case, or "open"."""
    if row.state != "open":
        return "closed"
    if row.consent in ("withdrawn", "declined", "none"):
        return {"withdrawn": "stopped", "declined": "declined", "none": "not_agreed"}[row.consent]
    if row.phone == "watched":
        return "watched"
    if row.paused_until is not None and row.paused_until > now:
        return "paused"
    return "talking" if row.held_until is not None and row.held_until > now else "open"


def cases(tx: Tx, now: datetime, who: Signed, chosen: str = "all", after: str = "") -> Listing:
    """The cases that a member of staff reaches and that a filter takes, by their codes."""
    chosen = chosen if chosen in case_page.FILTERS else "all"
    every = {"since": now - NO_CONTACT, "now": now}
    more = {name: every[name] for name in case_page.NEEDS.get(chosen, ())}
    rows = case_page.listed[chosen].all(tx, who, after=after, most=PAGE + 1, **more)
    return Listing(_listed(tx, now, who, rows[:PAGE]), rows[PAGE - 1].code if len(rows) > PAGE else None)


def search(tx: Tx, now: datetime, who: Signed, text: str) -> Listing:
    """The cases whose code or alias holds a text, however it is written; closed ones too."""
    plain = " ".join(text.lower().split())
    like = "".join(f"/{char}" if char in "%_/" else char for char in plain)
    rows = case_page.with_code_like.all(tx, who, like=f"%{like}%", most=PAGE)
    known, wanted = {row.id for row in rows}, fold(text)
    called = [
        row.id
        for row in case_page.aliases.all(tx, who, most=MOST_ALIASES)
        if row.id not in known
        and wanted
        and wanted in fold(tx.vault.open(row.alias, column="cases.alias", row=row.id))
    ][: PAGE - len(rows)]
    if called:
        rows = sorted([*rows, *case_page.with_ids.all(tx, who, cases=called)], key=lambda row: row.code)
    return Listing(_listed(tx, now, who, rows))


def trends(tx: Tx, ids: Iterable[str], most: int = TREND) -> dict[str, Trend]:
    """How each of some cases has said they are."""
    wanted = list(ids)
    answers: dict[str, list[str]] = {}
    for row in case_page.feelings.all(tx, cases=wanted, most=most) if wanted else ():
        value = json.loads(tx.vault.open(row.value, column="answer.value", row=row.id))
        if value in HEIGHTS:
            answers.setdefault(row.case_id, []).insert(0, value)
    return {case: Trend(tuple(said)) for case, said in answers.items()}


def _listed(tx: Tx, now: datetime, who: Signed, rows: Sequence[Any]) -> tuple[Listed, ...]:
    reads = who.role in READS_TEXTS
    named = names(tx, [row.keeper_id for row in rows])
    feeling = trends(tx, [row.id for row in rows]) if reads else {}
    return tuple(
        Listed(
            code=row.code,
            alias=tx.vault.open(row.alias, column="cases.alias", row=row.id) if reads else "",
            language=row.language,
            zone=row.timezone,
            state=state_of(row, now),
            alert_level=row.alert_level,
            worker=named.get(row.keeper_id, ""),
            last_contact_at=row.last_contact_at,
            last_heard_at=row.last_inbound_at,
            next_checkin=row.next_checkin,
            trend=feeling.get(row.id, Trend()),
        )
        for row in rows
    )
