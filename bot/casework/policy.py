"""Escalation as data: for each level when a human must have an alert in hand, and who is told when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.engine.duration import Elapsed
from bot.engine.errors import FlowError
from bot.engine.flow import explain

Role = Literal["caseworker", "supervisor", "coordinator"]


class Data(BaseModel):
    """A part of a policy file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Data):
    """So long after the alert was opened, these people are told."""

    after: Elapsed
    tell: tuple[Role, ...] = Field(min_length=1)


class Climb(Data):
    """How an alert of one level climbs until someone acknowledges it."""

    due: Elapsed
    steps: tuple[Step, ...] = Field(min_length=1)
    again_every: Elapsed

    def step(self, number: int) -> Step:
        """The step of this number; past the last, the last one again and again."""
        if number < len(self.steps):
            return self.steps[number]
        repeats = number - len(self.steps) + 1
        return Step(after=self.steps[-1].after + repeats * self.again_every, tell=self.steps[-1].tell)

    def following(self, number: int, started: datetime, now: datetime) -> int:
        """The step after this one. Of repeats missed while nothing ran only the next to come is left."""
        last = len(self.steps) - 1
        missed = (now - started - self.steps[last].after) // self.again_every
        return max(number + 1, last + missed + 1) if number >= last else number + 1

    def step_at(self, number: int, started: datetime, now: datetime) -> datetime:
        """When a step is taken: on its clock; after one that was taken late, at least a minute later."""
        planned = started + self.step(number).after
        return max(planned, now + timedelta(minutes=1)) if number else planned


class Policy(Data):
    """The climbs of all levels. It is kept with each alert, so that an edit loses none in flight."""

    id: str
    version: int = Field(ge=1)
    levels: Mapping[str, Climb]

    @model_validator(mode="after")
    def _every_level(self) -> Policy:
        if set(self.levels) != {"low", "high", "critical"}:
            raise ValueError("'levels' must have low, high and critical, and nothing else")
        return self


def parse_policy(data: Any, where: str) -> Policy:
    """Check what was read from a policy file.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise FlowError(explain(error, where)) from None
