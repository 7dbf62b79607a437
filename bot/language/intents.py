"""Global intents: what a person may want at any moment, in any language, whatever was asked.

An intent is the purpose of the whole text, give or take polite words. STOP is also heard at the edge of a
longer text ("STOP he hits me"), never inside one ("he does not stop").
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache

from bot.language.lexicon import Keys, Phrases, folded, languages, merged
from bot.language.sentence import Sentence, take_apart


class Intent(StrEnum):
    """What a person wants of the conversation itself."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    CALL_ME = "CALL_ME"
    LATER = "LATER"
    LANGUAGE = "LANGUAGE"
    WHO = "WHO"
    REPEAT = "REPEAT"
    SKIP = "SKIP"
    CORRECT = "CORRECT"
    UNKNOWN_NUMBER = "UNKNOWN_NUMBER"


LONGEST = 24
"""Words of the longest text that may be an intent as a whole."""

_SHORT = 100


class _Terms:
    """All languages' intent phrases, ready for look-up."""

    def __init__(self) -> None:
        self.whole: Phrases[Intent] = Phrases(_whole())
        self.clause: Phrases[bool] = Phrases((phrase, True) for phrase in _stop("clause"))
        self.edge: Phrases[bool] = Phrases((phrase, True) for phrase in _stop("edge"))
        self.stop_not_before: Phrases[bool] = Phrases((phrase, True) for phrase in merged("stop_not_before"))
        self.polite: Phrases[bool] = Phrases(
            (phrase, True) for kind in ("fillers", "padding") for phrase in merged(kind)
        )
        self.negators: Phrases[bool] = Phrases((phrase, True) for phrase in merged("negators"))
        self.fillers: Phrases[bool] = Phrases((phrase, True) for phrase in merged("fillers"))
        self.joins: Phrases[bool] = Phrases((phrase, True) for phrase in merged("filler_joins"))
        self.names: Phrases[str] = Phrases(_names())


def _whole() -> Iterator[tuple[Keys, Intent]]:
    """STOP last, so that a phrase of two intents stops."""
    for name in sorted(Intent, key=lambda intent: intent is Intent.STOP):
        for data in languages().values():
            terms = data.intents.get(name.value)
            for phrase in folded([*terms.whole, *terms.clause, *terms.edge] if terms else []):
                yield phrase, name


def _stop(kind: str) -> Iterator[Keys]:
    for data in languages().values():
        yield from folded(getattr(data.intents[Intent.STOP], kind))


def _names() -> Iterator[tuple[Keys, str]]:
    for data in languages().values():
        for language, names in data.names.items():
            for phrase in folded(names):
                yield phrase, language


@cache
def _terms() -> _Terms:
    return _Terms()


def intent(text: str) -> Intent | None:
    """The intent of a text, or None. STOP wins over all others."""
    return _short_intent(text) if len(text) <= _SHORT else _intent(text)


def says_only_an_intent(text: str) -> bool:
    """Whether a text is the wish of an intent, give or take polite words, and holds nothing more."""
    known, said = _terms(), take_apart(text)
    start, end = _core(said, known, 0, len(said))
    return said.keys in known.whole.table or said.keys[start:end] in known.whole.table


def intent_language(text: str) -> str | None:
    """The code of the language a text asks for by name, or None; also of languages Besa does not speak."""
    known, said = _terms(), take_apart(text)
    if not 0 < len(said) <= LONGEST or any(said.asked):
        return None
    start, end = _core(said, known, 0, len(said))
    return known.names.table.get(said.keys[start:end]) or known.names.table.get(said.keys)


def is_filler(text: str) -> bool:
    """Whether a text is only thanks, a greeting, "ok" or hearts, so that nobody need act on it."""
    known, said = _terms(), take_apart(text)
    if any(said.asked) or said.rest(len(said)):
        return False
    place, fillers = 0, 0
    while place < len(said):
        step = known.fillers.length(said, place)
        fillers += bool(step)
        step = step or known.joins.length(said, place)
        if not step:
            return False
        place += step
    return fillers > 0


