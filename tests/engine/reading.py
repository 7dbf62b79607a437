"""A reader of plain English answers, enough to drive the engine without any language's data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine import Ask


@dataclass(frozen=True)
class Read:
    value: str | int | float
    rest: str = ""
    exact: bool = True


class PlainReader:
    def read(self, question: Ask, text: str) -> Read | None:
        if question.ask == "text":
            return Read(text)
        first, _, rest = text.partition(",")
        word = first.strip().lower()
        allowed = ("yes", "no") if question.ask == "yes_no" else tuple(question.choices)
        return Read(word, rest.strip(), not rest) if word in allowed else None

    def plain(self, text: str) -> bool:
        return text in ("fine", "thanks")
