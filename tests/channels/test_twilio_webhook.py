"""Reading what Twilio posts, and telling it from what others post."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.channels.twilio import parse_form, parse_message, parse_status, signature_valid
from bot.channels.twilio_webhook import Signature
from tests.channels.rigs import AUTH_TOKEN
from tests.channels.tables import cases, shown

URL = "https://besa.example/hooks/twilio?line=1"
FORM = {"MessageSid": "SM1", "From": "+355691234567", "Body": "po", "FromCity": "", "ToZip": ""}
BODIES = ("po, jam mirë", "لا أستطيع الكلام", "так, все добре", "  spaces stay  ", "a+b=c&d", "", "🙏🏽\n2")


def signed(url: str, form: dict[str, str]) -> str:
    return str(RequestValidator(AUTH_TOKEN).compute_signature(url, form))


@cases("twilio_messages", "form", "read")
def test_messages(form: dict[str, str], read: dict[str, str]) -> None:
    posted = {"MessageSid": "SM1", "From": "+355691234567", **form}
    inbound = parse_message(parse_form(urlencode(posted).encode()))
    assert shown(inbound, read) == read
    assert (inbound.provider_id, inbound.own_id, inbound.at) == ("SM1", "SM1", None)


@cases("twilio_statuses", "form", "read")
def test_statuses(form: dict[str, str], read: dict[str, str]) -> None:
    update = parse_status(parse_form(urlencode({"MessageSid": "SM1", **form}).encode()))
    assert shown(update, read) == read
    assert update.provider_id == "SM1"


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_message_without_id_or_sender_is_refused(missing: str, blank: bool) -> None:
    form = {name: value for name, value in FORM.items() if name != missing} | ({missing: ""} if blank else {})
    with pytest.raises(ValueError, match=missing) as caught:
        parse_message(form)
    assert FORM["From"] not in str(caught.value)


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_report_without_id_or_state_is_refused(missing: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "To": "+355691234567"}
    del form[missing]
    with pytest.raises(ValueError, match=missing):
        parse_status(form)


@pytest.mark.parametrize("body", BODIES)
def test_a_form_as_posted_keeps_its_signature(body: str) -> None:
    form = {**FORM, "Body": body}
    posted = parse_form(urlencode(form).encode())
    assert posted == form
    assert signature_valid(AUTH_TOKEN, URL, posted, signed(URL, form))


@pytest.mark.parametrize("name", ["Body", "FromCity"])
def test_a_changed_field_breaks_the_signature(name: str) -> None:
    assert not signature_valid(AUTH_TOKEN, URL, {**FORM, name: "x"}, signed(URL, FORM))


def test_a_lost_blank_field_does_not_go_unnoticed() -> None:
    assert not signature_valid(
        AUTH_TOKEN, URL, {k: v for k, v in FORM.items() if k != "FromCity"}, signed(URL, FORM)
    )


@pytest.mark.parametrize("wrong", [None, "", "x", "nënshkrim", "=" * 28, "\ud7ff"])
def test_a_missing_or_foreign_signature_is_refused(wrong: str | None) -> None:
    assert not signature_valid(AUTH_TOKEN, URL, FORM, wrong)


def test_another_token_is_refused_and_so_is_none() -> None:
    signature = signed(URL, FORM)
    assert not signature_valid("other" + AUTH_TOKEN, URL, FORM, signature)
    assert not signature_valid("", URL, FORM, str(RequestValidator("").compute_signature(URL, FORM)))


@pytest.mark.parametrize(
    ("called", "signed_as"),
    [
        ("https://besa.example/hook", "https://besa.example:443/hook"),
        ("https://besa.example:443/hook", "https://besa.example/hook"),
        ("https://besa.example:8443/hook", "https://besa.example:8443/hook"),
        ("http://besa.example/hook?a=1", "http://besa.example:80/hook?a=1"),
        ("https://u:p@besa.example:443/hook", "https://u:p@besa.example/hook"),
    ],
)
def test_the_port_may_or_may_not_be_signed(called: str, signed_as: str) -> None:
    assert signature_valid(AUTH_TOKEN, called, FORM, signed(signed_as, FORM))


@pytest.mark.parametrize(
    "other",
    [
        "https://besa.example/hooks/twilio",
        "http://besa.example/hooks/twilio?line=1",
        URL + "&x=1",
        "https://a:b/",
    ],
)
def test_another_url_is_refused(other: str) -> None:
    assert not signature_valid(AUTH_TOKEN, other, FORM, signed(URL, FORM))


def test_repeated_fields_are_all_signed() -> None:
    posted = parse_form(b"a=2&a=1&MessageSid=SM1")
    signature = signed(URL, {"a": "1a2", "MessageSid": "SM1"})
    assert posted["a"] == "2"
    assert signature_valid(AUTH_TOKEN, URL, posted, signature)


def test_json_without_the_hash_of_its_body_is_refused() -> None:
    body = b'{"a": 1}'
    assert not Signature(AUTH_TOKEN).verify(URL, body, signed(URL, {}))


def test_a_form_of_endless_fields_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_form(b"&".join(b"a=1" for _ in range(501)))


def test_bytes_that_are_no_utf8_do_not_stop_a_message() -> None:
    form = parse_form(b"MessageSid=SM1&From=%2B355691234567&Body=ndihm%EB")
    assert parse_message(form).text == "ndihm\ufffd"


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=40), max_size=6))
def test_any_form_that_twilio_signs_is_known_after_posting(form: dict[str, str]) -> None:
    posted = parse_form(urlencode(form).encode())
    assert posted == form
    assert signature_valid(AUTH_TOKEN, URL, posted, signed(URL, form))
