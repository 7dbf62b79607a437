"""Who is calling: a bearer token and the role behind it, held to the rule of the route."""

from __future__ import annotations

import asyncio
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.api.problems import Problem, described
from bot.api.rules import PREFIX, rule_of
from bot.api.shown import Given
from bot.api.work import office, read, write
from bot.casework import sign_in, staff
from bot.casework.staff import Signed
from bot.delivery.office import Office
from bot.store.tx import Tx

router = APIRouter(prefix=PREFIX, tags=["access"])


class Credentials(Given):
    """What is asked for a token. ``code`` is that of the second factor, where the account has one."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"email": "ana@office.org", "password": "four words and a river", "code": "492039"}
    ]})  # fmt: skip

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)
    code: str | None = Field(default=None, max_length=20)


class Bearer(BaseModel):
    """A token that is good for a while."""

    access_token: str
    token_type: str = "bearer"
    expires_in: int


class Me(BaseModel):
    """Who is signed in."""

    id: str
    name: str
    email: str
    role: str
    team: str


async def admit(at: Office, place: str, email: str, password: str, code: str | None) -> Signed:
    """Sign someone in, from the API or the page. The password is checked beside the loop.

    Raises:
        Refused, TooSoon, NotEnrolled: see :mod:`bot.casework.sign_in`.
    """
    now = at.clock()
    required = sign_in.required_roles(at.settings.require_totp)
    made = await write(at, lambda tx: sign_in.begin(tx, now, email, place))
    right = await asyncio.to_thread(staff.check_password, made.password_hash, password)
    return await write(at, lambda tx: sign_in.finish(tx, now, made, email, right, code, required))


def place_of(request: Request) -> str:
    """Where a request comes from, for counting failures."""
    return request.client.host if request.client else ""


@router.post("/token", responses=described(400, 401, 403, 413, 415, 422, 429, 503))
async def token(request: Request, given: Credentials) -> Bearer:
    """Give a token for an e-mail address and a password; says nothing of whether the account exists."""
    at = office(request)
    try:
        who = await admit(at, place_of(request), given.email, given.password, given.code)
    except sign_in.Refused:
        raise Problem(401, "the e-mail address, the password or the code is wrong") from None
    except sign_in.NotEnrolled:
        raise Problem(
            403, "your role needs a second factor; ask for `besa user totp` with your address"
        ) from None
    except sign_in.TooSoon as error:
        seconds = str(ceil(error.wait.total_seconds()))
        raise Problem(429, "too many failures; wait before the next try", {"Retry-After": seconds}) from None
    now = at.clock()
    made = await write(at, lambda tx: staff.give_token(tx, now, who.id))
    return Bearer(access_token=made, expires_in=int(staff.TOKEN_LIVES.total_seconds()))


def bearer(request: Request) -> str:
    """The token of a request.

    Raises:
        Problem: 401, there is none.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise Problem(401)
    return value


async def allowed(request: Request) -> Signed:
    """Who is signed in, if the rule of this route lets them in.

    Raises:
        Problem: 401 without a good token; for a role that may not use the route 404 where it names
            something that may exist, else 403.
    """
    route = request.scope["route"]
    rule = rule_of(request.method, route.path_format)
    at = office(request)
    now = at.clock()
    value = bearer(request)
    found = await read(at, lambda tx: staff.signed_in(tx, now, value))
    if found is None:
        raise Problem(401, "the token is wrong or has run out")
    if not rule.lets_in(found.role):
        raise Problem(404 if "{" in route.path else 403)
    return found


Who = Annotated[Signed, Depends(allowed)]


@router.delete("/token", status_code=204, responses=described(401, 429, 503))
async def revoke(request: Request, who: Who) -> Response:
    """End the token that is used for this; it counts no more."""
    at = office(request)
    now = at.clock()
    await write(at, lambda tx: staff.revoke(tx, now, who, bearer(request)))
    return Response(status_code=204)


@router.get("/me", responses=described(401, 429, 503))
async def me(request: Request, who: Who) -> Me:
    """Who is signed in."""

    def job(tx: Tx) -> Me:
        name, email = staff.named(tx, who.id)
        return Me(id=who.id, name=name, email=email, role=who.role, team=who.team_id)

    return await read(office(request), job)
