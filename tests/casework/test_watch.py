"""What stands still is moved: the auditor, and what it makes of rows that nothing else looks at."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from bot.casework import moves, roster, watch
from bot.casework.alerts import NewSignal, Subject, signal
from bot.store.prepared import Prepared
from bot.store.queries import alerts, columns, people
from bot.store.tables import Alert, Audit, Case, Incident, Staff
from tests.offices import START, SUPERVISOR, WORKER, Play, play

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_alert, _staff, _audit, _incident, _case = (columns(t) for t in (Alert, Staff, Audit, Incident, Case))
AUDITED = Prepared(select(_audit.action, _audit.subject).where(_audit.actor == "auditor").order_by(_audit.id))
INCIDENTS = Prepared(select(_incident.kind, _incident.subject, _incident.closed_at).order_by(_incident.id))
CASES = Prepared(select(_case.caseworker_id, _case.keeper_id))


def spoil(office: Play, **values: Any) -> None:
    """Change the alerts behind Besa's back."""
    change = Prepared(update(Alert).values({name: bindparam(f"new_{name}") for name in values}))
    given = {f"new_{name}": value for name, value in values.items()}
    office.office.db.write_now(lambda tx: change.run(tx, **given))


def raise_alert(office: Play, level: str = "high") -> int:
    office.enrol("sq")

    def put(tx: Any) -> int:
        case = people.case_with_code.one(tx, code="C-1")
        subject = Subject(case.id, "C-1", case.team_id, None)
        return signal(
            tx, office.office.programme, office.clock(), subject, [NewSignal("distress", level, "text")]
        )

    number: int = office.office.db.write_now(put)
    office.tick()
    return number


def the_alert(office: Play, number: int) -> Any:
    return office.office.db.write_now(lambda tx: alerts.alert.one(tx, alert=number))


def audited(office: Play, action: str) -> int:
    return sum(row.action == action for row in office.office.db.read_now(AUDITED.all))


def standing(office: Play) -> dict[tuple[str, str], bool]:
    """The incidents there were, and whether each is open."""
    rows = office.office.db.read_now(INCIDENTS.all)
    return {(row.kind, row.subject): row.closed_at is None for row in rows}


def texts(office: Play, number: str, word: str = "") -> list[str]:
    return [each.text for each in office.sandbox.sent(number) if word in each.text]


def test_a_restart_while_an_alert_waits_for_office_hours_loses_nothing(tmp_path: Path) -> None:
    """grafana/oncall #1206: an escalation that waited for office hours never went on after a restart."""
    with play(tmp_path) as office:
        office.clock.now = datetime.fromisoformat("2026-03-06T22:00:00+00:00")
        number = raise_alert(office)
        assert texts(office, WORKER, "C-1 HIGH") == []
        waits_until = the_alert(office, number).next_step_at
        assert waits_until > office.clock.now + 6 * HOUR
        settings, programme = office.office.settings, office.office.programme
    reopened = again(settings, programme, waits_until - MINUTE)
    try:
        reopened.tick()
        assert texts(reopened, WORKER, "C-1 HIGH") == []
        reopened.clock.now = waits_until + 3 * HOUR
        reopened.tick()
        assert len(texts(reopened, WORKER, "C-1 HIGH")) == 1
    finally:
        reopened.office.close()


def again(settings: Any, programme: Any, now: datetime) -> Play:
    """The same office, opened by another process at another time."""
    from bot.delivery.office import open_office
    from tests.offices import Clock

    clock = Clock()
    clock.now = now
    return Play(open_office(settings, clock=clock, sandbox=True), clock)


def test_an_alert_without_a_next_step_gets_one_at_once(office: Play) -> None:
    number = raise_alert(office)
    told = len(texts(office, WORKER, "C-1"))
    spoil(office, next_step_at=None)
    office.wait(2 * MINUTE, MINUTE)
    assert len(texts(office, WORKER, "C-1")) > told
    assert the_alert(office, number).next_step_at > office.clock.now
    assert audited(office, "alert.overdue") == 1


def test_an_alert_whose_step_cannot_be_taken_is_told_all_the_same(office: Play) -> None:
    number = raise_alert(office)
    before = len(texts(office, SUPERVISOR, "C-1"))
    spoil(office, policy="{}", next_step_at=office.clock.now)
    office.wait(4 * MINUTE, MINUTE)
    assert len(texts(office, SUPERVISOR, "C-1")) == before
    office.wait(4 * MINUTE, MINUTE)
    assert len(texts(office, SUPERVISOR, "C-1")) == before + 1
    assert texts(office, WORKER, "C-1")
    assert the_alert(office, number).next_step_at > office.clock.now
    office.wait(30 * MINUTE, MINUTE)
    assert audited(office, "alert.step_failed") == 3


