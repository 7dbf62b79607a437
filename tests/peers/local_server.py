"""An HTTP server in threads on a free port of this machine, on which the providers' peers are built."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.peers.faults import Fault, Faults


@dataclass(frozen=True)
class Request:
    """What a peer was asked. ``fields`` are the posted form's or JSON object's; ``query`` is the URL's."""

    method: str
    path: str
    query: dict[str, str]
    fields: dict[str, Any]
    headers: Mapping[str, str]
    body: bytes
    target: str


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, value: Any, **headers: str) -> Reply:
        """Make a JSON reply; ``retry_after="3"`` becomes the header Retry-After."""
        named = {name.replace("_", "-").title(): text for name, text in headers.items()}
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json; charset=utf-8", **named})


class LocalServer:
    """Start with ``start``, end with ``stop``; subclasses say what is answered. ``faults`` spoil calls."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.broken: list[BaseException] = []
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.peer = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base(self) -> str:
        """The address, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let go of every hanging call and close the port."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def named(self, request: Request) -> str:
        """Return the name by which a fault may pick the call."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def respond(self, request: Request) -> Reply | None:
        """Answer, or spoil the answer; None closes the connection without a word."""
        fault = self.faults.take(self.named(request))
        if fault is None:
            return self._answered(request)
        reply = self._answered(request) if fault.accepts else None
        return self._spoiled(fault, reply)

    def _spoiled(self, fault: Fault, reply: Reply | None) -> Reply | None:
        if fault.hangs:
            self._stopping.wait(60)
            return None
        if fault.status is not None:
            headers = {"Content-Type": "application/json", **fault.headers}
            return Reply(fault.status, fault.body, headers)
        if reply is not None and fault.garbles:
            return Reply(reply.status, b"<html>not what you expect</html>", {"Content-Type": "text/html"})
        return None

    def _answered(self, request: Request) -> Reply:
        try:
            return self.answer(request)
        except Exception as error:  # a fault of the peer itself must be seen by the test
            self.broken.append(error)
            return Reply.of(599, {"message": f"the peer itself broke: {error!r}"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    peer: LocalServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the tests look at what was recorded."""

    def _serve(self) -> None:
        reply = self.server.peer.respond(self._read())
        if reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _read(self) -> Request:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        return Request(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            fields=_fields(self.headers.get("Content-Type") or "", body),
            headers=dict(self.headers.items()),
            body=body,
            target=self.path,
        )


def _fields(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        value = json.loads(body or b"{}")
        return value if isinstance(value, dict) else {}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
