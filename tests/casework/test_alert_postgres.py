"""The same on PostgreSQL: an alert's whole life, and many hands on one alert at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.casework import alerts, checkins, moves, staff
from bot.casework.alerts import NewSignal
from bot.casework.lifecycle import WrongMove
from bot.casework.moves import NextAct
from bot.delivery.office import open_office
from bot.settings import Settings
from bot.store import audit, migrate
from bot.store.queries import alerts as rows
from bot.store.queries import people
from bot.store.tx import Tx
from bot.store.vault import new_key
from tests.databases import postgres_database, postgres_server
from tests.offices import SUPERVISOR, WORKER, Clock, Play

PEOPLE = (("worker", "caseworker", WORKER), ("lead", "supervisor", SUPERVISOR))


@pytest.fixture
def office() -> Iterator[Play]:
    with postgres_server() as host, postgres_database(host) as url:
        migrate.upgrade(url)
        clock = Clock()
        settings = Settings(_env_file=None, database_url=url, secret_keys=SecretStr(new_key()))
        at = open_office(settings, clock=clock, sandbox=True)
        for name, role, phone in PEOPLE:
            new = staff.NewStaff(name, role, f"{name}@office.invalid", "a long password", phone)
            at.db.write_now(lambda tx, new=new: staff.add(tx, clock(), new))
        yield Play(at, clock)
        at.close()


def signal(tx: Tx, office: Play, level: str, code: str = "C-1") -> int:
    case = people.case_with_code.one(tx, code=code)
    about = checkins.subject(checkins.case_person(tx, case.id))
    found = [NewSignal("violence", level, "text", "më rrahu")]
    return alerts.signal(tx, office.office.programme, office.clock(), about, found)


def alert(office: Play, number: int) -> Any:
    return office.office.db.write_now(lambda tx: rows.alert.one(tx, alert=number))


def test_a_whole_life(office: Play) -> None:
    db, clock = office.office.db, office.clock
    office.enrol("sq")
    ids = {
        name: db.read_now(lambda tx, n=name: staff.find_by_email(tx, f"{n}@office.invalid")).id
        for name, _, _ in PEOPLE
    }  # type: ignore[misc, union-attr]
    number = db.write_now(lambda tx: signal(tx, office, "critical"))
    office.wait(timedelta(minutes=10), timedelta(minutes=1))
    assert (len(office.sandbox.sent(WORKER)), len(office.sandbox.sent(SUPERVISOR))) == (3, 1)
    act = NextAct("call", clock() + timedelta(hours=1), "her")
    db.write_now(lambda tx: moves.acknowledge(tx, clock(), number, ids["worker"], "a note", act))
    office.wait(timedelta(minutes=65), timedelta(minutes=5))
    assert alert(office, number).state == "open"
    until = clock() + timedelta(hours=2)
    db.write_now(lambda tx: moves.snooze(tx, clock(), number, ids["worker"], until))
    db.write_now(lambda tx: moves.reassign(tx, clock(), number, ids["worker"], ids["lead"]))
    assert (alert(office, number).state, alert(office, number).owner_id) == ("open", ids["lead"])
    db.write_now(lambda tx: moves.resolve(tx, clock(), number, ids["lead"], "done now"))
    second = db.write_now(lambda tx: signal(tx, office, "low"))
    assert alert(office, second).previous_id == number
    office.wait(timedelta(days=1), timedelta(hours=1))
    assert alert(office, second).step == 1
    assert db.read_now(audit.verify) == []


def test_many_hands_at_once(office: Play) -> None:
    """Signals, steps, acknowledgements and resolves from several writers: one alert stands, none is lost."""
    db, clock = office.office.db, office.clock
    office.enrol("sq")
    worker = db.read_now(lambda tx: staff.find_by_email(tx, "worker@office.invalid"))
    assert worker is not None

    def acknowledge(tx: Tx) -> object:
        standing = rows.open_alert.one(tx, case=people.case_with_code.one(tx, code="C-1").id)
        return standing and moves.acknowledge(tx, clock(), standing.id, worker.id)

    def resolve(tx: Tx) -> object:
        return moves.resolve(tx, clock(), 1, worker.id)

    db.write_now(lambda tx: signal(tx, office, "low"))
    jobs = [
        db.write(job)
        for _ in range(12)
        for job in (
            lambda tx: signal(tx, office, "critical"),
            acknowledge,
            lambda tx: alerts.escalate(tx, office.office.programme, clock(), 1),
            resolve,
            lambda tx: signal(tx, office, "high"),
        )
    ]
    for job in jobs:
        assert job.exception(timeout=60) is None or isinstance(job.exception(), WrongMove)

    def count(tx: Tx, query: str) -> int:
        tx.cursor.execute(query)
        return int(tx.cursor.fetchone()[0])

    assert db.read_now(lambda tx: count(tx, "SELECT count(*) FROM alert WHERE state != 'resolved'")) == 1
    assert db.read_now(lambda tx: count(tx, "SELECT count(*) FROM signal")) == 25
    assert db.read_now(audit.verify) == []
