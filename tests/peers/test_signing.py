"""Our signature, written from Twilio's rule, is the one that Twilio's own library computes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.peers.twilio_signing import signature

TOKEN = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
values = st.text(st.characters(codec="utf-8"), max_size=40)


@given(form=st.dictionaries(names, values, max_size=8))
def test_equals_the_official_computation(form: dict[str, str]) -> None:
    url = "https://besa.example/webhooks/twilio/messages?a=1"
    assert signature(url, TOKEN, form) == RequestValidator(TOKEN).compute_signature(url, form)


def test_the_example_of_the_documentation() -> None:
    url = "https://example.com/myapp.php?foo=1&bar=2"
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234"}
    form |= {"From": "+14158675310", "To": "+18005551212"}
    assert signature(url, "12345", form) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.mark.parametrize("twist", ["values sorted", "equal values once"])
def test_repeated_fields(twist: str) -> None:
    again = (
        [("To", "b"), ("To", "a")] if twist == "values sorted" else [("To", "a"), ("To", "b"), ("To", "a")]
    )
    assert signature("https://besa.example/", TOKEN, again) == signature(
        "https://besa.example/", TOKEN, [("To", "a"), ("To", "b")]
    )
