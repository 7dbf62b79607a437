"""Folding of text for matching: what a word looks like once case, accents and keyboard habits are taken away.

Folded text is never shown or stored; it is only compared with other folded text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

_PAIRS: dict[str, str] = {
    char: row["to"]
    for row in yaml.safe_load(files("bot.language").joinpath("data/folding.yaml").read_text("utf-8"))
    for char in row["from"]
}
_CYRILLIC_LOOKALIKES = str.maketrans("aceiopxykmthb", "асеіорхукмтнв")
_SHORT = 64
_BEYOND_LETTERS = 0x30000
"""No letter or emoji that anyone types stands from here on; such characters are not worth remembering."""

_STRETCHED = re.compile(r"([^\W\d_])\1+")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)'+(?=\w)")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_LETTERS = re.compile(r"[a-zЀ-ӿ]+")


def _fold_character(char: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    if folded == char and unicodedata.category(char) == "Lo" and char not in _PAIRS:
        return char
    out = []
    for part in folded:
        part = _PAIRS.get(part, part)
        for letter in part:
            category = unicodedata.category(letter)
            if category in ("Mn", "Me", "Cf"):
                continue
            digit = unicodedata.decimal(letter, None)
            out.append(letter if digit is None else str(digit))
    return "".join(out)


class _Folds(dict[int, str]):
    """Each character's fold, worked out when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code >= _BEYOND_LETTERS:
            return "" if unicodedata.category(char) in ("Mn", "Cf") else char
        self[code] = folded = _PAIRS[char] if char in _PAIRS else _fold_character(char)
        return folded


class _Kinds(dict[int, str]):
    """Each character's part in a word: w letter or digit, i ignored, a apostrophe, e emoji, s other."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kind = _kind(char)
        return kind


def _kind(char: str) -> str:
    folded, category = _FOLDS[ord(char)], unicodedata.category(char)
    if folded == "'":
        return "a"
    if not folded:
        return "i"
    if any(c.isalnum() for c in folded):
        return "w"
    return "e" if category in ("So", "Sk") and not char.isascii() else "s"


_FOLDS, _KINDS = _Folds(), _Kinds()
_WORD = re.compile(r"ei*|w[wi]*(?:a+i*w[wi]*)*")


def _one_script(word: re.Match[str]) -> str:
    return word[0].translate(_CYRILLIC_LOOKALIKES) if _CYRILLIC.search(word[0]) else word[0]


def _fold(text: str) -> str:
    folded = text.translate(_FOLDS)
    if _CYRILLIC.search(folded):
        folded = _LETTERS.sub(_one_script, folded)
    folded = _INNER_APOSTROPHE.sub("", folded)
    return " ".join(_STRETCHED.sub(r"\1", folded).split())


_fold_short = lru_cache(8192)(_fold)


def fold(text: str) -> str:
    """The form of a text in which two ways of typing the same thing are equal; for matching only.

    Lower case; no accents, harakat, tatweel, invisible characters or apostrophes inside words; one letter for
    each family in ``data/folding.yaml``; repeated letters once; ASCII digits; single spaces. Folding twice
    changes nothing.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


@dataclass(frozen=True, slots=True)
class Word:
    """One word or emoji of a text: where it stands, and its fold."""

    start: int
    end: int
    key: str


def words(text: str) -> list[Word]:
    """The words and emoji of a text in order, with their places in the text as it was given."""
    found = []
    for match in _WORD.finditer(text.translate(_KINDS)):
        start, end = match.span()
        key = fold(text[start:end])
        if key:
            found.append(Word(start, end, key))
    return found


def keys(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase of the data files or of a label."""
    return tuple(word.key for word in words(phrase))
