"""What staff do with a case: write to the person, let check-ins rest, close it, hand it to a colleague.

Each act looks the case up within the reach of whoever acts, changes rows and writes the audit log in one
transaction. Reading for danger goes on whatever is done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

from bot.casework import addresses, checkins, handover, talking
from bot.casework.cases import CHANNELS
from bot.casework.clock import REPLY_USEFUL_FOR
from bot.casework.desk import NotFound
from bot.casework.person import Person
from bot.casework.programme import Programme
from bot.casework.reopening import give
from bot.casework.staff import Signed
from bot.language import SPOKEN
from bot.phone import NotANumber, e164
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import alerts, cases, conversation, schedule
from bot.store.tx import Tx

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 1000
PRIVACY = ("neutral", "open")
Closing = Literal["completed", "moved", "other_service", "not_reached", "own_wish", "died", "mistake"]


class Barrier(StrEnum):
    """Why a person cannot be written to."""

    CLOSED = "case_closed"
    STOPPED = "stopped"
    DECLINED = "declined"
    NOT_AGREED = "not_agreed"
    WATCHED = "phone_watched"
    ADDRESS = "address_closed"
    NOT_LINKED = "not_linked"


class CannotAct(Exception):
    """The case is in a state in which this cannot be done; ``reason`` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"this cannot be done: {reason.replace('_', ' ')}")
        self.reason = reason


class BadAct(Exception):
    """What was given cannot be used; says what and the mend, never the value."""


@dataclass(frozen=True)
class Written:
    """A message of a member of staff in the outbox, and when it may leave."""

    id: str
    leaves_at: datetime
    at_once: bool


def found(tx: Tx, who: Signed, code: str, *, texts: bool = True, lock: bool = True) -> Any:
    """The row of a case within reach, locked for whoever changes it; a reading transaction cannot lock.

    Raises:
        NotFound: there is none that this person may see, or ``texts`` are needed that their role never reads.
    """
    if lock:
        cases.lock.one(tx, code=code)
    row = (cases.with_code_to_read if texts else cases.with_code).one(tx, who, code=code)
    if row is None:
        raise NotFound
    return row


def barrier(person: Person) -> Barrier | None:
    """What keeps a person from being written to, if anything does."""
    checks = (
        (person.state != "open", Barrier.CLOSED),
        (person.consent == "withdrawn", Barrier.STOPPED),
        (person.consent == "declined", Barrier.DECLINED),
        (person.consent != "given", Barrier.NOT_AGREED),
        (person.phone == "watched", Barrier.WATCHED),
        (person.address_state != "open", Barrier.ADDRESS),
        (not person.linked, Barrier.NOT_LINKED),
    )
    return next((each for holds, each in checks if holds), None)


def write_to(tx: Tx, programme: Programme, now: datetime, who: Signed, code: str, text: str) -> Written:
    """Put a text of a member of staff into the outbox, for the person's next contact hours.

    Automation is silent from now on until some hours after it has left; a conversation that waited ends,
    because her next word answers a human.

    Raises:
        NotFound: see ``found``.
        CannotAct: the person must not be written to.
        BadAct: the text is empty or too long.
    """
    row = found(tx, who, code)
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadAct(f"write a text of 1 to {LONGEST_TEXT} characters")
    person = checkins.case_person(tx, row.id)
    if why := barrier(person):
        raise CannotAct(why)
    leaves = person.hours.next(now)
    message = new_id()
    conversation.insert_message.run(
        tx,
        id=message,
        case_id=person.id,
        staff_id=who.id,
        direction="out",
        channel=person.channel,
        address_id=person.address_id,
        body=tx.vault.seal(text, column="message.body", row=message),
        language=person.language,
        at=now,
        state="queued",
        rank=7,
        next_attempt_at=leaves,
        last_useful_at=leaves + REPLY_USEFUL_FOR,
    )
    _hold(tx, now, row, leaves + talking.TALK)
    _log(tx, now, who, "case.write", person.code, {"message": message})
    return Written(message, leaves, leaves <= now)


def pause(tx: Tx, now: datetime, who: Signed, code: str, until: datetime | None = None) -> datetime | None:
    """Let check-ins rest until a moment, or until someone resumes them; covers what is planned later too.

    Raises:
        NotFound: see ``found``.
        BadAct: the moment has passed.
        CannotAct: the case is closed.
    """
    row = found(tx, who, code)
    if until is not None and until <= now:
        raise BadAct("until has passed; give a moment to come, or none")
    if row.state != "open":
        raise CannotAct(Barrier.CLOSED)
    cases.pause.run(tx, case=row.id, until=until or FOR_GOOD)
    _interrupt(tx, now, row.id, "paused")
    _log(tx, now, who, "case.pause", row.code, {"until": until.isoformat() if until else ""})
    return until


def resume(tx: Tx, programme: Programme, now: datetime, who: Signed, code: str) -> None:
    """Let check-ins go on; a closed case is opened again and planned anew. Repeating it is harmless.

    Raises:
        NotFound: see ``found``.
    """
    row = found(tx, who, code)
    if row.state == "open" and (row.paused_until is None or row.paused_until <= now):
        return
    cases.pause.run(tx, case=row.id, until=None)
    if row.state != "open":
        cases.set_state.run(tx, case=row.id, new_state="open")
        checkins.plan_again(tx, programme, now, checkins.case_person(tx, row.id))
    _log(tx, now, who, "case.resume", row.code, {"from": row.state})


