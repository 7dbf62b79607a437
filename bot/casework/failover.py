"""What follows when a notice did not reach someone: their next channel, else the alert's next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.casework import bundles, escalation, notifications
from bot.casework.last_look import told, wanted
from bot.casework.notice_wording import Words
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.queries import notifications as rows
from bot.store.tx import Tx

ON_ITS_WAY = ("queued", "sending", "sent", "delivered")


def undelivered(tx: Tx, programme: Programme, now: datetime, message: Any, code: str | None) -> None:
    """A message to staff (``id``, ``staff_id``, ``channel``, ``kind``) failed for good.

    Another channel that already carries the same is hurried; else the next that the person has is tried; else
    each alert takes its next step. One that perhaps arrived counts as failed: twice is better than never.
    """
    notices = [
        each
        for each in rows.told_by.all(tx, message=message.id)
        if each.incident_id is not None or (each.alert_id is not None and wanted(each))
    ]
    if not notices or message.kind == "edit":
        return
    beside = _beside(tx, notices[0])
    alive = [each for each in beside if each.id != message.id and each.state in ON_ITS_WAY]
    for each in alive:
        rows.hasten.run(tx, message=each.id, now=now)
    if alive:
        return
    person = rows.recipient.one(tx, staff=message.staff_id)
    tried = {message.channel, *(each.channel for each in beside)}
    following = [each for each in notifications.usable_channels(programme, person) if each not in tried]
    if following:
        _again(tx, programme, now, person, following[0], message, notices)
    else:
        _unreached(tx, programme, now, message.staff_id, notices, code)


def _beside(tx: Tx, notice: Any) -> list[Any]:
    return rows.beside.all(
        tx,
        staff=notice.staff_id,
        at=notice.at,
        alert=notice.alert_id or 0,
        incident=notice.incident_id or "",
    )


def _again(
    tx: Tx, programme: Programme, now: datetime, person: Any, channel: str, message: Any, notices: list[Any]
) -> None:
    """Tell the same on another channel. The notices keep their moment, by which what was tried is known."""
    first = notices[0]
    words = Words(programme.catalogues, person.language)
    if message.kind == "bundle":
        row = bundles.new(tx, now, person.id, channel, now)
    elif first.alert_id is not None:
        row = notifications.queue_alert(
            tx, now, words, person.id, channel, told(first), first.reason, urgent=True
        )
    else:
        kept = tx.vault.open(
            rows.body.one(tx, message=message.id).body, column="message.body", row=message.id
        )
        row = notifications.queue_text(tx, now, person.id, channel, kept, urgent=True)
    for each in notices:
        notifications.note(
            tx, each.at, person.id, row, each.reason, alert=each.alert_id, incident=each.incident_id
        )


def _unreached(
    tx: Tx, programme: Programme, now: datetime, staff_id: str, notices: list[Any], code: str | None
) -> None:
    """Nothing is left to try with someone. A step that so reached nobody is followed by the next at once."""
    for each in {each.alert_id: each for each in notices if each.alert_id is not None}.values():
        detail = {"staff": staff_id, "code": code or ""}
        audit.append(tx, now, "besa", "alert.unreached", f"alert:{each.alert_id}", detail)
        if not rows.others_told.one(tx, alert=each.alert_id, staff=staff_id, at=each.at):
            escalation.step_at_once(tx, programme, now, each.alert_id)
