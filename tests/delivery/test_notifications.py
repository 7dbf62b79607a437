"""What staff are told, in which words, how often, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.casework import moves, notifications
from bot.casework.notifications import Notice
from bot.casework.reopening import give
from tests.delivery.notified import ALIAS, House, house

ANA, LEAD = "+355690000010", "+355690000011"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, sandbox=True) as made:
        made.hire("ana", "caseworker", phone=ANA)
        made.hire("lead", "supervisor", phone=LEAD)
        for n in range(60):
            made.enrol(f"C-{n}")
        yield made


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (None, "C-1 CRITICAL A 1"),
        ("sq", "C-1 KRITIK A 1"),
        ("uk", "C-1 КРИТИЧНИЙ A 1"),
        ("ar", "تنبيه \u200eC-1\u200e \u200fحرج\u200f A 1"),
        ("xx", "C-1 CRITICAL A 1"),
    ],
)
def test_everyone_is_told_in_their_language(office: House, language: str | None, text: str) -> None:
    office.sql("UPDATE staff SET language = ?", language)
    office.alarm("C-1")
    office.tick()
    assert office.phone(ANA) == [text]


def test_fifty_alerts_at_once_are_one_message(office: House) -> None:
    for n in range(50):
        office.alarm(f"C-{n}", "high")
    office.tick()
    assert office.phone(ANA) == ["50 alerts: 50 high, 0 low\nOpen Besa to answer."]
    assert office.sql("SELECT count(*) FROM notification WHERE alert_id IS NOT NULL") == [(50,)]
    office.tick(seconds=5)
    assert len(office.phone(ANA)) == 1


def test_fifty_alerts_in_one_transaction_are_one_message(office: House) -> None:
    numbers = [office.alarm(f"C-{n}", "low") for n in range(50)]

    def job(tx: object) -> None:
        for n, number in enumerate(numbers):
            notice = Notice("alert", f"C-{n}", number, None, "low")
            notifications.tell(
                tx,
                office.office.programme,
                office.clock(),
                ana,
                notice,
                "assigned",
                urgent=False,  # type: ignore[arg-type]
            )

    ((ana,),) = office.sql("SELECT id FROM staff WHERE role = 'caseworker'")
    office.do(job)
    office.tick()
    assert office.phone(ANA) == ["50 alerts, all low\nOpen Besa to answer."]


def test_a_critical_one_waits_for_no_bundle(office: House) -> None:
    for n in range(20):
        office.alarm(f"C-{n}", "high")
    urgent = [office.alarm(f"C-{n}") for n in range(20, 23)]
    office.tick()
    assert office.phone(ANA)[:3] == [
        f"C-{n} CRITICAL A {number}" for n, number in zip(range(20, 23), urgent, strict=True)
    ]
    assert office.phone(ANA)[3:] == ["20 alerts: 20 high, 0 low\nOpen Besa to answer."]


def test_a_storm_that_goes_on_is_a_message_in_ten_minutes(office: House) -> None:
    for n in range(40):
        office.alarm(f"C-{n}", "high")
        office.tick(seconds=20)
    shown = office.phone(ANA)
    assert len(shown) <= 5 + 2
    assert shown[:5] == [f"C-{n} HIGH A {n + 1}" for n in range(5)]
    for _ in range(10):
        office.tick(minutes=1)
    counted = [int(text.split()[0]) for text in office.phone(ANA)[5:]]
    assert sum(counted) == 35
    office.tick(minutes=11)
    office.alarm("C-50", "high")
    office.tick()
    assert office.phone(ANA)[-1] == "C-50 HIGH A 41", "it is over, and the next is told alone"


def test_five_are_told_one_by_one(office: House) -> None:
    for n in range(5):
        office.alarm(f"C-{n}", "high")
    office.tick()
    assert office.phone(ANA) == [f"C-{n} HIGH A {n + 1}" for n in range(5)]


def test_a_bundle_counts_what_is_still_open_when_it_leaves(office: House) -> None:
    numbers = [office.alarm(f"C-{n}", "high") for n in range(10)]
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    for number in numbers[:7]:
        office.do(lambda tx, n=number: moves.acknowledge(tx, office.clock(), n, lead))
    office.tick()
    assert office.phone(ANA) == ["3 alerts: 3 high, 0 low\nOpen Besa to answer."]


@pytest.mark.parametrize("left", [1, 0])
def test_a_bundle_of_one_is_no_bundle_and_of_none_is_not_sent(office: House, left: int) -> None:
    numbers = [office.alarm(f"C-{n}", "high") for n in range(10)]
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    for number in numbers[left:]:
        office.do(lambda tx, n=number: moves.resolve(tx, office.clock(), n, lead))
    office.tick()
    assert office.phone(ANA) == ["C-0 HIGH A 1"][:left]


def test_the_morning_digest_is_one_message(office: House) -> None:
    for n in range(9):
        office.alarm(f"C-{n}", "low")
    office.tick()
    assert office.phone(ANA) == []
    for _ in range(24):
        office.tick(hours=1)
    assert office.phone(ANA)[:1] == ["9 alerts, all low\nOpen Besa to answer."]


@pytest.mark.parametrize("move", [moves.acknowledge, moves.resolve])
def test_what_is_dealt_with_is_not_sent(office: House, move: object) -> None:
    number = office.alarm("C-1")
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    office.do(lambda tx: move(tx, office.clock(), number, lead))  # type: ignore[operator]
    office.tick()
    assert office.phone(ANA) == []
    assert [state for state, _, _ in office.said()] == ["cancelled"]


def test_the_state_is_looked_at_when_it_is_sent(office: House) -> None:
    """Whoever changes the row without a word to the queue still stops the message."""
    number = office.alarm("C-1")
    office.sql("UPDATE alert SET state = 'acknowledged' WHERE id = ?", number)
    office.tick()
    assert office.phone(ANA) == []
    assert office.sql("SELECT state, code FROM message WHERE staff_id IS NOT NULL") == [
        ("cancelled", "dealt_with")
    ]


def test_that_it_is_theirs_now_is_said_although_a_colleague_has_it_in_hand(office: House) -> None:
    number = office.alarm("C-1")
    office.tick()
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    ((ana,),) = office.sql("SELECT id FROM staff WHERE role = 'caseworker'")
    office.do(lambda tx: give(tx, office.clock(), number, lead, "command", "test"))
    notice = Notice("alert", "C-1", number, None, "critical")
    office.do(
        lambda tx: notifications.tell(
            tx, office.office.programme, office.clock(), lead, notice, "handed_over", urgent=True
        )
    )
    office.do(lambda tx: moves.acknowledge(tx, office.clock(), number, ana))
    office.tick()
    assert office.phone(LEAD) == ["C-1 CRITICAL, passed on to you A 1"]


@pytest.mark.parametrize(("reason", "told"), [("overdue", True), ("reminder", True), ("assigned", False)])
def test_what_concerns_an_alert_in_hand_is_said_all_the_same(office: House, reason: str, told: bool) -> None:
    number = office.alarm("C-1")
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    office.do(lambda tx: moves.acknowledge(tx, office.clock(), number, lead))
    notice = Notice("alert", "C-1", number, None, "critical")
    office.do(
        lambda tx: notifications.tell(
            tx, office.office.programme, office.clock(), lead, notice, reason, urgent=True
        )
    )
    office.tick()
    assert bool(office.phone(LEAD)) is told


def test_who_is_not_staff_any_more_is_not_told(office: House) -> None:
    office.alarm("C-1")
    office.sql("UPDATE staff SET active = 0 WHERE role = 'caseworker'")
    office.tick()
    assert office.phone(ANA) == []


def test_nobody_without_a_channel_counts_as_told(office: House) -> None:
    mute = office.hire("mute", "caseworker")
    notice = Notice("alert", "C-1", office.alarm("C-1"), None, "critical")
    told = office.do(
        lambda tx: notifications.tell(
            tx, office.office.programme, office.clock(), mute, notice, "assigned", urgent=True
        )
    )
    assert told is False


def test_a_sentence_about_besa_itself_is_said_with_its_parameters(office: House) -> None:
    ((lead,),) = office.sql("SELECT id FROM staff WHERE role = 'supervisor'")
    office.sql("UPDATE staff SET language = 'uk'")
    notice = Notice(
        "duty", "Your duty has begun. It ends {until} UTC.", None, None, "low", {"until": "18:00"}
    )
    office.do(
        lambda tx: notifications.tell(
            tx, office.office.programme, office.clock(), lead, notice, "duty", urgent=False
        )
    )
    office.tick()
    assert office.phone(LEAD) == ["Ваше чергування почалося. Воно закінчиться 18:00 UTC.\nБільше в Besa."]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=12, max_size=60)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from(["high", "critical"]),
    st.sampled_from([None, "sq", "ar", "uk"]),
)
def test_no_notice_holds_a_name_a_number_or_a_word_of_hers(
    office: House, texts: list[str], level: str, language: str | None
) -> None:
    office.sql("UPDATE staff SET language = ?", language)
    office.clock.now += timedelta(hours=1)
    for text in texts:
        office.alarm("C-1", level, text)
        office.hear("sandbox", office.numbers["C-1"], text)
        office.hear("sandbox", "+355699999999", text)
    office.tick()
    shown = "\n".join(text for _, _, text in office.said())
    assert shown
    private = [*texts, ALIAS, *ALIAS.split(), office.numbers["C-1"], "+355699999999", "355699999999"]
    assert not [each for each in private if each.strip() in shown]
