"""What holds for every request: how much and how often may be sent, and the headers of every answer.

How often is counted in this process alone, in a window that slides: with several processes each lets as many
through. It keeps one caller from taking the office's time; guessing passwords is slowed elsewhere, in rows.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import TITLES, Problem, problem
from bot.api.rules import PREFIX

log = structlog.get_logger(__name__)
WINDOW = 60.0
MOST_CALLERS = 10_000
LARGEST = 64 * 1024
LARGEST_ELSEWHERE = 1024 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Limits:
    """How many requests a minute one token and one client may send."""

    per_token: int = 300
    per_client: int = 1200


class Window:
    """Counts the requests of each caller within the last minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._callers: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, caller: str, now: float) -> float:
        """Count a request; 0 if it may pass, else how many seconds to wait."""
        times = self._callers.setdefault(caller, deque())
        self._callers.move_to_end(caller)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + WINDOW - now
        times.append(now)
        if len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)
        return 0.0


class Guarded:
    """The app behind its limits. An error nobody foresaw is logged by its kind: its text may be private."""

    def __init__(self, app: ASGIApp, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._tokens, self._clients = Window(limits.per_token), Window(limits.per_client)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = scope["path"].startswith(PREFIX)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if ours:
                    MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = (self._refusal(scope) if ours else None) or self._app
        try:
            await answer(scope, _within(receive, LARGEST if ours else LARGEST_ELSEWHERE), sending)
        except Exception as error:
            log.error("a request failed", kind=type(error).__name__)
            if started:
                raise RuntimeError("an answer was cut off") from None
            await problem(500, TITLES[500])(scope, receive, sending)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        now = self._clock()
        client = scope["client"][0] if scope.get("client") else ""
        token = hashlib.sha256(headers.get("authorization", "").encode()).hexdigest()
        wait = self._clients.wait(client, now)
        if not wait and "authorization" in headers:
            wait = self._tokens.wait(token, now)
        if wait:
            return problem(429, TITLES[429], {"Retry-After": str(int(wait) + 1)})
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > LARGEST:
            return problem(413, TITLES[413])
        has_body = "transfer-encoding" in headers or length not in ("", "0")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if has_body and kind != "application/json":
            return problem(415, TITLES[415])
        return None


def _within(receive: Receive, most: int) -> Receive:
    """Receive no more than so many bytes of a body.

    Raises:
        Problem: 413, there are more.
    """
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise Problem(413)
        return message

    return receiving
