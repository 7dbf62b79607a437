"""What the page shows of a team: each member's work, and how fast it was taken up and done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Contact, Staff, Team

_alert, _case, _contact, _staff, _team = (columns(t) for t in (Alert, Case, Contact, Staff, Team))
_ALL = bindparam("team") == ""

#: Active members with work of their own. Index: ix_staff_team_id.
members = Prepared(
    select(_staff.id, _staff.role, _staff.name, _team.name.label("team"))
    .join(Team, _team.id == _staff.team_id)
    .where(
        or_(_ALL, _staff.team_id == bindparam("team")),
        _staff.active.is_(True),
        _staff.role.in_(["caseworker", "supervisor"]),
    )
    .order_by(_team.name, _staff.role, _staff.id)
)
_LATE: Any = or_(
    and_(_alert.state == "open", _alert.due_at <= bindparam("now")),
    and_(_alert.state == "acknowledged", _alert.act_at <= bindparam("now")),
)
#: Alerts that are not resolved, by who holds them. Index: ix_alert_unresolved.
alerts = Prepared(
    select(
        _alert.owner_id,
        func.count().label("n"),
        func.sum(case((_alert.level == "critical", 1), else_=0)).label("critical"),
        func.sum(case((_LATE, 1), else_=0)).label("late"),
    )
    .where(_alert.state != "resolved", or_(_ALL, _alert.team_id == bindparam("team")))
    .group_by(_alert.owner_id)
)
_QUIET: Any = func.coalesce(_case.last_contact_at, _case.created_at) < bindparam("since")
#: Open cases by who keeps them. Index: ix_cases_team_id.
cases = Prepared(
    select(
        _case.keeper_id,
        func.count().label("n"),
        func.sum(case((_QUIET, 1), else_=0)).label("quiet"),
    )
    .where(_case.state == "open", or_(_ALL, _case.team_id == bindparam("team")))
    .group_by(_case.keeper_id)
)
_first_contact: Any = (
    select(func.min(_contact.happened_at))
    .where(
        _contact.case_id == _alert.case_id,
        _contact.happened_at >= _alert.opened_at,
        _contact.kind != "note",
    )
    .correlate(Alert)
    .scalar_subquery()
)
#: How alerts went that were opened lately, the newest first. Primary key; ix_contact_case.
lately = Prepared(
    select(
        _alert.owner_id,
        _alert.opened_at,
        _alert.acknowledged_at,
        _alert.resolved_at,
        _first_contact.label("contact_at"),
    )
    .where(_alert.opened_at >= bindparam("since"), or_(_ALL, _alert.team_id == bindparam("team")))
    .order_by(_alert.id.desc())
    .limit(bindparam("most"))
)
