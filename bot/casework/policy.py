"""Escalation as data: for each level when a human must have an alert in hand, and who is told when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from bot.casework.old_policies import of_first_version
from bot.casework.working_hours import Calendar, Data, TimeOfDay
from bot.engine.duration import Elapsed
from bot.engine.errors import FlowError
from bot.engine.flow import explain

Role = Literal["assigned", "stand_in", "supervisor", "coordinator", "roster"]
Way = Literal["telegram", "sms", "email"]
LEVELS = ("low", "high", "critical")
ELSEWHERE = "default"


class Step(Data):
    """So long after the clock began, these people are told, on these channels or on all they have."""

    after: Elapsed
    tell: tuple[Role, ...] = Field(min_length=1)
    channels: tuple[Way, ...] = ()


class Climb(Data):
    """How an alert of one level climbs until someone acknowledges it, and how long it may then rest.

    With ``hours: working`` every time is working time, in which a whole day is a working day.
    """

    due: Elapsed
    hours: Literal["any", "working"] = "any"
    night: tuple[Literal["high_risk"], ...] = ()
    """What about a case makes its alerts go out at any hour all the same."""
    digest: TimeOfDay | None = None
    """The time of a working day at which these alerts are told together."""
    steps: tuple[Step, ...] = Field(min_length=1)
    again_every: Elapsed
    act_within: Elapsed | Literal["next_working_day"]
    """When the next act comes, where who acknowledged did not say: after so long, or when that day ends."""
    remind_before: Elapsed
    rest_at_most: Elapsed
    """How far off a promised act, or the end of a snooze, may lie."""

    @model_validator(mode="after")
    def _in_order(self) -> Climb:
        moments = [step.after for step in self.steps]
        if moments != sorted(moments):
            raise ValueError("'steps' must stand in the order of their 'after'")
        if self.again_every < timedelta(minutes=1):
            raise ValueError("'again_every' must be a minute at least")
        return self

    def step(self, number: int) -> Step:
        """The step of this number; past the last, the last one again and again."""
        if number < len(self.steps):
            return self.steps[number]
        last, repeats = self.steps[-1], number - len(self.steps) + 1
        return last.model_copy(update={"after": last.after + repeats * self.again_every})


@dataclass(frozen=True)
class Clock:
    """The climb of one alert with the hours that hold for it, begun at an instant."""

    climb: Climb
    calendar: Calendar
    started: datetime
    any_hour: bool

    @property
    def due(self) -> datetime:
        """When a human must have the alert in hand."""
        return self.later(self.started, self.climb.due)

    def later(self, start: datetime, elapsed: timedelta) -> datetime:
        """So much time after an instant: of the clock on the wall, or working time."""
        return start + elapsed if self.any_hour else self.calendar.after(start, elapsed)

    def allowed(self, instant: datetime) -> datetime:
        """The first moment from an instant on at which someone may be told."""
        if self.climb.digest is not None:
            return self.calendar.at(self.climb.digest, instant)
        return instant if self.any_hour else self.calendar.next_open(instant)

    def planned(self, number: int) -> datetime:
        """When a step is to be taken."""
        return self.allowed(self.later(self.started, self.climb.step(number).after))

    def step_at(self, number: int, now: datetime) -> datetime:
        """When a step is taken that follows one taken now: on the clock, at least a minute later."""
        return max(self.planned(number), self.allowed(now + timedelta(minutes=1)))

    def following(self, number: int, now: datetime) -> int:
        """The step after this one. Of repeats missed while nothing ran only the next to come is left."""
        last = len(self.climb.steps) - 1
        if number < last or self.planned(number + 1) > now:
            return number + 1
        most = max(2, (now - self.started) // self.climb.again_every + 2)
        repeats = range(number + 1, number + 1 + most)
        return repeats[min(bisect_right(repeats, now, key=self.planned), most - 1)]

    def act_at(self, now: datetime) -> datetime:
        """When the next act comes, where who acknowledged did not say."""
        if self.climb.act_within == "next_working_day":
            return self.calendar.end_of_next_day(now)
        return self.later(now, self.climb.act_within)


class Policy(Data):
    """The climbs of all levels, and the working hours of each country.

    It is kept with each alert, together with the calendar of its country, so that an edit loses none in
    flight.
    """

    id: str
    version: int = Field(ge=1)
    levels: Mapping[str, Climb]
    calendars: Mapping[str, Calendar] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _as_now(cls, data: Any) -> Any:
        """Read what the first version kept with an alert: "caseworker", and nothing of the next act."""
        return of_first_version(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _every_level(self) -> Policy:
        if set(self.levels) != set(LEVELS):
            raise ValueError("'levels' must have low, high and critical, and nothing else")
        return self

    def calendar(self, country: str | None) -> Calendar:
        """The working hours of a country, or of those that are not named."""
        return self.calendars.get(country or ELSEWHERE) or self.calendars.get(ELSEWHERE) or Calendar()

    def for_country(self, country: str | None) -> Policy:
        """This policy with the working hours of one country alone."""
        return self.model_copy(update={"calendars": {ELSEWHERE: self.calendar(country)}})

    def kept(self, country: str | None) -> str:
        """What is kept with an alert of a case in this country."""
        return self.for_country(country).model_dump_json(exclude_defaults=True)

    def clock(self, level: str, started: datetime, *, high_risk: bool = False) -> Clock:
        """The clock of an alert with which this policy was kept."""
        climb = self.levels[level]
        any_hour = climb.hours == "any" or (high_risk and "high_risk" in climb.night)
        return Clock(climb, self.calendar(None), started, any_hour)


@lru_cache(maxsize=256)
def kept_policy(written: str) -> Policy:
    """The policy that was kept with an alert, of whatever version."""
    return Policy.model_validate_json(written)


def parse_policy(data: Any, where: str, calendars: Mapping[str, Calendar] | None = None) -> Policy:
    """Check what was read from a policy file.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        raise FlowError(explain(error, where)) from None
    return policy.model_copy(update={"calendars": dict(calendars or {})})


def parse_calendars(data: Any, where: str) -> dict[str, Calendar]:
    """Check what was read from a file of working hours by country.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        found = TypeAdapter(dict[str, Calendar]).validate_python(data)
    except ValidationError as error:
        raise FlowError(explain(error, where)) from None
    if ELSEWHERE not in found:
        raise FlowError(f"{where}: has no {ELSEWHERE!r}; put the hours there that hold for any other country")
    return found
