"""What is wrong with a flow or its translations, told so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend: the file, the place in it, what is wrong there and what to do."""

    file: str
    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.what}; {self.mend}"
