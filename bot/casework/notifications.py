"""Tells staff of alerts, incidents and duties on the channels they have, and takes back what is dealt with.

A notice holds a case's code and a level, never a name, a number or a text. Everything here only writes rows:
what is sent, and whether it still may be, is decided by the outbox when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.casework import bundles
from bot.casework.notice_wording import Told, Words
from bot.casework.programme import Programme
from bot.store.ids import new_id
from bot.store.queries import conversation
from bot.store.queries import notifications as rows
from bot.store.tx import Tx

Kind = Literal["alert", "incident", "duty", "digest"]
Change = Literal["opened", "raised", "acknowledged", "resolved"]
BY_REPLY = ("telegram", "twilio", "sandbox")
"""The channels on which an answer is read."""
BUTTONS = ("telegram",)
_COLUMNS = {"telegram": "telegram", "twilio": "phone", "sandbox": "phone", "email": "email"}


@dataclass(frozen=True)
class Notice:
    """What someone is told of.

    About an alert, ``text`` is the code of the case ("" for a number that nobody knows) and ``alert`` its
    number; its words are made here. Otherwise ``text`` is an English sentence of the catalogue without
    anything personal in it, whose placeholders ``params`` fill.
    """

    kind: Kind
    text: str
    alert: int | None
    incident: str | None
    level: str
    params: Mapping[str, Any] = field(default_factory=dict)


def tell(
    tx: Tx, programme: Programme, now: datetime, staff_id: str, notice: Notice, reason: str, *, urgent: bool
) -> bool:
    """Queue a notice on every channel on which someone can be told. False if there is none.

    ``urgent`` ones never wait and are never bundled.
    """
    person = rows.recipient.one(tx, staff=staff_id)
    usable = usable_channels(programme, person)
    for channel in usable:
        message = _queue(tx, programme, now, person, channel, notice, reason, urgent=urgent)
        note(tx, now, staff_id, message, reason, alert=notice.alert, incident=notice.incident)
    return bool(usable)


def digest(tx: Tx, programme: Programme, now: datetime, staff_id: str, alerts: Sequence[Any]) -> bool:
    """Tell someone of several alerts (each has ``id``) in one message a channel. False if there is none."""
    person = rows.recipient.one(tx, staff=staff_id)
    usable = usable_channels(programme, person) if alerts else []
    for channel in usable:
        bundle = bundles.new(tx, now, staff_id, channel, now)
        for each in alerts:
            note(tx, now, staff_id, bundle, "digest", alert=each.id)
    return bool(usable)


def withdraw(tx: Tx, now: datetime, alert_number: int, shown: str) -> None:
    """Take back what was told of an alert: what is queued is not sent, what was sent shows what became of it.

    ``shown`` is what became: acknowledged, resolved, or open where it is told anew. A bundle is left as it
    is: the outbox counts its alerts when it is sent. Other systems that know of the alert are told, too.
    """
    rows.cancel_queued.run(tx, alert=alert_number)
    for each in rows.asking.all(tx, alert=alert_number):
        change(tx, now, each, alert_number, shown)
    if shown in ("acknowledged", "resolved") and rows.published.one(tx, alert=alert_number):
        _publish(tx, now, alert_number, shown)


def change(tx: Tx, now: datetime, sent: Any, alert_number: int, shown: str) -> None:
    """Queue the change of a message that was sent (``id``, ``staff_id``, ``channel``, ``provider_id``)."""
    rows.show.run(tx, message=sent.id, new_shown=shown)
    row = new_id()
    conversation.insert_message.run(
        tx,
        id=row,
        staff_id=sent.staff_id,
        direction="out",
        channel=sent.channel,
        provider_id=sent.provider_id,
        kind="edit",
        body=tx.vault.seal("", column="message.body", row=row),
        at=now,
        state="queued",
        rank=rows.USUAL,
        next_attempt_at=now,
        shown=shown,
    )
    note(tx, now, sent.staff_id, row, "changed", alert=alert_number)


def publish(tx: Tx, programme: Programme, now: datetime, alert: Any, what: Change) -> None:
    """Queue an event about an alert (it has ``id``) for the office's other systems, if it has named one.

    Of an alert that they were told of once, ``withdraw`` tells them what becomes of it.
    """
    if programme.webhook:
        _publish(tx, now, alert.id, what)


def _publish(tx: Tx, now: datetime, alert_number: int, what: str) -> None:
    found = rows.told_alert.one(tx, alert=alert_number)
    row = new_id()
    event = {
        "specversion": "1.0",
        "id": row,
        "source": "besa",
        "type": f"besa.alert.{what}",
        "subject": str(found.id),
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {"case": found.code, "level": found.level, "state": found.state},
    }
    conversation.insert_message.run(
        tx,
        id=row,
        direction="out",
        channel="webhook",
        kind="event",
        body=tx.vault.seal(json.dumps(event), column="message.body", row=row),
        at=now,
        state="queued",
        rank=3,
        next_attempt_at=now,
    )
    note(tx, now, None, row, "published", alert=alert_number)


def usable_channels(programme: Programme, person: Any) -> list[str]:
    """The channels on which a member of staff can be told, in the programme's order."""
    if person is None or not person.active:
        return []
    return [each for each in programme.staff_channels if getattr(person, _COLUMNS[each]) is not None]


