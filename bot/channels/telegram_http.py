"""The HTTP side of the Telegram client: every refusal and every fault of the network becomes a code."""

import json
from typing import Any

import httpx
from telegram.error import TelegramError
from telegram.request import HTTPXRequest, RequestData

from bot.channels import provider_clock
from bot.channels.codes import codes
from bot.channels.protocol import Failed

_UNWRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Refused(TelegramError):
    """A request that did not succeed; the text is the code alone, for addresses are in Telegram's words."""

    def __init__(self, failure: Failed) -> None:
        super().__init__(failure.code)
        self.failure = failure


class TelegramHttp(HTTPXRequest):
    """Makes each request once; raises Refused for all that is not a success."""

    __slots__ = ()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Make one request; raises Refused."""
        failure: Failed
        try:
            status, payload = await super().do_request(url, method, request_data, *args, **kwargs)
        except TelegramError as error:
            failure = _failed("not_reached" if isinstance(error.__cause__, _UNWRITTEN) else "no_answer")
        else:
            if 200 <= status < 300:
                return status, payload
            failure = failure_of(status, payload)
        raise Refused(failure)


async def note_time(answer: httpx.Response) -> None:
    """Note the time that Telegram's answer gives; a hook of the HTTP client."""
    provider_clock.heard("telegram", answer.headers.get("Date"))


def failure_of(status: int, payload: bytes) -> Failed:
    """Read Telegram's refusal: its words tell apart what one HTTP status means."""
    try:
        answer = json.loads(payload)
        words = str(answer.get("description", ""))
        given = answer.get("parameters") or {}
        wait = given.get("retry_after")
        moved = "migrate_to_chat_id" in given
        retry_after = None if wait is None else float(wait)
    except (ValueError, TypeError, AttributeError):
        words, moved, retry_after = "", False, None
    named = "migrated" if moved else codes("telegram").named(words) if 400 <= status < 500 else None
    return _failed(named or str(status), status, retry_after)


def _failed(code: str, status: int = 400, retry_after: float | None = None) -> Failed:
    return Failed(code, codes("telegram").act(code, status), retry_after)
