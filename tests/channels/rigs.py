"""The four channels, each ready to be told how its provider behaves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.channels.protocol import Channel, Outgoing
from bot.channels.sandbox import SandboxChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.twilio import TwilioChannel
from tests.channels.provider import Provider

ACCOUNT = "AC" + "1" * 32
AUTH_TOKEN = "5ecret5ecret5ecret5ecret5ecret55"
BOT_TOKEN = "123456:bot-5ecret-bot-5ecret-bot-5ecret"
SECRETS = (AUTH_TOKEN, BOT_TOKEN)
SENDER = "+355690000001"
NAMES = ("sandbox", "twilio", "whatsapp", "telegram")
SANDBOX_CODES = {"broken": "off", "unreachable": "off", "dropped": "lost", "late": "lost", "garbled": "lost"}


@dataclass
class Rig:
    """A channel, its provider (None for the sandbox) and an address that it takes."""

    channel: Channel
    provider: Provider | None
    address: str

    def behave(self, mood: str) -> None:
        """Have the provider meet the next send in this mood."""
        if self.provider is not None:
            self.provider.mood = mood
        elif isinstance(self.channel, SandboxChannel) and mood != "well":
            code = SANDBOX_CODES.get(mood, mood)
            self.channel.switch_off(self.address, code, 7 if mood == "busy" else None)

    def message(self, text: str = "Si jeni sot?") -> Outgoing:
        return Outgoing("message-1", self.address, text)


def twilio_channel(url: str, name: str = "twilio", *, seconds: float = 5.0) -> TwilioChannel:
    return TwilioChannel(
        name, account_sid=ACCOUNT, auth_token=AUTH_TOKEN, from_=SENDER, api_base=url, seconds=seconds
    )


@contextmanager
def rig(name: str, *, mood: str = "well") -> Iterator[Rig]:
    """Set up a channel; "unreachable" gives it a port on which nobody listens, "late" little patience."""
    seconds = 0.2 if mood == "late" else 5.0
    with Provider() as provider:
        url = free_url() if mood == "unreachable" else provider.url
        channel: Channel
        if name == "sandbox":
            made = Rig(channel := SandboxChannel(), None, "demo-1")
        elif name == "telegram":
            made = Rig(channel := TelegramChannel(BOT_TOKEN, url, seconds=seconds), provider, "700100200")
        else:
            made = Rig(channel := twilio_channel(url, name, seconds=seconds), provider, "+355691234567")
        made.behave(mood)
        try:
            yield made
        finally:
            channel.close()


def free_url() -> str:
    """A loopback address on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
