"""Why a text was read as it was, in words for a caseworker: signs, known examples, the Palermo Protocol."""

from __future__ import annotations

from dataclasses import dataclass

from bot.risk.detector import assess
from bot.risk.nearest import Known, nearest
from bot.risk.palermo import palermo
from bot.risk.taxonomy import Assessment, Level


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was read in a text, and why."""

    assessment: Assessment
    like: tuple[Known, ...]
    """Known examples that mean nearly the same; none where a sign decided, or where nothing was found."""
    palermo: dict[str, tuple[str, ...]]
    """Act, means and purpose of article 3, where the categories speak of them."""


def explain(text: str, *, language: str | None = None) -> Explanation:
    """Read a text once more and say why. Costs what reading costs; not for the way of a turn."""
    found = assess(text, language=language)
    told = found.level is not Level.NONE or found.review
    like = nearest(text, language=language) if told and not found.by_sign else ()
    return Explanation(found, like, palermo(found.categories))
