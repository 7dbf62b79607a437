"""A local Bot API: checks every call against Telegram's own description, keeps chats, delivers updates."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.telegram_chats import Chat, Chats, bot
from tests.peers.telegram_description import Description
from tests.peers.telegram_updates import Updates

_PATH = re.compile(r"/bot([^/]+)/(\w+)")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TEXT_LENGTH = 4096
_DATA_BYTES = 64
_DELETABLE_SECONDS = 48 * 3600
Values = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call with its typed values, and whether Telegram took it."""

    method: str
    values: Values
    ok: bool
    description: str = ""


class Refused(Exception):
    """The Bot API says no: an HTTP status and words."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


class TelegramPeer(LocalServer):
    """``url`` goes into TELEGRAM_API_BASE, ``token`` beside it; ``chats`` is where people act.

    ``second`` is how long one of Telegram's seconds takes, for long polling and webhook retries.
    """

    token = "700000001:AAtestTESTtestTESTtestTESTtestTESTtest"

    def __init__(self, document: Path, second: float = 0.01) -> None:
        super().__init__()
        self.description = Description(document)
        self.updates = Updates(second)
        self.chats = Chats(self.updates.publish)
        self.calls: list[Call] = []
        self._methods: dict[str, Callable[[Values], Any]] = {
            "getMe": lambda values: bot(),
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda values: self.updates.info(),
            "sendMessage": self._send_message,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit,
            "deleteMessage": lambda values: self._delete(values["chat_id"], [values["message_id"]]),
            "deleteMessages": lambda values: self._delete(values["chat_id"], values["message_ids"]),
            "answerCallbackQuery": self._answer_query,
            "sendChatAction": lambda values: bool(self._chat(values["chat_id"])),
            "setMyCommands": lambda values: True,
        }

    @property
    def url(self) -> str:
        """The base URL as python-telegram-bot takes it; the token follows it directly."""
        return f"{self.base}/bot"

    def start(self) -> None:
        super().start()
        self.updates.start()

    def stop(self) -> None:
        self.updates.stop()
        super().stop()

    def refusals(self) -> list[str]:
        """Return what was wrong with the calls that Telegram did not take."""
        return [f"{call.method}: {call.description}" for call in self.calls if not call.ok]

    def named(self, request: Request) -> str:
        found = _PATH.fullmatch(request.path)
        return found[2] if found else ""

    def answer(self, request: Request) -> Reply:
        """Check the call and do it, or refuse it in Telegram's way."""
        found = _PATH.fullmatch(request.path)
        if found is None:
            return self._refuse("", {}, Refused(404, "Not Found"))
        token, method = found[1], found[2]
        values: Values = {}
        try:
            if token != self.token:
                raise Refused(401, "Unauthorized")
            if not self.description.knows(method):
                raise Refused(404, "Not Found: method not found")
            values, faults = self.description.read(method, request.query | request.fields)
            if faults:
                raise Refused(400, "Bad Request: " + "; ".join(faults))
            result = self._methods[method](values)
        except Refused as refused:
            return self._refuse(method, values, refused)
        self.calls.append(Call(method, values, ok=True))
        return Reply.of(200, {"ok": True, "result": result})

    def _refuse(self, method: str, values: Values, refused: Refused) -> Reply:
        self.calls.append(Call(method, values, ok=False, description=refused.description))
        body = {"ok": False, "error_code": refused.status, "description": refused.description}
        return Reply.of(refused.status, body)

    def _chat(self, chat_id: int | str) -> Chat:
        chat = self.chats.open.get(int(chat_id)) if str(chat_id).lstrip("-").isdigit() else None
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.refusal:
            raise Refused(403, chat.refusal)
        return chat

    def _get_updates(self, values: Values) -> list[dict[str, Any]]:
        if self.updates.url:
            words = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
            )
            raise Refused(409, f"Conflict: {words} first")
        allowed = values.get("allowed_updates")
        limit, seconds = values.get("limit", 100), values.get("timeout", 0)
        return self.updates.poll(values.get("offset", 0), limit, seconds, allowed)

    def _set_webhook(self, values: Values) -> bool:
        secret = values.get("secret_token")
        if secret is not None and not _SECRET.fullmatch(secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        drop = values.get("drop_pending_updates", False)
        self.updates.max_connections = values.get("max_connections", 40)
        self.updates.hook(values["url"], secret, values.get("allowed_updates"), drop)
        return True

    def _delete_webhook(self, values: Values) -> bool:
        self.updates.hook("", None, None, values.get("drop_pending_updates", False))
        return True

    def _send_message(self, values: Values) -> dict[str, Any]:
        chat = self._chat(values["chat_id"])
        _check_text(values["text"])
        content = {"text": values["text"]}
        if "reply_markup" in values:
            content["reply_markup"] = _checked_buttons(values["reply_markup"])
        return self.chats.write(chat, content)

    def _edit(self, values: Values) -> dict[str, Any]:
        chat = self._chat(values.get("chat_id", ""))
        message = chat.messages.get(values.get("message_id", 0))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        before = (message.get("text"), message.get("reply_markup"))
        if "text" in values:
            _check_text(values["text"])
            message["text"] = values["text"]
        message.pop("reply_markup", None)
        if "reply_markup" in values:
            message["reply_markup"] = _checked_buttons(values["reply_markup"])
        if before == (message.get("text"), message.get("reply_markup")):
            raise Refused(400, "Bad Request: message is not modified")
        message["edit_date"] = int(time.time())
        return message

    def _delete(self, chat_id: int | str, message_ids: list[int]) -> bool:
        chat = self._chat(chat_id)
        for message_id in message_ids:
            message = chat.messages.get(message_id)
            if message is None:
                raise Refused(400, "Bad Request: message to delete not found")
            if time.time() - message["date"] > _DELETABLE_SECONDS:
                raise Refused(400, "Bad Request: message can't be deleted for everyone")
            del chat.messages[message_id]
        return True

    def _answer_query(self, values: Values) -> bool:
        query = values["callback_query_id"]
        if query not in self.chats.queries:
            words = "query is too old and response timeout expired or query ID is invalid"
            raise Refused(400, f"Bad Request: {words}")
        self.chats.queries[query] = True
        return True


def _check_text(text: str) -> None:
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > _TEXT_LENGTH:
        raise Refused(400, "Bad Request: message is too long")


def _checked_buttons(markup: dict[str, Any]) -> dict[str, Any]:
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not 0 < len(button.get("callback_data", "x").encode()) <= _DATA_BYTES:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup
