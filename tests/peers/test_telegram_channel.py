"""The Telegram channel against Telegram's own description: every call checked, every act of a person read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.channels.protocol import Act, Button, ChannelUnavailable, Failed, Inbound, Outgoing, Sent
from bot.channels.telegram import TelegramChannel, callback_id, parse_update, secret_valid
from tests.peers.faults import (
    ACCEPTS_AND_HANGS,
    BAD_GATEWAY,
    BROKEN,
    DROPPED,
    GARBLED,
    HANGS,
    LOST,
    NOT_JSON,
    Fault,
    telegram_error,
)
from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.telegram_server import TelegramPeer

PERSON = 5001
TEXT = "Як ви сьогодні?"
BUTTONS = (Button("s1.fine", "Добре"), Button("s1.bad", "Погано"))
SECRET = "not-to_be-told"


@pytest.fixture
def channel(telegram_peer: TelegramPeer) -> Iterator[TelegramChannel]:
    opened = TelegramChannel(telegram_peer.token, telegram_peer.base, seconds=5)
    yield opened
    opened.close()


def message(**changed: Any) -> Outgoing:
    return Outgoing(**({"message_id": "m1", "address": str(PERSON), "text": TEXT} | changed))


def number(answer: Sent | Failed) -> int:
    assert isinstance(answer, Sent), answer
    return int(answer.provider_id.removeprefix("m"))


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize("buttons", [(), BUTTONS], ids=["bare", "buttons"])
def test_a_message_is_taken_as_telegram_describes_it(
    telegram_peer: TelegramPeer, channel: TelegramChannel, silent: bool, buttons: tuple[Button, ...]
) -> None:
    telegram_peer.chats.start(PERSON)
    sent = number(channel.send(message(silent=silent, buttons=buttons)))
    [shown] = telegram_peer.chats.shown(PERSON)
    assert (shown["message_id"], shown["text"]) == (sent, TEXT)
    rows = shown.get("reply_markup", {}).get("inline_keyboard", [])
    pressable = [(button["callback_data"], button["text"]) for row in rows for button in row]
    assert pressable == [(button.data, button.label) for button in buttons]
    assert telegram_peer.calls[-1].values.get("disable_notification", False) is silent
    assert telegram_peer.refusals() == []


@pytest.mark.parametrize(
    ("fault", "act", "shown"),
    [
        (BROKEN, Act.RETRY, 0),
        (NOT_JSON, Act.RETRY, 0),
        (BAD_GATEWAY, Act.UNKNOWN, 0),
        (HANGS, Act.UNKNOWN, 0),
        (ACCEPTS_AND_HANGS, Act.UNKNOWN, 1),
        (LOST, Act.UNKNOWN, 1),
        (DROPPED, Act.UNKNOWN, 0),
        (GARBLED, Act.UNKNOWN, 1),
        (telegram_error(429, "Too Many Requests: retry after 7", 7), Act.RETRY, 0),
        (telegram_error(403, "Forbidden: bot was kicked from the group chat"), Act.CLOSE_CHANNEL, 0),
        (telegram_error(400, "Bad Request: can't parse entities"), Act.OPERATOR, 0),
    ],
)
def test_a_fault_is_sent_once(telegram_peer: TelegramPeer, fault: Fault, act: Act, shown: int) -> None:
    seconds = 0.3 if fault.hangs else 20
    impatient = TelegramChannel(telegram_peer.token, telegram_peer.base, seconds=seconds)
    telegram_peer.chats.start(PERSON)
    telegram_peer.faults.plan(fault)
    answer = impatient.send(message())
    impatient.close()
    assert isinstance(answer, Failed)
    assert answer.act is act
    assert answer.retry_after == (7 if fault.status == 429 else None)
    assert len(telegram_peer.chats.shown(PERSON)) == shown


@pytest.mark.parametrize(
    ("act", "code"), [("block", "blocked"), ("deactivate", "deactivated")], ids=["blocked", "deactivated"]
)
def test_a_person_who_is_gone_closes_the_channel(
    telegram_peer: TelegramPeer, channel: TelegramChannel, act: str, code: str
) -> None:
    telegram_peer.chats.start(PERSON)
    getattr(telegram_peer.chats, act)(PERSON)
    assert channel.send(message()) == Failed(code, Act.CLOSE_CHANNEL)


def test_nobody_there(telegram_peer: TelegramPeer, channel: TelegramChannel, nobody: str) -> None:
    assert channel.send(message()) == Failed("no_chat", Act.WRONG_NUMBER)
    unreached = TelegramChannel(telegram_peer.token, nobody)
    assert unreached.send(message()) == Failed("not_reached", Act.RETRY)
    unreached.close()
    stranger = TelegramChannel("1:wrong", telegram_peer.base)
    assert stranger.send(message()) == Failed("401", Act.OPERATOR)
    stranger.close()


class Door(LocalServer):
    """Our webhook in its smallest form: it checks the secret, reads the update, answers a press."""

    def __init__(self, channel: TelegramChannel) -> None:
        super().__init__()
        self._channel = channel
        self.got: list[Inbound] = []

    def named(self, request: Request) -> str:
        return "door"

    def answer(self, request: Request) -> Reply:
        if not secret_valid(SECRET, request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
            return Reply(403, b"")
        self.got += parse_update(request.fields)
        pressed = callback_id(request.fields)
        if pressed is not None:
            self._channel.answer_callback(pressed)
        return Reply(200, b"")


@pytest.fixture
def door(channel: TelegramChannel) -> Iterator[Door]:
    opened = Door(channel)
    opened.start()
    yield opened
    opened.stop()


def _speak(peer: TelegramPeer, asked: int) -> None:
    peer.chats.say(PERSON, "Nuk jam mirë 💔")


def _mend(peer: TelegramPeer, asked: int) -> None:
    said = peer.chats.say(PERSON, "він б'є мене")
    peer.chats.edit(PERSON, said["message"]["message_id"], "все добре")


def _show_a_picture(peer: TelegramPeer, asked: int) -> None:
    photo = {"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90}
    peer.chats.send(PERSON, photo=[photo], caption="شوفي")


def _show_the_place(peer: TelegramPeer, asked: int) -> None:
    peer.chats.send(PERSON, location={"latitude": 41.33, "longitude": 19.82})


ACTS: list[tuple[str, Callable[[TelegramPeer, int], Any], list[tuple[str, str]]]] = [
    ("speaks", _speak, [("text", "Nuk jam mirë 💔")]),
    ("mends", _mend, [("text", "він б'є мене"), ("edit", "все добре")]),
    ("voice", lambda peer, asked: peer.chats.voice(PERSON), [("voice", "")]),
    ("picture", _show_a_picture, [("picture", "شوفي")]),
    ("place", _show_the_place, [("place", "41.33, 19.82")]),
    ("leaves", lambda peer, asked: peer.chats.block(PERSON), [("left", "")]),
    ("link", lambda peer, asked: peer.chats.start(PERSON, "aB3_x-9"), [("link", "aB3_x-9")]),
]


@pytest.mark.parametrize(("act", "expected"), [case[1:] for case in ACTS], ids=[case[0] for case in ACTS])
def test_what_a_person_does_comes_by_the_webhook(
    telegram_peer: TelegramPeer,
    channel: TelegramChannel,
    door: Door,
    act: Callable[[TelegramPeer, int], Any],
    expected: list[tuple[str, str]],
) -> None:
    telegram_peer.chats.start(PERSON)
    asked = number(channel.send(message()))
    channel.set_webhook(f"{door.base}/webhooks/telegram", SECRET)
    act(telegram_peer, asked)
    assert telegram_peer.updates.taken()
    first, *got = door.got
    assert first.address == str(PERSON)
    assert [(inbound.kind, inbound.text) for inbound in got] == expected
    assert len({inbound.provider_id for inbound in door.got}) == len(door.got)
    assert all(i.at is not None and i.at.tzinfo is not None for i in got)


def test_a_press_names_its_question_and_stops_spinning(
    telegram_peer: TelegramPeer, channel: TelegramChannel, door: Door
) -> None:
    telegram_peer.chats.start(PERSON)
    channel.set_webhook(f"{door.base}/webhooks/telegram", SECRET)
    asked = channel.send(message(buttons=BUTTONS))
    telegram_peer.chats.press(PERSON, number(asked), "s1.bad")
    assert telegram_peer.updates.taken()
    pressed = door.got[-1]
    assert isinstance(asked, Sent)
    assert (pressed.kind, pressed.button, pressed.refers_to) == ("button", "s1.bad", asked.provider_id)
    assert list(telegram_peer.chats.queries.values()) == [True]
    assert telegram_peer.refusals() == []


def test_an_edit_refers_to_what_was_said(
    telegram_peer: TelegramPeer, channel: TelegramChannel, door: Door
) -> None:
    telegram_peer.chats.start(PERSON)
    channel.set_webhook(f"{door.base}/webhooks/telegram", SECRET)
    _mend(telegram_peer, 0)
    assert telegram_peer.updates.taken()
    said, mended = door.got[-2:]
    assert mended.refers_to == said.own_id is not None
    assert mended.provider_id != said.provider_id


def test_a_wrong_secret_is_refused_and_the_update_waits(
    telegram_peer: TelegramPeer, channel: TelegramChannel, door: Door
) -> None:
    channel.set_webhook(f"{door.base}/webhooks/telegram", "guessed")
    telegram_peer.chats.start(PERSON)
    assert telegram_peer.updates.tried(3)
    assert door.got == []
    info = channel.get_webhook_info()
    assert (info.pending, info.last_error_at is not None) == (1, True)
    channel.set_webhook(f"{door.base}/webhooks/telegram", SECRET)
    assert telegram_peer.updates.taken()
    assert len(door.got) == 1


def test_polling_without_a_public_address(telegram_peer: TelegramPeer, channel: TelegramChannel) -> None:
    telegram_peer.chats.start(PERSON)
    telegram_peer.chats.say(PERSON, "مرحبا")
    first, second = channel.poll(seconds=0)
    assert [inbound.text for inbound in parse_update(second)] == ["مرحبا"]
    assert channel.poll(second["update_id"] + 1, seconds=1) == []
    assert first["update_id"] < second["update_id"]
    channel.set_webhook("https://besa.example/webhooks/telegram", SECRET)
    with pytest.raises(ChannelUnavailable):
        channel.poll(seconds=0)
    channel.delete_webhook()
    assert channel.poll(seconds=0) == []
    assert [refusal.partition(":")[0] for refusal in telegram_peer.refusals()] == ["getUpdates"]


def test_a_message_is_deleted_within_two_days(telegram_peer: TelegramPeer, channel: TelegramChannel) -> None:
    telegram_peer.chats.start(PERSON)
    fresh, old = (channel.send(message()) for _ in range(2))
    telegram_peer.chats.open[PERSON].messages[number(old)]["date"] -= 49 * 3600
    assert isinstance(fresh, Sent)
    assert isinstance(old, Sent)
    assert channel.delete_message(str(PERSON), fresh.provider_id) is None
    assert channel.delete_message(str(PERSON), old.provider_id) == Failed("400", Act.OPERATOR)
    assert [shown["message_id"] for shown in telegram_peer.chats.shown(PERSON)] == [number(old)]


def test_nothing_personal_or_secret_is_logged(
    telegram_peer: TelegramPeer, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        channel.send(message())
        telegram_peer.chats.start(PERSON)
        channel.send(message(buttons=BUTTONS))
        channel.poll(seconds=0)
        telegram_peer.faults.plan(Fault(200, f'{{"ok": "{TEXT}'.encode()))
        channel.send(message())
    shown = f"{caplog.text} {channel!r} {message()!r}"
    assert not [word for word in (str(PERSON), TEXT, telegram_peer.token, "Добре") if word in shown]
