"""Contact hours: the hours of the day, in the person's own zone, in which something may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of this name."""
    return ZoneInfo(name)


@dataclass(frozen=True)
class Hours:
    """From ``start`` to ``end`` minutes after local midnight. ``end`` before ``start`` runs past midnight."""

    timezone: str
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many minutes of a day may be used; equal ends mean the whole day."""
        return (self.end - self.start) % DAY or DAY

    def contains(self, instant: datetime) -> bool:
        """Whether an instant lies within the hours."""
        local = instant.astimezone(zone(self.timezone))
        return (local.hour * 60 + local.minute - self.start) % DAY < self.length

    def next(self, instant: datetime) -> datetime:
        """The first instant from this one on that lies within the hours, in UTC."""
        if self.contains(instant):
            return instant.astimezone(UTC)
        local = instant.astimezone(zone(self.timezone))
        opening = self.on(local.date())
        return opening if opening > instant else self.on(local.date() + timedelta(days=1))

    def on(self, day: date, minutes: int = 0) -> datetime:
        """The instant this many minutes after the opening of a day, in UTC.

        An hour that the clocks skip is the hour after; one that comes twice is its first.
        """
        total = self.start + minutes
        local = datetime.combine(day + timedelta(days=total // DAY), time(total % DAY // 60, total % 60))
        return local.replace(tzinfo=zone(self.timezone)).astimezone(UTC)
