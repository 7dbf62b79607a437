"""An office with two teams behind a running server, and everyone who may sign in there."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from bot.api.limits import Limits
from bot.casework import absences, cases, staff
from bot.casework.cases import NewCase
from bot.delivery.office import Office, open_office
from bot.settings import Settings
from bot.store.queries import alerts, people
from bot.store.tx import Tx
from server import build_app
from tests.offices import START, Clock, Play, play

PASSWORD = "a long password"
MANY = Limits(per_token=1_000_000, per_client=1_000_000)
#: Who works there: name, role, team.
STAFF = (
    ("ana", "caseworker", "north"),
    ("nik", "caseworker", "north"),
    ("ola", "caseworker", "north"),
    ("lea", "supervisor", "north"),
    ("sara", "caseworker", "south"),
    ("tom", "supervisor", "south"),
    ("cora", "coordinator", "south"),
    ("aud", "auditor", "south"),
)
#: The cases and whose they are. For ana: hers, one she keeps while ola is away, of her team, of the other.
CASES = (("OWN-1", "ana"), ("KEPT-1", "ola"), ("TEAM-1", "nik"), ("OTHER-1", "sara"))
TEXTS = {code: f"burri im po me rreh, {code.lower()} sekret" for code, _ in CASES}
Opening = Callable[..., AbstractContextManager["Api"]]


@dataclass(frozen=True)
class Made:
    """An office that has been set up and closed, to be copied for each test."""

    folder: Path
    settings: Settings
    now: datetime
    ids: dict[str, str]
    alerts: dict[str, int]


@dataclass
class Api:
    """The running server, and what anyone of the staff asks it."""

    play: Play
    url: str
    client: httpx.Client
    ids: dict[str, str]
    alerts: dict[str, int]
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.play.office

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if who:
            headers.setdefault("Authorization", f"Bearer {self.token(who)}")
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, who: str | None, path: str, **more: Any) -> httpx.Response:
        return self.ask(who, "GET", path, **more)

    def post(self, who: str | None, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.ask(who, "POST", path, json=body, **more)

    def token(self, who: str) -> str:
        if who not in self.tokens:
            now = self.play.clock()
            self.tokens[who] = self.office.db.write_now(lambda tx: staff.give_token(tx, now, self.ids[who]))
        return self.tokens[who]

    def case_id(self, code: str) -> str:
        return str(self.office.db.read_now(lambda tx: people.case_with_code.one(tx, code=code)).id)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The office with its cases, each of which has written something that nobody else may read."""
    folder = tmp_path_factory.mktemp("api")
    with play(folder) as office:
        ids, numbers = fill(office)
        return Made(folder, office.office.settings, office.clock(), ids, numbers)


def fill(office: Play) -> tuple[dict[str, str], dict[str, int]]:
    """Hire staff, enrol the cases, let each write; gives the ids of staff and the numbers of the alerts."""
    db = office.office.db
    ids = db.write_now(lambda tx: _hire(tx, office))
    db.write_now(lambda tx: _enrol(tx, office, ids))
    for place, (code, _) in enumerate(CASES):
        office.hear(f"+35569000010{place}", TEXTS[code])
    return ids, {code: db.write_now(lambda tx, code=code: _alert_of(tx, code)) for code, _ in CASES}  # type: ignore[misc]


@pytest.fixture(scope="session")
def opening(made: Made) -> Opening:
    """Open a copy of the office in a folder."""

    @contextmanager
    def opened(folder: Path, *, limits: Limits = MANY, require_totp: str = "") -> Iterator[Api]:
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        url = f"sqlite:///{folder / 'office.db'}"
        settings = made.settings.model_copy(update={"database_url": url, "require_totp": require_totp})
        clock = Clock()
        clock.now = made.now
        office = open_office(settings, clock=clock, sandbox=True)
        try:
            with serving(office, limits) as at, httpx.Client(base_url=at, timeout=30) as client:
                yield Api(Play(office, clock), at, client, made.ids, made.alerts)
        finally:
            office.close()

    return opened


@pytest.fixture
def api(opening: Opening, tmp_path: Path) -> Iterator[Api]:
    with opening(tmp_path) as found:
        yield found


def _hire(tx: Tx, office: Play) -> dict[str, str]:
    ids = {}
    for place, (name, role, team) in enumerate(STAFF):
        phone = f"+35569000020{place}"
        new = staff.NewStaff(name, role, f"{name}@office.invalid", PASSWORD, phone, team=team)
        ids[name] = staff.add(tx, office.clock(), new)
    return ids


def _enrol(tx: Tx, office: Play, ids: dict[str, str]) -> None:
    for place, (code, worker) in enumerate(CASES):
        new = NewCase(
            code=code,
            alias=f"Alias {code}",
            language="sq",
            country="AL",
            timezone="Europe/Tirane",
            channel="sandbox",
            address=f"+35569000010{place}",
            return_date=START.date() - timedelta(days=2),
            caseworker_email=f"{worker}@office.invalid",
            protocol="default",
            privacy="neutral",
            contact_from=8 * 60,
            contact_to=20 * 60,
            consented_on=START.date() - timedelta(days=3),
        )
        cases.add(tx, office.office.programme, office.clock(), new)
    now = office.clock()
    absences.plan(tx, now, ids["ola"], ids["ana"], now, None, "command")


def _alert_of(tx: Tx, code: str) -> int:
    case = people.case_with_code.one(tx, code=code)
    return int(alerts.open_alert.one(tx, case=case.id).id)


@contextmanager
def serving(office: Office, limits: Limits) -> Iterator[str]:
    config = uvicorn.Config(build_app(office, limits), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    pause = threading.Event()
    while not server.started:
        assert thread.is_alive()
        pause.wait(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
