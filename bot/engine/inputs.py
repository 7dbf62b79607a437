"""What a turn takes in, and what the engine needs to be told from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.engine.flow import Ask

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: the turn of its question, and the key of the choice."""

    turn: int
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the person.

    ``intent`` is what the text asks for whatever was asked (call me, not now ...); ``grave`` that the text
    speaks of danger by itself; ``filler`` that it is only thanks or a greeting; ``language`` the language a
    wish for another one names; ``kind`` is ``text`` or what else came (voice, picture, place ...).
    """

    text: str
    at: datetime
    intent: str | None = None
    pressed: Pressed | None = None
    kind: str = "text"
    grave: bool = False
    filler: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Timeout:
    """The timer of a turn. It belongs to that turn alone."""

    turn: int


class Reading(Protocol):
    """An answer as the reader of a language understood it."""

    @property
    def value(self) -> str | int | float:
        """The answer."""

    @property
    def rest(self) -> str:
        """What of the text the answer did not use."""

    @property
    def exact(self) -> bool:
        """Whether the text was this answer and nothing else."""


class Reader(Protocol):
    """Reads answers in the person's language."""

    def read(self, question: Ask, text: str) -> Reading | None:
        """The answer that a text gives to a question, or None where it cannot be told."""

    def plain(self, text: str) -> bool:
        """Whether a text says no more than yes, no, fine or thanks, so that no human need see it."""
