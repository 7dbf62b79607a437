"""Reads a programme's files: flows, protocols, the escalation policy, catalogues."""

from __future__ import annotations

from pathlib import Path

from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.authoring.yaml12 import read
from bot.casework.policy import Policy, parse_policy
from bot.casework.programme import Programme
from bot.engine import FlowError


def read_programme(flows: Path, locales: Path) -> Programme:
    """Read everything that is data.

    Raises:
        FlowError: a file is missing or wrong; names the place and the mend.
        CatalogueError: a catalogue is missing or cannot be read.
    """
    return Programme(load_flows(flows), load_catalogues(locales), load_protocols(flows), _policy(flows))


def _policy(flows: Path) -> Policy:
    path = flows / "escalation" / "default.yaml"
    try:
        return parse_policy(read(path.read_text("utf-8")), str(path))
    except OSError:
        raise FlowError(f"{path}: missing; put the escalation policy there") from None
