"""Jobs are kept apart, done before they are answered, and answered whatever happens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import bindparam, select, update

from bot.store import migrate
from bot.store.database import Database
from bot.store.errors import Conflict, StoreAway, StoreError
from bot.store.prepared import Prepared
from bot.store.tables import Agency
from bot.store.tx import Tx
from bot.store.vault import Vault, new_key
from tests.store.rows import agency, count_agencies, put_agency

agencies = Agency.__table__  # type: ignore[attr-defined]
lock = Prepared(select(agencies.c.name).where(agencies.c.id == bindparam("id")).with_for_update())
rename = Prepared(
    update(agencies).where(agencies.c.id == bindparam("which")).values(name=bindparam("new_name"))
)


@pytest.fixture
def other(url: str, db: Database) -> Iterator[Database]:
    """The same database seen by another process's connections."""
    with Database.open(url, Vault.from_setting(new_key())) as database:
        yield database


def held(db: Database, jobs: int) -> tuple[threading.Event, list[Future[None]]]:
    """Keep the writers busy until the event is set, so that what comes next is queued behind."""
    began, go = threading.Event(), threading.Event()

    def job(tx: Tx) -> None:
        began.set()
        go.wait(30)

    futures = [db.write(job) for _ in range(jobs)]
    assert began.wait(30)
    return go, futures


def test_a_job_that_raises_harms_no_other(db: Database) -> None:
    go, _ = held(db, 4)

    def bad(tx: Tx) -> None:
        put_agency("bad")(tx)
        raise LookupError("no such case")

    futures = [db.write(bad if n % 3 == 0 else put_agency(str(n))) for n in range(30)]
    go.set()
    wait(futures)
    assert {type(f.exception()) for f in futures[::3]} == {LookupError}
    assert all(f.result() == 1 for n, f in enumerate(futures) if n % 3)
    assert db.read_now(count_agencies) == 20
    assert db.read_now(lambda tx: agency.one(tx, id="bad")) is None


def test_a_broken_rule_harms_no_other(db: Database) -> None:
    go, _ = held(db, 4)
    futures = [db.write(put_agency(str(n % 5))) for n in range(20)]
    go.set()
    wait(futures)
    assert sorted(type(f.exception()).__name__ for f in futures) == ["Conflict"] * 15 + ["NoneType"] * 5
    assert db.read_now(count_agencies) == 5


def test_what_was_answered_is_seen_by_others(db: Database, other: Database) -> None:
    seen: list[bool] = []
    checked = threading.Event()

    def check(id: str) -> None:
        seen.append(other.read_now(lambda tx: agency.one(tx, id=id)) is not None)
        if len(seen) == 50:
            checked.set()

    for n in range(50):
        future = db.write(put_agency(str(n)))
        future.add_done_callback(lambda _, n=n: check(str(n)))  # type: ignore[misc]
    assert checked.wait(30)
    assert all(seen)


def test_what_is_not_committed_is_not_seen(db: Database, other: Database) -> None:
    written, go = threading.Event(), threading.Event()

    def job(tx: Tx) -> None:
        put_agency("1")(tx)
        written.set()
        go.wait(30)

    future = db.write(job)
    assert written.wait(30)
    assert other.read_now(count_agencies) == 0
    assert not future.done()
    go.set()
    future.result(30)
    assert other.read_now(count_agencies) == 1


def test_a_reader_keeps_one_view(db: Database) -> None:
    def job(tx: Tx) -> tuple[int, int]:
        before = count_agencies(tx)
        db.write(put_agency("1")).result(30)
        return before, count_agencies(tx)

    assert db.read_now(job) == (0, 0)
    assert db.read_now(count_agencies) == 1