def note(
    tx: Tx,
    at: datetime,
    staff_id: str | None,
    message_id: str,
    reason: str,
    *,
    alert: int | None = None,
    incident: str | None = None,
) -> None:
    """Keep that someone is told of something by a message."""
    rows.insert_notification.run(
        tx,
        id=new_id(),
        alert_id=alert,
        incident_id=incident,
        staff_id=staff_id,
        message_id=message_id,
        reason=reason,
        at=at,
    )


def _queue(
    tx: Tx,
    programme: Programme,
    now: datetime,
    person: Any,
    channel: str,
    notice: Notice,
    reason: str,
    *,
    urgent: bool,
) -> str:
    """The message that tells someone of a notice on a channel: a new one, or a bundle after many."""
    words = Words(programme.catalogues, person.language)
    if notice.alert is None:
        text = words.notice(notice.text, notice.params)
        return queue_text(tx, now, person.id, channel, text, urgent=urgent)
    bundle = None if urgent else bundles.place(tx, now, person.id, channel)
    told = Told(notice.alert, notice.text or None, notice.level)
    return bundle or queue_alert(tx, now, words, person.id, channel, told, reason, urgent=urgent)


def queue_alert(
    tx: Tx, now: datetime, words: Words, staff_id: str, channel: str, told: Told, reason: str, *, urgent: bool
) -> str:
    """Queue a message that tells one alert. Gives its id."""
    text = words.alert(told, reason, by_reply=channel in BY_REPLY)
    buttons = words.buttons(told.number) if channel in BUTTONS else None
    return queue_text(tx, now, staff_id, channel, text, urgent=urgent, buttons=buttons)


def queue_text(
    tx: Tx,
    now: datetime,
    staff_id: str,
    channel: str,
    text: str,
    *,
    urgent: bool,
    buttons: Sequence[Sequence[str]] | None = None,
) -> str:
    """Queue a message to a member of staff. Gives its id."""
    row = new_id()
    conversation.insert_message.run(
        tx,
        id=row,
        staff_id=staff_id,
        direction="out",
        channel=channel,
        body=tx.vault.seal(text, column="message.body", row=row),
        buttons=tx.vault.seal(json.dumps(buttons), column="message.buttons", row=row) if buttons else None,
        at=now,
        state="queued",
        rank=rows.URGENT if urgent else rows.USUAL,
        next_attempt_at=now,
        shown="asking" if buttons else None,
    )
    return row
