"""The ways one text may be read: as typed, and as the other script that its letters stand for.

Darija and Ukrainian are often typed in Latin letters. Such a text is read twice, never only in the
guessed way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.risk.normalise import Folded, Letters, transliterate
from bot.risk.resources import mapping


class Kind(StrEnum):
    """What a reading is written in."""

    TYPED = "typed"
    SKELETON = "skeleton"
    CYRILLIC = "cyrillic"


class Script(StrEnum):
    """The script most letters of a text belong to."""

    LATIN = "latin"
    ARABIC = "arabic"
    CYRILLIC = "cyrillic"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read in one way."""

    kind: Kind
    folded: Folded


def scripts_in(text: str) -> dict[Script, int]:
    """Return how many letters of folded text belong to each script."""
    counts = dict.fromkeys((Script.LATIN, Script.ARABIC, Script.CYRILLIC, Script.OTHER), 0)
    for character in set(text):
        if character.isalpha():
            counts[_script(character)] += text.count(character)
    return counts


def script_of(text: str) -> Script:
    """Return the script of most letters of folded text; none when there are no letters."""
    counts = scripts_in(text)
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else Script.NONE


def _script(letter: str) -> Script:
    if "a" <= letter <= "z":
        return Script.LATIN
    if "\u0400" <= letter <= "\u04ff":
        return Script.CYRILLIC
    return Script.ARABIC if "\u0600" <= letter <= "\u06ff" else Script.OTHER


def skeleton(folded: Folded) -> Folded:
    """Reduce Arabic in either script to the consonants that both spellings share."""
    return transliterate(folded, _skeleton_letters(), squeeze=True)


def cyrillic(folded: Folded) -> Folded:
    """Read Latin letters as folded Cyrillic."""
    return transliterate(folded, _cyrillic_letters())


def readings(folded: Folded, language: str | None) -> tuple[Reading, ...]:
    """Return the readings of a text; ``language`` decides how Latin letters may be read.

    Without a language, or with an unknown one, Latin letters are read in every way. One Latin word is
    enough: a grave sentence may stand beside a longer one in another script.
    """
    found = [Reading(Kind.TYPED, folded)]
    counts = scripts_in(folded.text)
    latin = counts[Script.LATIN] > 0
    if counts[Script.ARABIC] or (latin and language not in ("sq", "uk")):
        found.append(Reading(Kind.SKELETON, skeleton(folded)))
    if latin and language not in ("sq", "ar"):
        found.append(Reading(Kind.CYRILLIC, cyrillic(folded)))
    return tuple(found)


@cache
def _skeleton_letters() -> Letters:
    return Letters({**mapping("skeleton_arabic"), **mapping("skeleton_latin")})


@cache
def _cyrillic_letters() -> Letters:
    return Letters(mapping("cyrillic"))