def test_a_reader_can_not_write(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        db.read_now(put_agency("1"))
    assert db.write_now(count_agencies) == 0


def test_a_savepoint_lets_a_job_go_on(db: Database) -> None:
    def job(tx: Tx) -> int:
        put_agency("1")(tx)
        with pytest.raises(Conflict), tx.savepoint():
            put_agency("2")(tx)
            put_agency("1")(tx)
        with tx.savepoint(), tx.savepoint():
            put_agency("3")(tx)
        return count_agencies(tx)

    assert db.write_now(job) == 2
    assert db.read_now(lambda tx: agency.one(tx, id="2")) is None


def test_a_job_that_hides_an_error_does_not_pass_for_done(postgres_url: str, vault: Vault) -> None:
    """PostgreSQL gives up the whole transaction at the first error and answers COMMIT without complaint."""
    migrate.upgrade(postgres_url)

    def job(tx: Tx) -> None:
        put_agency("1")(tx)
        with pytest.raises(Conflict):
            put_agency("1")(tx)

    with Database.open(postgres_url, vault) as db:
        with pytest.raises(StoreError, match="savepoint"):
            db.write_now(job)
        assert db.write_now(count_agencies) == 0


def test_a_transaction_that_ends_early_fails_all_in_it(sqlite_url: str, vault: Vault) -> None:
    """As a full disk does: SQLite then undoes the whole transaction by itself."""
    migrate.upgrade(sqlite_url)
    with Database.open(sqlite_url, vault) as db:
        go, _ = held(db, 1)
        futures = [db.write(put_agency("1")), db.write(lambda tx: tx.cursor.execute("ROLLBACK"))]
        futures.append(db.write(put_agency("2")))
        go.set()
        wait(futures)
        assert [type(f.exception()) for f in futures] == [StoreAway] * 3
        assert db.write_now(put_agency("3")) == 1
        assert db.read_now(count_agencies) == 1


def test_a_session_that_fails_undoes_its_own(db: Database) -> None:
    def job(tx: Tx) -> int:
        put_agency("1")(tx)
        with pytest.raises(LookupError), tx.orm() as session:
            session.add(Agency(id="2", name="two"))
            session.flush()
            raise LookupError
        with tx.orm() as session:
            session.add(Agency(id="3", name="three"))
        return count_agencies(tx)

    assert db.write_now(job) == 2
    assert db.read_now(count_agencies) == 2


def test_a_job_that_fails_after_a_session_is_undone(db: Database) -> None:
    def job(tx: Tx) -> None:
        with tx.orm() as session:
            session.add(Agency(id="1", name="one"))
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            db.write_now(job)
    assert db.write_now(count_agencies) == 0


def test_commits_are_told(db: Database) -> None:
    told = threading.Event()

    def fail() -> None:
        raise RuntimeError

    db.on_commit(fail)
    db.on_commit(told.set)
    db.write_now(put_agency("1"))
    assert told.wait(30)
    assert db.write_now(count_agencies) == 1


def test_closing_finishes_what_is_queued(url: str, vault: Vault) -> None:
    migrate.upgrade(url)
    db = Database.open(url, vault)
    go, _ = held(db, 4)
    futures = [db.write(put_agency(str(n))) for n in range(200)]
    go.set()
    db.close()
    assert all(f.result(0) == 1 for f in futures)
    with pytest.raises(StoreAway):
        db.write_now(count_agencies)
    db.close()


def test_a_cancelled_job_is_not_run(db: Database) -> None:
    go, _ = held(db, 4)
    future = db.write(put_agency("1"))
    assert future.cancel()
    go.set()
    assert db.write_now(count_agencies) == 0


def test_the_web_awaits_jobs(db: Database) -> None:
    async def many() -> list[int]:
        return await asyncio.gather(*(asyncio.wrap_future(db.write(put_agency(str(n)))) for n in range(64)))

    assert asyncio.run(many()) == [1] * 64


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "mysql://x/y", "besa.db"],
)
def test_a_database_that_can_not_be_used_names_the_mend(url: str, vault: Vault) -> None:
    with pytest.raises(ValueError, match=r"BESA_DATABASE_URL.*sqlite:///besa\.db") as caught:
        Database.open(url, vault)
    assert "\n" not in str(caught.value)


def test_a_file_that_can_not_be_opened_is_away(tmp_path: Path, vault: Vault) -> None:
    with Database.open(f"sqlite:///{tmp_path}/none/besa.db", vault) as db:
        for _ in range(2):
            with pytest.raises(StoreAway):
                db.write_now(count_agencies)


def test_a_file_that_comes_back_is_used_again(tmp_path: Path, vault: Vault) -> None:
    url = f"sqlite:///{tmp_path}/later/besa.db"
    with Database.open(url, vault) as db:
        with pytest.raises(StoreAway):
            db.write_now(count_agencies)
        (tmp_path / "later").mkdir()
        migrate.upgrade(url)
        assert db.write_now(put_agency("1")) == 1


def test_a_locked_file_is_away_after_the_wait(sqlite_url: str, vault: Vault) -> None:
    migrate.upgrade(sqlite_url)
    with Database.open(sqlite_url, vault) as first, Database.open(sqlite_url, vault, wait=0.05) as second:
        go, _ = held(first, 1)
        with pytest.raises(StoreAway, match="locked"):
            second.write_now(put_agency("1"))
        go.set()
        assert second.write_now(put_agency("1")) == 1


def test_a_lost_server_connection_is_replaced(postgres: str, postgres_url: str, vault: Vault) -> None:
    migrate.upgrade(postgres_url)
    with Database.open(postgres_url, vault) as db:
        for n in range(8):
            db.write_now(put_agency(f"before {n}"))
        with psycopg.connect(host=postgres, user="besa", dbname="postgres", autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'besa' AND datname = %s",
                [postgres_url.split("/")[-1].split("?")[0]],
            )
        futures = [db.write(put_agency(f"after {n}")) for n in range(8)]
        assert [f.result(30) for f in futures] == [1] * 8
        assert db.read_now(count_agencies) == 16


def test_a_deadlock_is_run_again(postgres_url: str, vault: Vault) -> None:
    migrate.upgrade(postgres_url)
    both = threading.Barrier(2)
    runs: list[str] = []

    def job(first: str, second: str) -> None:
        def run(tx: Tx) -> None:
            runs.append(first)
            lock.one(tx, id=first)
            if len(runs) <= 2:
                both.wait(30)
            lock.one(tx, id=second)
            rename.run(tx, which=second, new_name=f"by {first}")

        db.write_now(run)

    with Database.open(postgres_url, vault) as db:
        db.write_now(put_agency("a"))
        db.write_now(put_agency("b"))
        threads = [threading.Thread(target=job, args=pair) for pair in [("a", "b"), ("b", "a")]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(runs) == 3
        names = {db.read_now(lambda tx, id=id: agency.one(tx, id=id).name) for id in "ab"}  # type: ignore[misc]
        assert names == {"by a", "by b"}


def test_a_server_that_is_not_there_is_away(tmp_path: Path, vault: Vault) -> None:
    with Database.open(f"postgresql+psycopg://besa@/x?host={tmp_path}", vault) as db:
        with pytest.raises(StoreAway):
            db.write_now(count_agencies)
        with pytest.raises(StoreAway):
            migrate.check(f"postgresql+psycopg://besa@/x?host={tmp_path}")
