"""Reading an answer: the one entry for all kinds of question."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.language.choice import prepare, read_choice
from bot.language.date import read_date
from bot.language.lexicon import view
from bot.language.mending import mendings
from bot.language.number import read_number, read_scale
from bot.language.sentence import Reading, Sentence, take_apart
from bot.language.yes_no import read_agreement, read_yes_no

NO_CHOICES: Mapping[str, Sequence[str]] = {}
KINDS = ("yes_no", "agreement", "choice", "scale", "number", "date", "text")


def recognise(
    kind: str,
    text: str,
    *,
    language: str,
    choices: Mapping[str, Sequence[str]] = NO_CHOICES,
    low: float | None = None,
    high: float | None = None,
    today: datetime.date | None = None,
) -> Reading | None:
    """What a text answers to a question of a kind (see ``KINDS``), or None where it is not plain.

    ``language`` is the case's; words of the other languages are understood where they mean nothing else in
    it. ``choices`` gives for each key its label, then synonyms; the words for usual keys (fine, so_so,
    not_well, morning, own, sq, ...) are known besides. ``low`` and ``high`` bound a scale or number, both
    included. ``today`` is the person's own date and lets a date without a year, a weekday or "tomorrow" be
    read. Negation, doubt, a question and contradiction give None. Raises ValueError for an unknown kind.
    """
    if kind == "text":
        return Reading(text.strip()) if text.strip() else None
    if kind not in KINDS:
        raise ValueError(f"unknown kind of question {kind!r}; one of {', '.join(KINDS)}")
    said = take_apart(text)
    if not said.keys:
        return None
    known = view(language)
    if kind == "scale":
        return read_scale(said, known, low, high)
    if kind == "number":
        return read_number(said, known, low, high)
    if kind == "date":
        return read_date(said, known, today)
    if kind == "agreement":
        return _read(lambda heard: read_agreement(heard, known), said, known.vocabulary)
    if kind == "yes_no":
        return _read(lambda heard: read_yes_no(heard, known), said, known.vocabulary)
    offered = prepare(language, tuple([(key, tuple(terms)) for key, terms in choices.items()]))
    return _read(lambda heard: read_choice(heard, known, offered), said, offered.vocabulary)


def _read(
    read: Callable[[Sentence], Reading | None], said: Sentence, vocabulary: frozenset[str]
) -> Reading | None:
    return read(said) or _agreed(read(mended) for mended in mendings(said, vocabulary))


def _agreed(readings: Iterable[Reading | None]) -> Reading | None:
    """The reading that all mendings of a text share."""
    found = list(readings)
    values = {reading.value if reading else None for reading in found}
    return found[0] if len(values) == 1 else None
