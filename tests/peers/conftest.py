"""Every test of the peers may use them."""

from tests.peers.fixtures import nobody, telegram_peer, twilio_peer

__all__ = ["nobody", "telegram_peer", "twilio_peer"]
