"""Reading a text as a number or a place on a scale: digits of any script, and numbers in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.lexicon import View
from bot.language.sentence import Reading, Sentence

LONGEST = 9
"""Digits of the longest number read: more is a telephone number."""

STRANGERS = 4
"""Words beside a number that need not be known ("I have 3 small children")."""

_DECIMAL = re.compile(r"[.,٫]")


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text, and the words that say it."""

    start: int
    end: int
    value: float


def read_scale(said: Sentence, known: View, low: float | None, high: float | None) -> Reading | None:
    """A whole number within the scale, alone or as "8 of 10"; None for two numbers, a doubt or a denial."""
    value = whole_number(said, known, high)
    if value is None or value != int(value) or not _within(value, low, high):
        return None
    return Reading(int(value))


def read_number(said: Sentence, known: View, low: float | None, high: float | None) -> Reading | None:
    """The one number of a text, among few other words; None for two numbers, a doubt or a denial."""
    if any(said.asked) or _unclear(said, known):
        return None
    found = numbers(said, known)
    if len(found) != 1 or not _within(found[0].value, low, high):
        return None
    strangers = _strangers(said, known, found[0])
    if strangers > STRANGERS:
        return None
    value = found[0].value
    whole = int(value) if value == int(value) else value
    return Reading(whole, said.rest(found[0].end) if strangers else "", exact=not strangers)


def whole_number(said: Sentence, known: View, high: float | None = None) -> float | None:
    """The number that is all a text says, or None."""
    if not said.keys or any(said.asked) or len(said) > 2 * LONGEST:
        return None
    found = numbers(said, known)
    if not found or len(found) > 2:
        return None
    number = found[0] if len(found) == 1 else _of_the_scale(said, known, found, high)
    if number is None or number.value < 0 or _strangers(said, known, *found):
        return None
    return number.value


def _of_the_scale(said: Sentence, known: View, found: list[Found], high: float | None) -> Found | None:
    """The number meant where there are two: "8 of 10", "8/10", "of 10 I give 8", or one number said twice."""
    first, second = found
    between = said.keys[first.end : second.start]
    slash = said.text[said.words[first.end - 1].end : said.words[second.start].start].strip() == "/"
    if second.value == high and (between in known.out_of.table or (not between and slash)):
        return first
    if first.value == second.value and not between and not slash:
        return first
    opens = first.start == 1 and said.keys[:1] in known.out_of.table
    return second if first.value == high and opens else None


def numbers(said: Sentence, known: View) -> list[Found]:
    """All numbers of a text, in digits or words."""
    found, place = [], 0
    while place < len(said):
        number = _digits(said, place) if said.keys[place].isdigit() else _spelt(said, known, place)
        if number:
            found.append(number)
        place = number.end if number else place + 1
    return found


def _digits(said: Sentence, place: int) -> Found | None:
    first = said.words[place]
    if len(first.key) > LONGEST:
        return None
    sign = -1 if said.text[: first.start].endswith(("-", "−")) and first.start == 1 else 1
    joined = place + 1 < len(said) and said.keys[place + 1].isdigit()
    if joined and _DECIMAL.fullmatch(said.text[first.end : said.words[place + 1].start]):
        part = said.keys[place + 1]
        if len(part) == 3 and first.key != "0":
            return Found(place, place + 2, sign * float(first.key + part))
        if len(part) <= LONGEST:
            return Found(place, place + 2, sign * float(f"{first.key}.{part}"))
    return Found(place, place + 1, sign * float(first.key))


def _spelt(said: Sentence, known: View, place: int) -> Found | None:
    """A number in words: tens and units in either order, with hundreds and thousands."""
    first = known.number_words.at(said, place)
    if not first:
        return None
    start, (length, value) = place, first
    place += length
    total, part = (value, 0) if value == 1000 else (0, value)
    while place < len(said) and not said.breaks[place - 1]:
        joined = said.keys[place : place + 1] in known.number_joins
        following = known.number_words.at(said, place + joined) if place + joined < len(said) else None
        step = _continued(part, total, following[1], joined or _prefixed(said, place)) if following else None
        if following is None or step is None:
            break
        part, total = step
        place += joined + following[0]
    return Found(start, place, float(total + part))


def _prefixed(said: Sentence, place: int) -> bool:
    return said.keys[place][0] in "وw"


def _continued(part: int, total: int, value: int, joined: bool) -> tuple[int, int] | None:
    """The part and total once a further number word is added; None if it begins another number."""
    if value == 1000 and part > 0 and not total:
        return 0, part * 1000
    if value == 100 and 0 < part < 10:
        return part * 100, total
    low = part % 100
    if value < 10 and 20 <= low < 100 and low % 10 == 0 and value:
        return part + value, total
    if value < 100 and not low and (part or total) and value:
        return part + value, total
    if joined and 0 < low < 10 and 20 <= value < 100:
        return part + value, total
    return None


def _strangers(said: Sentence, known: View, *found: Found) -> int:
    """How many words beside the numbers are neither labels, nor politeness, nor "of"."""
    taken = {place for number in found for place in range(number.start, number.end)}
    place = count = 0
    while place < len(said):
        if place in taken:
            step = 1
        else:
            step = known.number_labels.length(said, place)
            if not step and len(found) > 1:
                step = known.out_of.length(said, place)
            count += not step
        place += step or 1
    return count


def _unclear(said: Sentence, known: View) -> bool:
    places = range(len(said))
    return any(known.doubt.at(said, p) or known.negators.at(said, p) for p in places)


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
