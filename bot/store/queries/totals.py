"""Totals of teams, and the audit log: numbers and codes alone."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, func, or_, select

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Audit, Case, Staff, Team

_alert, _audit, _case, _staff, _team = (columns(t) for t in (Alert, Audit, Case, Staff, Team))
_ALL = bindparam("team") == ""

#: The team that is named, or all of them. Primary key.
teams = Prepared(
    select(_team.id, _team.name).where(or_(_ALL, _team.id == bindparam("team"))).order_by(_team.id)
)

#: Active members of teams by role. Index: ix_staff_team_id.
members = Prepared(
    select(_staff.team_id, _staff.role, func.count().label("n"))
    .where(_staff.active.is_(True), or_(_ALL, _staff.team_id == bindparam("team")))
    .group_by(_staff.team_id, _staff.role)
)

_quiet = and_(
    _case.state == "open",
    func.coalesce(_case.last_contact_at, _case.created_at) < bindparam("since"),
)
#: Cases of teams by state, and of the open ones those without human contact. Index: ix_cases_team_id.
cases = Prepared(
    select(
        _case.team_id,
        _case.state,
        func.count().label("n"),
        func.sum(case((_case.paused_until > bindparam("now"), 1), else_=0)).label("paused"),
        func.sum(case((_quiet, 1), else_=0)).label("quiet"),
    )
    .where(or_(_ALL, _case.team_id == bindparam("team")))
    .group_by(_case.team_id, _case.state)
)
#: Alerts of teams that are not resolved, by level and state. Index: ix_alert_unresolved.
alerts = Prepared(
    select(
        _alert.team_id,
        _alert.level,
        _alert.state,
        func.count().label("n"),
        func.sum(case((and_(_alert.state == "open", _alert.due_at < bindparam("now")), 1), else_=0)).label(
            "overdue"
        ),
    )
    .where(_alert.state != "resolved", or_(_ALL, _alert.team_id == bindparam("team")))
    .group_by(_alert.team_id, _alert.level, _alert.state)
)

#: The audit log before an entry, the latest first. Primary key.
audit = Prepared(
    select(_audit.id, _audit.at, _audit.actor, _audit.action, _audit.subject, _audit.detail)
    .where(_audit.id < bindparam("before"))
    .order_by(_audit.id.desc())
    .limit(bindparam("most"))
)
