"""Check-ins: the next of each case stands in a row; it is started, queued or called off, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.casework.alerts import NewSignal, Subject, signal
from bot.casework.effects import Applied, apply
from bot.casework.person import Person
from bot.casework.programme import Programme, Shelf
from bot.casework.silence import level_of_silence
from bot.engine import Decision, Rank, decide, start
from bot.engine.protocol import Occurrence, Protocol, due
from bot.store.ids import new_id
from bot.store.queries import conversation, schedule
from bot.store.tx import Tx
from bot.store.types import EPOCH

BY_REQUEST = "by_request"
LATE = "late"
MINUTE = timedelta(minutes=1)
LATELY = timedelta(days=1)
OVERDUE = timedelta(hours=1)
"""From here on a start was held up, and its planned moment says nothing about the hour that it is now."""


def plan_first(tx: Tx, programme: Programme, person: Person) -> None:
    """Plan the first occurrence of a case's protocol; what is stale by then, the tick passes over."""
    protocol = programme.protocols[person.protocol]
    _plan(tx, programme, person, protocol, protocol.occurrences[0])


def plan_again(tx: Tx, programme: Programme, now: datetime, person: Person) -> None:
    """Plan on after a stop: the occurrence after the last that the case has a row for."""
    last = schedule.last_planned.one(tx, case=person.id, protocol=person.protocol)
    if last is None:
        plan_first(tx, programme, person)
        return
    protocol = programme.protocols[person.protocol]
    following = protocol.following(last.step, last.occurrence)
    if following:
        _plan(tx, programme, person, protocol, following)


def ask_for(tx: Tx, programme: Programme, person: Person, flow_id: str, at: datetime, why: str) -> None:
    """Plan one start of a flow beside the protocol; asked for twice within a minute it is one."""
    flow = programme.flows.flow(flow_id)
    schedule.insert_checkin.run(
        tx,
        id=new_id(),
        case_id=person.id,
        protocol=BY_REQUEST,
        version=flow.version,
        step=why,
        occurrence=(at - EPOCH) // MINUTE,
        flow_id=flow_id,
        rank=int(Rank[flow.rank]),
        due_at=at,
        last_useful_at=at + flow.useful_for,
    )


def begin(tx: Tx, programme: Programme, now: datetime, checkin_id: str) -> str:
    """Start what is due, or queue it, pass over it or call it off. Gives what was done.

    The next occurrence of the protocol is planned in the same transaction. What is due before a chat is
    linked waits for the link as long as it is useful, and then a human is told; what was held up, for the
    contact hours.
    """
    row = schedule.checkin.one(tx, checkin=checkin_id)
    if row is None or row.state not in ("due", "queued"):
        return "nothing"
    person = case_person(tx, row.case_id)
    if not person.linked and row.last_useful_at >= now:
        return "nothing"
    quiet = person.quiet_until(now)
    if quiet and quiet <= row.last_useful_at:
        schedule.put_off_checkin.run(tx, checkin=row.id, due_at=person.hours.next(quiet))
        return "put off"
    if now - row.due_at > OVERDUE and not person.hours.contains(now) and row.last_useful_at >= now:
        schedule.put_off_checkin.run(tx, checkin=row.id, due_at=person.hours.next(now))
        return "put off"
    if row.state == "due":
        _plan_following(tx, programme, person, row)
    if row.last_useful_at < now:
        if not person.linked and now - row.last_useful_at < LATELY:
            _never_reached(tx, programme, now, person)
        return _call_off(tx, now, row, LATE)
    if not _wanted(programme, person, row):
        return _call_off(tx, now, row, "not_needed")
    if quiet or not person.may_be_written_to(now, welcome=row.flow_id == "welcome"):
        return _call_off(tx, now, row, "resting" if quiet else "may_not_be_written_to")
    return _begin(tx, programme, now, person, row)


def _begin(tx: Tx, programme: Programme, now: datetime, person: Person, row: Any) -> str:
    shelf = Shelf(tx, programme)
    active = conversation.newest_session.one(tx, case=person.id)
    waiting = active if active is not None and active.state == "waiting" else None
    flow = shelf.flow(row.flow_id)
    decision = decide(flow, shelf.flow(waiting.flow_id, waiting.version) if waiting else None)
    if decision is Decision.QUEUE:
        schedule.move_checkin.run(tx, checkin=row.id, new_state="queued", why="busy", ended=None)
        return "queued"
    if decision is Decision.SKIP:
        return _call_off(tx, now, row, "busy")
    if waiting:
        interrupt(tx, now, waiting)
    session, effects = start(shelf, row.flow_id, person.facts)
    session_id = new_id()
    schedule.begin_checkin.run(tx, checkin=row.id, now=now)
    conversation.insert_session.run(
        tx,
        id=session_id,
        case_id=person.id,
        address_id=person.address_id,
        checkin_id=row.id,
        flow_id=row.flow_id,
        version=flow.version,
        turn=session.turn,
        state=session.state,
        memory=tx.vault.seal(session.to_json(), column="session.memory", row=session_id),
        started_at=now,
    )
    done = apply(tx, programme, now, person, session_id, session, effects)
    if done.wake_at:
        conversation.put_off_waking.run(tx, session=session_id, wake_at=done.wake_at)
    return "started"


