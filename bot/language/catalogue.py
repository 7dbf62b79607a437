"""The finished sentences of one language: finds a translation, and fills in what belongs to the moment.

Files are read elsewhere; this takes the bytes of a PO file. English needs none: there the msgid is the text.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Self

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

SOURCE_LANGUAGE = "en"
SPOKEN = ("sq", "ar", "uk", SOURCE_LANGUAGE)
"""The languages that Besa writes in; more are understood in passing."""
VARIANTS = ("woman", "man")

# Morocco writes Western digits and has month names of its own, which plain "ar" has not.
_REGIONS = {"ar": "ar_MA"}
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LRM, _RLM = "\u200e", "\u200f"
_PO_LINE = re.compile(r'\s*(#.*|(msgctxt|msgid|msgid_plural|msgstr(\[\d+])?)?\s*"([^"\\]|\\.)*"|)\s*')

Key = tuple[str | None, str]


class CatalogueError(Exception):
    """A PO file that cannot be used: one line with its name, the line, what is wrong and the mend."""


class MissingTranslation(KeyError):
    """A sentence that has no finished translation: none, an empty or a fuzzy one."""


@dataclass(frozen=True)
class Catalogue:
    """The translations of one language. ``entries`` holds finished ones only, plural forms in PO order."""

    language: str
    entries: Mapping[Key, tuple[str, ...]] = field(default_factory=dict, repr=False)
    form: Callable[[int], int] = field(default=lambda n: int(n != 1), repr=False, compare=False)

    @classmethod
    def parse(cls, language: str, po: bytes, name: str) -> Self:
        """Read a PO file; ``name`` is what errors call it.

        Raises:
            CatalogueError: it is no PO file in UTF-8, its header is wrong, or a placeholder is broken.
        """
        catalog = _read(language, po, name)
        entries = {
            (message.context or None, message.id if isinstance(message.id, str) else message.id[0]): strings
            for message in catalog
            if message.id and (strings := _finished(message, name))
        }
        try:
            return cls(language, entries, gettext.c2py(catalog.plural_expr))
        except ValueError as error:
            raise CatalogueError(f"{name}:1: {error}; mend Plural-Forms in the header") from None

    def text(
        self,
        msgid: str,
        *,
        context: str | None = None,
        variant: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> str:
        """Return the sentence in this language.

        ``variant`` is how the person is addressed ("woman", "man"). The most particular entry wins: context
        and variant, the variant, the context, none of both.

        Raises:
            MissingTranslation: no entry is finished.
            KeyError: a placeholder has no parameter.
        """
        return self._fill(self.sentence(msgid, context=context, variant=variant), params)

    def sentence(self, msgid: str, *, context: str | None = None, variant: str | None = None) -> str:
        """Return the sentence as it stands in the catalogue, its placeholders unfilled.

        Raises:
            MissingTranslation: no entry is finished.
        """
        for each in contexts(context, variant):
            if found := self.entries.get((each, msgid)):
                return found[0]
        if self.language == SOURCE_LANGUAGE:
            return msgid
        raise MissingTranslation(f"{self.language}: {msgid!r} has no finished translation")

    def plural(
        self,
        singular: str,
        plural: str,
        n: int,
        params: Mapping[str, Any] | None = None,
        *,
        context: str | None = None,
    ) -> str:
        """Return the form that ``n`` takes in this language; ``{n}`` stands for the number itself.

        Raises:
            MissingTranslation: the entry is not finished.
        """
        filled = {"n": n, **(params or {})}
        for each in contexts(context, None):
            if found := self.entries.get((each, singular)):
                return self._fill(found[self.form(n) if len(found) > 1 else 0], filled)
        if self.language == SOURCE_LANGUAGE:
            return self._fill(singular if n == 1 else plural, filled)
        raise MissingTranslation(f"{self.language}: {singular!r} has no finished translation")

    def _fill(self, sentence: str, params: Mapping[str, Any] | None) -> str:
        if "{" not in sentence:
            return sentence
        locale = Locale.parse(_REGIONS.get(self.language, self.language))
        values = params or {}
        return _PLACEHOLDER.sub(lambda found: _written(values[found[1]], locale), sentence)


def contexts(context: str | None, variant: str | None) -> tuple[str | None, ...]:
    """Return where an entry is looked for, the most particular context first."""
    both = f"{context}|{variant}" if context and variant else None
    return (*dict.fromkeys(each for each in (both, variant, context) if each), None)


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in a sentence."""
    return frozenset(_PLACEHOLDER.findall(text))


def _read(language: str, po: bytes, name: str) -> Catalog:
    try:
        lines = po.decode("utf-8-sig").split("\n")
        _check_quotes(lines, name)
        return read_po(lines, locale=language, ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        what = str(error).rsplit(" on ", 1)[0]
        raise CatalogueError(f"{name}:{error.lineno + 1}: {what}; mend this entry or take it out") from None
    except UnicodeDecodeError as error:
        line = po.count(b"\n", 0, error.start) + 1
        raise CatalogueError(f"{name}:{line}: this is not UTF-8; save the file as UTF-8") from None
    except (ValueError, LookupError) as error:
        raise CatalogueError(f"{name}:1: {error}; mend the header") from None


def _check_quotes(lines: list[str], name: str) -> None:
    """Refuse what Babel reads without a word, as half a sentence: a quote that is not closed."""
    for number, line in enumerate(lines, 1):
        if '"' in line and not _PO_LINE.fullmatch(line):
            raise CatalogueError(f"{name}:{number}: a text in quotes does not end; close the quotes")


def _finished(message: Message, name: str) -> tuple[str, ...]:
    """Return the strings of an entry, all plural forms; nothing if it is fuzzy or any is empty."""
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if message.fuzzy or not all(strings):
        return ()
    if any(brace in _PLACEHOLDER.sub("", each) for each in strings for brace in "{}"):
        where = f"{name}:{message.lineno}"
        raise CatalogueError(f"{where}: a placeholder is broken; write it as in the msgid, like {{name}}")
    return strings


def _written(value: Any, locale: Locale) -> str:
    """Write a value as the language does.

    Times are HH:MM, which all three countries use on paper and which stays in GSM-7; no-break spaces would
    force UCS-2 on a text that needs none.
    """
    if isinstance(value, datetime):
        day, hour = format_date(value, "long", locale), format_time(value, "HH:mm", locale=locale)
        pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
        return pattern.replace("{0}", hour).replace("{1}", day)
    if isinstance(value, date):
        return format_date(value, "long", locale)
    if isinstance(value, time):
        return format_time(value, "HH:mm", locale=locale)
    if isinstance(value, int | float | Decimal):
        return re.sub("[\u00a0\u202f]", " ", format_decimal(value, locale=locale))
    return _isolated(str(value)) if locale.text_direction == "rtl" else str(value)


def _isolated(value: str) -> str:
    """Keep a value in one piece within right-to-left text.

    LRM or RLM on both sides, by its first strong character. The isolates (FSI, PDI) would be exact, but came
    with Unicode 6.3 and show as boxes on the older phones that SMS must reach; LRM and RLM are in Unicode
    since 1.1 and are drawn nowhere. Controls inside the value are dropped: they could reach beyond it.
    """
    clean = _BIDI_CONTROLS.sub("", value)
    strong = next((kind for kind in map(unicodedata.bidirectional, clean) if kind in ("L", "R", "AL")), "L")
    mark = _LRM if strong == "L" else _RLM
    return f"{mark}{clean}{mark}"
