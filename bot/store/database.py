"""The door to the database: jobs go in, futures come out.

A job is a plain function of a :class:`bot.store.tx.Tx`. It must hold no clock, no network and no state of
its own, because on PostgreSQL it may be run a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.store import postgres, sqlite
from bot.store.lane import Lane
from bot.store.tx import Tx
from bot.store.vault import Vault

T = TypeVar("T")
Job = Callable[[Tx], T]

MOST_IN_ONE_COMMIT = 64
SQLITE_READERS = 2
POSTGRES_WRITERS = 4
POSTGRES_READERS = 4

log = logging.getLogger(__name__)


class Database:
    """Runs jobs on threads of its own; safe to call from any thread."""

    def __init__(self, url: URL, vault: Vault, *, wait: float = 10.0) -> None:
        self._callbacks: list[Callable[[], None]] = []
        self.dialect = url.get_backend_name()
        self._writes, self._reads = self._lanes(url, vault, wait)

    @classmethod
    def open(cls, url: str, vault: Vault, *, wait: float = 10.0) -> Database:
        """Open ``sqlite:///file`` or ``postgresql+psycopg://…``; nothing is connected before the first job.

        ``wait`` is how many seconds a job waits for another process's write (SQLite) or for a connection
        (PostgreSQL). Raises ValueError, naming BESA_DATABASE_URL, for any other URL.
        """
        return cls(parse(url), vault, wait=wait)

    def write(self, job: Job[T]) -> Future[T]:
        """Run a job that may change rows; its future is done only after the COMMIT that holds its changes.

        A job that raises is undone alone and its future raises the same. StoreAway means that nothing is
        known to be stored.
        """
        return self._writes.submit(job)

    def read(self, job: Job[T]) -> Future[T]:
        """Run a job that only reads, beside the writers, on one unchanging view of the data."""
        return self._reads.submit(job)

    def write_now(self, job: Job[T]) -> T:
        """Run a writing job and wait for it; not to be called from inside a job."""
        return self.write(job).result()

    def read_now(self, job: Job[T]) -> T:
        """Run a reading job and wait for it; not to be called from inside a job."""
        return self.read(job).result()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after commits of this process, on a writer thread: it must return at once."""
        self._callbacks.append(callback)

    def close(self) -> None:
        """Finish what is queued, then end the threads and give back the connections."""
        self._writes.close()
        self._reads.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _lanes(self, url: URL, vault: Vault, wait: float) -> tuple[Lane, Lane]:
        if self.dialect == "sqlite":
            on_file = sqlite.engine(url, wait=wait)
            return (
                Lane(
                    "besa-write",
                    lambda: sqlite.SqliteWorker(on_file, vault, read_only=False, committed=self._committed),
                    threads=1,
                    most=MOST_IN_ONE_COMMIT,
                ),
                Lane(
                    "besa-read",
                    lambda: sqlite.SqliteWorker(on_file, vault, read_only=True, committed=_nothing),
                    threads=SQLITE_READERS,
                    most=1,
                ),
            )
        server = postgres.engine(url, wait=wait)
        return (
            Lane(
                "besa-write",
                lambda: postgres.PostgresWorker(server, vault, read_only=False, committed=self._committed),
                threads=POSTGRES_WRITERS,
                most=1,
            ),
            Lane(
                "besa-read",
                lambda: postgres.PostgresWorker(server, vault, read_only=True, committed=_nothing),
                threads=POSTGRES_READERS,
                most=1,
            ),
        )

    def _committed(self) -> None:
        for callback in self._callbacks:
            try:
                callback()
            except Exception as error:
                log.error("a callback after a commit failed: %s", type(error).__name__)


def parse(url: str) -> URL:
    """Read a database URL; raise ValueError, naming BESA_DATABASE_URL and the mend, if it is not usable."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(
            "BESA_DATABASE_URL is not usable; write sqlite:///besa.db or postgresql+psycopg://user@host/name"
        )
    return parsed


def _nothing() -> None:
    """What a reader does after its transaction."""
