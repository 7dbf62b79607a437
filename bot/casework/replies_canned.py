"""The replies that a caseworker sends often: data, one text for each language people are written to in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from bot.language import SPOKEN


class Canned(BaseModel):
    """One reply in all languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    texts: Mapping[str, str]

    @model_validator(mode="after")
    def _in_every_language(self) -> Canned:
        if set(self.texts) != set(SPOKEN):
            raise ValueError(f"reply {self.id!r}: write it in {', '.join(SPOKEN)}")
        return self


@cache
def canned() -> tuple[Canned, ...]:
    """All replies, in the order of their file."""
    data = yaml.safe_load(files("bot.casework").joinpath("data/canned.yaml").read_text("utf-8"))
    return tuple(TypeAdapter(list[Canned]).validate_python(data))


def in_language(language: str) -> dict[str, str]:
    """The replies in a language, by their ids."""
    return {each.id: each.texts[language] for each in canned() if language in each.texts}
