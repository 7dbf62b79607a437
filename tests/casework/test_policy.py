"""Escalation policies: what may be written, what was kept by older versions, and when each step is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.yaml12 import read
from bot.casework.policy import Clock, Policy, kept_policy, parse_calendars, parse_policy
from bot.delivery.reading import read_policy
from bot.engine import FlowError
from bot.settings import folders

TIRANE = ZoneInfo("Europe/Tirane")
SHIPPED = read_policy(folders()[0])
ALBANIA = SHIPPED.for_country("AL")
FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=TIRANE)
FIRST_VERSION = {
    "id": "default",
    "version": 1,
    "levels": {
        level: {
            "due": "15m",
            "steps": [{"after": "0m", "tell": ["caseworker"]}, {"after": "10m", "tell": ["supervisor"]}],
            "again_every": "10m",
        }
        for level in ("low", "high", "critical")
    },
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TIRANE).astimezone(UTC)


def steps(clock: Clock, count: int) -> list[datetime]:
    """When the first steps are taken if a tick comes at each of their moments."""
    number, now, found = 0, clock.planned(0), []
    while len(found) < count:
        found.append(now)
        number = clock.following(number, now)
        now = clock.step_at(number, now)
    return found


def test_a_critical_alert_is_told_at_any_hour_and_every_ten_minutes_in_the_end() -> None:
    started = at("2026-03-07 03:00")
    clock = ALBANIA.clock("critical", started)
    assert [(each - started) // timedelta(minutes=1) for each in steps(clock, 6)] == [0, 5, 10, 15, 25, 35]
    told = [clock.climb.step(number).tell for number in range(5)]
    assert told[0] == ("assigned",)
    assert "supervisor" not in told[1]
    assert "supervisor" in told[2]
    assert "roster" not in told[2]
    assert {"coordinator", "roster"} <= set(told[3])
    assert told[4] == told[3]


def test_a_high_alert_waits_for_the_office_and_climbs_in_working_time() -> None:
    clock = ALBANIA.clock("high", at("2026-03-06 15:00"))
    assert steps(clock, 4) == [
        at("2026-03-06 15:00"),
        at("2026-03-09 08:30"),
        at("2026-03-09 10:30"),
        at("2026-03-09 14:30"),
    ]
    assert clock.due == at("2026-03-09 10:30")
    assert ALBANIA.clock("high", at("2026-03-06 20:00")).planned(0) == at("2026-03-09 08:00")


def test_a_high_alert_of_a_case_at_high_risk_goes_out_at_night() -> None:
    started = at("2026-03-06 23:00")
    clock = ALBANIA.clock("high", started, high_risk=True)
    assert [(each - started) // timedelta(hours=1) for each in steps(clock, 5)] == [0, 2, 4, 8, 12]


def test_low_alerts_come_in_the_morning_of_a_working_day() -> None:
    clock = ALBANIA.clock("low", at("2026-03-06 15:00"))
    assert steps(clock, 4) == [
        at("2026-03-09 08:30"),
        at("2026-03-11 08:30"),
        at("2026-03-12 08:30"),
        at("2026-03-13 08:30"),
    ]


def test_the_next_act_has_a_date_though_nobody_gave_one() -> None:
    now = at("2026-03-06 15:00")
    assert ALBANIA.clock("critical", now).act_at(now) == now + timedelta(hours=1)
    assert ALBANIA.clock("high", now).act_at(now) == at("2026-03-09 10:30")
    assert ALBANIA.clock("low", now).act_at(now) == at("2026-03-09 16:30")


def test_repeats_that_were_missed_are_not_made_up() -> None:
    started = at("2026-03-06 10:00")
    clock = ALBANIA.clock("critical", started)
    back = started + timedelta(hours=5, minutes=3)
    following = clock.following(3, back)
    assert clock.step_at(following, back) == started + timedelta(hours=5, minutes=5)


@given(
    level=st.sampled_from(["low", "high", "critical"]),
    country=st.sampled_from(["AL", "MA", "UA", None]),
    high_risk=st.booleans(),
    started=st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1)),  # noqa: DTZ001
    number=st.integers(0, 40),
    late=st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_the_next_step_is_always_ahead_and_soon(
    level: str, country: str | None, high_risk: bool, started: datetime, number: int, late: timedelta
) -> None:
    clock = SHIPPED.for_country(country).clock(level, started.replace(tzinfo=UTC), high_risk=high_risk)
    now = clock.planned(number) + late
    following = clock.following(number, now)
    at = clock.step_at(following, now)
    assert following > number
    assert now < at <= now + timedelta(days=14)
    assert clock.due > clock.started


def test_what_the_first_version_kept_with_an_alert_is_still_read() -> None:
    policy = kept_policy(json.dumps(FIRST_VERSION))
    clock = policy.clock("critical", FRIDAY)
    assert clock.climb.step(0).tell == ("assigned",)
    assert clock.climb.step(1).tell == ("supervisor",)
    assert steps(clock, 3) == [FRIDAY + timedelta(minutes=m) for m in (0, 10, 20)]
    assert clock.act_at(FRIDAY) == FRIDAY + timedelta(hours=1)
    assert policy.clock("low", FRIDAY).act_at(FRIDAY) > FRIDAY


def test_what_is_kept_with_an_alert_is_read_as_it_was() -> None:
    kept = SHIPPED.kept("UA")
    assert kept_policy(kept) == SHIPPED.for_country("UA")
    assert set(kept_policy(kept).calendars) == {"default"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"levels": {}}, "low, high and critical"),
        ({"levels": {"low": 5, "high": None, "critical": []}}, "levels"),
        ({"levels": {level: {"steps": "all"} for level in ("low", "high", "critical")}}, "levels"),
        ({"levels": {level: {"steps": [1]} for level in ("low", "high", "critical")}}, "levels"),
        ({"levels": {level: {"steps": [{"tell": 3}]} for level in ("low", "high", "critical")}}, "levels"),
        ({"version": 0}, "version"),
        ({"id": 5}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_policy_names_file_and_place(change: dict[str, object], says: str) -> None:
    data = FIRST_VERSION | change
    with pytest.raises(FlowError, match=rf"p\.yaml: .*{says}"):
        parse_policy(data, "p.yaml")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("hours", "nights", "hours"),
        ("digest", "8.30", "time of day"),
        ("digest", "25:00", "time of day"),
        ("act_within", "soon", "act_within"),
        ("again_every", "0m", "again_every"),
        ("steps", [], "steps"),
        ("steps", [{"after": "0m", "tell": ["cousin"]}], "tell"),
        ("steps", [{"after": "0m", "tell": ["assigned"], "channels": ["pigeon"]}], "channels"),
        ("steps", [{"after": "2h", "tell": ["assigned"]}, {"after": "1h", "tell": ["assigned"]}], "order"),
    ],
)
def test_a_wrong_climb_names_file_and_place(field: str, value: object, says: str) -> None:
    data = read((folders()[0] / "escalation" / "default.yaml").read_text("utf-8"))
    data["levels"]["low"][field] = value
    with pytest.raises(FlowError, match=rf"p\.yaml: .*{says}"):
        parse_policy(data, "p.yaml")


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        ({"zone": "Europe/Atlantis"}, "Europe/Atlantis"),
        ({"days": []}, "days"),
        ({"days": ["someday"]}, "days"),
        ({"from": "17:00", "to": "08:00"}, "before"),
        ({"holidays": "Narnia"}, "Narnia"),
        ({"suspended": [{"to": "2026-01-01"}]}, "suspended"),
    ],
)
def test_a_wrong_calendar_names_file_and_place(calendar: dict[str, object], says: str) -> None:
    with pytest.raises(FlowError, match=rf"c\.yaml: .*{says}"):
        parse_calendars({"default": calendar}, "c.yaml")


def test_there_are_hours_for_countries_that_are_not_named() -> None:
    with pytest.raises(FlowError, match="default"):
        parse_calendars({"AL": {}}, "c.yaml")


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"calendars\.yaml: missing"):
        read_policy(tmp_path)
    (tmp_path / "escalation").mkdir()
    (tmp_path / "escalation" / "calendars.yaml").write_text("default: {")
    with pytest.raises(FlowError, match=r"calendars\.yaml: is no YAML"):
        read_policy(tmp_path)


def test_a_policy_without_calendars_always_works() -> None:
    policy = Policy.model_validate(FIRST_VERSION)
    assert policy.calendar("AL").open_at(FRIDAY)
