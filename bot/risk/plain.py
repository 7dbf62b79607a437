"""Recognise texts that are only a plain answer, a greeting or thanks: nothing in them can be a danger."""

from __future__ import annotations

from enum import Enum
from functools import cache

from bot.risk.normalise import BREAK, fold
from bot.risk.resources import read_yaml

_LONGEST = 14
"""A text of more words is no plain answer."""
_LONGEST_PHRASE = 5
_DIGITS = 4


class Plain(Enum):
    """What a text made of plain answers alone amounts to."""

    NO = "something else is in it"
    MIXED = "its answers contradict each other"
    YES = "a plain answer"


def plainness(folded: str) -> Plain:
    """Tell whether folded text is fillers around at most one answer, such as "yes, I am fine, thanks".

    "No" may stand beside fillers only: "no, fine" can mean "not fine", and is mixed.
    """
    words = folded.replace(BREAK, " ").split()
    if not words or len(words) > _LONGEST:
        return Plain.NO
    met: set[str] = set()
    index = 0
    while index < len(words):
        size, kind = _phrase(words, index)
        if not kind:
            return Plain.NO
        met.add(kind)
        index += size
    met.discard("fillers")
    return Plain.YES if len(met) < 2 or met == {"yes", "fine"} else Plain.MIXED


def is_plain(text: str) -> bool:
    """Tell whether a text is a plain answer, a greeting or thanks, and nothing else."""
    return plainness(fold(text).text) is Plain.YES


def is_emergency_number(folded: str) -> bool:
    """Tell whether folded text is the number of an emergency service and nothing else."""
    words = folded.replace(BREAK, " ").split()
    return bool(words) and all(word in _emergency() for word in words)


def benign_signs(text: str) -> bool:
    """Tell whether a text without letters holds only signs that people send as thanks or assent."""
    allowed = _signs()
    return all(character in allowed or character.isspace() for character in text)


def _phrase(words: list[str], index: int) -> tuple[int, str]:
    """Return the length and the list of the longest phrase at ``index``, or 1 and nothing."""
    for size in range(min(_LONGEST_PHRASE, len(words) - index), 0, -1):
        phrase = " ".join(words[index : index + size])
        kind = _lists().get(phrase, "")
        if not kind and phrase.isdigit() and phrase not in _emergency() and len(phrase) < _DIGITS:
            kind = "fine"
        if kind:
            return size, kind
    return 1, ""


@cache
def _lists() -> dict[str, str]:
    """Return every phrase of ``plain.yaml`` with the name of its list; fillers win."""
    content = read_yaml("plain.yaml")
    return {
        fold(str(phrase)).text.replace(BREAK, " "): kind
        for kind in ("fine", "no", "yes", "fillers")
        for phrases in content[kind].values()
        for phrase in phrases
    }


@cache
def _emergency() -> set[str]:
    return {str(number) for number in read_yaml("plain.yaml")["emergency_numbers"]}


@cache
def _signs() -> frozenset[str]:
    return frozenset(read_yaml("plain.yaml")["signs"]) | {"\ufe0f", "\u200d", "\u20e3"}
