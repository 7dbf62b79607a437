"""The pattern files: what may stand in them, checked, with errors that a caseworker can act on."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.risk.resources import data_folder, read_yaml
from bot.risk.taxonomy import Category, Level


class PatternError(ValueError):
    """A pattern file is wrong; the message names the file, the entry and the mend."""


class Examples(BaseModel):
    """Texts that an entry must find, and texts that it must leave alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    yes: tuple[str, ...] = Field(min_length=1)
    no: tuple[str, ...] = ()


class Entry(BaseModel):
    """One sign of danger in one language. docs/risk.md explains how ``any`` is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    level: Level
    categories: tuple[Category, ...] = Field(min_length=1)
    any: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ("story",)
    examples: Examples


class PatternFile(BaseModel):
    """All signs of one language, its word groups and what cancels a sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    groups: dict[str, tuple[str, ...]] = {}
    cancels: dict[str, tuple[str, ...]] = {}
    patterns: tuple[Entry, ...]


def parse(name: str, content: Any) -> PatternFile:
    """Check the content of a pattern file; raise PatternError naming what to mend."""
    try:
        parsed = PatternFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise PatternError(f"{name}: {_place(content, first['loc'])}: {first['msg']}") from None
    seen: set[str] = set()
    for entry in parsed.patterns:
        if entry.id in seen:
            raise PatternError(f"{name}: {entry.id}: the id is used twice; choose another")
        seen.add(entry.id)
        for cancel in entry.unless:
            if cancel not in parsed.cancels:
                raise PatternError(f"{name}: {entry.id}: unless names {cancel}, which is not under cancels")
    return parsed


def _place(content: Any, place: tuple[int | str, ...]) -> str:
    """Name the entry by its id where it has one, else by its position."""
    if len(place) > 1 and place[0] == "patterns" and isinstance(place[1], int):
        entry = content["patterns"][place[1]]
        name = entry.get("id", f"entry {place[1] + 1}") if isinstance(entry, dict) else place[1]
        return ".".join(map(str, (name, *place[2:])))
    return ".".join(map(str, place))


@cache
def pattern_files() -> tuple[PatternFile, ...]:
    """Return all pattern files, in the order of their names."""
    names = sorted(
        item.name for item in (data_folder() / "patterns").iterdir() if PurePath(item.name).suffix == ".yaml"
    )
    return tuple(parse(name, read_yaml(f"patterns/{name}")) for name in names)
