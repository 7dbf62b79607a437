"""The transaction that a job is given: the driver's cursor, and SQLModel on the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection, Dialect
from sqlmodel import Session

from bot.store.vault import Vault


class Tx:
    """One open transaction. It belongs to the thread that runs the job and ends with the job."""

    __slots__ = ("_depth", "connection", "cursor", "dialect", "vault")

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.connection = connection
        self.dialect: Dialect = connection.dialect
        self.cursor: Any = connection.connection.cursor()
        self.vault = vault
        self._depth = 0

    @contextmanager
    def orm(self) -> Iterator[Session]:
        """Give a SQLModel session inside this transaction; what it changed is written when the block ends."""
        if not self.connection.in_transaction():
            self.connection.begin()
        with (
            Session(
                self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
            ) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did if it raises, and only that; needed to go on after a Conflict."""
        self._depth += 1
        name = f"inner_{self._depth}"
        self.cursor.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.cursor.execute(f"ROLLBACK TO SAVEPOINT {name}")
            self.cursor.execute(f"RELEASE SAVEPOINT {name}")
            raise
        else:
            self.cursor.execute(f"RELEASE SAVEPOINT {name}")
        finally:
            self._depth -= 1
