"""What is known of each language: the data files of ``data/``, checked, folded and made ready for look-up.

A language is one file. Its own words come first; those of the other languages are understood too, except
where the word means something else in the language of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Generic, Literal, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictStr, ValidationError

from bot.language.folding import keys
from bot.language.sentence import Sentence

T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Keys = tuple[str, ...]
Polarity = Literal["yes", "no"]
Implying = Literal[
    "likely",
    "unsure",
    "always",
    "somebody",
    "nobody",
    "here",
    "contact",
    "safe",
    "unsafe",
    "enough",
    "times",
    "write",
    "aside",
    "taken_back",
]
"""Words that answer a question without being what it asked for; see ``implied.py``."""


def _flat(value: object) -> object:
    """Lists of lists are allowed, so that a long list may be grouped."""
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        return [word for group in value for word in (group if isinstance(group, list) else [group])]
    return value


def _wordy(terms: list[str]) -> list[str]:
    for term in terms:
        if not keys(term):
            raise ValueError(f"{term!r} has no word or emoji in it")
    return terms


Terms = Annotated[list[StrictStr], BeforeValidator(_flat), AfterValidator(_wordy)]


class IntentTerms(BaseModel):
    """Phrases of an intent: as the whole text, as a clause at either end, or at the edge of a longer text."""

    model_config = ConfigDict(extra="forbid")
    whole: Terms
    clause: Terms = []
    edge: Terms = []


class LanguageData(BaseModel):
    """One language's file, as written."""

    model_config = ConfigDict(extra="forbid")
    language: str
    names: dict[str, Terms]
    avoid: Terms
    yes: Terms
    no: Terms
    openers: Terms
    particles: Terms
    doubt: Terms
    sometimes: Terms
    agreeing: Terms
    ease: Terms
    but: Terms
    negators: Terms
    questions: Terms
    fillers: Terms
    filler_joins: Terms
    stop_not_before: Terms
    padding: Terms
    number_labels: Terms
    out_of: Terms
    number_joins: Terms
    numbers: dict[int, Terms]
    months: dict[int, Terms]
    weekdays: dict[int, Terms]
    days: dict[int, Terms]
    intents: dict[str, IntentTerms]
    choices: dict[str, Terms]
    implied: dict[Implying, Terms] = {}
    needs: dict[str, Terms] = {}


class LexiconError(ValueError):
    """A language's data file cannot be used; the message names file, place and mend."""


class Phrases(Generic[T]):
    """Phrases with a value each, found at a place in a text, longest first."""

    def __init__(self, entries: Iterable[tuple[Keys, T]] = ()) -> None:
        self.table: dict[Keys, T] = dict(entries)
        self.table.pop((), None)
        lengths: dict[str, set[int]] = {}
        for phrase in self.table:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        self._lengths = {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}

    def at(self, said: Sentence, place: int) -> tuple[int, T] | None:
        """The longest phrase that starts at a place and ends in its clause: its words and its value."""
        text = said.keys
        for length in self._lengths.get(text[place], ()):
            value = self.table.get(text[place : place + length])
            if value is not None and (length == 1 or place + length <= said.clause_end(place)):
                return length, value
        return None

    def length(self, said: Sentence, place: int) -> int:
        """How many words the longest phrase at a place takes; 0 if there is none."""
        found = self.at(said, place)
        return found[0] if found else 0


@dataclass(frozen=True)
class View:
    """All words as someone writing in one language means them."""

    own_answers: Phrases[Polarity]
    other_answers: Phrases[Polarity]
    openers: frozenset[Keys]
    particles: frozenset[Keys]
    doubt: Phrases[bool]
    sometimes: Phrases[bool]
    agreeing: Phrases[bool]
    ease: Phrases[bool]
    negators: Phrases[bool]
    questions: Phrases[bool]
    fillers: Phrases[bool]
    skipped: Phrases[bool]
    number_words: Phrases[int]
    number_labels: Phrases[bool]
    out_of: Phrases[bool]
    number_joins: frozenset[Keys]
    months: Phrases[int]
    weekdays: Phrases[int]
    days: Phrases[int]
    own_choices: Mapping[str, frozenset[Keys]]
    other_choices: Mapping[str, frozenset[Keys]]
    choice_words: Phrases[bool]
    feelings: Phrases[str]
    hours: Phrases[bool]
    implied: Mapping[str, Phrases[bool]]
    needs: Phrases[str]
    implying: frozenset[str]
    vocabulary: frozenset[str]


@cache
def languages() -> Mapping[str, LanguageData]:
    """Every language that has a data file, by its code. Raises LexiconError."""
    folder = files("bot.language").joinpath("data")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    found = {}
    for name in names:
        if name != "folding.yaml":
            data = parse(name, folder.joinpath(name).read_text("utf-8"))
            found[data.language] = data
    return found


