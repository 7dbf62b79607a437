"""Besa on Telegram: real processes and a Bot API that checks every call against its description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from tests.endtoend.conftest import SECRET, WORKER
from tests.endtoend.people import OKSANA, write_csv
from tests.endtoend.running import Besa, until
from tests.peers.telegram_server import TelegramPeer
from tests.peers.twilio_server import TwilioPeer

CHAT = 9_100_417_304
PATH = "/webhooks/telegram"
AROUND_THE_CLOCK = {"contact_from": "00:00", "contact_to": "00:00"}


def token(office: Besa, folder: Path) -> str:
    """Take in a person without a chat, whose day 2 was yesterday; gives the token that links one."""
    back = (datetime.now(UTC).date() - timedelta(days=3)).isoformat()
    columns = AROUND_THE_CLOCK | {"channel": "telegram", "address": "", "return_date": back}
    file = write_csv(folder / "one.csv", (OKSANA,), consented_on=back, **columns)
    found = re.search(r"/start (\S+)", office.do("case", "import", str(file)))
    file.unlink()
    assert found
    return found[1]


@pytest.fixture
def serving(telegram_office: Besa, telegram_peer: TelegramPeer) -> Iterator[Besa]:
    """The office's server, which Telegram calls."""
    with telegram_office.serving():
        channel = TelegramChannel(telegram_peer.token, telegram_peer.base)
        channel.set_webhook(telegram_office.url + PATH, SECRET)
        channel.close()
        yield telegram_office


@pytest.fixture
def office(serving: Besa, telegram_peer: TelegramPeer, tmp_path: Path) -> Besa:
    """A person who opened the chat by her link and got the first check-in."""
    telegram_peer.chats.start(CHAT, token(serving, tmp_path))
    assert telegram_peer.updates.taken()
    serving.tick()
    assert len(telegram_peer.chats.shown(CHAT)) == 1
    return serving


def hears(office: Besa, telegram_peer: TelegramPeer) -> dict[str, Any]:
    """What the person sees last, after what she did was taken in."""
    assert telegram_peer.updates.taken()
    office.tick()
    return telegram_peer.chats.shown(CHAT)[-1]


def buttons(message: dict[str, Any]) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


def came(office: Besa, kind: str) -> list[tuple[Any, ...]]:
    """Messages of a kind: whose, and whether a human must look."""
    return office.rows(
        "SELECT c.code, m.review FROM message m LEFT JOIN cases c ON c.id = m.case_id"
        " WHERE m.direction = 'in' AND m.kind = ?",
        kind,
    )


