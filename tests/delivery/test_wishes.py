"""What a person may wish outside any question, and what becomes of a channel that closes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.protocol import Inbound, StatusUpdate
from bot.delivery import inbox, outbox
from bot.store.tx import Tx
from tests.delivery.test_checkin import count
from tests.offices import NUMBERS, Play


def one(office: Play, sql: str) -> str:
    def ask(tx: Tx) -> str:
        tx.cursor.execute(sql)
        return str(tx.cursor.fetchone()[0])

    return office.office.db.read_now(ask)


@pytest.mark.parametrize(("wish", "language"), [("shqip", "sq"), ("العربية", "ar"), ("українською", "uk")])
def test_another_language_outside_any_conversation(office: Play, wish: str, language: str) -> None:
    number = office.enrol("en")
    office.hear(number, wish)
    assert one(office, "SELECT language FROM cases") == language
    answer = office.sandbox.sent(number)[0].text
    assert answer == office.office.programme.catalogues[language].text("Of course, let's go on like this.")
    assert count(office, "SELECT count(*) FROM audit WHERE action = 'case.language'") == 1


@pytest.mark.parametrize("begun", [True, False])
def test_a_language_that_besa_does_not_write_goes_to_a_human(office: Play, begun: bool) -> None:
    number = office.enrol("uk")
    if begun:
        office.tick()
    office.hear(number, "русский")
    assert one(office, "SELECT language FROM cases") == "uk"
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'text'") == 1


def test_a_chat_that_was_left_is_one_signal(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    office.hear(number, "", kind="left")
    assert one(office, "SELECT state FROM address") == "closed"
    assert one(office, "SELECT group_concat(source || ' ' || level) FROM signal") == "delivery high"


def test_a_failure_after_a_delivery_is_not_lost(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    provider = one(office, "SELECT provider_id FROM message WHERE direction = 'out'")

    def says(state: str, code: str | None) -> None:
        update = StatusUpdate("sandbox", provider, state, code, None, office.clock())
        office.office.db.write_now(
            lambda tx: outbox.status(tx, office.office.programme, office.clock(), update)
        )

    for state, code in (("delivered", None), ("failed", "30008"), ("failed", "30008"), ("delivered", None)):
        says(state, code)
    assert one(office, "SELECT state FROM message WHERE direction = 'out'") == "failed"
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'delivery'") == 1
    assert office.sandbox.sent(number)


def test_a_stop_that_the_provider_acted_on_is_a_stop_whatever_its_words(office: Play) -> None:
    number = office.enrol("sq")
    office.tick()
    inbound = Inbound("sandbox", "p1", number, "text", "mos", office.clock(), opt_out="STOP")
    office.office.take(inbox.read(inbound)).result()
    assert one(office, "SELECT consent FROM cases") == "withdrawn"
    sent = len(office.sandbox.sent(number))
    office.wait(timedelta(days=4), timedelta(hours=6))
    assert len(office.sandbox.sent(NUMBERS["sq"])) == sent


def test_a_chat_that_nobody_ever_opens_is_told_once_and_is_no_silence(office: Play) -> None:
    office.enrol("ar", channel="telegram")
    office.wait(timedelta(days=6), timedelta(hours=6))
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'delivery' AND level = 'low'") > 0
    assert count(office, "SELECT count(*) FROM signal WHERE source = 'silence'") == 0
    assert count(office, "SELECT count(*) FROM alert") == 1


@pytest.mark.parametrize(
    ("language", "yes", "fine", "sometimes"),
    [
        ("sq", "po", "mire", "nganjehere"),
        ("ar", "نعم", "بخير", "مرة مرة"),
        ("uk", "так", "добре", "інколи буває"),
        ("en", "yes", "fine", "sometimes"),
    ],
)
def test_sometimes_is_no_answer_and_yet_a_high_signal(
    office: Play, language: str, yes: str, fine: str, sometimes: str
) -> None:
    number = office.enrol(language)
    office.tick()
    for text in (yes, fine, yes):
        office.hear(number, text)
    before = len(office.sandbox.sent(number))
    office.hear(number, sometimes)
    assert len(office.sandbox.sent(number)) == before + 1
    assert one(office, "SELECT category || ' ' || level FROM signal") == "trafficker_contact high"
    assert count(office, "SELECT count(*) FROM answer WHERE question = 'trouble'") == 0