def close(tx: Tx, now: datetime, who: Signed, code: str, reason: Closing) -> None:
    """End the work on a case: nothing more is planned or sent. What the person writes is still read.

    Raises:
        NotFound: see ``found``.
        CannotAct: an alert of the case is not resolved.
    """
    row = found(tx, who, code)
    if row.state != "open":
        return
    if cases.unresolved.one(tx, case=row.id) is not None:
        raise CannotAct("alert_not_resolved")
    cases.set_state.run(tx, case=row.id, new_state="closed")
    schedule.cancel_checkins.run(tx, case=row.id, why="case_closed", now=now)
    conversation.cancel_messages.run(tx, case=row.id, why="case_closed")
    _interrupt(tx, now, row.id, "case_closed")
    _log(tx, now, who, "case.close", row.code, {"reason": reason})


def transfer(tx: Tx, now: datetime, who: Signed, code: str, to: str) -> None:
    """Hand a case and its open work to another caseworker, in one transaction; who is away is stood in for.

    Raises:
        NotFound: see ``found``.
        CannotAct: nobody active in the role of a caseworker has this id.
    """
    row = found(tx, who, code)
    new = alerts.staff_member.one(tx, staff=to)
    if new is None or not new.active or new.role != "caseworker":
        raise CannotAct("not_an_active_caseworker")
    if row.caseworker_id == to:
        return
    held = handover.keeper(tx, now, to, new.team_id)
    keeper = held.id if held.reads else to
    cases.transfer.run(tx, case=row.id, new_worker=to, new_keeper=keeper, new_team=new.team_id)
    standing = cases.unresolved.one(tx, case=row.id)
    if standing is not None:
        cases.move_alert.run(tx, alert=standing.id, new_team=new.team_id)
        give(tx, now, standing.id, keeper, f"staff:{who.id}", "transfer")
    _log(tx, now, who, "case.transfer", row.code, {"from": row.caseworker_id, "to": to})


def run_checkin_now(tx: Tx, programme: Programme, now: datetime, who: Signed, code: str) -> datetime:
    """Plan a check-in for now, or for the person's next contact hours. Gives its moment.

    Raises:
        NotFound: see ``found``.
        CannotAct: the person must not be written to, or check-ins rest.
    """
    row = found(tx, who, code)
    person = checkins.case_person(tx, row.id)
    if why := barrier(person):
        raise CannotAct(why)
    if row.paused_until is not None and row.paused_until > now:
        raise CannotAct("paused")
    cases.hold.run(tx, case=row.id, until=None)
    at = person.hours.next(now)
    checkins.ask_for(tx, programme, person, "checkin", at, "by_staff")
    _log(tx, now, who, "case.checkin", row.code, {})
    return at


@dataclass(frozen=True)
class Changes:
    """What of a case is to be changed; None leaves it. ``hours`` are minutes after local midnight.

    ``address`` is where the person is reached on the new ``channel``: E.164, or a Telegram chat id;
    without one a Telegram chat is joined by a link.
    """

    hours: tuple[int, int] | None = None
    language: str | None = None
    privacy: str | None = None
    channel: str | None = None
    address: str | None = None


def change(tx: Tx, now: datetime, who: Signed, code: str, changes: Changes) -> str | None:
    """Change how and when a person is written to. Gives the token that links a Telegram chat, if any.

    Raises:
        NotFound: see ``found``.
        BadAct: a value is none that Besa knows.
    """
    row = found(tx, who, code)
    _check(changes)
    changed = []
    if changes.hours is not None:
        cases.set_hours.run(tx, case=row.id, start=changes.hours[0], end=changes.hours[1])
        changed.append("hours")
    if changes.language is not None:
        cases.set_language.run(tx, case=row.id, new=changes.language)
        changed.append("language")
    if changes.privacy is not None:
        cases.set_privacy.run(tx, case=row.id, new=changes.privacy)
        changed.append("privacy")
    token = None
    if changes.channel is not None:
        token = addresses.move_to(tx, row.id, changes.channel, _spelled(changes))
        changed.append("channel")
    if changed:
        _log(tx, now, who, "case.change", row.code, {"what": ",".join(changed)})
    return token


def _check(changes: Changes) -> None:
    if changes.language is not None and changes.language not in SPOKEN:
        raise BadAct(f"language is unknown; write one of {', '.join(SPOKEN)}")
    if changes.privacy is not None and changes.privacy not in PRIVACY:
        raise BadAct(f"privacy is unknown; write one of {', '.join(PRIVACY)}")
    if changes.channel is not None and changes.channel not in CHANNELS:
        raise BadAct(f"channel is unknown; write one of {', '.join(CHANNELS)}")
    if changes.address is not None and changes.channel is None:
        raise BadAct("an address needs its channel")


def _spelled(changes: Changes) -> str | None:
    """The address in its one spelling."""
    text = (changes.address or "").replace(" ", "")
    if changes.channel == "telegram":
        if text and not text.lstrip("-").isdigit():
            raise BadAct("address is no chat id; leave it out and the person joins by a link")
        return text or None
    try:
        return e164(text)
    except NotANumber:
        raise BadAct("address: write the number in international form, +355…") from None


def _hold(tx: Tx, now: datetime, row: Any, until: datetime) -> None:
    """Automation holds its tongue: what it had begun to ask is not asked any more."""
    talking.hold(tx, row.id, until, row.held_until)
    _interrupt(tx, now, row.id, "human_talks")


def _interrupt(tx: Tx, now: datetime, case_id: str, why: str) -> None:
    session = conversation.newest_session.one(tx, case=case_id)
    if session is not None and session.state == "waiting":
        checkins.interrupt(tx, now, session, why)
        schedule.due_again.run(tx, case=case_id)


def _log(tx: Tx, now: datetime, who: Signed, action: str, code: str, detail: dict[str, str]) -> None:
    audit.append(tx, now, f"staff:{who.id}", action, f"case:{code}", detail)
