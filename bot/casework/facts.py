"""What a person settles about their own case in a conversation: language, hours, whose phone, consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, update

from bot.casework import consent
from bot.casework.person import Person
from bot.engine import Session
from bot.engine.effects import Fact
from bot.store import audit
from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Case
from bot.store.tx import Tx

HOURS = {"morning": (8 * 60, 12 * 60), "afternoon": (12 * 60, 18 * 60), "evening": (17 * 60, 21 * 60)}
_ANY = (9 * 60, 20 * 60)
_case = columns(Case)


def _setting(name: str) -> Prepared:
    return Prepared(update(Case).where(_case.id == bindparam("case")).values({name: bindparam("new")}))


_LANGUAGE, _PHONE = _setting("language"), _setting("phone")
_FROM, _TO = _setting("contact_from"), _setting("contact_to")


def settle(tx: Tx, now: datetime, person: Person, fact: Fact, session: Session) -> Person:
    """Keep a fact and give the person as they are from now on. Facts that nobody keeps are answers only."""
    value = str(fact.value)
    if fact.name == "language":
        return change_language(tx, now, person, value)
    if fact.name == "phone":
        _PHONE.run(tx, case=person.id, new=value)
        person = replace(person, phone=value)
    elif fact.name == "hours":
        start, end = HOURS.get(value, _ANY)
        _FROM.run(tx, case=person.id, new=start)
        _TO.run(tx, case=person.id, new=end)
        person = replace(person, contact_from=start, contact_to=end)
    elif fact.name == "consent":
        wording = f"{session.here.flow}:{session.here.version}"
        state = "given" if value == "yes" else "declined"
        return consent.record(tx, now, person, state, wording, "returnee")
    else:
        return person
    _audit(tx, now, person, fact.name, value)
    return person


def change_language(tx: Tx, now: datetime, person: Person, language: str) -> Person:
    """Write to the person in another language from now on."""
    _LANGUAGE.run(tx, case=person.id, new=language)
    _audit(tx, now, person, "language", language)
    return replace(person, language=language)


def _audit(tx: Tx, now: datetime, person: Person, name: str, value: str) -> None:
    audit.append(tx, now, "returnee", f"case.{name}", f"case:{person.code}", {"value": value})
