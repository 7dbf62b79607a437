"""How a question with choices is written where there are no buttons."""

from __future__ import annotations

from collections.abc import Iterable


def with_choices(text: str, labels: Iterable[str]) -> str:
    """Return the question with its choices below it, one a line, numbered from 1."""
    return "\n".join([text, *(f"{number} {label}" for number, label in enumerate(labels, 1))])
