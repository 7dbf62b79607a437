"""The same move with many alerts at once, within the reach of whoever moves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.casework import moves
from bot.casework.lifecycle import WrongMove
from bot.casework.staff import Signed
from bot.store.queries import alerts
from bot.store.tx import Tx

MOST = 2000


@dataclass
class Moved:
    """What became of each alert. One that does not exist and one out of reach look the same."""

    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    not_found: list[int] = field(default_factory=list)


def move(
    tx: Tx,
    now: datetime,
    who: Signed,
    numbers: Sequence[int],
    which: Literal["acknowledge", "resolve"],
    note: str | None = None,
) -> Moved:
    """Acknowledge or resolve alerts, each once however often it is named; a refused one stops no other."""
    asked = list(dict.fromkeys(numbers))
    within = {row.id for row in alerts.alerts_among.all(tx, who, alerts=asked)}
    moved = Moved(not_found=[each for each in asked if each not in within])
    for number in (each for each in asked if each in within):
        try:
            if which == "acknowledge":
                moves.acknowledge(tx, now, number, who.id, note)
            else:
                moves.resolve(tx, now, number, who.id, note)
            moved.done.append(number)
        except WrongMove as error:
            moved.refused.append((number, error.state))
    return moved
