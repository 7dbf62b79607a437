"""What can go wrong in the store, in its own words: no text of a database driver, which may quote values."""

from __future__ import annotations

import sqlite3

import psycopg
from psycopg import errors as postgres
from sqlalchemy.exc import StatementError


class StoreError(Exception):
    """The database refused a statement."""


class Conflict(StoreError):
    """A row breaks a unique, foreign-key, check or not-null rule; the text names the rule, never a value."""


class StoreAway(StoreError):
    """The database can't be reached or can't take writes now; nothing of the job is known to be stored."""


class Unsure(StoreAway):
    """The connection was lost while committing: the job may be stored, or not."""


class Again(StoreAway):
    """The database asks for the whole transaction to be run once more (serialisation failure, deadlock)."""


class NotMigrated(StoreError):
    """The schema is older or newer than the program; the text says what to run."""


class CannotOpen(StoreError):
    """A sealed value was made under a key that is not there, for another place, or was changed."""


def cleaned(error: BaseException) -> BaseException:
    """Return what a caller may see of an error: a driver's own, bare or wrapped, is translated."""
    if isinstance(error, StatementError) and error.orig is not None:
        error = error.orig
    return translate(error) if isinstance(error, sqlite3.Error | psycopg.Error) else error


def away(error: BaseException) -> StoreAway:
    """Return what everyone in a transaction is told when all of it failed."""
    known = cleaned(error)
    if isinstance(known, StoreAway):
        return known
    return StoreAway(
        f"nothing was stored: {known if isinstance(known, StoreError) else type(known).__name__}"
    )


def translate(error: Exception) -> StoreError:
    """Turn a driver's error into the store's own, keeping names and codes and dropping every value."""
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if isinstance(error, psycopg.Error):
        return _from_postgres(error)
    return StoreError(type(error).__name__)


def _from_sqlite(error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(str(error))
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorname.startswith(_SQLITE_AWAY):
        return StoreAway(f"the database file can't be used now: {error}")
    return StoreError(f"{type(error).__name__}: {error}")


_SQLITE_AWAY = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
)


def _from_postgres(error: psycopg.Error) -> StoreError:
    code = error.sqlstate or ""
    if isinstance(error, psycopg.IntegrityError):
        return Conflict(f"{type(error).__name__}: {error.diag.constraint_name or error.diag.column_name}")
    if isinstance(error, postgres.SerializationFailure | postgres.DeadlockDetected):
        return Again(type(error).__name__)
    if not code or code[:2] in _POSTGRES_AWAY:
        return StoreAway(f"the database can't be reached now: {type(error).__name__}")
    return StoreError(f"{type(error).__name__} ({code})")


_POSTGRES_AWAY = {"08", "53", "57"}
