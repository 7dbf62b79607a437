"""A conversation in the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.authoring.load import load_catalogues, load_flows
from bot.casework.wording import CaseReader
from bot.engine import Reply, resume, start
from bot.engine.effects import Speak
from bot.language import intent, intent_language, is_filler
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
