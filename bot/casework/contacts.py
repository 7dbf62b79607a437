"""Contacts outside Besa: a visit, a call. Recorded in two taps, also for a colleague; and notes.

The rule: a contact in which the person was reached is the last human contact of the case if none is later.
It ends a silence if it was after the check-in began that was last left unanswered; an earlier one says
nothing about the silence since. It settles the alert named, or the one of the case that is not resolved,
only where whoever records it says so; or it raises one. One who was not reached settles nothing and ends no
silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from bot.casework import alerts as work
from bot.casework import checkins, moves
from bot.casework.alerts import NewSignal
from bot.casework.case_acts import BadAct, found
from bot.casework.programme import Programme
from bot.casework.staff import Signed
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import alerts, cases
from bot.store.tx import Tx

Kind = Literal["visit", "call", "message", "other"]
Raised = Literal["low", "high", "critical"]
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_AGO = timedelta(days=366)
LONGEST_NOTE = 4000


def record(
    tx: Tx,
    programme: Programme,
    now: datetime,
    who: Signed,
    code: str,
    kind: Kind,
    reached: bool,
    happened_at: datetime,
    by_id: str | None = None,
    text: str | None = None,
    alert: int | None = None,
    settles: bool = False,
    raises: Raised | None = None,
) -> str:
    """Keep a contact outside and do what follows from it (see above). Gives its id.

    ``by_id`` is the colleague who had it, if it was not whoever records it.

    Raises:
        NotFound: the case, or the alert named, is not within reach.
        BadAct: the moment is to come or too long ago, the colleague is none, the text is too long, or it
            is to settle without the person reached, or to settle and raise at once.
    """
    row = found(tx, who, code)
    _check(now, reached, happened_at, text, settles, raises)
    by = _colleague(tx, row, who, by_id)
    number = _alert(tx, row, alert)
    contact = _keep(tx, now, row, who, by, kind, reached, happened_at, text, number)
    if reached:
        _end_silence(tx, row, happened_at)
    detail = {"kind": kind, "reached": "yes" if reached else "no", "contact": contact}
    audit.append(tx, now, f"staff:{who.id}", "case.contact", f"case:{row.code}", detail)
    if settles and number is not None:
        moves.resolve(tx, now, number, who.id, outcome="reached")
    if raises:
        about = checkins.subject(checkins.case_person(tx, row.id))
        work.signal(tx, programme, now, about, [NewSignal("contact_request", raises, "answer", text or "")])
    return contact


def note(tx: Tx, now: datetime, who: Signed, code: str, text: str, alert: int | None = None) -> str:
    """Keep a note on a case. Gives its id.

    Raises:
        NotFound: the case, or the alert named, is not within reach.
        BadAct: the text is empty or too long.
    """
    row = found(tx, who, code)
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise BadAct(f"write a note of 1 to {LONGEST_NOTE} characters")
    number = _alert(tx, row, alert) if alert is not None else None
    kept = _keep(tx, now, row, who, who.id, "note", False, now, text.strip(), number)
    audit.append(tx, now, f"staff:{who.id}", "case.note", f"case:{row.code}", {"note": kept})
    return kept


def _check(
    now: datetime, reached: bool, happened_at: datetime, text: str | None, settles: bool, raises: str | None
) -> None:
    if happened_at > now + CLOCKS_DIFFER:
        raise BadAct("happened_at is to come; a contact has been")
    if happened_at < now - LONGEST_AGO:
        raise BadAct("happened_at is more than a year ago")
    if text and len(text) > LONGEST_NOTE:
        raise BadAct(f"write a note of at most {LONGEST_NOTE} characters")
    if settles and (raises or not reached):
        raise BadAct("a contact settles an alert only if the person was reached and it raises none")


def _colleague(tx: Tx, row: Any, who: Signed, by_id: str | None) -> str:
    """Who had the contact. A colleague is whoever works in the case's team or in one's own."""
    if by_id is None or by_id == who.id:
        return who.id
    other = alerts.staff_member.one(tx, staff=by_id)
    if other is None or other.role == "auditor" or other.team_id not in (row.team_id, who.team_id):
        raise BadAct("by_id is not the id of a colleague")
    return by_id


def _alert(tx: Tx, row: Any, alert: int | None) -> int | None:
    """The alert that is named, which must be of this case; or the one that is not resolved."""
    if alert is None:
        standing = cases.unresolved.one(tx, case=row.id)
        return int(standing.id) if standing else None
    if cases.alert_of.one(tx, case=row.id, alert=alert) is None:
        raise BadAct("alert is not the number of an alert of this case")
    return alert


def _keep(
    tx: Tx,
    now: datetime,
    row: Any,
    who: Signed,
    by: str,
    kind: str,
    reached: bool,
    happened_at: datetime,
    text: str | None,
    alert: int | None,
) -> str:
    contact = new_id()
    cases.insert_contact.run(
        tx,
        id=contact,
        case_id=row.id,
        alert_id=alert,
        kind=kind,
        reached=reached,
        staff_id=by,
        noted_by=who.id,
        happened_at=happened_at,
        noted_at=now,
        text=tx.vault.seal(text, column="contact.text", row=contact) if text else None,
    )
    return contact


def _end_silence(tx: Tx, row: Any, happened_at: datetime) -> None:
    silence = cases.last_silence.one(tx, case=row.id).at
    ended = silence is None or happened_at >= silence
    last = max(happened_at, row.last_contact_at or happened_at)
    cases.contact_had.run(tx, case=row.id, at=last, count=0 if ended else row.silences)
