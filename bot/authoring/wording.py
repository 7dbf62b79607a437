"""Checks the wording in every language: it is there, short, complete, and gives nothing away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from re import Pattern

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.authoring.finding import Finding
from bot.authoring.spoken import Spoken, all_spoken
from bot.authoring.yaml12 import read
from bot.engine import Flows, Text
from bot.language.catalogue import SOURCE_LANGUAGE, VARIANTS, Catalogue, MissingTranslation, placeholders
from bot.language.choices import with_choices
from bot.language.segments import segments

MOST_SEGMENTS = 2


class Telltale(BaseModel):
    """The words of one language that give the programme away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: str = ""
    stems: tuple[str, ...]
    words: tuple[str, ...] = ()

    def pattern(self) -> Pattern[str]:
        """Match any of them in text that went through ``plain``."""
        stems = "|".join(re.escape(plain(stem)) for stem in self.stems)
        words = "|".join(rf"{re.escape(plain(word))}\b" for word in self.words)
        return re.compile(rf"\b{self.before}(?:{'|'.join(filter(None, (stems, words)))})")


def plain(text: str) -> str:
    """Lower case without diacritics, as people type in a hurry."""
    split = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in split if not unicodedata.combining(char))


def place(catalogue: Catalogue, file: str, within: str) -> tuple[str, str]:
    """Return the file in which a sentence is mended, and the place in it. English stands in the flow."""
    if catalogue.language == SOURCE_LANGUAGE:
        return file, within
    return f"{catalogue.language}/LC_MESSAGES/besa.po", f"{file.removesuffix('.yaml')}, {within}"


def check_wording(flows: Flows, catalogues: Mapping[str, Catalogue]) -> Iterator[Finding]:
    """Yield what is wrong with any sentence in any language, each once."""
    for catalogue in catalogues.values():
        found: dict[Finding, None] = {}
        for each in all_spoken(flows):
            found.update(dict.fromkeys(_check(each, catalogue)))
        yield from found


def _check(each: Spoken, catalogue: Catalogue) -> Iterator[Finding]:
    complete = True
    for text in (each.text, *each.choices):
        for finding in _check_text(text, each, catalogue):
            complete = False
            yield finding
    if not complete:
        return
    labels = [catalogue.sentence(label.msgid, context=label.context) for label in each.choices]
    for variant in _variants(each.text):
        sentence = catalogue.sentence(each.text.msgid, context=each.text.context, variant=variant)
        sent = segments(with_choices(sentence, labels))
        if sent.segments > MOST_SEGMENTS:
            what = f"{each.text.msgid!r} takes {sent.segments} SMS in {sent.encoding} with its choices"
            yield _found(each, catalogue, what, f"shorten it to {MOST_SEGMENTS}")


def _check_text(text: Text, each: Spoken, catalogue: Catalogue) -> Iterator[Finding]:
    for variant in _variants(text):
        try:
            sentence = catalogue.sentence(text.msgid, context=text.context, variant=variant)
        except MissingTranslation:
            what = f"{text.msgid!r} has no finished translation"
            yield _found(each, catalogue, what, "translate it, and take the mark fuzzy off")
            continue
        wanted, have = placeholders(text.msgid), placeholders(sentence)
        for name in sorted(wanted - have):
            yield _found(each, catalogue, f"{text.msgid!r} has lost {{{name}}}", "put it in")
        for name in sorted(have - wanted):
            yield _found(each, catalogue, f"{text.msgid!r} has {{{name}}} too much", "take it out")
        if telltale := _telltale(catalogue.language).search(plain(sentence)):
            yield _found(each, catalogue, f"{telltale[0]!r} gives the programme away", "say it without")


def _variants(text: Text) -> tuple[str | None, ...]:
    return (None, *VARIANTS) if text.addressed else (None,)


def _found(each: Spoken, catalogue: Catalogue, what: str, mend: str) -> Finding:
    return Finding(*place(catalogue, each.file, each.place), what, mend)


@cache
def _telltale(language: str) -> Pattern[str]:
    data = read(files("bot.authoring").joinpath("data/telltale.yaml").read_text("utf-8"))
    telltales = TypeAdapter(dict[str, Telltale]).validate_python(data)
    return telltales[language].pattern() if language in telltales else re.compile(r"(?!)")
