"""The second factor: six digits that change every 30 seconds (RFC 6238), each of which counts once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

from bot.casework.staff import BadStaff
from bot.store import audit
from bot.store.queries import people
from bot.store.tx import Tx

SECONDS = 30
DRIFT = 1
"""How many steps a telephone's clock may be off, either way (RFC 6238, section 5.2, allows one)."""
ISSUER = "Besa"


def enrol(tx: Tx, now: datetime, email: str) -> str:
    """Give a member of staff a new secret; the ``otpauth`` address that is returned is shown this once.

    A secret that they had counts no more, and whoever is signed in as them is signed out.

    Raises:
        BadStaff: nobody active has this address.
    """
    email = email.strip().lower()
    row = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", email))
    if row is None or not row.active:
        raise BadStaff("nobody active has this e-mail address; add them with `besa user add`")
    secret = pyotp.random_base32()
    people.set_totp.run(
        tx, staff=row.id, new_secret=tx.vault.seal(secret, column="staff.totp_secret", row=row.id)
    )
    people.revoke_tokens_of.run(tx, staff=row.id, now=now)
    audit.append(tx, now, "command", "staff.totp", f"staff:{row.id}", {})
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=email, issuer_name=ISSUER)


def take(tx: Tx, now: datetime, staff_id: str, secret: str, code: str) -> bool:
    """Whether a code is right at this moment, and was not taken before; it is taken by this."""
    made = pyotp.TOTP(secret, interval=SECONDS)
    present = int(now.timestamp()) // SECONDS
    right = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(made.at(step * SECONDS).encode(), code.strip().encode())
    ]
    return any(people.use_totp_step.run(tx, staff=staff_id, step=step) for step in right)
