"""An office whose staff are told by real channels at loopback peers, with a clock set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.casework import alerts, cases, checkins, staff
from bot.casework.alerts import NewSignal
from bot.casework.cases import NewCase
from bot.channels.protocol import Inbound
from bot.channels.sandbox import SandboxChannel
from bot.channels.telegram_update import parse_update
from bot.delivery import inbox
from bot.delivery.office import open_office
from bot.delivery.tick import tick
from bot.settings import Settings
from bot.store import migrate
from bot.store.queries import people
from bot.store.tx import Tx
from bot.store.vault import new_key
from tests.offices import START, Clock

ALIAS = "Zambak Kodra"


class House:
    """Staff, cases, and what becomes of alerts about them."""

    def __init__(self, folder: Path, *, sandbox: bool = False, url: str = "", **settings: Any) -> None:
        made = Settings(
            _env_file=None,
            database_url=url or f"sqlite:///{folder / 'office.db'}",
            secret_keys=SecretStr(new_key()),
            **settings,
        )
        migrate.upgrade(made.database_url)
        self.clock = Clock()
        self.office = open_office(made, clock=self.clock, sandbox=sandbox)
        self.db = self.office.db
        self._ids = count(1)
        self.numbers: dict[str, str] = {}

    def hire(self, name: str, role: str, language: str | None = None, **where: str) -> str:
        """Add a member of staff, with a ``phone`` or a ``telegram`` chat; gives the id."""
        new = staff.NewStaff(name, role, f"{name}@office.test", "a long password", **where)
        row = self.db.write_now(lambda tx: staff.add(tx, self.clock(), new))
        self.sql("UPDATE staff SET language = ? WHERE id = ?", language, row)
        return row

    def enrol(self, code: str, worker: str = "ana") -> str:
        """Take in a case on the sandbox; gives its number."""
        number = f"+35569100{len(self.numbers):04}"
        new = NewCase(
            code=code,
            alias=ALIAS,
            language="sq",
            country="AL",
            timezone="Europe/Tirane",
            channel="sandbox",
            address=number,
            return_date=START.date() - timedelta(days=2),
            caseworker_email=f"{worker}@office.test",
            protocol="default",
            privacy="neutral",
            contact_from=8 * 60,
            contact_to=20 * 60,
            consented_on=date(2026, 3, 1),
        )
        self.db.write_now(lambda tx: cases.add(tx, self.office.programme, self.clock(), new))
        self.numbers[code] = number
        return number

    def alarm(self, code: str, level: str = "critical", text: str = "ai më rrahu") -> int:
        """A signal comes in about a case; gives the number of its alert."""

        def job(tx: Tx) -> int:
            case_id = people.case_with_code.one(tx, code=code).id
            about = checkins.subject(checkins.case_person(tx, case_id))
            news = [NewSignal("violence", level, "text", text)]
            return alerts.signal(tx, self.office.programme, self.clock(), about, news)

        return self.db.write_now(job)

    def do(self, job: Any) -> Any:
        return self.db.write_now(job)

    def tick(self, **later: float) -> None:
        self.clock.now += timedelta(**later)
        tick(self.db, self.office.programme, self.office.channels, self.clock())

    def hear(
        self,
        channel: str,
        address: str,
        text: str = "",
        *,
        button: str | None = None,
        again: str = "",
        kind: str = "text",
    ) -> None:
        """Something comes in on a channel."""
        self.take(
            Inbound(
                channel,
                again or f"in{next(self._ids)}",
                address,
                "button" if button else kind,
                text,
                None,
                button,
            )
        )

    def update(self, update: dict[str, Any]) -> None:
        """An update of Telegram's comes in."""
        for each in parse_update(update):
            self.take(each)

    def take(self, inbound: Inbound) -> None:
        self.clock.now += timedelta(seconds=1)
        self.office.take(inbox.read(inbound)).result()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        def job(tx: Tx) -> list[tuple[Any, ...]]:
            mark = "?" if tx.dialect.name == "sqlite" else "%s"
            tx.cursor.execute(statement.replace("?", mark), values)
            return list(tx.cursor.fetchall()) if tx.cursor.description else []

        return self.db.write_now(job)

    def alert(self, number: int) -> tuple[str, str | None, str | None]:
        """Its state, who acknowledged it and whose it is."""
        ((state, by, owner),) = self.sql(
            "SELECT state, acknowledged_by, owner_id FROM alert WHERE id = ?", number
        )
        return state, by, owner

    def said(self, *conditions: str) -> list[tuple[str, str, str]]:
        """What was to be told to staff: state, channel and text, in order."""

        def job(tx: Tx) -> list[tuple[str, str, str]]:
            where = " AND ".join(
                ("staff_id IS NOT NULL", "case_id IS NULL", "direction = 'out'", *conditions)
            )
            tx.cursor.execute(f"SELECT id, state, channel, body FROM message WHERE {where} ORDER BY id")
            return [
                (state, channel, tx.vault.open(body, column="message.body", row=row))
                for row, state, channel, body in tx.cursor.fetchall()
            ]

        return self.db.write_now(job)

    @property
    def sandbox(self) -> SandboxChannel:
        channel = self.office.channels["sandbox"]
        assert isinstance(channel, SandboxChannel)
        return channel

    def phone(self, number: str) -> list[str]:
        """What a sandbox phone shows."""
        return [message.text for message in self.sandbox.sent(number)]


@contextmanager
def house(folder: Path, *, sandbox: bool = False, url: str = "", **settings: Any) -> Iterator[House]:
    made = House(folder, sandbox=sandbox, url=url, **settings)
    try:
        yield made
    finally:
        made.office.close()
