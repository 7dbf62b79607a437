"""Templates to pages: everything that is put in is escaped, every sentence is in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.api.pages.vocabulary import Vocabulary
from bot.api.pages.words import NAMES, Words

if TYPE_CHECKING:
    from bot.api.pages.visit import Visit

TEMPLATES = Path(__file__).parents[1] / "templates" / "pages"


class Rendering:
    """The templates and the words of all languages, read once."""

    def __init__(self, words: Mapping[str, Words], leave_to: str) -> None:
        self.words = words
        self.leave_to = leave_to
        self._says = {language: Vocabulary(each) for language, each in words.items()}
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    def say(self, words: Words) -> Vocabulary:
        """What names the keys of rows in a language."""
        return self._says[words.language]

    def presets(self, words: Words) -> dict[str, str]:
        """The next acts that one tap promises."""
        return {
            "hour": words.text("Call within the hour"),
            "today": words.text("Call today"),
            "tomorrow": words.text("Call tomorrow"),
        }

    def render(self, name: str, visit: Visit, values: Mapping[str, Any]) -> str:
        """A page of a visit."""
        words = visit.words
        return self._templates.get_template(name).render(
            {
                "_": words.text,
                "pgettext": words.pgettext,
                "ngettext": words.plural,
                "words": words,
                "say": self.say(words),
                "now": visit.now,
                "visit": visit,
                "visitor": visit.visitor,
                "languages": NAMES,
                "leave_to": self.leave_to,
                "path": visit.request.url.path,
                "done": visit.request.query_params.get("done"),
                "presets": self.presets(words),
                **values,
            }
        )
