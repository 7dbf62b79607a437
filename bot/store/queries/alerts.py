"""Alerts, their signals, and who is to be told."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns, reach
from bot.store.tables import Alert, Case, Message, Notification, Signal, Staff

_alert, _case, _message, _signal, _staff = (columns(t) for t in (Alert, Case, Message, Signal, Staff))
_notification = columns(Notification)

_FIELDS = (
    _alert.id, _alert.case_id, _alert.team_id, _alert.owner_id, _alert.level, _alert.state,
    _alert.opened_at, _alert.due_at, _alert.started_at, _alert.policy, _alert.step, _alert.next_step_at,
    _alert.acknowledged_at, _alert.acknowledged_by, _alert.act, _alert.act_at, _alert.waiting_for,
    _alert.reminded_at, _alert.snoozed_until, _alert.previous_id, _alert.outcome, _alert.resolved_at,
    _alert.resolved_by,
)  # fmt: skip
_URGENCY = case({"critical": 3, "high": 2, "low": 1}, value=_alert.level, else_=0)

insert_alert = inserting(Alert, returning=("id",))
insert_signal = inserting(Signal)

#: The one unresolved alert of a case. Index: ix_alert_one_open.
open_alert = Prepared(
    select(*_FIELDS).where(_alert.case_id == bindparam("case"), _alert.state != "resolved").with_for_update()
)
alert = Prepared(
    select(*_FIELDS, _case.code, _case.caseworker_id, _case.keeper_id, _case.country, _case.high_risk)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(_alert.id == bindparam("alert"))
    .with_for_update(of=Alert)
)

#: What the opening of an alert must know of a case. Primary key.
case_of = Prepared(
    select(_case.caseworker_id, _case.keeper_id, _case.country, _case.high_risk).where(
        _case.id == bindparam("case")
    )
)

#: Alerts that a member of staff may see, most urgent first, after a cursor. The indexes of the reach.
alerts_for = reach.Reached(
    reach.alerts,
    lambda within: (
        select(*_FIELDS, _case.code, _case.caseworker_id, _URGENCY.label("urgency"))
        .outerjoin(Case, _case.id == _alert.case_id)
        .where(
            within,
            or_(bindparam("state") == "", _alert.state == bindparam("state")),
            or_(bindparam("level") == "", _alert.level == bindparam("level")),
            or_(
                bindparam("urgency") > _URGENCY,
                and_(bindparam("urgency") == _URGENCY, _alert.id > bindparam("after")),
            ),
        )
        .order_by(_URGENCY.desc(), _alert.id)
        .limit(bindparam("most"))
    ),
)
#: One alert that a member of staff may see. Primary key.
alert_for = reach.Reached(
    reach.alerts,
    lambda within: (
        select(*_FIELDS, _case.code, _case.caseworker_id)
        .outerjoin(Case, _case.id == _alert.case_id)
        .where(_alert.id == bindparam("alert"), within)
    ),
)
#: Which of some alerts a member of staff may see. Primary key.
alerts_among = reach.Reached(
    reach.alerts,
    lambda within: (
        select(_alert.id)
        .where(_alert.id.in_(bindparam("alerts", expanding=True)), within)
        .order_by(_alert.id)
    ),
)
#: How many alerts that a member of staff may see there are of each level and state. The indexes of the reach.
alert_counts = reach.Reached(
    reach.alerts,
    lambda within: (
        select(_alert.level, _alert.state, func.count().label("n"))
        .where(within)
        .group_by(_alert.level, _alert.state)
    ),
)
signals_of = Prepared(
    select(_signal.id, _signal.alert_id, _signal.category, _signal.level, _signal.source, _signal.evidence)
    .where(_signal.alert_id.in_(bindparam("alerts", expanding=True)))
    .order_by(_signal.at, _signal.id)
)

#: Alerts at which something is due by itself. Index: ix_alert_next_step.
steps_due = Prepared(
    select(_alert.id)
    .where(_alert.state.in_(["open", "acknowledged"]), _alert.next_step_at <= bindparam("now"))
    .order_by(_alert.next_step_at)
    .limit(bindparam("most"))
)
#: Open alerts of a team and level whose step has come, the oldest first. Index: ix_alert_next_step.
digest_due = Prepared(
    select(_alert.id)
    .where(
        _alert.state == "open",
        _alert.next_step_at <= bindparam("now"),
        _alert.team_id == bindparam("team"),
        _alert.level == bindparam("level"),
    )
    .order_by(_alert.id)
    .limit(bindparam("most"))
)
#: The alert of a case that was resolved last. Index: ix_alert_case.
resolved_since = Prepared(
    select(_alert.id)
    .where(
        _alert.case_id == bindparam("case"),
        _alert.state == "resolved",
        _alert.resolved_at >= bindparam("since"),
    )
    .order_by(_alert.resolved_at.desc(), _alert.id.desc())
    .limit(1)
)
#: Opens an alert, anew or again: its clock begins.
start_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state != "resolved")
    .values(
        level=bindparam("new_level"),
        state="open",
        started_at=bindparam("now"),
        due_at=bindparam("due"),
        step=0,
        next_step_at=bindparam("next_step"),
        acknowledged_at=None,
        acknowledged_by=None,
        act=None,
        act_at=None,
        waiting_for=None,
        reminded_at=None,
        snoozed_until=None,
    )
)
step_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state == "open")
    .values(step=bindparam("new_step"), next_step_at=bindparam("next_step"))
)
#: Lets an alert rest until its next act.
rest_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state != "resolved")
    .values(
        state="acknowledged",
        acknowledged_at=bindparam("now"),
        acknowledged_by=bindparam("staff"),
        act=bindparam("new_act"),
        act_at=bindparam("new_act_at"),
        waiting_for=bindparam("waiting"),
        reminded_at=None,
        snoozed_until=bindparam("snoozed"),
        next_step_at=bindparam("next_step"),
    )
)
remind_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state == "acknowledged")
    .values(reminded_at=bindparam("now"), next_step_at=bindparam("next_step"))
)
give_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state != "resolved")
    .values(owner_id=bindparam("owner"), next_step_at=bindparam("next_step"))
)
resolve_alert = Prepared(
    update(Alert)
    .where(_alert.id == bindparam("alert"), _alert.state != "resolved")
    .values(
        state="resolved",
        resolved_at=bindparam("now"),
        resolved_by=bindparam("staff"),
        outcome=bindparam("new_outcome"),
        next_step_at=None,
        snoozed_until=None,
    )
)
note_of = Prepared(select(_alert.note).where(_alert.id == bindparam("alert")))
note_alert = Prepared(update(Alert).where(_alert.id == bindparam("alert")).values(note=bindparam("new_note")))

#: Whether a member of staff was told of an alert. Index: ix_notification_alert_id.
was_told = Prepared(
    select(_notification.id)
    .where(_notification.alert_id == bindparam("alert"), _notification.staff_id == bindparam("staff"))
    .limit(1)
)

staff_member = Prepared(
    select(_staff.id, _staff.role, _staff.team_id, _staff.phone, _staff.telegram, _staff.active).where(
        _staff.id == bindparam("staff")
    )
)

totals = Prepared(
    select(_alert.level, _alert.state, func.count().label("n"))
    .where(_alert.state != "resolved")
    .group_by(_alert.level, _alert.state)
)

#: What was last sent to staff, newest first.
told_lately = Prepared(
    select(_message.id, _message.staff_id, _message.body, _message.at, _staff.name, _staff.role)
    .join(Staff, _staff.id == _message.staff_id)
    .where(_message.state.in_(["sent", "delivered"]), _message.case_id.is_(None))
    .order_by(_message.id.desc())
    .limit(30)
)

#: Members of staff. Primary key.
named = Prepared(
    select(_staff.id, _staff.role, _staff.name).where(_staff.id.in_(bindparam("staff", expanding=True)))
)
#: When signals came, and how the message behind each was read. Index: ix_signal_alert_id.
behind_signals = Prepared(
    select(_signal.id, _signal.at, _message.kind, _message.review, _message.categories)
    .outerjoin(Message, _message.id == _signal.message_id)
    .where(_signal.alert_id.in_(bindparam("alerts", expanding=True)))
)
#: Who was told of alerts, how often and when last, the latest first. Index: ix_notification_alert_id.
told_of = Prepared(
    select(
        _notification.alert_id,
        _notification.staff_id,
        func.count().label("times"),
        func.max(_message.at).label("last_at"),
    )
    .join(Message, _message.id == _notification.message_id)
    .where(
        _notification.alert_id.in_(bindparam("alerts", expanding=True)),
        _notification.staff_id.is_not(None),
        _message.state.in_(["sent", "delivered"]),
    )
    .group_by(_notification.alert_id, _notification.staff_id)
    .order_by(func.max(_message.at).desc(), func.count().desc())
)
