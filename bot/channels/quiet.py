"""Keeps the client libraries from logging: their lines carry numbers, texts and the bot's token.

A filter, not a level: a level is undone by whoever turns on debugging, a filter is not.
"""

from __future__ import annotations

import logging

_TALKATIVE = (
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "httpx",
    "telegram.Bot",
    "telegram.request.BaseRequest",
    "telegram.request.HTTPXRequest",
    "twilio.http_client",
    "urllib3.connectionpool",
    "urllib3.util.retry",
)


def _nothing(record: logging.LogRecord) -> bool:
    return False


def quieten() -> None:
    """Drop every record of the client libraries; calling it again changes nothing."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_nothing)
