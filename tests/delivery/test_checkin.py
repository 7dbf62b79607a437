"""The main job on the sandbox: a check-in goes out, is answered, danger reaches the caseworker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.tx import Tx
from tests.offices import NUMBERS, SUPERVISOR, WORKER, Play

ALARMING = {
    "sq": "ma ka marre pasaporten dhe celesat, me ka mbyllur brenda",
    "ar": "خدا ليا الباسبور و سد عليا الباب بالساروت",
    "uk": "він забрав мій паспорт і замкнув мене в хаті",
}


def count(office: Play, sql: str) -> int:
    def ask(tx: Tx) -> int:
        tx.cursor.execute(sql)
        return int(tx.cursor.fetchone()[0])

    return office.office.db.read_now(ask)


def test_three_people_get_their_first_checkin_once(office: Play) -> None:
    for at, language in enumerate(("sq", "ar", "uk")):
        office.enrol(language, f"C-{at}")
    first = office.tick()
    again = office.tick()
    assert (first.started, first.sent) == (3, 3)
    assert (again.started, again.sent) == (0, 0)
    texts = [office.sandbox.sent(NUMBERS[language])[0].text for language in ("sq", "ar", "uk")]
    assert len(set(texts)) == 3


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
def test_danger_reaches_the_caseworker_and_then_the_supervisor(office: Play, language: str) -> None:
    number = office.enrol(language)
    office.tick()
    office.hear(number, ALARMING[language])
    told = office.sandbox.sent(WORKER)
    assert [message.text for message in told] == ["C-1 CRITICAL A 1"]
    office.wait(timedelta(minutes=11), timedelta(minutes=1))
    assert office.sandbox.sent(SUPERVISOR)[-1].text == "C-1 CRITICAL A 1"


def test_a_reply_from_the_caseworkers_phone_acknowledges(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    office.hear(number, ALARMING["sq"])
    office.hear(SUPERVISOR, "A 1")
    assert count(office, "SELECT count(*) FROM alert WHERE state = 'acknowledged'") == 0
    office.hear(WORKER, "A 1")
    assert count(office, "SELECT count(*) FROM alert WHERE state = 'acknowledged'") == 1
    before = len(office.sandbox.sent(WORKER))
    office.wait(timedelta(minutes=40))
    assert len(office.sandbox.sent(WORKER)) == before


def test_the_same_webhook_five_times_has_one_effect(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    for _ in range(5):
        office.hear(number, "po", again="same")
    assert count(office, "SELECT count(*) FROM answer") == 1
    assert count(office, "SELECT count(*) FROM message WHERE direction = 'in'") == 1


def test_stop_stops_and_is_still_read(office: Play) -> None:
    number = office.enrol("en")
    office.tick()
    sent = len(office.sandbox.sent(number))
    office.hear(number, "STOP he hits me")
    assert len(office.sandbox.sent(number)) == sent
    assert count(office, "SELECT count(*) FROM alert WHERE level = 'critical'") == 1
    assert count(office, "SELECT count(*) FROM cases WHERE consent = 'withdrawn'") == 1
    office.wait(timedelta(days=9), timedelta(hours=6))
    assert len(office.sandbox.sent(number)) == sent


def test_silence_becomes_a_signal_and_undelivered_does_not(office: Play) -> None:
    number = office.enrol("uk")
    office.sandbox.switch_off(number)
    office.tick()
    office.wait(timedelta(hours=60), timedelta(hours=1))
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'silence'") == 0
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'delivery'") > 0


def test_an_unanswered_checkin_reminds_twice_and_then_tells_a_human(office: Play) -> None:
    number = office.enrol("ar")
    office.tick()
    office.wait(timedelta(hours=60), timedelta(hours=1))
    assert len(office.sandbox.sent(number)) == 3
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'silence' AND level = 'low'") == 1


def test_an_unknown_number_gets_no_answer_and_reaches_a_human(office: Play) -> None:
    office.hear("+355699999999", "kush je ti? pse me shkruan")
    assert office.sandbox.sent("+355699999999") == []
    assert count(office, "SELECT count(*) FROM alert WHERE case_id IS NULL") == 1
