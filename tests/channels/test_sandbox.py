"""The demo's phone."""

import pytest

from bot.channels.protocol import Act, Button, Failed, Outgoing, Sent
from bot.channels.sandbox import SandboxChannel


def test_each_phone_shows_its_own_messages_in_order() -> None:
    channel = SandboxChannel()
    messages = [Outgoing(str(n), f"demo-{n % 2}", text) for n, text in enumerate(("po", "لا", "так", "jo"))]
    answers = [channel.send(message) for message in messages]
    assert channel.sent("demo-0") == [messages[0], messages[2]]
    assert channel.sent("demo-1") == [messages[1], messages[3]]
    assert channel.sent("demo-9") == []
    assert len({answer.provider_id for answer in answers if isinstance(answer, Sent)}) == 4


def test_a_phone_that_is_off_misses_messages_and_others_do_not() -> None:
    channel = SandboxChannel()
    channel.switch_off("demo-0")
    assert channel.send(Outgoing("1", "demo-0", "po")) == Failed("off", Act.RETRY)
    assert isinstance(channel.send(Outgoing("2", "demo-1", "po")), Sent)
    channel.switch_on("demo-0")
    channel.send(Outgoing("3", "demo-0", "po"))
    assert [message.message_id for message in channel.sent("demo-0")] == ["3"]


def test_a_code_of_no_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="has no code tired"):
        SandboxChannel().switch_off("demo-0", "tired")


def test_nobody_has_an_empty_address() -> None:
    assert SandboxChannel().send(Outgoing("1", " ", "po")) == Failed("nobody", Act.WRONG_NUMBER)


@pytest.mark.parametrize("data", ["", "x" * 65, "так"])
def test_a_button_takes_at_most_64_ascii_characters(data: str) -> None:
    with pytest.raises(ValueError):
        Button(data, "Po")
    assert Button("x" * 64, "Так").data == "x" * 64
