"""What staff and time do with an alert: promises, reminders, snoozes, other hands, a day's memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.casework import alerts, checkins, moves, staff
from bot.casework.alerts import NewSignal
from bot.casework.lifecycle import WrongMove
from bot.casework.moves import BadMove, NextAct
from bot.store.queries import alerts as rows
from bot.store.tx import Tx
from tests.offices import SUPERVISOR, WORKER, Play

COLLEAGUE = "+355690000012"


class Desk:
    """An office with one case, and its alert."""

    def __init__(self, office: Play) -> None:
        self.play = office
        self.number = office.enrol("sq")
        self.worker, self.lead = self._id("worker"), self._id("lead")
        new = staff.NewStaff("other", "caseworker", "other@office.invalid", "a long password", COLLEAGUE)
        self.other = self.do(lambda tx: staff.add(tx, office.clock(), new))

    def do(self, job: Callable[[Tx], Any]) -> Any:
        return self.play.office.db.write_now(job)

    def signal(self, level: str) -> int:
        def job(tx: Tx) -> int:
            tx.cursor.execute("SELECT id FROM cases")
            about = checkins.subject(checkins.case_person(tx, tx.cursor.fetchone()[0]))
            found = [NewSignal("violence", level, "text", "më rrahu")]
            return alerts.signal(tx, self.play.office.programme, self.play.clock(), about, found)

        number = int(self.do(job))
        self.play.tick()
        return number

    def alert(self, number: int) -> Any:
        return self.do(lambda tx: rows.alert.one(tx, alert=number))

    def told(self, phone: str = WORKER) -> int:
        return len(self.play.sandbox.sent(phone))

    def acknowledge(self, number: int, act: NextAct | None = None, note: str | None = None) -> str:
        return str(
            self.do(lambda tx: moves.acknowledge(tx, self.play.clock(), number, self.worker, note, act))
        )

    def pass_time(self, **by: float) -> None:
        self.play.wait(timedelta(**by), timedelta(minutes=5))

    def _id(self, name: str) -> str:
        found = self.do(lambda tx: staff.find_by_email(tx, f"{name}@office.invalid"))
        return str(found.id)


@pytest.fixture
def desk(office: Play) -> Desk:
    return Desk(office)


def test_who_promises_is_reminded_and_then_it_opens_again(desk: Desk) -> None:
    number = desk.signal("critical")
    told = desk.told()
    at = desk.play.clock() + timedelta(hours=2)
    assert desk.acknowledge(number, NextAct("I call", at, "her")) == "acknowledged"
    found = desk.alert(number)
    assert (found.act_at, found.waiting_for, found.acknowledged_by) == (at, "her", desk.worker)
    assert desk.do(lambda tx: tx.vault.open(found.act, column="alert.act", row=str(number))) == "I call"
    desk.pass_time(minutes=100)
    assert desk.told() == told
    desk.pass_time(minutes=10)
    assert desk.told() == told + 1
    assert desk.alert(number).state == "acknowledged"
    desk.pass_time(minutes=10)
    assert desk.alert(number).state == "open"
    assert desk.alert(number).act_at is None
    assert desk.told() == told + 2
    desk.pass_time(minutes=15)
    assert desk.told(SUPERVISOR) > 0


@pytest.mark.parametrize(("level", "hours"), [("critical", 1), ("high", 4)])
def test_a_plain_acknowledgement_gets_the_date_of_the_policy(desk: Desk, level: str, hours: int) -> None:
    number = desk.signal(level)
    desk.acknowledge(number)
    assert desk.alert(number).act_at == desk.play.clock() + timedelta(hours=hours)
    assert desk.alert(number).waiting_for == "me"


def test_repeating_is_harmless_and_another_promise_replaces_the_first(desk: Desk) -> None:
    number = desk.signal("high")
    desk.acknowledge(number, note="on my way")
    first = desk.alert(number)
    desk.play.clock.now += timedelta(minutes=5)
    desk.acknowledge(number)
    assert desk.alert(number) == first
    later = desk.play.clock() + timedelta(days=1)
    desk.acknowledge(number, NextAct("visit", later, "partner"))
    assert desk.alert(number).act_at == later
    desk.do(lambda tx: moves.resolve(tx, desk.play.clock(), number, desk.worker))
    desk.do(lambda tx: moves.resolve(tx, desk.play.clock(), number, desk.lead, outcome="other"))
    assert (desk.alert(number).resolved_by, desk.alert(number).outcome) == (desk.worker, "done")
    with pytest.raises(WrongMove) as refused:
        desk.acknowledge(number)
    assert refused.value.state == "resolved"


def test_notes_are_kept_one_after_the_other(desk: Desk) -> None:
    number = desk.signal("high")
    for note in ("first", "first", "second"):
        desk.acknowledge(number, note=note)
    kept = desk.do(lambda tx: rows.note_of.one(tx, alert=number).note)
    assert desk.do(lambda tx: tx.vault.open(kept, column="alert.note", row=str(number))) == "first\n\nsecond"


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=-1), timedelta(days=2)])
def test_a_promise_lies_ahead_and_not_too_far(desk: Desk, ahead: timedelta) -> None:
    number = desk.signal("critical")
    at = desk.play.clock() + ahead
    with pytest.raises(BadMove):
        desk.acknowledge(number, NextAct("call", at))
    with pytest.raises(BadMove):
        desk.do(lambda tx: moves.snooze(tx, desk.play.clock(), number, desk.worker, at))
    assert desk.alert(number).state == "open"


def test_acknowledging_takes_back_what_is_queued(desk: Desk) -> None:
    number = desk.signal("critical")
    desk.play.clock.now += timedelta(minutes=10)

    def step_and_acknowledge(tx: Tx) -> None:
        alerts.escalate(tx, desk.play.office.programme, desk.play.clock(), number)
        moves.acknowledge(tx, desk.play.clock(), number, desk.worker)

    before = desk.told(), desk.told(SUPERVISOR)
    desk.do(step_and_acknowledge)
    desk.play.tick()
    assert (desk.told(), desk.told(SUPERVISOR)) == before


def test_a_snoozed_one_is_silent_until_its_date(desk: Desk) -> None:
    number = desk.signal("high")
    told = desk.told()
    until = desk.play.clock() + timedelta(hours=3)
    desk.do(lambda tx: moves.snooze(tx, desk.play.clock(), number, desk.worker, until))
    desk.pass_time(minutes=170)
    assert desk.told() == told
    desk.pass_time(minutes=15)
    assert (desk.alert(number).state, desk.alert(number).snoozed_until) == ("open", None)
    assert desk.told() == told + 1


@pytest.mark.parametrize("text", ["faleminderit", "po vij nesër në zyrë"])
def test_whatever_she_writes_wakes_a_snoozed_one(desk: Desk, text: str) -> None:
    number = desk.signal("high")
    until = desk.play.clock() + timedelta(hours=3)
    desk.do(lambda tx: moves.snooze(tx, desk.play.clock(), number, desk.worker, until))
    told = desk.told()
    desk.play.hear(desk.number, text)
    assert desk.alert(number).state == "open"
    assert desk.told() > told


def test_a_low_signal_wakes_a_snoozed_one_and_leaves_an_acknowledged_one_alone(desk: Desk) -> None:
    number = desk.signal("high")
    desk.acknowledge(number)
    desk.signal("low")
    assert desk.alert(number).state == "acknowledged"
    until = desk.play.clock() + timedelta(hours=3)
    desk.do(lambda tx: moves.snooze(tx, desk.play.clock(), number, desk.worker, until))
    desk.signal("low")
    assert (desk.alert(number).state, desk.alert(number).level) == ("open", "high")


@pytest.mark.parametrize("level", ["high", "critical"])
def test_a_grave_signal_opens_what_was_acknowledged_and_restarts_its_clock(desk: Desk, level: str) -> None:
    number = desk.signal("high")
    desk.acknowledge(number)
    told = desk.told()
    desk.play.clock.now += timedelta(minutes=30)
    assert desk.signal(level) == number
    found = desk.alert(number)
    assert (found.state, found.level, found.started_at) == ("open", level, desk.play.clock())
    assert desk.told() == told + 1


def test_a_new_alert_within_a_day_names_the_one_that_was_resolved(desk: Desk) -> None:
    first = desk.signal("high")
    desk.do(lambda tx: moves.resolve(tx, desk.play.clock(), first, desk.worker))
    desk.play.clock.now += timedelta(hours=23)
    second = desk.signal("high")
    assert second != first
    assert desk.alert(second).previous_id == first
    desk.do(lambda tx: moves.resolve(tx, desk.play.clock(), second, desk.worker))
    desk.play.clock.now += timedelta(hours=25)
    assert desk.alert(desk.signal("high")).previous_id is None


def test_in_other_hands_they_are_told_and_the_clock_of_an_open_one_goes_on(desk: Desk) -> None:
    number = desk.signal("critical")
    desk.play.clock.now += timedelta(minutes=3)
    started = desk.alert(number).started_at
    desk.do(
        lambda tx: moves.reassign(tx, desk.play.clock(), number, desk.worker, desk.other, "she knows her")
    )
    desk.play.tick()
    assert (desk.told(COLLEAGUE), desk.alert(number).owner_id) == (1, desk.other)
    assert desk.alert(number).started_at == started
    desk.pass_time(minutes=8)
    assert desk.told(SUPERVISOR) == 1


def test_an_acknowledged_one_in_other_hands_opens_again(desk: Desk) -> None:
    number = desk.signal("high")
    desk.acknowledge(number)
    told = desk.told()
    state = desk.do(lambda tx: moves.reassign(tx, desk.play.clock(), number, desk.worker, desk.other))
    desk.play.tick()
    assert (state, desk.alert(number).act_at) == ("open", None)
    assert (desk.told(), desk.told(COLLEAGUE)) == (told, 1)


def test_only_who_may_hold_it_gets_it(desk: Desk) -> None:
    number = desk.signal("high")
    now = desk.play.clock()
    strangers = [
        staff.NewStaff(f"{role}{team}", role, f"{role}{team}@office.invalid", "a long password", team=team)
        for role, team in (("coordinator", "default"), ("auditor", "default"), ("caseworker", "another"))
    ]
    for new in strangers:
        other = desk.do(lambda tx, new=new: staff.add(tx, now, new))
        with pytest.raises(BadMove):
            desk.do(lambda tx, to=other: moves.reassign(tx, now, number, desk.worker, to))
    with pytest.raises(BadMove):
        desk.do(lambda tx: moves.reassign(tx, now, number, desk.worker, "nobody"))
    assert desk.alert(number).owner_id == desk.worker


def test_a_reply_counts_only_from_someone_who_was_told(desk: Desk) -> None:
    number = desk.signal("critical")
    now = desk.play.clock()
    assert not desk.do(lambda tx: moves.acknowledge_by_reply(tx, now, number, [desk.lead]))
    assert not desk.do(lambda tx: moves.acknowledge_by_reply(tx, now, 999, [desk.worker]))
    assert desk.do(lambda tx: moves.acknowledge_by_reply(tx, now, number, [desk.lead, desk.worker]))
    assert desk.alert(number).acknowledged_by == desk.worker
