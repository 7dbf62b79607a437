"""From an effect to words in the person's language, and from the person's words to an answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.answers import kind_of
from bot.casework.person import Person
from bot.casework.programme import Programme, kept_text
from bot.engine import Ask, Reading, Text
from bot.language import recognise
from bot.language.catalogue import Catalogue, MissingTranslation
from bot.risk import is_plain
from bot.store.tx import Tx

_VARIANT = {"f": "woman", "m": "man"}


@dataclass(frozen=True)
class CaseReader:
    """Reads answers as a person with this language writes them."""

    catalogue: Catalogue
    language: str

    def read(self, question: Ask, text: str) -> Reading | None:
        """The answer that a text gives to a question, or None where it cannot be told."""
        choices = {
            key: [self.catalogue.text(label.msgid, context=label.context), label.msgid]
            for key, label in question.choices.items()
        }
        return recognise(
            kind_of(question.ask, question.meaning),
            text,
            language=self.language,
            choices=choices,
            low=question.low,
            high=question.high,
        )

    def plain(self, text: str) -> bool:
        """Whether a text says no more than yes, no, fine or thanks."""
        return is_plain(text)


def reader(programme: Programme, language: str) -> CaseReader:
    """The reader for a language."""
    return CaseReader(programme.catalogues[language], language)


def words(
    tx: Tx, programme: Programme, person: Person, text: Text, flow: tuple[str, int] | None = None
) -> str:
    """A text in the person's language; one that left the catalogue is said as its flow's version said it.

    Raises:
        MissingTranslation: nobody ever translated it. Nothing is sent then.
    """
    catalogue = programme.catalogues[person.language]
    variant = _VARIANT.get(person.gender or "") if text.addressed else None
    try:
        return catalogue.text(text.msgid, context=text.context, variant=variant)
    except MissingTranslation:
        kept = kept_text(tx, *flow, person.language, text.msgid) if flow else None
        if kept is None:
            raise
        return kept


def labels(programme: Programme, person: Person, question: Ask) -> list[tuple[str, str]]:
    """The choices of a question, as key and label."""
    catalogue = programme.catalogues[person.language]
    return [
        (key, catalogue.text(label.msgid, context=label.context)) for key, label in question.choices.items()
    ]
