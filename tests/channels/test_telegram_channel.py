"""What goes to Telegram, and asking it for updates."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.protocol import Act, Button, ChannelUnavailable, Failed, Outgoing, Sent
from bot.channels.telegram import TelegramChannel, WebhookInfo
from tests.channels.provider import Provider
from tests.channels.rigs import BOT_TOKEN, free_url

CHAT = "700100200"


def test_a_message_with_buttons() -> None:
    message = Outgoing("message-1", CHAT, "Чи все гаразд?", (Button("a:yes", "Так"), Button("a:no", "Ні")))
    with Provider() as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url + "/")
        assert channel.send(message) == Sent("m77")
        channel.close()
    [request] = provider.requests
    assert request.path == f"/bot{BOT_TOKEN}/sendMessage"
    assert (request.fields["chat_id"], request.fields["text"]) == (CHAT, "Чи все гаразд?")
    assert request.fields["disable_notification"].lower() == "true"
    assert json.loads(request.fields["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(request.fields["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "Так", "callback_data": "a:yes"}],
            [{"text": "Ні", "callback_data": "a:no"}],
        ]
    }
    assert "parse_mode" not in request.fields


def test_a_message_that_may_ring_has_no_keyboard_of_its_own() -> None:
    with Provider() as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        channel.send(Outgoing("message-1", CHAT, "كيف حالك؟", silent=False))
        channel.close()
    [request] = provider.requests
    assert request.fields.get("disable_notification", "false").lower() == "false"
    assert "reply_markup" not in request.fields


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        ("gone", Failed("deactivated", Act.CLOSE_CHANNEL)),
        ("token", Failed("401", Act.OPERATOR)),
        ("markup", Failed("400", Act.OPERATOR)),
        ("broken", Failed("500", Act.RETRY)),
        ("busy", Failed("429", Act.RETRY, 7.0)),
        ("nobody", Failed("no_chat", Act.WRONG_NUMBER)),
    ],
)
def test_the_words_of_a_refusal_decide(mood: str, failure: Failed) -> None:
    with Provider(mood) as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        assert channel.send(Outgoing("message-1", CHAT, "Si jeni?")) == failure
        assert channel.delete_message(CHAT, "m77") == failure
        assert channel.answer_callback("42") == failure
        channel.close()


def test_deleting_and_answering_a_press() -> None:
    with Provider() as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        assert channel.delete_message(CHAT, "m77") is None
        assert channel.answer_callback("42") is None
        channel.close()
    deleted, answered = (request.fields for request in provider.requests)
    assert deleted == {"chat_id": CHAT, "message_id": "77"}
    assert answered["callback_query_id"] == "42"


def test_updates_come_as_telegram_wrote_them() -> None:
    updates = [{"update_id": 5, "message": {"hologram": {}}}, {"update_id": 6, "unheard_of": 1}]
    with Provider(answers={"getUpdates": updates}) as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        assert channel.poll() == updates
        assert channel.poll(7, seconds=90) == updates
        channel.close()
    first, second = (request.fields for request in provider.requests)
    assert "offset" not in first
    assert (second["offset"], second["timeout"]) == ("7", "25")
    assert "my_chat_member" in json.loads(second["allowed_updates"])


def test_closing_ends_a_poll_that_waits() -> None:
    with ThreadPoolExecutor(2) as threads, Provider("late") as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        waiting = threads.submit(channel.poll)
        assert provider.arrived.wait(10)
        threads.submit(channel.close).result(5)
        with pytest.raises(ChannelUnavailable):
            waiting.result(10)


def test_the_webhook() -> None:
    info = {
        "url": "https://besa.example/hooks/telegram",
        "has_custom_certificate": False,
        "pending_update_count": 3,
        "last_error_date": 1_790_000_000,
        "last_error_message": "Wrong response from the webhook: 500",
    }
    with Provider(answers={"getWebhookInfo": info}) as provider:
        channel = TelegramChannel(BOT_TOKEN, provider.url)
        channel.set_webhook("https://besa.example/hooks/telegram", "hook-5ecret")
        assert channel.get_webhook_info() == WebhookInfo(
            "https://besa.example/hooks/telegram",
            3,
            datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
            "Wrong response from the webhook: 500",
        )
        channel.delete_webhook()
        channel.close()
    placed = provider.requests[0].fields
    assert (placed["url"], placed["secret_token"]) == ("https://besa.example/hooks/telegram", "hook-5ecret")
    assert "deleted_business_messages" in json.loads(placed["allowed_updates"])
    assert "drop_pending_updates" not in placed
    assert provider.requests[2].path.endswith("/deleteWebhook")


ASK: list[Callable[[TelegramChannel], Any]] = [
    lambda channel: channel.poll(),
    lambda channel: channel.set_webhook("https://besa.example/hook", "hook-5ecret"),
    lambda channel: channel.delete_webhook(),
    lambda channel: channel.get_webhook_info(),
]


@pytest.mark.parametrize("mood", ["token", "busy", "broken", "dropped", "garbled", "unreachable", "closed"])
@pytest.mark.parametrize("ask", ASK)
def test_not_being_able_to_ask_says_so_without_the_token(
    ask: Callable[[TelegramChannel], Any], mood: str
) -> None:
    with Provider(mood) as provider:
        channel = TelegramChannel(BOT_TOKEN, free_url() if mood == "unreachable" else provider.url)
        if mood == "closed":
            channel.close()
        with pytest.raises(ChannelUnavailable) as caught:
            ask(channel)
        assert caught.value.__context__ is None
        assert not [word for word in (BOT_TOKEN, "5ecret") if word in f"{caught.value} {caught.value!r}"]
        channel.close()
