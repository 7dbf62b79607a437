"""Checks a Bot API call against Telegram's own description: method, fields and types."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_INTEGER = re.compile(r"-?\d+")


class Description:
    """The methods and types of one version of the Bot API."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        self.version: str = document["version"]
        self._methods: dict[str, dict[str, Any]] = document["methods"]
        self._types: dict[str, dict[str, Any]] = document["types"]

    def knows(self, method: str) -> bool:
        return method in self._methods

    def read(self, method: str, given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Return the values with their types, and what is wrong with the call.

        A posted form carries numbers as digits and everything composed as JSON, as Telegram takes it.
        """
        fields = self._methods[method].get("fields", [])
        values: dict[str, Any] = {}
        faults = self._strangers(method, fields, given)
        for field in fields:
            name = field["name"]
            if name in given:
                values[name] = _untangled(field["types"], given[name])
                faults += self._faults(field["types"], values[name], name)
            elif field["required"]:
                faults.append(f"{method}: {name} is missing")
        return values, faults

    def _faults(self, types: list[str], value: Any, place: str) -> list[str]:
        tried = [self._faults_as(kind, value, place) for kind in types]
        return [] if any(not faults for faults in tried) else tried[0]

    def _faults_as(self, kind: str, value: Any, place: str) -> list[str]:
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{place}: not a list"]
            inner = kind.removeprefix("Array of ")
            pairs = enumerate(value)
            return [fault for at, item in pairs for fault in self._faults_as(inner, item, f"{place}[{at}]")]
        if kind in _PLAIN:
            return [] if _PLAIN[kind](value) else [f"{place}: not {kind}"]
        if not isinstance(value, dict):
            return [f"{place}: not {kind}"]
        return self._faults_of_object(kind, value, place)

    def _faults_of_object(self, kind: str, value: dict[str, Any], place: str) -> list[str]:
        fields = self._types.get(kind, {}).get("fields")
        if not fields:
            return []
        faults = self._strangers(place, fields, value)
        for field in fields:
            name = field["name"]
            if name in value:
                faults += self._faults(field["types"], value[name], f"{place}.{name}")
            elif field["required"]:
                faults.append(f"{place}.{name} is missing")
        return faults

    @staticmethod
    def _strangers(place: str, fields: list[dict[str, Any]], given: dict[str, Any]) -> list[str]:
        known = {field["name"] for field in fields}
        return [f"{place}: {name} is not in the description" for name in given if name not in known]


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "Integer": _is_integer,
    "Float": lambda value: isinstance(value, float) or _is_integer(value),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
}


def _untangled(types: list[str], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if "Integer" in types and _INTEGER.fullmatch(value):
        return int(value)
    if "Boolean" in types and value in ("true", "false"):
        return value == "true"
    if types == ["String"] or set(types) <= {"Integer", "String"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
