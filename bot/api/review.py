"""Texts that were not understood: the list, and what a human says of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.api import paging
from bot.api.access import Who
from bot.api.cases import Level, existing
from bot.api.idempotency import Done, Key, change
from bot.api.paging import Cursor
from bot.api.problems import described
from bot.api.rules import PREFIX
from bot.api.shown import Given
from bot.api.work import office, read
from bot.casework import case_reading
from bot.casework import review as texts
from bot.risk import Category
from bot.store.tx import Tx

router = APIRouter(prefix=PREFIX, tags=["review"])
MessageId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The id of a message.")]


class Unclear(BaseModel):
    """A text that was not understood, and what was read in it."""

    id: str
    case: str
    text: str
    language: str | None
    channel: str
    kind: str
    at: datetime
    level: Level
    categories: list[str]


class UnclearTexts(BaseModel):
    """A page of texts under review, the oldest first."""

    items: list[Unclear]
    next: str | None


class NewLabel(Given):
    """What a human says of a text."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"level": "low", "categories": ["money_work"]}]}
    )

    level: Level
    categories: list[Category] = Field(default=[], max_length=len(Category))


class Labelled(BaseModel):
    """The message that was labelled."""

    id: str


@router.get("/review", responses=described(400, 401, 403, 422, 429, 503))
async def to_review(request: Request, who: Who, cursor: Cursor = None) -> UnclearTexts:
    """Texts within reach that were not understood and that nobody has labelled, the oldest first."""

    def job(tx: Tx) -> UnclearTexts:
        (after,) = paging.opened(tx, "review", cursor, [""])
        page = case_reading.to_review(tx, who, after)
        following = paging.sealed(tx, "review", [page.next] if page.next else None)
        return UnclearTexts.model_validate({"items": page.items, "next": following})

    return await read(office(request), job)


@router.post("/review/{message}", responses=described(400, 401, 404, 413, 415, 422, 429, 503))
async def label(request: Request, who: Who, message: MessageId, given: NewLabel, key: Key = None) -> Labelled:
    """Say what a text means; it leaves the list, and danger that was not seen joins the alert of the case."""
    programme = office(request).programme

    def job(tx: Tx, now: datetime) -> Done:
        said = tuple(given.categories)
        existing(lambda: texts.label(tx, programme, now, who, message, given.level, said))
        return Done(Labelled(id=message))

    return await change(request, who, key, job)  # type: ignore[return-value]
