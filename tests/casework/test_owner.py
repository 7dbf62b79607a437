"""Work always has an owner: who keeps it when somebody is away, leaves or changes."""

from __future__ import annotations

from datetime import timedelta

from bot.casework import absences, handover, roster
from bot.store.queries import people
from tests.offices import Play


def test_an_absence_hands_over_and_back(office: Play) -> None:
    db, now = office.office.db, office.clock()
    office.enrol("sq")
    case = db.read_now(lambda tx: people.case_with_code.one(tx, code="C-1"))
    worker, team = case.caseworker_id, case.team_id
    absence = db.write_now(
        lambda tx: absences.plan(tx, now, worker, None, now, now + timedelta(days=1), "command")
    )
    keeper = db.read_now(lambda tx: handover.keeper_of(tx, now, worker, team))
    assert keeper != worker
    assert db.read_now(lambda tx: absences.is_away(tx, now, worker))
    later = now + timedelta(hours=1)
    db.write_now(lambda tx: absences.end(tx, later, absence, "command"))
    assert db.read_now(lambda tx: handover.keeper_of(tx, later, worker, team)) == worker
    assert db.read_now(lambda tx: roster.gaps(tx, now, team, timedelta(hours=2))) == [
        (now, now + timedelta(hours=2))
    ]
