"""Read one text for danger: plain answers first, then patterns and the learned layer; the gravest wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.risk import learned, patterns
from bot.risk.model import CATEGORIES, Floats
from bot.risk.normalise import Folded, fold
from bot.risk.plain import Plain, benign_signs, is_emergency_number, plainness
from bot.risk.readings import Reading, Script, readings, scripts_in
from bot.risk.resources import read_yaml
from bot.risk.taxonomy import Assessment, Category, Evidence, Level, max_level

LONGEST_TEXT = 1_600
"""A text of more code points is read, and goes to review: it is not what people send."""
LONGEST_READ = 10_000
"""Code points, as typed or folded, beyond this are not read at all."""
_FROM_THE_TOP = (Level.CRITICAL, Level.HIGH, Level.LOW)
_SCRIPTS = {Script.LATIN: "", Script.ARABIC: "ar", Script.CYRILLIC: "uk"}
_LATIN_LANGUAGES = ("sq", "ar", "uk")


@dataclass(frozen=True, slots=True)
class _Found:
    """What one layer found; ``doubts`` are reasons why a level below high cannot be trusted."""

    level: Level
    categories: tuple[Category, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def assess(text: str, *, language: str | None = None) -> Assessment:
    """Assess one text on its own. ``language`` (sq, ar, uk, en) is a hint for letters that are shared.

    Never raises, whatever the text holds, and takes time linear in the part that is read.
    """
    folded = fold(text[:LONGEST_READ], longest=LONGEST_READ)
    long = ("long text",) if max(len(text), len(folded.text)) > LONGEST_TEXT else ()
    plain = plainness(folded.text)
    if plain is Plain.YES and not long:
        return Assessment()
    if not any(map(str.isalnum, folded.text)):
        unread = long or (() if benign_signs(text) else ("nothing to read",))
        return Assessment(review=bool(unread), reasons=unread)
    if is_emergency_number(folded.text):
        return Assessment(review=True, reasons=("emergency number",))
    ways = readings(folded, language)
    found = (_by_patterns(ways), _by_model(text, folded, ways, language))
    return _together(found, long, ("contradictory answer",) if plain is Plain.MIXED else ())


def _together(found: Sequence[_Found], long: tuple[str, ...], mixed: tuple[str, ...]) -> Assessment:
    """Join what the layers found: the gravest level, all categories, every doubt that matters."""
    level = max_level(part.level for part in found)
    doubts = list(long)
    if level.rank < Level.HIGH.rank:
        doubts += mixed
        doubts += [doubt for part in found for doubt in part.doubts]
    named = {category for part in found for category in part.categories}
    return Assessment(
        level,
        tuple(category for category in CATEGORIES if category in named),
        bool(doubts),
        tuple(dict.fromkeys(item for part in found for item in part.evidence)),
        tuple(dict.fromkeys([*(reason for part in found for reason in part.reasons), *doubts])),
    )


def _by_patterns(ways: Sequence[Reading]) -> _Found:
    hits = patterns.find(ways)
    firm = [hit for hit in hits if not hit.cancelled]
    evidence = tuple(item for hit in firm for item in hit.evidence)
    return _Found(
        max_level(hit.level for hit in firm),
        tuple(item.category for item in evidence),
        evidence,
        tuple(hit.name for hit in firm),
        tuple(f"{hit.name}: {hit.cancelled}" for hit in hits if hit.doubtful),
    )


def _by_model(text: str, folded: Folded, ways: Sequence[Reading], language: str | None) -> _Found:
    """Turn the shares of the learned layers into a level by the thresholds of the text's language."""
    letters = scripts_in(folded.text)
    several = letters[Script.LATIN] > 0 and language not in _LATIN_LANGUAGES
    choices = [readings(folded, each) for each in _LATIN_LANGUAGES] if several else [ways]
    read = learned.read(text, folded, choices, _limits(None)["encoder"])
    limits = _limits(language or _guessed(letters, read.choice))
    at_least = np.cumsum(read.levels[:, ::-1], axis=1)[:, ::-1]
    at_least[1:] -= limits["margin"]
    shares = at_least.max(axis=0)
    danger = float(shares[Level.HIGH.rank])
    doubts = {
        "wording near danger": danger >= limits["review"] or read.others >= limits["high"],
        "danger in one sentence": read.worst >= limits["sentence"],
        "unknown words": read.unknown >= limits["unknown"],
        "other script": letters[Script.OTHER] * 2 > sum(letters.values()),
    }
    told = tuple(doubt for doubt, holds in doubts.items() if holds)
    level = next((each for each in _FROM_THE_TOP if shares[each.rank] >= limits[each.value]), Level.NONE)
    if level is Level.NONE:
        return _Found(Level.NONE, doubts=told)
    categories = _categories(read.categories, limits["category"])
    start, end = _span(folded, read.first, read.last)
    evidence = tuple(Evidence(start, end, category) for category in categories)
    return _Found(level, categories, evidence, ("wording",), told)


def _guessed(letters: Mapping[Script, int], choice: int) -> str:
    """Return the language by its script; of Latin letters, the one whose words are known best."""
    script = max(_SCRIPTS, key=lambda each: letters[each])
    return _SCRIPTS[script] or _LATIN_LANGUAGES[choice]


def _limits(language: str | None) -> dict[str, float]:
    """Return the thresholds for a language: its own where it has some."""
    table: dict[str, dict[str, float]] = read_yaml("thresholds.yaml")
    return {**table["any"], **table.get(language or "any", {})}


def _categories(scores: Floats, limit: float) -> tuple[Category, ...]:
    """Return the categories that score above the limit, the best one at least."""
    chosen = {*np.flatnonzero(scores >= limit).tolist(), int(scores.argmax())}
    return tuple(CATEGORIES[index] for index in sorted(chosen))


def _span(folded: Folded, first: int, last: int) -> tuple[int, int]:
    """Return where in the original the sentences ``first`` to ``last`` stand."""
    spans = folded.sentences()
    return folded.span(spans[first][0], spans[last][1])