def test_a_wrong_secret_is_refused_and_leaves_nothing(
    telegram_office: Besa, telegram_peer: TelegramPeer, tmp_path: Path
) -> None:
    link = token(telegram_office, tmp_path)
    update = telegram_peer.chats.start(CHAT, link)
    telegram_peer.updates.hook("", None, None, drop=True)
    with telegram_office.serving():
        before = telegram_office.counts()
        for headers in (
            {},
            {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
            {"X-Telegram-Bot-Api-Secret-Token": ""},
        ):
            assert telegram_office.call("POST", PATH, update, headers=headers).status == 403
        assert telegram_office.counts() == before
        assert telegram_office.rows("SELECT address_hash FROM address") == [(None,)]


def test_a_link_joins_once(serving: Besa, telegram_peer: TelegramPeer, tmp_path: Path) -> None:
    link = token(serving, tmp_path)
    telegram_peer.chats.start(CHAT, "made-up")
    assert telegram_peer.updates.taken()
    assert serving.rows("SELECT address_hash FROM address") == [(None,)]
    telegram_peer.chats.start(CHAT, link)
    assert telegram_peer.updates.taken()
    ((joined,),) = serving.rows("SELECT address_hash FROM address")
    assert joined
    telegram_peer.chats.start(CHAT + 1, link)
    assert telegram_peer.updates.taken()
    assert serving.rows("SELECT address_hash FROM address") == [(joined,)]


def test_a_checkin_that_was_due_before_the_link_comes_after_it(
    serving: Besa, telegram_peer: TelegramPeer, tmp_path: Path
) -> None:
    link = token(serving, tmp_path)
    serving.tick()
    telegram_peer.chats.start(CHAT, link)
    assert telegram_peer.updates.taken()
    serving.tick()
    assert len(telegram_peer.chats.shown(CHAT)) == 1


def test_a_checkin_by_words_and_buttons(office: Besa, telegram_peer: TelegramPeer) -> None:
    assert buttons(telegram_peer.chats.shown(CHAT)[0]) == {}
    telegram_peer.chats.say(CHAT, "так")
    question = hears(office, telegram_peer)
    offered = buttons(question)
    assert len(offered) == 3
    assert all(re.search("[а-яі]", label) for label in offered)
    telegram_peer.chats.press(CHAT, question["message_id"], next(iter(offered.values())))
    before = len(telegram_peer.chats.shown(CHAT))
    hears(office, telegram_peer)
    assert len(telegram_peer.chats.shown(CHAT)) > before
    until(lambda: all(telegram_peer.chats.queries.values()), "the press is answered")
    answers = office.rows("SELECT question, state FROM answer ORDER BY at, id")
    assert answers == [("moment", "given"), ("wellbeing", "given")]
    for text in ("так", "ні", "ні", "ні"):
        telegram_peer.chats.say(CHAT, text)
        hears(office, telegram_peer)
    assert office.rows("SELECT state, outcome FROM session") == [("finished", "completed")]
    assert office.rows("SELECT count(*) FROM alert") == [(0,)]
    assert telegram_peer.refusals() == []


def test_the_same_update_five_times_has_one_effect(office: Besa, telegram_peer: TelegramPeer) -> None:
    update = telegram_peer.chats.say(CHAT, "так")
    assert telegram_peer.updates.taken()
    once = office.counts()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert [office.call("POST", PATH, update, headers=headers).status for _ in range(4)] == [200] * 4
    assert office.counts() == once


def test_edits_voice_notes_and_places_reach_the_caseworker(office: Besa, telegram_peer: TelegramPeer) -> None:
    said = telegram_peer.chats.say(CHAT, "так")["message"]["message_id"]
    hears(office, telegram_peer)
    telegram_peer.chats.edit(CHAT, said, "ні, він тут і читає")
    telegram_peer.chats.voice(CHAT)
    telegram_peer.chats.send(CHAT, location={"latitude": 41.33, "longitude": 19.82})
    hears(office, telegram_peer)
    for kind in ("edit", "voice", "place"):
        assert came(office, kind) == [(OKSANA.code, 1)], kind
    ((state, owned),) = office.rows("SELECT state, owner_id IS NOT NULL FROM alert")
    assert (state, owned) == ("open", 1)
    bearer = office.sign_in("worker")
    shown = office.call("GET", f"/api/v1/cases/{OKSANA.code}/messages", token=bearer).json["items"]
    assert "ні, він тут і читає" in [item["text"] for item in shown if item["review"]]


def test_an_alarming_message_reaches_the_worker(
    office: Besa, telegram_peer: TelegramPeer, twilio_peer: TwilioPeer
) -> None:
    telegram_peer.chats.say(CHAT, OKSANA.alarm)
    hears(office, telegram_peer)
    (notice,) = twilio_peer.sent(WORKER)
    assert re.findall(r"[\w-]+", notice["body"]) == [OKSANA.code, "CRITICAL", "A", "1"]


@pytest.mark.parametrize("act", ["block", "deactivate"])
def test_a_lost_chat_is_closed_and_a_human_told(
    office: Besa, telegram_peer: TelegramPeer, twilio_peer: TwilioPeer, act: str
) -> None:
    telegram_peer.chats.say(CHAT, "так")
    assert telegram_peer.updates.taken()
    getattr(telegram_peer.chats, act)(CHAT)
    assert telegram_peer.updates.taken()
    office.tick()
    office.tick()
    ((state, reason),) = office.rows("SELECT state, reason FROM address")
    assert state == "closed"
    assert reason
    assert ("high", "delivery") in office.rows("SELECT level, source FROM signal")
    assert [OKSANA.code in notice["body"] for notice in twilio_peer.sent(WORKER)] == [True]
    calls = len(telegram_peer.calls)
    office.tick()
    assert len(telegram_peer.calls) == calls


def test_nothing_personal_is_left_in_the_file_or_in_any_output(
    office: Besa, telegram_peer: TelegramPeer
) -> None:
    telegram_peer.chats.say(CHAT, OKSANA.alarm)
    telegram_peer.chats.start(CHAT + 1)
    telegram_peer.chats.say(CHAT + 1, "я хто-небудь, волошка")
    hears(office, telegram_peer)
    words = {
        str(CHAT),
        str(CHAT + 1),
        OKSANA.alarm,
        OKSANA.alias,
        *OKSANA.alias.split(),
        "волошка",
        "замкнув",
    }
    forms = {form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())}
    assert not {(name, word) for name, data in office.files().items() for word in forms if word in data}
