"""The session of a page: a token of its own kind, good for a working day, ended by signing out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.staff import Signed
from bot.store import audit
from bot.store.queries import desk, people
from bot.store.tx import Tx

LIVES = timedelta(hours=12)


@dataclass(frozen=True)
class Visitor:
    """Who is at the page."""

    who: Signed
    name: str
    language: str | None


def begin(tx: Tx, now: datetime, staff_id: str) -> str:
    """A new session of the page. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    people.insert_token.run(
        tx, token_hash=_hash(token), staff_id=staff_id, kind="page", expires_at=now + LIVES
    )
    audit.append(tx, now, f"staff:{staff_id}", "staff.sign_in", f"staff:{staff_id}", {"at": "page"})
    return token


def visitor(tx: Tx, now: datetime, token: str) -> Visitor | None:
    """Who holds a session that has neither ended nor run out."""
    row = desk.page_session.one(tx, token=_hash(token), now=now)
    if row is None:
        return None
    name = tx.vault.open(row.name, column="staff.name", row=row.id)
    return Visitor(Signed(row.id, row.role, row.team_id), name, row.language)


def end(tx: Tx, now: datetime, token: str) -> None:
    """End a session. Repeating it is harmless."""
    found = desk.page_session.one(tx, token=_hash(token), now=now)
    if found is not None and people.revoke_token.run(tx, token=_hash(token), now=now):
        audit.append(tx, now, f"staff:{found.id}", "staff.sign_out", f"staff:{found.id}", {})


def has_code(tx: Tx, email: str) -> bool:
    """Whether an account signs in with a second factor."""
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email.strip().lower()))
    return row is not None and row.totp_secret is not None


def choose_language(tx: Tx, now: datetime, who: Signed, language: str) -> None:
    """Keep the language in which a member of staff reads the page."""
    desk.set_language.run(tx, staff=who.id, chosen=language)
    audit.append(tx, now, f"staff:{who.id}", "staff.language", f"staff:{who.id}", {"language": language})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
