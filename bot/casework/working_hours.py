"""Working hours and holidays of offices, as data: what is open when, and working time counted on.

Pure given its arguments. Local times are computed from the zone's name, so that a change of the clocks moves
nothing: Albania and Ukraine change on the European dates, Morocco in Ramadan (UTC+1, UTC+0 while it lasts).
Public holidays come from the ``holidays`` library. Ukraine has none under martial law (law 2136; in force
since 24 February 2022 by decree 64/2022): its period stands in the data, without an end until there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

DAY = timedelta(days=1)
MIDNIGHT = 24 * 60
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_NAMES: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _minutes(value: Any) -> Any:
    hours, colon, minutes = str(value).partition(":")
    if colon and hours.isdecimal() and len(minutes) == 2 and minutes.isdecimal():
        total = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and total <= MIDNIGHT:
            return total
    raise ValueError(f"{value!r} is not a time of day such as '08:30'; write it in quotes")


TimeOfDay = Annotated[
    int, BeforeValidator(_minutes), PlainSerializer(lambda total: f"{total // 60:02}:{total % 60:02}")
]


class Data(BaseModel):
    """A part of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class Period(Data):
    """From one day to another, both included; without an end while it lasts."""

    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to")

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        return self.first <= day and (self.last is None or day <= self.last)


class Calendar(Data):
    """When the offices of a country work. Without anything given they always do."""

    zone: str = "UTC"
    days: tuple[Weekday, ...] = Field(default=_NAMES, min_length=1)
    opens: TimeOfDay = Field(default=0, alias="from")
    closes: TimeOfDay = Field(default=MIDNIGHT, alias="to")
    holidays: str | None = None
    closed: tuple[date, ...] = ()
    """Days off that the library does not know: decreed, or the office's own."""
    suspended: tuple[Period, ...] = ()
    """When public holidays are working days."""

    @model_validator(mode="after")
    def _possible(self) -> Calendar:
        if self.opens >= self.closes:
            raise ValueError("'from' must come before 'to'")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"'zone' {self.zone!r} is unknown; write it as Europe/Tirane") from None
        if self.holidays is not None and not _known(self.holidays):
            raise ValueError(f"'holidays' {self.holidays!r} is no country code that the library knows")
        return self

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        if _NAMES[day.weekday()] not in self.days or day in self.closed:
            return False
        off = self.holidays is not None and day in _holidays(self.holidays, day.year)
        return not off or any(period.holds(day) for period in self.suspended)

    def open_at(self, instant: datetime) -> bool:
        """Whether an instant lies within working hours."""
        opening, closing = self._bounds(self._day(instant))
        return opening <= instant < closing and self.works(self._day(instant))

    def next_open(self, instant: datetime) -> datetime:
        """The first working instant from this one on, in UTC."""
        return max(instant.astimezone(UTC), next(self._openings(instant))[0])

    def at(self, time_of_day: int, instant: datetime) -> datetime:
        """The first moment from this one on that is this time of a working day, in UTC."""
        day = self._day(instant)
        while not self.works(day) or self._moment(day, time_of_day) < instant:
            day += DAY
        return self._moment(day, time_of_day)

    def end_of_next_day(self, instant: datetime) -> datetime:
        """When the first working day after today's ends, in UTC."""
        return self._bounds(self._further(self._day(instant), 1))[1]

    def after(self, start: datetime, elapsed: timedelta) -> datetime:
        """The instant when so much working time has passed, in UTC. A whole day is a working day."""
        days, rest = elapsed // DAY, elapsed % DAY
        begun = self.next_open(start)
        if days:
            local = begun.astimezone(ZoneInfo(self.zone))
            begun = self._moment(self._further(local.date(), days), local.hour * 60 + local.minute)
            begun += timedelta(seconds=local.second, microseconds=local.microsecond)
        for opening, closing in self._openings(begun):
            since = max(opening, begun)
            if rest < closing - since:
                return since + rest
            rest -= closing - since
        raise AssertionError("working days never end")

    def _openings(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working hours that have not ended by an instant, one day after the other."""
        day = self._day(instant)
        while True:
            opening, closing = self._bounds(day)
            if closing > instant and self.works(day):
                yield opening, closing
            day += DAY

    def _further(self, day: date, count: int) -> date:
        """The working day so many working days after a day."""
        while count:
            day += DAY
            count -= self.works(day)
        return day

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def _bounds(self, day: date) -> tuple[datetime, datetime]:
        return self._moment(day, self.opens), self._moment(day, self.closes)

    def _moment(self, day: date, minutes: int) -> datetime:
        """A local time as an instant; one that the clocks skip is the hour after, a double one its first."""
        local = datetime.combine(
            day + timedelta(days=minutes // MIDNIGHT), time(minutes % MIDNIGHT // 60, minutes % 60)
        )
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))


def _known(country: str) -> bool:
    try:
        _holidays(country, 2026)
    except NotImplementedError:
        return False
    return True