def interrupt(tx: Tx, now: datetime, waiting: Any, why: str = "interrupted") -> None:
    """End a session that waits, because something weightier begins."""
    conversation.keep_session.run(
        tx,
        session=waiting.id,
        turn=waiting.turn,
        state="finished",
        memory=waiting.memory,
        wake_at=None,
        outcome=why,
        ended_at=now,
    )
    if waiting.checkin_id:
        schedule.move_checkin.run(tx, checkin=waiting.checkin_id, new_state="partial", why=why, ended=now)


def ended(
    tx: Tx, programme: Programme, now: datetime, person: Person, session: Any, flow_id: str, done: Applied
) -> None:
    """What follows the end of a session: outcome, new date, silence, the next in the queue."""
    state = _STATES.get(done.outcome or "", "partial")
    if session.checkin_id:
        schedule.move_checkin.run(
            tx, checkin=session.checkin_id, new_state=state, why=done.outcome, ended=now
        )
    if done.postponed:
        at = person.hours.next(now + done.postponed.after)
        ask_for(tx, programme, person, flow_id, at, "postponed")
    if done.outcome in ("missed", "partial"):
        _silence(tx, programme, now, person)
    following = schedule.waiting_its_turn.one(tx, case=person.id)
    if following is not None:
        begin(tx, programme, now, following.id)


def case_person(tx: Tx, case_id: str, *, lock: bool = True) -> Person:
    """A case and the address it is spoken with at; a reading transaction cannot ``lock`` it."""
    query = conversation.case_with_address if lock else conversation.case_to_look_at
    row = query.one(tx, case=case_id)
    return Person.of(row, row.channel)


def subject(person: Person) -> Subject:
    """Whom an alert about this person is about."""
    return Subject(person.id, person.code, person.team_id, person.caseworker_id)


_STATES = {
    "completed": "completed",
    "missed": "missed",
    "partial": "partial",
    "postponed": "cancelled",
    "declined": "completed",
    "watched": "completed",
}


def _silence(tx: Tx, programme: Programme, now: datetime, person: Person) -> None:
    """Silence is a signal: low, then high, then critical; at once where danger was last heard."""
    count = person.silences + 1
    conversation.count_silence.run(tx, case=person.id, count=count)
    level = level_of_silence(count, person.last_level, person.high_risk)
    signal(tx, programme, now, subject(person), [NewSignal("contact_request", level, "silence")])
    if count >= 2:
        at = person.hours.next(now + timedelta(hours=12))
        ask_for(tx, programme, person, "safety", at, "silence")


def _plan_following(tx: Tx, programme: Programme, person: Person, row: Any) -> None:
    protocol = programme.protocols.get(row.protocol)
    following = protocol.following(row.step, row.occurrence) if protocol else None
    if protocol and following:
        _plan(tx, programme, person, protocol, following)


def _plan(tx: Tx, programme: Programme, person: Person, protocol: Protocol, each: Occurrence) -> None:
    at = due(protocol, each, person.return_date, person.hours, person.id)
    schedule.insert_checkin.run(
        tx,
        id=new_id(),
        case_id=person.id,
        protocol=protocol.id,
        version=protocol.version,
        step=each.step.id,
        occurrence=each.n,
        flow_id=each.step.flow,
        rank=int(Rank[programme.flows.flow(each.step.flow).rank]),
        due_at=at,
        last_useful_at=at + each.step.useful_for,
    )


def _wanted(programme: Programme, person: Person, row: Any) -> bool:
    """Whether the condition of a protocol's step holds for the case as it is now."""
    protocol = programme.protocols.get(row.protocol)
    step = next((each for each in protocol.steps if each.id == row.step), None) if protocol else None
    wanted = (step.when if step else None) or {}
    return all(
        person.facts.get(name.removeprefix("case.")) in (value if isinstance(value, list) else [value])
        for name, value in wanted.items()
    )


def _never_reached(tx: Tx, programme: Programme, now: datetime, person: Person) -> None:
    """Nobody has opened the chat: no silence of hers, and yet a human must find another way to her."""
    level = "high" if person.high_risk else "low"
    signal(tx, programme, now, subject(person), [NewSignal("contact_request", level, "delivery")])


def _call_off(tx: Tx, now: datetime, row: Any, why: str) -> str:
    schedule.move_checkin.run(tx, checkin=row.id, new_state="cancelled", why=why, ended=now)
    return "cancelled"
