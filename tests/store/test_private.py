"""What is personal is not in the bytes of the database."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from bot.store import migrate
from bot.store.database import Database
from bot.store.rotate import rotate
from bot.store.tx import Tx
from bot.store.vault import Vault
from tests.store.rows import NAME, PHONE, TEXT, add_message, message, put_case

PLANTED = [NAME, "Valbona", PHONE, PHONE[1:], TEXT, "يضربني", "мене", "limon", "@example.org"]


def fill(tx: Tx) -> None:
    case_id = put_case(tx)
    add_message.many(tx, [message(tx, provider_id=f"SM{n}", case_id=case_id) for n in range(20)])


def assert_absent(content: bytes, where: str) -> None:
    for planted in PLANTED:
        for encoded in (planted.encode(), planted.encode("utf-16-le"), planted.encode().hex().encode()):
            assert encoded not in content, f"a planted value is in {where}"


def test_nothing_planted_is_in_the_file_or_its_log(sqlite_url: str, vault: Vault) -> None:
    migrate.upgrade(sqlite_url)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with Database.open(sqlite_url, vault) as db:
        db.write_now(fill)
        rotate(db)
        log = file.with_name("besa.db-wal").read_bytes()
        assert b"SM19" in log
        assert_absent(log, "the log")
    assert b"SM19" in file.read_bytes()
    for each in file.parent.iterdir():
        assert_absent(each.read_bytes(), each.name)


@pytest.mark.parametrize("table", ["staff", "cases", "address", "message", "alert", "audit"])
def test_nothing_planted_is_in_the_server_s_rows(postgres_url: str, vault: Vault, table: str) -> None:
    migrate.upgrade(postgres_url)
    with Database.open(postgres_url, vault) as db:
        db.write_now(fill)
    with (
        psycopg.connect(postgres_url.replace("+psycopg", "")) as connection,
        connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as rows,
    ):
        assert_absent(b"".join(bytes(row) for row in rows), table)
