"""Turns per second of Besa's parts and of the whole, beside the file's own rate and two bot frameworks.

``python bench/turns.py`` takes about a minute; ``--profile`` says instead where the time goes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
from pathlib import Path

from bench import fsm, office, ptb, pure, raw, where, whole
from bench.script import Rate, Watch
from bot.data_files import directory
from bot.delivery.reading import read_programme

SECONDS = 3.0
CASES_ALONE = 150
CASES_TOGETHER = 500
AT_ONCE = 32


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the files are written (a real disk)")
    parser.add_argument("--profile", action="store_true", help="profile the whole path")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="besa-bench-") as folder:
        if options.profile:
            where.profiled(Path(folder))
        else:
            _measure(Path(folder))


def _measure(folder: Path) -> None:
    watch = Watch()
    programme = read_programme(directory("flows"), directory("locales"))
    ours = [
        pure.engine(programme, SECONDS, as_json=False),
        pure.engine(programme, SECONDS, as_json=True),
        pure.pure_path(programme, SECONDS, repeat=True),
        pure.pure_path(programme, SECONDS, repeat=False),
    ]
    before = folder / "before.db"
    with office.opened(folder / "office.db") as at:
        ours.append(whole.answered(at, CASES_ALONE, at_once=1))
        ours.append(whole.answered(at, CASES_TOGETHER, at_once=AT_ONCE))
        with raw.recorded(at.db) as turns:
            whole.answered(at, CASES_TOGETHER, at_once=AT_ONCE, ready=lambda: _copy(folder, before, turns))
    lone = raw.replayed(before, turns[: len(turns) // 4], together=1)
    grouped = raw.replayed(before, turns[len(turns) // 4 :], together=AT_ONCE)
    peers = [
        asyncio.run(ptb.check_ins(folder, SECONDS, durable=True)),
        asyncio.run(ptb.check_ins(folder, SECONDS, durable=False)),
        asyncio.run(fsm.check_ins(SECONDS, at_once=1)),
        asyncio.run(fsm.check_ins(SECONDS, at_once=AT_ONCE)),
    ]
    _table([*ours, lone, grouped, *peers], beside=[grouped, peers[0], peers[3]])
    print(f"\nThe whole run took {watch.seconds:.0f} s.")


def _copy(folder: Path, before: Path, turns: list[raw.Turn]) -> None:
    turns.clear()
    raw.copied(folder / "office.db", before)


def _table(rates: list[Rate], beside: list[Rate]) -> None:
    heads = ("of raw, 32", "of PTB pickle", "of aiogram")
    print(f"{'':52}{'turns/s':>9}{'CPU us':>8}" + "".join(f"{head:>15}" for head in heads))
    for rate in rates:
        ratios = "".join(f"{rate.per_second / other.per_second:>15.2f}" for other in beside)
        print(f"{rate.name:52}{rate.per_second:>9,.0f}{rate.processor:>8,.0f}{ratios}")


if __name__ == "__main__":
    main()
