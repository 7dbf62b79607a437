"""An office at work: its database, its programme and its channels, opened once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.casework.programme import Programme, register
from bot.casework.sign_in import required_roles
from bot.channels.email import EmailChannel
from bot.channels.mail_server import BadMailServer, MailServer
from bot.channels.protocol import Channel
from bot.channels.sandbox import SandboxChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.twilio import TwilioChannel
from bot.channels.webhook import BadWebhook, Subscriber, WebhookChannel
from bot.delivery.inbox import Read, accept
from bot.delivery.reading import read_programme
from bot.delivery.second_reader import SecondReader
from bot.settings import BadSetting, Settings
from bot.store import migrate
from bot.store.database import Database
from bot.store.vault import Vault

Clock = Callable[[], datetime]
STAFF_CHANNELS = ("telegram", "twilio", "email")
"""How staff are told, the quickest first, as far as the settings make it possible."""


def real_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """What server, scheduler and commands work with."""

    settings: Settings
    db: Database
    programme: Programme
    channels: Mapping[str, Channel]
    clock: Clock = real_clock
    second_reader: SecondReader | None = None

    def take(self, one: Read) -> Future[str | None]:
        """Take a message in. The future is done after the commit; None means that it was here before."""
        taken = accept(self.db, self.programme, self.clock(), one)
        if self.second_reader:
            self.second_reader.offer(taken, one)
        return taken

    def close(self) -> None:
        """Finish what is queued and give everything back."""
        if self.second_reader:
            self.second_reader.close()
        for channel in self.channels.values():
            channel.close()
        self.db.close()


def open_office(settings: Settings, *, clock: Clock = real_clock, sandbox: bool = False) -> Office:
    """Open an office.

    Raises:
        BadSetting: a setting cannot be used.
        NotMigrated: the database is not at the newest schema.
        FlowError, CatalogueError, FlowChanged: the programme's files cannot be used.
    """
    programme = read_programme(settings.flows, settings.locales)
    made = channels(settings)
    try:
        required_roles(settings.require_totp)
        vault = Vault.from_setting(settings.secret_keys.get_secret_value())
        db = Database.open(settings.database_url, vault)
    except ValueError as error:
        raise BadSetting(str(error)) from None
    migrate.check(settings.database_url)
    programme = replace(
        programme,
        staff_channels=("sandbox",) if sandbox else tuple(each for each in STAFF_CHANNELS if each in made),
        webhook="webhook" in made,
    )
    db.write_now(lambda tx: register(tx, programme))
    url = settings.second_reader_url
    second = SecondReader(url, db, programme, clock) if url else None
    return Office(settings, db, programme, made, clock, second)


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels that the settings make possible; the sandbox always."""
    found: dict[str, Channel] = {"sandbox": SandboxChannel()}
    if settings.twilio_account_sid:
        callback = (
            f"{settings.public_url.rstrip('/')}/webhooks/twilio/status" if settings.public_url else None
        )
        for name in ("twilio", "whatsapp"):
            found[name] = TwilioChannel(
                name,
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token.get_secret_value(),
                from_=settings.twilio_from or None,
                messaging_service_sid=settings.twilio_messaging_service_sid or None,
                status_callback=callback,
                api_base=settings.twilio_api_base,
            )
    if token := settings.telegram_token.get_secret_value():
        found["telegram"] = TelegramChannel(token, settings.telegram_api_base)
    if url := settings.smtp_url.get_secret_value():
        found["email"] = EmailChannel(_mail_server(url))
    if url := settings.webhook_url.get_secret_value():
        found["webhook"] = WebhookChannel(_subscriber(url, settings.webhook_secret.get_secret_value()))
    return found


def _mail_server(url: str) -> MailServer:
    try:
        return MailServer.parse(url)
    except BadMailServer as error:
        raise BadSetting(f"BESA_SMTP_URL {error}") from None


def _subscriber(url: str, secret: str) -> Subscriber:
    try:
        return Subscriber.parse(url, secret)
    except BadWebhook as error:
        raise BadSetting(f"BESA_WEBHOOK_{error}") from None
