"""Working hours: holidays, martial law, the clock changes of three countries over seven years."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.working_hours import Calendar
from bot.delivery.reading import read_policy
from bot.settings import folders

SHIPPED = read_policy(folders()[0]).calendars
COUNTRIES = ("AL", "MA", "UA")
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def local(calendar: Calendar, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(calendar.zone)).astimezone(UTC)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_working_day_of_seven_years_opens_and_closes_at_its_local_time(country: str) -> None:
    calendar = SHIPPED[country]
    working = [day for day in days() if calendar.works(day)]
    assert 7 * 230 < len(working) < 7 * 262
    for day in working:
        opening = local(calendar, day, calendar.opens // 60, calendar.opens % 60)
        closing = local(calendar, day, calendar.closes // 60, calendar.closes % 60)
        assert calendar.next_open(opening - timedelta(hours=4)) == opening
        assert calendar.open_at(opening)
        assert not calendar.open_at(opening - timedelta(milliseconds=1))
        assert calendar.open_at(closing - timedelta(milliseconds=1))
        assert not calendar.open_at(closing)
        assert closing - opening == timedelta(minutes=calendar.closes - calendar.opens)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_digest_comes_once_on_every_working_day_at_its_local_time(country: str) -> None:
    calendar = SHIPPED[country]
    moment, zone = datetime(2024, 1, 1, tzinfo=UTC), ZoneInfo(calendar.zone)
    seen = []
    while moment.year < 2031:
        moment = calendar.at(8 * 60 + 30, moment)
        seen.append(moment.astimezone(zone))
        moment += timedelta(minutes=1)
    assert {(each.hour, each.minute) for each in seen} == {(8, 30)}
    assert [each.date() for each in seen if each.year < 2031] == [d for d in days() if calendar.works(d)]


def test_the_clock_of_casablanca_goes_back_for_ramadan() -> None:
    morocco = SHIPPED["MA"]
    before, within, afterwards = date(2026, 2, 13), date(2026, 2, 16), date(2026, 3, 23)
    openings = [morocco.next_open(datetime.combine(day, time(), UTC)) for day in (before, within, afterwards)]
    assert [each.hour for each in openings] == [7, 8, 7]
    late = local(morocco, before, 15, 30)
    assert morocco.after(late, timedelta(hours=2)) == local(morocco, within, 9, 30)


@pytest.mark.parametrize("country", ["AL", "UA"])
def test_four_working_hours_over_a_change_of_the_clocks_stay_four(country: str) -> None:
    calendar = SHIPPED[country].model_copy(update={"holidays": None})
    for sunday in (date(2027, 3, 28), date(2027, 10, 31)):
        friday, monday = sunday - timedelta(days=2), sunday + timedelta(days=1)
        started = local(calendar, friday, 16)
        rest = timedelta(hours=4) - (
            local(calendar, friday, 0, 0) + timedelta(minutes=calendar.closes) - started
        )
        expected = local(calendar, monday, calendar.opens // 60, calendar.opens % 60) + rest
        assert calendar.after(started, timedelta(hours=4)) == expected


def test_a_time_that_the_clocks_skip_or_repeat_is_one_moment() -> None:
    early = Calendar.model_validate({"zone": "Europe/Kyiv", "from": "03:30", "to": "12:00"})
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
    assert early.next_open(datetime(2027, 3, 28, 0, 0, tzinfo=UTC)) == datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )
    assert early.next_open(datetime(2027, 10, 30, 23, 0, tzinfo=UTC)) == datetime(
        2027, 10, 31, 0, 30, tzinfo=UTC
    )
    assert early.works(spring)
    assert early.works(autumn)


def test_ukraine_works_on_its_holidays_as_long_as_martial_law_lasts() -> None:
    ukraine = SHIPPED["UA"]
    independence = date(2026, 8, 24)
    assert ukraine.works(independence)
    ended = ukraine.model_copy(update={"suspended": ()})
    assert not ended.works(date(2021, 8, 24))
    within = Calendar.model_validate(
        {"holidays": "AL", "suspended": [{"from": "2026-11-27", "to": "2026-11-29"}]}
    )
    assert not Calendar.model_validate({"holidays": "AL"}).works(date(2026, 11, 28))
    assert within.works(date(2026, 11, 28))
    assert not within.works(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("AL", date(2026, 3, 16)),
        ("AL", date(2026, 11, 23)),
        ("MA", date(2026, 7, 30)),
        ("MA", date(2026, 11, 6)),
        ("AL", date(2026, 3, 7)),
        ("MA", date(2026, 3, 8)),
        ("UA", date(2026, 3, 8)),
    ],
)
def test_holidays_and_weekends_are_no_working_days(country: str, day: date) -> None:
    assert not SHIPPED[country].works(day)


def test_a_decreed_day_off_is_added_in_the_file() -> None:
    assert not Calendar(closed=(date(2026, 3, 4),)).works(date(2026, 3, 4))


@given(country=st.sampled_from(COUNTRIES), start=moments, hours=st.integers(0, 80))
def test_working_time_is_only_counted_while_the_office_is_open(
    country: str, start: datetime, hours: int
) -> None:
    calendar = SHIPPED[country]
    elapsed = timedelta(hours=hours % 8)
    reached = calendar.after(start, elapsed)
    assert reached >= start
    assert calendar.open_at(reached)
    assert calendar.after(start, elapsed + timedelta(minutes=1)) > reached
    counted, moment = timedelta(0), calendar.next_open(start)
    while moment < reached:
        step = min(timedelta(minutes=30), reached - moment)
        counted += step if calendar.open_at(moment) else timedelta(0)
        moment += step
    assert abs(counted - elapsed) <= timedelta(minutes=30)


@given(country=st.sampled_from(COUNTRIES), start=moments, count=st.integers(1, 12))
def test_days_are_working_days_at_the_same_hour(country: str, start: datetime, count: int) -> None:
    calendar = SHIPPED[country]
    zone, begun = ZoneInfo(calendar.zone), calendar.next_open(start)
    reached = calendar.after(start, timedelta(days=count))
    one, other = begun.astimezone(zone), reached.astimezone(zone)
    assert (one.hour, one.minute, one.second) == (other.hour, other.minute, other.second)
    between = [one.date() + timedelta(days=n) for n in range(1, (other.date() - one.date()).days + 1)]
    assert sum(calendar.works(day) for day in between) == count
