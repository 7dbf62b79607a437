"""Stoplight Prism, a mock server made from Twilio's own description: it refuses a malformed call."""

from __future__ import annotations

import atexit
import fcntl
import json
import re
import shutil
import subprocess
import threading
from collections import deque
from functools import cache
from pathlib import Path

from tests.peers.descriptions import description

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
_INSTALL_SECONDS = 300
_START_SECONDS = 60
_LISTENING = re.compile(r"listening on (http://\S+)")


class Prism:
    """The running process; ``base`` is its address."""

    def __init__(self, document: Path) -> None:
        self._lines: deque[str] = deque(maxlen=40)
        self._listening = threading.Event()
        self.base = ""
        self._process = subprocess.Popen(
            [_tool("node"), str(PROGRAM), "mock", str(document), "-p", "0", "-h", "127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        if not self._listening.wait(_START_SECONDS) or not self.base:
            self.stop()
            raise RuntimeError("Prism did not start:\n" + "".join(self._lines))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            found = _LISTENING.search(line)
            if found:
                self.base = found[1]
                self._listening.set()
        self._listening.set()


@cache
def running_prism() -> Prism:
    """Start Prism once for this process, installed at the pinned version; it ends with the process."""
    document = description("twilio_api_v2010.min.json")
    _install()
    prism = Prism(document)
    atexit.register(prism.stop)
    return prism


def _install() -> None:
    with (HERE / "package-lock.json").open(encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed() == json.load(lock)["packages"]["node_modules/@stoplight/prism-cli"]["version"]:
            return
        done = subprocess.run(
            [_tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError("npm could not install tests/peers/package.json:\n" + done.stderr[-2000:])


def _installed() -> str | None:
    tree = HERE / "node_modules" / ".package-lock.json"
    if not tree.is_file() or not PROGRAM.is_file():
        return None
    packages = json.loads(tree.read_text(encoding="utf-8"))["packages"]
    version = packages.get("node_modules/@stoplight/prism-cli", {}).get("version")
    return version if isinstance(version, str) else None


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"the tests of the Twilio channel need {name}; install Node.js 20 or newer")
    return found
