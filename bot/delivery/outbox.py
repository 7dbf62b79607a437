"""The only way out. A row is claimed, looked at once more, sent outside any transaction, and settled.

Whether it may still be sent is decided here, at the moment of sending, not when it was queued: contact may
have been stopped, the phone watched, the alert acknowledged, the last useful moment passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.casework.programme import Programme
from bot.channels.protocol import Act, Channel, Failed, Outgoing, Sent
from bot.delivery.claiming import Claimed, claim
from bot.delivery.settling import settle, status
from bot.store.database import Database
from bot.store.queries import outbox
from bot.store.tx import Tx

__all__ = ["Round", "send_due", "status"]
Edit = Callable[[Outgoing, str], Sent | Failed]
"""What a channel that can change messages has as ``edit``: the new one, the provider's id of the old."""
NOT_THERE = ("not_reached", "no_answer", "closed")


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
        claimed = done.db.write_now(lambda tx, m=message_id: claim(tx, done.programme, done.now, m))  # type: ignore[misc]
        if claimed is None:
            continue
        result = _send(done.channels.get(name), claimed)
        done.db.write_now(lambda tx, c=claimed, r=result: settle(tx, done.programme, done.now, c, r))  # type: ignore[misc]
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
    edit: Edit | None = getattr(channel, "edit", None)
    if edit is None:
        return Failed("cannot_edit", Act.OPERATOR)
    return edit(claimed.outgoing, claimed.provider_id)
