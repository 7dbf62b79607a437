"""Staff: added by a command, signed in by a password, known by a bearer token that runs out."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from bot.phone import NotANumber, e164
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import people
from bot.store.tx import Tx

ROLES = ("caseworker", "supervisor", "coordinator", "auditor")
TOLD = ("caseworker", "supervisor", "coordinator")
TOKEN_LIVES = timedelta(hours=1)
SHORTEST_PASSWORD = 10
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HASHER = PasswordHasher()


class BadStaff(Exception):
    """A member of staff that cannot be added; says what is wrong and the mend."""


@dataclass(frozen=True)
class Signed:
    """Who is signed in."""

    id: str
    role: str
    team_id: str


@dataclass(frozen=True)
class NewStaff:
    """A member of staff to be added. ``phone`` is E.164, ``telegram`` a chat id."""

    name: str
    role: str
    email: str
    password: str
    phone: str | None = None
    telegram: str | None = None
    team: str = "default"
    agency: str = "default"


def checked(new: NewStaff) -> NewStaff:
    """The same, every field in its one spelling.

    Raises:
        BadStaff: an unknown role, a short password, or an address nothing could be sent to.
    """
    if new.role not in ROLES:
        raise BadStaff(f"--role is unknown; write one of {', '.join(ROLES)}")
    if len(new.password) < SHORTEST_PASSWORD:
        raise BadStaff(f"the password is too short; give at least {SHORTEST_PASSWORD} characters")
    email = new.email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise BadStaff("--email is no e-mail address; write it as name@office.org")
    try:
        phone = e164(new.phone) if new.phone else None
    except NotANumber as error:
        raise BadStaff(f"--phone is {error}") from None
    if new.telegram and not re.fullmatch(r"-?\d{1,20}", new.telegram):
        raise BadStaff("--telegram-chat is no chat id; write the number that the chat has")
    return replace(new, email=email, phone=phone)


def add(tx: Tx, now: datetime, new: NewStaff) -> str:
    """Add a member of staff; gives the id.

    Raises:
        BadStaff: see ``checked``; or the e-mail is taken.
    """
    new = checked(new)
    email = new.email
    if people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email)):
        raise BadStaff("--email is taken; every member of staff has an address of their own")
    row = new_id()
    people.insert_staff.run(
        tx,
        id=row,
        team_id=_team(tx, new.agency, new.team),
        role=new.role,
        name=tx.vault.seal(new.name, column="staff.name", row=row),
        email=tx.vault.seal(email, column="staff.email", row=row),
        email_hash=tx.vault.hash("email", email),
        phone=tx.vault.seal(new.phone, column="staff.phone", row=row) if new.phone else None,
        phone_hash=tx.vault.hash("address", new.phone) if new.phone else None,
        telegram=tx.vault.seal(new.telegram, column="staff.telegram", row=row) if new.telegram else None,
        telegram_hash=tx.vault.hash("address", new.telegram) if new.telegram else None,
        password_hash=_HASHER.hash(new.password),
        created_at=now,
    )
    audit.append(tx, now, "command", "staff.add", f"staff:{row}", {"role": new.role})
    return row


def find_by_email(tx: Tx, email: str) -> Signed | None:
    """The member of staff with this address."""
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email.strip().lower()))
    return Signed(row.id, row.role, row.team_id) if row else None


def check_password(row_hash: str | None, password: str) -> bool:
    """Whether a password is right. Takes as long for an account that does not exist. Uses no transaction."""
    stand_in = _nobody()
    try:
        return _HASHER.verify(row_hash or stand_in, password) and row_hash is not None
    except Argon2Error:
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def give_token(tx: Tx, now: datetime, staff_id: str) -> str:
    """A new bearer token. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    people.insert_token.run(tx, token_hash=_hash(token), staff_id=staff_id, expires_at=now + TOKEN_LIVES)
    audit.append(tx, now, f"staff:{staff_id}", "staff.sign_in", f"staff:{staff_id}", {})
    return token


def signed_in(tx: Tx, now: datetime, token: str) -> Signed | None:
    """Who holds a token that is still good."""
    row = people.staff_with_token.one(tx, token=_hash(token), now=now)
    return Signed(row.id, row.role, row.team_id) if row else None


def revoke(tx: Tx, now: datetime, who: Signed, token: str) -> None:
    """End a token; repeating it is harmless."""
    if people.revoke_token.run(tx, token=_hash(token), now=now):
        audit.append(tx, now, f"staff:{who.id}", "staff.sign_out", f"staff:{who.id}", {})


def named(tx: Tx, staff_id: str) -> tuple[str, str]:
    """The name and the e-mail address of a member of staff."""
    row = people.me.one(tx, staff=staff_id)
    return (
        tx.vault.open(row.name, column="staff.name", row=row.id),
        tx.vault.open(row.email, column="staff.email", row=row.id),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _team(tx: Tx, agency: str, team: str) -> str:
    people.insert_agency.run(tx, id=new_id(), name=agency)
    agency_id = people.agency_named.one(tx, name=agency).id
    people.insert_team.run(tx, id=new_id(), agency_id=agency_id, name=team)
    return str(people.team_named.one(tx, agency=agency_id, name=team).id)


def unreachable(tx: Tx) -> list[str]:
    """What keeps alerts from reaching humans: nobody in a role, or people with no phone and no chat."""
    rows = [row for row in people.all_staff.all(tx) if row.active]
    faults = [
        f"no {role} is there to be told of alerts: add one with `besa user add`"
        for role in TOLD
        if not any(row.role == role for row in rows)
    ]
    mute = sum(1 for row in rows if row.role in TOLD and not (row.phone or row.telegram))
    if mute:
        faults.append(f"{mute} of the staff have neither --phone nor --telegram-chat: no alert reaches them")
    return faults
