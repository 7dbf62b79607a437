"""One case as it is seen: the conversation, what happened with it, and how the person is reached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.casework import case_acts, checkins, inbox_view
from bot.casework.case_overview import state_of, trends
from bot.casework.desk import READS_TEXTS, NotFound
from bot.casework.feeling import Trend
from bot.casework.highlight import Piece, pieces, spans
from bot.casework.inbox_view import Item
from bot.casework.naming import names
from bot.casework.staff import Signed
from bot.casework.timeline import Entry, timeline
from bot.store.queries import case_page, desk
from bot.store.tx import Tx

PAGE = 40
WHOLE_TREND = 12


@dataclass(frozen=True)
class Event:
    """A stage of a message on its way."""

    state: str
    code: str | None
    at: datetime


@dataclass(frozen=True)
class Line:
    """A message of the conversation."""

    id: str
    mine: bool
    """It went out."""
    by: str | None
    """Who of the staff wrote it; None if it was written by itself."""
    kind: str
    channel: str
    at: datetime
    text: tuple[Piece, ...]
    state: str
    leaves_at: datetime | None
    events: tuple[Event, ...]
    level: str
    categories: tuple[str, ...]
    review: bool


@dataclass(frozen=True)
class CaseView:
    """What the page shows of a case."""

    id: str
    code: str
    alias: str
    language: str
    zone: str
    country: str
    state: str
    high_risk: bool
    privacy: str
    return_date: date
    contact_from: int
    contact_to: int
    paused_until: datetime | None
    held_until: datetime | None
    worker: str
    keeper: str
    last_contact_at: datetime | None
    last_heard_at: datetime | None
    next_checkin: datetime | None
    channel: str
    channels: tuple[str, ...]
    phone: str | None
    """The number to call, where the channel is a phone."""
    barrier: str | None
    trend: Trend
    alert: Item | None
    looking: tuple[str, ...]
    draft: str
    lines: tuple[Line, ...]
    earlier: datetime | None
    timeline: tuple[Entry, ...]
    colleagues: tuple[tuple[str, str], ...]
    """Others who may have had a contact, as ids and names."""

    @property
    def hours(self) -> tuple[str, str]:
        """When the person may be written to, as HH:MM of their own time."""
        return _clock(self.contact_from), _clock(self.contact_to)

    @property
    def facts_seen(self) -> str:
        """Something that differs once any of the facts at the top does."""
        facts = (
            self.state, self.held_until, self.paused_until, self.last_contact_at, self.last_heard_at,
            self.next_checkin, self.trend, self.looking, self.keeper, self.hours, self.high_risk,
        )  # fmt: skip
        return hashlib.blake2s(repr(facts).encode(), digest_size=8).hexdigest()


def case(tx: Tx, now: datetime, who: Signed, code: str, before: datetime | None = None) -> CaseView:
    """A case with its newest messages, or those before a moment. Without texts for who does not read them.

    Raises:
        NotFound: there is none that this person may see.
    """
    row = case_page.one.one(tx, who, code=code)
    if row is None:
        raise NotFound
    reads = who.role in READS_TEXTS
    person = checkins.case_person(tx, row.id, lock=False)
    found = desk.alert_of_case.one(tx, who, case=row.id, now=now)
    here = desk.looking.all(tx, cases=[row.id], since=now - inbox_view.LOOKING, me=who.id)
    named = names(tx, [row.caseworker_id, row.keeper_id, *(each.staff_id for each in here)])
    lines, earlier = _conversation(tx, row.id, before or now + timedelta(days=1)) if reads else ((), None)
    why = case_acts.barrier(person)
    return CaseView(
        id=row.id,
        code=row.code,
        alias=tx.vault.open(row.alias, column="cases.alias", row=row.id) if reads else "",
        language=row.language,
        zone=row.timezone,
        country=row.country,
        state=state_of(row, now),
        high_risk=bool(row.high_risk),
        privacy=row.privacy,
        return_date=row.return_date,
        contact_from=row.contact_from,
        contact_to=row.contact_to,
        paused_until=row.paused_until if row.paused_until and row.paused_until > now else None,
        held_until=row.held_until if row.held_until and row.held_until > now else None,
        worker=named[row.caseworker_id],
        keeper=named[row.keeper_id],
        last_contact_at=row.last_contact_at,
        last_heard_at=row.last_inbound_at,
        next_checkin=row.next_checkin,
        channel=person.channel,
        channels=tuple(each.channel for each in case_page.addresses.all(tx, case=row.id)),
        phone=inbox_view.phones_of(tx, [row.id]).get(row.id) if reads else None,
        barrier=why.value if why else None,
        trend=trends(tx, [row.id], WHOLE_TREND).get(row.id, Trend()) if reads else Trend(),
        alert=inbox_view.items(tx, now, who, [found])[0] if found else None,
        looking=tuple(named[each.staff_id] for each in here),
        draft=_draft(tx, who, row.id) if reads else "",
        lines=lines,
        earlier=earlier,
        timeline=timeline(tx, row.id, reads),
        colleagues=_colleagues(tx, who) if reads else (),
    )


def _colleagues(tx: Tx, who: Signed) -> tuple[tuple[str, str], ...]:
    rows = desk.team_mates.all(tx, team=who.team_id, me=who.id)
    named = names(tx, [row.id for row in rows])
    return tuple(sorted(named.items(), key=lambda each: each[1]))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _conversation(tx: Tx, case_id: str, before: datetime) -> tuple[tuple[Line, ...], datetime | None]:
    rows = case_page.messages.all(tx, case=case_id, before=before, most=PAGE + 1)
    shown = rows[:PAGE]
    out = [row.id for row in shown if row.direction == "out"]
    events: dict[str, list[Event]] = {}
    for each in case_page.events.all(tx, messages=out) if out else ():
        events.setdefault(each.message_id, []).append(Event(each.state, each.code, each.at))
    named = names(tx, [row.staff_id for row in shown])
    lines = tuple(_line(tx, row, named, events.get(row.id, ())) for row in reversed(shown))
    return lines, shown[-1].at if len(rows) > PAGE else None


def _line(tx: Tx, row: Any, named: Mapping[str, str], events: Sequence[Event]) -> Line:
    text = tx.vault.open_optional(row.body, column="message.body", row=row.id) or ""
    read = tx.vault.open_optional(row.evidence, column="message.evidence", row=row.id)
    return Line(
        id=row.id,
        mine=row.direction == "out",
        by=named.get(row.staff_id),
        kind=row.kind,
        channel=row.channel,
        at=row.at,
        text=pieces(text, spans(read)),
        state=row.state,
        leaves_at=row.next_attempt_at if row.state == "queued" else None,
        events=tuple(events),
        level=row.level,
        categories=tuple(each for each in row.categories.split(",") if each),
        review=bool(row.review),
    )


def _draft(tx: Tx, who: Signed, case_id: str) -> str:
    found = desk.draft.one(tx, me=who.id, case=case_id)
    return tx.vault.open(found.text, column="draft.text", row=found.id) if found else ""
