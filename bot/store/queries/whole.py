"""Rows that should not be there if nothing was lost: each query finds what breaks one promise."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, func, not_, or_, select

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Address, Alert, Case, Checkin, Message, Notification, Session, Signal

_message, _signal, _alert, _case = (columns(t) for t in (Message, Signal, Alert, Case))
_session, _checkin, _address = (columns(t) for t in (Session, Checkin, Address))
_notification = columns(Notification)
_MOST = 1_000

#: Messages that a human must see, and no alert of their case stood when they came or after.
unseen_messages = Prepared(
    select(_message.id, _case.code)
    .join(Case, _case.id == _message.case_id)
    .where(
        _message.direction == "in",
        or_(_message.level != "none", _message.review.is_(True)),
        not_(
            exists(
                select(_alert.id).where(
                    _alert.case_id == _message.case_id,
                    or_(_alert.resolved_at.is_(None), _alert.resolved_at >= _message.at),
                )
            )
        ),
    )
    .limit(_MOST)
)

#: Alerts without a signal.
empty_alerts = Prepared(
    select(_alert.id, _case.code)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(not_(exists(select(_signal.id).where(_signal.alert_id == _alert.id))))
    .limit(_MOST)
)

#: Unresolved alerts for which nothing more is planned, or whose next step should have been taken.
standing_alerts = Prepared(
    select(_alert.id, _case.code)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(
        _alert.state != "resolved",
        or_(_alert.next_step_at.is_(None), _alert.next_step_at < bindparam("overdue")),
    )
    .limit(_MOST)
)

#: Alerts that have taken a step and of which nobody was told.
untold_alerts = Prepared(
    select(_alert.id, _case.code)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(
        _alert.state == "open",
        _alert.step > 0,
        not_(exists(select(_notification.id).where(_notification.alert_id == _alert.id))),
    )
    .limit(_MOST)
)

#: Open cases that agreed and for which no start is planned, with the last that was.
unplanned_cases = Prepared(
    select(_case.id, _case.code, _case.protocol)
    .where(
        _case.state == "open",
        _case.consent == "given",
        not_(
            exists(
                select(_checkin.id).where(
                    _checkin.case_id == _case.id,
                    _checkin.protocol == _case.protocol,
                    _checkin.state.in_(["due", "queued"]),
                )
            )
        ),
    )
    .limit(_MOST)
)

#: Starts that should have been taken long ago. Those of a chat that is not linked yet wait for it.
overdue_checkins = Prepared(
    select(_checkin.id, _case.code)
    .join(Case, _case.id == _checkin.case_id)
    .where(
        _checkin.state == "due",
        _checkin.due_at < bindparam("overdue"),
        exists(select(_address.id).where(_address.case_id == _case.id, _address.address_hash.is_not(None))),
    )
    .limit(_MOST)
)

#: Conversations that wait for nothing, or for a moment that has passed.
stuck_sessions = Prepared(
    select(_session.id, _case.code)
    .join(Case, _case.id == _session.case_id)
    .where(
        _session.state == "waiting",
        or_(_session.wake_at.is_(None), _session.wake_at < bindparam("overdue")),
    )
    .limit(_MOST)
)

#: Messages that are neither sent nor given up. A later one of a case waits for an earlier.
stuck_messages = Prepared(
    select(_message.id, _case.code)
    .outerjoin(Case, _case.id == _message.case_id)
    .where(
        _message.direction == "out",
        or_(
            and_(_message.state == "queued", _message.next_attempt_at < bindparam("overdue")),
            and_(_message.state == "sending", _message.lease_until < bindparam("overdue")),
        ),
    )
    .limit(_MOST)
)

#: Messages taken in twice under one id of their provider.
double_messages = Prepared(
    select(func.min(_message.id).label("id"), func.count().label("times"))
    .where(_message.direction == "in", _message.provider_id.is_not(None))
    .group_by(_message.channel, _message.provider_id)
    .having(func.count() > 1)
    .limit(_MOST)
)
