"""How grave a silence is."""

from __future__ import annotations

_BY_COUNT = ("low", "high", "critical")
GRAVE = ("high", "critical")


def level_of_silence(count: int, last_level: str, high_risk: bool) -> str:
    """The level of the count-th unanswered check-in in a row.

    Low the first time, high the second, critical from the third on, or at once where the last contact was a
    warning or the case is marked as high-risk (a default of the programme; no source gives official ones).
    """
    if high_risk or last_level in GRAVE:
        return "critical"
    return _BY_COUNT[min(count, len(_BY_COUNT)) - 1]
