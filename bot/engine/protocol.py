"""Which flow when: the steps of a protocol relative to the return, and the arithmetic of their dates.

A protocol is data. Its occurrences are computed one after another, so that nothing grows with the length
of a programme; the store keeps one row for the next of each case.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from pydantic import Field, ValidationError, model_validator

from bot.engine.duration import CalendarSpan, Elapsed, Span
from bot.engine.errors import FlowError
from bot.engine.flow import Condition, Part, explain
from bot.engine.hours import Hours

MOST_OCCURRENCES = 500


class ProtocolStep(Part):
    """A flow on one day (``on``), or again and again (``start``, ``every``, ``until``)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    flow: str
    on: CalendarSpan | None = None
    start: CalendarSpan | None = None
    every: CalendarSpan | None = None
    until: CalendarSpan | None = None
    useful_for: Elapsed
    when: Condition | None = None

    @model_validator(mode="after")
    def _once_or_repeated(self) -> ProtocolStep:
        repeat = (self.start, self.every, self.until)
        if (self.on is None) == (repeat == (None, None, None)) or (self.on is None and None in repeat):
            raise ValueError("a step has either 'on', or 'start', 'every' and 'until'")
        if self.every == Span():
            raise ValueError("'every' must be longer than nothing")
        return self

    def offsets(self) -> list[Span]:
        """The offset of each occurrence from the day of return."""
        if self.on is not None:
            return [self.on]
        assert self.start is not None and self.every is not None and self.until is not None
        anchor, last = date(2000, 1, 1), self.until.after(date(2000, 1, 1))
        found: list[Span] = []
        while (offset := self.start.plus(self.every.times(len(found)))).after(anchor) <= last:
            found.append(offset)
            if len(found) > MOST_OCCURRENCES:
                raise ValueError(f"step {self.id!r} has over {MOST_OCCURRENCES} occurrences")
        return found


@dataclass(frozen=True)
class Occurrence:
    """The n-th time of a step, so many days and months after the return."""

    step: ProtocolStep
    n: int
    offset: Span


class Protocol(Part):
    """A programme's schedule at one version. ``shift`` is how much a start may vary."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    about: str = ""
    shift: Elapsed
    steps: tuple[ProtocolStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _computable(self) -> Protocol:
        if len({step.id for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have the same id")
        _ = self.occurrences
        return self

    @cached_property
    def occurrences(self) -> Sequence[Occurrence]:
        """All occurrences in order of time."""
        anchor = date(2000, 1, 1)
        found = [
            Occurrence(step, n, offset) for step in self.steps for n, offset in enumerate(step.offsets())
        ]
        return sorted(found, key=lambda each: each.offset.after(anchor))

    def following(self, step: str, n: int) -> Occurrence | None:
        """The occurrence after the n-th of a step; None at the end.

        Raises:
            FlowError: this version of the protocol has no such occurrence.
        """
        for at, each in enumerate(self.occurrences):
            if (each.step.id, each.n) == (step, n):
                return self.occurrences[at + 1] if at + 1 < len(self.occurrences) else None
        raise FlowError(f"protocol {self.id!r} version {self.version} has no occurrence {n} of {step!r}")


def due(protocol: Protocol, each: Occurrence, returned: date, hours: Hours, seed: str) -> datetime:
    """When an occurrence is due, in UTC: early in the contact hours of its day, varied a little.

    The shift is drawn from the seed (the case's id), the step and its number, so that it is the same
    whenever it is computed and no pattern shows from outside.
    """
    most = min(int(protocol.shift.total_seconds() // 60), hours.length - 1)
    drawn = zlib.crc32(f"{seed}:{each.step.id}:{each.n}".encode()) % (most + 1)
    return hours.on(each.offset.after(returned), drawn)


def parse_protocol(data: Any, where: str) -> Protocol:
    """Check what was read from a protocol file.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        return Protocol.model_validate(data)
    except ValidationError as error:
        raise FlowError(explain(error, where)) from None
