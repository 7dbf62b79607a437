"""After a rotation the old key is not needed: everything opens and is found under the new one alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store import audit, migrate
from bot.store.database import Database
from bot.store.errors import CannotOpen, Conflict
from bot.store.prepared import Prepared
from bot.store.rotate import Rotated, rotate
from bot.store.tables import Address, Alert, Case, Message, Staff
from bot.store.tx import Tx
from bot.store.vault import Vault, new_key
from tests.store.rows import NAME, NOW, PHONE, TEXT, add_message, message, put_case

OLD, NEW = new_key(), new_key()
MESSAGES = 450


def every(table: Any) -> Prepared:
    return Prepared(select(table.__table__).order_by(table.__table__.c.id))


addresses, alerts, cases, messages, staff = map(every, (Address, Alert, Case, Message, Staff))


@pytest.fixture
def filled(url: str) -> str:
    migrate.upgrade(url)

    def fill(tx: Tx) -> None:
        case_id = put_case(tx)
        add_message.many(tx, [message(tx, provider_id=f"SM{n}", case_id=case_id) for n in range(MESSAGES)])
        audit.append(tx, NOW, "besa", "case.added", f"case:{case_id}", {})

    with Database.open(url, Vault.from_setting(OLD)) as db:
        db.write_now(fill)
    return url


def turn(url: str) -> Rotated:
    with Database.open(url, Vault.from_setting(f"{NEW},{OLD}")) as db:
        return rotate(db)


def test_the_new_key_alone_is_enough(filled: str) -> None:
    done = turn(filled)
    assert done == Rotated(sealed=6 + 2 * MESSAGES, hashed=4 + MESSAGES + 1, stuck=[])
    with Database.open(filled, Vault.from_setting(NEW)) as db:
        db.read_now(read_all)
        assert db.read_now(audit.verify) == []


def read_all(tx: Tx) -> None:
    vault = tx.vault
    phone = vault.hash("address", PHONE)
    for row in messages.all(tx):
        assert vault.open(row.body, column="message.body", row=row.id) == TEXT
        assert vault.open(row.sender, column="message.sender", row=row.id) == PHONE
        assert row.address_hash == phone
    case = cases.one(tx)
    assert vault.open(case.alias, column="cases.alias", row=case.id) == NAME
    assert case.safe_word_hash == vault.hash("word", "limon")
    person = staff.one(tx)
    assert person.phone_hash == phone
    assert person.email_hash == vault.hash(
        "email", vault.open(person.email, column="staff.email", row=person.id)
    )
    assert [addresses.one(tx).address_hash, alerts.one(tx).address_hash] == [phone, phone]


def test_a_second_run_changes_nothing(filled: str) -> None:
    turn(filled)
    assert turn(filled) == Rotated()


STOP = {
    "sqlite": """CREATE TRIGGER stop BEFORE UPDATE ON message WHEN OLD.provider_id = 'SM300'
    BEGIN SELECT RAISE(ABORT, 'stop'); END""",
    "postgresql": """CREATE TRIGGER stop BEFORE UPDATE ON message FOR EACH ROW
    WHEN (OLD.provider_id = 'SM300') EXECUTE FUNCTION besa_append_only()""",
}
GO_ON = {"sqlite": "DROP TRIGGER stop", "postgresql": "DROP TRIGGER stop ON message"}


def test_a_run_that_was_stopped_goes_on(filled: str) -> None:
    with Database.open(filled, Vault.from_setting(f"{NEW},{OLD}")) as db:
        db.write_now(lambda tx: tx.cursor.execute(STOP[db.dialect]))
        with pytest.raises(Conflict):
            rotate(db)
        db.write_now(lambda tx: tx.cursor.execute(GO_ON[db.dialect]))
        assert rotate(db).sealed == 2 * (MESSAGES - 200)
    with Database.open(filled, Vault.from_setting(NEW)) as db:
        db.read_now(read_all)


def test_before_the_rotation_both_keys_find_and_open(filled: str) -> None:
    with Database.open(filled, Vault.from_setting(f"{NEW},{OLD}")) as db:
        row = db.read_now(addresses.one)
        assert row.address_hash in db.read_now(lambda tx: tx.vault.hashes("address", PHONE))
    with (
        Database.open(filled, Vault.from_setting(NEW)) as db,
        pytest.raises(CannotOpen, match=r"address\.address"),
    ):
        db.read_now(lambda tx: tx.vault.open(row.address, column="address.address", row=row.id))


def test_what_can_not_be_renewed_is_named(filled: str) -> None:
    def spoil(tx: Tx) -> tuple[str, str]:
        moved, emptied, *_ = (row.id for row in messages.all(tx))
        tx.cursor.execute(
            f"UPDATE message SET body = (SELECT body FROM message WHERE id = '{emptied}')"
            f" WHERE id = '{moved}'"
        )
        tx.cursor.execute(f"UPDATE message SET sender = NULL WHERE id = '{emptied}'")
        return moved, emptied

    with Database.open(filled, Vault.from_setting(OLD)) as db:
        moved, emptied = db.write_now(spoil)
    assert turn(filled).stuck == [f"message.body of {moved}", f"message.address_hash of {emptied}"]


def test_nothing_to_do_in_an_empty_database(db: Database) -> None:
    assert rotate(db) == Rotated()
    assert db.read_now(Prepared(select(func.count().label("n")).select_from(Message)).one).n == 0
