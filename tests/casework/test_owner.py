"""Work always has an owner: who keeps it when somebody is away, leaves or changes."""

from __future__ import annotations

from datetime import timedelta

from bot.casework import absences, handover, roster, staff
from bot.store.queries import cases, people
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


def test_whoever_holds_work_reaches_it(office: Play) -> None:
    """A supervisor of another team stands in: what they hold they can open, nothing else of that team."""
    db, now = office.office.db, office.clock()
    for n, language in enumerate(("sq", "ar"), 1):
        office.enrol(language, f"C-{n}")
    new = staff.NewStaff("s", "supervisor", "s@office.invalid", "a long password", team="elsewhere")
    other = db.write_now(lambda tx: staff.add(tx, now, new))
    far = db.read_now(lambda tx: staff.find_by_email(tx, "s@office.invalid"))
    near = db.read_now(lambda tx: staff.find_by_email(tx, "worker@office.invalid"))
    assert far is not None
    assert near is not None

    def reached() -> list[str]:
        found = db.read_now(lambda tx: [cases.with_code.one(tx, far, code=f"C-{n}") for n in (1, 2)])
        return [row.code for row in found if row]

    assert reached() == []
    ends = now + timedelta(days=1)
    db.write_now(lambda tx: absences.plan(tx, now, near.id, other, now, ends, "command"))
    assert reached() == ["C-1", "C-2"]
    db.write_now(lambda tx: absences.end_of(tx, now, near.id, "command"))
    assert reached() == []
