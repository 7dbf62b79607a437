"""Fold text for matching, and keep for every folded character where in the original it came from.

Folding drops case, diacritics, harakat, tatweel, apostrophes, emoji and stretched letters, and joins the
spellings of one sound, so that what people type in a hurry meets what the patterns say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.risk.resources import mapping

BREAK = "\n"
"""Stands in folded text where a sentence ends."""

_ENDS = frozenset(".!?…؟।;\n\r‼⁉؛。！？")
_JOINERS = frozenset("'’ʼ‘`´ʹ′ʻ\u0640\u200c\u200d\u00ad\ufeff")
_MARKS = frozenset(("Mn", "Me", "Mc", "Cf", "Cs", "Cc", "Co", "Cn"))


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``origin[i]`` is the code point of the original that made character ``i``."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that folded ``start:end`` came from."""
        return self.origin[start], self.origin[end - 1] + 1

    def sentences(self) -> list[tuple[int, int]]:
        """Return where each sentence begins and ends in the folded text; one may be empty."""
        ends = [*(i for i, c in enumerate(self.text) if c == BREAK), len(self.text)]
        return list(zip([0, *(end + 1 for end in ends)], ends, strict=False))


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """Return what one character becomes: letters and digits, a space, a break, or nothing."""
    signs = mapping("signs")
    if character in signs:
        return signs[character]
    if character in _ENDS:
        return BREAK
    if character in _JOINERS:
        return ""
    letters = mapping("letters")
    out = []
    for part in unicodedata.normalize("NFKD", character.casefold()):
        category = unicodedata.category(part)
        if category[0] == "L":
            out.append(letters.get(part, part))
        elif category[0] == "N":
            digit = unicodedata.digit(part, -1)
            out.append(str(digit) if digit >= 0 else " ")
        elif category in _MARKS and part not in "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85":
            continue
        else:
            out.append(" ")
    return "".join(out)


def fold(text: str, *, longest: int = 100_000) -> Folded:
    """Fold ``text``; runs of spaces become one, three or more of one letter become one.

    Stops once ``longest`` folded characters are made: one sign may stand for many letters.
    """
    characters: list[str] = []
    origin: list[int] = []
    stretched = ""
    for index, character in enumerate(text):
        if len(characters) >= longest:
            break
        for part in _fold_character(character):
            if part in (" ", BREAK):
                stretched = ""
                if characters and characters[-1] not in (" ", BREAK):
                    characters.append(part)
                    origin.append(index)
                elif characters and part == BREAK:
                    characters[-1] = BREAK
                continue
            if part == stretched:
                continue
            stretched = ""
            if len(characters) > 1 and part == characters[-1] == characters[-2] and part.isalpha():
                stretched = part
                del characters[-1], origin[-1]
                continue
            characters.append(part)
            origin.append(index)
    if characters and characters[-1] in (" ", BREAK):
        del characters[-1], origin[-1]
    return Folded("".join(characters), tuple(origin))


class Letters:
    """A table of letters to rewrite; the longest key wins, and ``$`` after a key stands for a word's end."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.ends = {key[:-1]: value for key, value in table.items() if key.endswith("$")}
        self.anywhere = {key: value for key, value in table.items() if not key.endswith("$")}
        keys = sorted({*self.ends, *self.anywhere}, key=len, reverse=True)
        choices = [re.escape(key) + ("" if key in self.anywhere else "(?![^ \n])") for key in keys]
        self.keys = re.compile("|".join(choices))


def transliterate(folded: Folded, letters: Letters, *, squeeze: bool = False) -> Folded:
    """Rewrite folded text; what the table lacks stays. With ``squeeze`` a doubled letter becomes one."""
    text = folded.text
    characters: list[str] = []
    origin: list[int] = []

    def put(part: str, source: int) -> None:
        for character in part:
            if not (squeeze and character != BREAK and characters[-1:] == [character]):
                characters.append(character)
                origin.append(source)

    done = 0
    for match in letters.keys.finditer(text):
        start, end = match.span()
        for index in range(done, start):
            put(text[index], folded.origin[index])
        key = match[0]
        at_end = key in letters.ends and text[end : end + 1] in ("", " ", BREAK)
        put(letters.ends[key] if at_end else letters.anywhere[key], folded.origin[start])
        done = end
    for index in range(done, len(text)):
        put(text[index], folded.origin[index])
    return Folded("".join(characters), tuple(origin))
