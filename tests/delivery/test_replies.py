"""What staff answer by text: from whom it counts, how often, and what becomes of other words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.casework import absences
from tests.delivery.notified import House, house

ANA, LEAD, OTHER, STRANGER = "+355690000010", "+355690000011", "+355690000012", "+355690000099"
HOW = "Write A and the number of an alert to take it, C to say that you call, P to pass it on: A 7."
DANGER = "he hit me and locked me in"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, sandbox=True) as made:
        made.hire("ana", "caseworker", phone=ANA)
        made.hire("lead", "supervisor", phone=LEAD)
        made.hire("other", "caseworker", phone=OTHER)
        made.enrol("C-1")
        made.enrol("C-2")
        yield made


def staff(office: House, name: str) -> str:
    """The id of who has this e-mail address."""
    rows = office.db.read_now(lambda tx: tx.vault.hashes("email", f"{name}@office.test"))
    ((row,),) = office.sql("SELECT id FROM staff WHERE email_hash = ?", rows[0])
    return str(row)


@pytest.mark.parametrize("text", ["A 1", "a1", "А 1", "A ١", "\u200fA 1"])
def test_a_reply_takes_the_alert(office: House, text: str) -> None:
    number = office.alarm("C-1")
    office.tick()
    office.hear("sandbox", ANA, text)
    assert office.alert(number)[:2] == ("acknowledged", staff(office, "ana"))
    office.tick(hours=0.5)
    assert office.phone(ANA) == ["C-1 CRITICAL A 1"]
    assert office.phone(LEAD) == []


def test_a_reply_promises_a_call(office: House) -> None:
    number = office.alarm("C-1")
    office.hear("sandbox", ANA, "C 1")
    sealed = office.db.read_now(lambda tx: _act(tx, number))
    assert sealed == "call"
    assert office.alert(number)[0] == "acknowledged"


def _act(tx: object, number: int) -> str:
    tx.cursor.execute("SELECT act FROM alert WHERE id = ?", (number,))  # type: ignore[attr-defined]
    ((act,),) = tx.cursor.fetchall()  # type: ignore[attr-defined]
    return str(tx.vault.open(act, column="alert.act", row=str(number)))  # type: ignore[attr-defined]


def test_a_reply_passes_it_on(office: House) -> None:
    number = office.alarm("C-1")
    office.hear("sandbox", ANA, "P 1")
    assert office.alert(number)[2] == staff(office, "lead")
    office.tick()
    assert office.phone(LEAD) == ["C-1 CRITICAL, passed on to you A 1"]
    office.hear("sandbox", ANA, "P 1")
    assert office.alert(number)[2] == staff(office, "lead")


def test_passing_on_where_nobody_is_says_so(office: House) -> None:
    number = office.alarm("C-1")
    lead = staff(office, "lead")
    office.do(lambda tx: absences.plan(tx, office.clock(), lead, None, office.clock(), None, "test"))
    office.tick()
    office.hear("sandbox", ANA, "P 1")
    office.tick()
    assert office.alert(number)[2] == staff(office, "ana")
    assert office.phone(ANA)[-1] == "C-1 stays with you: nobody else is there to take it."


@pytest.mark.parametrize("text", ["A 1", "C 1", "P 1"])
def test_who_was_not_told_changes_nothing(office: House, text: str) -> None:
    number = office.alarm("C-1")
    office.tick()
    before = office.alert(number)
    for address in (OTHER, LEAD, STRANGER):
        office.hear("sandbox", address, text)
    assert office.alert(number) == before
    office.tick()
    assert office.phone(OTHER) == ["Nothing was changed: no alert with this number was sent to you."]
    assert office.phone(STRANGER) == [], "an unknown number is never told what this is"


def test_a_number_that_no_alert_has_changes_nothing(office: House) -> None:
    office.hear("sandbox", ANA, "A 999999999")
    office.tick()
    assert office.phone(ANA) == ["Nothing was changed: no alert with this number was sent to you."]


def test_a_webhook_repeated_after_it_opened_again_does_not_take_it_again(office: House) -> None:
    """Twilio's list repeats the last ten minutes; the same reply must not silence what came after it."""
    number = office.alarm("C-1", "high")
    office.hear("sandbox", ANA, "A 1", again="SM1")
    office.alarm("C-1", "critical")
    assert office.alert(number)[0] == "open"
    for _ in range(3):
        office.hear("sandbox", ANA, "A 1", again="SM1")
    assert office.alert(number)[0] == "open"
    assert office.sql("SELECT count(*) FROM message WHERE direction = 'in'") == [(1,)]