def test_an_acknowledged_alert_without_an_act_gets_a_moment(office: Play) -> None:
    number = raise_alert(office)
    owner = the_alert(office, number).owner_id
    office.office.db.write_now(lambda tx: moves.acknowledge(tx, office.clock(), number, owner))
    spoil(office, act_at=None, next_step_at=None)
    office.wait(2 * MINUTE, MINUTE)
    assert the_alert(office, number).act_at > office.clock.now
    assert audited(office, "alert.act_missing") == 1
    office.wait(timedelta(days=5), HOUR)
    assert the_alert(office, number).state == "open"


def test_a_notice_that_does_not_arrive_goes_to_the_next_person(office: Play) -> None:
    office.sandbox.switch_off(WORKER)
    number = raise_alert(office)
    office.wait(4 * MINUTE, MINUTE)
    assert texts(office, SUPERVISOR, "C-1") == []
    step = the_alert(office, number).step
    office.wait(4 * MINUTE, MINUTE)
    assert the_alert(office, number).step > step
    assert standing(office) == {("notification_undelivered", f"alert:{number}"): True}
    office.wait(30 * MINUTE, MINUTE)
    assert len(texts(office, SUPERVISOR, "C-1")) >= 1
    assert audited(office, "alert.undelivered") <= 4


def test_what_arrived_after_all_closes_the_incident(office: Play) -> None:
    office.sandbox.switch_off(WORKER)
    number = raise_alert(office)
    office.wait(7 * MINUTE, MINUTE)
    assert standing(office)["notification_undelivered", f"alert:{number}"]
    office.sandbox.switch_on(WORKER)
    office.wait(30 * MINUTE, MINUTE)
    assert not standing(office)["notification_undelivered", f"alert:{number}"]


def test_what_is_told_and_arrives_is_left_alone(office: Play) -> None:
    number = raise_alert(office)
    office.wait(30 * MINUTE, MINUTE)
    assert the_alert(office, number).step == 1
    assert standing(office) == {}
    assert office.office.db.read_now(AUDITED.all) == []


def test_work_that_lost_its_owner_behind_our_back_is_mended(office: Play) -> None:
    number = raise_alert(office)
    worker = the_alert(office, number).owner_id
    gone = Prepared(update(Staff).where(_staff.id == bindparam("staff")).values(active=False))
    office.office.db.write_now(lambda tx: gone.run(tx, staff=worker))
    lost = office.office.db.read_now(lambda tx: watch.missing(tx, office.clock()))
    assert [(each.kind, each.id) for each in lost] == [("case", "C-1"), ("alert", str(number))]
    office.wait(2 * MINUTE, MINUTE)
    assert office.office.db.read_now(lambda tx: watch.missing(tx, office.clock())) == []
    (case,) = office.office.db.read_now(CASES.all)
    assert case.caseworker_id == case.keeper_id == the_alert(office, number).owner_id != worker
    assert audited(office, "case.hand_over") == 1


def test_a_gap_a_day_ahead_is_told_once_each_way(office: Play) -> None:
    lead = the_lead(office)
    office.wait(2 * MINUTE, MINUTE)
    assert standing(office) == {}
    duty(office, lead, 0, 20)
    office.wait(2 * MINUTE, MINUTE)
    (found,) = standing(office).items()
    assert found == (("roster_gap", f"team:{lead.team_id}"), True)
    office.wait(3 * HOUR, HOUR)
    assert len(texts(office, SUPERVISOR, "default")) == 1
    duty(office, lead, 20, 80)
    office.wait(3 * HOUR, HOUR)
    assert list(standing(office).values()) == [False]
    assert len(texts(office, SUPERVISOR, "default")) == 2


def test_an_incident_of_which_nobody_was_told_is_told_later(office: Play) -> None:
    from bot.casework import incidents

    office.office.db.write_now(
        lambda tx: incidents.open_incident(tx, None, office.clock(), "clock_off", "database", "ahead 90 s")
    )
    office.wait(2 * MINUTE, MINUTE)
    office.wait(2 * HOUR, HOUR)
    assert len(texts(office, SUPERVISOR, "database")) == 1


def the_lead(office: Play) -> Any:
    def find(tx: Any) -> Any:
        return people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", "lead@office.invalid"))

    return office.office.db.read_now(find)


def duty(office: Play, who: Any, start: int, end: int) -> None:
    first, last = START + start * HOUR, START + end * HOUR
    office.office.db.write_now(
        lambda tx: roster.add(tx, office.clock(), who.team_id, who.id, first, last, "test")
    )


@pytest.mark.parametrize("state", ["acknowledge", "resolve"])
def test_an_alert_that_someone_has_closes_its_incidents(office: Play, state: str) -> None:
    office.sandbox.switch_off(WORKER)
    number = raise_alert(office)
    office.wait(7 * MINUTE, MINUTE)
    owner = the_alert(office, number).owner_id
    office.office.db.write_now(lambda tx: getattr(moves, state)(tx, office.clock(), number, owner))
    office.wait(2 * MINUTE, MINUTE)
    assert standing(office) == {("notification_undelivered", f"alert:{number}"): False}
