"""Phone numbers in one spelling."""

import traceback

import pytest

from bot.phone import address, e164


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+355691234567", "+355691234567"),
        (" +355 (69) 123-4567 ", "+355691234567"),
        ("00355691234567", "+355691234567"),
        ("+٢١٢٦١٢٣٤٥٦٧٨", "+212612345678"),
        ("+380 67 123 45 67", "+380671234567"),
        ("tel:+380671234567", "+380671234567"),
    ],
)
def test_one_number_has_one_spelling(text: str, number: str) -> None:
    assert e164(text) == number
    assert e164(e164(text)) == number


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [("069 123 4567", "AL", "+355691234567"), ("0612345678", "MA", "+212612345678")],
)
def test_a_national_number_needs_its_country(text: str, region: str, number: str) -> None:
    assert e164(text, region) == number
    with pytest.raises(ValueError):
        e164(text)


@pytest.mark.parametrize(
    "text", ["", "po", "691234567", "00", "+38067", "+35569123456789012", "+999123456789"]
)
def test_what_is_no_number_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        e164(text)
    written = "".join(traceback.format_exception(caught.value))
    assert not text or text not in str(caught.value)
    assert len(text) < 5 or text not in written


def test_a_sender_that_is_no_number_stays() -> None:
    assert address(" VODAFONE ") == "VODAFONE"
    assert address("+355 69 123 4567") == "+355691234567"
