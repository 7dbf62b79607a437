"""Several processes on one database, and one that is killed while it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store import audit, migrate
from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.tables import Agency
from bot.store.vault import Vault, new_key

ROOT = Path(__file__).parents[2]
ids = Prepared(select(Agency.__table__.c.id))  # type: ignore[attr-defined]


def writer(url: str, key: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writer", url, key, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def stored(db: Database) -> set[str]:
    return {row.id for row in db.read_now(ids.all)}


@pytest.mark.parametrize("after", [1, 60, 333])
def test_a_killed_process_loses_nothing_that_it_acknowledged(url: str, after: int) -> None:
    migrate.upgrade(url)
    key = new_key()
    process = writer(url, key, "w", 100_000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(after)]
    process.kill()
    acknowledged += process.stdout.read().split("\n")[:-1]
    process.wait()
    assert "failed" not in acknowledged
    with Database.open(url, Vault.from_setting(key)) as db:
        found = stored(db)
        assert {f"w-{n}-{half}" for n in acknowledged for half in "ab"} <= found
        assert {id[:-1] for id in found if id.endswith("a")} == {id[:-1] for id in found if id.endswith("b")}
        assert db.read_now(audit.verify) == []


def test_two_processes_write_one_database(url: str) -> None:
    migrate.upgrade(url)
    key = new_key()
    processes = [writer(url, key, name, 300) for name in ("server", "scheduler")]
    answers = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [len(set(answer) - {"failed"}) for answer in answers] == [300, 300]
    with Database.open(url, Vault.from_setting(key)) as db:
        assert len(stored(db)) == 1200
        assert db.read_now(audit.verify) == []
