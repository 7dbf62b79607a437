"""An office on a real file with many cases that each stand before the first question of a check-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bench.script import Answers, conversations
from bot.casework import cases, checkins, staff
from bot.casework.cases import NewCase
from bot.delivery.office import Office, open_office
from bot.settings import Settings
from bot.store import migrate
from bot.store.queries import conversation, people
from bot.store.tx import Tx
from bot.store.vault import new_key

PUBLIC_URL = "https://besa.invalid"
TOKEN = "the token that signs"
ZONES = {"sq": "Europe/Tirane", "ar": "Africa/Casablanca", "uk": "Europe/Kyiv"}
WORKER = "worker@office.invalid"


@contextmanager
def opened(file: Path) -> Iterator[Office]:
    """Open an office with one caseworker."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{file}",
        secret_keys=SecretStr(new_key()),
        public_url=PUBLIC_URL,
        twilio_auth_token=SecretStr(TOKEN),
    )
    migrate.upgrade(settings.database_url)
    office = open_office(settings)
    try:
        office.db.write_now(
            lambda tx: staff.add(
                tx,
                office.clock(),
                staff.NewStaff("worker", "caseworker", WORKER, "a long password", "+355690000010"),
            )
        )
        yield office
    finally:
        office.close()


def enrol(office: Office, first: int, number: int) -> list[tuple[str, Answers]]:
    """Add cases and ask each the first question; give each one's number and what it will answer."""
    talks = conversations()
    chosen = [next(talks) for _ in range(number)]
    done = [
        office.db.write(lambda tx, at=at, language=language: _asked(tx, office, first + at, language))  # type: ignore[misc]
        for at, (language, _) in enumerate(chosen)
    ]
    numbers = [future.result() for future in done]
    return [(phone, answers) for phone, (_, answers) in zip(numbers, chosen, strict=True)]


def finished(office: Office) -> int:
    """How many sessions came to their proper end."""
    return office.db.read_now(
        lambda tx: _count(tx, "SELECT count(*) FROM session WHERE outcome = 'completed'")
    )


def _count(tx: Tx, query: str) -> int:
    tx.cursor.execute(query)
    return int(tx.cursor.fetchone()[0])


def _asked(tx: Tx, office: Office, number: int, language: str) -> str:
    now, programme = office.clock(), office.programme
    new = NewCase(
        code=f"C-{number}",
        alias="Someone",
        language=language,
        country="AL",
        timezone=ZONES[language],
        channel="twilio",
        address=f"+35569{number:07d}",
        return_date=now.date() - timedelta(days=2),
        caseworker_email=WORKER,
        protocol="default",
        privacy="neutral",
        contact_from=9 * 60,
        contact_to=20 * 60,
        consented_on=date(2026, 3, 1),
    )
    cases.add(tx, programme, now, new)
    row: Any = people.case_with_code.one(tx, code=new.code)
    person = checkins.case_person(tx, row.id)
    checkins.ask_for(tx, programme, person, "checkin", now, "bench")
    tx.cursor.execute("SELECT id FROM checkin WHERE case_id = ? AND step = 'bench'", (row.id,))
    if checkins.begin(tx, programme, now, tx.cursor.fetchone()[0]) != "started":
        raise SystemExit("a check-in could not be started")
    if conversation.newest_session.one(tx, case=row.id) is None:
        raise SystemExit("a check-in left no session")
    return new.address
