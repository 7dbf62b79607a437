"""Staff on Telegram: buttons that count only from who was told, and messages that change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.casework import moves
from bot.channels.protocol import Act, Failed, Outgoing, Sent
from bot.channels.telegram import TelegramChannel
from bot.delivery.outbox import send_due
from tests.delivery.notified import House, house
from tests.peers.faults import telegram_error
from tests.peers.fixtures import telegram_peer
from tests.peers.telegram_server import TelegramPeer

__all__ = ["telegram_peer"]
ANA, LEAD, STRANGER = 7001, 7002, 7003


@pytest.fixture
def office(tmp_path: Path, telegram_peer: TelegramPeer) -> Iterator[House]:
    for chat in (ANA, LEAD, STRANGER):
        telegram_peer.chats.start(chat)
    with house(
        tmp_path, telegram_token=SecretStr(telegram_peer.token), telegram_api_base=telegram_peer.base
    ) as made:
        made.hire("ana", "caseworker", telegram=str(ANA))
        made.hire("lead", "supervisor", telegram=str(LEAD))
        made.enrol("C-1")
        made.enrol("C-2")
        yield made
    assert telegram_peer.refusals() == []


def staff(office: House, role: str) -> str:
    ((row,),) = office.sql("SELECT id FROM staff WHERE role = ?", role)
    return str(row)


def buttons(message: dict[str, Any]) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["callback_data"]: button["text"] for row in rows for button in row}


def shown(peer: TelegramPeer, chat: int) -> list[str]:
    return [message["text"] for message in peer.chats.shown(chat)]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Acknowledge", "I'll call", "Pass on"]),
        ("ar", ["أتولاه", "سأتصل", "أحيله إلى غيري"]),
        ("uk", ["Беру", "Зателефоную", "Передати"]),
    ],
)
def test_an_alert_comes_with_buttons(
    office: House, telegram_peer: TelegramPeer, language: str, labels: list[str]
) -> None:
    office.sql("UPDATE staff SET language = ?", language)
    number = office.alarm("C-1")
    office.tick()
    [message] = telegram_peer.chats.shown(ANA)
    assert buttons(message) == dict(
        zip([f"alert:{number}:ack", f"alert:{number}:call", f"alert:{number}:pass"], labels, strict=True)
    )
    assert telegram_peer.calls[-1].values.get("disable_notification", False) is False


def press(office: House, peer: TelegramPeer, chat: int, act: str) -> dict[str, Any]:
    [message] = peer.chats.shown(chat)
    data = next(each for each in buttons(message) if each.endswith(act))
    update = peer.chats.press(chat, message["message_id"], data)
    office.update(update)
    return update


def test_a_press_acknowledges_and_the_message_says_so(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    press(office, telegram_peer, ANA, "ack")
    assert office.alert(number)[:2] == ("acknowledged", staff(office, "caseworker"))
    office.tick()
    [message] = telegram_peer.chats.shown(ANA)
    assert message["text"] == "C-1 — acknowledged by you 10:00"
    assert buttons(message) == {}


def test_ill_call_promises_a_call_in_time(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    press(office, telegram_peer, ANA, "call")
    ((act, waiting),) = office.sql("SELECT act_at, waiting_for FROM alert WHERE id = ?", number)
    assert act / 1000 - office.clock().timestamp() == 3600
    assert waiting == "me"
    sealed = office.sql("SELECT act IS NOT NULL FROM alert")
    assert sealed == [(1,)]


def test_passing_on_gives_it_to_the_supervisor(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    press(office, telegram_peer, ANA, "pass")
    assert office.alert(number) == ("open", None, staff(office, "supervisor"))
    office.tick()
    assert shown(telegram_peer, ANA) == ["C-1 — passed on 10:00"]
    assert shown(telegram_peer, LEAD) == ["C-1 CRITICAL, passed on to you A 1"]


def test_a_colleague_s_acknowledgement_takes_the_buttons_away(
    office: House, telegram_peer: TelegramPeer
) -> None:
    office.sql("UPDATE staff SET language = 'ar' WHERE role = 'caseworker'")
    number = office.alarm("C-1")
    for _ in range(11):
        office.tick(minutes=1)
    assert len(shown(telegram_peer, ANA)) > 1, "it was told again"
    press(office, telegram_peer, LEAD, "ack")
    office.tick()
    assert all("تولّاه زميل" in text for text in shown(telegram_peer, ANA))
    assert not any(buttons(message) for message in telegram_peer.chats.shown(ANA))
    assert office.alert(number)[0] == "acknowledged"


def test_buttons_count_only_from_a_chat_that_was_told(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    for chat in (STRANGER, LEAD):
        for act in ("ack", "call", "pass"):
            office.hear("telegram", str(chat), button=f"alert:{number}:{act}")
    assert office.alert(number) == ("open", None, staff(office, "caseworker"))
    office.tick()
    assert shown(telegram_peer, STRANGER) == []
    assert office.sql("SELECT count(*) FROM message WHERE staff_id IS NULL AND direction = 'in'") == [(0,)]


def test_a_member_who_has_left_changes_nothing(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    office.sql("UPDATE staff SET active = 0 WHERE role = 'caseworker'")
    press(office, telegram_peer, ANA, "ack")
    assert office.alert(number)[0] == "open"


def test_the_same_press_again_changes_nothing(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    update = press(office, telegram_peer, ANA, "call")
    before = office.sql("SELECT act_at, next_step_at FROM alert")
    entries = office.sql("SELECT count(*) FROM audit")
    for _ in range(4):
        office.update(update)
    assert office.sql("SELECT act_at, next_step_at FROM alert") == before
    assert office.sql("SELECT count(*) FROM audit") == entries
    assert office.alert(number)[0] == "acknowledged"


def test_a_press_after_all_was_done_says_so(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    lead = staff(office, "supervisor")
    office.do(lambda tx: moves.resolve(tx, office.clock(), number, lead))
    press(office, telegram_peer, ANA, "ack")
    office.tick()
    assert shown(telegram_peer, ANA) == ["C-1 — resolved by a colleague 10:00", "C-1 is resolved already."]


def test_a_typed_reply_counts_in_the_chat_too(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    office.update(telegram_peer.chats.say(ANA, "А ٧".replace("٧", str(number))))
    assert office.alert(number)[0] == "acknowledged"


def test_what_is_on_its_way_while_it_is_dealt_with_is_changed_after(
    office: House, telegram_peer: TelegramPeer
) -> None:
    """The colleague is quicker than Telegram: the message arrives with buttons and loses them at once."""
    number = office.alarm("C-1")
    lead = staff(office, "supervisor")
    real = office.office.channels["telegram"]
    assert isinstance(real, TelegramChannel)

    class Slow:
        name = "telegram"

        def send(self, outgoing: Outgoing) -> Sent | Failed:
            office.do(lambda tx: moves.acknowledge(tx, office.clock(), number, lead))
            return real.send(outgoing)

        def edit(self, outgoing: Outgoing, provider_id: str) -> Sent | Failed:
            return real.edit(outgoing, provider_id)

        def close(self) -> None:
            """The real one is closed with the office."""

    send_due(office.db, office.office.programme, {"telegram": Slow()}, office.clock())
    office.tick()
    assert shown(telegram_peer, ANA) == ["C-1 — acknowledged by a colleague 10:00"]


def test_a_change_that_fails_is_tried_again(office: House, telegram_peer: TelegramPeer) -> None:
    number = office.alarm("C-1")
    office.tick()
    telegram_peer.faults.plan(
        telegram_error(429, "Too Many Requests: retry after 1", 1), on="editMessageText"
    )
    lead = staff(office, "supervisor")
    office.do(lambda tx: moves.acknowledge(tx, office.clock(), number, lead))
    office.tick()
    assert shown(telegram_peer, ANA) == ["C-1 CRITICAL A 1"]
    office.tick(minutes=2)
    assert shown(telegram_peer, ANA) == ["C-1 — acknowledged by a colleague 10:00"]
    assert office.sql("SELECT state FROM message WHERE kind = 'edit'") == [("sent",)]


def test_a_change_to_what_is_shown_already_is_no_fault_and_to_what_is_gone_is_one(
    telegram_peer: TelegramPeer,
) -> None:
    telegram_peer.chats.start(ANA)
    channel = TelegramChannel(telegram_peer.token, telegram_peer.base, seconds=5)
    try:
        sent = channel.send(Outgoing("m1", str(ANA), "C-1 CRITICAL A 1"))
        assert isinstance(sent, Sent)
        for _ in range(2):
            assert channel.edit(Outgoing("m2", str(ANA), "C-1 — تولّاه زميل"), sent.provider_id) == sent
        assert shown(telegram_peer, ANA) == ["C-1 — تولّاه زميل"]
        gone = channel.edit(Outgoing("m3", str(ANA), "anything"), "m999999")
        assert gone == Failed("no_message", Act.OPERATOR)
    finally:
        channel.close()
