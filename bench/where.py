"""Where the time of the whole path goes: the event loop's thread, then the writer's."""

from __future__ import annotations

import cProfile
import pstats
import sys
from pathlib import Path

from bench import office, whole

CASES = 200
AT_ONCE = 32


def profiled(folder: Path) -> None:
    """Print what takes longest on each of the two threads, by own and by whole time."""
    with office.opened(folder / "office.db") as at:
        whole.answered(at, CASES, at_once=AT_ONCE)
        loop = cProfile.Profile()
        whole.answered(at, CASES, at_once=AT_ONCE, ready=loop.enable)
        loop.disable()
        writer = cProfile.Profile()
        whole.answered(at, CASES, at_once=AT_ONCE, ready=lambda: at.db.write_now(lambda tx: writer.enable()))
        at.db.write_now(lambda tx: writer.disable())
    for name, profile in (("event loop", loop), ("writer", writer)):
        for order in ("tottime", "cumulative"):
            print(f"--- {name}, by {order}")
            pstats.Stats(profile, stream=sys.stdout).strip_dirs().sort_stats(order).print_stats(45)
