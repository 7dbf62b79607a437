"""Cases as the API shows them: a list that can be searched, one of them, and what has happened with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework.desk import NotFound, Page
from bot.casework.naming import names
from bot.casework.staff import Signed
from bot.language import fold
from bot.risk import Level, max_level
from bot.store.queries import case_lists
from bot.store.queries.reach import READS_TEXTS
from bot.store.tx import Tx

PAGE = 50
MOST_ALIASES = 2000
"""Aliases are sealed and have to be opened to be searched: of more cases the newest are searched."""
WEEKS = 8
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Sought:
    """What is looked for; an empty field looks for anything. ``level`` is that of the unresolved alert."""

    text: str = ""
    state: str = ""
    language: str = ""
    country: str = ""
    level: str = ""


def page(tx: Tx, now: datetime, who: Signed, sought: Sought, after: str) -> tuple[list[dict[str, Any]], bool]:
    """Cases within reach after a code, by their codes, and whether there are more.

    A text finds codes that begin with it, and for whoever reads texts also aliases that hold it.
    """
    text = sought.text.strip()
    rows = case_lists.page.all(
        tx,
        who,
        now=now,
        state=sought.state,
        language=sought.language,
        country=sought.country,
        level=sought.level,
        prefix=text,
        length=len(text),
        named=_with_alias(tx, who, text) if text else [],
        after=after,
        most=PAGE + 1,
    )
    return _shown(tx, now, who, rows[:PAGE]), len(rows) > PAGE


def one(tx: Tx, now: datetime, who: Signed, code: str) -> dict[str, Any]:
    """One case.

    Raises:
        NotFound: there is none within reach.
    """
    row = case_lists.one.one(tx, who, code=code)
    if row is None:
        raise NotFound
    return _shown(tx, now, who, [row])[0]


def checkins(tx: Tx, case_id: str, due: datetime, before: str) -> tuple[list[dict[str, Any]], Any]:
    """The check-ins of a case before one, the latest first, and the last row if there are more."""
    rows = case_lists.checkins.all(tx, case=case_id, due=due, before=before, most=PAGE + 1)
    items = [
        {
            "id": row.id,
            "protocol": row.protocol,
            "step": row.step,
            "flow": row.flow_id,
            "due_at": row.due_at,
            "state": row.state,
            "reason": row.reason,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
        }
        for row in rows[:PAGE]
    ]
    return items, rows[PAGE - 1] if len(rows) > PAGE else None


def scores(tx: Tx, case_id: str, before: str) -> tuple[list[dict[str, Any]], Any]:
    """What was answered on a scale in each check-in, the latest first, and the last row if there are more.

    A scale is a number, or how the person is: fine, so_so, not_well. Besa adds nothing up.
    """
    rows = case_lists.answered.all(tx, case=case_id, before=before, most=PAGE + 1)
    sessions = [row.id for row in rows[:PAGE]]
    kept: dict[str, list[dict[str, Any]]] = {each: [] for each in sessions}
    for each in case_lists.answers.all(tx, sessions=sessions) if sessions else []:
        value = json.loads(tx.vault.open(each.value, column="answer.value", row=each.id))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number or each.meaning == "wellbeing":
            kept[each.session_id].append(
                {"question": each.question, "meaning": each.meaning, "value": value, "at": each.at}
            )
    items = [
        {"checkin": row.checkin_id, "started_at": row.started_at, "answers": kept[row.id]}
        for row in rows[:PAGE]
        if kept[row.id]
    ]
    return items, rows[PAGE - 1] if len(rows) > PAGE else None


def contacts(tx: Tx, case_id: str, at: datetime, before: str) -> tuple[list[dict[str, Any]], Any]:
    """Contacts outside and notes before one, the latest first, and the last row if there are more."""
    rows = case_lists.contacts.all(tx, case=case_id, at=at, before=before, most=PAGE + 1)
    named = names(tx, [row.staff_id for row in rows] + [row.noted_by for row in rows])
    items = [
        {
            "id": row.id,
            "kind": row.kind,
            "reached": bool(row.reached),
            "by": named[row.staff_id],
            "noted_by": named[row.noted_by],
            "happened_at": row.happened_at,
            "noted_at": row.noted_at,
            "text": tx.vault.open_optional(row.text, column="contact.text", row=row.id),
            "alert": row.alert_id,
        }
        for row in rows[:PAGE]
    ]
    return items, rows[PAGE - 1] if len(rows) > PAGE else None


def to_review(tx: Tx, who: Signed, after: str) -> Page:
    """Texts within reach that were not understood and that nobody has labelled, the oldest first."""
    rows = case_lists.to_review.all(tx, who, after=after, most=PAGE + 1)
    items = [
        {
            "id": row.id,
            "case": row.code,
            "text": tx.vault.open_optional(row.body, column="message.body", row=row.id) or "",
            "language": row.language,
            "channel": row.channel,
            "kind": row.kind,
            "at": row.at,
            "level": row.level,
            "categories": [each for each in row.categories.split(",") if each],
        }
        for row in rows[:PAGE]
    ]
    return Page(items, rows[PAGE - 1].id if len(rows) > PAGE else None)


def _with_alias(tx: Tx, who: Signed, text: str) -> list[str]:
    """The ids of the cases whose alias holds a text, however it is written."""
    wanted = fold(text)
    return [
        row.id
        for row in case_lists.aliases.all(tx, who, most=MOST_ALIASES)
        if wanted and wanted in fold(tx.vault.open(row.alias, column="cases.alias", row=row.id))
    ]


def _shown(tx: Tx, now: datetime, who: Signed, rows: Sequence[Any]) -> list[dict[str, Any]]:
    if not rows:
        return []
    named = names(tx, [row.caseworker_id for row in rows] + [row.keeper_id for row in rows])
    trends = _trends(tx, now, [row.id for row in rows])
    reads = who.role in READS_TEXTS
    return [
        {
            "code": row.code,
            "alias": tx.vault.open(row.alias, column="cases.alias", row=row.id) if reads else None,
            "language": row.language,
            "country": row.country,
            "timezone": row.timezone,
            "return_date": row.return_date,
            "protocol": row.protocol,
            "privacy": row.privacy,
            "contact_from": _clock(row.contact_from),
            "contact_to": _clock(row.contact_to),
            "phone": row.phone,
            "high_risk": bool(row.high_risk),
            "state": row.state,
            "consent": row.consent,
            "paused_until": _still(now, row.paused_until),
            "held_until": _still(now, row.held_until),
            "silences": row.silences,
            "last_level": row.last_level,
            "last_inbound_at": row.last_inbound_at,
            "last_contact_at": row.last_contact_at,
            "next_checkin_at": row.next_checkin_at,
            "caseworker": {"id": row.caseworker_id, "name": named[row.caseworker_id]},
            "keeper": {"id": row.keeper_id, "name": named[row.keeper_id]},
            "alert": {"id": row.alert_id, "level": row.alert_level, "state": row.alert_state}
            if row.alert_id
            else None,
            "trend": trends[row.id],
        }
        for row in rows
    ]


def _trends(tx: Tx, now: datetime, cases: list[str]) -> dict[str, list[str | None]]:
    """The gravest level heard in each of the last eight weeks, oldest first; None where nothing was heard."""
    heard: dict[str, list[list[Level]]] = {each: [[] for _ in range(WEEKS)] for each in cases}
    for row in case_lists.heard.all(tx, cases=cases, since=now - WEEKS * WEEK):
        ago = min(max((now - row.at) // WEEK, 0), WEEKS - 1)
        heard[row.case_id][WEEKS - 1 - ago].append(Level(row.level))
    return {
        each: [max_level(levels).value if levels else None for levels in weeks]
        for each, weeks in heard.items()
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _still(now: datetime, until: datetime | None) -> datetime | None:
    """A moment that is still to come."""
    return until if until is not None and until > now else None
