"""Cases as the API lists, counts, searches and shows them; every question within reach."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.sql import Executable

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns, reach
from bot.store.tables import Alert, Answer, Case, Checkin, Contact, Label, Message, Session

_case, _alert, _answer, _checkin, _contact = (columns(t) for t in (Case, Alert, Answer, Checkin, Contact))
_message, _session, _label = (columns(t) for t in (Message, Session, Label))

_next_checkin: Any = (
    select(func.min(_checkin.due_at))
    .where(_checkin.case_id == _case.id, _checkin.state.in_(["due", "queued"]))
    .correlate(Case)
    .scalar_subquery()
)
_SHOWN = (
    _case.id, _case.code, _case.alias, _case.language, _case.country, _case.timezone, _case.gender,
    _case.return_date, _case.protocol, _case.privacy, _case.contact_from, _case.contact_to, _case.phone,
    _case.high_risk, _case.state, _case.consent, _case.held_until, _case.paused_until, _case.silences,
    _case.last_contact_at, _case.last_inbound_at, _case.last_level, _case.caseworker_id, _case.keeper_id,
    _alert.id.label("alert_id"), _alert.level.label("alert_level"), _alert.state.label("alert_state"),
    _next_checkin.label("next_checkin_at"),
)  # fmt: skip
_UNRESOLVED = and_(_alert.case_id == _case.id, _alert.state != "resolved")
_RESTS = and_(_case.state == "open", _case.paused_until > bindparam("now"))


def _page(within: reach.Clause) -> Executable:
    wanted: Any = bindparam("state")
    return (
        select(*_SHOWN)
        .outerjoin(Alert, _UNRESOLVED)
        .where(
            within,
            or_(wanted == "", _case.state == wanted, and_(wanted == "paused", _RESTS)),
            or_(bindparam("language") == "", _case.language == bindparam("language")),
            or_(bindparam("country") == "", _case.country == bindparam("country")),
            or_(
                bindparam("level") == "",
                func.coalesce(_alert.level, "none") == bindparam("level"),
            ),
            or_(
                func.substr(_case.code, 1, bindparam("length")) == bindparam("prefix"),
                _case.id.in_(bindparam("named", expanding=True)),
            ),
            _case.code > bindparam("after"),
        )
        .order_by(_case.code)
        .limit(bindparam("most"))
    )


#: Cases by code, after a code; each with its alert. Unique index on code; ix_alert_one_open, ix_checkin_case.
page = reach.Reached(reach.cases, _page)

#: One case. The same indexes.
one = reach.Reached(
    reach.cases,
    lambda within: (
        select(*_SHOWN).outerjoin(Alert, _UNRESOLVED).where(within, _case.code == bindparam("code"))
    ),
)

#: The sealed aliases of the cases within reach, to be searched. The indexes of the reach.
aliases = reach.Reached(
    reach.cases,
    lambda within: (
        select(_case.id, _case.alias).where(within).order_by(_case.id.desc()).limit(bindparam("most"))
    ),
    texts=True,
)


def _counts(within: reach.Clause) -> Executable:
    each = (
        select(
            case((_RESTS, "paused"), else_=_case.state).label("state"),
            func.coalesce(_alert.level, "none").label("level"),
        )
        .select_from(Case)
        .outerjoin(Alert, _UNRESOLVED)
        .where(within)
        .subquery()
    )
    return select(each.c.state, each.c.level, func.count().label("n")).group_by(each.c.state, each.c.level)


#: How many cases there are of each state and level. The indexes of the reach.
counts = reach.Reached(reach.cases, _counts)

#: What was heard of cases lately and how grave it was. Index: ix_message_case.
heard = Prepared(
    select(_message.case_id, _message.at, _message.level).where(
        _message.case_id.in_(bindparam("cases", expanding=True)),
        _message.at >= bindparam("since"),
        _message.direction == "in",
    )
)

#: The check-ins of a case before one, the latest first. Index: ix_checkin_case.
checkins = Prepared(
    select(
        _checkin.id, _checkin.protocol, _checkin.step, _checkin.flow_id, _checkin.due_at, _checkin.state,
        _checkin.reason, _checkin.started_at, _checkin.ended_at,
    )
    .where(
        _checkin.case_id == bindparam("case"),
        or_(
            _checkin.due_at < bindparam("due"),
            and_(_checkin.due_at == bindparam("due"), _checkin.id < bindparam("before")),
        ),
    )
    .order_by(_checkin.due_at.desc(), _checkin.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip

#: The sessions of check-ins of a case that have answers, the latest first. Index: ix_session_case.
answered = Prepared(
    select(_session.id, _session.checkin_id, _session.started_at)
    .where(
        _session.case_id == bindparam("case"),
        _session.checkin_id.is_not(None),
        _session.id < bindparam("before"),
        _session.id.in_(
            select(_answer.session_id).where(_answer.case_id == bindparam("case"), _answer.value.is_not(None))
        ),
    )
    .order_by(_session.id.desc())
    .limit(bindparam("most"))
)
#: The answers of sessions. Index: ix_answer_session_id.
answers = Prepared(
    select(
        _answer.id, _answer.session_id, _answer.question, _answer.meaning, _answer.value, _answer.at
    )
    .where(_answer.session_id.in_(bindparam("sessions", expanding=True)), _answer.value.is_not(None))
    .order_by(_answer.at, _answer.id)
)  # fmt: skip

#: Contacts outside and notes of a case before one, the latest first. Index: ix_contact_case.
contacts = Prepared(
    select(
        _contact.id, _contact.alert_id, _contact.kind, _contact.reached, _contact.staff_id,
        _contact.noted_by, _contact.happened_at, _contact.noted_at, _contact.text,
    )
    .where(
        _contact.case_id == bindparam("case"),
        or_(
            _contact.happened_at < bindparam("at"),
            and_(_contact.happened_at == bindparam("at"), _contact.id < bindparam("before")),
        ),
    )
    .order_by(_contact.happened_at.desc(), _contact.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip

_TO_REVIEW = and_(
    _message.direction == "in",
    _message.review.is_(True),
    ~select(_label.message_id).where(_label.message_id == _message.id).correlate(Message).exists(),
)
_REVIEWED = (_message.id, _case.code, _message.body, _message.language, _message.channel, _message.at,
             _message.level, _message.categories, _message.kind)  # fmt: skip

#: Texts that were not understood and that nobody has labelled, the oldest first. Primary key.
to_review = reach.Reached(
    reach.cases,
    lambda within: (
        select(*_REVIEWED)
        .join(Case, _case.id == _message.case_id)
        .where(within, _TO_REVIEW, _message.id > bindparam("after"))
        .order_by(_message.id)
        .limit(bindparam("most"))
    ),
    texts=True,
)

#: A text from a person, to be labelled. Primary key.
text_for = reach.Reached(
    reach.cases,
    lambda within: (
        select(_message.id, _message.case_id)
        .join(Case, _case.id == _message.case_id)
        .where(within, _message.id == bindparam("message"), _message.direction == "in")
    ),
    texts=True,
)
insert_label = inserting(Label)
change_label = Prepared(
    update(Label)
    .where(_label.message_id == bindparam("message"))
    .values(
        level=bindparam("new_level"),
        categories=bindparam("new_categories"),
        staff_id=bindparam("by"),
        at=bindparam("now"),
    )
)
