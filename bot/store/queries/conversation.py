"""What a turn reads and writes: the person at an address, the session, answers and messages."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Address, Answer, Case, Consent, FlowVersion, Message, Session, Staff

_case, _address, _session, _message = (columns(t) for t in (Case, Address, Session, Message))
_flow, _staff = columns(FlowVersion), columns(Staff)

CASE_FIELDS = (
    _case.id, _case.code, _case.team_id, _case.caseworker_id, _case.language, _case.country, _case.timezone,
    _case.gender, _case.return_date, _case.protocol, _case.privacy, _case.contact_from, _case.contact_to,
    _case.phone, _case.high_risk, _case.state, _case.consent, _case.held_until, _case.paused_until,
    _case.safe_word_hash, _case.cover_word_hash, _case.silences, _case.last_level,
)  # fmt: skip

_ADDRESS_FIELDS = (
    _address.id.label("address_id"),
    _address.state.label("address_state"),
    _address.address_hash.is_not(None).label("linked"),
)

#: Who may be at an address, open or closed. Index: ix_address_lookup.
people_at = Prepared(
    select(
        *CASE_FIELDS,
        *_ADDRESS_FIELDS,
    )
    .join(Address, _address.case_id == _case.id)
    .where(
        _address.channel == bindparam("channel"),
        _address.address_hash.in_(bindparam("hashes", expanding=True)),
    )
    .with_for_update()
)

_case_with_address = (
    select(*CASE_FIELDS, *_ADDRESS_FIELDS, _address.channel)
    .join(Address, _address.case_id == _case.id)
    .where(_case.id == bindparam("case"))
    .order_by(_address.state.desc())
    .limit(1)
)
#: One case with the address it is reached at, locked. Primary key, and unique (case, channel).
case_with_address = Prepared(_case_with_address.with_for_update())
#: The same for whoever only looks.
case_to_look_at = Prepared(_case_with_address)

#: The newest session of a case. Index: ix_session_case.
newest_session = Prepared(
    select(
        _session.id,
        _session.turn,
        _session.state,
        _session.memory,
        _session.checkin_id,
        _session.flow_id,
        _session.version,
        _session.address_id,
        _session.ended_at,
    )
    .where(_session.case_id == bindparam("case"))
    .order_by(_session.started_at.desc(), _session.id.desc())
    .limit(1)
)

#: Sessions whose timer has come. Index: ix_session_wake.
sessions_to_wake = Prepared(
    select(_session.id, _session.case_id)
    .where(_session.state == "waiting", _session.wake_at <= bindparam("now"))
    .order_by(_session.wake_at)
    .limit(bindparam("most"))
)

insert_session = inserting(Session)
insert_answer = inserting(Answer)
insert_consent = inserting(Consent)
insert_message = inserting(Message, ignore=True, returning=("id",))
insert_flow_version = inserting(FlowVersion, ignore=True)

keep_session = Prepared(
    update(Session)
    .where(_session.id == bindparam("session"))
    .values(
        turn=bindparam("turn"),
        state=bindparam("state"),
        memory=bindparam("memory"),
        wake_at=bindparam("wake_at"),
        outcome=bindparam("outcome"),
        ended_at=bindparam("ended_at"),
    )
)
put_off_waking = Prepared(
    update(Session).where(_session.id == bindparam("session")).values(wake_at=bindparam("wake_at"))
)

#: The last thing said to a person in a session, with what became of it. Index: ix_message_case.
last_said = Prepared(
    select(_message.id, _message.state)
    .where(
        _message.case_id == bindparam("case"),
        _message.session_id == bindparam("session"),
        _message.direction == "out",
    )
    .order_by(_message.at.desc(), _message.id.desc())
    .limit(1)
)

#: What was read lately from a case. Index: ix_message_case.
heard_since = Prepared(
    select(_message.level, _message.categories, _message.review)
    .where(
        _message.case_id == bindparam("case"),
        _message.at >= bindparam("since"),
        _message.direction == "in",
    )
    .order_by(_message.at.desc())
    .limit(6)
)

#: A message with what was read in it.
message_read = Prepared(
    select(_message.case_id, _message.level, _message.categories, _message.review)
    .where(_message.id == bindparam("message"), _message.direction == "in")
    .with_for_update()
)
mark_message = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"))
    .values(
        level=bindparam("new_level"),
        categories=bindparam("new_categories"),
        review=bindparam("new_review"),
    )
)

#: A sign of life, and the gravest that was last heard.
heard_from = Prepared(
    update(Case)
    .where(_case.id == bindparam("case"))
    .values(last_inbound_at=bindparam("now"), silences=0, last_level=bindparam("level"))
)

stored_flow = Prepared(
    select(_flow.digest, _flow.body).where(
        _flow.flow_id == bindparam("flow"), _flow.version == bindparam("which")
    )
)

#: The member of staff with this phone or chat. Indexes on both hashes.
staff_at = Prepared(
    select(_staff.id, _staff.role, _staff.team_id).where(
        _staff.active.is_(True),
        _staff.phone_hash.in_(bindparam("hashes", expanding=True))
        | _staff.telegram_hash.in_(bindparam("hashes", expanding=True)),
    )
)

#: Calls back what waits to be sent to a case. Index: ix_message_case.
cancel_messages = Prepared(
    update(Message)
    .where(_message.case_id == bindparam("case"), _message.state == "queued", _message.direction == "out")
    .values(state="cancelled", code=bindparam("why"), next_attempt_at=None)
)

count_silence = Prepared(
    update(Case).where(_case.id == bindparam("case")).values(silences=bindparam("count"))
)

#: Stops what is sent by itself until a caseworker clears it.
watch_phone = Prepared(update(Case).where(_case.id == bindparam("case")).values(phone="watched"))