def _intent(text: str) -> Intent | None:
    known, said = _terms(), take_apart(text)
    if not said.keys:
        return None
    found = _of_the_whole(said, known) if len(said) <= LONGEST else None
    if found is Intent.STOP or _stops(said, known):
        return Intent.STOP
    return found


_short_intent = lru_cache(4096)(_intent)


def _of_the_whole(said: Sentence, known: _Terms) -> Intent | None:
    whole = known.whole.table.get(said.keys)
    if whole:
        return whole
    start, end = _core(said, known, 0, len(said))
    core = said.keys[start:end]
    found = known.whole.table.get(core)
    if found:
        return found
    if core in known.names.table and not any(said.asked):
        return Intent.LANGUAGE
    return _of_every_clause(said, known) or _with_more(said, known, start, end)


def _core(said: Sentence, known: _Terms, start: int, end: int) -> tuple[int, int]:
    """The words between polite ones, unless the polite ones begin an intent themselves."""
    if said.keys[start:end] in known.whole.table:
        return start, end
    while start < end and not known.whole.length(said, start) and not known.names.length(said, start):
        step = known.polite.length(said, start)
        if not step:
            break
        start += step
    for last in range(start + 1, end):
        if _polite(said, known, last, end):
            phrase = said.keys[start:last]
            if phrase in known.whole.table or phrase in known.names.table:
                return start, last
    return start, end


def _polite(said: Sentence, known: _Terms, start: int, end: int) -> bool:
    while start < end:
        step = known.polite.length(said, start)
        if not step:
            return False
        start += step
    return True


def _of_every_clause(said: Sentence, known: _Terms) -> Intent | None:
    """The first intent of a text whose clauses are all intents or polite."""
    first: Intent | None = None
    place = 0
    while place < len(said):
        end = said.clause_end(place)
        start, stop = _core(said, known, place, end)
        found = known.whole.table.get(said.keys[start:stop])
        if not found and not _polite(said, known, place, end):
            return None
        first = Intent.STOP if found is Intent.STOP else first or found
        place = end
    return first


def _with_more(said: Sentence, known: _Terms, start: int, end: int) -> Intent | None:
    """An intent phrase followed by fewer words than it has itself, which do not deny it."""
    found = known.whole.at(said, start) if start < end else None
    if not found or end - start - found[0] >= found[0]:
        return None
    if found[1] is Intent.STOP or (found[1] is Intent.LATER and not said.breaks[start + found[0] - 1]):
        return None
    after = range(start + found[0], end)
    return None if any(known.negators.length(said, place) for place in after) else found[1]


def _stops(said: Sentence, known: _Terms) -> bool:
    return _stops_at_start(said, known) or _stops_at_end(said, known)


def _stops_at_start(said: Sentence, known: _Terms) -> bool:
    end = said.clause_end(0)
    start, last = _core(said, known, 0, end)
    if said.keys[start:last] in known.clause.table and not said.asked[end - 1]:
        return True
    start = 0
    while start < len(said) and not known.edge.length(said, start):
        step = known.fillers.length(said, start)
        if not step:
            return False
        start += step
    if start >= len(said):
        return False
    after = start + known.edge.length(said, start)
    if after >= len(said) or said.breaks[after - 1]:
        return not any(said.asked[start:after])
    if _shouted(said, start, after):
        return True
    return not known.stop_not_before.length(said, after)


def _stops_at_end(said: Sentence, known: _Terms) -> bool:
    """A last clause that is a STOP, a STOP phrase of several words after a break, or a shouted last word."""
    if len(said.text) > len(said.text[: said.words[-1].end]) + 20 or said.asked[-1]:
        return False
    last = len(said) - 1
    begin = last
    while begin > 0 and not said.breaks[begin - 1]:
        begin -= 1
    start, end = _core(said, known, begin, last + 1)
    core = said.keys[start:end]
    if core in known.edge.table or core in known.clause.table:
        return True
    return said.keys[last:] in known.edge.table and _shouted(said, last, last + 1)


def _shouted(said: Sentence, start: int, end: int) -> bool:
    """Whether these words, and not the others, stand in capitals."""
    here = said.text[said.words[start].start : said.words[end - 1].end]
    others = said.text[: said.words[start].start] + said.text[said.words[end - 1].end :]
    return here.isupper() and not others.isupper()
