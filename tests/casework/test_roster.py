"""Whose duty it is: gaps, swaps, notices, the calendar; and the nights on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.casework import absences, duty_calendar, local_time, roster, staff, staffing
from bot.casework.local_time import BadMoment
from bot.casework.roster import BadDuty
from bot.store.queries import people
from bot.store.tx import Tx
from tests.offices import START, SUPERVISOR, WORKER, Play

HOUR = timedelta(hours=1)


def someone(tx: Tx, name: str) -> Any:
    return people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", f"{name}@office.invalid"))


class Team:
    """The two members of an office, and the roster of their team."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.worker = self.read(lambda tx: someone(tx, "worker")).id
        lead = self.read(lambda tx: someone(tx, "lead"))
        self.lead, self.id = lead.id, lead.team_id

    def read(self, job: Any) -> Any:
        return self.play.office.db.read_now(job)

    def write(self, job: Any) -> Any:
        return self.play.office.db.write_now(job)

    def duty(self, who: str, start: float, end: float) -> str:
        first, last = START + start * HOUR, START + end * HOUR
        added: str = self.write(
            lambda tx: roster.add(tx, self.play.clock(), self.id, who, first, last, "test")
        )
        return added

    def gaps(self, hours: int) -> list[tuple[float, float]]:
        found = self.read(lambda tx: roster.gaps(tx, START, self.id, hours * HOUR))
        return [((a - START) / HOUR, (b - START) / HOUR) for a, b in found]

    def on_duty(self, at: float) -> list[str]:
        found: list[str] = self.read(lambda tx: roster.on_duty(tx, START + at * HOUR, self.id))
        return found

    def told(self, number: str) -> list[str]:
        return [each.text for each in self.play.sandbox.sent(number) if "Your duty" in each.text]


@pytest.fixture
def team(office: Play) -> Team:
    return Team(office)


def test_gaps_are_what_no_duty_covers(team: Team) -> None:
    assert team.gaps(24) == [(0, 24)]
    team.duty(team.worker, 2, 8)
    team.duty(team.lead, 6, 10)
    team.duty(team.worker, 20, 30)
    assert team.gaps(24) == [(0, 2), (10, 20)]
    assert team.gaps(48) == [(0, 2), (10, 20), (30, 48)]


def test_a_duty_begins_and_ends_at_its_moment(team: Team) -> None:
    team.duty(team.worker, 2, 8)
    assert team.on_duty(1.999) == []
    assert team.on_duty(2) == [team.worker]
    assert team.on_duty(7.999) == [team.worker]
    assert team.on_duty(8) == []


def test_who_is_away_leaves_a_gap_unless_somebody_stands_in(team: Team) -> None:
    team.duty(team.worker, 0, 10)
    away = START + 4 * HOUR, START + 6 * HOUR
    named = team.write(lambda tx: absences.plan(tx, START, team.worker, None, *away, "test"))
    assert team.gaps(10) == [(4, 6)]
    team.write(lambda tx: absences.end(tx, START, named, "test"))
    assert team.gaps(10) == []
    team.write(lambda tx: absences.plan(tx, START, team.worker, team.lead, *away, "test"))
    assert team.gaps(10) == []
    assert team.on_duty(5) == [team.lead]


def test_who_was_removed_is_on_no_duty(team: Team) -> None:
    team.duty(team.worker, 0, 10)
    team.write(lambda tx: staffing.remove(tx, START, team.worker, "test"))
    assert team.gaps(10) == [(0, 10)]


def test_two_swap_and_both_are_told_when_theirs_begins(team: Team) -> None:
    one, other = team.duty(team.worker, 1, 2), team.duty(team.lead, 3, 4)
    team.write(lambda tx: roster.swap(tx, START, one, other, "test"))
    assert (team.on_duty(1.5), team.on_duty(3.5)) == ([team.lead], [team.worker])
    team.play.wait(HOUR / 2)
    assert team.told(SUPERVISOR) == []
    team.play.wait(HOUR)
    assert len(team.told(SUPERVISOR)) == 1
    team.play.wait(4 * HOUR)
    assert (len(team.told(SUPERVISOR)), len(team.told(WORKER))) == (1, 1)


