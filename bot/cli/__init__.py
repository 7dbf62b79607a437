"""The ``besa`` command."""

from __future__ import annotations

import sys

import typer

from bot.casework.cases import BadCase
from bot.casework.programme import FlowChanged
from bot.casework.staff import BadStaff
from bot.cli import cases, language, long_running, office, staff
from bot.engine import FlowError
from bot.language.catalogue import CatalogueError
from bot.settings import BadSetting
from bot.store.errors import StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for part in (office, long_running, language):
    part.install(app)
app.add_typer(cases.app, name="case", help="Cases: import, add, show, list.")
app.add_typer(staff.app, name="user", help="Staff: add.")
app.add_typer(language.flows_app, name="flows", help="Flows: check, graph, segments.")
app.add_typer(office.keys_app, name="keys", help="Keys: rotate.")
app.add_typer(office.audit_app, name="audit", help="The audit log: verify.")

MENDABLE = (BadCase, BadSetting, BadStaff, CatalogueError, FlowChanged, FlowError, StoreError)


def main() -> None:
    """Run the command. Exit 1 with one line when it cannot be done, 2 when it was called wrongly."""
    try:
        app()
    except MENDABLE as error:
        print(str(error), file=sys.stderr)
        sys.exit(1)
