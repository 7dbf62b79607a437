"""Dates of check-ins: contact hours and the turns of the clock in the three countries, 2024 to 2030."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.load import load_protocols
from bot.data_files import directory
from bot.engine.duration import Span, span
from bot.engine.hours import Hours
from bot.engine.protocol import due

DEFAULT = load_protocols(directory("flows"))["default"]
ZONES = ["Europe/Kyiv", "Europe/Tirane", "Africa/Casablanca"]


def test_the_default_protocol_is_the_one_that_was_decided() -> None:
    checkins = [each for each in DEFAULT.occurrences if each.step.flow == "checkin"]
    assert str(checkins[0].offset) == "2d"
    assert [str(each.offset) for each in DEFAULT.occurrences][-1] == "12mo"
    assert len(checkins) == 23


@pytest.mark.parametrize("zone", ZONES)
def test_seven_years_of_days_stay_within_contact_hours(zone: str) -> None:
    hours = Hours(zone, 9 * 60, 20 * 60)
    day = date(2024, 1, 1)
    while day < date(2031, 1, 1):
        at = due(DEFAULT, DEFAULT.occurrences[1], day - timedelta(days=2), hours, "case")
        local = at.astimezone(ZoneInfo(zone))
        assert local.date() == day
        assert 9 * 60 <= local.hour * 60 + local.minute <= 9 * 60 + 45
        day += timedelta(days=1)


@given(
    st.integers(0, 7 * 365 * 24 * 60).map(
        lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(ZONES),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_the_next_contact_hour_is_one_and_none_was_passed_over(
    at: datetime, zone: str, start: int, end: int
) -> None:
    hours = Hours(zone, start, end)
    found = hours.next(at)
    assert found >= at
    assert found - at <= timedelta(hours=26)
    assert hours.contains(found) or _skipped(found, zone)


def _skipped(found: datetime, zone: str) -> bool:
    """An opening in the hour that the clocks leave out."""
    day = found.astimezone(ZoneInfo(zone))
    return (day - timedelta(hours=3)).utcoffset() != (day + timedelta(hours=3)).utcoffset()


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [(date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2026, 11, 30), 3, date(2027, 2, 28))],
)
def test_a_month_after_its_last_day_is_the_last_day(start: date, months: int, expected: date) -> None:
    assert Span(months).after(start) == expected


def test_every_case_gets_its_own_small_shift_and_always_the_same() -> None:
    hours = Hours("Europe/Tirane", 540, 1200)
    first = DEFAULT.occurrences[1]
    times = {due(DEFAULT, first, date(2026, 3, 1), hours, f"case{n}") for n in range(40)}
    assert len(times) > 10
    assert due(DEFAULT, first, date(2026, 3, 1), hours, "case1") in times


@pytest.mark.parametrize("text", ["2 days", "", "-1d", "1y"])
def test_a_wrong_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as"):
        span(text)


def test_what_follows_the_last_is_nothing() -> None:
    assert DEFAULT.following("closing", 0) is None
    following = DEFAULT.following("first", 0)
    assert following is not None and following.step.id == "weekly"
