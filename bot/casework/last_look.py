"""The last look at a message to staff, when it is sent: is it still wanted, and what does it say now?

An alert may have been acknowledged, resolved or raised since it was queued.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.casework import notifications
from bot.casework.notice_wording import Told, Words
from bot.casework.programme import Programme
from bot.store.queries import notifications as rows
from bot.store.tx import Tx


def unwanted(tx: Tx, row: Any) -> str | None:
    """Why a message to staff must not be sent any more, if so."""
    if not row.active:
        return "not_staff_any_more"
    if row.kind == "edit":
        return None
    about = alerts_of(tx, row.id)
    return "dealt_with" if about and not any(map(wanted, about)) else None


def wanted(notice: Any) -> bool:
    """Whether what a notice says of an alert (``reason``, ``state``, ``staff_id``) is still to be said.

    A reminder is about what was promised; that it is now theirs is said to someone although another
    colleague has it in hand, and that its next step failed whoever has it.
    """
    if notice.reason == "reminder":
        return bool(notice.state == "acknowledged")
    theirs = notice.reason == "handed_over" and notice.acknowledged_by != notice.staff_id
    if theirs or notice.reason == "overdue":
        return bool(notice.state != "resolved")
    return bool(notice.state == "open")


def alerts_of(tx: Tx, message_id: str) -> list[Any]:
    """The alerts that a message tells."""
    return [each for each in rows.told_by.all(tx, message=message_id) if each.alert_id is not None]


def words_now(tx: Tx, programme: Programme, now: datetime, row: Any) -> str | None:
    """What a bundle or a change says at this moment, kept with it; None for what was written when queued."""
    if row.kind not in ("bundle", "edit"):
        return None
    words = Words(programme.catalogues, row.language)
    about = alerts_of(tx, row.id)
    text = _change(words, row, about[0]) if row.kind == "edit" else _bundle(words, row, about)
    rows.word.run(
        tx,
        message=row.id,
        new_body=tx.vault.seal(text, column="message.body", row=row.id),
        new_at=row.at if row.kind == "edit" else now,
    )
    return text


def sent(tx: Tx, now: datetime, message: Any) -> None:
    """A message with buttons was dealt with while it was on its way: it is changed now.

    ``message`` has ``id``, ``staff_id``, ``channel``, ``provider_id``.
    """
    about = alerts_of(tx, message.id)
    if about and not any(map(wanted, about)):
        notifications.change(tx, now, message, about[0].alert_id, about[0].state)


def told(notice: Any) -> Told:
    """The alert of a notice, to be named."""
    return Told(notice.alert_id, notice.code, notice.level)


def _bundle(words: Words, row: Any, about: Sequence[Any]) -> str:
    alerts = {each.alert_id: each for each in about if wanted(each)} or {
        each.alert_id: each for each in about
    }
    if len(alerts) == 1:
        only = next(iter(alerts.values()))
        return words.alert(told(only), only.reason, by_reply=row.channel in notifications.BY_REPLY)
    return words.bundle(Counter(each.level for each in alerts.values()))


def _change(words: Words, row: Any, notice: Any) -> str:
    by = notice.resolved_by if row.shown == "resolved" else notice.acknowledged_by
    return words.became(
        told(notice),
        row.shown,
        row.at,
        notice.timezone or "UTC",
        by_you=by is not None and by == row.staff_id,
    )
