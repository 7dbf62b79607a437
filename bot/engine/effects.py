"""What a turn wants done. Each effect is data; exactly one place outside turns each kind into rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from bot.engine.flow import Ask, SignalLevel, Text

Value = str | int | float


class Reason(StrEnum):
    """Why something is put in front of a human beside the conversation."""

    NOT_UNDERSTOOD = "not_understood"
    UNPLACED = "unplaced"
    MEDIA = "media"
    CHANGED = "changed"
    DANGER = "danger"
    WRONG_PERSON = "wrong_person"


@dataclass(frozen=True, slots=True)
class Speak:
    """Send a text; with a question, its choices are offered and its turn named."""

    text: Text
    question: Ask | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Keep an answer. ``unanswered`` and ``skipped`` have no value."""

    question: str
    meaning: str | None
    value: Value | None
    state: Literal["given", "corrected", "late", "skipped", "unanswered"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the case that the person has settled, such as consent or hours."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class RaiseSignal:
    """Raise a signal of this category and level."""

    category: str
    level: SignalLevel
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """Wake this session's turn after this long. Replaces every earlier timer of the session."""

    turn: int
    after: timedelta


@dataclass(frozen=True, slots=True)
class Postpone:
    """The person asked for another moment: start the same flow again after this long."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Handoff:
    """A human has to look."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Close:
    """The session is over, with an outcome."""

    outcome: str


Effect = Speak | Note | Fact | RaiseSignal | Arm | Postpone | Handoff | Close
