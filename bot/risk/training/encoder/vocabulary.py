"""Keep of the vocabulary what the texts at hand need, so that the embeddings of the rest are not shipped."""

from __future__ import annotations

from collections.abc import Iterable

from bot.risk.encoder import clean
from bot.risk.pieces import Pieces
from bot.risk.training.encoder.augment import without_marks
from bot.risk.training.encoder.package import Pretrained

_SPECIAL = 4
_SCRIPTS = ((0x0000, 0x024F), (0x0400, 0x045F), (0x0490, 0x0491), (0x0600, 0x06FF))
"""Code points whose single characters are kept whether met or not."""


def kept(packed: Pretrained, texts: Iterable[str]) -> list[int]:
    """Return the numbers of the pieces to keep, ascending: the special ones, single characters, those met.

    Texts are met as they are and without their marks. What was not met falls back to smaller pieces.
    """
    pieces = Pieces(packed.pieces, packed.scores.tolist())
    wanted = set(range(_SPECIAL))
    wanted.update(n for n, piece in enumerate(packed.pieces) if len(piece) == 1 and _of_scripts(piece))
    for text in texts:
        read = clean(text)
        wanted.update(pieces.cut(read), pieces.cut(without_marks(read)))
    return sorted(wanted)


def _of_scripts(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _SCRIPTS)
