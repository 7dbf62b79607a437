"""Who is calling: a bearer token, and the role behind it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from bot.api.problems import Problem
from bot.api.work import office, read, write
from bot.casework import staff
from bot.casework.staff import Signed

router = APIRouter(prefix="/api/v1", tags=["access"])


class Credentials(BaseModel):
    """What is asked for a token."""

    email: str
    password: str
    code: str | None = None


class Bearer(BaseModel):
    """A token that is good for a while."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int


@router.post("/token")
async def token(request: Request, given: Credentials) -> Bearer:
    """Give a token for an e-mail address and a password; says nothing of whether the account exists."""
    at = office(request)
    staff_id, hashed = await read(at, lambda tx: staff.password_hash(tx, given.email))
    right = await asyncio.to_thread(staff.check_password, hashed, given.password)
    if not right or staff_id is None:
        raise Problem(401, "the e-mail address or the password is wrong")
    now = at.clock()
    made = await write(at, lambda tx: staff.give_token(tx, now, staff_id))
    return Bearer(access_token=made, expires_in=int(staff.TOKEN_LIVES.total_seconds()))


async def signed(request: Request) -> Signed:
    """Who is signed in; 401 without a good token."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise Problem(401, "a bearer token is needed")
    at = office(request)
    now = at.clock()
    found = await read(at, lambda tx: staff.signed_in(tx, now, value))
    if found is None:
        raise Problem(401, "the token is wrong or has run out")
    return found


Who = Annotated[Signed, Depends(signed)]
