"""Reads the tables of cases in `data/`."""

from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml


def cases(name: str, *keys: str) -> pytest.MarkDecorator:
    """Parametrise a test by a table, one case an entry."""
    table = yaml.safe_load((Path(__file__).parent / "data" / f"{name}.yaml").read_text(encoding="utf-8"))
    rows = [pytest.param(*(entry[key] for key in keys), id=entry["name"]) for entry in table]
    return pytest.mark.parametrize(keys, rows)


def shown(value: Any, keys: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `value` that a case speaks of, times in ISO form."""
    assert is_dataclass(value) and not isinstance(value, type)
    fields = asdict(value)
    return {key: _plain(fields[key]) for key in keys}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
