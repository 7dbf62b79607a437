"""The same notices on PostgreSQL, where several threads write at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.delivery import outbox
from tests.databases import postgres_database, postgres_server
from tests.delivery.notified import House, house

ANA, LEAD = "+355690000010", "+355690000011"
LOST = """SELECT a.id FROM alert a WHERE NOT EXISTS (
    SELECT 1 FROM notification n JOIN message m ON m.id = n.message_id
    WHERE n.alert_id = a.id AND m.state IN ('sent', 'queued'))"""
EMPTY = """SELECT m.id FROM message m WHERE m.kind = 'bundle' AND m.state = 'sent'
    AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.message_id = m.id)"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as host:
        yield host


@pytest.fixture
def office(tmp_path: Path, postgres: str) -> Iterator[House]:
    with postgres_database(postgres) as url, house(tmp_path, sandbox=True, url=url) as made:
        made.hire("ana", "caseworker", phone=ANA)
        made.hire("lead", "supervisor", phone=LEAD)
        for n in range(40):
            made.enrol(f"C-{n}")
        yield made


def test_a_storm_is_one_message_and_a_critical_one_its_own(office: House) -> None:
    for n in range(20):
        office.alarm(f"C-{n}", "high")
    critical = office.alarm("C-30")
    office.tick()
    assert office.phone(ANA) == [
        f"C-30 CRITICAL A {critical}",
        "20 alerts: 20 high, 0 low\nOpen Besa to answer.",
    ]


def test_a_reply_withdraws_what_is_queued(office: House) -> None:
    number = office.alarm("C-1")
    office.hear("sandbox", ANA, f"A {number}")
    office.hear("sandbox", ANA, f"P {number}")
    office.tick()
    assert office.phone(ANA) == []
    assert office.phone(LEAD) == [f"C-1 CRITICAL A {number}"]
    office.hear("sandbox", ANA, "on it")
    office.hear("sandbox", ANA, "later on it")
    office.tick()
    assert office.sql("SELECT count(*) FROM notification WHERE reason = 'kept'") == [(1,)]


def test_a_notice_that_fails_goes_on(office: House) -> None:
    office.sandbox.switch_off(ANA, "nobody")
    office.alarm("C-1")
    office.tick()
    assert office.phone(LEAD), "the supervisor is told, for nobody else was"


def test_no_notice_falls_between_a_bundle_that_fills_and_one_that_leaves(office: House) -> None:
    over = threading.Event()

    def send() -> None:
        while not over.is_set():
            outbox.send_due(office.db, office.office.programme, office.office.channels, office.clock())

    with ThreadPoolExecutor(6) as threads:
        sending = [threads.submit(send) for _ in range(2)]
        for _ in threads.map(lambda n: office.alarm(f"C-{n}", "high"), range(40)):
            pass
        over.set()
        for each in sending:
            each.result()
    assert office.sql(LOST) == []
    for _ in range(11):
        office.tick(minutes=1)
    assert office.sql(LOST) == []
    assert office.sql(EMPTY) == []
