"""Reading a text as yes or no.

A wrong yes may hide danger and a missing one only brings a question again, so whatever is doubtful, asked,
denied or said both ways is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.language.lexicon import Polarity, View
from bot.language.sentence import Reading, Sentence

DOUBT_WITHIN = 12
"""Words after an answer in which doubt still concerns it."""


def read_yes_no(said: Sentence, known: View) -> Reading | None:
    """The answer a text begins with, after greetings; None if it is not plainly yes or no."""
    start = _answer_start(said, known)
    if start is None:
        return None
    found = answer_at(said, known, start)
    if found is None:
        return None
    length, value, own = found
    after = _past_repeats(said, known, start + length, value)
    end = said.clause_end(after - 1)
    used = _used(said, known, after, end, value)
    if used is None or (used < end and not own) or any(said.asked[:end]):
        return None
    if used < end and not _opens(said, known, start, length, value):
        return None
    if used < end and denies(said, known, used, end, value):
        return None
    if doubted(said, known, start, length, end):
        return None
    if contradicted(said, known, end, value):
        return None
    return remainder(said, known, used, value)


def read_agreement(said: Sentence, known: View) -> Reading | None:
    """As yes or no, where "good" and "fine" by themselves, or after a yes, say no more than yes.

    "Yes, good, yes" answers three questions, and "po, jam mire" two: those are lists.
    """
    place, met = 0, ""
    while place < len(said):
        found = answer_at(said, known, place)
        yes = found[0] if found and found[1] == "yes" else 0
        good = known.agreeing.length(said, place)
        step = max(yes, good) or known.fillers.length(said, place)
        another = met and 0 < yes < len(said) - place and _particle(said, known, place, yes)
        if not step or said.asked[place] or another or (yes and met.startswith("yes good")):
            return read_yes_no(said, known)
        met += "yes " if yes else "good " if good else ""
        place += step
    return Reading("yes", "", exact=True) if met else None


def answer_at(said: Sentence, known: View, place: int) -> tuple[int, Polarity, bool] | None:
    """Words taken, answer, and whether it is the case language's own word."""
    own = known.own_answers.at(said, place)
    other = known.other_answers.at(said, place)
    if own and not (other and other[0] > own[0]):
        return *own, True
    return (*other, False) if other else None


def _opens(said: Sentence, known: View, place: int, length: int, value: Polarity) -> bool:
    """Whether an answer may open a longer clause.

    "Yes he hits me" is a yes, and "jo nuk me nget" a no; "I don't want to live" and "no money" are neither.
    """
    phrase = said.keys[place : place + length]
    if phrase not in known.openers and not all((word,) in known.openers for word in phrase):
        return False
    after = place + length
    return value == "yes" or any(
        known_words.length(said, after) for known_words in (known.skipped, known.negators, known.own_answers)
    )


def _particle(said: Sentence, known: View, place: int, length: int) -> bool:
    """Whether a word is an answer only when it stands alone, and else has another meaning."""
    return said.keys[place : place + length] in known.particles


def _answer_start(said: Sentence, known: View) -> int | None:
    place = 0
    while place < len(said):
        doubt = known.doubt.length(said, place)
        found = answer_at(said, known, place)
        if found and found[0] >= doubt:
            return place
        skipped = known.skipped.length(said, place)
        if doubt or not skipped:
            return None
        place += skipped
    return None


def _past_repeats(said: Sentence, known: View, place: int, value: Polarity) -> int:
    while place < len(said) and not said.breaks[place - 1]:
        found = answer_at(said, known, place)
        if not found or found[1] != value or known.doubt.length(said, place) > found[0]:
            break
        place += found[0]
    return place


