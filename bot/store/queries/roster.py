"""Who is away and who stands in; who is on duty when, and who is told while nobody is."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Absence, Duty, Staff, Team

_absence, _duty, _staff, _team = (columns(t) for t in (Absence, Duty, Staff, Team))
_ABSENCE = (
    _absence.id, _absence.staff_id, _absence.stand_in_id, _absence.starts_at, _absence.ends_at,
    _absence.state,
)  # fmt: skip
_DUTY = (_duty.id, _duty.team_id, _duty.staff_id, _duty.starts_at, _duty.ends_at, _duty.told_at)

insert_absence = inserting(Absence)
absence = Prepared(select(*_ABSENCE).where(_absence.id == bindparam("absence")).with_for_update())

#: The absence of a member of staff at a moment, the newest first. Index: ix_absence_staff_id.
away_at = Prepared(
    select(*_ABSENCE)
    .where(
        _absence.staff_id == bindparam("staff"),
        _absence.state != "ended",
        _absence.starts_at <= bindparam("now"),
        or_(_absence.ends_at.is_(None), _absence.ends_at > bindparam("now")),
    )
    .order_by(_absence.starts_at.desc())
    .limit(1)
)

#: Absences of a member of staff that are not over, the first to come first. Index: ix_absence_staff_id.
absences_of = Prepared(
    select(*_ABSENCE)
    .where(_absence.staff_id == bindparam("staff"), _absence.state != "ended")
    .order_by(_absence.starts_at)
)

#: For whom a member of staff stands in at a moment. Index: ix_absence_stand_in_id.
stood_in_for = Prepared(
    select(_absence.staff_id).where(
        _absence.stand_in_id == bindparam("staff"),
        _absence.state != "ended",
        _absence.starts_at <= bindparam("now"),
        or_(_absence.ends_at.is_(None), _absence.ends_at > bindparam("now")),
    )
)

#: Absences that begin or end. Index: ix_absence_starts_at.
absences_due = Prepared(
    select(*_ABSENCE)
    .where(
        _absence.starts_at <= bindparam("now"),
        or_(
            _absence.state == "planned",
            (_absence.state == "begun") & (_absence.ends_at <= bindparam("now")),
        ),
    )
    .order_by(_absence.starts_at, _absence.id)
)
move_absence = Prepared(
    update(Absence)
    .where(_absence.id == bindparam("absence"), _absence.state == bindparam("from_state"))
    .values(state=bindparam("new_state"), ends_at=bindparam("new_end"))
)

insert_duty = inserting(Duty)
duty = Prepared(select(*_DUTY).where(_duty.id == bindparam("duty")).with_for_update())

#: The duties of a team that overlap a span of time. Index: ix_duty_team.
duties_of = Prepared(
    select(*_DUTY)
    .where(
        _duty.team_id == bindparam("team"),
        _duty.ends_at > bindparam("since"),
        _duty.starts_at < bindparam("until"),
    )
    .order_by(_duty.starts_at, _duty.id)
)

#: The duties of a member of staff that overlap a span of time. Index: ix_duty_staff_id.
duties_for = Prepared(
    select(*_DUTY)
    .where(
        _duty.staff_id == bindparam("staff"),
        _duty.ends_at > bindparam("since"),
        _duty.starts_at < bindparam("until"),
    )
    .order_by(_duty.starts_at, _duty.id)
)

#: Duties that have begun and nobody was told. Reads the duties of the present alone: ix_duty_team.
duties_begun = Prepared(
    select(*_DUTY)
    .where(_duty.ends_at > bindparam("now"), _duty.starts_at <= bindparam("now"), _duty.told_at.is_(None))
    .order_by(_duty.starts_at, _duty.id)
)
mark_told = Prepared(
    update(Duty)
    .where(_duty.id == bindparam("duty"), _duty.told_at.is_(None))
    .values(told_at=bindparam("now"))
)
give_duty = Prepared(
    update(Duty).where(_duty.id == bindparam("duty")).values(staff_id=bindparam("to_staff"), told_at=None)
)

#: Teams that have had or will have a duty.
teams_with_duties = Prepared(select(_duty.team_id).distinct())
team = Prepared(select(_team.id, _team.name, _team.fallback_id).where(_team.id == bindparam("team")))
set_fallback = Prepared(
    update(Team).where(_team.id == bindparam("team")).values(fallback_id=bindparam("to_staff"))
)

set_ical = Prepared(
    update(Staff).where(_staff.id == bindparam("staff")).values(ical_hash=bindparam("new_hash"))
)
#: Whose calendar a link shows. Unique index on ical_hash.
staff_with_ical = Prepared(
    select(_staff.id).where(_staff.ical_hash == bindparam("link"), _staff.active.is_(True))
)
