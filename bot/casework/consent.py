"""Consent to be written to: asked, given, declined, taken back at once, and only taken up again by START."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, update

from bot.casework.person import Person
from bot.store import audit
from bot.store.ids import new_id
from bot.store.prepared import Prepared
from bot.store.queries import columns, conversation, schedule
from bot.store.tables import Case
from bot.store.tx import Tx

PURPOSE = "contact"
_case = columns(Case)
_set_consent = Prepared(
    update(Case).where(_case.id == bindparam("case")).values(consent=bindparam("new_state"))
)


def record(tx: Tx, now: datetime, person: Person, state: str, wording: str, by: str) -> Person:
    """Keep what was agreed or taken back: when, on which channel, in which wording, by whom."""
    conversation.insert_consent.run(
        tx,
        id=new_id(),
        case_id=person.id,
        purpose=PURPOSE,
        state=state,
        wording=wording,
        channel=person.channel,
        recorded_by=by,
        at=now,
    )
    _set_consent.run(tx, case=person.id, new_state=state)
    audit.append(tx, now, by, f"consent.{state}", f"case:{person.code}", {"wording": wording})
    return replace(person, consent=state)


def stop(tx: Tx, now: datetime, person: Person, why: str = "stop") -> Person:
    """Take consent back: nothing queued is sent, nothing planned is started."""
    conversation.cancel_messages.run(tx, case=person.id, why=why)
    schedule.cancel_checkins.run(tx, case=person.id, why=why, now=now)
    return record(tx, now, person, "withdrawn", why, "returnee")
