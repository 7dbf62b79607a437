"""The same on PostgreSQL: absences, hand-overs, the roster, incidents and the auditor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.casework import absences, handover, roster, staff, staffing, watch
from bot.casework.staff import NewStaff
from bot.delivery.evidence import bring_back
from bot.delivery.office import open_office
from bot.settings import Settings
from bot.store import audit, migrate
from bot.store.prepared import Prepared
from bot.store.tables import Alert
from bot.store.vault import new_key
from tests.casework.test_watch import audited, raise_alert, standing, texts, the_alert
from tests.databases import postgres_database, postgres_server
from tests.offices import SUPERVISOR, WORKER, Clock, Play

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = (("worker", "caseworker", WORKER), ("lead", "supervisor", SUPERVISOR), ("far", "supervisor", None))


@pytest.fixture
def office() -> Iterator[Play]:
    with postgres_server() as host, postgres_database(host) as url:
        migrate.upgrade(url)
        settings = Settings(_env_file=None, database_url=url, secret_keys=SecretStr(new_key()))
        clock = Clock()
        at = open_office(settings, clock=clock, sandbox=True)
        for name, role, phone in PEOPLE:
            team = "elsewhere" if name == "far" else "default"
            new = NewStaff(name, role, f"{name}@office.invalid", "a long password", phone, team=team)
            at.db.write_now(lambda tx, new=new: staff.add(tx, clock(), new))
        yield Play(at, clock)
        at.close()


def test_a_week_of_an_office(office: Play) -> None:
    def write(job: Any) -> Any:
        return office.office.db.write_now(job)

    def who(name: str) -> Any:
        return office.office.db.read_now(lambda tx: staff.find_by_email(tx, f"{name}@office.invalid"))

    worker, lead, far = (who(name) for name, _, _ in PEOPLE)
    number = raise_alert(office)
    starts, ends = office.clock() + HOUR, office.clock() + 3 * HOUR
    write(lambda tx: absences.plan(tx, office.clock(), worker.id, far.id, starts, ends, "test"))
    for start, end, member in ((1, 6, worker), (6, 20, lead)):
        first, last = office.clock() + start * HOUR, office.clock() + end * HOUR
        write(
            lambda tx, f=first, e=last, m=member: roster.add(
                tx, office.clock(), lead.team_id, m.id, f, e, "t"
            )
        )
    office.wait(2 * HOUR, HOUR)
    assert the_alert(office, number).owner_id == far.id
    assert office.office.db.read_now(lambda tx: roster.on_duty(tx, office.clock(), lead.team_id)) == [far.id]
    assert ("roster_gap", f"team:{lead.team_id}") in standing(office)
    office.wait(2 * HOUR, HOUR)
    assert the_alert(office, number).owner_id == worker.id
    one, other = office.office.db.read_now(
        lambda tx: roster.duties(tx, office.clock(), lead.team_id, 48 * HOUR)
    )
    write(lambda tx: roster.swap(tx, office.clock(), one.id, other.id, "test"))
    office.sandbox.switch_off(WORKER)
    write(lambda tx: Prepared(update(Alert).values(next_step_at=None)).run(tx))
    office.wait(8 * MINUTE, MINUTE)
    assert audited(office, "alert.overdue") == 1
    assert ("notification_undelivered", f"alert:{number}") in standing(office)
    write(lambda tx: bring_back(tx, office.clock()))
    office.hear("+355690000999", "kush je ti?")
    write(lambda tx: roster.set_fallback(tx, office.clock(), lead.team_id, far.id, "test"))
    write(
        lambda tx: staffing.remove(tx, office.clock(), worker.id, "test", programme=office.office.programme)
    )
    assert the_alert(office, number).owner_id == lead.id
    write(lambda tx: staffing.close_office(tx, office.clock(), lead.team_id, "test"))
    assert the_alert(office, number).owner_id == far.id
    write(lambda tx: staffing.change_role(tx, office.clock(), far.id, "coordinator", "test"))
    lost = office.office.db.read_now(lambda tx: watch.missing(tx, office.clock()))
    assert [each.kind for each in lost] == ["case"]
    assert standing(office)["no_keeper", f"team:{lead.team_id}"]
    write(lambda tx: staffing.change_role(tx, office.clock(), far.id, "supervisor", "test"))
    assert office.office.db.read_now(lambda tx: watch.missing(tx, office.clock())) == []
    assert not standing(office)["no_keeper", f"team:{lead.team_id}"]
    assert write(lambda tx: handover.mend(tx, office.clock(), "test")) == 0
    assert texts(office, SUPERVISOR)
    assert office.office.db.read_now(audit.verify) == []
