"""What the auditor looks at: holders of open work, steps that stand still, notices that did not arrive."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Duty, Incident, Message, Notification

_alert, _case, _duty, _incident = (columns(t) for t in (Alert, Case, Duty, Incident))
_message, _notification = columns(Message), columns(Notification)
_later = aliased(Notification.__table__)  # type: ignore[attr-defined]
_ABOUT_MESSAGES = ("changed", "how_to_reply", "published", "kept")
"""Reasons of notices that tell nobody of an alert's step."""

#: Who holds open cases of which team, each combination once. Reads all open cases.
holders = Prepared(
    select(_case.team_id, _case.caseworker_id, _case.keeper_id).where(_case.state == "open").distinct()
)
#: The open cases of one combination. Index: on keeper_id.
held = Prepared(
    select(_case.id, _case.code, _case.team_id, _case.caseworker_id, _case.keeper_id, _case.state)
    .where(
        _case.keeper_id == bindparam("keeper"),
        _case.caseworker_id == bindparam("worker"),
        _case.team_id == bindparam("team"),
        _case.state == "open",
    )
    .order_by(_case.id)
)
#: Who owns unresolved alerts of whose cases, each combination once. Index: ix_alert_next_step.
alert_holders = Prepared(
    select(_alert.team_id, _alert.owner_id, _case.caseworker_id, _case.team_id.label("case_team"))
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(_alert.state.in_(["open", "acknowledged"]))
    .distinct()
)
#: The unresolved alerts of one combination. Index: ix_alert_next_step.
unresolved_of = Prepared(
    select(_alert.id, _alert.case_id, _alert.team_id, _alert.owner_id, _case.code)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(
        func.coalesce(_case.caseworker_id, "") == bindparam("worker"),
        func.coalesce(_alert.owner_id, "") == bindparam("owner"),
        _alert.team_id == bindparam("team"),
        _alert.state.in_(["open", "acknowledged"]),
    )
    .order_by(_alert.id)
)

#: Alerts that stand still: nothing is due by itself, or it should have been done. Index: ix_alert_next_step.
standing = Prepared(
    select(_alert.id, _alert.next_step_at)
    .where(
        _alert.state.in_(["open", "acknowledged"]),
        or_(_alert.next_step_at.is_(None), _alert.next_step_at < bindparam("before")),
    )
    .order_by(_alert.id)
    .limit(bindparam("most"))
)
#: Alerts in someone's hands that name no moment of the next act. Index: ix_alert_next_step.
without_act = Prepared(
    select(_alert.id)
    .where(_alert.state == "acknowledged", _alert.act_at.is_(None), _alert.snoozed_until.is_(None))
    .order_by(_alert.id)
    .limit(bindparam("most"))
)
set_step = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state != "resolved")
    .values(next_step_at=bindparam("at"))
)
set_act = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state == "acknowledged")
    .values(act_at=bindparam("at"), next_step_at=bindparam("at"))
)

_latest = (
    select(_alert.id, func.max(_notification.at).label("at"))
    .join(Notification, _notification.alert_id == _alert.id)
    .where(_alert.state == "open", _notification.reason.not_in(_ABOUT_MESSAGES))
    .group_by(_alert.id)
    .having(func.max(_notification.at) <= bindparam("before"))
    .subquery()
)
#: Open alerts of which nothing arrived that was last told, before a moment; and when that was. Indexes:
#: ix_alert_next_step, ix_notification_alert_id.
last_told = Prepared(
    select(_latest.c.id, _latest.c.at)
    .join(Notification, and_(_notification.alert_id == _latest.c.id, _notification.at == _latest.c.at))
    .join(Message, _message.id == _notification.message_id)
    .group_by(_latest.c.id, _latest.c.at)
    .having(func.max(case((_message.state.in_(["sent", "delivered"]), 1), else_=0)) == 0)
)
#: The messages of what was told of an alert at a moment. Index: ix_notification_alert_id.
told_at = Prepared(
    select(
        _message.id, _message.staff_id, _message.channel, _message.kind, _message.state, _message.code,
        _message.attempts, _message.next_attempt_at,
    )
    .join(Notification, _notification.message_id == _message.id)
    .where(
        _notification.alert_id == bindparam("alert"),
        _notification.at == bindparam("at"),
        _notification.reason.not_in(_ABOUT_MESSAGES),
        _message.state != "cancelled",
    )
    .order_by(_message.id)
)  # fmt: skip
#: When the last was told of an alert that arrived. Index: ix_notification_alert_id.
last_arrived = Prepared(
    select(func.max(_notification.at).label("at"))
    .join(Message, _message.id == _notification.message_id)
    .where(_notification.alert_id == bindparam("alert"), _message.state.in_(["sent", "delivered"]))
)

#: What was sent on a channel lately, the newest first. Index: ix_message_out.
sends = Prepared(
    select(
        _message.id, _message.state, _message.code, _message.attempts, _message.staff_id, _message.address_id
    )
    .where(
        _message.channel == bindparam("channel"),
        _message.direction == "out",
        _message.at >= bindparam("since"),
        _message.attempts > 0,
    )
    .order_by(_message.at.desc())
    .limit(bindparam("most"))
)

#: Open incidents that nobody was told of. Indexes: ix_incident_one_open, ix_notification_incident_id.
untold_incidents = Prepared(
    select(_incident.id, _incident.kind, _incident.subject, _incident.team_id)
    .where(
        _incident.closed_at.is_(None),
        ~exists(select(_later.c.id).where(_later.c.incident_id == _incident.id)),
    )
    .order_by(_incident.opened_at)
)

#: Teams that have a duty now or to come. Index: ix_duty_team.
teams_on_roster = Prepared(select(_duty.team_id).where(_duty.ends_at > bindparam("now")).distinct())

#: Of those who wait in the far future because a clock went wrong: everything that has a moment.
hasten_alerts = Prepared(
    update(Alert)
    .where(_alert.state == "open", _alert.next_step_at > bindparam("now"))
    .values(next_step_at=bindparam("now"))
)
#: Index: ix_message_outbox.
hasten_messages = Prepared(
    update(Message)
    .where(
        _message.state == "queued",
        _message.next_attempt_at > bindparam("beyond"),
        _message.attempts > 0,
    )
    .values(next_attempt_at=bindparam("now"))
)
#: Index: ix_message_outbox.
end_leases = Prepared(
    update(Message)
    .where(_message.state == "sending", _message.lease_until > bindparam("beyond"))
    .values(lease_until=bindparam("now"))
)
