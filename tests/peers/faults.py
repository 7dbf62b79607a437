"""Faults that a test plans for a peer's next calls, as networks and providers have them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """How a call goes wrong. ``accepts``: the work is done all the same, only the answer suffers."""

    status: int | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    accepts: bool = False
    hangs: bool = False
    garbles: bool = False


HANGS = Fault(hangs=True)
"""No answer ever comes, and nothing was done."""
ACCEPTS_AND_HANGS = Fault(accepts=True, hangs=True)
"""The work was done, no answer ever comes."""
LOST = Fault(accepts=True)
"""The work was done and the connection closes without an answer."""
DROPPED = Fault()
"""The connection closes without an answer and nothing was done."""
GARBLED = Fault(accepts=True, garbles=True)
"""The work was done and the answer is a web page."""
BROKEN = Fault(status=500, body=b'{"message": "Internal Server Error"}')
BAD_GATEWAY = Fault(status=502, body=b"<html>502 Bad Gateway</html>")
NOT_JSON = Fault(status=500, body=b"<html>oops</html>")


def twilio_error(code: int, status: int = 400, message: str = "refused") -> Fault:
    """Make Twilio's refusal with its own error code."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return Fault(status=status, body=json.dumps(body).encode())


def twilio_throttle(seconds: float | None) -> Fault:
    """Make Twilio's 429, which names the wait in the header Retry-After, if at all."""
    headers = {} if seconds is None else {"Retry-After": f"{seconds:g}"}
    return Fault(429, twilio_error(20429, 429, "Too Many Requests").body, headers)


def telegram_error(status: int, description: str, retry_after: int | None = None) -> Fault:
    """Make the Bot API's refusal."""
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return Fault(status=status, body=json.dumps(body).encode())


@dataclass
class _Plan:
    fault: Fault
    on: str | None
    left: int | None


class Faults:
    """The faults still to come, in order. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[_Plan] = []

    def plan(self, fault: Fault, *, on: str | None = None, times: int | None = 1) -> None:
        """Spoil the next ``times`` calls (None: all), or only those named ``on``."""
        with self._lock:
            self._plans.append(_Plan(fault, on, times))

    def heal(self) -> None:
        """Forget what was planned."""
        with self._lock:
            self._plans.clear()

    def take(self, name: str) -> Fault | None:
        """Return the fault for this call and count it."""
        with self._lock:
            for plan in self._plans:
                if plan.on in (None, name):
                    return self._counted(plan)
        return None

    def _counted(self, plan: _Plan) -> Fault:
        if plan.left is not None:
            plan.left -= 1
            if plan.left == 0:
                self._plans.remove(plan)
        return plan.fault
