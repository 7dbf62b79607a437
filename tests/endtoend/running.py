"""Besa as an office runs it: the installed command in processes of its own, at loopback peers."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings import folders
from bot.store.vault import new_key

COMMAND = Path(sys.executable).with_name("besa")
PATIENCE = 60.0
TABLES = ("cases", "address", "message", "session", "answer", "alert", "signal", "audit", "message_event")


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Besa:
    """The command with the settings of one office. What its processes write is kept under ``output``."""

    def __init__(self, folder: Path, *, keys: str = "", **settings: str) -> None:
        self.folder = folder
        self.file = folder / "office.db"
        self.output = folder / "output"
        self.output.mkdir()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BESA_")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment = kept | {
            "BESA_DATABASE_URL": f"sqlite:///{self.file}",
            "BESA_SECRET_KEYS": keys or new_key(),
            "BESA_PUBLIC_URL": self.url,
            "BESA_FLOWS_DIR": str(_always_open(folder / "flows")),
            **{f"BESA_{name.upper()}": value for name, value in settings.items()},
        }

    def run(self, *arguments: str, typed: str = "", **settings: str | None) -> Done:
        """Run a command to its end; a setting given as None is taken away."""
        environment: dict[str, str] = dict(self.environment)
        for name, value in settings.items():
            environment.pop(f"BESA_{name.upper()}", None)
            if value is not None:
                environment[f"BESA_{name.upper()}"] = value
        done = subprocess.run(
            [COMMAND, *arguments],
            input=typed,
            env=environment,
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        with (self.output / "commands").open("a", encoding="utf-8") as kept:
            kept.write(done.stdout + done.stderr)
        return Done(done.returncode, done.stdout, done.stderr)

    def do(self, *arguments: str, typed: str = "") -> str:
        """Run a command that must succeed, and give what it printed."""
        done = self.run(*arguments, typed=typed)
        assert done.code == 0, f"besa {' '.join(arguments)}: {done.err}"
        return done.out

    def tick(self, at: datetime | None = None) -> dict[str, Any]:
        """Do what is due at a moment, now if none is given, and give the summary."""
        summary: dict[str, Any] = json.loads(self.do("tick", "--at", (at or datetime.now(UTC)).isoformat()))
        return summary

    def hire(self, name: str, role: str, *, phone: str = "", telegram: str = "") -> str:
        """Add a member of staff; gives the id."""
        extra = [*(["--phone", phone] if phone else []), *(["--telegram-chat", telegram] if telegram else [])]
        arguments = ["user", "add", name, "--role", role, "--email", f"{name}@office.invalid"]
        return self.do(*arguments, "--password-stdin", *extra, typed=f"a password of {name}\n").strip()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Have ``besa serve`` run and answer."""
        with self._process("serve", "--port", str(self.port)) as process:
            until(lambda: _answers(process, self.port), "the server answers")
            yield

    @contextmanager
    def scheduling(self) -> Iterator[None]:
        """Have ``besa schedule`` run."""
        with self._process("schedule"):
            yield

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the server with JSON."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body).encode(), sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())

    def sign_in(self, name: str) -> str:
        """A bearer token of a member of staff."""
        given = {"email": f"{name}@office.invalid", "password": f"a password of {name}"}
        answer = self.call("POST", "/api/v1/token", given)
        assert answer.status == 200
        return str(answer.json["access_token"])

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the database from outside."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(statement, values).fetchall()

    def change(self, statement: str) -> None:
        """Meddle with the database from outside."""
        with closing(sqlite3.connect(self.file, timeout=10)) as connection, connection:
            connection.execute(statement)

    def counts(self) -> dict[str, int]:
        """How many rows the tables that a message can touch have."""
        return {table: self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    def files(self) -> dict[str, bytes]:
        """The bytes of everything that was left on the disk: the database, its log, all output."""
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    @contextmanager
    def _process(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.output / arguments[0]).open("ab") as kept:
            process = subprocess.Popen(
                [COMMAND, *arguments], env=self.environment, cwd=self.folder, stdout=kept, stderr=kept
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                code = process.wait(timeout=30)
        assert code == 0, f"besa {arguments[0]} ended with {code}"


def _always_open(flows: Path) -> Path:
    """The shipped flows for an office that always works, so that a test means the same at any hour."""
    shutil.copytree(folders()[0], flows)
    (flows / "escalation" / "calendars.yaml").write_text("default: {}\n", encoding="utf-8")
    return flows


def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Ask until it holds.

    Raises:
        AssertionError: it does not within ``seconds``.
    """
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"within {seconds:.0f} seconds not seen: {what}"


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, f"the process ended with {process.returncode}"
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
