"""The people, chats and messages of the local Bot API, and the updates that people's acts make."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

BOT_ID = 700000001
Update = dict[str, Any]


@dataclass
class Chat:
    """A private chat with one person. ``refusal`` is what the Bot API says when the bot writes."""

    id: int
    refusal: str | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def value(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": "Person"}

    @property
    def person(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Person"}


def bot() -> dict[str, Any]:
    """Return the bot as ``getMe`` shows it."""
    can = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {"id": BOT_ID, "is_bot": True, "first_name": "Besa", "username": "besa_test_bot"} | can


class Chats:
    """Everything people do, as a user would; each act becomes an update given to ``publish``."""

    def __init__(self, publish: Callable[[Update], None]) -> None:
        self._publish = publish
        self._message_ids = count(101)
        self._update_ids = count(880001)
        self._query_ids = count(1)
        self.open: dict[int, Chat] = {}
        self.queries: dict[str, bool] = {}

    def start(self, chat_id: int, token: str = "") -> Update:
        """Open the chat by pressing Start, perhaps by a link with a token."""
        chat = self.open.setdefault(chat_id, Chat(chat_id))
        chat.refusal = None
        text = f"/start {token}".strip()
        entity = {"type": "bot_command", "offset": 0, "length": len("/start")}
        return self._wrote(chat, {"text": text, "entities": [entity]})

    def say(self, chat_id: int, text: str) -> Update:
        return self._wrote(self.open[chat_id], {"text": text})

    def send(self, chat_id: int, **content: Any) -> Update:
        """Send anything else, as the Bot API has it: ``location={...}``, ``photo=[...]``, ``caption=...``."""
        return self._wrote(self.open[chat_id], content)

    def voice(self, chat_id: int) -> Update:
        voice = {"file_id": "voice-1", "file_unique_id": "v1", "duration": 4, "mime_type": "audio/ogg"}
        return self.send(chat_id, voice=voice)

    def edit(self, chat_id: int, message_id: int, text: str) -> Update:
        """Change a message that the person wrote before."""
        message = self.open[chat_id].messages[message_id]
        message |= {"text": text, "edit_date": _now()}
        return self._update({"edited_message": message})

    def press(self, chat_id: int, message_id: int, data: str) -> Update:
        """Press a button under one of our messages; KeyError if that message shows no such button."""
        message = self.open[chat_id].messages[message_id]
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if not any(button.get("callback_data") == data for row in rows for button in row):
            raise KeyError(f"message {message_id} has no button {data}")
        query = f"query-{next(self._query_ids)}"
        self.queries[query] = False
        person = self.open[chat_id].person
        pressed = {"id": query, "from": person, "message": message, "chat_instance": "1", "data": data}
        return self._update({"callback_query": pressed})

    def block(self, chat_id: int) -> Update:
        """Block the bot, or leave it by deleting the chat."""
        chat = self.open[chat_id]
        chat.refusal = "Forbidden: bot was blocked by the user"
        return self._membership(chat, "member", "kicked")

    def deactivate(self, chat_id: int) -> None:
        """Delete the person's account; Telegram tells nobody."""
        self.open[chat_id].refusal = "Forbidden: user is deactivated"

    def shown(self, chat_id: int) -> list[dict[str, Any]]:
        """Return our messages as the person sees them now, oldest first."""
        messages = self.open[chat_id].messages.values() if chat_id in self.open else ()
        return [message for message in messages if message["from"]["is_bot"]]

    def write(self, chat: Chat, content: dict[str, Any]) -> dict[str, Any]:
        """Put a message of the bot into the chat."""
        return self._put(chat, bot_author(), content)

    def _wrote(self, chat: Chat, content: dict[str, Any]) -> Update:
        return self._update({"message": self._put(chat, chat.person, content)})

    def _put(self, chat: Chat, author: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        number = next(self._message_ids)
        message = {"message_id": number, "date": _now(), "chat": chat.value, "from": author, **content}
        chat.messages[number] = message
        return message

    def _membership(self, chat: Chat, old: str, new: str) -> Update:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": bot_author(), "status": status, **until}

        change = {"chat": chat.value, "from": chat.person, "date": _now()}
        change |= {"old_chat_member": member(old), "new_chat_member": member(new)}
        return self._update({"my_chat_member": change})

    def _update(self, content: dict[str, Any]) -> Update:
        update = {"update_id": next(self._update_ids), **_copied(content)}
        self._publish(update)
        return update


def bot_author() -> dict[str, Any]:
    """Return the bot as the author of a message."""
    return {"id": BOT_ID, "is_bot": True, "first_name": "Besa", "username": "besa_test_bot"}


def _copied(value: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(inner) if isinstance(inner, dict) else inner for name, inner in value.items()}


def _now() -> int:
    return int(time.time())
