"""Answers that are not what a question asked for, and yet answer it: "sometimes", "my ex", "after five".

What such words say depends on what was asked about: "always" is a yes, "not well" to "are you all right where
you are staying" a no, a person named to "is anyone bothering you" a yes, and "he no longer writes" a no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.language.lexicon import Phrases, View, view
from bot.language.mending import mendings
from bot.language.sentence import Reading, Sentence, take_apart
from bot.language.yes_no import answer_at

UNREAD = "unread"
_SAME = "="
_MEANS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "moment": {"somebody": ("somebody", "somebody"), "time": ("later", "later"), "write": ("later", "later")},
    "wellbeing": {
        "not_well": ("not_well", ""),
        "sometimes": ("so_so", "so_so"),
        "unsure": ("unsure", "unsure"),
        "always": ("so_so", "so_so"),
    },
    "safety": {
        "here": ("", ""),
        "somebody": ("", ""),
        "unsafe": ("no", "yes"),
        "not_well": ("no", ""),
        "sometimes": ("sometimes", "sometimes"),
        "likely": ("unsure", "unsure"),
        "unsure": ("unsure", "unsure"),
        "so_so": ("so_so", ""),
        "safe": ("yes", "no"),
        "fine": ("yes", "no"),
        "always": ("yes", ""),
    },
    "trouble": {
        "here": ("", ""),
        "sometimes": ("sometimes", "sometimes"),
        "contact": ("yes", "no"),
        "somebody": ("yes", UNREAD),
        "always": ("yes", ""),
        "likely": ("sometimes", "unsure"),
        "unsure": ("unsure", "unsure"),
        "nobody": ("no", "no"),
        "not_well": (UNREAD, UNREAD),
        "safe": ("no", ""),
        "fine": ("no", ""),
    },
    "need": {
        "enough": ("no", "no"),
        "need": (_SAME, _SAME),
        "sometimes": ("sometimes", "sometimes"),
        "likely": ("sometimes", "unsure"),
        "unsure": ("unsure", "unsure"),
        "fine": ("no", ""),
    },
    "call": {
        "somebody": ("somebody", "somebody"),
        "write": ("no", "no"),
        "time": ("yes", "no"),
        "likely": ("yes", "no"),
        "unsure": ("unsure", "unsure"),
        "fine": ("yes", ""),
    },
    "open": {
        "enough": ("no", "no"),
        "need": (_SAME, _SAME),
        "unsure": ("unsure", "unsure"),
        "fine": ("no", ""),
    },
}
"""What a kind of words answers to a question, and what where it is denied; the first that is there counts."""

_ANSWERED_NO = ("contact", "somebody", "always", "likely", "time")
"""Kinds that a "no" beside them denies; the others only a word that negates their own sentence does."""
_CARRYING = ("somebody", "contact", "nobody", "need", "unsafe", "safe", "not_well", "write")
"""Kinds that say so among some unknown words too: "my ex from Italy", "milk for the baby"."""
MOST_WORDS = 7
STRANGERS = 3
"""Words of such a text, and how many of them need not be known."""


@dataclass(slots=True)
class _Met:
    """What kinds of words were met in a text."""

    kinds: dict[str, str] = field(default_factory=dict)
    negated: bool = False
    answered: set[str] = field(default_factory=set)
    strangers: int = 0


def implied(text: str, *, asked: str, language: str) -> Reading | None:
    """What a text answers to a question about this, though it is not what was asked for; None if nothing.

    The value is an answer to the question (yes, no), ``sometimes``, ``unsure``, ``somebody``, ``later``,
    ``so_so``, ``here`` where someone is, ``unread`` where it says two things, or a category of need.
    """
    known, said, means = view(language), take_apart(text), _MEANS.get(asked)
    if not means or not said.keys or any(said.asked):
        return None
    met = _meet(said, known, means)
    if met.strangers:
        met = _mended(said, known, means) or met
    value = _value(met, means)
    if not value or met.strangers > STRANGERS or (met.strangers and len(said) > MOST_WORDS):
        return None
    if met.strangers and not any(kind in met.kinds for kind in _CARRYING):
        return None
    telling = (value == "yes" and "contact" in met.kinds) or (value == "no" and "unsafe" in met.kinds)
    exact = not (met.strangers or telling or said.rest(len(said)) or value == UNREAD)
    return Reading(value, exact=exact)


def takes_back(text: str, *, language: str) -> bool:
    """Whether a text only takes back what was said before, or plays it down: "forget it", "a joke"."""
    known, said = view(language), take_apart(text)
    place, met = 0, False
    while place < len(said) and not said.asked[place]:
        step = known.implied["taken_back"].length(said, place)
        met = met or step > 0
        step = step or _passed(said, known, place)
        if not step:
            return False
        place += step
    return met and place == len(said)


def _meet(said: Sentence, known: View, means: Mapping[str, tuple[str, str]]) -> _Met:
    met, place = _Met(), 0
    thanked = any(known.fillers.length(said, each) for each in range(len(said)))
    while place < len(said):
        length, kind, value = _longest(said, known, means, place)
        answer = answer_at(said, known, place)
        filler = known.fillers.length(said, place)
        address = thanked and kind == "somebody" and known.skipped.length(said, place)
        if kind and not address and length >= max(filler, answer[0] if answer else 0):
            met.kinds.setdefault(kind, value)
        elif known.ease.length(said, place):
            length = known.ease.length(said, place)
        elif answer and answer[0] >= known.negators.length(said, place):
            length = answer[0]
            met.answered.add(answer[1])
        elif length := known.negators.length(said, place):
            met.negated = True
        else:
            length = known.skipped.length(said, place) or known.implied["aside"].length(said, place)
            length = length or (_clock(said, known, place) if "time" in means else 0)
        met.strangers += not length
        place += length or 1
    return met


def _mended(said: Sentence, known: View, means: Mapping[str, tuple[str, str]]) -> _Met | None:
    """What is met once the one unknown word is mended, where all mendings say the same."""
    found = [_meet(each, known, means) for each in mendings(said, known.vocabulary | known.implying)]
    values = {_value(each, means) for each in found}
    return found[0] if len(values) == 1 and not found[0].strangers else None


def _value(met: _Met, means: Mapping[str, tuple[str, str]]) -> str:
    """The answer of the kinds that were met; a person beside "nobody" or "fine" says two things."""
    if (
        "somebody" in met.kinds
        and "contact" not in met.kinds
        and {"nobody", "fine", "safe"} & met.kinds.keys()
    ):
        return UNREAD
    negated = met.negated or "nobody" in met.kinds
    if {"somebody", "here"} <= met.kinds.keys() and not negated and "no" not in met.answered:
        return "here"
    for kind, values in means.items():
        value = (
            values[negated or ("no" in met.answered and kind in _ANSWERED_NO)] if kind in met.kinds else ""
        )
        if value:
            contrary = value == "yes" and "no" in met.answered
            return UNREAD if contrary else met.kinds[kind] if value == _SAME else value
    if not (met.kinds.keys() - {"here"} or negated) and len(met.answered) == 1:
        return next(iter(met.answered))
    return UNREAD if negated and met.kinds else ""


def _longest(
    said: Sentence, known: View, means: Mapping[str, tuple[str, str]], place: int
) -> tuple[int, str, str]:
    """The longest of the words that stand here and say something to this question; of two the first kind."""
    best, rank = (0, "", ""), {kind: number for number, kind in enumerate(means)}
    for length, kind, value in _kinds(said, known, place):
        if kind in rank and (length > best[0] or (length == best[0] > 0 and rank[kind] < rank[best[1]])):
            best = (length, kind, value)
    return best


def _kinds(said: Sentence, known: View, place: int) -> Iterator[tuple[int, str, str]]:
    yield known.sometimes.length(said, place), "sometimes", ""
    for kind, phrases in known.implied.items():
        yield phrases.length(said, place), kind, ""
    if need := known.needs.at(said, place):
        yield need[0], "need", need[1]
    if feeling := known.feelings.at(said, place):
        yield feeling[0], feeling[1], ""
    hours: tuple[Phrases[bool] | Phrases[int], ...] = (
        known.hours,
        known.weekdays,
        known.days,
        known.implied["times"],
    )
    yield max(each.length(said, place) for each in hours), "time", ""


def _clock(said: Sentence, known: View, place: int) -> int:
    """Digits, a number in words, or what stands around a time of day."""
    if said.keys[place].isdigit():
        return 1
    return known.number_words.length(said, place) or known.number_labels.length(said, place)


def _passed(said: Sentence, known: View, place: int) -> int:
    """Yes, no or a filler, which say nothing more here."""
    found = answer_at(said, known, place)
    length = (found[0] if found else 0) or known.skipped.length(said, place)
    return length or known.implied["aside"].length(said, place)
