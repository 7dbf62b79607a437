"""YAML read so that ``yes``, ``no``, ``on`` and ``off`` are words: only true and false are truth values."""

from __future__ import annotations

import re
from typing import Any

import yaml


class Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2's truth values."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(text: str) -> Any:
    """Read one YAML document.

    Raises:
        yaml.YAMLError: the text is no YAML; its mark has the line.
    """
    return yaml.load(text, Loader)
