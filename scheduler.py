"""Builds the APScheduler process. It only ticks; what is due stands in rows."""

from __future__ import annotations

import threading

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.channels.protocol import ChannelUnavailable
from bot.channels.telegram import TelegramChannel, parse_update
from bot.delivery import inbox
from bot.delivery.office import Office
from bot.delivery.tick import tick
from bot.store.errors import StoreError

log = structlog.get_logger(__name__)
SECONDS = 1


def build_scheduler(office: Office) -> BackgroundScheduler:
    """A scheduler that ticks every second in UTC, one tick at a time."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: _tick(office),
        IntervalTrigger(seconds=SECONDS, timezone="UTC"),
        id="tick",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    return scheduler


def poll_telegram(office: Office, stop: threading.Event) -> None:
    """Take Telegram's updates by long polling, for offices without a public address."""
    channel = office.channels.get("telegram")
    if not isinstance(channel, TelegramChannel):
        return
    offset: int | None = None
    while not stop.is_set():
        try:
            for update in channel.poll(offset):
                for inbound in parse_update(update):
                    office.take(inbox.read(inbound)).result()
                offset = int(update["update_id"]) + 1
        except (ChannelUnavailable, StoreError) as error:
            log.error("polling failed", kind=type(error).__name__)
            stop.wait(5)


def _tick(office: Office) -> None:
    try:
        tick(office.db, office.programme, office.channels, office.clock())
    except Exception as error:
        log.error("a tick failed", kind=type(error).__name__)
