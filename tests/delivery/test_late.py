"""What is held up: nothing that was due goes out at night, and nobody is told ten times at once."""

from __future__ import annotations

from datetime import timedelta

from tests.delivery.test_checkin import ALARMING
from tests.offices import WORKER, Play


def test_a_checkin_that_was_held_up_waits_for_the_morning(office: Play) -> None:
    number = office.enrol("sq")
    office.clock.now = office.clock.now.replace(hour=22)
    office.wait(timedelta(hours=8))
    assert office.sandbox.sent(number) == []
    office.wait(timedelta(hours=2))
    assert len(office.sandbox.sent(number)) == 1


def test_repeats_that_were_missed_are_not_made_up(office: Play) -> None:
    number = office.enrol("uk")
    office.tick()
    office.hear(number, ALARMING["uk"])
    office.wait(timedelta(minutes=16), timedelta(minutes=1))
    before = len(office.sandbox.sent(WORKER))
    office.clock.now += timedelta(hours=30)
    office.wait(timedelta(minutes=30), timedelta(minutes=1))
    assert 3 <= len(office.sandbox.sent(WORKER)) - before <= 5
