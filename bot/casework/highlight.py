"""The words of a text on which a reading rests, parted from those around them. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; ``marked`` if the reading rests on it."""

    text: str
    marked: bool = False


def spans(written: str | None) -> list[tuple[int, int]]:
    """The stretches as they are kept beside a message: ``start,end,category;…`` in code points."""
    found = []
    for part in (written or "").split(";"):
        start, _, rest = part.partition(",")
        end, _, _ = rest.partition(",")
        if start.isdigit() and end.isdigit():
            found.append((int(start), int(end)))
    return found


def pieces(text: str, marked: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """A text in pieces that make it up whole. Stretches may overlap or reach beyond it."""
    found: list[Piece] = []
    at = 0
    for start, end in sorted(marked):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        elif found and found[-1].marked:
            start -= len(found.pop().text)
        found.append(Piece(text[start:end], marked=True))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return tuple(found)


def words_within(text: str, evidence: str) -> list[tuple[int, int]]:
    """Where the evidence stands in a text, if it is only a part of it."""
    start = text.find(evidence) if evidence and evidence != text else -1
    return [(start, start + len(evidence))] if start >= 0 else []
