"""Flows and catalogues for the tests, written as an author would."""

from collections.abc import Mapping

from bot.authoring.check import check
from bot.authoring.yaml12 import read
from bot.engine import Flows, parse_flow, parse_replies
from bot.engine.library import Replies
from bot.language import recognise
from bot.language.catalogue import Catalogue

HEAD = "version: 1\nuseful_for: 1d\npostpone: 1d\n"
PATIENCE = "patience: [{after: 4h, finish: missed}]\n"


def library(*bodies: str) -> Flows:
    """Return flows ``a``, ``b`` ... of these bodies, each with the keys that every flow needs."""
    flows = {}
    for name, body in zip("abcdef", bodies, strict=False):
        flows[name] = parse_flow(read(f"id: {name}\n{HEAD}{body}"), f"{name}.yaml")
    return Flows(parse_replies(dict.fromkeys(Replies.model_fields, "Thanks"), "replies.yaml"), flows)


def albanian(*entries: str) -> Catalogue:
    """Return a catalogue with the standing reply and these entries."""
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    thanks = 'msgid "Thanks"\nmsgstr "Faleminderit"\n\n'
    return Catalogue.parse("sq", (head + thanks + "\n".join(entries)).encode(), "besa.po")


def found(flows: Flows, catalogues: Mapping[str, Catalogue] | None = None) -> list[tuple[str, str, str]]:
    """Return file, place and what of every finding; each must name a mend."""
    findings = check(flows, {"en": Catalogue("en")} if catalogues is None else catalogues, recognise)
    assert all(finding.mend for finding in findings)
    return [(finding.file, finding.place, finding.what) for finding in findings]
