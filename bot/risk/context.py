"""Weigh an assessment beside what was asked, what was answered and what was said before.

Danger only rises here: nothing in the context lowers a level or takes a category away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.risk.resources import read_yaml
from bot.risk.taxonomy import Assessment, Category, Level, max_level

TAKEN_BACK = "taken_back"
"""The answer of a text that takes back what was said before, or plays it down."""


def in_context(
    assessment: Assessment,
    *,
    asked: str | None = None,
    answer: str | None = None,
    recent: Sequence[Assessment] = (),
) -> Assessment:
    """Return the assessment raised by its context.

    ``asked`` is the meaning of the last question (moment, wellbeing, safety, trouble, need, call, open);
    ``answer`` what the text was read as, or None if it could not be read; ``recent`` the assessments of what
    the person wrote shortly before.
    """
    raised = _with_answer(assessment, asked, answer)
    raised = _with_recent(raised, recent, answer == TAKEN_BACK)
    return _with_clusters(_mounting(raised, recent), recent)


def _with_answer(assessment: Assessment, asked: str | None, answer: str | None) -> Assessment:
    """Raise by what the answer says to the question; the table is ``answers.yaml``."""
    rule = read_yaml("answers.yaml")["answers"].get(asked or "", {}).get(answer or "")
    if rule is None:
        return assessment
    raised = _raise(
        assessment, Level(rule["level"]), tuple(map(Category, rule["categories"])), f"{asked}: {answer}"
    )
    return replace(raised, review=True) if rule.get("review") else raised


def _with_recent(assessment: Assessment, recent: Sequence[Assessment], taken_back: bool) -> Assessment:
    """Keep the level of a grave text before where the new one says nothing that stands against it.

    "OK", "sorry" or "a joke" after "he is at the door" may have been typed by someone else. What was low
    stays with its own text.
    """
    if not recent or not (taken_back or _says_little(assessment)):
        return assessment
    worst = max(recent, key=lambda earlier: earlier.level.rank)
    if worst.level.rank >= Level.HIGH.rank:
        return _raise(assessment, worst.level, worst.categories, "earlier text")
    return assessment


def _says_little(assessment: Assessment) -> bool:
    """Tell whether a text said nothing of its own, or nothing that was understood."""
    return assessment.level is Level.NONE or (
        assessment.level is Level.LOW and assessment.review and not assessment.by_sign
    )


def _mounting(assessment: Assessment, recent: Sequence[Assessment]) -> Assessment:
    """Raise a text that adds to several of the same kind."""
    for name, rule in read_yaml("answers.yaml")["mounting"].items():
        kind, level = set(map(Category, rule["categories"])), Level(rule["level"])
        alike = [
            each
            for each in (*recent, assessment)
            if each.level.rank >= level.rank and kind.intersection(each.categories)
        ]
        if assessment in alike[-1:] and len(alike) >= rule["texts"]:
            assessment = _raise(assessment, Level(rule["becomes"]), (), name)
    return assessment


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
    """Return the assessment with at least ``level``, the categories and the reason added."""
    named = {*assessment.categories, *categories}
    return replace(
        assessment,
        level=max_level((assessment.level, level)),
        categories=tuple(category for category in Category if category in named),
        reasons=(*assessment.reasons, reason),
    )
