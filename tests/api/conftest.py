"""An office with two teams behind a running server, and everyone who may sign in there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import bindparam, update

from bot.api.limits import Limits
from bot.casework import cases, staff
from bot.casework.cases import NewCase
from bot.delivery.office import Office
from bot.store.prepared import Prepared
from bot.store.queries import columns, people
from bot.store.tables import Case
from bot.store.tx import Tx
from server import build_app
from tests.offices import START, Play, play

PASSWORD = "a long password"
MANY = Limits(per_token=1_000_000, per_client=1_000_000)
#: Who works there: name, role, team.
STAFF = (
    ("ana", "caseworker", "north"),
    ("nik", "caseworker", "north"),
    ("lea", "supervisor", "north"),
    ("sara", "caseworker", "south"),
    ("tom", "supervisor", "south"),
    ("cora", "coordinator", "south"),
    ("aud", "auditor", "south"),
)
#: The cases: code, whose it is, who keeps it. For ana: hers, kept by her, of her team, of the other team.
CASES = (
    ("OWN-1", "ana", "ana"),
    ("KEPT-1", "nik", "ana"),
    ("TEAM-1", "nik", "nik"),
    ("OTHER-1", "sara", "sara"),
)
_keep = Prepared(
    update(Case).where(columns(Case).code == bindparam("which")).values(keeper_id=bindparam("keeper"))
)


@dataclass
class Api:
    """The running server, and what anyone of the staff asks it."""

    play: Play
    url: str
    client: httpx.Client
    ids: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
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


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with opened(tmp_path) as found:
        yield found


@contextmanager
def opened(folder: Path, *, limits: Limits = MANY, require_totp: str = "") -> Iterator[Api]:
    """The office with its cases, each of which has written something that nobody else may read."""
    with play(folder) as office:
        office.office.settings.require_totp = require_totp
        ids = office.office.db.write_now(lambda tx: _hire(tx, office))
        office.office.db.write_now(lambda tx: _enrol(tx, office, ids))
        texts, alerts = {}, {}
        for place, (code, _, _) in enumerate(CASES):
            texts[code] = f"burri im po me rreh, {code.lower()} sekret"
            office.hear(f"+35569000010{place}", texts[code])
        with _serving(office.office, limits) as url, httpx.Client(base_url=url, timeout=30) as client:
            found = Api(office, url, client, ids, alerts, texts)
            for each in found.get("cora", "/alerts").json()["items"]:
                alerts[each["case"]] = each["id"]
            assert set(alerts) == {code for code, _, _ in CASES}
            yield found


def _hire(tx: Tx, office: Play) -> dict[str, str]:
    ids = {}
    for place, (name, role, team) in enumerate(STAFF):
        phone = f"+35569000020{place}"
        new = staff.NewStaff(name, role, f"{name}@office.invalid", PASSWORD, phone, team=team)
        ids[name] = staff.add(tx, office.clock(), new)
    return ids


def _enrol(tx: Tx, office: Play, ids: dict[str, str]) -> None:
    for place, (code, worker, keeper) in enumerate(CASES):
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
        _keep.run(tx, which=code, keeper=ids[keeper])


def case_id(api: Api, code: str) -> str:
    return str(api.office.db.read_now(lambda tx: people.case_with_code.one(tx, code=code)).id)


@contextmanager
def _serving(office: Office, limits: Limits) -> Iterator[str]:
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
