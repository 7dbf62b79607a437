"""Alerts: opened by signals, joined by later ones, told on a clock until a human has them in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework.policy import Climb, Policy
from bot.casework.programme import Programme
from bot.risk import Level
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import alerts, conversation
from bot.store.tx import Tx


class WrongMove(Exception):
    """The alert is in a state from which this cannot be done; ``state`` is the present one."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the alert is {state}")
        self.state = state


@dataclass(frozen=True)
class NewSignal:
    """Evidence of risk that has just come in."""

    category: str
    level: str
    source: str
    evidence: str = ""


@dataclass(frozen=True)
class Subject:
    """Whom an alert is about and whose work it is: a case, or a number that nobody knows."""

    case_id: str | None
    code: str
    team_id: str
    owner_id: str | None
    address_hash: str | None = None


def signal(
    tx: Tx,
    programme: Programme,
    now: datetime,
    subject: Subject,
    signals: Sequence[NewSignal],
    message_id: str | None = None,
) -> int:
    """Put signals in front of a human: join the open alert of the case or open one. Gives the alert's id.

    A level only rises; a rise opens an acknowledged alert again and restarts its clock.
    """
    level = max((Level(each.level) for each in signals), key=lambda each: each.rank)
    found = alerts.open_alert.one(tx, case=subject.case_id) if subject.case_id else None
    if found is None:
        number = _open(tx, programme, now, subject, level)
    else:
        number = found.id
        if level.rank > Level(found.level).rank or (found.state == "acknowledged" and level.rank >= 2):
            _raise(tx, now, found, max(level, Level(found.level), key=lambda each: each.rank))
    for each in signals:
        row = new_id()
        alerts.insert_signal.run(
            tx,
            id=row,
            case_id=subject.case_id,
            alert_id=number,
            message_id=message_id,
            category=each.category,
            level=each.level,
            source=each.source,
            evidence=tx.vault.seal(each.evidence, column="signal.evidence", row=row),
            at=now,
        )
    escalate(tx, programme, now, number)
    return number


def escalate(tx: Tx, programme: Programme, now: datetime, number: int) -> int:
    """Take the steps of an alert that are due, and set the clock for the next. Gives how many were taken.

    A step that reaches nobody is followed by the next at once.
    """
    taken = 0
    while True:
        found = alerts.alert.one(tx, alert=number)
        if found is None or found.state != "open" or found.next_step_at is None or found.next_step_at > now:
            return taken
        climb = _climb(found)
        people = _people(tx, found, climb.step(found.step).tell)
        told = [person for person in people if _tell(tx, programme, now, found, person)]
        started = found.due_at - climb.due
        following = climb.following(found.step, started, now)
        at = climb.step_at(following, started, now)
        if not told and following < len(climb.steps):
            at = now
        alerts.step_alert.run(tx, alert=number, new_step=following, next_step=at)
        audit.append(
            tx,
            now,
            "scheduler",
            "alert.step",
            f"alert:{number}",
            {"step": str(found.step), "told": str(len(told))},
        )
        taken += 1


def acknowledge(tx: Tx, now: datetime, number: int, staff_id: str, note: str | None = None) -> str:
    """Someone has the alert in hand. Repeating it is harmless. Gives the state.

    Raises:
        WrongMove: it is resolved already.
    """
    if alerts.acknowledge_alert.run(tx, alert=number, now=now, staff=staff_id):
        _settle(tx, now, number, staff_id, "alert.acknowledge", note)
        return "acknowledged"
    state = str(alerts.alert.one(tx, alert=number).state)
    if state != "acknowledged":
        raise WrongMove(state)
    return state


def resolve(tx: Tx, now: datetime, number: int, staff_id: str, note: str | None = None) -> str:
    """The work of the alert is done. Repeating it is harmless. Gives the state."""
    if alerts.resolve_alert.run(tx, alert=number, now=now, staff=staff_id):
        _settle(tx, now, number, staff_id, "alert.resolve", note)
    return "resolved"