def test_a_reply_to_a_resolved_one_says_so(office: House) -> None:
    office.alarm("C-1")
    office.tick()
    office.sql("UPDATE alert SET state = 'resolved', next_step_at = NULL")
    office.hear("sandbox", ANA, "A 1")
    office.tick()
    assert office.phone(ANA)[-1] == "C-1 is resolved already."


def test_other_words_are_answered_once_an_hour_and_then_kept(office: House) -> None:
    office.hear("sandbox", ANA, "see you at nine")
    office.tick()
    assert office.phone(ANA) == [HOW]
    assert office.sql("SELECT count(*) FROM alert") == [(0,)]
    for _ in range(20):
        office.hear("sandbox", ANA, "I am driving and answer later")
        office.tick()
    assert office.phone(ANA) == [HOW]
    assert office.sql("SELECT level, case_id FROM alert") == [("low", None)], (
        "one alert, however often it answers"
    )
    assert office.sql("SELECT count(*) FROM signal") == [(20,)]
    office.tick(hours=2)
    office.hear("sandbox", ANA, "what is this")
    office.tick()
    assert office.phone(ANA)[-1] == HOW


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
def test_how_to_reply_is_said_in_their_language(office: House, language: str) -> None:
    office.sql("UPDATE staff SET language = ?", language)
    office.hear("sandbox", ANA, "?")
    office.tick()
    [text] = office.phone(ANA)
    assert text != HOW
    assert text.endswith("A 7.")


def test_danger_in_a_staff_members_words_is_told_at_its_level(office: House) -> None:
    office.hear("sandbox", ANA, DANGER)
    ((level, owner),) = office.sql("SELECT level, owner_id FROM alert")
    assert level in ("high", "critical")
    assert owner is not None
    office.tick()
    assert HOW in office.phone(ANA)
    told = office.sql("SELECT count(*) FROM notification WHERE alert_id IS NOT NULL AND reason != 'kept'")
    assert told[0][0] > 0


def test_words_of_staff_are_no_message_of_a_case(office: House) -> None:
    office.hear("sandbox", ANA, "yes")
    office.hear("sandbox", ANA, "see you at nine")
    assert (
        office.sql("SELECT case_id, staff_id FROM message WHERE direction = 'in'")
        == [(None, staff(office, "ana"))] * 2
    )


def test_on_a_shared_phone_only_a_command_is_the_members(office: House) -> None:
    """Ana's phone is also a person's of a case: what is not exactly her command is the person's."""
    shared = office.numbers["C-2"]
    office.hire("eve", "supervisor", phone=shared)
    number = office.alarm("C-1")
    for _ in range(11):
        office.tick(minutes=1)
    assert f"C-1 CRITICAL A {number}" in office.phone(shared), "eve was told"
    office.hear("sandbox", shared, "A 999")
    office.hear("sandbox", shared, "jam mirë")
    owned = office.sql(
        "SELECT count(*) FROM message m JOIN cases c ON c.id = m.case_id"
        " WHERE m.direction = 'in' AND c.code = 'C-2'"
    )
    assert owned == [(2,)]
    assert office.alert(number)[0] == "open"
    office.hear("sandbox", shared, f"A {number}")
    assert office.alert(number)[:2] == ("acknowledged", staff(office, "eve"))


def test_danger_on_a_shared_phone_is_the_case_s(office: House) -> None:
    shared = office.numbers["C-2"]
    office.hire("eve", "supervisor", phone=shared)
    office.hear("sandbox", shared, "më rrahu dhe më mbylli brenda")
    ((code,),) = office.sql("SELECT c.code FROM alert a JOIN cases c ON c.id = a.case_id")
    assert code == "C-2"


def test_a_member_who_has_left_is_a_number_that_nobody_knows(office: House) -> None:
    office.alarm("C-1")
    office.tick()
    office.sql("UPDATE staff SET active = 0 WHERE id = ?", staff(office, "ana"))
    office.hear("sandbox", ANA, "A 1")
    assert office.alert(1)[0] == "open"


def test_what_is_no_text_is_kept_too(office: House) -> None:
    office.hear("sandbox", ANA, "", kind="voice")
    office.tick()
    assert office.phone(ANA) == [HOW]
    for kind in ("left", "delete", "edit"):
        office.hear("sandbox", ANA, "", kind=kind)
    office.tick()
    assert office.phone(ANA) == [HOW]
