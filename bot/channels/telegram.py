"""Telegram through its Bot API."""

import asyncio
import hmac
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter  # has no public name

from bot.channels.codes import codes
from bot.channels.protocol import ChannelUnavailable, Failed, Outgoing, Sent
from bot.channels.quiet import quieten
from bot.channels.telegram_http import Refused, TelegramHttp, note_time
from bot.channels.telegram_update import ALLOWED_UPDATES, callback_id, message_id, parse_update

__all__ = ["TelegramChannel", "WebhookInfo", "callback_id", "parse_update", "secret_valid"]

API_BASE = "https://api.telegram.org"
_CONNECT_SECONDS = 5.0
_POLL_SECONDS = 25
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """How Telegram sees our webhook; an update waits 24 hours at most and is then lost."""

    url: str = field(repr=False)
    pending: int
    last_error_at: datetime | None
    last_error: str | None = field(repr=False)


class TelegramChannel:
    """One bot. Its requests run on a loop of their own in one thread; safe to use from several threads.

    `seconds` is how long it waits for an answer.
    """

    name = "telegram"

    def __init__(self, token: str, api_base: str = API_BASE, *, seconds: float = 15.0) -> None:
        quieten()
        self._closed = False
        self._lock = threading.Lock()
        self._http = _http(seconds)
        self._polling = _http(_POLL_SECONDS + seconds)
        base = f"{api_base.rstrip('/')}/bot"
        self._updates_url = f"{base}{token}/getUpdates"
        self._bot = Bot(token, base_url=base, request=self._http, get_updates_request=self._polling)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        """The name alone; the token is not for logs."""
        return "TelegramChannel()"

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Hand one message to Telegram, once, without a preview of what it links to."""
        answer = self._attempt(lambda: self._send(outgoing))
        return answer if isinstance(answer, Failed) else Sent(message_id(answer))

    async def _send(self, outgoing: Outgoing) -> int:
        sent = await self._bot.send_message(
            outgoing.address,
            outgoing.text,
            disable_notification=outgoing.silent,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_keyboard(outgoing),
        )
        return sent.message_id

    def edit(self, outgoing: Outgoing, provider_id: str) -> Sent | Failed:
        """Let a message that was sent show another text, with these buttons or none."""
        number = int(provider_id.removeprefix("m"))
        answer = self._attempt(
            lambda: self._bot.edit_message_text(
                outgoing.text,
                chat_id=outgoing.address,
                message_id=number,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(outgoing),
            )
        )
        if isinstance(answer, Failed) and answer.code != "not_modified":
            return answer
        return Sent(provider_id)

    def delete_message(self, address: str, provider_id: str) -> Failed | None:
        """Delete a message of the chat, at most 48 hours old; None when it is gone."""
        number = int(provider_id.removeprefix("m"))
        answer = self._attempt(lambda: self._bot.delete_message(address, number))
        return answer if isinstance(answer, Failed) else None

    def answer_callback(self, callback: str) -> Failed | None:
        """End the spinner on a pressed button; None when Telegram took it."""
        answer = self._attempt(lambda: self._bot.answer_callback_query(callback))
        return answer if isinstance(answer, Failed) else None

    def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to `url` with `secret` in the header; raises ChannelUnavailable."""
        self._ask(lambda: self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    def delete_webhook(self) -> None:
        """Have updates wait for `poll`; raises ChannelUnavailable."""
        self._ask(self._bot.delete_webhook)

    def get_webhook_info(self) -> WebhookInfo:
        """How many updates wait and what went wrong last; raises ChannelUnavailable."""
        info = self._ask(self._bot.get_webhook_info)
        return WebhookInfo(info.url, info.pending_update_count, info.last_error_date, info.last_error_message)

    def poll(self, offset: int | None = None, *, seconds: int = _POLL_SECONDS) -> list[dict[str, Any]]:
        """Wait up to `seconds` (25 at most) for updates from `offset` on, as Telegram wrote them.

        Asking with an offset forgets the updates before it. Raises ChannelUnavailable.
        """
        asked: dict[str, object] = {
            "timeout": min(seconds, _POLL_SECONDS),
            "allowed_updates": ALLOWED_UPDATES,
        }
        if offset is not None:
            asked["offset"] = offset
        given = [RequestParameter.from_input(name, value) for name, value in asked.items()]
        found: Any = self._ask(lambda: self._polling.post(self._updates_url, RequestData(given)))
        if not isinstance(found, list):
            raise ChannelUnavailable(self.name, "unreadable")
        return found

    def _ask(self, call: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        answer = self._attempt(call)
        if isinstance(answer, Failed):
            raise ChannelUnavailable(self.name, answer.code)
        return answer

    def _attempt(self, call: Callable[[], Coroutine[Any, Any, _T]]) -> _T | Failed:
        with self._lock:
            if self._closed:
                return _failed("closed")
            future = asyncio.run_coroutine_threadsafe(call(), self._loop)
        try:
            return future.result()
        except Refused as error:
            return error.failure
        except CancelledError:
            return _failed("no_answer")
        except (TelegramError, ValueError, KeyError, TypeError, AttributeError):
            return _failed("unreadable")

    def close(self) -> None:
        """End what is under way, then the connections and the thread."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _shut(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._http.shutdown()
        await self._polling.shutdown()


def secret_valid(expected: str, got: str | None) -> bool:
    """Say whether the header X-Telegram-Bot-Api-Secret-Token holds the secret given to `set_webhook`."""
    return bool(expected) and got is not None and hmac.compare_digest(expected.encode(), got.encode())


def _keyboard(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(each.label, callback_data=each.data)] for each in outgoing.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _http(seconds: float) -> TelegramHttp:
    return TelegramHttp(
        connection_pool_size=16,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=_CONNECT_SECONDS,
        pool_timeout=seconds,
        httpx_kwargs={"event_hooks": {"response": [note_time]}},
    )


def _failed(code: str) -> Failed:
    return Failed(code, codes("telegram").act(code))
