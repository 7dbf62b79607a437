"""Where the engine finds flows of a given version, and the standing replies of the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from bot.engine.errors import FlowError, UnknownFlow
from bot.engine.flow import Flow, Part, Text, explain


class Replies(Part):
    """What is said beside any flow: the answers to wishes that may come at any moment."""

    who: Text
    later: Text
    call_me: Text
    help: Text
    language: Text
    correct: Text
    corrected: Text
    skip: Text
    heard: Text
    received: Text
    started: Text
    wrong_person: Text

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every reply by its name."""
        for name in type(self).model_fields:
            yield name, getattr(self, name)


class Library(Protocol):
    """Gives flows by id and version."""

    @property
    def replies(self) -> Replies:
        """The standing replies."""

    def flow(self, flow: str, version: int | None = None) -> Flow:
        """A flow at a version, the newest if none is named.

        Raises:
            UnknownFlow: nobody has it.
        """


@dataclass(frozen=True)
class Flows:
    """A library in memory."""

    replies: Replies
    newest: Mapping[str, Flow]
    older: Mapping[tuple[str, int], Flow] = field(default_factory=dict)

    def flow(self, flow: str, version: int | None = None) -> Flow:
        """A flow at a version, the newest if none is named."""
        found = self.newest.get(flow)
        if found is None or version not in (None, found.version):
            found = self.older.get((flow, version or 0))
        if found is None:
            raise UnknownFlow(f"there is no flow {flow!r}" + (f" at version {version}" if version else ""))
        return found


def parse_replies(data: Any, where: str) -> Replies:
    """Check what was read from the replies file.

    Raises:
        FlowError: names the file, the place in it and what is wrong.
    """
    try:
        return Replies.model_validate(data)
    except ValidationError as error:
        raise FlowError(explain(error, where)) from None
