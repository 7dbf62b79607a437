"""Commands for the people who write flows: check, graph, segments."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.authoring.check import check as check_flows
from bot.authoring.graph import mermaid
from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.authoring.price import price
from bot.delivery.reading import read_policy
from bot.language import recognise
from bot.settings import folders

app = typer.Typer(no_args_is_help=True, help="Flows: check, graph, segments.")


@app.command("check")
def check() -> None:
    """Check every flow in every language, the protocols and the escalation policy."""
    flows, locales = folders()
    read_policy(flows)
    findings = check_flows(load_flows(flows), load_catalogues(locales), recognise, load_protocols(flows))
    for finding in findings:
        typer.echo(str(finding))
    typer.echo("all flows are sound in all languages" if not findings else f"{len(findings)} findings")
    raise typer.Exit(1 if findings else 0)


@app.command("graph")
def graph(flow: str) -> None:
    """Draw a flow as Mermaid."""
    typer.echo(mermaid(load_flows(folders()[0]).flow(flow)))


@app.command("segments")
def price_flow(
    flow: Annotated[str, typer.Argument(help="a flow; all of them if none is named")] = "",
) -> None:
    """Price a flow in SMS segments for each language, the dearest way through it."""
    library = load_flows(folders()[0])
    prices = price(library, load_catalogues(folders()[1]))
    for name in [library.flow(flow).id] if flow else prices:
        typer.echo(json.dumps({"flow": name, **prices[name]}))
