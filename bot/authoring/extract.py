"""Gives Babel the sentences of flow files and of replies.yaml, each with its place in the conversation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.authoring.nodes import items, tree
from bot.language.catalogue import VARIANTS, contexts

Message = tuple[int, str, str | tuple[str, str], list[str]]

_MESSAGES = ("text", "again", "say")


def extract_flow(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Message]:
    """Yield the messages of a flow file, as Babel's extraction methods do.

    A text with a context comes as ``pgettext``. An ``addressed`` one comes for each variant too.
    """
    root = tree(fileobj.read().decode("utf-8"))
    top = dict(items(root))
    if "steps" not in top:
        for name, node in top.items():
            yield from _messages(node, f"replies, {name}, message")
        return
    flow = _scalar(top.get("id"))
    for key, node in top.items():
        if key != "steps":
            yield from _below(node, f"{flow}, {key}")
    steps = top["steps"]
    for step in steps.value if isinstance(steps, SequenceNode) else ():
        yield from _below(step, f"{flow}, {_scalar(dict(items(step)).get('id'))}")


def _below(node: Node, place: str) -> Iterator[Message]:
    """Yield the messages anywhere below a node, in the order of the file."""
    for key, child in items(node):
        if key in _MESSAGES:
            yield from _messages(child, f"{place}, message")
        elif key == "choices":
            for _, label in items(child):
                yield from _messages(label, f"{place}, choice")
        else:
            yield from _below(child, place)
    if isinstance(node, SequenceNode):
        for child in node.value:
            yield from _below(child, place)


def _messages(node: Node, comment: str) -> Iterator[Message]:
    """Yield one text: a plain string, or a mapping with msgid, context and addressed."""
    fields = dict(items(node)) if isinstance(node, MappingNode) else {"msgid": node}
    msgid, context = _scalar(fields.get("msgid")), _scalar(fields.get("context")) or None
    if not msgid:
        return
    line = fields["msgid"].start_mark.line + 1
    variants = VARIANTS if _scalar(fields.get("addressed")) == "true" else ()
    for each in (context, *(contexts(context, variant)[0] for variant in variants)):
        if each is None:
            yield line, "gettext", msgid, [comment]
        else:
            yield line, "pgettext", (each, msgid), [comment]


def _scalar(node: Node | None) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else ""
