"""The only way out. A row is claimed, looked at once more, sent outside any transaction, and settled.

Whether it may still be sent is decided here, at the moment of sending, not when it was queued: contact may
have been stopped, the phone watched, the alert acknowledged, the last useful moment passed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework import addresses
from bot.casework.programme import Programme
from bot.channels.protocol import Act, Button, Channel, Failed, Outgoing, Sent, StatusUpdate
from bot.language.choices import with_choices
from bot.store.database import Database
from bot.store.ids import new_id
from bot.store.queries import outbox
from bot.store.tx import Tx

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
BUTTON_CHANNELS = ("telegram", "sandbox")


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, and where to."""

    outgoing: Outgoing
    channel: str
    attempts: int
    case_id: str | None
    address_id: str | None


def send_due(
    db: Database, programme: Programme, channels: Mapping[str, Channel], now: datetime, most: int = 100
) -> tuple[int, int]:
    """Send what may be sent now. Gives how many were sent and how many failed."""
    sent = failed = 0
    while rows := db.read_now(lambda tx: outbox.sendable.all(tx, now=now, most=most)):
        progress = False
        for row in rows:
            claimed = db.write_now(lambda tx, row=row: _claim(tx, now, row.id))  # type: ignore[misc]
            if claimed is None:
                continue
            channel = channels.get(claimed.channel)
            result: Sent | Failed = (
                channel.send(claimed.outgoing) if channel else Failed("no_such_channel", Act.OPERATOR)
            )
            db.write_now(lambda tx, c=claimed, r=result: _settle(tx, programme, now, c, r))  # type: ignore[misc]
            progress = True
            if isinstance(result, Sent):
                sent += 1
            else:
                failed += 1
        if not progress:
            break
    return sent, failed


def status(tx: Tx, programme: Programme, now: datetime, update: StatusUpdate) -> None:
    """Keep what a provider says became of a message; one before our own commit waits for its row."""
    found = outbox.sent_as.one(tx, channel=update.channel, provider=update.provider_id)
    outbox.insert_event.run(
        tx,
        id=new_id(),
        message_id=found.id if found else None,
        channel=update.channel,
        provider_id=update.provider_id,
        state=update.state,
        code=update.code,
        at=update.at or now,
    )
    if found is None or found.state == "failed":
        return
    if update.state in ("delivered", "read"):
        outbox.set_state.run(tx, message=found.id, new_state="delivered", new_code=None)
    elif update.state in ("failed", "undelivered"):
        outbox.set_state.run(tx, message=found.id, new_state="failed", new_code=update.code)
        _consequence(
            tx, programme, now, found.case_id, found.address_id, update.act or Act.UNKNOWN, update.code
        )


def _claim(tx: Tx, now: datetime, message_id: str) -> Claimed | None:
    row = outbox.outgoing.one(tx, message=message_id)
    if row is None or row.state not in ("queued", "sending"):
        return None
    if row.state == "sending":
        _end(tx, message_id, "unknown", "lease_ran_out")
        return None
    reason = _unwanted(row, now)
    if reason:
        _end(tx, message_id, "expired" if reason == "late" else "cancelled", reason)
        return None
    address = _address(tx, row)
    if address is None:
        _end(tx, message_id, "failed", "no_address")
        return None
    if not outbox.claim.run(tx, message=message_id, now=now, until=now + LEASE):
        return None
    return Claimed(_outgoing(tx, row, address), row.channel, row.attempts + 1, row.case_id, row.address_id)


def _unwanted(row: Any, now: datetime) -> str | None:
    """Why a message must not be sent any more, if so."""
    if row.last_useful_at is not None and row.last_useful_at < now:
        return "late"
    if row.case_id is None:
        return None if row.active else "not_staff_any_more"
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
    column, sealed = (
        ("staff.telegram", row.telegram) if row.channel == "telegram" else ("staff.phone", row.phone)
    )
    return tx.vault.open_optional(sealed, column=column, row=row.staff_id)


def _outgoing(tx: Tx, row: Any, address: str) -> Outgoing:
    text = tx.vault.open(row.body, column="message.body", row=row.id)
    raw = tx.vault.open_optional(row.buttons, column="message.buttons", row=row.id)
    buttons = tuple(Button(data, label) for data, label in json.loads(raw)) if raw else ()
    if buttons and row.channel not in BUTTON_CHANNELS:
        text, buttons = with_choices(text, [button.label for button in buttons]), ()
    return Outgoing(row.id, address, text, buttons, silent=row.case_id is not None)


def _settle(tx: Tx, programme: Programme, now: datetime, claimed: Claimed, result: Sent | Failed) -> None:
    message_id = claimed.outgoing.message_id
    if isinstance(result, Sent):
        _end(tx, message_id, "sent", None, result.provider_id)
        for event in outbox.early_events.all(tx, channel=claimed.channel, provider=result.provider_id):
            state = {"delivered": "delivered", "failed": "failed", "undelivered": "failed"}.get(event.state)
            if state:
                outbox.set_state.run(tx, message=message_id, new_state=state, new_code=event.code)
        return
    retries = {Act.RETRY: MOST_ATTEMPTS, Act.RETRY_ONCE: 2}.get(result.act, 0)
    if claimed.attempts < retries:
        pause = FIRST_PAUSE * 2 ** (claimed.attempts - 1)
        if result.retry_after is not None:
            pause = max(pause, timedelta(seconds=result.retry_after))
        outbox.settle.run(
            tx,
            message=message_id,
            new_state="queued",
            new_provider_id=None,
            new_code=result.code,
            next_attempt=now + pause,
        )
        return
    _end(tx, message_id, "unknown" if result.act is Act.UNKNOWN else "failed", result.code)
    _consequence(tx, programme, now, claimed.case_id, claimed.address_id, result.act, result.code)


def _consequence(
    tx: Tx,
    programme: Programme,
    now: datetime,
    case_id: str | None,
    address_id: str | None,
    act: Act,
    code: str | None,
) -> None:
    """What a failed message to a person means: a closed channel, a wrong number, or trouble on the way."""
    if case_id is None or address_id is None:
        return
    if act in (Act.CLOSE_CHANNEL, Act.WRONG_NUMBER):
        addresses.close(tx, programme, now, case_id, address_id, code or act.value)
    else:
        addresses.troubled(tx, programme, now, case_id, "low")


def _end(tx: Tx, message_id: str, state: str, code: str | None, provider_id: str | None = None) -> None:
    outbox.settle.run(
        tx,
        message=message_id,
        new_state=state,
        new_provider_id=provider_id,
        new_code=code,
        next_attempt=None,
    )
