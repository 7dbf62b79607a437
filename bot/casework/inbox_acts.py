"""What is done about an alert from the page, within the reach of whoever does it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.casework import inbox_view, moves
from bot.casework.moves import NextAct
from bot.casework.staff import Signed
from bot.store.queries import alerts
from bot.store.tx import Tx

OUTCOMES = ("helped", "referred", "safe", "false_alarm", "not_reached", "other")
"""What became of an alert; kept as its outcome."""
SNOOZES = {"hour": timedelta(hours=1), "three_hours": timedelta(hours=3)}
_END_OF_DAY, _NEXT_MORNING = time(18), time(10)
_SOON = timedelta(hours=1)
_A_DAY = timedelta(days=1) - timedelta(minutes=1)


def moment(preset: str, now: datetime, zone: str) -> datetime:
    """The moment that a preset means in a zone: within the hour, today, tomorrow.

    Today is until six in the evening, or an hour from now if that is later. Tomorrow is ten in the morning,
    or a day from now if that is sooner: a critical alert may not rest longer.
    """
    local = now.astimezone(ZoneInfo(zone))
    if preset == "today":
        return max(datetime.combine(local.date(), _END_OF_DAY, local.tzinfo), now + _SOON)
    if preset == "tomorrow":
        morning = datetime.combine(local.date() + timedelta(days=1), _NEXT_MORNING, local.tzinfo)
        return min(morning, now + _A_DAY)
    return now + SNOOZES.get(preset, _SOON)


def acknowledge(
    tx: Tx, now: datetime, who: Signed, number: int, act: NextAct | None, note: str | None = None
) -> str:
    """Take an alert in hand and promise the next act. Gives the state.

    Raises:
        NotFound: there is none that this person may see.
        WrongMove, BadMove: see ``moves.acknowledge``.
    """
    inbox_view.one(tx, now, who, number)
    return moves.acknowledge(tx, now, number, who.id, note, act)


def resolve(tx: Tx, now: datetime, who: Signed, number: int, outcome: str, note: str | None) -> str:
    """End the work of an alert with what became of it. Gives the state.

    Raises:
        NotFound: there is none that this person may see.
    """
    inbox_view.one(tx, now, who, number)
    return moves.resolve(tx, now, number, who.id, note, outcome if outcome in OUTCOMES else "other")


def snooze(tx: Tx, now: datetime, who: Signed, number: int, until: datetime) -> str:
    """Put an alert aside until a moment, or until she writes. Gives the state.

    Raises:
        NotFound: there is none that this person may see.
        WrongMove, BadMove: see ``moves.snooze``.
    """
    inbox_view.one(tx, now, who, number)
    return moves.snooze(tx, now, number, who.id, until)


def note(tx: Tx, now: datetime, who: Signed, number: int, text: str) -> None:
    """Keep a note with an alert that stands for no case.

    Raises:
        NotFound: there is none that this person may see.
    """
    inbox_view.one(tx, now, who, number)
    sealed = tx.vault.seal(text, column="alert.note", row=str(number))
    alerts.note_alert.run(tx, alert=number, new_note=sealed)
