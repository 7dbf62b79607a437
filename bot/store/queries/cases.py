"""Cases: as they are looked up within reach, and what staff change of them."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.sql import Executable

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns, reach
from bot.store.tables import Address, Alert, Case, Checkin, Contact, Message

_case, _address, _alert, _checkin, _contact = (columns(t) for t in (Case, Address, Alert, Checkin, Contact))
_message = columns(Message)


def _with_code(within: reach.Clause) -> Executable:
    return select(
        _case.id,
        _case.code,
        _case.state,
        _case.team_id,
        _case.caseworker_id,
        _case.keeper_id,
        _case.held_until,
        _case.paused_until,
        _case.last_contact_at,
        _case.silences,
    ).where(_case.code == bindparam("code"), within)


#: Keeps everyone else from changing a case until the transaction ends. Unique index on code.
lock = Prepared(select(_case.id).where(_case.code == bindparam("code")).with_for_update())
#: A case with a code. Unique index on code.
with_code = reach.Reached(reach.cases, _with_code)
#: The same, for whoever reads its texts.
with_code_to_read = reach.Reached(reach.cases, _with_code, texts=True)

#: The one alert of a case that is not resolved, without its lock. Index: ix_alert_one_open.
unresolved = Prepared(
    select(_alert.id, _alert.state, _alert.level).where(
        _alert.case_id == bindparam("case"), _alert.state != "resolved"
    )
)
#: An alert of this very case. Primary key.
alert_of = Prepared(
    select(_alert.id, _alert.state).where(
        _alert.id == bindparam("alert"), _alert.case_id == bindparam("case")
    )
)
#: When the check-in began that was last left unanswered. Index: ix_checkin_case.
last_silence = Prepared(
    select(func.max(_checkin.started_at).label("at")).where(
        _checkin.case_id == bindparam("case"), _checkin.state.in_(["missed", "partial"])
    )
)

insert_contact = inserting(Contact)

hold = Prepared(update(Case).where(_case.id == bindparam("case")).values(held_until=bindparam("until")))
pause = Prepared(update(Case).where(_case.id == bindparam("case")).values(paused_until=bindparam("until")))
set_state = Prepared(update(Case).where(_case.id == bindparam("case")).values(state=bindparam("new_state")))
transfer = Prepared(
    update(Case)
    .where(_case.id == bindparam("case"))
    .values(
        caseworker_id=bindparam("new_worker"),
        keeper_id=bindparam("new_keeper"),
        team_id=bindparam("new_team"),
    )
)
move_alert = Prepared(
    update(Alert).where(_alert.id == bindparam("alert")).values(team_id=bindparam("new_team"))
)
#: Whether a member of staff has written to a case, and it was sent. Index: ix_message_case.
written_lately = Prepared(
    select(_message.id)
    .where(
        _message.case_id == bindparam("case"),
        _message.at >= bindparam("since"),
        _message.direction == "out",
        _message.staff_id.is_not(None),
        _message.state.in_(["sent", "delivered"]),
    )
    .limit(1)
)
contact_had = Prepared(
    update(Case)
    .where(_case.id == bindparam("case"))
    .values(last_contact_at=bindparam("at"), silences=bindparam("count"))
)
set_hours = Prepared(
    update(Case)
    .where(_case.id == bindparam("case"))
    .values(contact_from=bindparam("start"), contact_to=bindparam("end"))
)
set_language = Prepared(update(Case).where(_case.id == bindparam("case")).values(language=bindparam("new")))
set_privacy = Prepared(update(Case).where(_case.id == bindparam("case")).values(privacy=bindparam("new")))

set_address = Prepared(
    update(Address)
    .where(_address.id == bindparam("address"))
    .values(
        address=bindparam("new"),
        address_hash=bindparam("new_hash"),
        link_hash=bindparam("link"),
        state="open",
        reason=None,
    )
)

#: The addresses of a case. Index: ix_address_case_id.
addresses = Prepared(
    select(
        _address.id,
        _address.channel,
        _address.state,
        _address.reason,
        _address.address_hash.is_not(None).label("linked"),
    ).where(_address.case_id == bindparam("case"))
)
