"""Tells staff of alerts, incidents and duties on the channels they have, and takes back what is dealt with.

A notice holds a case's code and a level, never a name, a number or a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.casework.programme import Programme
from bot.store.ids import new_id
from bot.store.queries import conversation
from bot.store.queries import notifications as rows
from bot.store.tx import Tx

Kind = Literal["alert", "incident", "duty", "digest"]
Change = Literal["opened", "raised", "acknowledged", "resolved"]
_COLUMNS = {"telegram": "telegram", "twilio": "phone", "sandbox": "phone", "email": "email"}


@dataclass(frozen=True)
class Notice:
    """What someone is told of.

    ``text`` is the code of the case where it is about an alert ("" for a number that nobody knows), and a
    message of the catalogue without anything personal otherwise. ``alert`` is the number that a reply names.
    """

    kind: Kind
    text: str
    alert: int | None
    incident: str | None
    level: str


def tell(
    tx: Tx, programme: Programme, now: datetime, staff_id: str, notice: Notice, reason: str, *, urgent: bool
) -> bool:
    """Queue a notice on every channel on which a member of staff can be told. False if there is none.

    ``urgent`` ones never wait and are never bundled.
    """
    person = rows.recipient.one(tx, staff=staff_id)
    if person is None or not person.active:
        return False
    usable = [each for each in programme.staff_channels if getattr(person, _COLUMNS[each]) is not None]
    for channel in usable:
        _queue(tx, now, person, channel, notice, reason, urgent=urgent)
    return bool(usable)


def digest(tx: Tx, programme: Programme, now: datetime, staff_id: str, alerts: Sequence[Any]) -> bool:
    """Tell someone of several alerts (``id``, ``code``, ``level``) at once. False if nothing reaches them."""
    told = False
    for each in alerts:
        notice = Notice("alert", each.code or "", each.id, None, each.level)
        told = tell(tx, programme, now, staff_id, notice, "digest", urgent=False)
    return told


def withdraw(tx: Tx, now: datetime, alert_number: int, shown: str) -> None:
    """Take back what was told of an alert: what is queued is not sent, what was sent shows ``shown``."""
    rows.cancel_queued.run(tx, alert=alert_number)


def publish(tx: Tx, programme: Programme, now: datetime, alert: Any, what: Change) -> None:
    """Queue an event about an alert (``id``, ``code``, ``level``, ``state``) for the office's own systems."""


def _queue(
    tx: Tx, now: datetime, person: Any, channel: str, notice: Notice, reason: str, *, urgent: bool
) -> None:
    row = new_id()
    text = f"{notice.text or '?'} {notice.level.upper()} A {notice.alert}"
    if notice.alert is None:
        text = notice.text
    conversation.insert_message.run(
        tx,
        id=row,
        staff_id=person.id,
        direction="out",
        channel=channel,
        body=tx.vault.seal(text, column="message.body", row=row),
        at=now,
        state="queued",
        rank=9 if urgent else 7,
        next_attempt_at=now,
    )
    rows.insert_notification.run(
        tx,
        id=new_id(),
        alert_id=notice.alert,
        incident_id=notice.incident,
        staff_id=person.id,
        message_id=row,
        reason=reason,
        at=now,
    )
