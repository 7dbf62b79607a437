"""Whose work is whose: members of staff, the cases they hold, the alerts they own."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, update

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Staff, Team

_alert, _case, _staff, _team = (columns(t) for t in (Alert, Case, Staff, Team))
_STAFF = (_staff.id, _staff.role, _staff.team_id, _staff.active)
_CASE = (_case.id, _case.code, _case.team_id, _case.caseworker_id, _case.keeper_id)
_ALERT = (_alert.id, _alert.case_id, _alert.team_id, _alert.owner_id, _alert.level, _alert.state)

member = Prepared(select(*_STAFF).where(_staff.id == bindparam("staff")))

#: The active members of a team with a role, the longest there first. Index: ix_staff_team_id.
members_with_role = Prepared(
    select(*_STAFF)
    .where(_staff.team_id == bindparam("team"), _staff.role == bindparam("role"), _staff.active.is_(True))
    .order_by(_staff.created_at, _staff.id)
)
#: The active members of all teams with a role, the longest there first.
all_with_role = Prepared(
    select(*_STAFF)
    .where(_staff.role == bindparam("role"), _staff.active.is_(True))
    .order_by(_staff.created_at, _staff.id)
)

#: The cases of a member of staff, as caseworker or as keeper. Indexes: on caseworker_id and on keeper_id.
cases_of = Prepared(
    select(*_CASE)
    .where(or_(_case.caseworker_id == bindparam("staff"), _case.keeper_id == bindparam("staff")))
    .order_by(_case.id)
    .with_for_update()
)
give_case = Prepared(
    update(Case)
    .where(_case.id == bindparam("case"))
    .values(caseworker_id=bindparam("to_worker"), keeper_id=bindparam("to_keeper"))
)

#: The unresolved alerts that a member of staff owns. Index: ix_alert_owner_id.
alerts_of = Prepared(
    select(*_ALERT)
    .where(_alert.owner_id == bindparam("staff"), _alert.state != "resolved")
    .order_by(_alert.id)
    .with_for_update()
)
#: The unresolved alert of a case. Index: ix_alert_one_open.
alert_of_case = Prepared(
    select(*_ALERT).where(_alert.case_id == bindparam("case"), _alert.state != "resolved").with_for_update()
)
give_alert = Prepared(
    update(Alert).where(_alert.id == bindparam("alert")).values(owner_id=bindparam("to_staff"))
)