def _used(said: Sentence, known: View, place: int, end: int, value: Polarity) -> int | None:
    """How far the answer's clause says no more than the answer; None where it takes the answer back."""
    first = place
    while place < end:
        if ease := known.ease.length(said, place):
            place += ease
            continue
        if known.doubt.length(said, place):
            return None
        if value == "no" and place == first and _denied_feeling(said, known, place):
            return None
        found = answer_at(said, known, place)
        if found and found[1] == value:
            place += found[0]
        elif found and not _particle(said, known, place, found[0]):
            return None
        elif step := known.skipped.length(said, place):
            place += step
        else:
            return first
    return place


def _denied_feeling(said: Sentence, known: View, place: int) -> bool:
    """Whether a no belongs to a feeling after it: "jo mire" is not well, "jo jam mire" is no, I am well."""
    return bool(known.choice_words.length(said, place)) and not known.skipped.length(said, place)


def denies(said: Sentence, known: View, start: int, end: int, value: str) -> bool:
    """Whether words of a clause turn a positive answer round."""
    if value == "no":
        return any(_says(said, known, place, "yes") for place in range(start, end))
    places = _places(said, known, start, end)
    return any(known.negators.length(said, place) or _says(said, known, place, "no") for place in places)


def _places(said: Sentence, known: View, start: int, end: int) -> Iterator[int]:
    """The places of some words, without "no problem", which denies nothing."""
    while start < end:
        ease = known.ease.length(said, start)
        if not ease:
            yield start
        start += ease or 1


def _says(said: Sentence, known: View, place: int, value: Polarity) -> bool:
    found = known.own_answers.at(said, place)
    return bool(found and found[1] == value and not _particle(said, known, place, found[0]))


def doubted(said: Sentence, known: View, start: int, length: int, end: int) -> bool:
    """Whether a doubt stands in a clause anywhere from an answer on, but not inside the answer itself."""
    for place in _places(said, known, start, end):
        doubt = known.doubt.length(said, place)
        if doubt and place + doubt > start + length:
            return True
    return False


def doubts(said: Sentence, known: View, start: int, end: int) -> bool:
    """Whether words say perhaps, but, or I do not know."""
    return any(known.doubt.length(said, place) for place in _places(said, known, start, end))


def contradicted(said: Sentence, known: View, start: int, value: str) -> bool:
    """Whether what follows the answer's clause doubts it or takes it back.

    A further clause that is an answer by itself belongs to the next question; but two opposite answers with
    only a comma between, and nothing more, are a change of mind.
    """
    if start >= len(said):
        return False
    if doubts(said, known, start, min(len(said), start + DOUBT_WITHIN)):
        return True
    end = said.clause_end(start)
    if said.breaks[start - 1] == 2:
        return False
    alone = _whole_answer(said, known, start, end)
    if alone and (value in ("yes", "no") or _opens_with_answer(said, known, start)):
        return end == len(said) and value in ("yes", "no") and alone != value
    return value != "no" and denies(said, known, start, end, value)


def _opens_with_answer(said: Sentence, known: View, place: int) -> bool:
    """Whether a word is yes or no by itself: "mire, jo" are two answers, "mire, nuk jam" is none."""
    return said.keys[place : place + 1] in known.own_answers.table


def _whole_answer(said: Sentence, known: View, start: int, end: int) -> Polarity | None:
    value: Polarity | None = None
    while start < end:
        found = answer_at(said, known, start)
        if found and found[1] != (value or found[1]):
            return None
        if known.choice_words.length(said, start) and not found:
            return None
        if found:
            value, step = found[1], found[0]
        else:
            step = known.skipped.length(said, start) or known.ease.length(said, start)
        if not step:
            return None
        start += step
    return value


def remainder(said: Sentence, known: View, place: int, value: Polarity) -> Reading:
    """The reading of an answer, with what follows it."""
    start = place
    while place < len(said):
        found = answer_at(said, known, place)
        same = found[0] if found and found[1] == value else 0
        step = same or known.skipped.length(said, place) or known.ease.length(said, place)
        if not step:
            return Reading(value, said.rest(start), exact=False)
        place += step
    tail = said.rest(len(said))
    return Reading(value, tail, exact=not tail)
