"""Offices at the local peers of the providers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.endtoend.running import Besa
from tests.peers.fixtures import nobody, telegram_peer, twilio_peer
from tests.peers.telegram_server import TelegramPeer
from tests.peers.twilio_server import TwilioPeer

__all__ = ["nobody", "telegram_office", "telegram_peer", "twilio_office", "twilio_peer"]

SECRET = "webhook-secret-of-this-test"
WORKER, SUPERVISOR = "+355691110010", "+355691110011"


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Besa:
    """An office that was set up by commands: migrated, with three members of staff."""
    besa = Besa(tmp_path_factory.mktemp("staffed"))
    besa.do("migrate")
    besa.hire("worker", "caseworker", phone=WORKER)
    besa.hire("other", "caseworker")
    besa.hire("lead", "supervisor", phone=SUPERVISOR)
    return besa


@pytest.fixture
def twilio_office(tmp_path: Path, staffed: Besa, twilio_peer: TwilioPeer) -> Besa:
    """An office that reaches people by SMS."""
    return copy(staffed, tmp_path, **_twilio(twilio_peer))


@pytest.fixture
def telegram_office(
    tmp_path: Path, staffed: Besa, twilio_peer: TwilioPeer, telegram_peer: TelegramPeer
) -> Besa:
    """An office that reaches people on Telegram, and its staff by SMS."""
    return copy(
        staffed,
        tmp_path,
        telegram_token=telegram_peer.token,
        telegram_webhook_secret=SECRET,
        telegram_api_base=telegram_peer.base,
        **_twilio(twilio_peer),
    )


def copy(office: Besa, folder: Path, **settings: str) -> Besa:
    """The same office in another folder, with settings of its own."""
    copied = Besa(folder, keys=office.environment["BESA_SECRET_KEYS"], **settings)
    for path in office.folder.glob("office.db*"):
        shutil.copy(path, folder)
    return copied


def _twilio(peer: TwilioPeer) -> dict[str, str]:
    return {
        "twilio_account_sid": peer.account_sid,
        "twilio_auth_token": peer.auth_token,
        "twilio_from": peer.number,
        "twilio_api_base": peer.base,
    }
