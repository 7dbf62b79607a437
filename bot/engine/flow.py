"""The flow model: what a conversation may consist of, as programme staff write it in YAML.

A flow is a list of steps that run from top to bottom. A step says, asks, records, branches, raises a
signal, waits, calls another flow or finishes; ``goto`` names another step of the same flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Tag, ValidationError, model_validator
from pydantic import Discriminator as PydanticDiscriminator

from bot.engine.duration import Elapsed
from bot.engine.errors import FlowError

Kind = Literal["yes_no", "choice", "scale", "number", "date", "text"]
Meaning = Literal["moment", "wellbeing", "safety", "trouble", "need", "call", "open"]
SignalLevel = Literal["low", "high", "critical"]
Condition = Mapping[str, str | list[str]]

UNANSWERED = "unanswered"


class Rank(IntEnum):
    """Whose turn it is when two conversations want the same person. The higher goes first."""

    reminder = 1
    survey = 2
    safety = 3
    human = 4
    danger = 5


class Part(BaseModel):
    """Anything in a flow file: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Part):
    """A sentence for the person: English source text, and the context that tells twins apart."""

    msgid: str = Field(min_length=1)
    context: str | None = None
    addressed: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"msgid": value} if isinstance(value, str) else value


class Signalled(Part):
    """A signal that an answer or a step raises."""

    category: str
    level: SignalLevel


class Reaction(Part):
    """What follows one particular answer."""

    say: Text | None = None
    signal: Signalled | None = Field(None, alias="raise")
    goto: str | None = None


class Stage(Part):
    """What happens when a question has been waiting: a reminder, or the end."""

    after: Elapsed
    say: Text | None = None
    finish: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Stage:
        if (self.say is None) == (self.finish is None):
            raise ValueError("a stage either says something or finishes")
        return self


class Step(Part):
    """What every step has: a name, and a condition without which it is passed over."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    when: Condition | None = None
    goto: str | None = None


class Say(Step):
    """Say something and go on."""

    say: Text


class Ask(Step):
    """Ask and wait for the answer."""

    ask: Kind
    text: Text
    again: Text
    meaning: Meaning | None = None
    choices: Mapping[str, Text] = Field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    on: Mapping[str, Reaction] = Field(default_factory=dict)
    unanswered: Reaction = Reaction()
    fact: str | None = None
    patience: tuple[Stage, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Ask:
        if (self.ask == "choice") != bool(self.choices):
            raise ValueError("a choice has 'choices', and nothing else has")
        if self.ask == "scale" and (self.low is None or self.high is None):
            raise ValueError("a scale needs 'low' and 'high'")
        allowed = set(self.choices) or {"yes", "no"}
        if self.ask in ("choice", "yes_no") and (odd := set(self.on) - allowed):
            raise ValueError(f"'on' names {sorted(odd)}, which is no answer of this question")
        return self


class Record(Step):
    """Note a fact about the case that the conversation has settled."""

    record: str
    value: str


class Raise(Step):
    """Raise a signal."""

    signal: Signalled = Field(alias="raise")


class Case(Part):
    """One way out of a branch."""

    when: Condition
    goto: str


class Branch(Step):
    """Go where the first condition that holds points; else go on."""

    branch: tuple[Case, ...] = Field(min_length=1)


class Wait(Step):
    """Be quiet for a while."""

    wait: Elapsed


class Call(Step):
    """Run another flow and come back."""

    call: str


class Finish(Step):
    """End with an outcome. In a called flow: go back to the caller."""

    finish: str


_KINDS: dict[str, type[Step]] = {
    "say": Say,
    "ask": Ask,
    "record": Record,
    "raise": Raise,
    "branch": Branch,
    "wait": Wait,
    "call": Call,
    "finish": Finish,
}


def _kind(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((kind for kind in _KINDS if kind in value), None)
    return next((kind for kind, model in _KINDS.items() if isinstance(value, model)), None)


AnyStep = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[Ask, Tag("ask")]
    | Annotated[Record, Tag("record")]
    | Annotated[Raise, Tag("raise")]
    | Annotated[Branch, Tag("branch")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[Call, Tag("call")]
    | Annotated[Finish, Tag("finish")],
    PydanticDiscriminator(
        _kind,
        custom_error_type="unknown_step",
        custom_error_message=f"unknown step: a step is one of {', '.join(_KINDS)}",
    ),
]


class Flow(Part):
    """One conversation, at one version."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    about: str = ""
    rank: Literal["reminder", "survey", "safety", "human", "danger"] = "survey"
    when_busy: Literal["queue", "skip", "interrupt"] = "queue"
    useful_for: Elapsed
    postpone: Elapsed
    patience: tuple[Stage, ...] = ()
    steps: tuple[AnyStep, ...] = Field(min_length=1)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where each step stands."""
        return {step.id: at for at, step in enumerate(self.steps)}

    @model_validator(mode="after")
    def _names_hold(self) -> Flow:
        if len({step.id for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have the same id")
        for step in self.steps:
            for target in targets(step):
                if target not in self.positions:
                    raise ValueError(f"step {step.id!r} goes to {target!r}, which is not a step of this flow")
        return self

    def stages(self, step: Ask) -> tuple[Stage, ...]:
        """The patience that holds for a question."""
        return self.patience if step.patience is None else step.patience


def targets(step: Step) -> Iterator[str]:
    """Every step id that a step can jump to."""
    if step.goto:
        yield step.goto
    if isinstance(step, Ask):
        for reaction in (*step.on.values(), step.unanswered):
            if reaction.goto:
                yield reaction.goto
    if isinstance(step, Branch):
        for case in step.branch:
            yield case.goto


def texts(step: Step) -> Iterator[tuple[Text, Literal["message", "choice"]]]:
    """Every sentence of a step, and whether it is a message or the label of a choice."""
    if isinstance(step, Say):
        yield step.say, "message"
    if isinstance(step, Ask):
        yield step.text, "message"
        yield step.again, "message"
        for label in step.choices.values():
            yield label, "choice"
        for reaction in (*step.on.values(), step.unanswered):
            if reaction.say:
                yield reaction.say, "message"
        for stage in step.patience or ():
            if stage.say:
                yield stage.say, "message"


def parse_flow(data: Any, where: str) -> Flow:
    """Check what was read from a flow file.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        return Flow.model_validate(data)
    except ValidationError as error:
        raise FlowError(explain(error, where, data)) from None


def explain(error: ValidationError, where: str, data: Any = None) -> str:
    """One line for the first thing that is wrong in a data file; a step is called by its id."""
    first = error.errors(include_url=False)[0]
    loc = _with_step_id(first["loc"], data)
    place = ".".join(str(part) for part in loc if part not in _KINDS or part == loc[-1])
    return f"{where}: {place or 'the file'}: {first['msg'].removeprefix('Value error, ')}"


def _with_step_id(loc: tuple[int | str, ...], data: Any) -> tuple[int | str, ...]:
    if loc[:1] != ("steps",) or len(loc) < 2:
        return loc
    try:
        name = data["steps"][loc[1]]["id"]
    except (KeyError, IndexError, TypeError):
        return loc
    return ("steps", str(name), *loc[2:])
