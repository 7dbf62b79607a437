"""While staff and a person talk, automation holds its tongue; what she answers is human contact."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework.person import Person
from bot.store.queries import cases
from bot.store.tx import Tx

TALK = timedelta(hours=4)
"""How long automation is silent after either has written; a default of ours, no source gives one."""
LATELY = timedelta(days=3)


def hold(tx: Tx, case_id: str, until: datetime, held_until: datetime | None) -> None:
    """Be silent until a moment, or longer if that was agreed before."""
    cases.hold.run(tx, case=case_id, until=max(until, held_until or until))


def heard(tx: Tx, now: datetime, person: Person) -> None:
    """The person wrote while a human talks: the talk goes on; it is contact if the human's words had left."""
    if person.held_until is None or person.held_until <= now:
        return
    hold(tx, person.id, now + TALK, person.held_until)
    if cases.written_lately.one(tx, case=person.id, since=now - LATELY):
        cases.contact_had.run(tx, case=person.id, at=now, count=0)
