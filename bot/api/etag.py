"""Entity tags: whoever changes something may say which version they have read (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel

from bot.api.problems import Problem

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description="The ETag of what was read; 412 if it has changed.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=500, description="An ETag; 304 if it is still the present one."),
]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "it is as you know it"}}


def of(shown: BaseModel) -> str:
    """The tag of a resource as it is shown."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def check(wanted: str | None, present: BaseModel) -> None:
    """Hold a change to the version that its caller has read, if they name one.

    Raises:
        Problem: 412, it has changed since.
    """
    if wanted is not None and not matches(wanted, of(present)):
        raise Problem(412)


def matches(wanted: str, tag: str) -> bool:
    """Whether a header names a tag."""
    return wanted.strip() == "*" or tag in [each.strip() for each in wanted.split(",")]
