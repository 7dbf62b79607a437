"""Incidents: what is wrong now, and what shows it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Incident, Staff

_incident, _staff = columns(Incident), columns(Staff)
_FIELDS = (
    _incident.id, _incident.kind, _incident.subject, _incident.team_id, _incident.evidence,
    _incident.opened_at, _incident.closed_at,
)  # fmt: skip

#: One that is open already is left as it is. Index: ix_incident_one_open.
insert_incident = inserting(Incident, ignore=True, returning=("id",))

#: Index: ix_incident_one_open.
open_incident = Prepared(
    select(*_FIELDS).where(
        _incident.kind == bindparam("kind"),
        _incident.subject == bindparam("subject"),
        _incident.closed_at.is_(None),
    )
)
#: What is open. Index: ix_incident_one_open.
open_incidents = Prepared(
    select(*_FIELDS).where(_incident.closed_at.is_(None)).order_by(_incident.opened_at, _incident.id)
)
close_incident = Prepared(
    update(Incident)
    .where(_incident.id == bindparam("incident"), _incident.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)

#: Who is told of what is wrong with the office.
supervisors = Prepared(
    select(_staff.id, _staff.team_id)
    .where(_staff.role == "supervisor", _staff.active.is_(True))
    .order_by(_staff.id)
)
