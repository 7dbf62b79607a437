"""The state of one run of a flow: a small value that survives as JSON between turns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.engine.effects import Value

State = Literal["waiting", "lapsed", "finished"]
REMEMBERED_QUESTIONS = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a flow of a fixed version. Called flows stack up."""

    flow: str
    version: int
    step: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which question a turn put; a late button names the turn."""

    turn: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a flow with a case.

    ``turn`` counts the times the session has put itself to wait; ``tries`` the prompts of the question
    that stands; ``stage`` how far its patience has run; ``fragment`` a text that could not be read alone
    and may be the first half of an answer.
    """

    frames: tuple[Frame, ...]
    turn: int = 0
    state: State = "waiting"
    answers: Mapping[str, Value] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    tries: int = 0
    stage: int = 0
    fragment: str | None = None
    fragment_at: datetime | None = None
    outcome: str | None = None

    @property
    def here(self) -> Frame:
        """The place where the session stands."""
        return self.frames[-1]

    def question_of(self, turn: int) -> Frame | None:
        """The question that a turn put, if it is still remembered."""
        return next((asked.frame for asked in self.asked if asked.turn == turn), None)

    def to_json(self) -> str:
        """The session as compact JSON."""
        return json.dumps(
            {
                "f": [(f.flow, f.version, f.step) for f in self.frames],
                "t": self.turn,
                "s": self.state,
                "a": dict(self.answers),
                "q": [(a.turn, a.frame.flow, a.frame.version, a.frame.step) for a in self.asked],
                "n": self.tries,
                "p": self.stage,
                "h": self.fragment,
                "w": self.fragment_at.isoformat() if self.fragment_at else None,
                "o": self.outcome,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Session:
        """Read what :meth:`to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        return cls(
            frames=tuple(Frame(*frame) for frame in raw["f"]),
            turn=raw["t"],
            state=raw["s"],
            answers=raw["a"],
            asked=tuple(Asked(turn, Frame(*frame)) for turn, *frame in raw["q"]),
            tries=raw["n"],
            stage=raw["p"],
            fragment=raw["h"],
            fragment_at=datetime.fromisoformat(raw["w"]) if raw["w"] else None,
            outcome=raw["o"],
        )
