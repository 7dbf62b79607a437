"""What a person may wish at any moment, whatever is asked: an agreed word, STOP, START, help, a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.casework import checkins, consent, facts
from bot.casework.alerts import NewSignal
from bot.casework.effects import Applied, say
from bot.casework.person import Person
from bot.casework.programme import Programme
from bot.casework.received import Received
from bot.engine.effects import Reason
from bot.language import SPOKEN, Intent
from bot.risk import Level
from bot.store.queries import alerts, conversation
from bot.store.tx import Tx


def duress(
    tx: Tx, programme: Programme, now: datetime, person: Person, row: Any, got: Received
) -> Applied | None:
    """An agreed word: help, or someone else holds the phone. Something dull at most, then silence."""
    if person.safe_word_hash in got.word_hash:
        done = Applied(person, signals=[NewSignal("contact_request", "critical", "duress")])
        if person.may_be_written_to(now):
            say(tx, programme, now, person, programme.flows.replies.received)
    elif person.cover_word_hash in got.word_hash:
        done = Applied(person, signals=[NewSignal("contact_request", "high", "duress")])
        conversation.cancel_messages.run(tx, case=person.id, why="cover_word")
        conversation.watch_phone.run(tx, case=person.id)
    else:
        return None
    if row is not None and row.state == "waiting":
        checkins.interrupt(tx, now, row, "duress")
    return done


def stop(tx: Tx, now: datetime, person: Person, row: Any, got: Received) -> Applied:
    """STOP stops at once. That it was said is itself for a human: did she mean it, or who holds the phone?

    With danger in the same text it is critical: nothing more will be heard from this channel.
    """
    consent.stop(tx, now, person)
    if row is not None and row.state == "waiting":
        checkins.interrupt(tx, now, row, "stopped")
    standing = alerts.open_alert.one(tx, case=person.id)
    level = "low"
    if got.assessment.level.rank >= Level.HIGH.rank:
        level = "critical"
    elif standing is not None and Level(standing.level).rank >= Level.HIGH.rank:
        level = "high"
    return Applied(person, outcome="stopped", signals=[NewSignal("contact_request", level, "text")])


def start_again(tx: Tx, programme: Programme, now: datetime, person: Person) -> Applied:
    """Contact is wanted again: what was planned is planned anew."""
    person = consent.record(tx, now, person, "given", "start", "returnee")
    checkins.plan_again(tx, programme, now, person)
    if person.may_be_written_to(now):
        say(tx, programme, now, person, programme.flows.replies.started)
    return Applied(person)


def wished(got: Received) -> list[NewSignal]:
    """What a human must know of a wish for help or a call, whether or not it may be answered by itself."""
    if got.intent not in (Intent.CALL_ME, Intent.HELP):
        return []
    return [NewSignal("contact_request", "low" if got.intent is Intent.CALL_ME else "high", "text")]


def answer_wish(tx: Tx, programme: Programme, now: datetime, person: Person, got: Received) -> Applied:
    """Outside any conversation: who is this, call me, help, another language.

    Anything else reaches a human unanswered.
    """
    replies = programme.flows.replies
    done = Applied(person)
    if got.assessment.level.rank >= Level.HIGH.rank:
        say(tx, programme, now, person, replies.heard)
    elif got.intent in (Intent.CALL_ME, Intent.HELP):
        done.signals += wished(got)
        say(tx, programme, now, person, replies.call_me if got.intent is Intent.CALL_ME else replies.help)
    elif got.intent is Intent.WHO:
        say(tx, programme, now, person, replies.who)
    elif got.language in SPOKEN:
        done.person = facts.change_language(tx, now, person, got.language)
        say(tx, programme, now, done.person, replies.language)
    elif got.kind != "text":
        say(tx, programme, now, person, replies.received)
        done.handoffs.append(Reason.MEDIA)
    elif not got.filler:
        done.handoffs.append(Reason.UNPLACED)
    return done
