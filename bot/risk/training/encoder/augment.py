"""Vary messages as people type them: slips of the finger, marks left out, small talk before or after."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from bot.risk.labelled import Labelled
from bot.risk.taxonomy import Level

_JOINED = 0.2
_SLIPS = 0.3
_SLIP_A_LETTER = 0.04
_UNMARKED = 0.35
_UNPOINTED = 0.3
_LONGEST_SMALL_TALK = 70
_KEYBOARDS = (
    "qwertyuiop asdfghjkl zxcvbnm",
    "йцукенгшщзхї фівапролджє ячсмитьбю",
    "ضصثقفغعهخحجد شسيبلاتنمكط ئءؤرلاىةوزظ",
)
_SPELLINGS = str.maketrans("أإآةىґъ", "اااهيг'")
_ENDINGS = ".!…,؟?"


class Augment:
    """Varies texts; ``small_talk`` are the harmless messages that may be joined to one of their language."""

    def __init__(self, messages: Sequence[Labelled]) -> None:
        self._small_talk: dict[str, list[str]] = defaultdict(list)
        for message in messages:
            if message.level is Level.NONE and len(message.text) <= _LONGEST_SMALL_TALK:
                self._small_talk[message.language].append(message.text)
        self._near = _neighbours()

    def vary(self, message: Labelled, random: Random) -> str:
        """Return the message's text as someone else might have sent it; its labels still hold."""
        text = message.text
        choices = self._small_talk[message.language]
        if choices and random.random() < _JOINED:
            other = random.choice(choices)
            first, second = (other, text) if random.random() < 0.5 else (text, other)
            text = first + random.choice((" ", ". ", "\n", ", ")) + second
        if random.random() < _UNMARKED:
            text = without_marks(text)
        if random.random() < _UNPOINTED:
            text = text.rstrip(_ENDINGS)
        return self._slips(text, random) if random.random() < _SLIPS else text

    def _slips(self, text: str, random: Random) -> str:
        """Return the text with some letters doubled, left out, swapped or hit beside."""
        out = list(text)
        for index, letter in enumerate(out):
            if not letter.isalpha() or random.random() >= _SLIP_A_LETTER:
                continue
            kind = random.randrange(4)
            if kind == 0:
                out[index] = ""
            elif kind == 1:
                out[index] = letter * 2
            elif kind == 2 and index + 1 < len(out):
                out[index], out[index + 1] = out[index + 1], letter
            else:
                out[index] = random.choice(self._near.get(letter.lower(), letter))
        return "".join(out)


def without_marks(text: str) -> str:
    """Return the text without the marks of Latin letters and with the plain forms of others."""
    parts = (c if "\u0400" <= c <= "\u04ff" else unicodedata.normalize("NFD", c)[0] for c in text)
    return "".join(parts).translate(_SPELLINGS)


def _neighbours() -> dict[str, str]:
    """Return for each letter those beside it on its keyboard."""
    near: dict[str, str] = {}
    for row in " ".join(_KEYBOARDS).split():
        for index, letter in enumerate(row):
            near[letter] = row[max(index - 1, 0) : index] + row[index + 1 : index + 2]
    return near
