"""What the page shows of cases: the list, one case, its conversation and what has happened with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.sql import Executable

from bot.store.prepared import Prepared
from bot.store.queries import columns, reach
from bot.store.tables import (
    Address,
    Alert,
    Answer,
    Case,
    Checkin,
    Consent,
    Contact,
    Message,
    MessageEvent,
    Signal,
)

_case, _address, _alert, _answer, _checkin = (columns(t) for t in (Case, Address, Alert, Answer, Checkin))
_contact, _message, _event, _signal, _consent = (
    columns(t) for t in (Contact, Message, MessageEvent, Signal, Consent)
)

_NEXT_CHECKIN: Any = (
    select(func.min(_checkin.due_at))
    .where(_checkin.case_id == _case.id, _checkin.state.in_(["due", "queued"]))
    .correlate(Case)
    .scalar_subquery()
)
_ALERT_LEVEL: Any = (
    select(_alert.level)
    .where(_alert.case_id == _case.id, _alert.state != "resolved")
    .correlate(Case)
    .scalar_subquery()
)
_FIELDS = (
    _case.id, _case.code, _case.alias, _case.language, _case.country, _case.timezone, _case.state,
    _case.consent, _case.phone, _case.high_risk, _case.paused_until, _case.held_until, _case.silences,
    _case.last_contact_at, _case.last_inbound_at, _case.last_level, _case.return_date, _case.caseworker_id,
    _case.keeper_id, _case.contact_from, _case.contact_to, _case.privacy, _case.protocol,
    _case.created_at,
)  # fmt: skip

FILTERS = ("all", "alert", "no_contact", "silent", "paused", "stopped", "closed")
#: What each filter asks of a case. Only open cases stand in the list unless the closed ones are asked for.
_CONDITIONS: dict[str, Any] = {
    "all": _case.state == "open",
    "alert": and_(
        _case.state == "open",
        _case.id.in_(select(_alert.case_id).where(_alert.state != "resolved", _alert.case_id.is_not(None))),
    ),
    "no_contact": and_(
        _case.state == "open",
        or_(
            _case.last_contact_at < bindparam("since"),
            and_(_case.last_contact_at.is_(None), _case.created_at < bindparam("since")),
        ),
    ),
    "silent": and_(_case.state == "open", _case.silences > 0),
    "paused": and_(_case.state == "open", _case.paused_until > bindparam("now")),
    "stopped": and_(_case.state == "open", _case.consent.in_(["withdrawn", "declined"])),
    "closed": _case.state != "open",
}
#: The parameters of a filter besides those of all.
NEEDS: dict[str, tuple[str, ...]] = {"no_contact": ("since",), "paused": ("now",)}


def _listed(name: str) -> Callable[[reach.Clause], Executable]:
    def build(within: reach.Clause) -> Executable:
        return (
            select(*_FIELDS, _NEXT_CHECKIN.label("next_checkin"), _ALERT_LEVEL.label("alert_level"))
            .where(within, _CONDITIONS[name], _case.code > bindparam("after"))
            .order_by(_case.code)
            .limit(bindparam("most"))
        )

    return build


#: Cases by their codes, after a code. Unique index on code; ix_checkin_case; ix_alert_one_open.
listed = {name: reach.Reached(reach.cases, _listed(name)) for name in FILTERS}
#: Cases whose code holds a text, in lower case. A walk along the unique index on code.
with_code_like = reach.Reached(
    reach.cases,
    lambda within: (
        select(*_FIELDS, _NEXT_CHECKIN.label("next_checkin"), _ALERT_LEVEL.label("alert_level"))
        .where(within, func.lower(_case.code).like(bindparam("like"), escape="/"))
        .order_by(_case.code)
        .limit(bindparam("most"))
    ),
)
#: The sealed aliases of cases, the newest cases first, to be opened and searched.
aliases = reach.Reached(
    reach.cases,
    lambda within: (
        select(_case.id, _case.alias).where(within).order_by(_case.id.desc()).limit(bindparam("most"))
    ),
    texts=True,
)
with_ids = reach.Reached(
    reach.cases,
    lambda within: (
        select(*_FIELDS, _NEXT_CHECKIN.label("next_checkin"), _ALERT_LEVEL.label("alert_level"))
        .where(within, _case.id.in_(bindparam("cases", expanding=True)))
        .order_by(_case.code)
    ),
)
#: One case. Unique index on code.
one = reach.Reached(
    reach.cases,
    lambda within: select(
        *_FIELDS, _NEXT_CHECKIN.label("next_checkin"), _ALERT_LEVEL.label("alert_level")
    ).where(within, _case.code == bindparam("code")),
)

_feelings: Any = (
    select(
        _answer.id,
        _answer.case_id,
        _answer.value,
        _answer.at,
        func.row_number().over(partition_by=_answer.case_id, order_by=_answer.at.desc()).label("place"),
    )
    .where(
        _answer.case_id.in_(bindparam("cases", expanding=True)),
        _answer.meaning == "wellbeing",
        _answer.value.is_not(None),
    )
    .subquery()
)
#: The last answers of cases to how they are, the newest first. Index: ix_answer_case_id.
feelings = Prepared(
    select(_feelings.c.id, _feelings.c.case_id, _feelings.c.value, _feelings.c.at)
    .where(_feelings.c.place <= bindparam("most"))
    .order_by(_feelings.c.case_id, _feelings.c.at.desc())
)

#: The conversation with a case before a moment, newest first. Index: ix_message_case.
messages = Prepared(
    select(
        _message.id, _message.direction, _message.staff_id, _message.channel, _message.kind, _message.body,
        _message.at, _message.state, _message.code, _message.level, _message.categories, _message.review,
        _message.evidence, _message.next_attempt_at,
    )
    .where(_message.case_id == bindparam("case"), _message.at < bindparam("before"))
    .order_by(_message.at.desc(), _message.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
#: What happened to messages on their way, in order. Index: ix_message_event_message_id.
events = Prepared(
    select(_event.message_id, _event.state, _event.code, _event.at)
    .where(_event.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(_event.at, _event.id)
)
#: The check-ins of a case, newest first. Index: ix_checkin_case.
checkins = Prepared(
    select(
        _checkin.id, _checkin.flow_id, _checkin.step, _checkin.state, _checkin.reason, _checkin.due_at,
        _checkin.started_at, _checkin.ended_at,
    )
    .where(_checkin.case_id == bindparam("case"))
    .order_by(_checkin.due_at.desc())
    .limit(bindparam("most"))
)  # fmt: skip
#: The alerts of a case, newest first. Index: ix_alert_case.
alerts = Prepared(
    select(
        _alert.id, _alert.level, _alert.state, _alert.opened_at, _alert.acknowledged_at,
        _alert.acknowledged_by, _alert.act, _alert.act_at, _alert.outcome, _alert.resolved_at,
        _alert.resolved_by, _alert.note,
    )
    .where(_alert.case_id == bindparam("case"))
    .order_by(_alert.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
#: The signals of a case, newest first. Index: ix_signal_case_id.
signals = Prepared(
    select(_signal.id, _signal.category, _signal.level, _signal.source, _signal.at)
    .where(_signal.case_id == bindparam("case"))
    .order_by(_signal.at.desc())
    .limit(bindparam("most"))
)
#: Contacts outside and notes, newest first. Index: ix_contact_case.
contacts = Prepared(
    select(
        _contact.id, _contact.kind, _contact.reached, _contact.staff_id, _contact.noted_by,
        _contact.happened_at, _contact.noted_at, _contact.text, _contact.alert_id,
    )
    .where(_contact.case_id == bindparam("case"))
    .order_by(_contact.happened_at.desc())
    .limit(bindparam("most"))
)  # fmt: skip
#: What was agreed to or taken back. Index: ix_consent_case_id.
consents = Prepared(
    select(_consent.id, _consent.state, _consent.recorded_by, _consent.at)
    .where(_consent.case_id == bindparam("case"))
    .order_by(_consent.at.desc())
    .limit(bindparam("most"))
)
#: The numbers of cases. Index: ix_address_case_id.
phones = Prepared(
    select(_address.id, _address.case_id, _address.address)
    .where(
        _address.case_id.in_(bindparam("cases", expanding=True)),
        _address.channel != "telegram",
        _address.address.is_not(None),
    )
    .order_by(case((_address.state == "open", 0), else_=1), _address.id)
)
#: Where a case is reached. Index: ix_address_case_id.
addresses = Prepared(
    select(_address.id, _address.channel, _address.address, _address.state, _address.reason)
    .where(_address.case_id == bindparam("case"))
    .order_by(case((_address.state == "open", 0), else_=1), _address.id)
)
