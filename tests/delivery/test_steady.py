"""The clock may go back or leap ahead: jobs go on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.delivery.steady import Every, bring_back, keep_steady

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_runs_are_equally_far_apart() -> None:
    assert Every(SECOND).get_next_fire_time(None, NOW) == NOW
    assert Every(SECOND).get_next_fire_time(NOW, NOW) == NOW + SECOND
    assert Every(SECOND).get_next_fire_time(NOW, NOW + SECOND / 2) == NOW + SECOND


def test_years_that_were_leapt_over_are_one_run() -> None:
    later = NOW + timedelta(days=3650)
    assert Every(SECOND).get_next_fire_time(NOW, later) == later + SECOND


def test_after_the_clock_went_back_the_job_runs_again_at_once() -> None:
    ran = threading.Semaphore(0)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(ran.release, Every(SECOND), id="tick", max_instances=1, coalesce=True)
    keep_steady(scheduler)
    scheduler.start()
    try:
        assert ran.acquire(timeout=20)
        scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC) + timedelta(days=30))
        assert ran.acquire(timeout=20)
        assert ran.acquire(timeout=20)
    finally:
        scheduler.shutdown(wait=True)


def test_a_job_on_its_way_is_left_alone() -> None:
    scheduler = BackgroundScheduler(timezone="UTC")
    job = scheduler.add_job(int, Every(timedelta(minutes=3)), id="slow")
    scheduler.start(paused=True)
    try:
        job.modify(next_run_time=datetime.now(UTC) + timedelta(minutes=2))
        assert not bring_back(job)
        job.modify(next_run_time=datetime.now(UTC) + timedelta(minutes=4))
        assert bring_back(job)
    finally:
        scheduler.shutdown(wait=False)
