"""aiogram's finite state machine with MemoryStorage, doing the same check-in offline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message, Update, User

from bench.script import QUESTIONS, TURNS, VALUES, Rate, Watch

CHATS = 150
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
_numbers = count(1)
Handler = Callable[[Message, FSMContext], Awaitable[None]]


class Offline(BaseSession):
    """A Bot API that takes every message and sends it nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self.calls += 1
        return Message(message_id=1, date=NOW, chat=Chat(id=1, type="private"), text="t")

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        """Nothing to close."""


class Asked(StatesGroup):
    """One state for each question."""

    moment = State()
    wellbeing = State()
    safety = State()
    trouble = State()
    need = State()
    call = State()


STATES: tuple[State, ...] = tuple(getattr(Asked, question) for question in QUESTIONS)


async def check_ins(seconds: float, *, at_once: int) -> Rate:
    """Let chats answer, ``at_once`` of them at a time."""
    session = Offline()
    bot = Bot("1:offline", session=session)
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(_router())
    watch = Watch()
    workers = (_worker(dispatcher, bot, first, at_once, watch, seconds) for first in range(at_once))
    done = await asyncio.gather(*workers)
    rate = watch.rate(f"aiogram, memory, {at_once} in flight", sum(done))
    if session.calls != sum(done) // TURNS * (TURNS + 1):
        raise SystemExit("aiogram did not answer every update")
    return rate


async def _worker(
    dispatcher: Dispatcher, bot: Bot, first: int, step: int, watch: Watch, seconds: float
) -> int:
    done = 0
    while watch.seconds < seconds:
        chat = 1 + first + done // TURNS * step % CHATS
        await dispatcher.feed_update(bot, _update(chat, "/start"))
        for text in VALUES:
            await dispatcher.feed_update(bot, _update(chat, text))
        done += TURNS
    return done


def _router() -> Router:
    router = Router()
    router.message.register(_start, Command("start"))
    for at, state in enumerate(STATES):
        router.message.register(_step(at), state)
    return router


async def _start(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await message.answer(QUESTIONS[0])


def _step(at: int) -> Handler:
    async def step(message: Message, state: FSMContext) -> None:
        await state.update_data({QUESTIONS[at]: message.text})
        if at + 1 < TURNS:
            await state.set_state(STATES[at + 1])
            await message.answer(QUESTIONS[at + 1])
        else:
            await state.clear()
            await message.answer("thank you")

    return cast(Handler, step)


def _update(chat: int, text: str) -> Update:
    number = next(_numbers)
    return Update(
        update_id=number,
        message=Message(
            message_id=number,
            date=NOW,
            chat=Chat(id=chat, type="private"),
            from_user=User(id=chat, is_bot=False, first_name="p"),
            text=text,
        ),
    )