def acknowledge_by_reply(tx: Tx, now: datetime, number: int, staff_ids: Iterable[str]) -> bool:
    """Take "A 7" from the phone of someone who was told of alert 7. False if it was not theirs."""
    found = alerts.alert.one(tx, alert=number)
    if found is None or found.state == "resolved":
        return False
    for staff_id in staff_ids:
        if alerts.was_told.one(tx, alert=number, staff=staff_id):
            acknowledge(tx, now, number, staff_id)
            return True
    return False


def _settle(tx: Tx, now: datetime, number: int, staff_id: str, action: str, note: str | None) -> None:
    alerts.cancel_notifications.run(tx, alert=number)
    if note:
        sealed = tx.vault.seal(note, column="alert.note", row=str(number))
        alerts.note_alert.run(tx, alert=number, new_note=sealed)
    audit.append(tx, now, f"staff:{staff_id}", action, f"alert:{number}", {})


def _open(tx: Tx, programme: Programme, now: datetime, subject: Subject, level: Level) -> int:
    climb = programme.policy.levels[level.value]
    row = alerts.insert_alert.one(
        tx,
        case_id=subject.case_id,
        address_hash=subject.address_hash,
        team_id=subject.team_id,
        owner_id=subject.owner_id,
        level=level.value,
        state="open",
        opened_at=now,
        due_at=now + climb.due,
        policy=programme.policy.model_dump_json(),
        next_step_at=climb.step_at(0, now, now),
    )
    audit.append(
        tx, now, "besa", "alert.open", f"alert:{row.id}", {"case": subject.code, "level": level.value}
    )
    return int(row.id)


def _raise(tx: Tx, now: datetime, found: Any, level: Level) -> None:
    climb = Policy.model_validate_json(found.policy).levels[level.value]
    number = found.id
    alerts.cancel_notifications.run(tx, alert=number)
    alerts.raise_alert.run(
        tx, alert=number, new_level=level.value, due=now + climb.due, next_step=now + climb.steps[0].after
    )
    audit.append(tx, now, "besa", "alert.raise", f"alert:{number}", {"level": level.value})


def _climb(found: Any) -> Climb:
    policy = Policy.model_validate_json(found.policy)
    return policy.levels[found.level]


def _people(tx: Tx, found: Any, roles: Sequence[str]) -> list[str]:
    """Who holds these roles for an alert, each once, in order."""
    people: list[str] = []
    for role in roles:
        if role == "caseworker":
            people += [found.owner_id] if found.owner_id else []
        elif role == "supervisor":
            people += [row.id for row in alerts.supervisors_of.all(tx, team=found.team_id)]
        else:
            people += [row.id for row in alerts.coordinators.all(tx)]
    return list(dict.fromkeys(people))


def _tell(tx: Tx, programme: Programme, now: datetime, found: Any, staff_id: str) -> bool:
    """Queue a notification on every channel on which a member of staff can be told. Code and level only."""
    person = alerts.staff_member.one(tx, staff=staff_id)
    if person is None or not person.active:
        return False
    addresses = {"telegram": person.telegram, "twilio": person.phone, "sandbox": person.phone}
    told = False
    for channel in programme.staff_channels:
        if addresses.get(channel) is None:
            continue
        row = new_id()
        code = found.code or "?"
        text = f"{code} {found.level.upper()} A {found.id}"
        conversation.insert_message.run(
            tx,
            id=row,
            staff_id=staff_id,
            direction="out",
            channel=channel,
            body=tx.vault.seal(text, column="message.body", row=row),
            at=now,
            state="queued",
            rank=9,
            next_attempt_at=now,
        )
        alerts.insert_notification.run(
            tx, id=row, alert_id=found.id, staff_id=staff_id, message_id=row, reason="step", at=now
        )
        told = True
    return told
