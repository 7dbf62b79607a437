"""The scheduler knows when it was away, when its clock went back, when clocks differ and when files broke."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.channels import provider_clock
from bot.delivery.evidence import Files, look_at_time
from bot.store import migrate, moment
from bot.store.database import Database
from bot.store.queries import incidents
from bot.store.vault import Vault, new_key
from tests.casework.test_watch import raise_alert, spoil, texts, the_alert
from tests.databases import postgres_database, postgres_server
from tests.offices import SUPERVISOR, Play

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SHIPPED = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_clock, "_heard", {})


def standing(office: Play) -> list[tuple[str, str, str]]:
    rows = office.office.db.read_now(incidents.open_incidents.all)
    return [(row.kind, row.subject, row.evidence) for row in rows]


def round_at(office: Play, later: timedelta) -> None:
    office.clock.now += later
    look_at_time(office.office, office.clock())
    office.tick()


def test_a_scheduler_that_was_away_says_so_once_and_is_well_at_the_next_tick(office: Play) -> None:
    round_at(office, SECOND)
    for later in (SECOND, 100 * SECOND):
        round_at(office, later)
        assert standing(office) == []
    round_at(office, 5 * MINUTE)
    assert standing(office) == [("scheduler_late", "scheduler", "gap 300 s")]
    round_at(office, SECOND)
    assert standing(office) == []
    round_at(office, HOUR / 60)
    assert len(texts(office, SUPERVISOR, "scheduler")) == 2


def test_a_clock_that_goes_back_is_told_and_stops_nothing(office: Play) -> None:
    number = raise_alert(office)
    round_at(office, 30 * 24 * HOUR)
    spoil(office, next_step_at=office.clock.now + HOUR)
    round_at(office, -30 * 24 * HOUR)
    assert ("clock_off", "scheduler", f"back {30 * 24 * 3600} s") in standing(office)
    assert the_alert(office, number).next_step_at < office.clock.now + 24 * HOUR
    round_at(office, SECOND)
    assert standing(office) == []


def test_a_message_put_off_by_a_wrong_clock_is_sent(office: Play) -> None:
    office.sandbox.switch_off(SUPERVISOR)
    office.clock.now += 30 * 24 * HOUR
    round_at(office, SECOND)
    raise_alert(office, "critical")
    round_at(office, 11 * MINUTE)
    round_at(office, MINUTE)
    office.sandbox.switch_on(SUPERVISOR)
    round_at(office, -30 * 24 * HOUR)
    round_at(office, SECOND)
    assert texts(office, SUPERVISOR, "C-1 CRITICAL")


@pytest.mark.parametrize(("ahead", "wrong"), [(0, False), (20, False), (-45, True), (300, True)])
def test_a_providers_clock(office: Play, ahead: int, wrong: bool) -> None:
    round_at(office, SECOND)
    provider_clock.heard("twilio", format_datetime(datetime.now(UTC) + ahead * SECOND, usegmt=True))
    round_at(office, SECOND)
    assert [row[:2] for row in standing(office)] == ([("clock_off", "twilio")] if wrong else [])
    provider_clock.heard("twilio", format_datetime(datetime.now(UTC), usegmt=True))
    round_at(office, SECOND)
    assert standing(office) == []


@pytest.mark.parametrize("date", [None, "", "yesterday", "99 Nov 2026"])
def test_a_date_that_cannot_be_read_says_nothing(date: str | None) -> None:
    provider_clock.heard("twilio", date)
    assert provider_clock.offsets() == {}


def test_the_databases_own_clock(office: Play) -> None:
    assert office.office.db.read_now(moment.database_time) is None
    with postgres_server() as host, postgres_database(host) as url:
        migrate.upgrade(url)
        with Database.open(url, Vault.from_setting(new_key())) as db:
            there = db.read_now(moment.database_time)
            assert there is not None
            assert abs(there - datetime.now(UTC)) < 30 * SECOND
            at = Play(replace(office.office, db=db), office.clock)
            look_at_time(at.office, at.clock())
            assert [row[:2] for row in standing(at)] == [("clock_off", "database")]
            office.clock.now = datetime.now(UTC)
            look_at_time(at.office, at.clock())
            assert standing(at) == []


def test_files_that_would_stop_the_next_start(office: Play, tmp_path: Path) -> None:
    flows = shutil.copytree(SHIPPED / "flows", tmp_path / "flows")
    settings = office.office.settings.model_copy(update={"flows_dir": flows})
    files = Files(replace(office.office, settings=settings))
    files.look(office.clock())
    assert standing(office) == []
    file = flows / "checkin.yaml"
    good = file.read_text("utf-8")
    file.write_text("id: [checkin", "utf-8")
    files.look(office.clock())
    assert [row[:2] for row in standing(office)] == [("catalogue_broken", "files")]
    assert "checkin.yaml" in standing(office)[0][2]
    assert str(tmp_path) not in standing(office)[0][2]
    file.write_text(good + "\n", "utf-8")
    files.look(office.clock())
    assert standing(office) == []
