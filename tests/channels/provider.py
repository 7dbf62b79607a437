"""A provider on the loopback: it answers as Twilio and as Telegram do, and fails as it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    fields: dict[str, str]
    authorization: str | None


@dataclass
class Provider:
    """`answers` holds a result by the end of the path; `mood` decides what a POST meets."""

    mood: str = "well"
    answers: dict[str, Any] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)

    def __enter__(self) -> Provider:
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            dict(parse_qsl(body, keep_blank_values=True)),
            self.headers.get("Authorization"),
        )
        self.provider.requests.append(request)
        self.provider.arrived.set()
        mood = self.provider.mood
        if mood in ("dropped", "late"):
            if mood == "late":
                self.provider.ended.wait(60)
            self.close_connection = True
            return
        if mood == "garbled":
            self._reply(200 if "/bot" in parts.path else 201, b"<html>", {})
            return
        answer = telegram(self.provider, request) if "/bot" in parts.path else twilio(self.provider, request)
        status, content, headers = answer
        self._reply(status, json.dumps(content).encode(), headers)

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


Answer = tuple[int, dict[str, Any], dict[str, str]]

TWILIO_CODES = {"nobody": 21211, "blocked": 21610, "country": 21408, "sender": 21612}
TELEGRAM_WORDS = {
    "nobody": (400, "Bad Request: chat not found"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "token": (401, "Unauthorized"),
    "markup": (400, "Bad Request: can't parse entities"),
    "gone": (403, "Forbidden: user is deactivated"),
}


def twilio(provider: Provider, request: Request) -> Answer:
    """Answer as the Messages API does; refusals repeat the number and the text, as the real ones may."""
    told = f"'To' number {request.fields.get('To')}: {request.fields.get('Body')}"
    if provider.mood == "broken":
        return 500, {"code": 20500, "message": told, "status": 500}, {}
    if provider.mood == "busy":
        return 429, {"code": 20429, "message": told, "status": 429}, {"Retry-After": "7"}
    if provider.mood in TWILIO_CODES:
        return 400, {"code": TWILIO_CODES[provider.mood], "message": told, "status": 400}, {}
    for ending, answer in provider.answers.items():
        if request.method == "GET" and request.path.endswith(ending):
            return 200, answer, {}
    return 201, {"sid": "SM" + "0" * 32, "status": "queued", "direction": "outbound-api"}, {}


def telegram(provider: Provider, request: Request) -> Answer:
    """Answer as the Bot API does."""
    told = f" {request.fields.get('chat_id')} {request.fields.get('text')}"
    if provider.mood == "broken":
        return 500, {"ok": False, "error_code": 500, "description": "Internal Server Error" + told}, {}
    if provider.mood == "busy":
        parameters = {"retry_after": 7}
        words = "Too Many Requests: retry after 7"
        return 429, {"ok": False, "error_code": 429, "description": words, "parameters": parameters}, {}
    if provider.mood in TELEGRAM_WORDS:
        status, words = TELEGRAM_WORDS[provider.mood]
        return status, {"ok": False, "error_code": status, "description": words + told}, {}
    method = request.path.rpartition("/")[2]
    if method == "sendMessage":
        chat = {"id": int(request.fields["chat_id"]), "type": "private"}
        message = {"message_id": 77, "date": 1_790_000_000, "chat": chat, "text": request.fields["text"]}
        return 200, {"ok": True, "result": message}, {}
    return 200, {"ok": True, "result": provider.answers.get(method, True)}, {}
