"""Reading a text as one of several offered choices: by its label, a synonym, its number, or a near miss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.language.folding import keys
from bot.language.lexicon import Keys, Phrases, View, view
from bot.language.number import whole_number
from bot.language.sentence import Reading, Sentence
from bot.language.yes_no import contradicted, doubted

_NUMBERS = frozenset(map(str, range(1, 100)))
Offered = tuple[tuple[str, tuple[str, ...]], ...]
"""Each choice's key with its label and synonyms, in the order offered."""


@dataclass(frozen=True)
class Choices:
    """The choices of one question, ready for look-up."""

    order: tuple[str, ...]
    own: Phrases[str]
    other: Phrases[str]
    vocabulary: frozenset[str]

    def at(self, said: Sentence, place: int) -> tuple[int, str] | None:
        """The choice named at a place, the case's language first."""
        return self.own.at(said, place) or self.other.at(said, place)


@lru_cache(512)
def prepare(language: str, offered: Offered) -> Choices:
    """Merge labels, given synonyms and the language's own synonyms; the earlier wins, a tie names nothing."""
    known = view(language)
    labels = _agreed((key, keys(terms[0])) for key, terms in offered if terms)
    given = _agreed((key, keys(term)) for key, terms in offered for term in terms[1:])
    own = _agreed((key, phrase) for key, _ in offered for phrase in known.own_choices.get(key, ()))
    other = _agreed((key, phrase) for key, _ in offered for phrase in known.other_choices.get(key, ()))
    named = {**own, **given, **labels}
    return Choices(
        order=tuple(key for key, _ in offered),
        own=Phrases(named.items()),
        other=Phrases((phrase, key) for phrase, key in other.items() if phrase not in named),
        vocabulary=known.vocabulary.union(word for phrase in named for word in phrase),
    )


def _agreed(pairs: Iterable[tuple[str, Keys]]) -> dict[Keys, str]:
    found: dict[Keys, set[str]] = {}
    for key, phrase in pairs:
        found.setdefault(phrase, set()).add(key)
    return {phrase: meant.pop() for phrase, meant in found.items() if len(meant) == 1}


def read_choice(said: Sentence, known: View, choices: Choices) -> Reading | None:
    """The choice a text names, and none other; None if it asks, doubts, denies, or names two."""
    if any(said.asked[: said.clause_end(0)]):
        return None
    whole = choices.own.table.get(said.keys) or choices.other.table.get(said.keys)
    if whole:
        tail = said.rest(len(said))
        return Reading(whole, tail, exact=not tail)
    if named := _named_by_line(said, choices):
        by_number = _by_number(int(said.keys[0]), choices)
        return by_number if by_number and by_number.value == named else None
    number = whole_number(said, known)
    if number is not None:
        return _by_number(number, choices)
    return _named(said, known, choices)


def _named_by_line(said: Sentence, choices: Choices) -> str | None:
    """The choice named after a number, where a line of the question was copied ("2 So-so")."""
    return choices.own.table.get(said.keys[1:]) if said.keys[0] in _NUMBERS else None


def _by_number(number: float, choices: Choices) -> Reading | None:
    if number != int(number) or not 1 <= number <= len(choices.order):
        return None
    return Reading(choices.order[int(number) - 1])


def _named(said: Sentence, known: View, choices: Choices) -> Reading | None:
    start = _first_name(said, known, choices)
    if start is None:
        return None
    length, key = choices.at(said, start) or (0, "")
    end = said.clause_end(start + length - 1)
    used = _used(said, known, choices, start + length, end, key)
    if used is None or any(said.asked[:end]) or doubted(said, known, start, length, end):
        return None
    if set(_others(said, choices, used)) - {key} or contradicted(said, known, end, key):
        return None
    return _remainder(said, known, choices, used, key)


def _first_name(said: Sentence, known: View, choices: Choices) -> int | None:
    place = 0
    while place < len(said):
        found = choices.at(said, place)
        if found and found[0] >= known.doubt.length(said, place):
            return place
        step = known.skipped.length(said, place) or known.number_labels.length(said, place)
        if not step or known.negators.length(said, place):
            return None
        place += step
    return None


def _used(said: Sentence, known: View, choices: Choices, place: int, end: int, key: str) -> int | None:
    while place < end:
        found = choices.at(said, place)
        if found and found[1] != key and found[0] >= known.skipped.length(said, place):
            return None
        step = known.skipped.length(said, place)
        if found and found[1] == key:
            step = found[0]
        if not step:
            return None
        place += step
    return place


def _others(said: Sentence, choices: Choices, place: int) -> Iterator[str]:
    """Choices that later clauses begin with."""
    for later in range(place, len(said)):
        if later and said.breaks[later - 1] and (found := choices.at(said, later)):
            yield found[1]


def _remainder(said: Sentence, known: View, choices: Choices, place: int, key: str) -> Reading:
    start = place
    while place < len(said):
        found = choices.at(said, place)
        same = found[0] if found and found[1] == key else 0
        step = same or known.skipped.length(said, place)
        if not step:
            return Reading(key, said.rest(start), exact=False)
        place += step
    tail = said.rest(len(said))
    return Reading(key, tail, exact=not tail)
