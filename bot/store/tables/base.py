"""What every table shares: kinds of columns and the names of constraints."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from bot.store.types import Instant, SealedColumn

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(*, null: bool = False, index: bool = False) -> Any:
    """A column that holds an instant."""
    return Field(default=None, sa_column=Column(Instant, nullable=null, index=index))


def sealed(*, null: bool = False) -> Any:
    """A column that holds ciphertext."""
    return Field(default=None, sa_column=Column(SealedColumn, nullable=null))


def hashed(kind: str, of: str) -> dict[str, Any]:
    """Mark a column as ``vault.hash(kind, value)``, where ``of`` is the sealed column with that same value.

    A column of another table is named ``table.column``; the hash then follows that one's.
    """
    return {"info": {"hash_kind": kind, "hash_of": of}}


class Row(SQLModel):
    """What all tables share."""

    model_config = ConfigDict(arbitrary_types_allowed=True)  # type: ignore[assignment]
