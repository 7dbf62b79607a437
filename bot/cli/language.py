"""Commands that only read and think: risk, segments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.casework.answers import hear, kind_of
from bot.language import Reading, recognise, segments
from bot.risk import Assessment, assess
from bot.risk.explain import explain as explained
from bot.risk.labelled import read_lines
from bot.risk.measuring import printed, read_all

app = typer.Typer()
FEELINGS = {"fine": ["fine"], "so_so": ["so-so"], "not_well": ["not well"]}


@app.command("risk")
def risk(
    language: Annotated[str | None, typer.Option()] = None,
    report: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="a labelled file to measure on")
    ] = None,
    explain: Annotated[bool, typer.Option(help="add reasons, like examples, act, means, purpose")] = False,
) -> None:
    """Read JSON lines {"id","text","lang"?,"asked"?,"recent"?} and write one JSON line each."""
    if report:
        told = read_all(read_lines(report.read_text("utf-8")))
        typer.echo("\n".join(printed(told)).lstrip())
        return
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row["text"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            typer.echo(f"line {number}: not a JSON object with a text", err=True)
            raise typer.Exit(1) from None
        spoken = row.get("lang") or language
        found = _assessed(row, text, spoken)
        why = _why(found, text, spoken) if explain else {}
        print(json.dumps(_told(row, found) | why, ensure_ascii=False), flush=True)


def _why(found: Assessment, text: str, language: str | None) -> dict[str, Any]:
    told = explained(found, text, language=language)
    like = [
        {"text": each.text, "level": each.level.value, "categories": [name.value for name in each.categories]}
        for each in told.like
    ]
    return {"reasons": told.reasons, "like": like, "palermo": told.palermo}


@app.command("segments")
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


def _assessed(row: dict[str, Any], text: str, language: str | None) -> Assessment:
    asked = row.get("asked")
    before = [str(each) for each in row.get("recent") or ()]
    found = assess(text, language=language)
    if not asked and not before:
        return found
    spoken = language or "en"
    heard = hear(found, text, meaning=asked, reading=_reading(asked, text, spoken), language=spoken)
    return heard.weighed([assess(each, language=language) for each in before])


def _told(row: dict[str, Any], found: Assessment) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "level": found.level.value,
        "categories": [each.value for each in found.categories],
        "review": found.review,
        "evidence": [
            {"start": each.start, "end": each.end, "category": each.category.value} for each in found.evidence
        ],
    }


def _reading(asked: str | None, text: str, language: str) -> Reading | None:
    """The answer that a text gives to a question about this, as its flow would read it."""
    if asked is None or asked == "open":
        return None
    ask = "choice" if asked == "wellbeing" else "yes_no"
    choices = FEELINGS if ask == "choice" else {}
    return recognise(kind_of(ask, asked), text, language=language, choices=choices)
