"""What a programme has decided and written: flows, catalogues, protocols, policies. Read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.casework.policy import Policy
from bot.engine import Flow, Flows, Replies, UnknownFlow, parse_flow
from bot.engine.flow import texts
from bot.engine.protocol import Protocol
from bot.language.catalogue import Catalogue, MissingTranslation
from bot.store.queries import conversation
from bot.store.tx import Tx


class FlowChanged(Exception):
    """A flow was edited without a new version."""


@dataclass(frozen=True)
class Programme:
    """Everything that is data. ``staff_channels`` says how staff are told, in order.

    ``webhook``: other systems of the office are told what becomes of alerts.
    """

    flows: Flows
    catalogues: Mapping[str, Catalogue]
    protocols: Mapping[str, Protocol]
    policy: Policy
    staff_channels: tuple[str, ...] = ("telegram", "twilio")
    webhook: bool = False


class Shelf:
    """The flows as they are, and as they were when a session began on them."""

    def __init__(self, tx: Tx, programme: Programme) -> None:
        self._tx = tx
        self._programme = programme

    @property
    def replies(self) -> Replies:
        """The standing replies."""
        return self._programme.flows.replies

    def flow(self, flow: str, version: int | None = None) -> Flow:
        """A flow at a version, the newest if none is named.

        Raises:
            UnknownFlow: nobody has it.
        """
        try:
            return self._programme.flows.flow(flow, version)
        except UnknownFlow:
            row = conversation.stored_flow.one(self._tx, flow=flow, which=version or 0)
            if row is None:
                raise
            return parse_flow(json.loads(row.body)["flow"], f"stored flow {flow} version {version}")


def register(tx: Tx, programme: Programme) -> None:
    """Keep each flow at its version, so that sessions finish on what they began with.

    Raises:
        FlowChanged: a flow differs from what is kept under its version.
    """
    for flow in programme.flows.newest.values():
        written = flow.model_dump_json(by_alias=True, exclude_defaults=True)
        digest = hashlib.sha256(written.encode()).hexdigest()
        body = json.dumps({"flow": json.loads(written), "texts": _texts(flow, programme)}, ensure_ascii=False)
        conversation.insert_flow_version.run(
            tx, flow_id=flow.id, version=flow.version, digest=digest, body=body
        )
        kept = conversation.stored_flow.one(tx, flow=flow.id, which=flow.version)
        if kept.digest != digest:
            raise FlowChanged(
                f"flow {flow.id!r} differs from its version {flow.version} in use; "
                f"set 'version: {flow.version + 1}' in its file"
            )


def kept_text(tx: Tx, flow: str, version: int, language: str, msgid: str) -> str | None:
    """A text of an older version of a flow, as it was translated then."""
    row = conversation.stored_flow.one(tx, flow=flow, which=version)
    found = json.loads(row.body)["texts"].get(language, {}).get(msgid) if row else None
    return str(found) if found else None


def _texts(flow: Flow, programme: Programme) -> dict[str, dict[str, str]]:
    said = [text for step in flow.steps for text, _ in texts(step)]
    said += [stage.say for stage in flow.patience if stage.say]
    kept: dict[str, dict[str, str]] = {}
    for language, catalogue in programme.catalogues.items():
        kept[language] = {}
        for text in said:
            try:
                kept[language][text.msgid] = catalogue.text(text.msgid, context=text.context)
            except MissingTranslation:
                continue
    return kept
