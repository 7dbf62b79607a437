"""Bridges between the web's loop and the threads of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from bot.delivery.office import Office
from bot.store.tx import Tx

T = TypeVar("T")


def office(request: Request) -> Office:
    """The office that the app was built for."""
    found: Office = request.app.state.office
    return found


async def write(at: Office, job: Callable[[Tx], T]) -> T:
    """Run a writing job; back after its commit."""
    return await asyncio.wrap_future(at.db.write(job))


async def read(at: Office, job: Callable[[Tx], T]) -> T:
    """Run a reading job."""
    return await asyncio.wrap_future(at.db.read(job))
