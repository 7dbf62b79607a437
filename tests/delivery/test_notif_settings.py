"""Which channels staff have is what the settings make possible; a wrong setting stops the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import BadSetting
from tests.channels.test_webhook import SECRET
from tests.delivery.notified import house

MAIL = {"smtp_url": SecretStr("smtp://127.0.0.1:25")}
HOOK = {"webhook_url": SecretStr("https://a.test/in"), "webhook_secret": SecretStr(SECRET)}
TELEGRAM = {"telegram_token": SecretStr("1:a")}
TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": SecretStr("t"), "twilio_from": "+355690000001"}


@pytest.mark.parametrize(
    ("given", "channels", "webhook"),
    [
        ({}, (), False),
        (MAIL, ("email",), False),
        (HOOK, (), True),
        (MAIL | TWILIO | TELEGRAM | HOOK, ("telegram", "twilio", "email"), True),
    ],
)
def test_staff_are_told_by_what_there_is(
    tmp_path: Path, given: dict[str, Any], channels: tuple[str, ...], webhook: bool
) -> None:
    with house(tmp_path, **given) as office:
        assert office.office.programme.staff_channels == channels
        assert office.office.programme.webhook is webhook


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"smtp_url": SecretStr("smtp://me:tell-nobody@mail.test")}, "BESA_SMTP_URL"),
        ({"smtp_url": SecretStr("tell-nobody")}, "BESA_SMTP_URL"),
        ({"webhook_url": SecretStr("tell-nobody")}, "BESA_WEBHOOK_URL"),
        ({"webhook_url": SecretStr("https://a.test/tell-nobody")}, "BESA_WEBHOOK_SECRET"),
        (HOOK | {"webhook_secret": SecretStr("tell-nobody")}, "BESA_WEBHOOK_SECRET"),
    ],
)
def test_a_wrong_one_is_named_and_not_told(tmp_path: Path, given: dict[str, Any], name: str) -> None:
    with pytest.raises(BadSetting, match=name) as refused, house(tmp_path, **given):
        pass
    assert "tell-nobody" not in str(refused.value)
