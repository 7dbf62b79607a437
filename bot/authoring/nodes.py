"""YAML with its line numbers: the tree of a file, and what plain reading would silently lose of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.authoring.yaml12 import Loader, read
from bot.engine import FlowError

_STRING = "tag:yaml.org,2002:str"


def tree(text: str) -> Node | None:
    """Return the nodes of one YAML document; each knows its line.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    return yaml.compose(text, Loader)


def items(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the keys of a mapping with their values; nothing for any other node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield key.value, value


def load(path: Path) -> Any:
    """Read a YAML file.

    Raises:
        FlowError: with file and line: no YAML, a key that is no word, or a key twice in one mapping.
    """
    try:
        text = path.read_text("utf-8")
        root = tree(text)
        if root is not None:
            _check_keys(root, path.name)
        return read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FlowError(
            f"{path.name}:{mark.line + 1 if mark else 1}: {error.problem}; mend the YAML"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise FlowError(f"{path.name}:1: this is no YAML in UTF-8; save the file as UTF-8") from None


def _check_keys(node: Node, name: str) -> None:
    if isinstance(node, SequenceNode):
        for child in node.value:
            _check_keys(child, name)
    if not isinstance(node, MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        where = f"{name}:{key.start_mark.line + 1}"
        if not isinstance(key, ScalarNode) or key.tag != _STRING:
            shown = key.value if isinstance(key, ScalarNode) else "this"
            raise FlowError(f'{where}: the key {shown} is not read as a word; put it in quotes: "{shown}"')
        if key.value in seen:
            raise FlowError(f"{where}: the key {key.value} stands here twice; join the two or drop one")
        seen.add(key.value)
        _check_keys(value, name)
