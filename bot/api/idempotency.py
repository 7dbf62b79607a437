"""Changes that may be sent again: the same key and the same request get the same answer, and change nothing.

The answer is kept, sealed, in the transaction of the change, so that there is never one without the other;
of two at once one waits for the other and gets its answer. It is kept for a day. What was refused is not
kept: it changed nothing and may be sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from bot.api import etag
from bot.api.problems import Problem
from bot.api.work import office, write
from bot.casework.staff import Signed
from bot.store.errors import Conflict
from bot.store.ids import new_id
from bot.store.queries import requests
from bot.store.tx import Tx

KEPT_FOR = timedelta(hours=24)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Anything that is yours alone. Sent again within a day with the same request, it gets "
        "the same answer; with another request it gets 422.",
    ),
]


@dataclass(frozen=True)
class Done:
    """What a change answers."""

    shown: BaseModel
    status: int = 200
    tagged: bool = False


async def change(
    request: Request, who: Signed, key: str | None, job: Callable[[Tx, datetime], Done]
) -> Response:
    """Run a change once for its key, and answer."""
    at = office(request)
    now = at.clock()
    path = request.url.path
    digest = hashlib.sha256(f"{request.method} {path}\n".encode() + await request.body()).hexdigest()

    def once(tx: Tx) -> dict[str, Any]:
        kept = _kept(tx, now, who, key, digest) if key else None
        if kept is not None:
            return kept
        answer = _answer(job(tx, now))
        if key:
            _keep(tx, now, who, key, digest, answer)
        return answer

    try:
        answer = await write(at, once)
    except Conflict:
        if key is None:
            raise
        answer = await write(at, once)
    return JSONResponse(answer["body"], answer["status"], answer["headers"])


def _answer(done: Done) -> dict[str, Any]:
    headers = {"ETag": etag.of(done.shown)} if done.tagged else {}
    return {"status": done.status, "headers": headers, "body": done.shown.model_dump(mode="json")}


def _kept(tx: Tx, now: datetime, who: Signed, key: str, digest: str) -> dict[str, Any] | None:
    row = requests.kept.one(tx, staff=who.id, key=key)
    if row is None or row.at < now - KEPT_FOR:
        return None
    if row.digest != digest:
        raise Problem(422, "this key was used for another request")
    answer: dict[str, Any] = json.loads(tx.vault.open(row.answer, column="request_key.answer", row=row.id))
    answer["headers"]["Idempotency-Replayed"] = "true"
    return answer


def _keep(tx: Tx, now: datetime, who: Signed, key: str, digest: str, answer: dict[str, Any]) -> None:
    requests.forget.run(tx, stale=now - KEPT_FOR)
    row = new_id()
    sealed = tx.vault.seal(json.dumps(answer), column="request_key.answer", row=row)
    requests.keep.run(
        tx, id=row, staff_id=who.id, key=key, digest=digest, status=answer["status"], answer=sealed, at=now
    )
