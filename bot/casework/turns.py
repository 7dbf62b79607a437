"""The way of an inbound message: whose is it, is it danger, what comes of it, who must know.

Everything here happens in one transaction: the message, its turn, its signals and its alert are kept
together or not at all. Danger is read before anything is obeyed, STOP included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.casework import checkins, handover, incidents, judging, moves, talking, wishes
from bot.casework.alerts import NewSignal, Subject, signal
from bot.casework.clock import BURST, UNSENT_WAITS
from bot.casework.conversing import converse, keep, session_of
from bot.casework.effects import Applied, apply
from bot.casework.person import Person
from bot.casework.programme import Programme, Shelf
from bot.casework.received import Received
from bot.casework.wording import reader
from bot.engine import FlowError, Timeout, resume
from bot.engine.effects import Reason
from bot.language import Intent
from bot.language.catalogue import MissingTranslation
from bot.risk import Assessment, Category, Level
from bot.store.ids import new_id
from bot.store.queries import conversation
from bot.store.tx import Tx

SENT = ("sent", "delivered")


def receive(tx: Tx, programme: Programme, now: datetime, got: Received) -> str | None:
    """Take one message in. Gives its id, or None if it was here before.

    Raises:
        StoreError: nothing is kept; the provider must be told so.
    """
    hashes = tx.vault.hashes("address", got.address)
    people = conversation.people_at.all(tx, channel=got.channel, hashes=hashes)
    row, session_row = _whose(tx, people, got)
    message_id = _keep(tx, got, row, session_row, hashes[0], now)
    if message_id is None:
        return None
    if row is None:
        _unknown(tx, programme, now, got, hashes[0], message_id)
        return message_id
    person = Person.of(row, got.channel)
    moves.wake(tx, now, person.id)
    _hear(tx, programme, now, person, session_row, got, message_id, shared=len(people) > 1)
    return message_id


def wake(tx: Tx, programme: Programme, now: datetime, session_id: str, case_id: str) -> str | None:
    """Take the timer of a turn: "reminded" or "timed_out"; None if stale or while nothing was sent."""
    person = checkins.case_person(tx, case_id)
    row = conversation.newest_session.one(tx, case=case_id)
    if row is None or row.id != session_id or row.state != "waiting":
        return None
    said = conversation.last_said.one(tx, case=case_id, session=session_id)
    if said is not None and said.state not in SENT:
        again = person.hours.next(now + UNSENT_WAITS)
        conversation.put_off_waking.run(tx, session=session_id, wake_at=again)
        return None
    if quiet := person.quiet_until(now):
        conversation.put_off_waking.run(tx, session=session_id, wake_at=person.hours.next(quiet))
        return None
    if not person.may_be_written_to(now, welcome=row.flow_id == "welcome"):
        checkins.interrupt(tx, now, row, "may_not_be_written_to")
        return None
    session = session_of(tx, row)
    after, effects = resume(
        Shelf(tx, programme), session, Timeout(row.turn), person.facts, reader(programme, person.language)
    )
    done = apply(tx, programme, now, person, session_id, after, effects)
    keep(tx, now, row, after, done)
    if done.outcome:
        checkins.ended(tx, programme, now, person, row, row.flow_id, done)
    return "timed_out" if done.outcome else "reminded"


def _whose(tx: Tx, people: Sequence[Any], got: Received) -> tuple[Any, Any]:
    """The case a message belongs to and its newest session. A shared phone is whoever is being asked."""
    found = [(row, conversation.newest_session.one(tx, case=row.id)) for row in people]
    if len(found) > 1 and got.button:
        found = [each for each in found if each[1] and got.button.startswith(each[1].id)] or found
    if len(found) > 1:
        found.sort(key=lambda each: each[1] is not None and each[1].state == "waiting", reverse=True)
    return found[0] if found else (None, None)


def _keep(tx: Tx, got: Received, row: Any, session_row: Any, address_hash: str, now: datetime) -> str | None:
    message_id = new_id()
    kept = conversation.insert_message.one(
        tx,
        id=message_id,
        case_id=row.id if row else None,
        session_id=session_row.id if session_row else None,
        direction="in",
        channel=got.channel,
        address_id=row.address_id if row else None,
        address_hash=None if row else address_hash,
        sender=None if row else tx.vault.seal(got.address, column="message.sender", row=message_id),
        provider_id=got.provider_id,
        kind=got.kind,
        body=tx.vault.seal(got.text, column="message.body", row=message_id),
        at=now,
        state="received",
        level=got.assessment.level.value,
        categories=",".join(got.assessment.categories),
        review=got.assessment.review,
        evidence=tx.vault.seal(_spans(got.assessment), column="message.evidence", row=message_id),
    )
    return message_id if kept else None


def _read_as(found: Assessment) -> tuple[Level, tuple[Category, ...], bool]:
    return found.level, found.categories, found.review


def _spans(assessment: Assessment) -> str:
    return ";".join(f"{each.start},{each.end},{each.category}" for each in assessment.evidence)


def _hear(
    tx: Tx,
    programme: Programme,
    now: datetime,
    person: Person,
    row: Any,
    got: Received,
    message_id: str,
    shared: bool,
) -> None:
    heard = got
    done = wishes.duress(tx, programme, now, person, row, got)
    if done is None and got.intent is Intent.STOP:
        done = wishes.stop(tx, now, person, row, got)
    if done is None and got.intent is Intent.START and person.consent == "withdrawn":
        done = wishes.start_again(tx, programme, now, person)
    if done is None:
        try:
            with tx.savepoint():
                done, heard = converse(tx, programme, now, person, row, got, message_id, shared)
        except (FlowError, MissingTranslation) as error:
            fault = type(error).__name__
            incidents.open_incident(tx, programme, now, "catalogue_broken", "files", fault)
            done = Applied(person, handoffs=[Reason.UNPLACED])
    _judge(tx, programme, now, done, heard, message_id, _read_as(got.assessment))


def _judge(
    tx: Tx,
    programme: Programme,
    now: datetime,
    done: Applied,
    got: Received,
    message_id: str,
    kept_as: tuple[Level, tuple[Category, ...], bool],
) -> None:
    """Weigh the message beside what was asked and said lately; every signal becomes part of an alert."""
    person = done.person
    recent = [
        Assessment(
            Level(each.level),
            tuple(Category(c) for c in each.categories.split(",") if c),
            each.review,
            (),
            (),
        )
        for each in conversation.heard_since.all(tx, case=person.id, since=now - BURST)[1:]
    ]
    alone = judging.weigh(got.assessment, done.notes, (), done.heard)
    weighed = judging.weigh(got.assessment, done.notes, recent, done.heard)
    understood = not done.handoffs and (
        got.filler
        or got.intent not in (None, Intent.STOP)
        or any(note.value not in (None, got.text) for note in done.notes)
    )
    review = bool(done.handoffs) or (weighed.review and not understood)
    if (weighed.level, weighed.categories, review) != kept_as:
        conversation.mark_message.run(
            tx,
            message=message_id,
            new_level=weighed.level.value,
            new_categories=",".join(weighed.categories),
            new_review=review,
        )
    conversation.heard_from.run(tx, case=person.id, now=now, level=weighed.level.value)
    talking.heard(tx, now, person)
    signals = judging.signals(judging.news(alone, weighed, recent), got.text, got.kind, done.signals, review)
    if signals:
        signal(tx, programme, now, checkins.subject(person), signals, message_id)


def _unknown(
    tx: Tx, programme: Programme, now: datetime, got: Received, address_hash: str, message_id: str
) -> None:
    """A number nobody knows gets no answer; a human of the office sees that it wrote."""
    whose = handover.for_unknown(tx, now)
    if whose is None or got.filler:
        return
    level = got.assessment.level if got.assessment.level is not Level.NONE else Level.LOW
    subject = Subject(None, "unknown number", *whose, address_hash)
    signal(
        tx, programme, now, subject, [NewSignal("contact_request", level.value, "text", got.text)], message_id
    )
