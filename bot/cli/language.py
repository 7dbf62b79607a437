"""Commands that only read and think: risk, segments, chat, flows."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.authoring.check import check as check_flows
from bot.authoring.graph import mermaid
from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.authoring.price import price
from bot.casework.wording import CaseReader
from bot.engine import Reply, resume, start
from bot.engine.effects import Speak
from bot.language import intent, intent_language, is_filler, recognise, segments
from bot.language.choices import with_choices
from bot.risk import Level, assess, in_context
from bot.settings import folders

flows_app = typer.Typer(no_args_is_help=True)
ASKED_KINDS = {"wellbeing": "choice", "open": "text"}
FEELINGS = {"fine": ["fine"], "so_so": ["so-so"], "not_well": ["not well"]}


def risk(language: Annotated[str | None, typer.Option()] = None) -> None:
    """Read JSON lines {"id","text","lang"?,"asked"?,"recent"?} and write one JSON line each."""
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = str(row["text"])
        except (ValueError, KeyError, TypeError):
            typer.echo(f"line {number}: not a JSON object with a text", err=True)
            raise typer.Exit(1) from None
        print(json.dumps(_assessed(row, text, row.get("lang") or language), ensure_ascii=False), flush=True)


def segments_command(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Read one text a line; give encoding, segments and what forces UCS-2."""
    for line in sys.stdin:
        found = segments(line.rstrip("\n"))
        if as_json:
            fields = {
                "encoding": found.encoding,
                "segments": found.segments,
                "forced_by": list(found.forced_by),
            }
            typer.echo(json.dumps(fields, ensure_ascii=False))
        else:
            forced = f" because of {' '.join(found.forced_by)}" if found.forced_by else ""
            typer.echo(f"{found.encoding}, {found.segments} segment(s){forced}")


def chat(
    language: Annotated[str, typer.Option()] = "en", flow: Annotated[str, typer.Option()] = "checkin"
) -> None:
    """Play a flow in the terminal; nothing is stored."""
    library, catalogues = load_flows(folders()[0]), load_catalogues(folders()[1])
    if language not in catalogues:
        raise typer.BadParameter(f"write one of {', '.join(sorted(catalogues))}", param_hint="--language")
    catalogue = catalogues[language]
    reader = CaseReader(catalogue, language)
    facts = {"language": language, "privacy": "neutral", "phone": "own", "consent": "given"}
    session, effects = start(library, flow, facts)
    while True:
        for effect in effects:
            if isinstance(effect, Speak):
                labels = effect.question.choices.values() if effect.question else ()
                shown = [catalogue.text(label.msgid, context=label.context) for label in labels]
                text = catalogue.text(effect.text.msgid, context=effect.text.context)
                typer.echo(f"  {with_choices(text, shown)}")
            else:
                typer.secho(f"    {effect}", dim=True)
        if session.state != "waiting":
            return
        try:
            typed = input("> ")
        except EOFError:
            return
        assessment = assess(typed, language=language)
        typer.secho(f"    {assessment.level.value} {' '.join(assessment.categories)}", dim=True)
        wish = intent(typed)
        reply = Reply(
            typed,
            datetime.now(UTC),
            intent=wish.name.lower() if wish else None,
            grave=assessment.level.rank >= Level.HIGH.rank,
            filler=is_filler(typed),
            language=intent_language(typed),
        )
        session, effects = resume(library, session, reply, facts, reader)


@flows_app.command("check")
def check() -> None:
    """Check every flow in every language."""
    flows, locales = folders()
    findings = check_flows(load_flows(flows), load_catalogues(locales), recognise, load_protocols(flows))
    for finding in findings:
        typer.echo(str(finding))
    typer.echo("all flows are sound in all languages" if not findings else f"{len(findings)} findings")
    raise typer.Exit(1 if findings else 0)


@flows_app.command("graph")
def graph(flow: str) -> None:
    """Draw a flow as Mermaid."""
    typer.echo(mermaid(load_flows(folders()[0]).flow(flow)))


@flows_app.command("segments")
def price_flow(
    flow: Annotated[str, typer.Argument(help="a flow; all of them if none is named")] = "",
) -> None:
    """Price a flow in SMS segments for each language, the dearest way through it."""
    library = load_flows(folders()[0])
    prices = price(library, load_catalogues(folders()[1]))
    for name in [library.flow(flow).id] if flow else prices:
        typer.echo(json.dumps({"flow": name, **prices[name]}))


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("risk")(risk)
    app.command("segments")(segments_command)
    app.command("chat")(chat)


def _assessed(row: dict[str, Any], text: str, language: str | None) -> dict[str, Any]:
    asked = row.get("asked")
    recent = [assess(str(each), language=language) for each in row.get("recent") or ()]
    found = assess(text, language=language)
    if asked or recent:
        found = in_context(found, asked=asked, answer=_answer(asked, text, language), recent=recent)
    return {
        "id": row.get("id"),
        "level": found.level.value,
        "categories": [each.value for each in found.categories],
        "review": found.review,
        "evidence": [
            {"start": each.start, "end": each.end, "category": each.category.value} for each in found.evidence
        ],
    }


def _answer(asked: str | None, text: str, language: str | None) -> str | None:
    """The answer that a text gives to a question about this, as its flow would read it."""
    if asked is None or asked == "open":
        return None
    kind = ASKED_KINDS.get(asked, "yes_no")
    choices = FEELINGS if kind == "choice" else {}
    reading = recognise(kind, text, language=language or "en", choices=choices)
    return str(reading.value) if reading else None
