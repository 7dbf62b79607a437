"""An office for the commands, set up by them once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endtoend.conftest import copy, staffed
from tests.endtoend.running import Besa

__all__ = ["staffed"]


@pytest.fixture
def office(tmp_path: Path, staffed: Besa) -> Besa:
    """An office with staff and no channel."""
    return copy(staffed, tmp_path)
