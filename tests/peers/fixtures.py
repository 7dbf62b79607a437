"""The providers' peers as pytest fixtures; a ``conftest.py`` imports those that its tests use."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TypeVar

import pytest

from tests.peers.descriptions import description
from tests.peers.local_server import LocalServer
from tests.peers.prism import running_prism
from tests.peers.telegram_server import TelegramPeer
from tests.peers.twilio_server import TwilioPeer

_Peer = TypeVar("_Peer", bound=LocalServer)


@pytest.fixture
def twilio_peer() -> Iterator[TwilioPeer]:
    """Give Twilio's API on a free port, with no message yet; Prism behind it is started once."""
    yield from _running(TwilioPeer(running_prism()))


@pytest.fixture
def telegram_peer() -> Iterator[TelegramPeer]:
    """Give the Bot API on a free port, with no chat yet."""
    yield from _running(TelegramPeer(description("telegram_bot_api.min.json")))


@pytest.fixture
def nobody() -> Iterator[str]:
    """Give a base URL on which nobody listens, and nobody will while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def _running(peer: _Peer) -> Iterator[_Peer]:
    peer.start()
    try:
        yield peer
    finally:
        peer.stop()
    assert not peer.broken, f"the peer itself broke: {peer.broken}"
