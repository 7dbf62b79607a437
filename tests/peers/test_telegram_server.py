"""The local Bot API behaves: it refuses what the description does not know, and delivers as Telegram does."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request as Call
from urllib.request import urlopen

import pytest

from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.telegram_server import TelegramPeer

WOMAN = 5001
PLENTY = {"inline_keyboard": [[{"text": "Так", "callback_data": "yes"}]]}


def api(peer: TelegramPeer, method: str, token: str | None = None, **fields: Any) -> dict[str, Any]:
    body = json.dumps(fields).encode()
    call = Call(f"{peer.url}{token or peer.token}/{method}", body, {"Content-Type": "application/json"})
    try:
        with urlopen(call, timeout=10) as answer:
            return dict(json.load(answer))
    except HTTPError as error:
        with error:
            return dict(json.load(error))


class Hook(LocalServer):
    """A webhook that keeps what it gets and answers with the statuses it was given, then 200."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.got: list[tuple[int, str | None]] = []

    def named(self, request: Request) -> str:
        return "hook"

    def answer(self, request: Request) -> Reply:
        self.got.append((request.fields["update_id"], request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        try:
            return Reply(self.statuses.get_nowait(), b"")
        except queue.Empty:
            return Reply(200, b"")


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        ("sendMessage", {"chat_id": WOMAN}, "text is missing"),
        ("sendMessage", {"text": "hi"}, "chat_id is missing"),
        ("sendMessage", {"chat_id": WOMAN, "text": 5}, "text: not String"),
        (
            "sendMessage",
            {"chat_id": WOMAN, "text": "hi", "colour": "red"},
            "colour is not in the description",
        ),
        ("sendMessage", {"chat_id": WOMAN, "text": "hi", "disable_notification": "maybe"}, "not Boolean"),
        (
            "sendMessage",
            {"chat_id": WOMAN, "text": "hi", "reply_markup": {"inline_keyboard": "x"}},
            "not a list",
        ),
        ("sendMessage", {"chat_id": WOMAN, "text": " "}, "message text is empty"),
        ("sendMessage", {"chat_id": WOMAN, "text": "ї" * 4097}, "too long"),
        ("sendMessage", {"chat_id": 1, "text": "hi"}, "chat not found"),
        ("setWebhook", {"url": "http://127.0.0.1:9/", "secret_token": "no spaces"}, "unallowed characters"),
        ("answerCallbackQuery", {"callback_query_id": "none"}, "query is too old"),
        ("sendTelegram", {}, "Not Found"),
    ],
)
def test_a_wrong_call_is_refused(
    telegram_peer: TelegramPeer, method: str, fields: dict[str, Any], said: str
) -> None:
    telegram_peer.chats.start(WOMAN)
    answer = api(telegram_peer, method, **fields)
    assert answer["ok"] is False
    assert said in answer["description"]
    assert telegram_peer.chats.shown(WOMAN) == []
    assert said in telegram_peer.refusals()[0]


def test_a_wrong_token(telegram_peer: TelegramPeer) -> None:
    assert api(telegram_peer, "getMe", token="1:wrong")["error_code"] == 401


def test_buttons_are_shown_pressed_and_answered(telegram_peer: TelegramPeer) -> None:
    telegram_peer.chats.start(WOMAN)
    sent = api(telegram_peer, "sendMessage", chat_id=WOMAN, text="Добре?", reply_markup=PLENTY)["result"]
    with pytest.raises(KeyError):
        telegram_peer.chats.press(WOMAN, sent["message_id"], "no")
    query = telegram_peer.chats.press(WOMAN, sent["message_id"], "yes")["callback_query"]["id"]
    assert api(telegram_peer, "answerCallbackQuery", callback_query_id=query)["ok"]
    assert telegram_peer.chats.queries == {query: True}


@pytest.mark.parametrize(
    ("act", "said"), [("block", "bot was blocked by the user"), ("deactivate", "user is deactivated")]
)
def test_a_closed_chat(telegram_peer: TelegramPeer, act: str, said: str) -> None:
    telegram_peer.chats.start(WOMAN)
    getattr(telegram_peer.chats, act)(WOMAN)
    answer = api(telegram_peer, "sendMessage", chat_id=WOMAN, text="hi")
    assert (answer["error_code"], said in answer["description"]) == (403, True)


def test_polling_forgets_what_was_taken(telegram_peer: TelegramPeer) -> None:
    first = telegram_peer.chats.start(WOMAN)["update_id"]
    telegram_peer.chats.say(WOMAN, "مرحبا")
    assert [u["update_id"] for u in api(telegram_peer, "getUpdates")["result"]] == [first, first + 1]
    rest = api(telegram_peer, "getUpdates", offset=first + 1)["result"]
    assert [u["message"]["text"] for u in rest] == ["مرحبا"]
    assert api(telegram_peer, "getUpdates", offset=first + 2, timeout=1)["result"] == []


def test_a_webhook_gets_each_update_once_in_order_and_again_after_a_failure(
    telegram_peer: TelegramPeer, hook: Hook
) -> None:
    for status in (503, 503):
        hook.statuses.put(status)
    api(telegram_peer, "setWebhook", url=f"{hook.base}/hook", secret_token="s3cret")
    assert api(telegram_peer, "getUpdates")["error_code"] == 409
    first = telegram_peer.chats.start(WOMAN)["update_id"]
    second = telegram_peer.chats.say(WOMAN, "Mirë")["update_id"]
    assert telegram_peer.updates.taken()
    assert hook.got == [(first, "s3cret")] * 3 + [(second, "s3cret")]
    info = api(telegram_peer, "getWebhookInfo")["result"]
    assert info["pending_update_count"] == 0
    assert "503" in info["last_error_message"]


def test_a_dead_webhook_keeps_updates(telegram_peer: TelegramPeer, nobody: str) -> None:
    api(telegram_peer, "setWebhook", url=f"{nobody}/hook")
    telegram_peer.chats.start(WOMAN)
    assert telegram_peer.updates.tried(3)
    assert api(telegram_peer, "getWebhookInfo")["result"]["pending_update_count"] == 1
    api(telegram_peer, "deleteWebhook")
    assert len(api(telegram_peer, "getUpdates")["result"]) == 1


def test_deleting_is_for_two_days(telegram_peer: TelegramPeer) -> None:
    telegram_peer.chats.start(WOMAN)
    fresh, old = (api(telegram_peer, "sendMessage", chat_id=WOMAN, text="hi")["result"] for _ in "ab")
    telegram_peer.chats.open[WOMAN].messages[old["message_id"]]["date"] -= 49 * 3600
    assert api(telegram_peer, "deleteMessage", chat_id=WOMAN, message_id=fresh["message_id"])["ok"]
    refused = api(telegram_peer, "deleteMessage", chat_id=WOMAN, message_id=old["message_id"])
    assert "can't be deleted" in refused["description"]
