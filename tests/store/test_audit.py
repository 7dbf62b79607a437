"""Whatever is done to the audit log behind Besa's back is found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from datetime import timedelta

import pytest

from bot.store import audit, migrate
from bot.store.database import Database
from bot.store.errors import Conflict
from bot.store.tx import Tx
from bot.store.vault import Vault, new_key
from tests.store.rows import NOW, put_case

OPEN = {
    "sqlite": [
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
        "DROP TRIGGER audit_head_no_return",
        "DROP TRIGGER audit_head_no_delete",
    ],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit_head DISABLE TRIGGER USER"],
}


def entries(count: int, start: int = 0) -> Callable[[Tx], None]:
    def job(tx: Tx) -> None:
        for n in range(start, start + count):
            moment = NOW + timedelta(seconds=n)
            audit.append(
                tx, moment, "staff:7", "alert.acknowledged", f"alert:{n}", {"to": "ë", "from": "open"}
            )

    return job


def tamper(db: Database, *statements: str) -> None:
    def job(tx: Tx) -> None:
        for statement in (*OPEN[db.dialect], *statements):
            tx.cursor.execute(statement)

    db.write_now(job)


def found(db: Database) -> list[tuple[int, str]]:
    return [(each.entry, each.what) for each in db.read_now(audit.verify)]


def test_an_untouched_log_is_sound(db: Database) -> None:
    assert found(db) == []
    db.write_now(entries(2500))
    db.write_now(entries(1))
    assert found(db) == []


@pytest.mark.parametrize("column", ["actor", "action", "subject", "detail"])
def test_a_changed_entry_is_found(db: Database, column: str) -> None:
    db.write_now(entries(5))
    tamper(db, f"UPDATE audit SET {column} = 'x' WHERE id = 3")
    assert found(db) == [(3, "changed")]


def test_a_changed_moment_is_found(db: Database) -> None:
    db.write_now(entries(5))
    tamper(db, "UPDATE audit SET at = at + 1 WHERE id = 5")
    assert found(db) == [(5, "changed")]


def test_a_removed_entry_is_found(db: Database) -> None:
    db.write_now(entries(5))
    tamper(db, "DELETE FROM audit WHERE id = 2")
    assert found(db) == [(2, "missing")]


def test_a_removed_entry_is_found_though_the_rest_is_renumbered(db: Database) -> None:
    db.write_now(entries(4))
    tamper(
        db,
        "DELETE FROM audit WHERE id = 2",
        *(f"UPDATE audit SET id = {n - 1} WHERE id = {n}" for n in (3, 4)),
    )
    assert (2, "not the successor of the entry before it") in found(db)
    assert (4, "cut off") in found(db)


def test_another_order_is_found(db: Database) -> None:
    db.write_now(entries(4))
    swap = [f"UPDATE audit SET id = {new} WHERE id = {old}" for old, new in ((2, 99), (3, 2), (99, 3))]
    tamper(db, *swap)
    assert {entry for entry, _ in found(db)} == {2, 3, 4}


def test_a_cut_tail_is_found(db: Database) -> None:
    db.write_now(entries(5))
    tamper(db, "DELETE FROM audit WHERE id > 3")
    assert found(db) == [(4, "cut off")]


def test_a_cut_tail_with_a_head_to_match_is_found(db: Database) -> None:
    db.write_now(entries(5))
    tamper(
        db,
        "DELETE FROM audit WHERE id > 3",
        "UPDATE audit_head SET entries = 3, digest = (SELECT digest FROM audit WHERE id = 3)",
    )
    assert found(db) == [(3, "the head was changed, or its key is gone")]


@pytest.mark.parametrize("statement", ["DELETE FROM audit_head", "UPDATE audit_head SET entries = 0"])
def test_a_removed_head_is_found(db: Database, statement: str) -> None:
    db.write_now(entries(5))
    tamper(db, statement)
    assert found(db) == [(1, "the head is missing")]


def test_a_log_removed_as_a_whole_is_found(db: Database) -> None:
    db.write_now(put_case)
    db.write_now(entries(2))
    tamper(db, "DELETE FROM audit", "DELETE FROM audit_head")
    assert found(db) == [(1, "the head is missing")]


def test_an_entry_added_by_hand_is_found(db: Database) -> None:
    db.write_now(entries(2))
    tamper(
        db,
        "INSERT INTO audit SELECT 3, at, actor, action, subject, detail, digest, digest"
        " FROM audit WHERE id = 2",
    )
    assert {entry for entry, _ in found(db)} == {3}


def test_a_log_of_lies_gives_a_bounded_list(db: Database) -> None:
    db.write_now(entries(1500))
    tamper(db, "UPDATE audit SET actor = 'x'")
    assert len(found(db)) == 100


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE id = 1",
        "DELETE FROM audit WHERE id = 1",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET entries = entries - 1",
        "UPDATE audit_head SET digest = ''",
    ],
)
def test_the_database_refuses_changes(db: Database, statement: str) -> None:
    db.write_now(entries(2))
    with pytest.raises(Conflict):
        db.write_now(lambda tx: tx.cursor.execute(statement))
    assert found(db) == []


def test_the_server_refuses_to_empty_the_log(postgres_url: str, vault: Vault) -> None:
    migrate.upgrade(postgres_url)
    with Database.open(postgres_url, vault) as db:
        db.write_now(entries(2))
        for table in ("audit", "audit_head"):
            with pytest.raises(Conflict):
                db.write_now(lambda tx, table=table: tx.cursor.execute(f"TRUNCATE {table}"))  # type: ignore[misc]
        assert found(db) == []


def test_the_chain_stays_one_line_under_many_writers(url: str, db: Database, vault: Vault) -> None:
    with Database.open(url, vault) as other:
        futures = [each.write(entries(3, n)) for n in range(40) for each in (db, other)]
        wait(futures)
        assert [f.exception() for f in futures] == [None] * 80
    assert found(db) == []


def test_a_job_that_fails_leaves_no_entry(db: Database) -> None:
    def job(tx: Tx) -> None:
        entries(1)(tx)
        raise LookupError

    with pytest.raises(LookupError):
        db.write_now(job)
    db.write_now(entries(1))
    assert found(db) == []


def test_the_head_follows_the_keys(url: str, db: Database, vault: Vault) -> None:
    db.write_now(entries(2))
    with Database.open(url, Vault.from_setting(new_key())) as stranger:
        assert found(stranger) == [(2, "the head was changed, or its key is gone")]
        stranger.write_now(audit.mark_again)
        assert found(stranger) != []
    assert found(db) == []
