"""The bare rate of the file: the very writes of recorded turns, on a copy of the file as it was before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.script import Rate, Watch
from bot.store.database import Database
from bot.store.sqlite import PRAGMAS
from bot.store.tx import Tx

Write = tuple[str, Sequence[Any]]
Turn = list[Write]
_WRITES = ("INSERT", "UPDATE", "DELETE")


class _Recorder:
    """A cursor that remembers what each job wrote."""

    def __init__(self, cursor: Any, turns: list[Turn]) -> None:
        self._cursor = cursor
        self._turns = turns

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        if sql == "SAVEPOINT job":
            self._turns.append([])
        elif sql.lstrip().upper().startswith(_WRITES):
            self._turns[-1].append((sql, values))
        return self._cursor.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def recorded(db: Database) -> Iterator[list[Turn]]:
    """Record the writes of each job until the block ends."""
    turns: list[Turn] = []
    plain: list[Any] = []

    def begin(tx: Tx) -> None:
        plain.append(tx.cursor)
        tx.cursor = _Recorder(tx.cursor, turns)

    def end(tx: Tx) -> None:
        tx.cursor = plain[0]

    db.write_now(begin)
    try:
        yield turns
    finally:
        db.write_now(end)


def copied(source: Path, target: Path) -> None:
    """Copy a database that is in use."""
    with sqlite3.connect(source) as before, sqlite3.connect(target) as after:
        before.backup(after)
    before.close()
    after.close()


def replayed(file: Path, turns: Sequence[Turn], *, together: int) -> Rate:
    """Write recorded turns anew, ``together`` turns to a commit, with the store's own settings."""
    connection = sqlite3.connect(file, isolation_level=None, cached_statements=512)
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    watch = Watch()
    for at in range(0, len(turns), together):
        cursor.execute("BEGIN IMMEDIATE")
        for turn in turns[at : at + together]:
            for sql, values in turn:
                cursor.execute(sql, values)
        cursor.execute("COMMIT")
    how = "each alone" if together == 1 else f"{together} in a commit"
    rate = watch.rate(f"the same writes, raw SQLite, {how}", len(turns))
    connection.close()
    return rate
