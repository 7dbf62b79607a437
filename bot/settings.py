"""The settings: read once from the environment or ``.env``, passed down, never printed."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.data_files import directory


class BadSetting(Exception):
    """A setting is missing or wrong; the one line names it and the mend."""


class Settings(BaseSettings):
    """All settings of Besa; in the environment each has the prefix ``BESA_``."""

    model_config = SettingsConfigDict(env_prefix="BESA_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///besa.db"
    secret_keys: SecretStr
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_base: str = "https://api.twilio.com"
    telegram_token: SecretStr = SecretStr("")
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    flows_dir: Path | None = None
    locales_dir: Path | None = None
    second_reader_url: str = ""
    smtp_url: SecretStr = SecretStr("")
    webhook_url: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    ping_url: SecretStr = SecretStr("")
    retention_days: int = 365
    require_totp: str = "coordinator"
    leave_to: str = "about:blank"

    @property
    def flows(self) -> Path:
        """The folder of the flows."""
        return self.flows_dir or directory("flows")

    @property
    def locales(self) -> Path:
        """The folder of the catalogues."""
        return self.locales_dir or directory("locales")


class Folders(BaseSettings):
    """Where flows and catalogues lie, for commands that need no other setting."""

    model_config = SettingsConfigDict(env_prefix="BESA_", env_file=".env", extra="ignore")

    flows_dir: Path | None = None
    locales_dir: Path | None = None


def folders() -> tuple[Path, Path]:
    """The folders of the flows and of the catalogues."""
    found = Folders()
    return found.flows_dir or directory("flows"), found.locales_dir or directory("locales")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        BadSetting: one is missing or wrong; says which and what to write, never its value.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = f"BESA_{str(first['loc'][0]).upper()}"
        what = "is missing" if first["type"] == "missing" else f"is wrong: {first['msg']}"
        raise BadSetting(f"{name} {what}; set it, or run `besa init`") from None
    if settings.twilio_account_sid and not (settings.twilio_from or settings.twilio_messaging_service_sid):
        raise BadSetting("BESA_TWILIO_FROM or BESA_TWILIO_MESSAGING_SERVICE_SID is missing; set one of them")
    if settings.twilio_account_sid and not settings.twilio_auth_token.get_secret_value():
        raise BadSetting("BESA_TWILIO_AUTH_TOKEN is missing; set it to the account's primary token")
    return settings
