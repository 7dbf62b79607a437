"""The way of an alert through its steps: failed ones, gaps of the roster, nobody at all, nights, mornings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.casework import absences, alerts, checkins, moves, roster, staff
from bot.casework.alerts import NewSignal
from bot.casework.policy import Policy
from bot.store.tx import Tx
from tests.offices import Play, play

PHONES = {name: f"+35569000020{n}" for n, name in enumerate(("ana", "bora", "lead", "head", "far"))}
ROLES = {"ana": "caseworker", "bora": "caseworker", "lead": "supervisor", "head": "coordinator"}
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
EVENING = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class House:
    """A team of four, a supervisor of another team, and one case."""

    def __init__(self, office: Play) -> None:
        self.play = office
        self.db, self.clock = office.office.db, office.clock
        self.programme = office.office.programme
        self.clock.now = NOON
        self.ids = {name: self._add(name, role, "default") for name, role in ROLES.items()}
        self.ids["far"] = self._add("far", "supervisor", "another")
        office.enrol("sq", worker="ana@office.invalid")
        self.team = self.one("SELECT team_id FROM cases")

    def one(self, query: str, *values: object) -> Any:
        def run(tx: Tx) -> Any:
            tx.cursor.execute(query, values)
            row = tx.cursor.fetchone()
            return row[0] if row else None

        return self.db.write_now(run)

    def signal(self, level: str, *, tick: bool = True) -> int:
        def job(tx: Tx) -> int:
            tx.cursor.execute("SELECT id FROM cases")
            about = checkins.subject(checkins.case_person(tx, tx.cursor.fetchone()[0]))
            return alerts.signal(
                tx, self.programme, self.clock(), about, [NewSignal("violence", level, "text")]
            )

        number = self.db.write_now(job)
        if tick:
            self.play.tick()
        return number

    def unreachable(self, *names: str) -> None:
        for name in names:
            self.one("UPDATE staff SET phone = NULL WHERE id = ?", self.ids[name])

    def told(self) -> dict[str, int]:
        """Who got how many messages."""
        found = {name: len(self.play.sandbox.sent(phone)) for name, phone in PHONES.items()}
        return {name: count for name, count in found.items() if count}

    def reasons(self) -> list[str]:
        def run(tx: Tx) -> list[str]:
            tx.cursor.execute("SELECT reason FROM notification WHERE alert_id IS NOT NULL ORDER BY at, id")
            return [row[0] for row in tx.cursor.fetchall()]

        return self.db.read_now(run)

    def incidents(self) -> list[tuple[str, bool]]:
        def run(tx: Tx) -> list[tuple[str, bool]]:
            tx.cursor.execute("SELECT kind, closed_at IS NULL FROM incident WHERE kind = 'nobody_reachable'")
            return [(kind, bool(standing)) for kind, standing in tx.cursor.fetchall()]

        return self.db.read_now(run)

    def _add(self, name: str, role: str, team: str) -> str:
        email = f"{name}@office.invalid"
        new = staff.NewStaff(name, role, email, "a long password", PHONES[name], team=team)
        return self.db.write_now(lambda tx: staff.add(tx, self.clock(), new))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with play(tmp_path, people=()) as office:
        yield House(office)


def test_a_critical_alert_climbs_to_everyone_until_someone_acknowledges(house: House) -> None:
    number = house.signal("critical")
    seen = [house.told()]
    for minutes in (5, 5, 5, 10):
        house.play.wait(minutes * MINUTE, MINUTE)
        seen.append(house.told())
    assert seen[:3] == [{"ana": 1}, {"ana": 2}, {"ana": 3, "lead": 1}]
    assert seen[3] == {"ana": 4, "lead": 2, "head": 1}
    assert seen[4] == {"ana": 5, "lead": 3, "head": 2}
    house.db.write_now(lambda tx: moves.acknowledge(tx, house.clock(), number, house.ids["lead"]))
    house.play.wait(40 * MINUTE, MINUTE)
    assert house.told() == seen[4]


def test_a_step_that_reaches_nobody_is_followed_by_the_next_at_once(house: House) -> None:
    house.unreachable("ana")
    number = house.signal("critical")
    assert house.told() == {"lead": 1}
    query = "SELECT group_concat(detail, ' ') FROM audit WHERE action = 'alert.step' AND subject = ?"
    assert house.one(query, f"alert:{number}").count('"told":"0"') == 2
    assert house.incidents() == []


def test_nobody_at_all_is_an_incident_until_someone_is_told(house: House) -> None:
    house.unreachable("ana", "lead", "head")
    house.signal("critical")
    assert house.incidents() == [("nobody_reachable", True)]
    house.play.wait(30 * MINUTE, MINUTE)
    assert house.incidents() == [("nobody_reachable", True)]
    assert house.told() == {}
    phone = house.one("SELECT phone FROM staff WHERE id = ?", house.ids["bora"])
    assert phone is not None
    house.one("UPDATE alert SET owner_id = ? WHERE state = 'open'", house.ids["bora"])
    house.play.wait(10 * MINUTE, MINUTE)
    assert house.told()["bora"] >= 1
    assert house.incidents() == [("nobody_reachable", False)]


def test_on_duty_is_told_at_the_last_step_and_the_fallback_only_in_a_gap(house: House) -> None:
    now = house.clock()
    house.one("UPDATE team SET fallback_id = ? WHERE id = ?", house.ids["far"], house.team)
    house.db.write_now(
        lambda tx: roster.add(
            tx, now, house.team, house.ids["bora"], now - MINUTE, now + timedelta(hours=2), "command"
        )
    )
    house.signal("critical")
    house.play.wait(15 * MINUTE, MINUTE)
    assert house.reasons().count("roster") == 1
    assert "fallback" not in house.reasons()
    house.play.wait(timedelta(hours=2), MINUTE)
    assert house.reasons().count("fallback") >= 1


def test_a_critical_alert_in_a_gap_goes_to_the_fallback_at_once(house: House) -> None:
    house.one("UPDATE team SET fallback_id = ? WHERE id = ?", house.ids["far"], house.team)
    house.signal("critical")
    assert house.told() == {"ana": 1, "far": 1}
    assert house.reasons() == ["assigned", "fallback"]


def test_a_high_alert_in_a_gap_goes_to_no_fallback(house: House) -> None:
    house.one("UPDATE team SET fallback_id = ? WHERE id = ?", house.ids["far"], house.team)
    house.signal("high")
    assert house.told() == {"ana": 1}


def test_while_the_caseworker_is_away_who_stands_in_holds_what_comes(house: House) -> None:
    now = house.clock()
    house.db.write_now(
        lambda tx: absences.plan(
            tx, now, house.ids["ana"], house.ids["bora"], now, now + timedelta(days=3), "command"
        )
    )
    number = house.signal("critical")
    assert house.one("SELECT owner_id FROM alert WHERE id = ?", number) == house.ids["bora"]
    assert house.told()["bora"] >= 1
    assert "ana" not in house.told()


def test_who_goes_on_leave_hands_over_and_what_they_promised_opens_again(house: House) -> None:
    number = house.signal("critical")
    house.db.write_now(lambda tx: moves.acknowledge(tx, house.clock(), number, house.ids["ana"]))
    now = house.clock() + MINUTE
    house.clock.now = now
    house.db.write_now(
        lambda tx: absences.plan(
            tx, now, house.ids["ana"], house.ids["bora"], now, now + timedelta(days=3), "command"
        )
    )
    house.play.tick()
    assert house.one("SELECT state FROM alert WHERE id = ?", number) == "open"
    assert house.one("SELECT owner_id FROM alert WHERE id = ?", number) == house.ids["bora"]
    assert house.told()["bora"] >= 1


@pytest.mark.parametrize(("high_risk", "told"), [(False, {}), (True, {"ana": 1})])
def test_a_high_alert_waits_for_the_morning_but_for_who_is_at_high_risk(
    house: House, high_risk: bool, told: dict[str, int]
) -> None:
    house.clock.now = EVENING
    house.one("UPDATE cases SET high_risk = ?", high_risk)
    house.signal("high")
    assert house.told() == told
    house.clock.now = datetime(2026, 3, 5, 7, 0, 20, tzinfo=UTC)
    house.play.tick()
    assert house.told().get("ana", 0) > told.get("ana", 0)


def test_low_alerts_come_together_in_the_morning(house: House) -> None:
    for n in range(2, 5):
        house.play.enrol("sq", f"C-{n}", worker="ana@office.invalid", address=f"+35569000030{n}")

    def all_cases(tx: Tx) -> None:
        tx.cursor.execute("SELECT id FROM cases")
        for (case,) in tx.cursor.fetchall():
            about = checkins.subject(checkins.case_person(tx, case))
            found = [NewSignal("contact_request", "low", "text")]
            alerts.signal(tx, house.programme, house.clock(), about, found)

    house.db.write_now(all_cases)
    house.play.tick()
    assert house.told() == {}
    house.clock.now = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
    house.play.tick()
    assert house.told() == {"ana": 1}
    assert house.reasons() == ["digest"] * 4
    assert house.one("SELECT count(*) FROM alert WHERE step = 1 AND next_step_at > 0") == 4
    house.play.wait(timedelta(hours=20), timedelta(hours=1))
    assert house.told() == {"ana": 1}


def test_what_was_held_up_overnight_waits_for_the_office_but_not_for_ever(house: House) -> None:
    house.signal("high")
    for day in (5, 6):
        house.clock.now = datetime(2026, 3, day, 2, 0, tzinfo=UTC)
        house.play.tick()
        if day == 5:
            assert house.told() == {"ana": 1}
    assert house.told()["ana"] == 2


def test_an_edit_of_the_policy_leaves_what_is_in_flight_as_it_was(house: House) -> None:
    number = house.signal("critical")
    written = house.programme.policy.model_dump()
    written["levels"]["critical"]["steps"] = [{"after": "1h", "tell": ["coordinator"]}]
    edited = Policy.model_validate(written | {"version": 3})
    house.play.office = replace(house.play.office, programme=replace(house.programme, policy=edited))
    house.play.wait(10 * MINUTE, MINUTE)
    assert house.told() == {"ana": 3, "lead": 1}
    assert '"version":2' in house.one("SELECT policy FROM alert WHERE id = ?", number)


def test_a_step_may_name_its_channels(house: House) -> None:
    written = house.programme.policy.model_dump()
    written["levels"]["critical"]["steps"][0]["channels"] = ["telegram"]
    house.programme = replace(
        house.programme, policy=Policy.model_validate(written), staff_channels=("twilio", "email")
    )
    house.signal("critical", tick=False)
    sent = house.one("SELECT group_concat(channel) FROM message WHERE staff_id IS NOT NULL")
    assert sent == "twilio,email"
    assert house.reasons() == ["assigned", "assigned"]
    assert house.one("SELECT step FROM alert") == 2
