"""How someone has said they are over their last check-ins. Pure."""

from __future__ import annotations

from dataclasses import dataclass

HEIGHTS = {"not_well": 0, "so_so": 1, "fine": 2}


@dataclass(frozen=True)
class Trend:
    """The last answers to how they are, the oldest first."""

    answers: tuple[str, ...] = ()

    @property
    def way(self) -> str:
        """Where it goes, by the last answer beside the one before: better, worse or same; none if unknown."""
        if len(self.answers) < 2:
            return "none"
        before, last = (HEIGHTS[each] for each in self.answers[-2:])
        return "same" if before == last else "better" if last > before else "worse"

    def points(self, step: int = 12, rise: int = 8, top: int = 4) -> tuple[tuple[int, int], ...]:
        """Where each answer stands in a small picture: across, and down from the top."""
        return tuple((4 + i * step, top + (2 - HEIGHTS[each]) * rise) for i, each in enumerate(self.answers))
