"""How grave a message is beside what was asked and said lately, and what of it a human must be told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.casework.alerts import NewSignal
from bot.casework.answers import Heard
from bot.engine.effects import Note
from bot.risk import Assessment, Category, Level, in_context


def weigh(
    found: Assessment, notes: Sequence[Note], recent: Sequence[Assessment], heard: Heard | None = None
) -> Assessment:
    """A text beside each question that it answered and what was read shortly before.

    ``heard`` tells what it says to the question beside a plain answer, or in place of one.
    """
    for note in notes:
        answer = str(note.value) if note.value is not None else None
        found = in_context(found, asked=note.meaning, answer=answer, recent=recent)
    return replace(heard or Heard(found), alone=found).weighed(recent)


def news(alone: Assessment, weighed: Assessment, recent: Sequence[Assessment]) -> Assessment:
    """What of a weighed text is new: a level that only echoes an earlier text is no further signal."""
    known = max((each.level.rank for each in recent), default=0)
    return weighed if weighed.level.rank > known else alone


def signals(
    weighed: Assessment, text: str, kind: str, raised: Sequence[NewSignal], review: bool
) -> list[NewSignal]:
    """What a human must know of a message. A text that was not understood is at least a low one."""
    found = list(raised)
    spans = {each.category: text[each.start : each.end] for each in weighed.evidence}
    if weighed.level is not Level.NONE:
        for category in weighed.categories or (Category.CONTACT_REQUEST,):
            if not any(
                each.category == category.value and Level(each.level).rank >= weighed.level.rank
                for each in found
            ):
                evidence = spans.get(category, text if kind == "text" else "")
                found.append(NewSignal(category.value, weighed.level.value, "text", evidence))
    elif review and not found:
        found.append(NewSignal("contact_request", "low", "text", text))
    return found
