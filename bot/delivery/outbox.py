"""The only way out. A row is claimed, looked at once more, sent outside any transaction, and settled.

Whether it may still be sent is decided here, at the moment of sending, not when it was queued: contact may
have been stopped, the phone watched, the alert acknowledged, the last useful moment passed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.casework import addresses, failover, last_look
from bot.casework.programme import Programme
from bot.channels.protocol import Act, Button, Channel, Edits, Failed, Outgoing, Sent, StatusUpdate
from bot.language.choices import with_choices
from bot.store.database import Database
from bot.store.ids import new_id
from bot.store.queries import outbox
from bot.store.tx import Tx

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
BUTTON_CHANNELS = ("telegram", "sandbox")
NOT_THERE = ("not_reached", "no_answer", "closed")


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


@dataclass
class Round:
    """One call of ``send_due``: what it counts, and the channels that are left in peace until the next."""

    db: Database
    programme: Programme
    channels: Mapping[str, Channel]
    now: datetime
    sent: int = 0
    failed: int = 0
    away: set[str] = field(default_factory=set)


def send_due(
    db: Database, programme: Programme, channels: Mapping[str, Channel], now: datetime, most: int = 100
) -> tuple[int, int]:
    """Send what may be sent now. Gives how many were sent and how many failed.

    Each channel has a thread of its own, so that a slow one does not hold up the others; one that cannot be
    reached is tried again in the next round.
    """
    done = Round(db, programme, channels, now)
    with ThreadPoolExecutor(max(1, len(channels)), "outbox") as threads:
        while rows := db.read_now(lambda tx: _sendable(tx, done, most)):
            queues: dict[str, list[str]] = {}
            for row in rows:
                queues.setdefault(row.channel, []).append(row.id)
            counts = list(threads.map(lambda each: _send_all(done, *each), queues.items()))
            done.sent += sum(sent for sent, _ in counts)
            done.failed += sum(failed for _, failed in counts)
            if not any(sent + failed for sent, failed in counts):
                break
    return done.sent, done.failed


def _sendable(tx: Tx, done: Round, most: int) -> list[Any]:
    if not done.away:
        return outbox.sendable.all(tx, now=done.now, most=most)
    return outbox.sendable_elsewhere.all(tx, now=done.now, most=most, channels=sorted(done.away))


def _send_all(done: Round, name: str, messages: Sequence[str]) -> tuple[int, int]:
    """Send messages of one channel, in order, until it cannot be reached."""
    sent = failed = 0
    for message_id in messages:
        claimed = done.db.write_now(lambda tx, m=message_id: _claim(tx, done.programme, done.now, m))  # type: ignore[misc]
        if claimed is None:
            continue
        result = _send(done.channels.get(name), claimed)
        done.db.write_now(lambda tx, c=claimed, r=result: _settle(tx, done.programme, done.now, c, r))  # type: ignore[misc]
        if isinstance(result, Sent):
            sent += 1
            continue
        failed += 1
        if result.code in NOT_THERE:
            done.away.add(name)
            break
    return sent, failed


def _send(channel: Channel | None, claimed: Claimed) -> Sent | Failed:
    if channel is None:
        return Failed("no_such_channel", Act.OPERATOR)
    if claimed.provider_id is None:
        return channel.send(claimed.outgoing)
    if isinstance(channel, Edits):
        return channel.edit(claimed.outgoing, claimed.provider_id)
    return Failed("cannot_edit", Act.OPERATOR)


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
        _consequence(tx, programme, now, found, update.act or Act.UNKNOWN, update.code)


def _claim(tx: Tx, programme: Programme, now: datetime, message_id: str) -> Claimed | None:
    row = outbox.outgoing.one(tx, message=message_id)
    if row is None or row.state not in ("queued", "sending"):
        return None
    for_staff = row.case_id is None and row.staff_id is not None
    if row.state == "sending":
        _end(tx, message_id, "unknown", "lease_ran_out")
        if for_staff:
            failover.undelivered(tx, programme, now, row, "lease_ran_out")
        return None
    reason = _unwanted(tx, row, now)
    if reason:
        _end(tx, message_id, "expired" if reason == "late" else "cancelled", reason)
        return None
    address = _address(tx, row)
    if address is None:
        _end(tx, message_id, "failed", "no_address")
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


def _settle(tx: Tx, programme: Programme, now: datetime, claimed: Claimed, result: Sent | Failed) -> None:
    if isinstance(result, Sent):
        _taken(tx, programme, now, claimed, result.provider_id)
        return
    retries = {Act.RETRY: MOST_ATTEMPTS, Act.RETRY_ONCE: 2}.get(result.act, 0)
    if claimed.attempts < retries:
        pause = FIRST_PAUSE * 2 ** (claimed.attempts - 1)
        if result.retry_after is not None:
            pause = max(pause, timedelta(seconds=result.retry_after))
        outbox.settle.run(
            tx,
            message=claimed.id,
            new_state="queued",
            new_provider_id=claimed.provider_id,
            new_code=result.code,
            next_attempt=now + pause,
        )
        return
    state = "unknown" if result.act is Act.UNKNOWN else "failed"
    _end(tx, claimed.id, state, result.code, claimed.provider_id)
    _consequence(tx, programme, now, claimed, result.act, result.code)


def _taken(tx: Tx, programme: Programme, now: datetime, claimed: Claimed, provider_id: str) -> None:
    """The provider took a message; what it said of it before our own commit is caught up with."""
    _end(tx, claimed.id, "sent", None, provider_id)
    for event in outbox.early_events.all(tx, channel=claimed.channel, provider=provider_id):
        state = {"delivered": "delivered", "failed": "failed", "undelivered": "failed"}.get(event.state)
        if state:
            outbox.set_state.run(tx, message=claimed.id, new_state=state, new_code=event.code)
        if state == "failed" and claimed.for_staff:
            failover.undelivered(tx, programme, now, claimed, event.code)
    if claimed.asking:
        last_look.sent(tx, now, replace(claimed, provider_id=provider_id))


def _consequence(
    tx: Tx, programme: Programme, now: datetime, message: Any, act: Act, code: str | None
) -> None:
    """What a failed message means: for a person a closed channel, a wrong number or trouble on the way."""
    if message.case_id is None:
        if message.staff_id is not None:
            failover.undelivered(tx, programme, now, message, code)
    elif message.address_id is not None and act in (Act.CLOSE_CHANNEL, Act.WRONG_NUMBER):
        addresses.close(tx, programme, now, message.case_id, message.address_id, code or act.value)
    elif message.address_id is not None:
        addresses.troubled(tx, programme, now, message.case_id, "low")


def _end(tx: Tx, message_id: str, state: str, code: str | None, provider_id: str | None = None) -> None:
    outbox.settle.run(
        tx,
        message=message_id,
        new_state=state,
        new_provider_id=provider_id,
        new_code=code,
        next_attempt=None,
    )
