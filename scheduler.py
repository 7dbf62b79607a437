"""Builds the APScheduler process. It only ticks and looks for what was missed; what is due stands in rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.channels.protocol import ChannelUnavailable
from bot.channels.telegram import TelegramChannel, parse_update
from bot.delivery import inbox
from bot.delivery.catch_up import EVERY, catch_up
from bot.delivery.evidence import Files, look_at_time
from bot.delivery.office import Office, real_clock
from bot.delivery.ping import Ping
from bot.delivery.steady import Every, keep_steady
from bot.delivery.tick import tick
from bot.store.errors import StoreError

log = structlog.get_logger(__name__)
SECOND = timedelta(seconds=1)
FILES_EVERY = timedelta(minutes=1)


def build_scheduler(office: Office) -> BackgroundScheduler:
    """A scheduler that ticks every second in UTC, one tick at a time, whatever the clock does.

    At once, and every few minutes, it also asks providers for messages that did not come in by themselves.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    url = office.settings.ping_url.get_secret_value()
    ping, files = Ping(url) if url else None, Files(office)
    for name, every, job in (
        ("a tick", SECOND, lambda: one_round(office, ping)),
        ("catching up", EVERY, lambda: catch_up(office)),
        ("reading the files", FILES_EVERY, lambda: files.look(office.clock())),
    ):
        scheduler.add_job(
            _safely,
            Every(every),
            args=(name, job),
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    keep_steady(scheduler)
    return scheduler


def one_round(office: Office, ping: Ping | None = None) -> None:
    """Look at the time, if it is the real one; tick; tell the watcher outside that the tick has finished."""
    now = office.clock()
    if office.clock is real_clock:
        _safely("looking at the time", lambda: look_at_time(office, now))
    tick(office.db, office.programme, office.channels, now)
    if ping is not None:
        ping.ticked()


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


def _safely(what: str, job: Callable[[], object]) -> None:
    """Run a job that is run again soon; what fails is told by its kind and stops nothing."""
    try:
        job()
    except Exception as error:
        log.error(f"{what} failed", kind=type(error).__name__)
