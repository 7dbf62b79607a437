"""The demo's office: three people in three languages, one caseworker, a clock that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from pydantic import SecretStr

from bot.api.demo import install
from bot.casework import cases, staff
from bot.casework.cases import NewCase
from bot.delivery.office import Office, open_office
from bot.settings import Settings
from bot.store import migrate
from bot.store.tx import Tx
from bot.store.vault import new_key
from server import build_app

PEOPLE = (
    ("AL-001", "Drita", "sq", "AL", "Europe/Tirane", "+355690000001"),
    ("MA-002", "Salma", "ar", "MA", "Africa/Casablanca", "+212600000002"),
    ("UA-003", "Oksana", "uk", "UA", "Europe/Kyiv", "+380500000003"),
)


class MovedClock:
    """The time now, moved by what the visitor has asked for."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """The moved time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Move the clock."""
        self._ahead += by


def open_demo(folder: Path) -> tuple[Office, FastAPI]:
    """Make an office in a folder and fill it."""
    settings = Settings.model_construct(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        secret_keys=SecretStr(new_key()),
        public_url="",
        twilio_account_sid="",
        twilio_auth_token=SecretStr(""),
        telegram_token=SecretStr(""),
        telegram_webhook_secret=SecretStr(""),
        flows_dir=None,
        locales_dir=None,
    )
    migrate.upgrade(settings.database_url)
    clock = MovedClock()
    office = open_office(settings, clock=clock, sandbox=True)
    office.db.write_now(lambda tx: _fill(tx, office, clock()))
    app = build_app(office)
    install(app, office, clock.forward, PEOPLE)
    return office, app


def _fill(tx: Tx, office: Office, now: datetime) -> None:
    for name, role, phone in (
        ("Ana", "caseworker", "+355690000010"),
        ("Besa", "supervisor", "+355690000011"),
        ("Clara", "coordinator", "+355690000012"),
    ):
        email = f"{name.lower()}@demo.invalid"
        staff.add(tx, now, staff.NewStaff(name, role, email, new_key(), phone))
    for code, alias, language, country, timezone, address in PEOPLE:
        new = NewCase(
            code=code,
            alias=alias,
            language=language,
            country=country,
            timezone=timezone,
            channel="sandbox",
            address=address,
            return_date=now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=2),
            caseworker_email="ana@demo.invalid",
            protocol="default",
            privacy="neutral",
            contact_from=0,
            contact_to=0,
            consented_on=now.date(),
        )
        cases.add(tx, office.programme, now, new)
