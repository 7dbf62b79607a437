"""Signing in: a password, perhaps a code; slowed down after failures, the same for accounts that are none.

Three steps, because checking a password takes long and must hold no transaction: ``begin`` counts the try,
``staff.check_password`` checks, ``finish`` forgives the try and says who it is. A try is counted before it
is checked, so that many at once are slowed like many in a row.

After some failures the next try must wait, twice as long each time. Failures are counted for the e-mail
address and for the place that asks. A place from which this account has signed in before is counted apart
from the rest of the world, so that nobody can keep a caseworker out by failing in their name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework import totp
from bot.casework.staff import ROLES, Signed
from bot.store.queries import people
from bot.store.tx import Tx

FREE_FOR_ACCOUNT = 5
FREE_FOR_PLACE = 20
LONGEST_WAIT = timedelta(minutes=15)
FORGIVEN_AFTER = timedelta(hours=24)
PLACE_KNOWN_FOR = timedelta(days=90)


class Refused(Exception):
    """The e-mail address, the password or the code is wrong; nobody is told which."""


class TooSoon(Exception):
    """There were too many failures; ``wait`` says how long to wait."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many failures")
        self.wait = wait


class NotEnrolled(Exception):
    """The role must use a second factor, and the account has none."""


@dataclass(frozen=True)
class Try:
    """One try that has been counted: the keys it is counted under, and the account if there is one."""

    account_key: str
    place_key: str
    known_key: str
    staff_id: str | None
    password_hash: str | None


def required_roles(setting: str) -> frozenset[str]:
    """The roles of ``BESA_REQUIRE_TOTP``.

    Raises:
        ValueError: one is unknown.
    """
    roles = frozenset(each.strip() for each in setting.split(",") if each.strip())
    if roles - set(ROLES):
        raise ValueError(f"BESA_REQUIRE_TOTP names no role; write some of {', '.join(ROLES)}, or nothing")
    return roles


def begin(tx: Tx, now: datetime, email: str, place: str) -> Try:
    """Count a try from a place, such as a network address.

    Raises:
        TooSoon: it must wait, and is not counted.
    """
    email = email.strip().lower()
    known = tx.vault.hash("sign-in known", f"{email}\n{place}")
    account = known if people.tries.one(tx, key=known) else tx.vault.hash("sign-in account", email)
    place_key = tx.vault.hash("sign-in place", place)
    _count(tx, now, place_key, FREE_FOR_PLACE)
    _count(tx, now, account, FREE_FOR_ACCOUNT)
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email))
    there = row is not None and row.active
    return Try(account, place_key, known, row.id if there else None, row.password_hash if there else None)


def finish(
    tx: Tx, now: datetime, made: Try, email: str, right: bool, code: str | None, required: Collection[str]
) -> Signed:
    """Say who it is, if everything was right; the try is forgiven then.

    Raises:
        Refused: something was wrong, or the code was taken before.
        NotEnrolled: the role needs a second factor and has none.
    """
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email.strip().lower()))
    if not right or row is None or row.id != made.staff_id or not row.active:
        raise Refused
    secret = tx.vault.open_optional(row.totp_secret, column="staff.totp_secret", row=row.id)
    if secret is None and row.role in required:
        raise NotEnrolled
    if secret is not None and not (code and totp.take(tx, now, row.id, secret, code)):
        raise Refused
    _forgive(tx, now, made)
    return Signed(row.id, row.role, row.team_id)


def has_code(tx: Tx, email: str) -> bool:
    """Whether an account has a second factor; to be asked only once the password was right."""
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email.strip().lower()))
    return row is not None and row.totp_secret is not None


def wait_after(failures: int, free: int) -> timedelta:
    """How long after the last of so many failures the next try must wait."""
    over = failures - free
    return min(timedelta(seconds=2 ** min(over, 20)), LONGEST_WAIT) if over >= 0 else timedelta()


def _count(tx: Tx, now: datetime, key: str, free: int) -> None:
    people.insert_tries.run(tx, key_hash=key, failures=0, last_at=now)
    row = people.tries.one(tx, key=key)
    failures = row.failures if now - row.last_at < FORGIVEN_AFTER else 0
    wait = row.last_at + wait_after(failures, free) - now
    if failures and wait > timedelta():
        raise TooSoon(wait)
    people.set_tries.run(tx, key=key, count=failures + 1, now=now)


def _forgive(tx: Tx, now: datetime, made: Try) -> None:
    """Forget the failures of the account, one of the place, and remember that the place is known."""
    people.set_tries.run(tx, key=made.account_key, count=0, now=now)
    people.insert_tries.run(tx, key_hash=made.known_key, failures=0, last_at=now)
    people.set_tries.run(tx, key=made.known_key, count=0, now=now)
    place = people.tries.one(tx, key=made.place_key)
    if place is not None:
        people.set_tries.run(tx, key=made.place_key, count=max(place.failures - 1, 0), now=place.last_at)
    people.forget_tries.run(tx, stale=now - PLACE_KNOWN_FOR, forgiven=now - FORGIVEN_AFTER)
