"""Figures of a detector over labelled messages. Pure: pairs in, numbers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt

from bot.risk.taxonomy import Assessment, Category, Level

_Z = 1.96


@dataclass(slots=True)
class Report:
    """Counts of labelled against told levels and categories; ``add`` takes one message after the other."""

    matrix: dict[Level, dict[Level, int]] = field(
        default_factory=lambda: {true: dict.fromkeys(Level, 0) for true in Level}
    )
    reviewed: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    unseen: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(
        self,
        level: Level,
        categories: Iterable[Category],
        also: Iterable[Category],
        told: Assessment,
    ) -> None:
        """Count one message: its labels and what the detector told."""
        self.matrix[level][told.level] += 1
        self.reviewed[level] += told.review
        self.unseen[level] += told.level is Level.NONE and not told.review
        wanted, found = set(categories), set(told.categories)
        self.right += len(wanted & found)
        self.missed += len(wanted - found)
        self.wrong += len(found - wanted - set(also))

    def figures(self) -> dict[str, float]:
        """Return the figures that matter, as shares from 0 to 1 (``count`` is a number of messages)."""
        count = sum(sum(row.values()) for row in self.matrix.values())
        return {"count": count} | {name: _share(part, whole) for name, (part, whole) in self.shares().items()}

    def shares(self) -> dict[str, tuple[int, int]]:
        """Return each figure as so many of so many."""
        told_right = sum(self.matrix[level][level] for level in Level)
        return {
            "exact": (told_right, sum(map(self._labelled, Level))),
            "critical as critical": self._at_least(Level.CRITICAL, Level.CRITICAL),
            "critical as high or more": self._at_least(Level.CRITICAL, Level.HIGH),
            "high as high or more": self._at_least(Level.HIGH, Level.HIGH),
            "critical unseen": (self.unseen[Level.CRITICAL], self._labelled(Level.CRITICAL)),
            "low as low or more": self._at_least(Level.LOW, Level.LOW),
            "none as high or more": self._at_least(Level.NONE, Level.HIGH),
            "none to review": (self.reviewed[Level.NONE], self._labelled(Level.NONE)),
            "categories micro F1": (2 * self.right, 2 * self.right + self.wrong + self.missed),
        }

    def lines(self) -> list[str]:
        """Return the figures as text, each with its 95% interval and the number behind it."""
        return [
            f"  {name:26}{_share(part, whole):6.3f}   {low:.3f} to {high:.3f}   of {whole}"
            for name, (part, whole) in self.shares().items()
            for low, high in [interval(part, whole)]
        ]

    def _labelled(self, level: Level) -> int:
        return sum(self.matrix[level].values())

    def _at_least(self, level: Level, told: Level) -> tuple[int, int]:
        """Return how many messages of a level were told at or above another."""
        row = self.matrix[level]
        return sum(n for each, n in row.items() if each.rank >= told.rank), self._labelled(level)

    def table(self) -> str:
        """Return the confusion matrix as text: labelled levels down, told levels across, then review."""
        head = f"{'':10}" + "".join(f"{level.value:>10}" for level in Level) + f"{'review':>10}"
        rows = [
            f"{true.value:10}" + "".join(f"{row[told]:10}" for told in Level) + f"{self.reviewed[true]:10}"
            for true, row in self.matrix.items()
        ]
        return "\n".join([head, *rows])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share; the whole range where nothing was counted."""
    if not whole:
        return 0.0, 1.0
    share, spread = part / whole, _Z * _Z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
