"""SQLite: one writer thread that commits whatever is queued in one transaction, and readers beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.store.errors import away, cleaned
from bot.store.lane import Work, Worker
from bot.store.tx import Tx
from bot.store.vault import Vault

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")


def engine(url: URL, *, wait: float) -> Engine:
    """Make an engine on a file; ``wait`` is how many seconds to wait for another process's write.

    Raises ValueError for a database in memory: each thread would see one of its own.
    """
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise ValueError(
            "BESA_DATABASE_URL names a SQLite database in memory; name a file: sqlite:///besa.db"
        )
    return create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": wait, "cached_statements": 512},
    )


class SqliteWorker(Worker):
    """Owns one connection and runs each batch in one transaction, every job in its own savepoint."""

    def __init__(
        self, engine: Engine, vault: Vault, *, read_only: bool, committed: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._read_only = read_only
        self._committed = committed
        self._tx: Tx | None = None

    def run(self, batch: list[Work]) -> None:
        """Run the batch; futures are settled only after the COMMIT."""
        if not batch:
            return
        try:
            tx = self._begun()
            for work in batch:
                _run_one(tx, work)
            tx.cursor.execute("COMMIT")
        except Exception as error:
            for work in batch:
                work.error = away(error)
            self._disconnect()
        else:
            if tx.connection.in_transaction():
                tx.connection.commit()
        for work in batch:
            work.settle()
        self._committed()

    def close(self) -> None:
        """Close the connection."""
        self._disconnect()

    def _begun(self) -> Tx:
        try:
            return self._begin_once()
        except (sqlite3.Error, SQLAlchemyError):
            self._disconnect()
            return self._begin_once()

    def _begin_once(self) -> Tx:
        if self._tx is None:
            self._tx = Tx(self._engine.connect(), self._vault)
            for pragma in PRAGMAS:
                self._tx.cursor.execute(f"PRAGMA {pragma}")
            if self._read_only:
                self._tx.cursor.execute("PRAGMA query_only = ON")
        self._tx.cursor.execute("BEGIN" if self._read_only else "BEGIN IMMEDIATE")
        return self._tx

    def _disconnect(self) -> None:
        if self._tx is not None:
            self._tx.connection.close()
            self._tx = None


def _run_one(tx: Tx, work: Work) -> None:
    """Run one job in its savepoint; raise StoreAway if its failure ended the transaction of all."""
    cursor = tx.cursor
    cursor.execute("SAVEPOINT job")
    try:
        work.value = work.job(tx)
    except BaseException as error:
        work.error = cleaned(error)
        if not cursor.connection.in_transaction:
            raise away(error) from None
        cursor.execute("ROLLBACK TO SAVEPOINT job")
    cursor.execute("RELEASE SAVEPOINT job")
