"""Every test that asks for ``url`` or ``db`` runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import migrate
from bot.store.database import Database
from bot.store.vault import Vault, new_key
from tests.databases import postgres_database, postgres_server, sqlite_database


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as host:
        yield host


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    with postgres_database(postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return sqlite_database(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def vault() -> Vault:
    return Vault.from_setting(new_key())


@pytest.fixture
def db(url: str, vault: Vault) -> Iterator[Database]:
    migrate.upgrade(url)
    with Database.open(url, vault) as database:
        yield database
