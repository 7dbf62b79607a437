"""Sealing binds a value to its place and its key; errors give nothing away."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.errors import CannotOpen
from bot.store.types import Sealed
from bot.store.vault import Vault, new_key

OLD, NEW, OTHER = (urlsafe_b64encode(bytes([n]) * 32).decode() for n in (251, 90, 7))
VAULT = Vault.from_setting(f"{NEW},{OLD}")


def test_a_new_key_is_a_key() -> None:
    assert new_key() != new_key()
    Vault.from_setting(f"{new_key()}, {new_key().rstrip('=')}")


@given(st.text())
def test_what_is_sealed_opens_at_its_place(text: str) -> None:
    sealed = VAULT.seal(text, column="message.body", row="1")
    assert VAULT.open(sealed, column="message.body", row="1") == text


@pytest.mark.parametrize("text", ["më rreh", "هو يضربني", "він мене б'є", ""])
def test_equal_texts_seal_differently(text: str) -> None:
    assert VAULT.seal(text, column="c", row="1") != VAULT.seal(text, column="c", row="1")


@pytest.mark.parametrize(("column", "row"), [("message.body", "2"), ("message.sender", "1")])
def test_a_value_moved_elsewhere_does_not_open(column: str, row: str) -> None:
    sealed = VAULT.seal("+355694417723", column="message.body", row="1")
    with pytest.raises(CannotOpen) as caught:
        VAULT.open(sealed, column=column, row=row)
    assert column in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(at: int, flip: int) -> None:
    sealed = bytearray(VAULT.seal("a", column="c", row="1"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(CannotOpen):
        VAULT.open(Sealed(sealed), column="c", row="1")


@given(st.integers(min_value=0, max_value=33))
def test_a_cut_value_is_noticed(length: int) -> None:
    with pytest.raises(CannotOpen):
        VAULT.open(Sealed(VAULT.seal("a", column="c", row="1")[:length]), column="c", row="1")


def test_an_older_key_opens_and_the_newest_seals() -> None:
    sealed = Vault.from_setting(OLD).seal("mirë", column="c", row="1")
    assert not VAULT.is_newest(sealed)
    renewed = VAULT.reseal(sealed, column="c", row="1")
    assert Vault.from_setting(NEW).open(renewed, column="c", row="1") == "mirë"
    assert VAULT.reseal(renewed, column="c", row="1") is renewed
    with pytest.raises(CannotOpen, match="BESA_SECRET_KEYS"):
        Vault.from_setting(OTHER).open(sealed, column="c", row="1")


def test_nothing_opens_as_nothing() -> None:
    assert VAULT.open_optional(None, column="c", row="1") is None
    assert VAULT.open_optional(VAULT.seal("a", column="c", row="1"), column="c", row="1") == "a"


def test_hashes_depend_on_key_kind_and_value() -> None:
    assert VAULT.hashes("address", "1") == (
        Vault.from_setting(NEW).hash("address", "1"),
        Vault.from_setting(OLD).hash("address", "1"),
    )
    several = {VAULT.hash("address", "1"), VAULT.hash("email", "1"), VAULT.hash("address", "2")}
    assert len(several) == 3
    assert VAULT.hash("address", "1") == VAULT.hashes("address", "1")[0]


@pytest.mark.parametrize("setting", ["", " , ", "short", "ë" * 43, NEW[:-2], f"{NEW},x", f"{NEW};{OLD}"])
def test_a_wrong_setting_names_the_mend_and_not_the_key(setting: str) -> None:
    with pytest.raises(ValueError, match="BESA_SECRET_KEYS") as caught:
        Vault.from_setting(setting)
    assert "\n" not in str(caught.value)
    assert NEW[:10] not in str(caught.value)
    assert NEW not in repr(VAULT)
