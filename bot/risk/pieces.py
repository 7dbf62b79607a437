"""Cut text into the pieces of a Unigram vocabulary, as the sentence encoder wants them.

The likeliest cut of each word is taken; characters in a row that no piece covers become one unknown piece.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

WORD_START = "▁"
"""Stands in the vocabulary for the space before a word."""
_PENALTY = 10.0
"""An unknown character costs this much more than the rarest piece."""
_LONGEST_PART = 64
"""A longer word is parted there first, so that the time stays linear in the text."""


class Pieces:
    """A vocabulary: numbers of pieces by their text, and how likely each is."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        """Take all pieces in the order of their numbers, with the logarithms of their shares."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self.padding, self.start = self._numbers["<pad>"], self._numbers["<s>"]
        self.end, self.unknown = self._numbers["</s>"], self._numbers["<unk>"]
        special = {self.padding, self.start, self.end, self.unknown}
        self._known = {
            piece: (number, scores[number])
            for piece, number in self._numbers.items()
            if number not in special
        }
        self._longest = max(map(len, self._known))
        self._unknown_score = min(scores) - _PENALTY

    @classmethod
    def parse(cls, content: bytes) -> Pieces:
        """Return the vocabulary that :meth:`dump` wrote; raise KeyError or ValueError if it is none."""
        stored = json.loads(content)
        return cls(stored["pieces"], stored["scores"])

    def __len__(self) -> int:
        return len(self._numbers)

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the pieces of a text, without a start or an end."""
        marked = [WORD_START + word for word in text.split()]
        parts = [
            word[at : at + _LONGEST_PART] for word in marked for at in range(0, len(word), _LONGEST_PART)
        ]
        return [number for part in parts for number in self._likeliest(part)]

    def _likeliest(self, part: str) -> list[int]:
        """Return the likeliest pieces of a part of a text, by dynamic programming."""
        best = [0.0] + [float("-inf")] * len(part)
        came: list[tuple[int, int]] = [(0, 0)] * (len(part) + 1)
        for first in range(len(part)):
            for last in range(first + 1, min(first + self._longest, len(part)) + 1):
                known = self._known.get(part[first:last])
                if known and best[first] + known[1] > best[last]:
                    best[last], came[last] = best[first] + known[1], (first, known[0])
            if best[first] + self._unknown_score > best[first + 1]:
                best[first + 1], came[first + 1] = best[first] + self._unknown_score, (first, self.unknown)
        found: list[int] = []
        place = len(part)
        while place:
            place, number = came[place]
            if number != self.unknown or found[-1:] != [number]:
                found.append(number)
        return found[::-1]


def dump(pieces: Sequence[str], scores: Sequence[float]) -> bytes:
    """Return the content of a vocabulary file."""
    stored = {"pieces": list(pieces), "scores": [round(float(score), 4) for score in scores]}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()
