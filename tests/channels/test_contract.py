"""What every channel promises, whichever provider is behind it."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.channels.protocol import Act, Failed, Outgoing, Sent
from tests.channels.rigs import NAMES, SECRETS, rig

every_channel = pytest.mark.parametrize("name", NAMES)

TEXTS = (
    "Përshëndetje! Si jeni sot?",
    "Чи все гаразд? Напишіть так або ні.",
    "كيف حالك اليوم؟ 😊",
    "wach kolchi bikhir? 3afak jawbi",
)


@every_channel
@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_taken_and_gets_an_id(name: str, text: str) -> None:
    with rig(name) as made:
        answer = made.channel.send(made.message(text))
        assert isinstance(answer, Sent)
        assert answer.provider_id
        assert made.address not in answer.provider_id
        if made.provider is not None:
            [request] = made.provider.requests
            assert text in (request.fields.get("Body"), request.fields.get("text"))


@every_channel
@pytest.mark.parametrize(
    ("mood", "act"),
    [
        ("nobody", Act.WRONG_NUMBER),
        ("blocked", Act.CLOSE_CHANNEL),
        ("busy", Act.RETRY),
        ("broken", Act.RETRY),
        ("unreachable", Act.RETRY),
        ("dropped", Act.UNKNOWN),
        ("late", Act.UNKNOWN),
        ("garbled", Act.UNKNOWN),
    ],
)
def test_a_failure_says_what_to_do_and_gives_nothing_away(
    name: str, mood: str, act: Act, caplog: pytest.LogCaptureFixture
) -> None:
    text = "Ku jeni? أين أنت؟ Де ви?"
    with caplog.at_level(logging.DEBUG), rig(name, mood=mood) as made:
        message = made.message(text)
        answer = made.channel.send(message)
        assert isinstance(answer, Failed)
        assert answer.act is act
        assert answer.retry_after == (7 if mood == "busy" else None)
        shown = f"{answer!r} {message!r} {made.channel!r} {caplog.text}"
        assert not [secret for secret in (*SECRETS, made.address, text, "Ku jeni") if secret in shown]
        if made.provider is not None:
            assert len(made.provider.requests) == (0 if mood == "unreachable" else 1)


@every_channel
def test_after_a_failure_the_next_message_goes_out(name: str) -> None:
    with rig(name) as made:
        made.behave("busy")
        assert isinstance(made.channel.send(made.message()), Failed)
        made.behave("well")
        if name == "sandbox":
            made.channel.switch_on(made.address)  # type: ignore[attr-defined]
        assert isinstance(made.channel.send(made.message()), Sent)


@every_channel
def test_a_dropped_connection_does_not_send_twice(name: str) -> None:
    with rig(name) as made:
        assert isinstance(made.channel.send(made.message()), Sent)
        made.behave("dropped")
        answer = made.channel.send(made.message())
        assert isinstance(answer, Failed)
        assert answer.act is Act.UNKNOWN
        if made.provider is not None:
            assert len(made.provider.requests) == 2


@every_channel
def test_it_is_safe_from_several_threads(name: str) -> None:
    with rig(name) as made, ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(made.channel.send, [made.message()] * 24))
        assert all(isinstance(answer, Sent) for answer in answers)
        if made.provider is not None:
            assert len(made.provider.requests) == 24


@every_channel
def test_a_closed_channel_takes_nothing_and_can_be_closed_again(name: str) -> None:
    with rig(name) as made:
        made.channel.close()
        assert made.channel.send(made.message()) == Failed("closed", Act.RETRY)


@every_channel
def test_the_channel_has_its_name(name: str) -> None:
    with rig(name) as made:
        assert made.channel.name == name


def test_an_outgoing_message_shows_neither_address_nor_text() -> None:
    shown = repr(Outgoing("message-1", "+355691234567", "Si jeni?"))
    assert "message-1" in shown
    assert "355691234567" not in shown
    assert "Si jeni" not in shown
