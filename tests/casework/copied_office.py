"""An office of five people and three cases, filled once; each run of a machine gets a copy of its file."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.casework import staff
from bot.casework.programme import Programme
from bot.channels.sandbox import SandboxChannel
from bot.delivery.office import Office
from bot.settings import Settings
from bot.store.database import Database
from bot.store.vault import Vault
from tests.offices import Clock, play

LANGUAGES = {"C-AL": "sq", "C-MA": "ar", "C-UA": "uk"}
COUNTRIES = {"C-AL": "AL", "C-MA": "MA", "C-UA": "UA"}
STAFF = (
    ("worker", "caseworker", "default"),
    ("other", "caseworker", "default"),
    ("lead", "supervisor", "default"),
    ("far", "supervisor", "another"),
    ("head", "coordinator", "default"),
)


@dataclass(frozen=True)
class Template:
    """An office that was filled once; each run gets a copy of its file."""

    folder: Path
    settings: Settings
    programme: Programme
    ids: dict[str, str]


@cache
def template() -> Template:
    folder = Path(tempfile.mkdtemp(prefix="besa-alerts-"))
    atexit.register(shutil.rmtree, folder)
    with play(folder, people=()) as office:
        db, now = office.office.db, office.clock()
        ids = {}
        for n, (name, role, team) in enumerate(STAFF):
            new = staff.NewStaff(
                name, role, f"{name}@office.invalid", "a long password", f"+35569000010{n}", team=team
            )
            ids[name] = db.write_now(lambda tx, new=new: staff.add(tx, now, new))
        for code, language in LANGUAGES.items():
            office.enrol(language, code, country=COUNTRIES[code])
        return Template(folder, office.office.settings, office.office.programme, ids)


@contextmanager
def copied(clock: Clock) -> Iterator[Office]:
    made = template()
    with tempfile.TemporaryDirectory(prefix="besa-alerts-") as folder:
        shutil.copy(made.folder / "office.db", folder)
        vault = Vault.from_setting(made.settings.secret_keys.get_secret_value())
        db = Database.open(f"sqlite:///{folder}/office.db", vault)
        office = Office(made.settings, db, made.programme, {"sandbox": SandboxChannel()}, clock)
        try:
            yield office
        finally:
            office.close()
