"""Phone numbers in one spelling, E.164, so that one person has one address."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


class NotANumber(ValueError):
    """The text is no phone number that can be written in E.164; it is not repeated in the message."""

    def __init__(self) -> None:
        super().__init__("not a phone number; write it with its country code, as +355...")


@lru_cache(maxsize=4096)
def e164(text: str, region: str | None = None) -> str:
    """Return ``text`` as E.164; ``region`` (AL, MA, UA) reads a number without a country code.

    Without a region a leading 00 counts as +.

    Raises NotANumber if it is none, or has too few or too many digits for its country.
    """
    written = text.strip()
    if region is None and written.startswith("00"):
        written = "+" + written[2:]
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        raise NotANumber from None
    if not phonenumbers.is_possible_number(number):
        raise NotANumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def address(text: str) -> str:
    """Return a sender in E.164, or as it is where it is no number (a short code, a name)."""
    try:
        return e164(text.strip())
    except NotANumber:
        return text.strip()
