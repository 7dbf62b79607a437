"""Figures of a detector over labelled messages. Pure: pairs in, numbers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.risk.taxonomy import Assessment, Category, Level


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

    def at_least(self, level: Level, told: Level) -> float:
        """Return the share of the messages of a level that were told at or above another; 0 if none."""
        row = self.matrix[level]
        return _share(sum(n for each, n in row.items() if each.rank >= told.rank), sum(row.values()))

    def figures(self) -> dict[str, float]:
        """Return the figures that matter, as shares from 0 to 1 (``count`` is a number of messages)."""
        count = sum(sum(row.values()) for row in self.matrix.values())
        told_right = sum(self.matrix[level][level] for level in Level)
        harmless = sum(self.matrix[Level.NONE].values())
        critical = sum(self.matrix[Level.CRITICAL].values())
        return {
            "count": count,
            "exact": _share(told_right, count),
            "critical as critical": self.at_least(Level.CRITICAL, Level.CRITICAL),
            "critical as high or more": self.at_least(Level.CRITICAL, Level.HIGH),
            "high as high or more": self.at_least(Level.HIGH, Level.HIGH),
            "critical unseen": _share(self.unseen[Level.CRITICAL], critical),
            "low as low or more": self.at_least(Level.LOW, Level.LOW),
            "none as high or more": self.at_least(Level.NONE, Level.HIGH),
            "none to review": _share(self.reviewed[Level.NONE], harmless),
            "categories micro F1": _share(2 * self.right, 2 * self.right + self.wrong + self.missed),
        }

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
