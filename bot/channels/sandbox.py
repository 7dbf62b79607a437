"""The demo's phone: a channel that keeps what it was given in memory, and fails as real phones do."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from threading import Lock

from bot.channels.codes import codes
from bot.channels.protocol import Failed, Outgoing, Sent


class SandboxChannel:
    """Phones in memory, one per address. Safe to use from several threads."""

    name = "sandbox"

    def __init__(self) -> None:
        self._lock = Lock()
        self._codes = codes("sandbox")
        self._phones: defaultdict[str, list[Outgoing]] = defaultdict(list)
        self._faults: dict[str, Failed] = {}
        self._ids = count(1)
        self._closed = False

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Put the message on the phone, or fail as the phone was told to."""
        with self._lock:
            if self._closed:
                return self._failure("closed", None)
            if not outgoing.address.strip():
                return self._failure("nobody", None)
            fault = self._faults.get(outgoing.address)
            if fault is not None:
                return fault
            self._phones[outgoing.address].append(outgoing)
            return Sent(f"sandbox-{next(self._ids)}")

    def sent(self, address: str) -> list[Outgoing]:
        """Return what that phone shows, oldest first, with its buttons."""
        with self._lock:
            return list(self._phones.get(address, ()))

    def switch_off(self, address: str, code: str = "off", retry_after: float | None = None) -> None:
        """Make the phone fail with a code of ``data/sandbox.yaml`` until it is switched on.

        Raises ValueError for a code that has no entry there.
        """
        if self._codes.meaning(code) is None:
            raise ValueError(f"bot/channels/data/sandbox.yaml has no code {code}")
        with self._lock:
            self._faults[address] = self._failure(code, retry_after)

    def switch_on(self, address: str) -> None:
        """Let the phone take messages again."""
        with self._lock:
            self._faults.pop(address, None)

    def close(self) -> None:
        """Take no more messages."""
        with self._lock:
            self._closed = True

    def _failure(self, code: str, retry_after: float | None) -> Failed:
        return Failed(code, self._codes.act(code), retry_after)
