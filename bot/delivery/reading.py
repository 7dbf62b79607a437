"""Reads a programme's files: flows, protocols, the escalation policy, catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yaml import YAMLError

from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.authoring.yaml12 import read
from bot.casework.policy import Policy, parse_calendars, parse_policy
from bot.casework.programme import Programme
from bot.engine import FlowError


def read_programme(flows: Path, locales: Path) -> Programme:
    """Read everything that is data.

    Raises:
        FlowError: a file is missing or wrong; names the place and the mend.
        CatalogueError: a catalogue is missing or cannot be read.
    """
    return Programme(load_flows(flows), load_catalogues(locales), load_protocols(flows), read_policy(flows))


def read_policy(flows: Path) -> Policy:
    """Read the escalation policy and the working hours of its countries.

    Raises:
        FlowError: a file is missing or wrong; names the place and the mend.
    """
    folder = flows / "escalation"
    hours, steps = folder / "calendars.yaml", folder / "default.yaml"
    calendars = parse_calendars(_data(hours, "the working hours of each country"), str(hours))
    return parse_policy(_data(steps, "the escalation policy"), str(steps), calendars)


def _data(path: Path, what: str) -> Any:
    try:
        return read(path.read_text("utf-8"))
    except OSError:
        raise FlowError(f"{path}: missing; put {what} there") from None
    except YAMLError as error:
        raise FlowError(f"{path}: is no YAML: {error}") from None
