"""Settling what was sent: kept, put back for another try, or failed, with what follows from that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.casework import addresses, failover, last_look
from bot.casework.programme import Programme
from bot.channels.protocol import Act, Failed, Sent, StatusUpdate
from bot.delivery.claiming import Claimed, end
from bot.store.ids import new_id
from bot.store.queries import outbox
from bot.store.tx import Tx

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)


def settle(tx: Tx, programme: Programme, now: datetime, claimed: Claimed, result: Sent | Failed) -> None:
    """Keep what became of a message that was claimed."""
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
    end(tx, claimed.id, state, result.code, claimed.provider_id)
    _consequence(tx, programme, now, claimed, result.act, result.code)


def _taken(tx: Tx, programme: Programme, now: datetime, claimed: Claimed, provider_id: str) -> None:
    """The provider took a message; what it said of it before our own commit is caught up with."""
    end(tx, claimed.id, "sent", None, provider_id)
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
