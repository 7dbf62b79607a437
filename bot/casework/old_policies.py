"""Escalation policies as older versions of Besa kept them with their alerts, told as they are written now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: What the first version of policies did not say.
_FIRST_VERSION: Mapping[str, Mapping[str, str]] = {
    "critical": {"act_within": "1h", "remind_before": "15m", "rest_at_most": "1d"},
    "high": {"act_within": "4h", "remind_before": "30m", "rest_at_most": "7d"},
    "low": {"act_within": "next_working_day", "remind_before": "1h", "rest_at_most": "30d"},
}


def of_first_version(data: dict[str, Any]) -> dict[str, Any]:
    """The same, where it is of the first version: "caseworker", and nothing of the next act."""
    levels = data.get("levels")
    if not isinstance(levels, Mapping) or not all(map(_of_first_version, levels.values())):
        return data
    return data | {
        "levels": {
            level: {
                **_FIRST_VERSION.get(level, {}),
                **climb,
                "steps": [_renamed(step) for step in climb["steps"]],
            }
            for level, climb in levels.items()
        }
    }


def _of_first_version(climb: Any) -> bool:
    steps = climb.get("steps") if isinstance(climb, Mapping) and "act_within" not in climb else None
    return isinstance(steps, list | tuple) and all(isinstance(step, Mapping) for step in steps)


def _renamed(step: Mapping[str, Any]) -> dict[str, Any]:
    roles = step.get("tell")
    if not isinstance(roles, list | tuple):
        return dict(step)
    return {**step, "tell": ["assigned" if role == "caseworker" else role for role in roles]}
