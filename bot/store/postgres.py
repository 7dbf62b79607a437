"""PostgreSQL: a few writer and reader threads, each with a connection, each job a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.store.errors import Again, StoreAway, StoreError, Unsure, cleaned
from bot.store.lane import Work, Worker
from bot.store.tx import Tx
from bot.store.vault import Vault


def engine(url: URL, *, wait: float) -> Engine:
    """Make an engine; ``wait`` is how many seconds to wait for a connection."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": max(2, int(wait)), "application_name": "besa"},
    )


class PostgresWorker(Worker):
    """Owns one connection. A job is run again, once, if the database asks or the connection was lost."""

    def __init__(
        self, engine: Engine, vault: Vault, *, read_only: bool, committed: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._read_only = read_only
        self._committed = committed
        self._tx: Tx | None = None

    def run(self, batch: list[Work]) -> None:
        """Run each job; its future is settled after its COMMIT."""
        for work in batch:
            work.error = self._attempt(work)
            if isinstance(work.error, StoreAway) and not isinstance(work.error, Unsure):
                work.error = self._attempt(work)
            work.settle()
        self._committed()

    def close(self) -> None:
        """Close the connection."""
        if self._tx is not None:
            self._tx.connection.close()
            self._tx = None

    def _attempt(self, work: Work) -> BaseException | None:
        try:
            tx = self._connected()
            work.value = work.job(tx)
            if tx.cursor.connection.info.transaction_status is psycopg.pq.TransactionStatus.INERROR:
                raise StoreError("the job went on after an error without tx.savepoint()")
        except BaseException as error:
            self._roll_back()
            return cleaned(error)
        return self._commit(tx)

    def _commit(self, tx: Tx) -> BaseException | None:
        try:
            tx.cursor.connection.commit()
            if tx.connection.in_transaction():
                tx.connection.commit()
        except (psycopg.Error, SQLAlchemyError) as error:
            self._roll_back()
            failure = cleaned(error)
            if isinstance(failure, StoreAway) and not isinstance(failure, Again):
                return Unsure("the connection was lost while committing")
            return failure
        return None

    def _connected(self) -> Tx:
        if self._tx is None:
            self._tx = Tx(self._engine.connect(), self._vault)
            if self._read_only:
                self._tx.cursor.connection.read_only = True
                self._tx.cursor.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return self._tx

    def _roll_back(self) -> None:
        if self._tx is None:
            return
        try:
            self._tx.cursor.connection.rollback()
            if self._tx.connection.in_transaction():
                self._tx.connection.rollback()
        except (psycopg.Error, SQLAlchemyError):
            self._tx.connection.invalidate()
            self.close()
