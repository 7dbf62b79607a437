"""Many notices become one: which message tells the next one, and when it leaves.

Five alerts within ten minutes are told one by one. From the sixth on those that have not left and all that
follow are one message, which leaves at once if nothing was told before it, else ten minutes after what was.
What is critical is never put here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store.ids import new_id
from bot.store.queries import conversation
from bot.store.queries import notifications as rows
from bot.store.tx import Tx

WINDOW = timedelta(minutes=10)
MOST_SINGLE = 5
UNSENT = ("queued", "failed", "unknown", "expired")


def place(tx: Tx, now: datetime, staff_id: str, channel: str) -> str | None:
    """The bundle that tells someone of one more alert on a channel; None if a message of its own does."""
    since = now - WINDOW
    waiting = rows.waiting_bundle.one(tx, staff=staff_id, channel=channel, since=since)
    if waiting is not None and rows.hold.run(tx, message=waiting.id):
        return str(waiting.id)
    lately = rows.told_since.all(tx, staff=staff_id, channel=channel, since=since)
    if sum(each.notices for each in lately) < MOST_SINGLE:
        return None
    folded = [each.id for each in lately if each.kind == "text" and rows.fold.run(tx, message=each.id)]
    told = [each for each in lately if each.state not in UNSENT and each.id not in folded]
    bundles = [each.at for each in told if each.kind == "bundle"]
    first = max(bundles) if bundles else min((each.at for each in told), default=since)
    bundle = new(tx, now, staff_id, channel, max(now, first + WINDOW))
    if folded:
        rows.move_notices.run(tx, messages=folded, bundle=bundle)
    return bundle


def new(tx: Tx, now: datetime, staff_id: str, channel: str, leaves_at: datetime) -> str:
    """Queue a bundle without anything in it; its words are made when it leaves."""
    row = new_id()
    conversation.insert_message.run(
        tx,
        id=row,
        staff_id=staff_id,
        direction="out",
        channel=channel,
        kind="bundle",
        body=tx.vault.seal("", column="message.body", row=row),
        at=now,
        state="queued",
        rank=rows.USUAL,
        next_attempt_at=leaves_at,
    )
    return row
