"""The values that pass between Besa and its channels, and the protocol that every channel keeps.

Addresses and texts are kept out of every ``repr``, so that none reaches a log by way of a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

BUTTON_DATA_BYTES = 64


class Act(StrEnum):
    """What is done about a message that was not taken."""

    RETRY = "retry"
    RETRY_ONCE = "retry_once"
    WRONG_NUMBER = "wrong_number"
    CLOSE_CHANNEL = "close_channel"
    OTHER_SENDER = "other_sender"
    OPERATOR = "operator"
    UNKNOWN = "unknown"
    """Perhaps accepted: the provider is asked before anything is sent again."""


class ChannelUnavailable(Exception):
    """The provider could not be asked (not reached, or it refused); ``code`` says why."""

    def __init__(self, channel: str, code: str) -> None:
        super().__init__(f"{channel} could not be asked: {code}")
        self.channel = channel
        self.code = code


@dataclass(frozen=True, slots=True)
class Button:
    """One choice to press. ``data`` comes back when it is pressed: at most 64 ASCII characters."""

    data: str
    label: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.data.isascii() or not 0 < len(self.data) <= BUTTON_DATA_BYTES:
            raise ValueError(f"a button's data must be 1 to {BUTTON_DATA_BYTES} ASCII characters")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent. ``message_id`` is ours; ``silent`` asks the phone not to ring."""

    message_id: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    silent: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message and calls it ``provider_id``."""

    provider_id: str
    state: Literal["sent"] = "sent"


@dataclass(frozen=True, slots=True)
class Failed:
    """The message was not taken, or nobody knows. ``retry_after`` is the provider's wish, in seconds."""

    code: str
    act: Act
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that came from a person.

    ``kind``: text, edit, delete, voice, picture, place, file, contact, button, link (``text`` is the token
    of ``/start``), left (the person closed the chat), other. ``at`` is the provider's own time, if it gives
    one. ``refers_to`` is the provider's id of the message that an edit, a deletion or a button belongs to.
    ``own_id`` is the provider's id of this message, by which a later edit refers to it. ``media`` is the
    provider's reference to what was attached; ``opt_out`` says STOP, START or HELP where the provider
    itself has acted on that word.
    """

    channel: str
    provider_id: str
    address: str = field(repr=False)
    kind: str
    text: str = field(repr=False)
    at: datetime | None
    button: str | None = None
    refers_to: str | None = None
    own_id: str | None = None
    media: str | None = field(default=None, repr=False)
    opt_out: str | None = None


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message that was sent: the provider's state, and our act where it failed."""

    channel: str
    provider_id: str
    state: str
    code: str | None
    act: Act | None
    at: datetime | None


class Channel(Protocol):
    """A way out. ``send`` is called from any thread, never raises for a provider's or network fault.

    One that can change what it has sent also has ``edit(outgoing, provider_id)``, which answers likewise.
    """

    name: str

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Send once, without a retry of its own."""

    def close(self) -> None:
        """Free connections and threads; a later ``send`` is ``Failed("closed", RETRY)``."""
