"""Column types: instants and sealed values.

An instant is an aware UTC datetime, kept as whole milliseconds since 1970 so that it sorts and compares
the same on every database. A sealed value is ciphertext made by :class:`bot.store.vault.Vault`; its column
refuses anything else, so that plain text cannot reach the file by accident.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Sealed(bytes):
    """Ciphertext of one column of one row."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime as integer milliseconds since 1970, UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive datetimes: an hour without a zone is a check-in at the wrong time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        return None if value is None else EPOCH + int(value) * MILLISECOND


class SealedColumn(TypeDecorator[Sealed]):
    """A column that takes ciphertext only."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Refuse what did not come from the vault."""
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("a sealed column takes only what the vault sealed")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Sealed | None:
        """Mark what is read as still sealed."""
        return None if value is None else Sealed(value)
