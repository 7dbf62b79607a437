"""The one place where each kind of effect becomes rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.casework import facts
from bot.casework.alerts import NewSignal
from bot.casework.answers import Heard
from bot.casework.clock import REPLY_USEFUL_FOR
from bot.casework.person import Person
from bot.casework.programme import Programme
from bot.casework.wording import labels, words
from bot.engine import Session, Text
from bot.engine.effects import (
    Arm,
    Close,
    Effect,
    Fact,
    Handoff,
    Note,
    Postpone,
    RaiseSignal,
    Reason,
    Speak,
)
from bot.store.ids import new_id
from bot.store.queries import conversation
from bot.store.tx import Tx


@dataclass
class Applied:
    """What the rows of a turn left for its caller to finish."""

    person: Person
    wake_at: datetime | None = None
    outcome: str | None = None
    postponed: Postpone | None = None
    handoffs: list[Reason] = field(default_factory=list)
    signals: list[NewSignal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    heard: Heard | None = None
    """The text beside what was asked; None where nothing was."""


def apply(
    tx: Tx,
    programme: Programme,
    now: datetime,
    person: Person,
    session_id: str,
    session: Session,
    effects: Sequence[Effect],
    message_id: str | None = None,
) -> Applied:
    """Turn the effects of a turn into rows, in their order."""
    done = Applied(person)
    for effect in effects:
        match effect:
            case Speak():
                speak(
                    tx,
                    programme,
                    now,
                    done.person,
                    session_id,
                    effect,
                    (session.here.flow, session.here.version),
                )
            case Note():
                done.notes.append(effect)
                _answer(tx, now, person, session_id, effect, message_id)
            case Fact():
                done.person = facts.settle(tx, now, done.person, effect, session)
            case RaiseSignal():
                done.signals.append(NewSignal(effect.category, effect.level, "answer"))
            case Arm():
                done.wake_at = done.person.hours.next(now + effect.after)
            case Postpone():
                done.postponed = effect
            case Handoff():
                done.handoffs.append(effect.reason)
            case Close():
                done.outcome = effect.outcome
    return done


def speak(
    tx: Tx,
    programme: Programme,
    now: datetime,
    person: Person,
    session_id: str | None,
    effect: Speak,
    flow: tuple[str, int] | None = None,
) -> None:
    """Put a text into the outbox, for the address that the case is spoken with at."""
    row = new_id()
    question = effect.question
    offered = labels(programme, person, question) if question else []
    newest = programme.flows.newest.get(flow[0]) if flow and question else None
    useful_for = max(REPLY_USEFUL_FOR, newest.useful_for) if newest else REPLY_USEFUL_FOR
    buttons = [[f"{session_id}:{effect.turn}:{key}", label] for key, label in offered]
    text = words(tx, programme, person, effect.text, flow)
    conversation.insert_message.run(
        tx,
        id=row,
        case_id=person.id,
        session_id=session_id,
        direction="out",
        channel=person.channel,
        address_id=person.address_id,
        body=tx.vault.seal(text, column="message.body", row=row),
        buttons=tx.vault.seal(json.dumps(buttons), column="message.buttons", row=row) if buttons else None,
        language=person.language,
        turn=effect.turn,
        at=now,
        state="queued",
        rank=5,
        next_attempt_at=now,
        last_useful_at=now + useful_for,
    )


def say(tx: Tx, programme: Programme, now: datetime, person: Person, text: Text) -> None:
    """Put a standing reply into the outbox, outside any session."""
    speak(tx, programme, now, person, None, Speak(text))


def _answer(
    tx: Tx, now: datetime, person: Person, session_id: str, note: Note, message_id: str | None
) -> None:
    row = new_id()
    value = None
    if note.value is not None:
        value = tx.vault.seal(json.dumps(note.value, ensure_ascii=False), column="answer.value", row=row)
    conversation.insert_answer.run(
        tx,
        id=row,
        case_id=person.id,
        session_id=session_id,
        message_id=message_id,
        question=note.question,
        meaning=note.meaning,
        value=value,
        state=note.state,
        at=now,
    )
