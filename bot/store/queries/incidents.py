"""Incidents: what is wrong now, and what shows it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Incident

_incident = columns(Incident)
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
set_evidence = Prepared(
    update(Incident).where(_incident.id == bindparam("incident")).values(evidence=bindparam("new_evidence"))
)
