"""The data files that come with the detector, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Reads "yes" and "no" as words, as YAML 1.2 does; these files are about words."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:bool"]
        for first, rules in _Base.yaml_implicit_resolvers.items()
    }


def data_folder() -> Traversable:
    """Return the folder of the detector's data files."""
    return files("bot.risk") / "data"


@cache
def read_yaml(name: str) -> Any:
    """Return the content of ``data/<name>``."""
    return yaml.load((data_folder() / name).read_text(encoding="utf-8"), Loader=_Loader)


@cache
def mapping(name: str) -> dict[str, str]:
    """Return one letter table of ``scripts.yaml``."""
    return {str(key): str(value or "") for key, value in read_yaml("scripts.yaml")[name].items()}
