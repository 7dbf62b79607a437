"""Down is not deaf: what providers took while Besa was away comes in by the same door, under the same key.

Twilio tries a webhook twice at most, so its own list of inbound messages is looked through every few minutes
and after every gap. Each message is taken in once, however often it is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import structlog

from bot.channels.protocol import ChannelUnavailable, Inbound
from bot.delivery import inbox
from bot.delivery.heartbeat import beat
from bot.delivery.office import Office
from bot.store.queries import intake, schedule

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=3)
OVERLAP = timedelta(minutes=10)
"""Looked through again each time: a provider's list may lag behind, and clocks differ."""
FIRST_LOOK = timedelta(days=1)
"""How far the very first look goes back."""
_MOST = 500
"""Provider ids in one question to the store."""


@runtime_checkable
class Lists(Protocol):
    """A channel whose provider can be asked what came in."""

    name: str

    def list_inbound(self, since: datetime) -> list[Inbound]:
        """What came in since then, oldest first; raises ChannelUnavailable."""


def catch_up(office: Office) -> int:
    """Take in what providers list and Besa does not have. Gives how many messages were missing.

    A channel that cannot be asked is asked again from the same moment on the next time.
    """
    return sum(_channel(office, each) for each in office.channels.values() if isinstance(each, Lists))


def _channel(office: Office, channel: Lists) -> int:
    began = office.clock()
    mark = f"listed:{channel.name}"
    last = office.db.read_now(lambda tx: schedule.last_beat.one(tx, name=mark))
    since = last.at - OVERLAP if last else began - FIRST_LOOK
    try:
        listed = channel.list_inbound(since)
    except ChannelUnavailable as error:
        log.warning("inbound messages could not be listed", channel=error.channel, code=error.code)
        return 0
    missing = _missing(office, channel.name, listed)
    taken = [office.take(inbox.read(each)).result() for each in missing]
    office.db.write_now(lambda tx: beat(tx, mark, began))
    return sum(1 for each in taken if each is not None)


def _missing(office: Office, channel: str, listed: Sequence[Inbound]) -> list[Inbound]:
    """Return what is not here yet, in the order in which it was listed."""
    here: set[str] = set()
    for first in range(0, len(listed), _MOST):
        ids = [each.provider_id for each in listed[first : first + _MOST]]
        rows = office.db.read_now(lambda tx, ids=ids: intake.taken.all(tx, channel=channel, providers=ids))  # type: ignore[misc]
        here.update(row.provider_id for row in rows)
    return [each for each in listed if each.provider_id not in here]
