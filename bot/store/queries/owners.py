"""Whose work is whose: members of staff, the cases they hold, the alerts they own."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, update

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Staff, Team, Token

_alert, _case, _staff, _team, _token = (columns(t) for t in (Alert, Case, Staff, Team, Token))
_STAFF = (_staff.id, _staff.role, _staff.team_id, _staff.active)
_CASE = (_case.id, _case.code, _case.team_id, _case.caseworker_id, _case.keeper_id, _case.state)
_ALERT = (_alert.id, _alert.case_id, _alert.team_id, _alert.owner_id, _alert.level, _alert.state, _alert.step)

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

all_teams = Prepared(select(_team.id, _team.name).order_by(_team.id))

#: The cases of a member of staff, as caseworker or as keeper. Indexes: on caseworker_id and on keeper_id.
cases_of = Prepared(
    select(*_CASE)
    .where(or_(_case.caseworker_id == bindparam("staff"), _case.keeper_id == bindparam("staff")))
    .order_by(_case.id)
    .with_for_update()
)
case = Prepared(select(*_CASE).where(_case.id == bindparam("case")))
#: Gives a case on, if it is still with whom it was.
give_case = Prepared(
    update(Case)
    .where(
        _case.id == bindparam("case"),
        _case.caseworker_id == bindparam("from_worker"),
        _case.keeper_id == bindparam("from_keeper"),
    )
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
#: An alert and the code of its case. Primary key.
alert = Prepared(
    select(*_ALERT, _case.code)
    .outerjoin(Case, _case.id == _alert.case_id)
    .where(_alert.id == bindparam("alert"))
)
move_alert = Prepared(
    update(Alert).where(_alert.id == bindparam("alert")).values(team_id=bindparam("to_team"))
)

#: The active members of a team. Index: ix_staff_team_id.
members_of = Prepared(
    select(*_STAFF)
    .where(_staff.team_id == bindparam("team"), _staff.active.is_(True))
    .order_by(_staff.created_at, _staff.id)
)
deactivate = Prepared(
    update(Staff).where(_staff.id == bindparam("staff"), _staff.active.is_(True)).values(active=False)
)
set_role = Prepared(update(Staff).where(_staff.id == bindparam("staff")).values(role=bindparam("new_role")))
set_team = Prepared(
    update(Staff).where(_staff.id == bindparam("staff")).values(team_id=bindparam("new_team"))
)
#: Ends every sign-in of a member. Index: ix_token_staff_id.
revoke_tokens = Prepared(
    update(Token)
    .where(_token.staff_id == bindparam("staff"), _token.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)

#: Moves the work of a team to another. Indexes: on the team_id of both.
move_cases = Prepared(
    update(Case).where(_case.team_id == bindparam("team")).values(team_id=bindparam("to_team"))
)
move_alerts = Prepared(
    update(Alert)
    .where(_alert.team_id == bindparam("team"), _alert.state != "resolved")
    .values(team_id=bindparam("to_team"))
)

#: Everyone who works or worked here, with whether there is an address of each kind.
directory = Prepared(
    select(*_STAFF, _staff.telegram_hash, _staff.phone_hash, _staff.email_hash).order_by(
        _staff.created_at, _staff.id
    )
)