def parse(name: str, text: str) -> LanguageData:
    """Read one language's file. Raises LexiconError with one line that names file, place and mend."""
    try:
        return LanguageData.model_validate(yaml.load(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise LexiconError(f"{name}:{line}: not YAML; mend the indentation, quote or bracket there") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        mend = "quote the word" if first["type"] == "string_type" else "see the other languages' files"
        raise LexiconError(f"{name}: {place}: {first['msg']}; {mend}") from None


def folded(terms: Iterable[str]) -> Iterator[Keys]:
    """The folded words of each term."""
    return (keys(term) for term in terms)


def merged(kind: str) -> Iterator[Keys]:
    """One list of every language's file, folded."""
    for data in languages().values():
        yield from folded(getattr(data, kind))


@cache
def view(language: str) -> View:
    """The words as meant by someone writing in a language; one without a data file is read as English."""
    every = languages()
    own = every.get(language, every["en"])
    return _Viewer(own, [data for data in every.values() if data is not own]).build()


def _single_words(data: LanguageData) -> frozenset[str]:
    lists = [data.yes, data.no, data.doubt, data.ease, data.but, data.negators, data.fillers, data.padding]
    lists += [data.avoid, data.questions, *data.choices.values(), *data.numbers.values()]
    return frozenset(word for terms in lists for phrase in folded(terms) for word in phrase)


class _Viewer:
    """Builds a view: a language's own terms, and those of others that do not mean something else in it."""

    def __init__(self, own: LanguageData, others: list[LanguageData]) -> None:
        self.own, self.others, self.known = own, others, _single_words(own)

    def foreign(self, terms: Iterable[str]) -> Iterator[Keys]:
        return (
            phrase
            for phrase in folded(terms)
            if len(phrase) > 1 or phrase[0] not in self.known or not phrase[0].isalnum()
        )

    def flags(self, *kinds: str) -> Phrases[bool]:
        found = {phrase for kind in kinds for phrase in folded(getattr(self.own, kind))}
        for data in self.others:
            for kind in kinds:
                found.update(self.foreign(getattr(data, kind)))
        return Phrases((phrase, True) for phrase in found)

    def table(self, kind: str) -> Phrases[int]:
        found: dict[Keys, int] = {}
        for data in self.others:
            for value, terms in getattr(data, kind).items():
                found.update((phrase, value) for phrase in self.foreign(terms))
        for value, terms in getattr(self.own, kind).items():
            found.update((phrase, value) for phrase in folded(terms))
        return Phrases(found.items())

    def other_answers(self) -> Phrases[Polarity]:
        found: dict[Keys, set[Polarity]] = {}
        for data in self.others:
            for phrase in self.foreign(data.yes):
                found.setdefault(phrase, set()).add("yes")
            for phrase in self.foreign(data.no):
                found.setdefault(phrase, set()).add("no")
        return Phrases((phrase, *meant) for phrase, meant in found.items() if len(meant) == 1)  # type: ignore[misc]

    def other_choices(self) -> dict[str, frozenset[Keys]]:
        found: dict[str, set[Keys]] = {}
        for data in self.others:
            for key, terms in _choices(data).items():
                found.setdefault(key, set()).update(self.foreign(terms))
        return {key: frozenset(phrases) for key, phrases in found.items()}

    def implied(self, kind: Implying) -> Phrases[bool]:
        """The language's own list; where no language is spoken that has one, all of them."""
        sources = [self.own] if self.own.language != "en" else [self.own, *self.others]
        return Phrases((phrase, True) for data in sources for phrase in folded(data.implied.get(kind, ())))

    def needs(self) -> Phrases[str]:
        """What may be needed, with its category; the language's own words come first."""
        sources = [self.own] if self.own.language != "en" else [*self.others, self.own]
        return Phrases(
            (phrase, kind)
            for data in sources
            for kind, terms in data.needs.items()
            for phrase in folded(terms)
        )

    def wishes(self) -> set[str]:
        """Words of intents: known as they stand: a call for help is never mended into another word."""
        phrases = (
            phrase
            for data in (self.own, *self.others)
            for terms in data.intents.values()
            for listed in (terms.whole, terms.clause, terms.edge)
            for phrase in folded(listed)
        )
        return {word for phrase in phrases for word in phrase}

    def build(self) -> View:
        own = self.own
        own_choices = {key: frozenset(folded(terms)) for key, terms in _choices(own).items()}
        answers: list[tuple[Keys, Polarity]] = [(phrase, "yes") for phrase in folded(own.yes)]
        answers += [(phrase, "no") for phrase in folded(own.no)]
        other_choices = self.other_choices()
        feelings = [phrase for key, terms in own.choices.items() for phrase in folded(terms)]
        implied = {kind: self.implied(kind) for kind in get_args(Implying)}
        needs = self.needs()
        said = {*needs.table, *(phrase for phrases in implied.values() for phrase in phrases.table)}
        return View(
            own_answers=Phrases(answers),
            other_answers=self.other_answers(),
            openers=frozenset(folded(own.openers)),
            particles=frozenset(folded(own.particles)),
            doubt=self.flags("doubt", "but", "ease"),
            sometimes=self.flags("sometimes"),
            agreeing=self.flags("agreeing"),
            ease=self.flags("ease"),
            negators=self.flags("negators"),
            questions=self.flags("questions"),
            fillers=self.flags("fillers"),
            skipped=self.flags("fillers", "padding"),
            number_words=self.table("numbers"),
            number_labels=self.flags("number_labels", "padding", "fillers"),
            out_of=self.flags("out_of"),
            number_joins=frozenset(self.flags("number_joins").table),
            months=self.table("months"),
            weekdays=self.table("weekdays"),
            days=self.table("days"),
            own_choices=own_choices,
            other_choices=other_choices,
            choice_words=Phrases((phrase, True) for phrase in feelings),
            feelings=Phrases(
                (phrase, key)
                for choices in (other_choices, own_choices)
                for key in ("fine", "so_so", "not_well")
                for phrase in choices[key]
            ),
            hours=Phrases(
                (phrase, True)
                for choices in (other_choices, own_choices)
                for key in ("morning", "afternoon", "evening", "any")
                for phrase in choices[key]
            ),
            implied=implied,
            needs=needs,
            implying=frozenset(word for phrase in said for word in phrase),
            vocabulary=frozenset(word for word in self.known | self.wishes() if not word.isdigit()),
        )


def _choices(data: LanguageData) -> dict[str, list[str]]:
    return {**data.choices, **data.names, "yes": data.yes, "no": data.no}
