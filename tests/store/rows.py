"""Rows that the tests of the store put in, and what they read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from bot.store.ids import new_id
from bot.store.prepared import Prepared, inserting
from bot.store.tables import Address, Agency, Alert, Case, Message, Staff, Team
from bot.store.tx import Tx

NOW = datetime(2026, 3, 29, 0, 59, 59, 123000, tzinfo=UTC)
NAME = "Valbona Çelaj-Prendi"
PHONE = "+355694417723"
TEXT = "ai më rreh, هو يضربني, він мене б'є"

add_agency = inserting(Agency)
add_team = inserting(Team)
add_staff = inserting(Staff)
add_case = inserting(Case)
add_address = inserting(Address)
add_message = inserting(Message)
add_message_once = inserting(Message, ignore=True)
add_alert = inserting(Alert, returning=("id",))
agency = Prepared(select(Agency.__table__).where(Agency.__table__.c.id == bindparam("id")))  # type: ignore[attr-defined]
agencies = Prepared(select(func.count().label("number")).select_from(Agency))


def put_agency(id: str, name: str | None = None) -> Callable[[Tx], int]:
    return lambda tx: add_agency.run(tx, id=id, name=name or f"agency {id}")


def count_agencies(tx: Tx) -> int:
    return int(agencies.one(tx).number)


def put_case(tx: Tx) -> str:
    """A team with one caseworker and one case reached by SMS; returns the case's id."""
    agency_id, team_id, staff_id, case_id, address_id = (new_id() for _ in range(5))
    seal, hashed = tx.vault.seal, tx.vault.hash
    add_agency.run(tx, id=agency_id, name=agency_id)
    add_team.run(tx, id=team_id, agency_id=agency_id, name="north")
    email = f"{staff_id}@example.org"
    add_staff.run(
        tx,
        id=staff_id,
        team_id=team_id,
        role="caseworker",
        name=seal(NAME, column="staff.name", row=staff_id),
        email=seal(email, column="staff.email", row=staff_id),
        email_hash=hashed("email", email),
        phone=seal(PHONE, column="staff.phone", row=staff_id),
        phone_hash=hashed("address", PHONE),
        password_hash="-",
        created_at=NOW,
    )
    add_case.run(
        tx,
        id=case_id,
        code=f"AL-{case_id}",
        team_id=team_id,
        caseworker_id=staff_id,
        keeper_id=staff_id,
        alias=seal(NAME, column="cases.alias", row=case_id),
        language="sq",
        country="AL",
        timezone="Europe/Tirane",
        return_date=date(2026, 3, 1),
        protocol="default",
        contact_from=540,
        contact_to=1200,
        safe_word=seal("limon", column="cases.safe_word", row=case_id),
        safe_word_hash=hashed("word", "limon"),
        created_at=NOW,
    )
    add_address.run(
        tx,
        id=address_id,
        case_id=case_id,
        channel="twilio",
        address=seal(PHONE, column="address.address", row=address_id),
        address_hash=hashed("address", PHONE),
    )
    add_alert.one(
        tx,
        case_id=case_id,
        team_id=team_id,
        address_hash=hashed("address", PHONE),
        level="critical",
        opened_at=NOW,
        due_at=NOW,
        policy="default",
    )
    return case_id


def message(tx: Tx, *, provider_id: str, case_id: str | None = None, text: str = TEXT) -> dict[str, Any]:
    """The columns of an inbound message."""
    id = new_id()
    return {
        "id": id,
        "case_id": case_id,
        "direction": "in",
        "channel": "twilio",
        "address_hash": tx.vault.hash("address", PHONE),
        "sender": tx.vault.seal(PHONE, column="message.sender", row=id),
        "provider_id": provider_id,
        "body": tx.vault.seal(text, column="message.body", row=id),
        "at": NOW,
        "state": "received",
    }
