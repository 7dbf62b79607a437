"""The demo's office: three people in three languages, one caseworker, a clock that can be moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from pydantic import SecretStr

from bot.api.demo import install
from bot.casework import cases, checkins, staff
from bot.casework.cases import NewCase
from bot.delivery.office import Office, open_office
from bot.delivery.tick import tick
from bot.settings import Settings
from bot.store import migrate
from bot.store.queries import alerts, conversation, outbox, people, schedule
from bot.store.tx import Tx
from bot.store.vault import new_key
from server import build_app

PEOPLE = (
    ("AL-001", "Drita", "sq", "AL", "Europe/Tirane", "+355690000001"),
    ("MA-002", "Salma", "ar", "MA", "Africa/Casablanca", "+212600000002"),
    ("UA-003", "Oksana", "uk", "UA", "Europe/Kyiv", "+380500000003"),
)
MINUTE = 60
#: Alerts are told within two minutes of their moments, far ahead within this part of the way gone, so that
#: a week passes within seconds although a critical alert that nobody takes is told every ten minutes.
COARSENESS = 24


class MovedClock:
    """The time now, or from a start given, moved by what the visitor has asked for."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = start - datetime.now(UTC) if start else timedelta()

    def __call__(self) -> datetime:
        """The moved time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Move the clock."""
        self._ahead += by


def open_demo(folder: Path, start: datetime | None = None) -> tuple[Office, FastAPI]:
    """Make an office in a folder and fill it. Its clock begins at ``start``, or now."""
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
    clock = MovedClock(start)
    office = open_office(settings, clock=clock, sandbox=True)
    office.db.write_now(lambda tx: _fill(tx, office, clock()))
    app = build_app(office)
    install(app, office, lambda by, enough: pass_time(office, clock, by, enough), PEOPLE)
    return office, app


def pass_time(office: Office, clock: MovedClock, by: timedelta, enough: Callable[[], bool]) -> None:
    """Move the clock from one due moment to the next, so that everything happens at its time and in order.

    It stops early once there is ``enough``.
    """
    begun = clock()
    while (now := clock()) < begun + by:
        left, gone = ceil((begun + by - now).total_seconds()), int((now - begun).total_seconds())
        quiet = office.db.read_now(lambda tx, at=now, most=left, far=gone: _quiet(tx, at, most, far))  # type: ignore[misc]
        clock.forward(timedelta(seconds=quiet))
        tick(office.db, office.programme, office.channels, clock())
        if enough():
            return


def _quiet(tx: Tx, now: datetime, most: int, gone: int) -> int:
    """For how many seconds a tick will have nothing to do: at least a minute, at most ``most``."""

    def until(due: Callable[[Tx, datetime], bool], least: int) -> int:
        seconds = range(most)
        return bisect_left(
            seconds, True, lo=min(least, most), key=lambda after: due(tx, now + timedelta(seconds=after))
        )

    return min(until(_people_due, MINUTE), until(_alerts_due, max(2 * MINUTE, gone // COARSENESS)))


def _people_due(tx: Tx, at: datetime) -> bool:
    """Whether something will have come that the tick does with people."""
    return any(
        query.all(tx, now=at, most=1)
        for query in (
            schedule.due_checkins,
            schedule.expired_starts,
            conversation.sessions_to_wake,
            outbox.sendable,
        )
    )


def _alerts_due(tx: Tx, at: datetime) -> bool:
    """Whether someone will be to be told of an alert."""
    return bool(alerts.steps_due.all(tx, now=at, most=1))


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
            return_date=now.astimezone(ZoneInfo(timezone)).date(),
            caseworker_email="ana@demo.invalid",
            protocol="default",
            privacy="neutral",
            contact_from=9 * 60,
            contact_to=20 * 60,
            consented_on=now.date(),
        )
        cases.add(tx, office.programme, now, new)
        row = people.case_with_code.one(tx, code=code)
        checkins.ask_for(
            tx, office.programme, checkins.case_person(tx, row.id), "checkin", now, "shown_at_once"
        )
