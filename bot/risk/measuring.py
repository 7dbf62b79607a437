"""Measure the detector on labelled messages: figures by language and variety, and every miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.risk.detector import assess
from bot.risk.labelled import Labelled
from bot.risk.report import Report
from bot.risk.taxonomy import Assessment, Level

ALL = "all"


@dataclass(frozen=True, slots=True)
class Told:
    """A labelled message and what the detector tells of it."""

    message: Labelled
    assessment: Assessment


def read_all(messages: Iterable[Labelled]) -> list[Told]:
    """Assess each message by its text and language alone."""
    return [Told(each, assess(each.text, language=each.language)) for each in messages]


def reports(told: Iterable[Told]) -> dict[str, Report]:
    """Return a report of all messages, of each language, and of each variety as ``sq gheg``."""
    found: dict[str, Report] = {}
    for each in told:
        message = each.message
        names = [ALL, message.language]
        names += [f"{message.language} {message.variety}"] if message.variety else []
        for name in names:
            counted = found.setdefault(name, Report())
            counted.add(message.level, message.categories, message.also, each.assessment)
    return dict(sorted(found.items(), key=lambda item: (item[0] != ALL, item[0])))


def misses(told: Iterable[Told]) -> list[Told]:
    """Return the messages whose level was told wrongly, the gravest label first, then the farthest off."""
    wrong = [each for each in told if each.assessment.level is not each.message.level]
    return sorted(wrong, key=lambda each: (-each.message.level.rank, each.assessment.level.rank))


def silent(told: Iterable[Told]) -> list[str]:
    """Return the ids of critical messages that would reach nobody: none, and no review."""
    return [
        each.message.id
        for each in told
        if each.message.level is Level.CRITICAL
        and each.assessment.level is Level.NONE
        and not each.assessment.review
    ]


def printed(told: Sequence[Told]) -> Iterator[str]:
    """Yield the lines of the whole report."""
    for name, counted in reports(told).items():
        yield f"\n{name}: {int(counted.figures()['count'])} messages (share, 95% interval)"
        yield counted.table()
        yield from counted.lines()
    wrong = misses(told)
    yield f"\n{len(wrong)} told wrongly"
    for each in wrong:
        message, found = each.message, each.assessment
        review = " review" if found.review else ""
        yield f"  {message.id}  {message.level} told {found.level}{review}: {message.text!r}"
