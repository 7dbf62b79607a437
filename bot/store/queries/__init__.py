"""Questions to the database, each named after what it answers, each with the index it relies on."""

from typing import Any


def columns(table: type[Any]) -> Any:
    """The columns of a table, for building statements."""
    return table.__table__.c
