"""The ``besa`` command."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

COMMANDS = {
    "office": ("init", "migrate", "tick", "doctor"),
    "long_running": ("serve", "schedule", "demo"),
    "chat": ("chat",),
    "language": ("risk", "segments"),
}
"""The modules of single commands."""
GROUPS = {
    "cases": "case",
    "staff": "user",
    "roster": "roster",
    "flows": "flows",
    "keys": "keys",
    "audit": "audit",
}
"""The modules of commands that share a name, and that name."""


def main() -> None:
    """Run the command. Exit 1 with one line when it cannot be done, 2 when it was called wrongly."""
    try:
        build(sys.argv[1] if len(sys.argv) > 1 else "")()
    except Exception as error:
        if not isinstance(error, _mendable()):
            raise
        print(str(error), file=sys.stderr)
        sys.exit(1)


def build(asked: str) -> typer.Typer:
    """The command line. Of its commands only the one asked for is imported, all of them if none is known."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_besa)
    known = {name: module for module, names in COMMANDS.items() for name in names}
    known |= {name: module for module, name in GROUPS.items()}
    for module in [known[asked]] if asked in known else [*COMMANDS, *GROUPS]:
        app.add_typer(import_module(f"bot.cli.{module}").app, name=GROUPS.get(module))
    return app


def _besa() -> None:
    """Keep the pledge: check-ins, danger signals, alerts."""


def _mendable() -> tuple[type[Exception], ...]:
    """The errors whose text says what to mend, and nothing private."""
    from bot.casework.absences import BadAbsence
    from bot.casework.cases import BadCase
    from bot.casework.local_time import BadMoment
    from bot.casework.programme import FlowChanged
    from bot.casework.roster import BadDuty
    from bot.casework.staff import BadStaff
    from bot.engine import FlowError
    from bot.language.catalogue import CatalogueError
    from bot.risk.labelled import BadLabels
    from bot.settings import BadSetting
    from bot.store.errors import StoreError

    of_staff = BadAbsence, BadDuty, BadMoment, BadStaff
    return *of_staff, BadCase, BadLabels, BadSetting, CatalogueError, FlowChanged, FlowError, StoreError
