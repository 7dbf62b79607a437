"""Puts every sealed value and every look-up hash under the newest key, after which older keys may go.

It goes by small transactions beside the running server, keeps no state of its own, and may be stopped and
run again at any time: what is done already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, update
from sqlmodel import SQLModel

from bot.store import audit
from bot.store.database import Database
from bot.store.errors import CannotOpen
from bot.store.prepared import Prepared
from bot.store.tx import Tx
from bot.store.types import SealedColumn

BATCH = 200


@dataclass
class Rotated:
    """What a rotation did. While ``stuck`` is not empty, no older key may go."""

    sealed: int = 0
    hashed: int = 0
    stuck: list[str] = field(default_factory=list)
    """``table.column of row``: could not be opened, or a hash whose value is kept nowhere."""


def rotate(database: Database) -> Rotated:
    """Re-seal and re-hash all rows under the newest key of the database's vault."""
    done = Rotated()
    for table in SQLModel.metadata.sorted_tables:
        if _sealed(table):
            _rotate_table(database, _Plan(table), done)
    database.write_now(audit.mark_again)
    return done


def _rotate_table(database: Database, plan: _Plan, done: Rotated) -> None:
    last: Any = None
    while True:
        batch, last = database.write_now(_batch(plan, last))
        done.sealed += batch.sealed
        done.hashed += batch.hashed
        done.stuck += batch.stuck
        if last is None:
            return


def _batch(plan: _Plan, last: Any) -> Callable[[Tx], tuple[Rotated, Any]]:
    """Make a job that does the rows after the key ``last`` and gives the last key done, None at the end."""

    def job(tx: Tx) -> tuple[Rotated, Any]:
        rows = plan.first.all(tx) if last is None else plan.next.all(tx, last=last)
        batch = Rotated()
        changed = [new for row in rows if (new := _renew(tx, plan, row, batch)) != row._asdict()]
        plan.update.many(tx, [{f"new_{name}": value for name, value in new.items()} for new in changed])
        return batch, getattr(rows[-1], plan.key.name) if len(rows) == BATCH else None

    return job


def _renew(tx: Tx, plan: _Plan, row: Any, batch: Rotated) -> dict[str, Any]:
    """Return the row's columns as they are under the newest key; what can't be renewed stays."""
    new: dict[str, Any] = row._asdict()
    key = str(new[plan.key.name])
    for column in plan.sealed:
        try:
            _renew_column(tx, plan, column, new, key, batch)
        except CannotOpen:
            batch.stuck.append(f"{plan.table.name}.{column} of {key}")
    for hashed in plan.hashes:
        if new[hashed.name] is not None and new[hashed.info["hash_of"]] is None:
            batch.stuck.append(f"{plan.table.name}.{hashed.name} of {key}")
    return new


def _renew_column(tx: Tx, plan: _Plan, column: str, new: dict[str, Any], key: str, batch: Rotated) -> None:
    """Renew one sealed value and the hashes made of it."""
    sealed = new[column]
    if sealed is None:
        return
    place = f"{plan.table.name}.{column}"
    hashes = [each for each in plan.hashes if each.info["hash_of"] == column and new[each.name] is not None]
    if tx.vault.is_newest(sealed) and not hashes:
        return
    text = tx.vault.open(sealed, column=place, row=key)
    if not tx.vault.is_newest(sealed):
        new[column] = tx.vault.seal(text, column=place, row=key)
        batch.sealed += 1
    for each in hashes:
        old, renewed = new[each.name], tx.vault.hash(each.info["hash_kind"], text)
        if old != renewed:
            new[each.name] = renewed
            batch.hashed += 1
            batch.hashed += sum(follow.run(tx, old=old, new=renewed) for follow in plan.followers(each))


class _Plan:
    """What is to be renewed in one table, and the statements for it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.key: Column[Any]
        (self.key,) = table.primary_key.columns
        self.sealed = [column.name for column in _sealed(table)]
        self.hashes = [c for c in table.columns if "." not in c.info.get("hash_of", ".")]
        columns = [*_sealed(table), *self.hashes]
        query = select(self.key, *columns).order_by(self.key).limit(BATCH).with_for_update()
        self.first = Prepared(query)
        self.next = Prepared(query.where(self.key > bindparam("last")))
        self.update = Prepared(
            update(table)
            .where(self.key == bindparam(f"new_{self.key.name}"))
            .values({column: bindparam(f"new_{column.name}", type_=column.type) for column in columns})
        )
        self._followers = {column.name: list(_followers(column)) for column in self.hashes}

    def followers(self, column: Column[Any]) -> list[Prepared]:
        """Return the updates of other tables' columns that hold the same hash."""
        return self._followers[column.name]


def _sealed(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, SealedColumn)]


def _followers(leader: Column[Any]) -> Iterator[Prepared]:
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("hash_of") == f"{leader.table.name}.{leader.name}":
                change = update(table).where(column == bindparam("old")).values({column: bindparam("new")})
                yield Prepared(change)
