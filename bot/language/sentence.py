"""A short text taken apart for the recognisers: its words, its clauses, and what was only asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language.folding import Word, fold, words

HEAD = 400
"""Characters that are looked at: an answer stands near the beginning, and a long text is a story."""

_STRONG, _WEAK = ".!?;:\n", ","


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as.

    ``value``: "yes" or "no", the key of a choice, a number, an ISO date, or the text itself.
    ``rest``: what of the text was not used, "" when only thanks and the like are left.
    ``exact``: nothing else was said.
    """

    value: str | int | float
    rest: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a text with their folds, and what stands after each.

    ``breaks``: after each word 0 nothing, 1 a comma or dash, 2 a full stop or new line.
    ``asked``: after each word, whether a question mark stands before the next.
    """

    text: str
    words: list[Word]
    keys: tuple[str, ...]
    breaks: list[int]
    asked: list[bool]

    def __len__(self) -> int:
        return len(self.keys)

    def clause_end(self, place: int) -> int:
        """The place after the last word of the clause that a word stands in."""
        while place < len(self.keys) and not self.breaks[place]:
            place += 1
        return min(place + 1, len(self.keys))

    def rest(self, place: int) -> str:
        """The text from a word on, without the punctuation around it."""
        if place >= len(self.words):
            return self.text[HEAD:].strip()
        return self.text[self.words[place].start :].strip(" \t\r\n,.;:!-–—،؛")


def take_apart(text: str) -> Sentence:
    """Split the beginning of a text into words and clauses."""
    head = text[:HEAD]
    found = words(head)
    breaks, asked = [], []
    for number, word in enumerate(found):
        until = found[number + 1].start if number + 1 < len(found) else len(head)
        between = head[word.end : until]
        if between in ("", " "):
            breaks.append(0)
            asked.append(False)
        else:
            breaks.append(_break(between))
            asked.append("?" in fold(between))
    return Sentence(text, found, tuple(word.key for word in found), breaks, asked)


def _break(between: str) -> int:
    if "\n" in between:
        return 2
    marks = fold(between)
    if any(mark in _STRONG for mark in marks):
        return 2
    dashed = marks == "-" and between[0].isspace()
    return 1 if dashed or any(mark in _WEAK for mark in marks) else 0
