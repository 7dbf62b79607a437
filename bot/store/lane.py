"""A queue of jobs and the threads that take them: what both databases share about threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from bot.store.errors import StoreAway
from bot.store.tx import Tx


@dataclass(slots=True)
class Work:
    """A job, its future, and once it has run what came of it."""

    job: Callable[[Tx], Any]
    future: Future[Any]
    value: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Hand the outcome to whoever waits."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Worker:
    """What one thread of a lane does with a batch; made, used and closed in that thread."""

    def run(self, batch: list[Work]) -> None:
        """Run the batch and settle every future in it; never raise."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back the connection."""
        raise NotImplementedError


class Lane:
    """Takes jobs and runs them in order of arrival on its threads, up to ``most`` in one batch."""

    def __init__(self, name: str, make: Callable[[], Worker], *, threads: int, most: int) -> None:
        self._make = make
        self._most = most
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._loop, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Callable[[Tx], Any]) -> Future[Any]:
        """Queue a job; its future raises StoreAway if the lane is closed."""
        work = Work(job, Future())
        with self._lock:
            if not self._closed:
                self._queue.put(work)
                return work.future
        work.future.set_exception(StoreAway("the database was closed"))
        return work.future

    def close(self) -> None:
        """Take nothing more, finish what is queued, end the threads."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _loop(self) -> None:
        worker = self._make()
        while batch := self._take():
            worker.run([work for work in batch if work.future.set_running_or_notify_cancel()])
        worker.close()

    def _take(self) -> list[Work]:
        """Wait for work, then take what else is there; an empty list is the end."""
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < self._most:
            try:
                more = self._queue.get_nowait()
            except Empty:
                break
            if more is None:
                self._queue.put(None)
                break
            batch.append(more)
        return batch
