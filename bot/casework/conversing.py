"""A message meets the conversation that stands: read beside what was asked, it takes a turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.casework import checkins, wishes
from bot.casework.answers import Heard, hear
from bot.casework.clock import LATE_ANSWER_FINDS_ITS_QUESTION
from bot.casework.effects import Applied, apply
from bot.casework.person import Person
from bot.casework.programme import Programme, Shelf
from bot.casework.received import Received
from bot.casework.wording import CaseReader, reader
from bot.engine import Pressed, Reply, Session, asked, resume
from bot.engine.effects import Reason
from bot.language import SPOKEN
from bot.risk import Level
from bot.store.queries import conversation
from bot.store.tx import Tx

SILENT_KINDS = ("edit", "delete", "left")


def converse(
    tx: Tx,
    programme: Programme,
    now: datetime,
    person: Person,
    row: Any,
    got: Received,
    message_id: str,
    shared: bool,
) -> tuple[Applied, Received]:
    """Let the session that stands take the message; without one, answer wishes alone.

    Gives with it the message as it is read beside what was asked.
    """
    alive = row is not None and (
        row.state == "waiting"
        or (row.state == "lapsed" and now - row.ended_at < LATE_ANSWER_FINDS_ITS_QUESTION)
        or (got.button is not None and row.state == "finished")
    )
    session, shelf = session_of(tx, row) if alive else None, Shelf(tx, programme)
    heard = _heard(shelf, session, reader(programme, person.language), got)
    if heard and (session is None or row.state == "waiting"):
        got = replace(got, assessment=heard.alone)
    welcome = row is not None and row.flow_id == "welcome"
    ambiguous = shared and row is not None and row.state != "waiting"
    if got.kind in SILENT_KINDS or ambiguous or not person.may_be_written_to(now, welcome=welcome):
        done = Applied(person)
        if not got.filler and got.kind != "left":
            done.handoffs.append(Reason.UNPLACED if got.kind == "text" else Reason.MEDIA)
            done.signals += wishes.wished(got)
        return done, got
    if session is None:
        return wishes.answer_wish(tx, programme, now, person, got), got
    after, effects = resume(
        shelf, session, _reply(got, row), person.facts, reader(programme, person.language)
    )
    done = apply(tx, programme, now, person, row.id, after, effects, message_id)
    done.heard = heard
    keep(tx, now, row, after, done)
    if done.outcome:
        checkins.ended(tx, programme, now, done.person, row, row.flow_id, done)
    return done, got


def _heard(shelf: Shelf, session: Session | None, read: CaseReader, got: Received) -> Heard | None:
    """The text beside the question that stands, if one does."""
    if got.kind != "text":
        return None
    question = asked(shelf, session) if session else None
    reading = read.read(question, got.text) if question and question.ask != "text" else None
    meaning = question.meaning if question else None
    return hear(got.assessment, got.text, meaning=meaning, reading=reading, language=read.language)


def _reply(got: Received, row: Any) -> Reply:
    pressed = None
    if got.button is not None:
        session_id, _, rest = got.button.partition(":")
        turn, _, value = rest.partition(":")
        same = session_id == row.id and turn.isdigit()
        pressed = Pressed(int(turn) if same else -1, value)
    return Reply(
        text=got.text,
        at=got.at,
        intent=got.intent.name.lower() if got.intent else None,
        pressed=pressed,
        kind=got.kind if got.kind not in ("button",) else "text",
        grave=got.assessment.level.rank >= Level.HIGH.rank,
        filler=got.filler,
        language=got.language if got.language in SPOKEN else None,
    )


def session_of(tx: Tx, row: Any) -> Session:
    """The session of a row, opened."""
    return Session.from_json(tx.vault.open(row.memory, column="session.memory", row=row.id))


def keep(tx: Tx, now: datetime, row: Any, after: Session, done: Applied) -> None:
    """Keep a session as it is after a turn, sealed."""
    over = after.state != "waiting"
    conversation.keep_session.run(
        tx,
        session=row.id,
        turn=after.turn,
        state=after.state,
        memory=tx.vault.seal(after.to_json(), column="session.memory", row=row.id),
        wake_at=None if over else done.wake_at,
        outcome=after.outcome,
        ended_at=now if over else None,
    )
