"""What a channel's provider answered in a round, and whether a channel is down: evidence for an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.casework import incidents
from bot.casework.programme import Programme
from bot.channels.codes import CodesError, codes
from bot.channels.protocol import Act, Channel, Failed, Outgoing, Sent
from bot.store.queries import watch
from bot.store.tx import Tx

WITHIN = timedelta(minutes=15)
ENOUGH = 3
"""So many tries in a row that failed, none between them taken: the channel is down."""
FAULTS = (Act.OPERATOR, Act.RETRY, Act.RETRY_ONCE)
"""What is wrong with the channel; everything else is wrong with one address, and shows that it works."""
_MOST = 20
_TABLES = {"whatsapp": "twilio"}


class Heard:
    """A channel that also remembers what came of each sending."""

    def __init__(self, channel: Channel) -> None:
        self.name = channel.name
        self.results: list[Sent | Failed] = []
        self._channel = channel

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Send as the channel does."""
        result = self._channel.send(outgoing)
        self.results.append(result)
        return result

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    @property
    def works(self) -> bool | None:
        """What the last answer says of the channel; None without one that tells."""
        told = [each for each in self.results if isinstance(each, Sent) or each.act is not Act.UNKNOWN]
        return (isinstance(told[-1], Sent) or told[-1].act not in FAULTS) if told else None


def look(tx: Tx, programme: Programme, now: datetime, heard: Mapping[str, Heard]) -> None:
    """Open an incident for a channel that has failed again and again; close it with what gets through."""
    for name, channel in heard.items():
        if channel.works:
            incidents.close_incident(tx, programme, now, "channel_down", name, "sent")
        elif channel.works is False and (evidence := _down(tx, now, name)):
            incidents.open_incident(tx, programme, now, "channel_down", name, evidence)


def _down(tx: Tx, now: datetime, name: str) -> str | None:
    """What shows that a channel is down: the last tries failed for a fault that is not one phone's alone."""
    tries, to, acts = 0, set(), set()
    code = ""
    for row in watch.sends.all(tx, channel=name, since=now - WITHIN, most=_MOST):
        act = None if row.state in ("sent", "delivered") else _act(name, row.code)
        if act is Act.UNKNOWN or row.state == "cancelled":
            continue
        if act not in FAULTS:
            break
        tries += row.attempts
        to.add(row.staff_id or row.address_id)
        acts.add(act)
        code = code or row.code or ""
    return (
        f"{tries} tries failed, {code}" if tries >= ENOUGH and (len(to) > 1 or Act.OPERATOR in acts) else None
    )


def _act(name: str, code: str | None) -> Act:
    if code == "no_such_channel":
        return Act.OPERATOR
    try:
        return codes(_TABLES.get(name, name)).act(code or "")
    except (CodesError, OSError):
        return Act.OPERATOR
