"""Find the signs of the pattern files in a text. A sign can only raise a level, never lower one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.risk.normalise import BREAK, Folded, fold
from bot.risk.pattern_file import Entry, PatternError, PatternFile, pattern_files
from bot.risk.readings import Kind, Reading, Script, script_of, skeleton
from bot.risk.taxonomy import Category, Evidence, Level

_START, _END = "(?<![^ \n])", "(?![^ \n])"
_SENTENCE_START, _SENTENCE_END = "(?<![^\n])", "(?![^\n])"
_WORD = "[^ \n]"
_BEGINNING = (1, 2, 3, 4)
_LEAST_CONSONANTS = 3
"""A word of fewer consonants stands for too many others to be looked for by its skeleton."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to write a sign: what must occur at all, and the expression that finds it."""

    kind: Kind
    needs: tuple[str, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A compiled entry of a pattern file."""

    name: str
    level: Level
    categories: tuple[Category, ...]
    sequences: tuple[Wording, ...]
    cancels: tuple[tuple[str, tuple[Wording, ...]], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A sign found in a text; ``cancelled`` names what in the same sentence takes it back."""

    name: str
    level: Level
    evidence: tuple[Evidence, ...]
    cancelled: str = ""

    @property
    def doubtful(self) -> bool:
        """Tell whether the sign is grave and taken back by a word that is easily misread."""
        return self.level is Level.CRITICAL and self.cancelled in ("over", "denied")


def find(readings: Sequence[Reading]) -> list[Hit]:
    """Return the signs in the readings of one text, each once, uncancelled before cancelled."""
    hits: dict[str, Hit] = {}
    for reading in readings:
        for sign, wording in _candidates(reading):
            for hit in _look(sign, wording, reading, readings):
                known = hits.get(sign.name)
                if known is None or (known.cancelled and not hit.cancelled):
                    hits[sign.name] = hit
    return list(hits.values())


def _candidates(reading: Reading) -> Iterator[tuple[Sign, Wording]]:
    """Yield the wordings of which a needed word begins somewhere in the text, in a fixed order."""
    text, index = reading.folded.text, _index(reading.kind is Kind.SKELETON)
    beginnings = {text[i : i + size] for size in _BEGINNING for i in range(len(text) - size + 1)}
    numbers = {number for each in beginnings & index.keys() for number in index[each]}
    wordings = _wordings()
    for number in sorted(numbers):
        sign, wording = wordings[number]
        if any(need in text for need in wording.needs):
            yield sign, wording


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compile at first use: most wordings are never needed."""
    return re.compile(expression)


@cache
def _wordings() -> tuple[tuple[Sign, Wording], ...]:
    return tuple((sign, wording) for sign in signs() for wording in sign.sequences)


@cache
def _index(skeleton_only: bool) -> dict[str, list[int]]:
    """Return the numbers of the wordings by the beginnings of the words that they need."""
    index: dict[str, list[int]] = {}
    for number, (_, wording) in enumerate(_wordings()):
        if (wording.kind is Kind.SKELETON) is skeleton_only:
            for beginning in {need[: max(_BEGINNING)] for need in wording.needs}:
                index.setdefault(beginning, []).append(number)
    return index


def _look(sign: Sign, wording: Wording, reading: Reading, readings: Sequence[Reading]) -> Iterator[Hit]:
    """Yield the first hit in each sentence; what else a sentence holds of the same sign tells no more."""
    text = reading.folded.text
    met = -1
    for match in _compiled(wording.expression).finditer(text):
        number = text.count(BREAK, 0, match.start())
        if number == met:
            continue
        met = number
        start, end = reading.folded.span(match.start(), match.end())
        evidence = tuple(Evidence(start, end, category) for category in sign.categories)
        yield Hit(sign.name, sign.level, evidence, _cancelled(sign, readings, number))


def _cancelled(sign: Sign, readings: Sequence[Reading], number: int) -> str:
    """Return the name of a cancel found in a sentence, in whichever reading, or nothing."""
    for reading in readings:
        sentence = reading.folded.text.split(BREAK)[number]
        for name, sequences in sign.cancels:
            for sequence in sequences:
                if _readable(sequence.kind, reading) and _compiled(sequence.expression).search(sentence):
                    return name
    return ""


def _readable(kind: Kind, reading: Reading) -> bool:
    """Tell whether a sequence applies: skeletons to skeletons, letters to letters of either reading."""
    return (kind is Kind.SKELETON) == (reading.kind is Kind.SKELETON)


@cache
def signs() -> tuple[Sign, ...]:
    """Compile all pattern files, once."""
    return tuple(sign for file in pattern_files() for sign in compile_file(file))


def compile_file(file: PatternFile) -> list[Sign]:
    """Compile the entries of one file; raise PatternError where ``any`` cannot be read."""
    cancels = {
        name: tuple(_sequence(line, file, f"cancels.{name}") for line in lines)
        for name, lines in file.cancels.items()
    }
    return [_sign(entry, file, cancels) for entry in file.patterns]


def _sign(entry: Entry, file: PatternFile, cancels: Mapping[str, tuple[Wording, ...]]) -> Sign:
    sequences = tuple(_sequence(line, file, entry.id) for line in entry.any)
    taken = tuple((name, cancels[name]) for name in entry.unless)
    return Sign(f"{file.language}.{entry.id}", entry.level, entry.categories, sequences, taken)


def _sequence(line: str, file: PatternFile, place: str) -> Wording:
    """Compile one line: words, ``stem*``, ``a|b``, ``{group}``, ``word?``, ``~n``, ``^``, ``$``.

    docs/risk.md explains them. Raise PatternError for a line that cannot be read.
    """
    tokens = line.split()
    arabizi = file.language == "ar" and script_of(line) is Script.LATIN and tokens[0] != "="
    kind = Kind.SKELETON if arabizi else Kind.TYPED
    tokens = tokens[tokens[0] == "=" :]
    first, last = tokens[:1] == ["^"], tokens[-1:] == ["$"]
    expression = ""
    needs: tuple[str, ...] = ()
    for token in tokens[first : len(tokens) - last]:
        if gap := re.fullmatch(r"~(\d)", token):
            expression += f"(?: {_WORD}+){{0,{gap[1]}}}?"
            continue
        words = tuple(_words(token.rstrip("?"), file, place, kind))
        choice = f"(?:{'|'.join(map(_expression, words))})"
        if token.endswith("?"):
            expression += f"(?: {choice})?" if needs else f"(?:{choice} )?"
            continue
        expression += " " * bool(needs) + choice
        plain = tuple(word.strip("*") for word in words)
        if min(map(len, plain)) > min(map(len, needs), default=0):
            needs = plain
    if not needs:
        raise PatternError(f"{file.language}.yaml: {place}: {line!r} holds no word that must occur")
    if kind is Kind.SKELETON and min(map(len, needs)) < _LEAST_CONSONANTS:
        raise PatternError(f"{file.language}.yaml: {place}: {line!r} has too few consonants; start it with =")
    start, end = _SENTENCE_START if first else _START, _SENTENCE_END if last else _END
    return Wording(kind, needs, start + expression + end)


def _words(token: str, file: PatternFile, place: str, kind: Kind) -> Iterable[str]:
    """Return the folded words that one token stands for."""
    for part in token.split("|"):
        if part.startswith("{"):
            name = part.strip("{}")
            if name not in file.groups:
                raise PatternError(f"{file.language}.yaml: {place}: there is no group {name}")
            for word in file.groups[name]:
                yield _folded(word, kind, file, place)
        else:
            yield _folded(part, kind, file, place)


def _folded(word: str, kind: Kind, file: PatternFile, place: str) -> str:
    """Fold a word of a pattern as texts are folded, keeping its stars."""
    body: Folded = fold(word.strip("*"))
    text = skeleton(body).text if kind is Kind.SKELETON else body.text
    if not text:
        raise PatternError(f"{file.language}.yaml: {place}: nothing is left of {word!r} after folding")
    if kind is Kind.SKELETON and "*" in word and len(text) < _LEAST_CONSONANTS:
        raise PatternError(f"{file.language}.yaml: {place}: {word!r} has too few consonants for a star")
    return "*" * word.startswith("*") + text + "*" * (word.endswith("*") and len(word) > 1)


def _expression(word: str) -> str:
    before = f"{_WORD}*" if word.startswith("*") else ""
    after = f"{_WORD}*" if word.endswith("*") else ""
    return before + re.escape(word.strip("*")) + after
