"""Who was told of what, by which message, and what is still to be told."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Message, Notification, Staff

_message, _notification, _staff = columns(Message), columns(Notification), columns(Staff)

insert_notification = inserting(Notification)

#: Where a member of staff can be told. Primary key.
recipient = Prepared(
    select(
        _staff.id,
        _staff.phone,
        _staff.telegram,
        _staff.email,
        _staff.language,
        _staff.active,
    ).where(_staff.id == bindparam("staff"))
)

#: Withdraws what is queued about an alert. Index: ix_notification_alert_id.
cancel_queued = Prepared(
    update(Message)
    .where(
        _message.id.in_(select(_notification.message_id).where(_notification.alert_id == bindparam("alert"))),
        _message.state == "queued",
    )
    .values(state="cancelled", code="dealt_with", next_attempt_at=None)
)
