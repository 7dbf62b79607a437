"""Reading a text as a date: day before month, with the month in digits or words, or a day told from today."""

from __future__ import annotations

import datetime
import re

from bot.language.folding import fold
from bot.language.lexicon import View
from bot.language.sentence import Reading, Sentence

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*(\d{4}|\d{2}))?")
_HALF_A_YEAR = 183


def read_date(said: Sentence, known: View, today: datetime.date | None) -> Reading | None:
    """The one date a text consists of, as an ISO date.

    Without ``today`` only dates with their year are read. A date without a year is the one nearest to
    today, a weekday the next one after today. None for doubt, a question, or anything more than the date.
    """
    if any(said.asked) or len(said.keys) > 8:
        return None
    marks = " " + fold(said.text[: said.words[-1].end]).strip(" .,!") if said.words else ""
    found = _in_digits(marks.strip(), today) or _in_words(said, known, today)
    return Reading(found.isoformat()) if found else None


def _in_digits(text: str, today: datetime.date | None) -> datetime.date | None:
    iso = _ISO.fullmatch(text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    day_first = _DAY_FIRST.fullmatch(text)
    if not day_first:
        return None
    return _with_year(int(day_first[1]), int(day_first[2]), day_first[3], today)


def _in_words(said: Sentence, known: View, today: datetime.date | None) -> datetime.date | None:
    day = month = year = None
    told: datetime.date | None = None
    place = 0
    while place < len(said):
        key = said.keys[place]
        month_found = known.months.at(said, place)
        if key.isdigit() and len(key) == 4 and year is None:
            year, step = key, 1
        elif key.isdigit() and len(key) <= 2 and day is None:
            day, step = int(key), 1
        elif month_found and month is None and day is not None:
            step, month = month_found
        elif relative := _relative(said, known, place, today):
            if told and told != relative[1]:
                return None
            step, told = relative
        else:
            step = known.skipped.length(said, place)
            if not step:
                return None
        place += step
    if day is not None and month is not None and told is None:
        return _with_year(day, month, year, today)
    return told if day is None else None


def _relative(
    said: Sentence, known: View, place: int, today: datetime.date | None
) -> tuple[int, datetime.date] | None:
    if today is None:
        return None
    days = known.days.at(said, place)
    if days:
        return days[0], today + datetime.timedelta(days=days[1])
    weekday = known.weekdays.at(said, place)
    if weekday:
        ahead = (weekday[1] - today.isoweekday() - 1) % 7 + 1
        return weekday[0], today + datetime.timedelta(days=ahead)
    return None


def _with_year(day: int, month: int, year: str | None, today: datetime.date | None) -> datetime.date | None:
    if year is not None:
        return _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    if today is None:
        return None
    near = (_date(today.year + step, month, day) for step in (-1, 0, 1))
    return next((d for d in near if d and abs((d - today).days) <= _HALF_A_YEAR), None)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
