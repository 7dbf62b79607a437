"""Updates on their way out: kept until the bot took them, by its webhook or by long polling.

The webhook is called as tdlib/telegram-bot-api does it: any 2xx is success, the first failure is tried again
at once, then the pause doubles; a Retry-After of ours is obeyed. ``second`` is how long a second takes here.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

_LONGEST_PAUSE = 60.0
_CALL_SECONDS = 30.0
_ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """The queue of one bot. Safe to use from several threads."""

    def __init__(self, second: float) -> None:
        self._second = second
        self._changed = threading.Condition()
        self._pending: deque[dict[str, Any]] = deque()
        self._allowed: list[str] = []
        self._secret: str | None = None
        self._stopped = False
        self._calls = 0
        self.url = ""
        self.max_connections = 40
        self.last_error: tuple[int, str] | None = None
        self._thread = threading.Thread(target=self._push, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(_CALL_SECONDS)

    def publish(self, update: dict[str, Any]) -> None:
        """Queue an update of a kind that the bot wants."""
        kind = next(name for name in update if name != "update_id")
        with self._changed:
            if kind in self._allowed if self._allowed else kind not in _ON_REQUEST_ONLY:
                self._pending.append(update)
                self._changed.notify_all()

    def hook(self, url: str, secret: str | None, allowed: list[str] | None, drop: bool) -> None:
        """Set or, with an empty address, remove the webhook."""
        with self._changed:
            self.url, self._secret, self.last_error = url, secret, None
            self._allow(allowed)
            if drop:
                self._pending.clear()
            self._changed.notify_all()

    def poll(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """Forget what is before ``offset``, wait for more, return what there is."""
        with self._changed:
            self._allow(allowed)
            while offset > 0 and self._pending and self._pending[0]["update_id"] < offset:
                self._pending.popleft()
            self._changed.notify_all()
            self._changed.wait_for(lambda: bool(self._pending) or self._stopped, seconds * self._second)
            return list(self._pending)[:limit]

    def info(self) -> dict[str, Any]:
        """Return the WebhookInfo."""
        with self._changed:
            info: dict[str, Any] = {"url": self.url, "has_custom_certificate": False}
            info |= {"pending_update_count": len(self._pending), "max_connections": self.max_connections}
            if self.last_error:
                info["last_error_date"], info["last_error_message"] = self.last_error
            if self._allowed:
                info["allowed_updates"] = self._allowed
            return info

    def taken(self, seconds: float = 10) -> bool:
        """Wait until the bot took every update; say whether it did."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, seconds)

    def tried(self, calls: int, seconds: float = 10) -> bool:
        """Wait until the webhook was called that often in all; say whether it was."""
        with self._changed:
            return self._changed.wait_for(lambda: self._calls >= calls, seconds)

    def _allow(self, allowed: list[str] | None) -> None:
        if allowed is not None:
            self._allowed = allowed

    def _push(self) -> None:
        pause = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or (bool(self.url) and bool(self._pending)))
                if self._stopped:
                    return
                update, url, secret = self._pending[0], self.url, self._secret
            fault, wished = _call(url, secret, update)
            with self._changed:
                self._calls += 1
                if fault is None:
                    pause = 0.0
                    self._drop(update)
                else:
                    self.last_error = (int(time.time()), fault)
                self._changed.notify_all()
                if fault is not None:
                    self._changed.wait_for(lambda: self._stopped, (wished or pause) * self._second)
                    pause = min(max(1.0, pause * 2), _LONGEST_PAUSE)

    def _drop(self, update: dict[str, Any]) -> None:
        if self._pending and self._pending[0] is update:
            self._pending.popleft()


def call_webhook(url: str, secret: str | None, update: dict[str, Any]) -> http.client.HTTPResponse:
    """POST one update as Telegram does; the answer's body is read and left."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_CALL_SECONDS)
    headers = {"Content-Type": "application/json"}
    if secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    try:
        body = json.dumps(update, ensure_ascii=False).encode()
        connection.request("POST", parts.path or "/", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def _call(url: str, secret: str | None, update: dict[str, Any]) -> tuple[str | None, float | None]:
    try:
        answer = call_webhook(url, secret, update)
    except OSError as error:
        return f"Connection failed: {type(error).__name__}", None
    except http.client.HTTPException:
        return "Connection closed", None
    if 200 <= answer.status < 300:
        return None, None
    wished = answer.headers.get("Retry-After")
    fault = f"Wrong response from the webhook: {answer.status} {answer.reason}"
    return fault, float(wished) if wished and wished.isdigit() else None
