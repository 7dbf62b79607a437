"""Sealing of what is personal, and the keyed hashes by which it is looked up.

A sealed value is ``version (1 byte) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag``. Its column
and row are bound in as associated data, so that a value moved elsewhere does not open.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.errors import CannotOpen
from bot.store.types import Sealed

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_END = 5
_NONCE_END = 17
_MEND = "set BESA_SECRET_KEYS to keys of 32 bytes in URL-safe base64, comma-separated, newest first"


class Vault:
    """Seals under the newest of its keys and opens under any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(_MEND)
        self._ciphers = {_key_id(key): AESGCM(_derive(key, b"besa seal")) for key in keys}
        self._newest = _key_id(keys[0])
        self._lookup_keys = tuple(_derive(key, b"besa lookup") for key in keys)

    @classmethod
    def from_setting(cls, text: str) -> Vault:
        """Read ``BESA_SECRET_KEYS``; raise ValueError, with the mend and no key in it, if it is unusable."""
        try:
            keys = [_decode(part.strip()) for part in text.split(",") if part.strip()]
        except (binascii.Error, ValueError):
            raise ValueError(_MEND) from None
        return cls(keys)

    def __repr__(self) -> str:
        return f"Vault({len(self._ciphers)} keys)"

    def seal(self, text: str, *, column: str, row: str) -> Sealed:
        """Encrypt ``text`` for ``column`` (``table.column``) of the row with primary key ``row``."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), _place(column, row))
        return Sealed(_VERSION + self._newest + nonce + sealed)

    def open(self, sealed: Sealed, *, column: str, row: str) -> str:
        """Decrypt what was sealed for this place; raise CannotOpen, which names the column only."""
        cipher = self._ciphers.get(sealed[1:_ID_END])
        if cipher is None or sealed[:1] != _VERSION:
            raise CannotOpen(f"a value of {column} is sealed under a key that BESA_SECRET_KEYS does not hold")
        try:
            opened = cipher.decrypt(sealed[_ID_END:_NONCE_END], sealed[_NONCE_END:], _place(column, row))
        except (InvalidTag, ValueError):
            raise CannotOpen(f"a value of {column} was changed or belongs to another row") from None
        return opened.decode()

    def open_optional(self, sealed: Sealed | None, *, column: str, row: str) -> str | None:
        """Like :meth:`open`, and None for None."""
        return None if sealed is None else self.open(sealed, column=column, row=row)

    def is_newest(self, sealed: Sealed) -> bool:
        """Tell whether a value is sealed under the newest key."""
        return sealed[:1] == _VERSION and sealed[1:_ID_END] == self._newest

    def reseal(self, sealed: Sealed, *, column: str, row: str) -> Sealed:
        """Give the same text under the newest key; a value that is there already is returned as it is."""
        if self.is_newest(sealed):
            return sealed
        return self.seal(self.open(sealed, column=column, row=row), column=column, row=row)

    def hash(self, kind: str, value: str) -> str:
        """Return the look-up hash under the newest key: 64 hexadecimal digits, to be written.

        ``kind`` keeps equal values of different meaning apart (a phone number as address and as staff phone).
        """
        return _keyed(self._lookup_keys[0], kind, value)

    def hashes(self, kind: str, value: str) -> tuple[str, ...]:
        """Return the look-up hashes under every key, newest first: to be looked up with ``IN``."""
        return tuple(_keyed(key, kind, value) for key in self._lookup_keys)


def new_key() -> str:
    """Return a fresh key as ``BESA_SECRET_KEYS`` takes it."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _decode(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    return binascii.a2b_base64(padded.translate(_URL_SAFE), strict_mode=True)


_URL_SAFE = str.maketrans("-_", "+/")


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:4]


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _place(column: str, row: str) -> bytes:
    return f"{column}:{row}".encode()


def _keyed(key: bytes, kind: str, value: str) -> str:
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256").hex()
