"""Prepared statements give what SQLAlchemy itself would, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import bindparam, delete, select, update

from bot.store.database import Database
from bot.store.errors import Conflict
from bot.store.ids import new_id
from bot.store.prepared import Prepared
from bot.store.tables import Agency, Alert, Case, Message
from bot.store.tx import Tx
from tests.store.rows import (
    NAME,
    NOW,
    PHONE,
    TEXT,
    add_agency,
    add_alert,
    add_message,
    add_message_once,
    message,
    put_case,
)

cases = Case.__table__  # type: ignore[attr-defined]
alerts = Alert.__table__  # type: ignore[attr-defined]
messages = Message.__table__  # type: ignore[attr-defined]
case_by_id = Prepared(select(cases).where(cases.c.id == bindparam("id")).with_for_update())
by_senders = Prepared(
    select(messages.c.provider_id)
    .where(
        messages.c.provider_id.in_(bindparam("ids", expanding=True)),
        messages.c.state.in_(["received", "read"]),
    )
    .order_by(messages.c.provider_id)
    .limit(10)
    .with_for_update(skip_locked=True)
)
remove_alert = Prepared(delete(alerts).where(alerts.c.id == bindparam("which")))
mark = Prepared(
    update(messages).where(messages.c.provider_id == bindparam("which")).values(review=bindparam("review"))
)


def test_values_come_back_as_they_went_in(db: Database) -> None:
    case_id = db.write_now(put_case)
    row = db.write_now(lambda tx: case_by_id.one(tx, id=case_id))
    assert (row.return_date, row.created_at, row.high_risk) == (date(2026, 3, 1), NOW, False)
    assert (row.privacy, row.phone, row.state, row.held_until) == ("neutral", "unknown", "open", None)
    assert db.read_now(lambda tx: tx.vault.open(row.alias, column="cases.alias", row=case_id)) == NAME


def test_the_session_reads_what_statements_wrote(db: Database) -> None:
    case_id = db.write_now(put_case)

    def job(tx: Tx) -> tuple[str, bool]:
        with tx.orm() as session:
            case = session.get_one(Case, case_id)
            case.high_risk = True
        return case.code, case_by_id.one(tx, id=case_id).high_risk

    assert db.write_now(job) == (f"AL-{case_id}", True)
    assert db.write_now(lambda tx: case_by_id.one(tx, id=case_id).high_risk)


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "b", "x"], ["b", "c"], ["a", "b", "c", "d"]])
def test_lists_of_any_length(db: Database, ids: list[str]) -> None:
    def job(tx: Tx) -> list[str]:
        add_message.many(tx, [message(tx, provider_id=each) for each in "abc"])
        return [row.provider_id for row in by_senders.all(tx, ids=ids)]

    assert db.write_now(job) == [each for each in ids if each in "abc"]


def test_counts_of_touched_rows(db: Database) -> None:
    def job(tx: Tx) -> tuple[int, int, int]:
        add_message.many(tx, [message(tx, provider_id=each) for each in "ab"])
        assert add_message.many(tx, []) == 0
        many = mark.many(tx, [{"which": each, "review": True} for each in "abx"])
        return mark.run(tx, which="a", review=False), mark.run(tx, which="x", review=False), many

    assert db.write_now(job) == (1, 0, 2)


def test_a_row_that_is_there_is_skipped(db: Database) -> None:
    def job(tx: Tx) -> tuple[int, int]:
        once, twice = message(tx, provider_id="SM1"), message(tx, provider_id="SM1")
        return add_message_once.run(tx, **once), add_message_once.run(tx, **twice)

    assert db.write_now(job) == (1, 0)


def test_the_number_of_an_alert_is_never_used_again(db: Database) -> None:
    def job(tx: Tx) -> list[int]:
        team = case_by_id.one(tx, id=put_case(tx)).team_id
        facts = {"team_id": team, "level": "low", "opened_at": NOW, "due_at": NOW, "policy": "default"}
        numbers = []
        for _ in range(3):
            numbers.append(add_alert.one(tx, **facts).id)
            remove_alert.run(tx, which=numbers[-1])
        return numbers

    first, second, third = db.write_now(job)
    assert first < second < third


def test_no_row_is_none(db: Database) -> None:
    assert db.write_now(lambda tx: case_by_id.one(tx, id="nobody")) is None
    assert db.write_now(lambda tx: case_by_id.all(tx, id="nobody")) == []


@pytest.mark.parametrize(
    ("params", "named"), [({}, "id"), ({"id": "1", "more": "1"}, "more"), ({"ids": "1"}, "id, ids")]
)
def test_wrong_parameters_are_named(db: Database, params: dict[str, str], named: str) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=f": {named}$"):
            db.write_now(lambda tx: case_by_id.one(tx, **params))
        assert db.write_now(lambda tx: case_by_id.one(tx, id="1")) is None
    with pytest.raises(TypeError, match="name"):
        db.write_now(lambda tx: add_agency.run(tx, id="1"))


@pytest.mark.parametrize("column", ["body", "sender", "evidence"])
@pytest.mark.parametrize("plain", [TEXT, TEXT.encode()])
def test_plain_text_does_not_reach_a_sealed_column(db: Database, column: str, plain: str | bytes) -> None:
    def job(tx: Tx) -> int:
        return add_message.run(tx, **message(tx, provider_id="1") | {column: plain})

    with pytest.raises(TypeError, match="sealed") as caught:
        db.write_now(job)
    assert TEXT not in str(caught.value)


def test_an_hour_without_a_zone_is_refused(db: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        db.write_now(lambda tx: add_message.run(tx, **message(tx, provider_id="1") | {"at": naive}))


def test_a_conflict_names_the_rule_and_no_value(db: Database) -> None:
    def job(tx: Tx) -> None:
        add_agency.run(tx, id=new_id(), name=PHONE)
        add_agency.run(tx, id=new_id(), name=PHONE)

    with pytest.raises(Conflict, match="agency") as caught:
        db.write_now(job)
    assert PHONE not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_conflict_in_the_session_gives_no_value_either(db: Database) -> None:
    def job(tx: Tx) -> None:
        with tx.orm() as session:
            session.add_all([Agency(id="1", name=PHONE), Agency(id="2", name=PHONE)])

    with pytest.raises(Conflict) as caught:
        db.write_now(job)
    assert PHONE not in str(caught.value)


def test_rows_must_belong_to_rows(db: Database) -> None:
    with pytest.raises(Conflict):
        db.write_now(lambda tx: add_message.run(tx, **message(tx, provider_id="1", case_id="nobody")))
