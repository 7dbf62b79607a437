"""Who was told of what, by which message, and what of it is still to be sent."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Message, Notification, Staff

_message, _notification, _staff = columns(Message), columns(Notification), columns(Staff)
_alert, _case = columns(Alert), columns(Case)

URGENT, USUAL = 9, 7
"""Ranks of messages to staff; both before what goes to cases."""

insert_notification = inserting(Notification)

#: Where a member of staff can be told. Primary key.
recipient = Prepared(
    select(_staff.id, _staff.phone, _staff.telegram, _staff.email, _staff.language, _staff.active).where(
        _staff.id == bindparam("staff")
    )
)

#: An alert as it is told. Primary key.
told_alert = Prepared(
    select(
        _alert.id, _alert.level, _alert.state, _alert.owner_id, _alert.team_id, _alert.acknowledged_by,
        _case.code,
    )
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(_alert.id == bindparam("alert"))
)  # fmt: skip

#: What a message tells. Index: ix_notification_message.
told_by = Prepared(
    select(
        _notification.id, _notification.alert_id, _notification.incident_id, _notification.staff_id,
        _notification.reason, _notification.at, _alert.level, _alert.state, _alert.resolved_by,
        _alert.acknowledged_by, _case.code, _case.timezone,
    )
    .outerjoin(Alert, _alert.id == _notification.alert_id)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(_notification.message_id == bindparam("message"))
    .order_by(_notification.at, _notification.id)
)  # fmt: skip

#: A bundle that someone will get and that has not left. Index: ix_notification_staff, the newest row first.
waiting_bundle = Prepared(
    select(_message.id)
    .join(Notification, _notification.message_id == _message.id)
    .where(
        _notification.staff_id == bindparam("staff"),
        _notification.at >= bindparam("since"),
        _notification.reason != "digest",
        _message.channel == bindparam("channel"),
        _message.kind == "bundle",
        _message.state == "queued",
    )
    .order_by(_notification.at.desc())
    .limit(1)
)
#: Messages that told someone of alerts lately and could have waited. Index: ix_notification_staff.
told_since = Prepared(
    select(
        _message.id, _message.kind, _message.state, _message.at, func.count(_notification.id).label("notices")
    )
    .join(Notification, _notification.message_id == _message.id)
    .where(
        _notification.staff_id == bindparam("staff"),
        _notification.at >= bindparam("since"),
        _notification.reason != "digest",
        _notification.alert_id.is_not(None),
        _message.channel == bindparam("channel"),
        _message.rank == USUAL,
        _message.state != "cancelled",
    )
    .group_by(_message.id, _message.kind, _message.state, _message.at)
)
#: Keeps a message from being claimed until this transaction ends; 0 if it has left. Primary key.
hold = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"), _message.state == "queued")
    .values(state="queued")
)
#: Takes back one message, for another tells the same; 0 if it has left. Primary key.
fold = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"), _message.state == "queued")
    .values(state="cancelled", code="bundled", next_attempt_at=None)
)
#: Lets another message tell what these were to tell. Index: ix_notification_message.
move_notices = Prepared(
    update(Notification)
    .where(_notification.message_id.in_(bindparam("messages", expanding=True)))
    .values(message_id=bindparam("bundle"))
)

#: Withdraws what is queued about an alert alone, but not that it is someone's now, unless they took
#: it in hand themselves. Index: ix_notification_alert_id.
cancel_queued = Prepared(
    update(Message)
    .where(
        _message.id.in_(
            select(_notification.message_id)
            .join(Alert, _alert.id == _notification.alert_id)
            .where(
                _notification.alert_id == bindparam("alert"),
                or_(
                    _notification.reason != "handed_over",
                    _alert.state != "acknowledged",
                    _notification.staff_id == _alert.acknowledged_by,
                ),
            )
        ),
        _message.state == "queued",
        _message.kind == "text",
    )
    .values(state="cancelled", code="dealt_with", next_attempt_at=None)
)
#: Messages about an alert that were sent and still ask. Index: ix_notification_alert_id.
asking = Prepared(
    select(_message.id, _message.staff_id, _message.channel, _message.provider_id)
    .join(Notification, _notification.message_id == _message.id)
    .where(
        _notification.alert_id == bindparam("alert"),
        _message.shown == "asking",
        _message.kind == "text",
        _message.state.in_(["sent", "delivered"]),
        _message.provider_id.is_not(None),
    )
)
show = Prepared(
    update(Message).where(_message.id == bindparam("message")).values(shown=bindparam("new_shown"))
)
#: What a message says, decided when it is sent. Primary key.
word = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"))
    .values(body=bindparam("new_body"), at=bindparam("new_at"))
)

body = Prepared(select(_message.body).where(_message.id == bindparam("message")))

#: The channels on which someone was told of the same at the same moment, and how it stands with each.
#: Indexes: ix_notification_staff, ix_notification_message.
beside = Prepared(
    select(_message.id, _message.channel, _message.state)
    .join(Notification, _notification.message_id == _message.id)
    .where(
        _notification.staff_id == bindparam("staff"),
        _notification.at == bindparam("at"),
        func.coalesce(_notification.alert_id, 0) == bindparam("alert"),
        func.coalesce(_notification.incident_id, "") == bindparam("incident"),
    )
)
#: Whether anyone else was told of an alert at a moment, or still may be. Index: ix_notification_alert_id.
others_told = Prepared(
    select(_notification.id)
    .join(Message, _message.id == _notification.message_id)
    .where(
        _notification.alert_id == bindparam("alert"),
        _notification.staff_id != bindparam("staff"),
        _notification.at == bindparam("at"),
        _message.state.in_(["queued", "sending", "sent", "delivered"]),
    )
    .limit(1)
)
#: Sends a message that waits to be tried again at once. Primary key.
hasten = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"), _message.state == "queued", _message.kind == "text")
    .values(next_attempt_at=bindparam("now"))
)
#: Whether someone was told of an alert. Index: ix_notification_alert_id.
was_told = Prepared(
    select(_notification.id)
    .where(
        _notification.alert_id == bindparam("alert"),
        _notification.staff_id == bindparam("staff"),
        _notification.reason != "kept",
    )
    .limit(1)
)
#: The alert that keeps what someone wrote and that was no command, while it is unresolved.
#: Index: ix_notification_staff.
kept_in = Prepared(
    select(_alert.id, _alert.level)
    .join(Notification, _notification.alert_id == _alert.id)
    .where(
        _notification.staff_id == bindparam("staff"),
        _notification.reason == "kept",
        _alert.state != "resolved",
    )
    .order_by(_alert.id.desc())
    .limit(1)
)
#: Whether the office's other systems were told of an alert. Index: ix_notification_alert_id.
published = Prepared(
    select(_notification.id)
    .where(_notification.alert_id == bindparam("alert"), _notification.reason == "published")
    .limit(1)
)
#: When someone was last told how to reply. Index: ix_notification_staff.
last_help = Prepared(
    select(func.max(_notification.at).label("at")).where(
        _notification.staff_id == bindparam("staff"),
        _notification.at > bindparam("since"),
        _notification.reason == "how_to_reply",
    )
)
