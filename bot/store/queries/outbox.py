"""The outbox: what may be sent now, what became of it."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, not_, or_, select, update
from sqlalchemy.orm import aliased

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Address, Case, Message, MessageEvent, Staff

_message, _case, _address, _staff = (columns(t) for t in (Message, Case, Address, Staff))
_event = columns(MessageEvent)
_earlier = aliased(Message.__table__)  # type: ignore[attr-defined]

_MAY_BE_SENT = (
    select(_message.id, _message.channel)
    .where(
        or_(
            and_(_message.state == "queued", _message.next_attempt_at <= bindparam("now")),
            and_(_message.state == "sending", _message.lease_until < bindparam("now")),
        ),
        not_(
            exists(
                select(_earlier.c.id).where(
                    _earlier.c.case_id == _message.case_id,
                    _earlier.c.direction == "out",
                    _earlier.c.state.in_(["queued", "sending"]),
                    _earlier.c.id < _message.id,
                )
            )
        ),
    )
    .order_by(_message.rank.desc(), _message.next_attempt_at)
    .limit(bindparam("most"))
)

#: What may be sent now, notifications first. One case's messages leave in order: a later one waits while an
#: earlier one is still queued or being sent. Index: ix_message_outbox.
sendable = Prepared(_MAY_BE_SENT)
#: The same, on other channels than these. Index: ix_message_outbox.
sendable_elsewhere = Prepared(
    _MAY_BE_SENT.where(_message.channel.not_in(bindparam("channels", expanding=True)))
)

outgoing = Prepared(
    select(
        _message.id,
        _message.case_id,
        _message.staff_id,
        _message.channel,
        _message.address_id,
        _message.body,
        _message.buttons,
        _message.state,
        _message.attempts,
        _message.last_useful_at,
        _message.lease_until,
        _message.session_id,
        _message.kind,
        _message.shown,
        _message.provider_id,
        _message.at,
        _address.address,
        _address.state.label("address_state"),
        _case.consent,
        _case.phone.label("case_phone"),
        _case.state.label("case_state"),
        _case.held_until,
        _case.code,
        _staff.phone,
        _staff.telegram,
        _staff.email,
        _staff.language,
        _staff.active,
    )
    .outerjoin(Address, _address.id == _message.address_id)
    .outerjoin(Case, _case.id == _message.case_id)
    .outerjoin(Staff, _staff.id == _message.staff_id)
    .where(_message.id == bindparam("message"))
)

claim = Prepared(
    update(Message)
    .where(
        _message.id == bindparam("message"),
        or_(
            _message.state == "queued",
            and_(_message.state == "sending", _message.lease_until < bindparam("now")),
        ),
    )
    .values(state="sending", lease_until=bindparam("until"), attempts=_message.attempts + 1)
)
settle = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"))
    .values(
        state=bindparam("new_state"),
        provider_id=bindparam("new_provider_id"),
        code=bindparam("new_code"),
        next_attempt_at=bindparam("next_attempt"),
        lease_until=None,
    )
)

#: A sent message by the provider's id. Index: ix_message_sent.
sent_as = Prepared(
    select(
        _message.id,
        _message.state,
        _message.case_id,
        _message.address_id,
        _message.staff_id,
        _message.channel,
        _message.kind,
    ).where(
        _message.channel == bindparam("channel"),
        _message.provider_id == bindparam("provider"),
        _message.direction == "out",
        _message.kind != "edit",
    )
)
set_state = Prepared(
    update(Message)
    .where(_message.id == bindparam("message"))
    .values(state=bindparam("new_state"), code=bindparam("new_code"))
)
insert_event = inserting(MessageEvent)

#: Callbacks that came before our own commit. Index: on provider_id.
early_events = Prepared(
    select(_event.state, _event.code)
    .where(_event.channel == bindparam("channel"), _event.provider_id == bindparam("provider"))
    .order_by(_event.at)
)

close_address = Prepared(
    update(Address).where(_address.id == bindparam("address")).values(state="closed", reason=bindparam("why"))
)
link_address = Prepared(
    update(Address)
    .where(_address.link_hash == bindparam("link"), _address.address_hash.is_(None))
    .values(address=bindparam("new_address"), address_hash=bindparam("new_hash"), link_hash=None)
)
linked = Prepared(
    select(_address.id, _address.case_id, _case.code)
    .join(Case, _case.id == _address.case_id)
    .where(_address.link_hash == bindparam("link"))
)
