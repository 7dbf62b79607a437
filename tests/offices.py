"""An office for tests: a real SQLite file, the shipped programme, sandbox phones, a clock set by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from bot.casework import cases, staff
from bot.casework.cases import NewCase
from bot.channels.protocol import Inbound
from bot.channels.sandbox import SandboxChannel
from bot.delivery import inbox
from bot.delivery.office import Office, open_office
from bot.delivery.tick import Summary, tick
from bot.settings import Settings
from bot.store import migrate
from bot.store.vault import new_key

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
ZONES = {"sq": "Europe/Tirane", "ar": "Africa/Casablanca", "uk": "Europe/Kyiv", "en": "Europe/Tirane"}
NUMBERS = {"sq": "+355690000001", "ar": "+212600000002", "uk": "+380500000003", "en": "+355690000004"}
WORKER, SUPERVISOR = "+355690000010", "+355690000011"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Play:
    """An office with one caseworker and a supervisor, and what a person of a case does with their phone."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self.office = office
        self.clock = clock
        self._ids = count(1)

    @property
    def sandbox(self) -> SandboxChannel:
        channel = self.office.channels["sandbox"]
        assert isinstance(channel, SandboxChannel)
        return channel

    def enrol(
        self,
        language: str,
        code: str = "C-1",
        *,
        consented: bool = True,
        address: str = "",
        channel: str = "sandbox",
        country: str = "AL",
        worker: str = "worker@office.invalid",
    ) -> str:
        number = address or NUMBERS[language]
        new = NewCase(
            code=code,
            alias="Someone",
            language=language,
            country=country,
            timezone=ZONES[language],
            channel=channel,
            address=number if channel == "sandbox" else "",
            return_date=START.date() - timedelta(days=2),
            caseworker_email=worker,
            protocol="default",
            privacy="neutral",
            contact_from=8 * 60,
            contact_to=20 * 60,
            consented_on=date(2026, 3, 1) if consented else None,
        )
        self.office.db.write_now(lambda tx: cases.add(tx, self.office.programme, self.clock(), new))
        return number

    def tick(self) -> Summary:
        return tick(self.office.db, self.office.programme, self.office.channels, self.clock())

    def wait(self, by: timedelta, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass in steps, with a tick after each."""
        end = self.clock.now + by
        while self.clock.now < end:
            self.clock.now = min(end, self.clock.now + step)
            self.tick()

    def hear(
        self, address: str, text: str, *, kind: str = "text", button: str | None = None, again: str = ""
    ) -> str | None:
        """Take in what a person sent, and send what is due."""
        self.clock.now += timedelta(seconds=20)
        inbound = Inbound(
            channel="sandbox",
            provider_id=again or f"m{next(self._ids)}",
            address=address,
            kind="button" if button else kind,
            text=text,
            at=self.clock(),
            button=button,
        )
        taken = self.office.take(inbox.read(inbound)).result()
        self.tick()
        return taken


@contextmanager
def play(
    folder: Path,
    people: Sequence[tuple[str, str, str]] = (
        ("worker", "caseworker", WORKER),
        ("lead", "supervisor", SUPERVISOR),
    ),
    url: str | None = None,
) -> Iterator[Play]:
    """Open an office in a folder, or on the database of a URL, with these members of staff."""
    settings = Settings(
        _env_file=None,
        database_url=url or f"sqlite:///{folder / 'office.db'}",
        secret_keys=SecretStr(new_key()),
    )
    migrate.upgrade(settings.database_url)
    clock = Clock()
    office = open_office(settings, clock=clock, sandbox=True)
    for name, role, phone in people:
        new = staff.NewStaff(name, role, f"{name}@office.invalid", "a long password", phone)
        office.db.write_now(lambda tx, new=new: staff.add(tx, clock(), new))
    try:
        yield Play(office, clock)
    finally:
        office.close()
