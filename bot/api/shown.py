"""What is given and shown by several routes: the kinds of text, moment and name that are taken."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.api import etag

_STORABLE = r"^[^\x00]*$"


class Given(BaseModel):
    """What a request brings; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, Field(min_length=1, max_length=1000, pattern=_STORABLE)]
Note = Annotated[str, Field(min_length=1, max_length=4000, pattern=_STORABLE)]
Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="The id of a member of staff.")]
Moment = Annotated[AwareDatetime, Field(description="With its offset, as 2026-11-24T14:00:00+01:00.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The alert's number.")]
Code = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f/]+$", description="The case's code.")
]


def tagged(shown: BaseModel, if_none_match: str | None) -> Response:
    """A resource with its ETag; 304 without a body where the caller has this version."""
    tag = etag.of(shown)
    if if_none_match is not None and etag.matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(shown.model_dump(mode="json"), headers={"ETag": tag})
