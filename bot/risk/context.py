"""Weigh an assessment beside what was asked, what was answered and what was said before.

Danger only rises here: nothing in the context lowers a level or takes a category away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.risk.resources import read_yaml
from bot.risk.taxonomy import Assessment, Category, Level, max_level


def in_context(
    assessment: Assessment,
    *,
    asked: str | None = None,
    answer: str | None = None,
    recent: Sequence[Assessment] = (),
) -> Assessment:
    """Return the assessment raised by its context.

    ``asked`` is the meaning of the last question (moment, wellbeing, safety, trouble, need, call, open);
    ``answer`` what the text was read as, or None if it could not be read; ``recent`` the assessments of the
    person's texts of the last week, oldest first.
    """
    raised = _with_answer(assessment, asked, answer)
    raised = _with_recent(raised, recent)
    return _with_clusters(raised, recent)


def _with_answer(assessment: Assessment, asked: str | None, answer: str | None) -> Assessment:
    """Raise by what the answer says to the question; the table is ``answers.yaml``."""
    rule = read_yaml("answers.yaml")["answers"].get(asked or "", {}).get(answer or "")
    if rule is None:
        return assessment
    return _raise(
        assessment, Level(rule["level"]), tuple(map(Category, rule["categories"])), f"{asked}: {answer}"
    )


def _with_recent(assessment: Assessment, recent: Sequence[Assessment]) -> Assessment:
    """Keep the level of what was said before when the new text is a bare acknowledgement."""
    if not recent or assessment.level is not Level.NONE or not _bare(assessment):
        return assessment
    worst = max(recent, key=lambda earlier: earlier.level.rank)
    raised = _raise(assessment, worst.level, worst.categories, "earlier text")
    return replace(raised, review=raised.review or any(earlier.review for earlier in recent))


def _bare(assessment: Assessment) -> bool:
    """Tell whether the text said nothing of its own."""
    return not (assessment.review or assessment.reasons)


def _with_clusters(assessment: Assessment, recent: Sequence[Assessment]) -> Assessment:
    """Raise to critical where signals of several texts form a cluster (Danger Assessment, DASH)."""
    said = {part for earlier in (*recent, assessment) for part in _marks(earlier)}
    for name, rule in read_yaml("answers.yaml")["clusters"].items():
        if set(rule["together"]) <= said and set(rule["together"]) & set(_marks(assessment)):
            categories = tuple(map(Category, rule["categories"]))
            assessment = _raise(assessment, Level.CRITICAL, categories, name)
    return assessment


def _marks(assessment: Assessment) -> set[str]:
    """Return what the reasons of an assessment stand for in the clusters."""
    marks: dict[str, list[str]] = read_yaml("answers.yaml")["marks"]
    signs = {reason.split(".", 1)[-1] for reason in assessment.reasons}
    return {mark for mark, names in marks.items() if signs.intersection(names)}


def _raise(assessment: Assessment, level: Level, categories: tuple[Category, ...], reason: str) -> Assessment:
    """Return the assessment with at least ``level``, with the categories and the reason added."""
    if level is Level.NONE:
        return assessment
    named = {*assessment.categories, *categories}
    return replace(
        assessment,
        level=max_level((assessment.level, level)),
        categories=tuple(category for category in Category if category in named),
        reasons=(*assessment.reasons, reason),
    )
