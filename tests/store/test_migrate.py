"""The migrations make the schema of the tables, on both databases, with data in it, and back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlmodel import SQLModel

from bot.data_files import directory
from bot.store import migrate
from bot.store.database import Database
from bot.store.errors import NotMigrated
from bot.store.vault import Vault
from tests.store.rows import count_agencies, put_agency, put_case


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_tables_and_migrations_are_the_same(url: str) -> None:
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_partial_and_unique_indexes_are_the_same(url: str, tmp_path: Path) -> None:
    """What Alembic does not compare: conditions of indexes, names of constraints."""
    migrate.upgrade(url)
    migrated = create_engine(url)
    found = schema(migrated)
    fresh = create_engine(f"sqlite:///{tmp_path}/new.db") if url.startswith("sqlite") else emptied(migrated)
    SQLModel.metadata.create_all(fresh)
    assert found == schema(fresh)
    conditions = [str(index["dialect_options"]) for index in found["message"]["indexes"]]
    assert any("'in'" in condition for condition in conditions)
    migrated.dispose()
    fresh.dispose()


def emptied(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return engine


def schema(engine: Engine) -> dict[str, Any]:
    looked = inspect(engine)
    return {
        name: {
            "indexes": plain(sorted(looked.get_indexes(name), key=lambda index: str(index["name"]))),
            "unique": plain(sorted(looked.get_unique_constraints(name), key=lambda rule: str(rule["name"]))),
            "foreign": plain(sorted(looked.get_foreign_keys(name), key=lambda rule: str(rule["name"]))),
            "primary": plain(looked.get_pk_constraint(name)),
            "columns": plain(sorted(looked.get_columns(name), key=lambda column: column["name"])),
        }
        for name in SQLModel.metadata.tables
    }


def plain(value: Any) -> Any:
    """Make what the inspector found comparable: its types and conditions are objects."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value)


def test_down_and_up_with_data(url: str, vault: Vault) -> None:
    migrate.upgrade(url)
    with Database.open(url, vault) as db:
        db.write_now(put_case)
    migrate.downgrade(url)
    assert tables(url) <= {"alembic_version"}
    assert migrate.current(url) is None
    migrate.upgrade(url)
    with Database.open(url, vault) as db:
        db.write_now(put_case)


def test_who_was_told_is_kept_both_ways(url: str, vault: Vault) -> None:
    """The first schema named an alert in the message that told of it."""
    migrate.upgrade(url)
    with Database.open(url, vault) as db:
        db.write_now(put_case)
    migrate.downgrade(url, "0001")
    told = "SELECT id, alert_id FROM message WHERE alert_id IS NOT NULL"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO message (id, staff_id, alert_id, direction, channel, kind, at, state, level,"
                " categories, review, rank, attempts) SELECT 'm1', min(staff.id), min(alert.id), 'out',"
                " 'sandbox', 'text', 1, 'sent', 'none', '', false, 9, 1 FROM staff, alert"
            )
        )
        before = connection.execute(text(told)).all()
    assert len(before) == 1
    migrate.upgrade(url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT message_id, alert_id FROM notification")).all()
        keepers = connection.execute(text("SELECT keeper_id = caseworker_id FROM cases")).scalars().all()
    assert kept == before
    assert all(keepers)
    migrate.downgrade(url, "0001")
    with engine.connect() as connection:
        assert connection.execute(text(told)).all() == before
    engine.dispose()


def test_upgrading_twice_keeps_the_data(url: str, vault: Vault) -> None:
    migrate.upgrade(url)
    with Database.open(url, vault) as db:
        db.write_now(put_agency("1"))
        migrate.upgrade(url)
        assert db.read_now(count_agencies) == 1


def test_upgrading_at_once_from_two_sides(url: str) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            migrate.upgrade(url)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    migrate.check(url)


def test_a_migration_that_fails_leaves_nothing(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE signal (id INTEGER)"))
    engine.dispose()
    with pytest.raises(Exception, match=r"."):
        migrate.upgrade(url)
    assert tables(url) == {"signal"}
    assert migrate.current(url) is None


def test_a_database_without_schema_names_the_mend(url: str) -> None:
    with pytest.raises(NotMigrated, match=r"run `besa migrate`$") as caught:
        migrate.check(url)
    assert "\n" not in str(caught.value)
    migrate.upgrade(url)
    migrate.check(url)


def test_looking_makes_no_file(sqlite_url: str) -> None:
    with pytest.raises(NotMigrated):
        migrate.check(sqlite_url)
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_a_newer_database_is_not_touched(url: str) -> None:
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    engine.dispose()
    with pytest.raises(NotMigrated, match="later, newer than this program"):
        migrate.check(url)
    with pytest.raises(NotMigrated, match="later, newer than this program"):
        migrate.upgrade(url)


def test_only_the_owner_reads_the_file(sqlite_url: str, vault: Vault) -> None:
    migrate.upgrade(sqlite_url)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with Database.open(sqlite_url, vault) as db:
        db.write_now(put_agency("1"))
        modes = {each.name: each.stat().st_mode & 0o777 for each in file.parent.iterdir()}
    assert modes == {"besa.db": 0o600, "besa.db-wal": 0o600, "besa.db-shm": 0o600}


def test_the_migrations_come_with_the_program() -> None:
    assert (directory("migrations") / "env.py").is_file()
    with pytest.raises(FileNotFoundError, match="nothing-of-the-kind"):
        directory("nothing-of-the-kind")
