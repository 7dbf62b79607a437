"""A process that writes and tells what was acknowledged; run by test_processes.

Usage: python -m tests.store.writer URL KEY NAME COUNT
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future

from bot.store import audit
from bot.store.database import Database
from bot.store.tx import Tx
from bot.store.vault import Vault
from tests.store.rows import NOW, put_agency


def tell(what: int | str) -> None:
    """Write one whole line at once: several threads do this."""
    os.write(1, f"{what}\n".encode())


def main(url: str, key: str, name: str, count: int) -> None:
    def write(n: int) -> Future[None]:
        def job(tx: Tx) -> None:
            put_agency(f"{name}-{n}-a")(tx)
            audit.append(tx, NOW, name, "agency.added", f"agency:{n}", {})
            put_agency(f"{name}-{n}-b")(tx)

        future = db.write(job)
        future.add_done_callback(lambda done: tell(n if done.exception() is None else "failed"))
        return future

    with Database.open(url, Vault.from_setting(key), wait=60) as db:
        for start in range(0, count, 50):
            for future in [write(n) for n in range(start, min(start + 50, count))]:
                future.result()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
