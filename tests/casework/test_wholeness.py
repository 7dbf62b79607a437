"""What breaks a promise is found, and an office at work has nothing to find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.casework.wholeness import findings
from tests.offices import Play, play

ALARMS = {
    "sq": "ai eshte prape te dera me thike",
    "ar": "راه واقف قدام الباب وعندو موس",
    "uk": "він стоїть під дверима з ножем",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Play]:
    with play(tmp_path) as opened:
        for language, alarm in ALARMS.items():
            number = opened.enrol(language, f"C-{language}")
            opened.wait(timedelta(hours=3))
            opened.hear(number, alarm)
        opened.wait(timedelta(minutes=5), timedelta(minutes=1))
        yield opened


def found(office: Play) -> set[str]:
    now = office.clock()
    return {
        each.what for each in office.office.db.read_now(lambda tx: findings(tx, office.office.programme, now))
    }


def test_an_office_at_work_has_lost_nothing(office: Play) -> None:
    assert found(office) == set()


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("UPDATE alert SET next_step_at = NULL", "an alert's next step is missing or overdue"),
        ("UPDATE alert SET owner_id = NULL", "an alert has nobody who holds it"),
        ("UPDATE staff SET active = 0 WHERE role = 'caseworker'", "a case has nobody who holds it"),
        ("DELETE FROM notification", "an alert has climbed and told nobody"),
        ("DELETE FROM signal", "an alert has no signal"),
        (
            "UPDATE alert SET resolved_at = 1, state = 'resolved'",
            "a message that must be seen raised no alert",
        ),
        ("DELETE FROM checkin WHERE state = 'due'", "a case has no next check-in"),
        ("UPDATE checkin SET due_at = 1 WHERE state = 'due'", "a check-in was not started"),
        ("UPDATE session SET state = 'waiting', wake_at = NULL", "a conversation waits for nothing"),
        (
            "UPDATE message SET state = 'sending', lease_until = 1 WHERE direction = 'out'",
            "a message was neither sent nor given up",
        ),
    ],
)
def test_what_is_lost_is_found(office: Play, tmp_path: Path, damage: str, what: str) -> None:
    engine = create_engine(office.office.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(damage))
    engine.dispose()
    assert what in found(office)


def test_a_finding_names_no_content(office: Play) -> None:
    engine = create_engine(office.office.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alert SET owner_id = NULL"))
    engine.dispose()
    now = office.clock()
    told = [
        str(each) for each in office.office.db.read_now(lambda tx: findings(tx, office.office.programme, now))
    ]
    assert any("(case C-sq)" in each for each in told)
    assert not any(alarm in each for each in told for alarm in ALARMS.values())
