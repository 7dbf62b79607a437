"""Jobs that go on whatever the clock does: back, forward by years, or not at all."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

LOOKS_EVERY = 1.0


class Every(BaseTrigger):  # type: ignore[misc]
    """A job at equal distances. What was missed while nothing ran, or by a leap of the clock, is one run."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next run: after the one before, and never in a past that would have to be run through."""
        if previous_fire_time is None:
            return now
        following = previous_fire_time + self.interval
        return following if following > now else now + self.interval


def keep_steady(scheduler: BaseScheduler) -> None:
    """Bring back jobs whose next run lies too far ahead because the clock went back, until it shuts down."""
    stop = threading.Event()
    scheduler.add_listener(lambda _: stop.set(), EVENT_SCHEDULER_SHUTDOWN)

    def look() -> None:
        while not stop.wait(LOOKS_EVERY):
            for job in scheduler.get_jobs():
                bring_back(job)

    threading.Thread(target=look, name="besa-steady", daemon=True).start()


def bring_back(job: Any) -> bool:
    """Run a job now if its next run is more than one distance ahead. True if it was."""
    now = datetime.now(UTC)
    if job.next_run_time is None or job.next_run_time - now <= job.trigger.interval + timedelta(seconds=1):
        return False
    job.modify(next_run_time=now)
    return True
