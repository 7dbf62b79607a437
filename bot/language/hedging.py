"""An answer that is neither yes nor no, and yet says that something is there: "sometimes", "a little"."""

from __future__ import annotations

from bot.language.lexicon import view
from bot.language.sentence import take_apart
from bot.language.yes_no import answer_at


def says_sometimes(text: str, *, language: str) -> bool:
    """Whether a text says "sometimes" or "a little", give or take polite words and a yes or no."""
    known, said = view(language), take_apart(text)
    place, met = 0, False
    while place < len(said):
        step = known.sometimes.length(said, place)
        met = met or step > 0
        answer = answer_at(said, known, place)
        step = step or (answer[0] if answer else 0) or known.skipped.length(said, place)
        if not step or said.asked[place]:
            return False
        place += step
    return met
