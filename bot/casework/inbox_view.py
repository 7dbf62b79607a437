"""The inbox as it is seen: what is due, computed from rows and the moment, and why it was raised."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework.desk import READS_TEXTS, NotFound
from bot.casework.highlight import Piece, pieces, spans, words_within
from bot.casework.naming import names
from bot.casework.staff import Signed
from bot.store.queries import case_page, desk
from bot.store.queries.desk import GROUPS
from bot.store.tx import Tx

PAGE = 40
LOOKING = timedelta(seconds=45)
"""How long after the last sign of it someone still looks at a case."""


@dataclass(frozen=True)
class Reason:
    """Why an alert was raised: what came, and what was read in it."""

    source: str
    kind: str
    level: str
    at: datetime
    categories: tuple[str, ...]
    text: tuple[Piece, ...]
    unclear: bool
    """Nothing was found in the text, which was not understood: a human must read it."""


@dataclass(frozen=True)
class Item:
    """One alert in the inbox."""

    number: int
    case: str | None
    alias: str
    zone: str
    language: str
    level: str
    state: str
    group: str
    due_at: datetime
    opened_at: datetime
    raised_at: datetime | None
    owner: str | None
    mine: bool
    in_hand_of: str | None
    act: str | None
    act_at: datetime | None
    snoozed_until: datetime | None
    previous: int | None
    outcome: str | None
    note: str | None
    reasons: tuple[Reason, ...]
    more_reasons: int
    looking: tuple[str, ...]
    phone: str | None
    """The number to call, where there is one."""

    @property
    def seen(self) -> str:
        """Something that differs once anything that is shown of it does, the time left apart."""
        return hashlib.blake2s(repr(self).encode(), digest_size=8).hexdigest()

    @property
    def until(self) -> datetime:
        """The moment that counts now: when someone must have it in hand, or when the next act is promised."""
        return self.due_at if self.state == "open" else self.snoozed_until or self.act_at or self.due_at


@dataclass(frozen=True)
class Inbox:
    """A page of what is due, and how much there is in all."""

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    more: bool

    @property
    def total(self) -> int:
        """How many alerts are not resolved."""
        return sum(self.counts.values())


def inbox(tx: Tx, now: datetime, who: Signed, group: str | None = None, page: int = 1) -> Inbox:
    """What is due for a member of staff, the most urgent first; of one group if it is named."""
    asked: dict[str, Any] = {"now": now, "most": PAGE + 1, "skip": (page - 1) * PAGE}
    if group in GROUPS:
        rows = desk.due_of_group.all(tx, who, **asked, place=GROUPS.index(group))
    else:
        rows = desk.due.all(tx, who, **asked)
    counts = {GROUPS[row.place]: int(row.n) for row in desk.due_counts.all(tx, who, now=now)}
    return Inbox(items(tx, now, who, rows[:PAGE]), counts, len(rows) > PAGE)


def one(tx: Tx, now: datetime, who: Signed, number: int) -> Item:
    """One alert, whatever its state.

    Raises:
        NotFound: there is none that this person may see.
    """
    row = desk.alert_within.one(tx, who, alert=number, now=now)
    if row is None:
        raise NotFound
    return items(tx, now, who, [row])[0]


def items(tx: Tx, now: datetime, who: Signed, rows: Sequence[Any]) -> tuple[Item, ...]:
    """Rows of alerts as items."""
    if not rows:
        return ()
    reads = who.role in READS_TEXTS
    reasons = _reasons(tx, [row.id for row in rows], reads)
    cases = [row.case_id for row in rows if row.case_id]
    here = desk.looking.all(tx, cases=cases, since=now - LOOKING, me=who.id) if cases else []
    people = [row.owner_id for row in rows] + [row.acknowledged_by for row in rows]
    named = names(tx, people + [each.staff_id for each in here])
    eyes: dict[str, list[str]] = {}
    for each in here:
        eyes.setdefault(each.case_id, []).append(named[each.staff_id])
    phones = phones_of(tx, cases) if reads else {}
    return tuple(
        _item(tx, who, row, named, reasons.get(row.id, ((), 0)), eyes, phones, reads) for row in rows
    )


def phones_of(tx: Tx, cases: Sequence[str]) -> dict[str, str]:
    """The number at which each of some cases is called; a Telegram chat is none."""
    found: dict[str, str] = {}
    for row in case_page.phones.all(tx, cases=list(cases)) if cases else ():
        found.setdefault(row.case_id, tx.vault.open(row.address, column="address.address", row=row.id))
    return found


def _item(
    tx: Tx,
    who: Signed,
    row: Any,
    named: Mapping[str, str],
    why: tuple[tuple[Reason, ...], int],
    eyes: Mapping[str, Sequence[str]],
    phones: Mapping[str, str],
    reads: bool,
) -> Item:
    alias = tx.vault.open_optional(row.alias, column="cases.alias", row=row.case_id) if reads else ""
    key = str(row.id)
    started = row.started_at if row.started_at and row.started_at > row.opened_at else None
    return Item(
        number=row.id,
        case=row.code,
        alias=alias or "",
        zone=row.timezone or "UTC",
        language=row.language or "",
        level=row.level,
        state=row.state,
        group=GROUPS[row.place],
        due_at=row.due_at,
        opened_at=row.opened_at,
        raised_at=started,
        owner=named.get(row.owner_id),
        mine=row.owner_id == who.id,
        in_hand_of=named.get(row.acknowledged_by),
        act=tx.vault.open_optional(row.act, column="alert.act", row=key) if reads else None,
        act_at=row.act_at,
        snoozed_until=row.snoozed_until,
        previous=row.previous_id,
        outcome=row.outcome,
        note=tx.vault.open_optional(row.note, column="alert.note", row=key) if reads else None,
        reasons=why[0],
        more_reasons=why[1],
        looking=tuple(eyes.get(row.case_id, ())),
        phone=phones.get(row.case_id),
    )


def _reasons(tx: Tx, numbers: Sequence[int], reads: bool) -> dict[int, tuple[tuple[Reason, ...], int]]:
    """The reasons of each alert, the gravest first, and how many signals are not shown.

    What several signals found in one message stands once, with the words of all of them.
    """
    together: dict[int, dict[str, list[Any]]] = {}
    for row in desk.reasons.all(tx, alerts=numbers):
        behind = together.setdefault(row.alert_id, {})
        behind.setdefault(row.message_id or row.id, []).append(row)
    found = {}
    for number, behind in together.items():
        rows = [row for each in behind.values() for row in each]
        shown = tuple(_reason(tx, each, reads) for each in behind.values())
        found[number] = (shown, int(rows[0].of) - len(rows))
    return found


def _reason(tx: Tx, rows: Sequence[Any], reads: bool) -> Reason:
    first = rows[0]
    text, marks = _text(tx, rows) if reads else ("", [])
    spoken = any(row.source == "text" for row in rows)
    unclear = spoken and bool(first.review) and not marks
    return Reason(
        source=first.source,
        kind=first.kind or "text",
        level=first.level,
        at=first.at,
        categories=tuple(dict.fromkeys(row.category for row in rows)),
        text=pieces(text, marks),
        unclear=unclear,
    )


def _text(tx: Tx, rows: Sequence[Any]) -> tuple[str, list[tuple[int, int]]]:
    """The message behind signals and where their words stand in it; without one, what was noted."""
    first = rows[0]
    noted = [tx.vault.open_optional(row.evidence, column="signal.evidence", row=row.id) or "" for row in rows]
    if first.body is None:
        return noted[0], []
    body = tx.vault.open(first.body, column="message.body", row=first.message_id)
    if not body:
        return noted[0], []
    kept = tx.vault.open_optional(first.spans, column="message.evidence", row=first.message_id)
    marks = spans(kept) or [mark for each in noted for mark in words_within(body, each)]
    return body, marks