def test_a_duty_that_cannot_be(team: Team) -> None:
    auditor = staff.NewStaff("a", "auditor", "a@office.invalid", "a long password")
    other = staff.NewStaff("b", "caseworker", "b@office.invalid", "a long password", team="elsewhere")
    strangers = [team.write(lambda tx, new=new: staff.add(tx, START, new)) for new in (auditor, other)]
    for who in (*strangers, "nobody"):
        with pytest.raises(BadDuty):
            team.duty(who, 1, 2)
    for start, end in ((2, 2), (3, 2), (-5, -4)):
        with pytest.raises(BadDuty):
            team.duty(team.worker, start, end)
    team.duty(team.worker, 1, 3)
    with pytest.raises(BadDuty):
        team.duty(team.worker, 2, 4)
    with pytest.raises(BadDuty):
        team.write(lambda tx: roster.swap(tx, START, "none", "neither", "test"))


def test_the_calendar_shows_when_and_nothing_else(team: Team) -> None:
    team.duty(team.worker, 1, 2)
    team.duty(team.lead, 3, 4)
    first = team.write(lambda tx: duty_calendar.link(tx, START, team.worker, "test"))
    written = team.read(lambda tx: duty_calendar.feed(tx, START, first))
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert (event.start, event.end) == (START + HOUR, START + 2 * HOUR)
    assert event["SUMMARY"] == "Besa duty"
    for secret in ("worker", WORKER, team.worker, team.lead, first):
        assert secret not in written.decode()
    second = team.write(lambda tx: duty_calendar.link(tx, START, team.worker, "test"))
    assert team.read(lambda tx: duty_calendar.feed(tx, START, first)) is None
    assert team.read(lambda tx: duty_calendar.feed(tx, START, second))
    team.write(lambda tx: staffing.remove(tx, START, team.worker, "test"))
    assert team.read(lambda tx: duty_calendar.feed(tx, START, second)) is None


@pytest.mark.parametrize(
    ("start", "end", "zone", "hours"),
    [
        ("2026-03-28T20:00", "2026-03-29T08:00", "Europe/Tirane", 11),
        ("2026-10-24T20:00", "2026-10-25T08:00", "Europe/Tirane", 13),
        ("2026-03-28T20:00", "2026-03-29T08:00", "Europe/Kyiv", 11),
        ("2026-10-24T20:00", "2026-10-25T08:00", "Europe/Kyiv", 13),
        ("2026-02-14T20:00", "2026-02-15T08:00", "Africa/Casablanca", 13),
        ("2026-03-21T20:00", "2026-03-22T08:00", "Africa/Casablanca", 11),
        ("2026-06-01T20:00", "2026-06-02T08:00", "Europe/Tirane", 12),
    ],
)
def test_the_night_on_which_the_clocks_change(start: str, end: str, zone: str, hours: int) -> None:
    ((first, last),) = local_time.spans(start, end, zone)
    assert last - first == hours * HOUR
    assert first.tzinfo is UTC


def test_the_same_local_hours_week_after_week(team: Team) -> None:
    found = local_time.spans("2026-10-18T20:00", "2026-10-19T08:00", "Europe/Tirane", weeks=3)
    assert [first.hour for first, _ in found] == [18, 19, 19]
    assert [last.hour for _, last in found] == [6, 7, 7]


def test_nothing_is_left_out_where_an_hour_comes_twice() -> None:
    """One duty ends and the next begins at half past two, which comes twice: between them is no gap."""
    zone = local_time.zone_named("Europe/Tirane")
    half_past = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - what the wall shows
    assert local_time.instant(half_past, zone, ends=True) - local_time.instant(half_past, zone) == HOUR


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [
        ("2026-03-29T02:30", "2026-03-29T08:00", "Europe/Tirane"),
        ("2026-03-28T20:00", "2026-03-28T20:00", "Europe/Tirane"),
        ("2026-03-28T20:00+01:00", "2026-03-29T20:00", "Europe/Tirane"),
        ("noon", "2026-03-29T20:00", "Europe/Tirane"),
        ("2026-03-28T20:00", "2026-03-29T20:00", "Europe/Nowhere"),
    ],
)
def test_hours_that_never_come(start: str, end: str, zone: str) -> None:
    with pytest.raises(BadMoment):
        local_time.spans(start, end, zone)
