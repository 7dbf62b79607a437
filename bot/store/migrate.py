"""Brings a database to the schema that this program needs, and tells when it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.data_files import directory
from bot.store import postgres, sqlite
from bot.store.database import parse
from bot.store.errors import NotMigrated, cleaned

WAIT = 30.0
_LOCK = 4_255_341


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to the newest schema, creating a SQLite file that only its owner can read.

    Either all steps are done or none; two processes that do it at once wait for each other.
    """
    parsed = parse(url)
    _refuse_newer(current(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).touch(mode=0o600)
    with _connection(parsed, lock=True) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Bring the database back to an older schema; ``base`` drops every table."""
    with _connection(parse(url), lock=True) as connection:
        command.downgrade(_config(connection), revision)


def draft(url: str, message: str) -> None:
    """Write a new migration into the checkout from what differs between the tables and this database."""
    with _connection(parse(url), lock=False) as connection:
        command.revision(_config(connection), message, autogenerate=True)


def needed() -> str:
    """Return the revision that this program works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise NotMigrated("the folder of migrations is empty; install Besa again")
    return head


def current(url: str) -> str | None:
    """Return the revision that the database is at, None if it has no schema."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return None
    with _connection(parsed, lock=False) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(url: str) -> None:
    """Raise NotMigrated, with what to run, unless the database is at the needed revision."""
    at = current(url)
    _refuse_newer(at)
    if at != needed():
        raise NotMigrated(f"the database is at {at or 'no schema'}, not at {needed()}; run `besa migrate`")


def _refuse_newer(at: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    if at is not None and at not in known:
        raise NotMigrated(f"the database is at {at}, newer than this program; install the newer Besa")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(directory("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(url: URL, *, lock: bool) -> Iterator[Connection]:
    """Give a connection in one transaction, which no other migration shares if ``lock``."""
    on_file = url.get_backend_name() == "sqlite"
    engine = (sqlite if on_file else postgres).engine(url, wait=WAIT)
    try:
        with engine.begin() as connection:
            if on_file:
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            if lock:
                connection.exec_driver_sql(
                    "BEGIN IMMEDIATE" if on_file else f"SELECT pg_advisory_xact_lock({_LOCK})"
                )
            yield connection
            if on_file and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise NotMigrated("a row would be left without the row that it names; nothing was changed")
    except SQLAlchemyError as error:
        failure = cleaned(error)
    else:
        return
    raise failure
