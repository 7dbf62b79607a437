"""How many SMS a text takes, counted as Twilio's own calculator does (sms-segments-calculator).

GSM-7 has 160 septets in one SMS and 153 in each part of a longer one; a character of its extension table
takes two. One character outside GSM-7 makes the whole text UCS-2: 70 UTF-16 units, 67 a part. What is one
character to the reader (a surrogate pair, a letter with its marks, a joined emoji) is not split over parts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

# 3GPP TS 23.038, the default alphabet and its extension table.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ZWJ = "\u200d"


@dataclass(frozen=True)
class Segments:
    """The encoding of a text, its SMS, and the characters that force UCS-2, each once, in order."""

    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    forced_by: tuple[str, ...]


def segments(text: str) -> Segments:
    """Count the SMS of a text. An empty text takes one."""
    forced_by = tuple(dict.fromkeys(char for char in text if char not in _BASIC and char not in _EXTENDED))
    if forced_by:
        return Segments("UCS-2", _parts(map(_units, _graphemes(text)), 70, 67), forced_by)
    return Segments("GSM-7", _parts((2 if char in _EXTENDED else 1 for char in text), 160, 153), ())


def _parts(sizes: Iterable[int], alone: int, part: int) -> int:
    """How many parts pieces of these sizes fill, none of them split."""
    pieces = list(sizes)
    if sum(pieces) <= alone:
        return 1
    count, used = 1, 0
    for size in pieces:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _graphemes(text: str) -> Iterator[str]:
    """What readers see as one character: marks, joiners, skin tones and flags stay with their base."""
    cluster = ""
    for char in text:
        if cluster and not _joins(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _joins(cluster: str, char: str) -> bool:
    if cluster[-1] in "\r\n\f" or char in "\r\n\f" or _control(cluster[-1]):
        return False
    if _extends(char):
        return True
    if _flag(char):
        return len(cluster) == 1 and _flag(cluster)
    return cluster[-1] == _ZWJ and len(cluster) > 1 and unicodedata.category(char) == "So"


def _extends(char: str) -> bool:
    return (
        char in "\u200c\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff" or unicodedata.category(char)[0] == "M"
    )


def _control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and not _extends(char)


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
