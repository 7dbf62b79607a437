"""The vocabulary of risk: how grave, about what, where in the text. Values only, no rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How soon a human must act; ordered by :attr:`rank`, never by the word."""

    NONE = "none"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 for none to 3 for critical."""
        return _RANKS[self]

    @classmethod
    def of_rank(cls, rank: int) -> Level:
        """Return the level of a rank; ranks beyond the ends count as the end."""
        return _LEVELS[min(max(rank, 0), len(_LEVELS) - 1)]


_LEVELS: tuple[Level, ...] = tuple(Level)
_RANKS: dict[Level, int] = {level: rank for rank, level in enumerate(_LEVELS)}


def max_level(levels: Iterable[Level]) -> Level:
    """Return the gravest of the levels; none when there are none."""
    return max(levels, key=lambda level: level.rank, default=Level.NONE)


class Category(StrEnum):
    """What a text is about, as the labelling guide divides it."""

    VIOLENCE = "violence"
    CAPTIVITY = "captivity"
    TRAFFICKER_CONTACT = "trafficker_contact"
    EXPLOITATION = "exploitation"
    RECRUITMENT = "recruitment"
    SELF_HARM = "self_harm"
    HEALTH = "health"
    BASIC_NEEDS = "basic_needs"
    MONEY_WORK = "money_work"
    ISOLATION_STIGMA = "isolation_stigma"
    DISTRESS = "distress"
    CHILD = "child"
    DOCUMENTS_LEGAL = "documents_legal"
    CONTACT_REQUEST = "contact_request"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the original text, in code points, that speaks of a category."""

    start: int
    end: int
    category: Category


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a text was found to say.

    ``review`` is true where the text was not understood well enough for the level to be trusted; such a
    text goes before a human and never counts as fine. ``reasons`` name the rules that decided, for the
    caseworker; they never repeat the text and never state a probability.
    """

    level: Level = Level.NONE
    categories: tuple[Category, ...] = ()
    review: bool = False
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def by_sign(self) -> bool:
        """Whether a sign was found; else only the learned layers, or a doubt, speak."""
        return any("." in reason for reason in self.reasons)
