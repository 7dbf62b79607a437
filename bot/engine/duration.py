"""Durations as staff write them in YAML: ``4h``, ``2d``, ``3w``, ``6mo``.

Hours and minutes are elapsed time. Days, weeks and months are calendar time: they are added to a local
date, so that a check-in stays at its hour when the clocks change.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

_ELAPSED = re.compile(r"(\d+)\s*(m|h|d|w)")
_CALENDAR = re.compile(r"(\d+)\s*(d|w|mo)")
_UNIT = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def elapsed(value: Any) -> Any:
    """Read ``90m``, ``4h``, ``2d`` or ``1w`` as elapsed time.

    Raises:
        ValueError: the text is none of these.
    """
    if isinstance(value, timedelta):
        return value
    found = _ELAPSED.fullmatch(str(value).strip())
    if not found:
        raise ValueError(f"{value!r} is not a time such as 30m, 4h, 2d or 1w")
    return int(found[1]) * _UNIT[found[2]]


def written(value: timedelta) -> str:
    """Write elapsed time the way it is read."""
    return f"{value // timedelta(minutes=1)}m"


Elapsed = Annotated[timedelta, BeforeValidator(elapsed), PlainSerializer(written)]


@dataclass(frozen=True, order=True)
class Span:
    """Calendar time: whole months and whole days."""

    months: int = 0
    days: int = 0

    def after(self, start: date) -> date:
        """The date this span after ``start``; a month's missing last days become its last day."""
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        day = min(start.day, monthrange(year, month)[1])
        return date(year, month, day) + timedelta(days=self.days)

    def times(self, n: int) -> Span:
        """This span n times over."""
        return Span(self.months * n, self.days * n)

    def plus(self, other: Span) -> Span:
        """Both spans together."""
        return Span(self.months + other.months, self.days + other.days)

    def __str__(self) -> str:
        return f"{self.months}mo" if self.months else f"{self.days}d"


def span(value: Any) -> Any:
    """Read ``2d``, ``12w`` or ``6mo`` as calendar time.

    Raises:
        ValueError: the text is none of these.
    """
    if isinstance(value, Span):
        return value
    found = _CALENDAR.fullmatch(str(value).strip())
    if not found:
        raise ValueError(f"{value!r} is not a time such as 2d, 12w or 6mo")
    count = int(found[1])
    return {"d": Span(0, count), "w": Span(0, 7 * count), "mo": Span(count, 0)}[found[2]]


CalendarSpan = Annotated[Span, BeforeValidator(span), PlainSerializer(str)]
