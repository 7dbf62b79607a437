"""python-telegram-bot's ConversationHandler with PicklePersistence, doing the same check-in offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest, RequestData

from bench.script import QUESTIONS, TURNS, VALUES, Rate, Watch

CHATS = 150
App = Application[Any, Any, Any, Any, Any, Any]
Step = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]


class Offline(BaseRequest):
    """A Bot API that takes every message and sends it nowhere."""

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        me = {"id": 1, "is_bot": True, "first_name": "b", "username": "b"}
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": me}).encode()
        chat = {"id": 1, "type": "private"}
        result = {"message_id": 1, "date": 0, "chat": chat, "from": me, "text": "t"}
        return 200, json.dumps({"ok": True, "result": result}).encode()


async def check_ins(folder: Path, seconds: float, *, durable: bool) -> Rate:
    """Let chats answer in turn; ``durable`` writes the pickle after each answer, as a commit would."""
    persistence = PicklePersistence(folder / f"ptb-{durable}.pickle", update_interval=3600)
    request = Offline()
    app: App = (
        Application.builder()
        .token("1:offline")
        .updater(None)
        .job_queue(None)
        .request(request)
        .get_updates_request(Offline())
        .persistence(persistence)
        .build()
    )
    app.add_handler(_conversation())
    await app.initialize()
    numbers = count(1)
    for chat in range(1, CHATS + 1):
        await app.process_update(_update(app, next(numbers), chat, "/start"))
    done, watch = 0, Watch()
    while watch.seconds < seconds:
        chat = 1 + done // TURNS % CHATS
        text = VALUES[done % TURNS]
        await app.process_update(_update(app, next(numbers), chat, text))
        if durable:
            await app.update_persistence()
        done += 1
        if done % TURNS == 0:
            await app.process_update(_update(app, next(numbers), chat, "/start"))
    how = "pickle after each answer" if durable else "pickle once in a while"
    rate = watch.rate(f"python-telegram-bot, {how}", done)
    finished = sum(data.get("done", 0) for data in app.user_data.values())
    if finished != done // TURNS:
        raise SystemExit("python-telegram-bot did not end every check-in")
    await app.shutdown()
    return rate


def _conversation() -> ConversationHandler[ContextTypes.DEFAULT_TYPE]:
    answers = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("start", _start)],
        states={at: [MessageHandler(answers, _step(at))] for at in range(TURNS)},
        fallbacks=[],
        name="checkin",
        persistent=True,
    )


async def _start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message
    await update.message.reply_text(QUESTIONS[0])
    return 0


def _step(at: int) -> Step:
    async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message and context.user_data is not None
        context.user_data[QUESTIONS[at]] = update.message.text
        if at + 1 < TURNS:
            await update.message.reply_text(QUESTIONS[at + 1])
            return at + 1
        context.user_data["done"] = context.user_data.get("done", 0) + 1
        await update.message.reply_text("thank you")
        return ConversationHandler.END

    return step


def _update(app: App, number: int, chat: int, text: str) -> Update:
    command = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    raw = {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 0,
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "p"},
            "text": text,
            "entities": command,
        },
    }
    return Update.de_json(raw, app.bot)
