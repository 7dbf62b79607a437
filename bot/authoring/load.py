"""Reads flows, protocols and translations from their folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.authoring.nodes import load
from bot.engine import Flow, FlowError, Flows, parse_flow, parse_replies
from bot.engine.protocol import Protocol, parse_protocol
from bot.language.catalogue import SOURCE_LANGUAGE, SPOKEN, Catalogue, CatalogueError

_REPLIES = "replies.yaml"


def load_flows(directory: Path) -> Flows:
    """Read every flow of a folder, and its standing replies. A flow has the name of its file.

    Raises:
        FlowError: names the file, the line or place, what is wrong and the mend.
    """
    replies = directory / _REPLIES
    if not replies.is_file():
        raise FlowError(f"{_REPLIES}: the folder of flows has no such file; add it")
    newest: dict[str, Flow] = {}
    for path in sorted(directory.glob("*.yaml")):
        if path.name != _REPLIES:
            flow = parse_flow(load(path), path.name)
            _named_like_file(flow.id, path)
            newest[flow.id] = flow
    return Flows(parse_replies(load(replies), _REPLIES), newest)


def load_protocols(directory: Path) -> Mapping[str, Protocol]:
    """Read every protocol in the folder ``protocols`` below the folder of flows.

    Raises:
        FlowError: names the file, the line or place, what is wrong and the mend.
    """
    protocols: dict[str, Protocol] = {}
    for path in sorted((directory / "protocols").glob("*.yaml")):
        protocol = parse_protocol(load(path), path.name)
        _named_like_file(protocol.id, path)
        protocols[protocol.id] = protocol
    return protocols


def load_catalogues(directory: Path) -> Mapping[str, Catalogue]:
    """Read the catalogue of each language from ``LANGUAGE/LC_MESSAGES/besa.po``; English is always there.

    Raises:
        CatalogueError: names the file, the line, what is wrong and the mend, also where a language that Besa
            speaks has no file.
    """
    catalogues = {SOURCE_LANGUAGE: Catalogue(SOURCE_LANGUAGE)}
    for path in sorted(directory.glob("*/LC_MESSAGES/besa.po")):
        language = path.parent.parent.name
        name = path.relative_to(directory).as_posix()
        catalogues[language] = Catalogue.parse(language, path.read_bytes(), name)
    for language in SPOKEN:
        if language not in catalogues:
            raise CatalogueError(f"{language}/LC_MESSAGES/besa.po: missing; put it back")
    return catalogues


def _named_like_file(name: str, path: Path) -> None:
    if name != path.stem:
        raise FlowError(f"{path.name}: id: {name!r} is not the name of the file; call the file {name}.yaml")
