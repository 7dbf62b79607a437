"""Addresses of cases: linked by a token, closed when the person leaves or the provider says so."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from bot.casework.alerts import NewSignal, signal
from bot.casework.checkins import case_person, subject
from bot.casework.programme import Programme
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import cases, conversation, outbox, people
from bot.store.tx import Tx


def link_hash(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link(tx: Tx, now: datetime, channel: str, token: str, address: str) -> str | None:
    """Join a chat to the case whose token it brought. A token works once; a wrong one does nothing."""
    found = outbox.linked.one(tx, link=link_hash(token))
    if found is None:
        return None
    sealed = tx.vault.seal(address, column="address.address", row=found.id)
    outbox.link_address.run(
        tx, link=link_hash(token), new_address=sealed, new_hash=tx.vault.hash("address", address)
    )
    audit.append(tx, now, "returnee", "address.link", f"case:{found.code}", {"channel": channel})
    return str(found.id)


def move_to(tx: Tx, case_id: str, channel: str, address: str | None) -> str | None:
    """Reach a case on a channel from now on; its other addresses are closed, and still listened to.

    Gives the token that links a chat where no address is named.
    """
    for row in cases.addresses.all(tx, case=case_id):
        if row.channel != channel:
            outbox.close_address.run(tx, address=row.id, why="changed")
    same = next((row for row in cases.addresses.all(tx, case=case_id) if row.channel == channel), None)
    token = None if address else secrets.token_urlsafe(24)
    row_id = same.id if same else new_id()
    sealed = tx.vault.seal(address, column="address.address", row=row_id) if address else None
    hashed = tx.vault.hash("address", address) if address else None
    link = link_hash(token) if token else None
    if same:
        cases.set_address.run(tx, address=same.id, new=sealed, new_hash=hashed, link=link)
    else:
        people.insert_address.run(
            tx,
            id=row_id,
            case_id=case_id,
            channel=channel,
            address=sealed,
            address_hash=hashed,
            link_hash=link,
        )
    return token


def left(tx: Tx, programme: Programme, now: datetime, channel: str, address: str) -> None:
    """The person closed the chat: nothing more is sent there, and a human hears of it."""
    for row in conversation.people_at.all(tx, channel=channel, hashes=tx.vault.hashes("address", address)):
        close(tx, programme, now, row.id, row.address_id, "left")


def close(tx: Tx, programme: Programme, now: datetime, case_id: str, address_id: str, why: str) -> None:
    """Close an address and tell a human: the channel to this person is gone."""
    outbox.close_address.run(tx, address=address_id, why=why)
    conversation.cancel_messages.run(tx, case=case_id, why=why)
    person = case_person(tx, case_id)
    audit.append(tx, now, "besa", "address.close", f"case:{person.code}", {"why": why})
    signal(tx, programme, now, subject(person), [NewSignal("contact_request", "high", "delivery")])


def troubled(tx: Tx, programme: Programme, now: datetime, case_id: str, level: str) -> None:
    """A message to this person could not be delivered: a signal of its own, and no silence of hers."""
    person = case_person(tx, case_id)
    signal(tx, programme, now, subject(person), [NewSignal("contact_request", level, "delivery")])
