"""A conversation in the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.authoring.load import load_catalogues, load_flows
from bot.casework.wording import CaseReader
from bot.engine import Reply, resume, start
from bot.engine.effects import Close, Effect, Fact, Handoff, Note, RaiseSignal, Speak
from bot.language import intent, intent_language, is_filler
from bot.language.catalogue import Catalogue
from bot.language.choices import with_choices
from bot.risk import Level, assess
from bot.settings import folders

app = typer.Typer()


@app.command("chat")
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
                typer.echo(f"  {_said(catalogue, effect)}")
            elif line := _noted(effect):
                typer.secho(f"    {line}", dim=True)
        if session.state != "waiting":
            return
        try:
            typed = input("> ")
        except EOFError:
            typer.echo()
            return
        assessment = assess(typed, language=language)
        review = ", to review" if assessment.review else ""
        typer.secho(f"    {' '.join([assessment.level, *assessment.categories])}{review}", dim=True)
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


def _said(catalogue: Catalogue, effect: Speak) -> str:
    labels = effect.question.choices.values() if effect.question else ()
    shown = [catalogue.text(label.msgid, context=label.context) for label in labels]
    return with_choices(catalogue.text(effect.text.msgid, context=effect.text.context), shown)


def _noted(effect: Effect) -> str:
    """What an effect would put into the case, in a few words; nothing for one that shows by itself."""
    if isinstance(effect, Note):
        return f"{effect.question}: {effect.state}" + ("" if effect.value is None else f", {effect.value}")
    if isinstance(effect, Fact):
        return f"{effect.name} of the case: {effect.value}"
    if isinstance(effect, RaiseSignal):
        return f"signal: {effect.category}, {effect.level}"
    if isinstance(effect, Handoff):
        return f"to a human: {effect.reason.value.replace('_', ' ')}"
    if isinstance(effect, Close):
        return f"over: {effect.outcome.replace('_', ' ')}"
    return ""
