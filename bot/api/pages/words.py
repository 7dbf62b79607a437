"""The page's own words in each language: its catalogues, and how it writes times and numbers.

They stand in ``LANGUAGE/LC_MESSAGES/page.po``, apart from what is said to returnees. What a folder of an
office's own translations does not hold is taken from the shipped one, and in the last resort is English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from bot.data_files import directory
from bot.language.catalogue import SOURCE_LANGUAGE, SPOKEN, Catalogue, MissingTranslation

_REGIONS = {"ar": "ar_MA", "en": "en_GB"}
NAMES = {"en": "English", "sq": "Shqip", "ar": "العربية", "uk": "Українська"}
_MOST_LANGUAGES_READ = 20


@dataclass(frozen=True)
class Words:
    """How the page speaks in one language."""

    catalogue: Catalogue

    @property
    def language(self) -> str:
        """The language's code."""
        return self.catalogue.language

    @property
    def direction(self) -> str:
        """Which way it is written: ltr or rtl."""
        return self._locale.text_direction

    @property
    def _locale(self) -> Locale:
        return Locale.parse(_REGIONS.get(self.language, self.language))

    def text(self, msgid: str, **params: Any) -> str:
        """A sentence."""
        return self._said(None, msgid, params)

    def pgettext(self, context: str, msgid: str, **params: Any) -> str:
        """A sentence in a context, such as a level, where a word alone has several translations."""
        return self._said(context, msgid, params)

    def plural(self, singular: str, plural: str, n: int, **params: Any) -> str:
        """The form that ``n`` takes; ``{n}`` stands for the number itself."""
        try:
            return self.catalogue.plural(singular, plural, n, params)
        except MissingTranslation:
            return _ENGLISH.plural(singular, plural, n, params)

    def _said(self, context: str | None, msgid: str, params: Mapping[str, Any]) -> str:
        try:
            return self.catalogue.text(msgid, context=context, params=params)
        except MissingTranslation:
            return _ENGLISH.text(msgid, params=params)

    def moment(self, at: datetime, zone: str = "UTC") -> str:
        """A moment with its day of the week, in a zone."""
        comma = "،" if self.language == "ar" else ","
        pattern = f"EEE d MMM{comma} HH:mm"
        return format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=self._locale)

    def hour(self, at: datetime, zone: str = "UTC") -> str:
        """The hour of a moment in a zone."""
        return format_datetime(at, "HH:mm", tzinfo=ZoneInfo(zone), locale=self._locale)

    def day(self, at: date) -> str:
        """A day written out."""
        return format_date(at, "long", locale=self._locale)

    def away(self, at: datetime, now: datetime) -> str:
        """How far a moment lies ahead or back: "in 15 minutes", "3 hours ago"."""
        if abs(at - now) < timedelta(minutes=1):
            return self.text("just now")
        return format_timedelta(at - now, add_direction=True, threshold=1.2, locale=self._locale)

    def lasting(self, span: timedelta) -> str:
        """How long something takes."""
        return format_timedelta(span, threshold=1.2, locale=self._locale)

    def number(self, value: float) -> str:
        """A number."""
        return format_decimal(value, locale=self._locale)


_ENGLISH = Catalogue(SOURCE_LANGUAGE)


def load(own: Path) -> dict[str, Words]:
    """Read the page's words in every language that Besa speaks.

    Raises:
        CatalogueError: a file cannot be read; names the place and the mend.
    """
    found = {SOURCE_LANGUAGE: Words(_ENGLISH)}
    for language in SPOKEN:
        name = f"{language}/LC_MESSAGES/page.po"
        path = next((each for each in (own / name, directory("locales") / name) if each.is_file()), None)
        if path is not None:
            found[language] = Words(Catalogue.parse(language, path.read_bytes(), name))
    return {language: found.get(language, Words(Catalogue(language))) for language in NAMES}


def preferred(accepted: str) -> str:
    """The language that suits an ``Accept-Language`` header best; English if none does."""
    wanted: list[tuple[float, int, str]] = []
    for part in accepted.split(",")[:_MOST_LANGUAGES_READ]:
        name, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if name and weight > 0:
            wanted.append((-weight, len(wanted), name.strip()))
    names = [name.replace("-", "_") for _, _, name in sorted(wanted)]
    return (negotiate_locale(names, list(NAMES), sep="_") if names else None) or SOURCE_LANGUAGE
