"""Near misses: the words a mistyped word may have meant, one slip of the finger away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.sentence import Sentence

MOST_WORDS = 4
SHORTEST = 5
"""Letters a word must have to be mended: shorter ones are one letter from their opposite (po, jo)."""

_DENYING_ENDS = ("ش", "ch", "sh", "x")


def mendings(said: Sentence, vocabulary: frozenset[str]) -> Iterator[Sentence]:
    """The text with one unknown word replaced by each known one that is a single slip away.

    The first letter must be right, since a letter before it often denies (s'jam, nedobre, unsafe); a mended
    word may not lose Darija's denying end (mzyanch). None if more than one word is unknown.
    """
    unknown = [place for place, key in enumerate(said.keys) if key not in vocabulary and not key.isdigit()]
    if len(said) > MOST_WORDS or len(unknown) != 1 or len(said.keys[unknown[0]]) < SHORTEST:
        return
    place = unknown[0]
    key = said.keys[place]
    near = process.extract(key, vocabulary, scorer=OSA.distance, score_cutoff=1, limit=None)
    for word, _, _ in near:
        if word[0] == key[0] and not (key.endswith(_DENYING_ENDS) and not word.endswith(_DENYING_ENDS)):
            yield replace(said, keys=(*said.keys[:place], word, *said.keys[place + 1 :]))
