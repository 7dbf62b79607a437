"""Why a text was read as it was, in words for a caseworker: signs, known examples, the Palermo Protocol."""

from __future__ import annotations

from dataclasses import dataclass

from bot.risk.nearest import Known, nearest
from bot.risk.palermo import palermo
from bot.risk.taxonomy import Assessment, Level


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for an assessment."""

    reasons: tuple[str, ...]
    """The signs and layers that decided, and every doubt."""
    like: tuple[Known, ...]
    """Known examples that mean nearly the same; none where a sign decided, or where nothing was found."""
    palermo: dict[str, tuple[str, ...]]
    """Act, means and purpose of article 3, where the categories speak of them."""


def explain(found: Assessment, text: str, *, language: str | None = None) -> Explanation:
    """Say why a text was read so. Takes milliseconds; not for the way of a turn."""
    told = found.level is not Level.NONE or found.review
    like = nearest(text, language=language) if told and not found.by_sign else ()
    return Explanation(found.reasons, like, palermo(found.categories))
