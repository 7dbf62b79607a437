"""Claiming a message of the outbox: it is looked at once more, worded, and ours to send for a while."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework import failover, last_look
from bot.casework.programme import Programme
from bot.channels.protocol import Button, Outgoing
from bot.language.choices import with_choices
from bot.store.queries import outbox
from bot.store.tx import Tx

LEASE = timedelta(minutes=2)
BUTTON_CHANNELS = ("telegram", "sandbox")


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, and where to. ``provider_id`` is that of a message that it changes."""

    outgoing: Outgoing
    channel: str
    attempts: int
    case_id: str | None
    address_id: str | None
    staff_id: str | None = None
    kind: str = "text"
    provider_id: str | None = None
    asking: bool = False

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.outgoing.message_id

    @property
    def for_staff(self) -> bool:
        """Whether it tells a member of staff; what staff write to a case is the case's."""
        return self.staff_id is not None and self.case_id is None


def claim(tx: Tx, programme: Programme, now: datetime, message_id: str) -> Claimed | None:
    """Make a message ours to send; None if it is not to be sent, or somebody else has it."""
    row = outbox.outgoing.one(tx, message=message_id)
    if row is None or row.state not in ("queued", "sending"):
        return None
    for_staff = row.case_id is None and row.staff_id is not None
    if row.state == "sending":
        end(tx, message_id, "unknown", "lease_ran_out")
        if for_staff:
            failover.undelivered(tx, programme, now, row, "lease_ran_out")
        return None
    reason = _unwanted(tx, row, now)
    if reason:
        end(tx, message_id, "expired" if reason == "late" else "cancelled", reason)
        return None
    address = _address(tx, row)
    if address is None:
        end(tx, message_id, "failed", "no_address")
        if for_staff:
            failover.undelivered(tx, programme, now, row, "no_address")
        return None
    if not outbox.claim.run(tx, message=message_id, now=now, until=now + LEASE):
        return None
    return Claimed(
        _outgoing(tx, programme, now, row, address, for_staff=for_staff),
        row.channel,
        row.attempts + 1,
        row.case_id,
        row.address_id,
        row.staff_id,
        row.kind,
        row.provider_id if row.kind == "edit" else None,
        asking=row.shown == "asking",
    )


def _unwanted(tx: Tx, row: Any, now: datetime) -> str | None:
    """Why a message must not be sent any more, if so."""
    if row.last_useful_at is not None and row.last_useful_at < now:
        return "late"
    if row.case_id is None:
        return last_look.unwanted(tx, row) if row.staff_id is not None else None
    if row.address_state != "open":
        return "address_closed"
    if row.consent in ("withdrawn",):
        return "stopped"
    if row.case_phone == "watched":
        return "phone_watched"
    if row.case_state != "open":
        return "case_not_open"
    if row.staff_id is None and row.held_until is not None and row.held_until > now:
        return "human_talks"
    return None


def _address(tx: Tx, row: Any) -> str | None:
    if row.case_id is not None:
        return tx.vault.open_optional(row.address, column="address.address", row=row.address_id)
    if row.staff_id is None:
        return row.channel if row.channel == "webhook" else None
    column = {"telegram": "telegram", "email": "email"}.get(row.channel, "phone")
    return tx.vault.open_optional(getattr(row, column), column=f"staff.{column}", row=row.staff_id)


def _outgoing(
    tx: Tx, programme: Programme, now: datetime, row: Any, address: str, *, for_staff: bool
) -> Outgoing:
    text = last_look.words_now(tx, programme, now, row) if for_staff else None
    if text is None:
        text = tx.vault.open(row.body, column="message.body", row=row.id)
    raw = tx.vault.open_optional(row.buttons, column="message.buttons", row=row.id)
    buttons = tuple(Button(data, label) for data, label in json.loads(raw)) if raw else ()
    if buttons and row.channel not in BUTTON_CHANNELS:
        text, buttons = with_choices(text, [button.label for button in buttons]), ()
    return Outgoing(row.id, address, text, buttons, silent=row.case_id is not None)


def end(tx: Tx, message_id: str, state: str, code: str | None, provider_id: str | None = None) -> None:
    """Keep what became of a message for good."""
    outbox.settle.run(
        tx,
        message=message_id,
        new_state=state,
        new_provider_id=provider_id,
        new_code=code,
        next_attempt=None,
    )
