"""Check-ins: what is due, what waits its turn, how one went."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Checkin, Heartbeat

_checkin, _beat = columns(Checkin), columns(Heartbeat)

_FIELDS = (
    _checkin.id, _checkin.case_id, _checkin.protocol, _checkin.version, _checkin.step, _checkin.occurrence,
    _checkin.flow_id, _checkin.rank, _checkin.due_at, _checkin.last_useful_at, _checkin.state,
)  # fmt: skip

insert_checkin = inserting(Checkin, ignore=True)

#: What is due. Index: ix_checkin_due.
due_checkins = Prepared(
    select(_checkin.id)
    .where(_checkin.state == "due", _checkin.due_at <= bindparam("now"))
    .order_by(_checkin.due_at)
    .limit(bindparam("most"))
)

#: Queued starts whose last useful moment has passed. Index: ix_checkin_due.
expired_starts = Prepared(
    select(_checkin.id)
    .where(_checkin.state == "queued", _checkin.last_useful_at < bindparam("now"))
    .limit(bindparam("most"))
)

checkin = Prepared(select(*_FIELDS).where(_checkin.id == bindparam("checkin")).with_for_update())

#: What waits for a case's conversation to end, the highest rank first. Index: ix_checkin_case.
waiting_its_turn = Prepared(
    select(*_FIELDS)
    .where(_checkin.case_id == bindparam("case"), _checkin.state == "queued")
    .order_by(_checkin.rank.desc(), _checkin.due_at)
    .limit(1)
)

move_checkin = Prepared(
    update(Checkin)
    .where(_checkin.id == bindparam("checkin"))
    .values(state=bindparam("new_state"), reason=bindparam("why"), ended_at=bindparam("ended"))
)
put_off_checkin = Prepared(
    update(Checkin).where(_checkin.id == bindparam("checkin")).values(due_at=bindparam("due_at"), state="due")
)

#: What waited for a conversation that is over is due again. Index: ix_checkin_case.
due_again = Prepared(
    update(Checkin)
    .where(_checkin.case_id == bindparam("case"), _checkin.state == "queued")
    .values(state="due")
)
begin_checkin = Prepared(
    update(Checkin)
    .where(_checkin.id == bindparam("checkin"))
    .values(state="started", started_at=bindparam("now"))
)

#: Calls off everything planned for a case. Index: ix_checkin_case.
cancel_checkins = Prepared(
    update(Checkin)
    .where(_checkin.case_id == bindparam("case"), _checkin.state.in_(["due", "queued"]))
    .values(state="cancelled", reason=bindparam("why"), ended_at=bindparam("now"))
)

#: The last occurrence of a protocol that a case has a row for.
last_planned = Prepared(
    select(_checkin.step, _checkin.occurrence, _checkin.version)
    .where(_checkin.case_id == bindparam("case"), _checkin.protocol == bindparam("protocol"))
    .order_by(_checkin.due_at.desc())
    .limit(1)
)

last_beat = Prepared(select(_beat.at).where(_beat.name == bindparam("name")))
beat = Prepared(update(Heartbeat).where(_beat.name == bindparam("which")).values(at=bindparam("now")))
first_beat = inserting(Heartbeat, ignore=True)
