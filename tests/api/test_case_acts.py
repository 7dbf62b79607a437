"""What staff do with a case, in an office with a clock: writing, silence of automation, rest, hand-over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.casework import absences, case_acts, case_reading, contacts, desk, moves, staff
from bot.casework.case_acts import BadAct, CannotAct, Changes
from bot.casework.staff import NewStaff, Signed
from bot.store import audit
from bot.store.queries import alerts, people
from bot.store.tx import Tx
from tests.offices import NUMBERS, Play

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = {"sq": "A mund të të telefonoj?", "ar": "هل يمكنني أن أتصل بك؟", "uk": "Можна вам зателефонувати?"}


def worker(office: Play) -> Signed:
    found = office.office.db.read_now(lambda tx: staff.find_by_email(tx, "worker@office.invalid"))
    assert found is not None
    return found


def lead(office: Play) -> Signed:
    found = office.office.db.read_now(lambda tx: staff.find_by_email(tx, "lead@office.invalid"))
    assert found is not None
    return found


def do(office: Play, act: Any, *args: Any, **named: Any) -> Any:
    return office.office.db.write_now(lambda tx: act(tx, *args, **named))


def write(office: Play, text: str, code: str = "C-1") -> case_acts.Written:
    written: case_acts.Written = do(
        office, case_acts.write_to, office.office.programme, office.clock(), worker(office), code, text
    )
    return written


def got(office: Play, number: str) -> list[str]:
    return [each.text for each in office.sandbox.sent(number)]


def case(office: Play, code: str = "C-1") -> Any:
    return office.office.db.read_now(lambda tx: people.case_with_code.one(tx, code=code))


def shown(office: Play, code: str = "C-1") -> dict[str, Any]:

    now, who = office.clock(), worker(office)
    return office.office.db.read_now(lambda tx: case_reading.one(tx, now, who, code))


def planned(office: Play, state: str) -> list[Any]:
    who = case(office).id
    rows = office.office.db.read_now(
        lambda tx: tx.connection.exec_driver_sql(
            "SELECT step, state, reason FROM checkin WHERE case_id = ? AND state = ?", (who, state)
        ).all()
    )
    return list(rows)


def alert(office: Play, code: str = "C-1") -> Any:
    return office.office.db.read_now(lambda tx: alerts.open_alert.one(tx, case=case(office, code).id))


@pytest.mark.parametrize("language", WORDS)
def test_a_caseworker_writes_and_automation_is_silent(office: Play, language: str) -> None:
    number = office.enrol(language)
    office.tick()
    before = len(got(office, number))
    assert write(office, WORDS[language]).at_once
    office.tick()
    assert got(office, number)[before:] == [WORDS[language]]
    office.wait(3 * HOUR)
    assert len(got(office, number)) == before + 1
    office.hear(number, "xxxx")
    assert len(got(office, number)) == before + 1
    assert alert(office) is not None
    assert shown(office)["last_contact_at"] == office.clock()


def test_what_was_due_waits_until_the_talk_is_over(office: Play) -> None:
    number = office.enrol("sq")
    write(office, WORDS["sq"])
    office.wait(4 * HOUR + timedelta(minutes=31))
    texts = got(office, number)
    assert texts[0] == WORDS["sq"]
    assert len(texts) == 2
    assert [row.step for row in planned(office, "started")] == ["first"]


def test_her_answers_keep_the_talk_going(office: Play) -> None:
    number = office.enrol("sq")
    write(office, WORDS["sq"])
    office.tick()
    for _ in range(3):
        office.wait(3 * HOUR)
        office.hear(number, "po mirë")
    assert got(office, number) == [WORDS["sq"]]


def test_outside_the_hours_it_leaves_with_the_next(office: Play) -> None:
    number = office.enrol("sq")
    office.clock.now = office.clock.now.replace(hour=22)
    written = write(office, WORDS["sq"])
    assert not written.at_once
    assert written.leaves_at == (office.clock.now + DAY).replace(hour=7, minute=0)
    office.tick()
    assert got(office, number) == []
    office.wait(written.leaves_at - office.clock.now)
    assert got(office, number) == [WORDS["sq"]]


def test_help_during_a_talk_is_grave_and_danger_is_read(office: Play) -> None:
    number = office.enrol("sq")
    write(office, WORDS["sq"])
    office.tick()
    office.hear(number, "ndihmë")
    assert alert(office).level in ("high", "critical")
    office.hear(number, "burri im po me rreh")
    assert alert(office).level == "critical"
    assert got(office, number) == [WORDS["sq"]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE cases SET consent = 'withdrawn'", "stopped"),
        ("UPDATE cases SET consent = 'declined'", "declined"),
        ("UPDATE cases SET consent = 'none'", "not_agreed"),
        ("UPDATE cases SET phone = 'watched'", "phone_watched"),
        ("UPDATE cases SET state = 'closed'", "case_closed"),
        ("UPDATE address SET state = 'closed'", "address_closed"),
        ("UPDATE address SET address_hash = NULL", "not_linked"),
    ],
)
def test_who_must_not_be_written_to_is_not(office: Play, change: str, reason: str) -> None:
    number = office.enrol("sq")
    office.office.db.write_now(lambda tx: tx.cursor.execute(change) and None)
    with pytest.raises(CannotAct) as refused:
        write(office, WORDS["sq"])
    assert refused.value.reason == reason
    office.tick()
    assert WORDS["sq"] not in got(office, number)


def test_stop_calls_back_what_waits_for_the_morning(office: Play) -> None:
    number = office.enrol("sq")
    office.clock.now = office.clock.now.replace(hour=22)
    write(office, WORDS["sq"])
    office.hear(number, "STOP")
    office.wait(DAY)
    assert WORDS["sq"] not in got(office, number)


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_an_empty_or_endless_text_is_refused(office: Play, text: str) -> None:
    office.enrol("sq")
    with pytest.raises(BadAct):
        write(office, text)


def test_check_ins_rest_those_to_come_too_and_danger_is_read(office: Play) -> None:
    number = office.enrol("sq")
    who = worker(office)
    do(office, case_acts.pause, office.clock(), who, "C-1")
    office.wait(20 * DAY, step=DAY / 4)
    assert got(office, number) == []
    assert not planned(office, "missed")
    office.hear(number, "burri im po me rreh")
    assert alert(office).level == "critical"
    do(office, case_acts.resume, office.office.programme, office.clock(), who, "C-1")
    assert shown(office)["paused_until"] is None
    before = len(got(office, number))
    office.wait(20 * DAY, step=DAY / 4)
    assert len(got(office, number)) > before


def test_a_rest_of_a_day_puts_off_what_is_still_useful_then(office: Play) -> None:
    number = office.enrol("sq")
    until = office.clock() + 6 * HOUR
    do(office, case_acts.pause, office.clock(), worker(office), "C-1", until)
    office.wait(5 * HOUR)
    assert got(office, number) == []
    office.wait(2 * HOUR)
    assert len(got(office, number)) == 1


def test_a_rest_ends_a_conversation_without_calling_it_silence(office: Play) -> None:
    office.enrol("sq")
    office.tick()
    do(office, case_acts.pause, office.clock(), worker(office), "C-1")
    office.wait(5 * DAY, step=DAY / 4)
    assert alert(office) is None
    assert shown(office)["silences"] == 0
    with pytest.raises(BadAct):
        do(office, case_acts.pause, office.clock(), worker(office), "C-1", office.clock())


def test_a_case_with_open_work_is_not_closed(office: Play) -> None:
    number = office.enrol("sq")
    office.hear(number, "burri im po me rreh")
    who = worker(office)
    with pytest.raises(CannotAct) as refused:
        do(office, case_acts.close, office.clock(), who, "C-1", "moved")
    assert refused.value.reason == "alert_not_resolved"
    do(office, moves.resolve, office.clock(), alert(office).id, who.id)
    do(office, case_acts.close, office.clock(), who, "C-1", "moved")
    do(office, case_acts.close, office.clock(), who, "C-1", "moved")
    before = len(got(office, number))
    office.wait(15 * DAY, step=DAY / 2)
    assert len(got(office, number)) == before
    office.hear(number, "burri im po me rreh perseri")
    assert alert(office).level == "critical"
    do(office, case_acts.resume, office.office.programme, office.clock(), who, "C-1")
    assert case(office).state == "open"
    assert planned(office, "due")


def colleague(office: Play, team: str = "default", role: str = "caseworker") -> str:
    new = NewStaff("other", role, f"other-{role}-{team}@office.invalid", "a long password", team=team)
    found: str = do(office, staff.add, office.clock(), new)
    return found


def test_a_case_is_handed_over_with_its_open_work(office: Play) -> None:
    number = office.enrol("sq")
    office.hear(number, "burri im po me rreh")
    who, to = worker(office), colleague(office, team="south")
    do(office, case_acts.transfer, office.clock(), who, "C-1", to)
    row = case(office)
    assert (row.caseworker_id, row.team_id == who.team_id) == (to, False)
    assert (alert(office).owner_id, alert(office).team_id) == (to, row.team_id)
    new = Signed(to, "caseworker", row.team_id)
    assert office.office.db.read_now(lambda tx: desk.one_alert(tx, new, 1))["case"] == "C-1"
    with pytest.raises(desk.NotFound):
        do(office, case_acts.pause, office.clock(), lead(office), "C-1")


def test_a_case_handed_to_someone_away_is_kept_by_who_stands_in(office: Play) -> None:
    office.enrol("sq")
    who, to = worker(office), colleague(office)
    now = office.clock()
    do(office, absences.plan, now, to, who.id, now, None, "command")
    do(office, case_acts.transfer, now, lead(office), "C-1", to)
    row = shown(office)
    assert (row["caseworker"]["id"], row["keeper"]["id"]) == (to, who.id)


@pytest.mark.parametrize("role", ["supervisor", "coordinator", "auditor"])
def test_a_case_is_handed_to_active_caseworkers_alone(office: Play, role: str) -> None:
    office.enrol("sq")
    for to in (colleague(office, role=role), "0" * 32):
        with pytest.raises(CannotAct):
            do(office, case_acts.transfer, office.clock(), worker(office), "C-1", to)


def test_a_check_in_runs_now_or_in_the_morning(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    office.wait(3 * DAY)
    before = len(got(office, number))
    at = do(office, case_acts.run_checkin_now, office.office.programme, office.clock(), worker(office), "C-1")
    assert at == office.clock()
    office.tick()
    assert len(got(office, number)) == before + 1
    do(office, case_acts.pause, office.clock(), worker(office), "C-1")
    with pytest.raises(CannotAct) as refused:
        do(office, case_acts.run_checkin_now, office.office.programme, office.clock(), worker(office), "C-1")
    assert refused.value.reason == "paused"


def test_a_case_is_changed(office: Play) -> None:
    number = office.enrol("sq")
    who = worker(office)
    changes = Changes((600, 1080), "uk", "open", "sandbox", "+380500000077")
    assert do(office, case_acts.change, office.clock(), who, "C-1", changes) is None
    found = shown(office)
    assert (found["contact_from"], found["contact_to"], found["language"], found["privacy"]) == (
        "10:00",
        "18:00",
        "uk",
        "open",
    )
    write(office, WORDS["uk"])
    office.wait(2 * HOUR)
    assert got(office, number) == []
    assert got(office, "+380500000077") == [WORDS["uk"]]


def test_a_change_to_telegram_gives_a_link_and_the_old_phone_is_still_heard(office: Play) -> None:
    number = office.enrol("sq")
    token = do(office, case_acts.change, office.clock(), worker(office), "C-1", Changes(channel="telegram"))
    assert token
    with pytest.raises(CannotAct) as refused:
        write(office, WORDS["sq"])
    assert refused.value.reason == "not_linked"
    office.hear(number, "burri im po me rreh")
    assert alert(office).level == "critical"
    with pytest.raises(BadAct):
        do(
            office,
            case_acts.change,
            office.clock(),
            worker(office),
            "C-1",
            Changes(channel="twilio", address="12"),
        )


def silent_twice(office: Play) -> None:
    office.wait(10 * DAY, step=HOUR)


def record(office: Play, kind: contacts.Kind, reached: bool, ago: timedelta, **named: Any) -> str:
    now = office.clock()
    kept: str = do(
        office,
        contacts.record,
        office.office.programme,
        now,
        worker(office),
        "C-1",
        kind,
        reached,
        now - ago,
        **named,
    )
    return kept


def test_a_visit_ends_a_silence_and_settles_if_so_said(office: Play) -> None:
    office.enrol("sq")
    silent_twice(office)
    assert shown(office)["silences"] >= 1
    number = alert(office).id
    record(office, "call", False, HOUR)
    assert shown(office)["silences"] >= 1
    record(office, "visit", True, 60 * DAY)
    assert shown(office)["silences"] >= 1
    record(office, "visit", True, HOUR, text="she is well")
    assert shown(office)["silences"] == 0
    assert shown(office)["last_contact_at"] == office.clock() - HOUR
    assert alert(office).id == number
    record(office, "call", True, timedelta(minutes=5), settles=True)
    assert alert(office) is None
    assert shown(office)["last_contact_at"] == office.clock() - timedelta(minutes=5)


def test_an_earlier_visit_noted_later_is_not_the_last(office: Play) -> None:
    office.enrol("sq")
    record(office, "call", True, HOUR)
    record(office, "visit", True, DAY)
    assert shown(office)["last_contact_at"] == office.clock() - HOUR


def test_a_contact_may_raise_an_alert_and_is_kept_for_a_colleague(office: Play) -> None:
    office.enrol("sq")
    other = colleague(office)
    record(office, "visit", True, HOUR, by_id=other, text="he was there", raises="critical")
    assert alert(office).level == "critical"
    who = worker(office)
    page = office.office.db.read_now(lambda tx: desk.one_alert(tx, who, 1))
    assert page["signals"][0]["source"] == "answer"
    assert page["signals"][0]["evidence"] == "he was there"
    row = office.office.db.read_now(_only_contact)
    assert (row.staff_id, row.noted_by) == (other, who.id)
    assert b"he was" not in row.text
    assert row.noted_at - row.happened_at == HOUR // timedelta(milliseconds=1)


def _only_contact(tx: Tx) -> Any:
    return tx.connection.exec_driver_sql(
        "SELECT staff_id, noted_by, happened_at, noted_at, text FROM contact"
    ).one()


@pytest.mark.parametrize(
    ("ago", "named"),
    [
        (-HOUR, {}),
        (400 * DAY, {}),
        (HOUR, {"by_id": "0" * 32}),
        (HOUR, {"alert": 999}),
        (HOUR, {"settles": True, "raises": "low"}),
        (HOUR, {"text": "x" * 4001}),
    ],
)
def test_a_contact_that_cannot_be_is_refused(office: Play, ago: timedelta, named: dict[str, Any]) -> None:
    office.enrol("sq")
    with pytest.raises(BadAct):
        record(office, "visit", True, ago, **named)


def test_who_was_not_reached_settles_nothing(office: Play) -> None:
    number = office.enrol("sq")
    office.hear(number, "burri im po me rreh")
    with pytest.raises(BadAct):
        record(office, "call", False, HOUR, settles=True)
    assert alert(office) is not None


def test_every_act_is_in_the_audit_log_without_a_word_of_it(office: Play) -> None:
    office.enrol("sq")
    who = worker(office)
    write(office, WORDS["sq"])
    record(office, "visit", True, HOUR, text="she is well")
    do(office, contacts.note, office.clock(), who, "C-1", "a note")
    do(office, case_acts.pause, office.clock(), who, "C-1")
    do(office, case_acts.close, office.clock(), who, "C-1", "moved")
    assert office.office.db.read_now(audit.verify) == []
    log = office.office.db.read_now(
        lambda tx: tx.connection.exec_driver_sql("SELECT action, subject, detail FROM audit").all()
    )
    assert {"case.write", "case.contact", "case.note", "case.pause", "case.close"} <= {row[0] for row in log}
    told = str(log)
    assert not any(word in told for word in (WORDS["sq"], "she is well", "a note", NUMBERS["sq"], "Someone"))
