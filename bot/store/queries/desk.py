"""What the caseworkers' page asks first: who is signed in, whether anything has happened, what is due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, literal, select, update
from sqlalchemy.sql import Executable

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns, reach
from bot.store.tables import (
    Alert,
    AuditHead,
    Case,
    Draft,
    Message,
    MessageEvent,
    Presence,
    Signal,
    Staff,
    Token,
)

_staff, _token, _draft, _presence = (columns(t) for t in (Staff, Token, Draft, Presence))
_alert, _case, _message, _signal = (columns(t) for t in (Alert, Case, Message, Signal))
_head, _event = columns(AuditHead), columns(MessageEvent)

GROUPS = ("overdue", "due", "me", "her", "partner", "snoozed")
"""What an alert that is not resolved waits for, computed from its row and the moment; never stored."""
MOST_SIGNALS = 8

#: Who holds the session of a page. Primary keys.
page_session = Prepared(
    select(_staff.id, _staff.role, _staff.team_id, _staff.name, _staff.language)
    .join(Token, _token.staff_id == _staff.id)
    .where(
        _token.token_hash == bindparam("token"),
        _token.kind == "page",
        _token.expires_at > bindparam("now"),
        _token.revoked_at.is_(None),
        _staff.active.is_(True),
    )
)
set_language = Prepared(
    update(Staff).where(_staff.id == bindparam("staff")).values(language=bindparam("chosen"))
)

#: Something that differs once anything has happened: every change is in the audit log or is a new row of
#: these. Primary keys and the one row of the audit log's head.
pulse = Prepared(
    select(
        select(func.max(_head.entries)).scalar_subquery().label("audit"),
        select(func.max(_message.id)).scalar_subquery().label("message"),
        select(func.max(_event.id)).scalar_subquery().label("event"),
        select(func.max(_signal.id)).scalar_subquery().label("signal"),
        select(func.count())
        .where(_presence.at > bindparam("since"))
        .select_from(Presence)
        .scalar_subquery()
        .label("looking"),
    ).select_from(select(literal(1)).subquery())
)

#: Who else works in a team. Index: ix_staff_team_id.
team_mates = Prepared(
    select(_staff.id).where(
        _staff.team_id == bindparam("team"),
        _staff.id != bindparam("me"),
        _staff.active.is_(True),
        _staff.role.in_(["caseworker", "supervisor"]),
    )
)

_NOW: Any = bindparam("now")
_URGENCY: Any = case({"critical": 3, "high": 2, "low": 1}, value=_alert.level, else_=0)
_GROUP: Any = case(
    (_alert.snoozed_until > _NOW, 5),
    (and_(_alert.state == "open", _alert.due_at > _NOW), 1),
    (_alert.state == "open", 0),
    (_alert.act_at <= _NOW, 0),
    (_alert.waiting_for == "her", 3),
    (_alert.waiting_for == "partner", 4),
    else_=2,
)
_MOMENT: Any = case((_alert.state == "open", _alert.due_at), else_=_alert.act_at)
_ITEM = (
    _alert.id, _alert.case_id, _alert.owner_id, _alert.level, _alert.state, _alert.opened_at,
    _alert.started_at, _alert.due_at, _alert.acknowledged_at, _alert.acknowledged_by, _alert.act,
    _alert.act_at, _alert.waiting_for, _alert.snoozed_until, _alert.previous_id, _alert.outcome,
    _alert.resolved_at, _alert.resolved_by, _alert.note, _case.code, _case.alias, _case.timezone,
    _case.language, _GROUP.label("place"),
)  # fmt: skip
_ORDER = (case((_GROUP <= 1, 0), else_=_GROUP), _URGENCY.desc(), _GROUP, _MOMENT, _alert.id)


def _items(*more: Any) -> Callable[[reach.Clause], Executable]:
    """The page that is shown is found in the index alone; only its rows are read."""

    def build(within: reach.Clause) -> Executable:
        shown = (
            select(_alert.id)
            .where(_alert.state != "resolved", within, *more)
            .order_by(*_ORDER)
            .limit(bindparam("most"))
            .offset(bindparam("skip"))
            .subquery()
        )
        return (
            select(*_ITEM)
            .join(shown, shown.c.id == _alert.id)
            .outerjoin(Case, _case.id == _alert.case_id)
            .order_by(*_ORDER)
        )

    return build


#: What is due, most urgent first. Index: ix_alert_unresolved.
due = reach.Reached(reach.alerts, _items())
#: The same of one group.
due_of_group = reach.Reached(reach.alerts, _items(bindparam("place") == _GROUP))
#: How many there are of each group. Index: ix_alert_unresolved.
due_counts = reach.Reached(
    reach.alerts,
    lambda within: (
        select(_GROUP.label("place"), func.count().label("n"))
        .where(_alert.state != "resolved", within)
        .group_by(_GROUP)
    ),
)


def _one(condition: Any) -> Callable[[reach.Clause], Executable]:
    return lambda within: select(*_ITEM).outerjoin(Case, _case.id == _alert.case_id).where(condition, within)


#: One alert, whatever its state. Primary key.
alert_within = reach.Reached(reach.alerts, _one(_alert.id == bindparam("alert")))
#: The alert of a case that is not resolved. Index: ix_alert_one_open.
alert_of_case = reach.Reached(
    reach.alerts, _one(and_(_alert.case_id == bindparam("case"), _alert.state != "resolved"))
)

_SIGNAL_URGENCY: Any = case({"critical": 3, "high": 2, "low": 1}, value=_signal.level, else_=0)
_ranked: Any = (
    select(
        _signal.id,
        _signal.alert_id,
        _signal.message_id,
        _signal.category,
        _signal.level,
        _signal.source,
        _signal.evidence,
        _signal.at,
        func.row_number()
        .over(partition_by=_signal.alert_id, order_by=(_SIGNAL_URGENCY.desc(), _signal.at.desc()))
        .label("place"),
        func.count().over(partition_by=_signal.alert_id).label("of"),
    )
    .where(_signal.alert_id.in_(bindparam("alerts", expanding=True)))
    .subquery()
)
#: The gravest and newest signals of each of some alerts, with the message behind. Index: ix_signal_alert_id.
reasons = Prepared(
    select(
        *_ranked.c,
        _message.body,
        _message.evidence.label("spans"),
        _message.kind,
        _message.review,
    )
    .outerjoin(Message, _message.id == _ranked.c.message_id)
    .where(_ranked.c.place <= MOST_SIGNALS)
    .order_by(_ranked.c.alert_id, _ranked.c.place)
)

#: Who looks at cases just now. Primary key.
looking = Prepared(
    select(_presence.case_id, _presence.staff_id).where(
        _presence.case_id.in_(bindparam("cases", expanding=True)),
        _presence.at > bindparam("since"),
        _presence.staff_id != bindparam("me"),
    )
)
seen_again = Prepared(
    update(Presence)
    .where(_presence.case_id == bindparam("case"), _presence.staff_id == bindparam("me"))
    .values(at=bindparam("now"))
)
first_seen = inserting(Presence, ignore=True)
gone = Prepared(
    delete(Presence).where(_presence.staff_id == bindparam("me"), _presence.case_id != bindparam("case"))
)

#: What a member of staff has begun to write. Unique (staff, case).
draft = Prepared(
    select(_draft.id, _draft.text).where(
        _draft.staff_id == bindparam("me"), _draft.case_id == bindparam("case")
    )
)
change_draft = Prepared(
    update(Draft)
    .where(_draft.id == bindparam("draft"))
    .values(text=bindparam("new_text"), at=bindparam("now"))
)
insert_draft = inserting(Draft, ignore=True)
drop_draft = Prepared(
    delete(Draft).where(_draft.staff_id == bindparam("me"), _draft.case_id == bindparam("case"))
)
