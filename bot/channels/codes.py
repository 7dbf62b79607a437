"""Providers' error codes: what each means in plain words and what is done about it, read from ``data/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channels.protocol import Act


class CodesError(ValueError):
    """A table of codes can't be used; the message names file, entry and mend."""


class Code(BaseModel):
    """One error: ``says`` holds pieces of the provider's words, for a provider that gives no fine codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: str = Field(min_length=1)
    act: Act
    says: tuple[str, ...] = ()


class Codes:
    """The table of one provider."""

    def __init__(self, entries: Mapping[str, Code]) -> None:
        self._entries = dict(entries)
        self._said = [(piece.lower(), code) for code, entry in entries.items() for piece in entry.says]

    def act(self, code: str, status: int = 400) -> Act:
        """Return what to do. A code without an entry goes by its HTTP status: below 500 to the operator."""
        entry = self._entries.get(code) or self._entries.get(str(status))
        if entry is not None:
            return entry.act
        return Act.OPERATOR if status < 500 else Act.RETRY

    def meaning(self, code: str) -> str | None:
        """Return the meaning in plain words, or None for a code without an entry."""
        entry = self._entries.get(code)
        return None if entry is None else entry.meaning

    def named(self, words: str) -> str | None:
        """Return the code whose ``says`` occurs in the provider's words."""
        lowered = words.lower()
        return next((code for piece, code in self._said if piece in lowered), None)

    def __iter__(self) -> Iterator[tuple[str, Code]]:
        return iter(self._entries.items())


def parse(text: str, name: str) -> Codes:
    """Read a table from YAML; raise CodesError naming ``name``, the entry and the mend."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CodesError(f"{name}{line}: this is not YAML; mend the line") from None
    try:
        entries = TypeAdapter(dict[str, Code]).validate_python(raw)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise CodesError(f"{name}: {place}: {fault['msg']}; {_mend(fault['loc'])}") from None
    return Codes(entries)


def _mend(place: tuple[int | str, ...]) -> str:
    if "act" in place:
        return f"use one of {', '.join(Act)}"
    if "[key]" in place:
        return "put the code in quotes"
    return 'write each entry as "code": {meaning: plain words, act: one of the acts}'


@cache
def codes(provider: str) -> Codes:
    """Return the table of a channel; raise CodesError if it can't be used."""
    name = f"{provider}.yaml"
    text = resources.files("bot.channels").joinpath("data", name).read_text(encoding="utf-8")
    return parse(text, f"bot/channels/data/{name}")
