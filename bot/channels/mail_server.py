"""Which mail server hands in e-mail, read from one address in the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")
"""An e-mail address that goes over the wire as it is."""
_PORTS = {"smtps": 465, "starttls": 587, "smtp": 25}


class BadMailServer(ValueError):
    """An address of a mail server that cannot be used; says what to write, without any of its parts."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, as whom, and how the connection is encrypted."""

    host: str
    port: int
    security: str
    """smtps (from the start), starttls (asked for, and nothing is said without it) or smtp (not at all)."""
    sender: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Read ``smtp://user:password@host:port?starttls&from=besa@office.org`` or ``smtps://…``.

        Raises:
            BadMailServer: it is not written so, or would give a password away on the open net.
        """
        try:
            parts = urlsplit(url)
            port, options = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
        except ValueError:
            raise BadMailServer("is not an address; write smtps://user:password@host") from None
        if (
            parts.scheme not in ("smtp", "smtps")
            or not parts.hostname
            or options.keys() - {"starttls", "from"}
        ):
            raise BadMailServer("is not an address; write smtps://user:password@host or smtp://…?starttls")
        security = "starttls" if parts.scheme == "smtp" and "starttls" in options else parts.scheme
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if password and security == "smtp" and not _is_here(parts.hostname):
            raise BadMailServer("sends a password without encryption; use smtps:// or add ?starttls")
        sender = options.get("from") or (user if ADDRESS.fullmatch(user) else f"besa@{parts.hostname}")
        if not ADDRESS.fullmatch(sender):
            raise BadMailServer("names no sender that could be used; add ?from=besa@office.org")
        return cls(parts.hostname, port or _PORTS[security], security, sender, user, password)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
