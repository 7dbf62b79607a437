"""What a text answers beside its question, for the conversation and for ``besa risk`` alike. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import Reading
from bot.language import Intent, implied, intent, is_filler, takes_back
from bot.risk import TAKEN_BACK, Assessment, Level, in_context, is_plain

FEW_WORDS = 3
"""A text of no more words that answers nothing tells no story either: it was not understood."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A text beside its question: what stands of its assessment, and what it answers."""

    alone: Assessment
    meaning: str | None = None
    answers: tuple[str, ...] = ()

    def weighed(self, recent: Sequence[Assessment] = ()) -> Assessment:
        """Return the assessment raised by each answer and by what was said before."""
        found = self.alone
        for answer in self.answers or (None,):
            found = in_context(found, asked=self.meaning, answer=answer, recent=recent)
        return found


def kind_of(ask: str, meaning: str | None) -> str:
    """How an answer is read: to "is this a good moment" a "fine" is a yes."""
    return "agreement" if meaning == "moment" else ask


def hear(
    found: Assessment, text: str, *, meaning: str | None, reading: Reading | None, language: str
) -> Heard:
    """Weigh a text that was read for danger alone beside the question that it answers.

    ``reading`` is what the question's own recogniser read. A text that is an answer and nothing else counts
    as that: the learned layers see it alone and may take "only mine" for loneliness. A sign still counts.
    """
    wish = intent(text)
    if wish and reading and not reading.exact:
        reading = None
    courtesy = is_filler(text) or is_plain(text)
    other = None
    if meaning and reading is None and not is_filler(text):
        other = implied(text, asked=meaning, language=language)
        if other and courtesy and other.value in ("so_so", "unread"):
            other = None
    answers = [str(each.value) for each in (reading, other) if each]
    if meaning and reading and reading.rest:
        answers += _beside(reading, meaning, language)
    exact = any(each and each.exact for each in (reading, other))
    taken_back = takes_back(text, language=language)
    if found.level.rank < Level.HIGH.rank:
        exact = exact or taken_back or bool(meaning and wish is Intent.LATER)
    if meaning and not answers and not courtesy:
        answers += _unread(text, wish)
    answers += [TAKEN_BACK] * taken_back
    return Heard(Assessment() if exact and not found.by_sign else found, meaning, tuple(answers))


def _beside(reading: Reading, meaning: str, language: str) -> list[str]:
    """What is added to a plain answer: what is needed, or who keeps the person from talking."""
    if meaning not in ("moment", "need", "call") or (meaning == "need" and reading.value != "yes"):
        return []
    more = implied(reading.rest, asked=meaning, language=language)
    return [str(more.value)] if more and more.value not in ("yes", "no", "unsure", "later", "unread") else []


def _unread(text: str, wish: Intent | None) -> list[str]:
    """What a text that is no answer says of the question: it was refused, or not understood."""
    if wish is Intent.SKIP:
        return ["refused"]
    few = len(text.split()) <= FEW_WORDS and any(map(str.isalnum, text))
    return ["unread"] if few and not wish else []
