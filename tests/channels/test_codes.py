"""The tables of codes: what they hold, and what is said of one that can't be used."""

import pytest

from bot.channels.codes import CodesError, codes, parse
from bot.channels.protocol import Act


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("21610", Act.CLOSE_CHANNEL),
        ("63014", Act.CLOSE_CHANNEL),
        ("30003", Act.RETRY),
        ("30008", Act.RETRY_ONCE),
        *[(code, Act.WRONG_NUMBER) for code in ("21211", "21614", "30006", "30004", "30005")],
        *[(code, Act.OPERATOR) for code in ("21408", "21608", "30007", "30034")],
        ("21612", Act.OTHER_SENDER),
        ("20429", Act.RETRY),
        ("no_answer", Act.UNKNOWN),
    ],
)
def test_what_is_done_about_twilios_codes(code: str, act: Act) -> None:
    assert codes("twilio").act(code) is act
    assert codes("twilio").meaning(code)


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("Forbidden: bot was blocked by the user", Act.CLOSE_CHANNEL),
        ("Forbidden: user is deactivated", Act.CLOSE_CHANNEL),
        ("Bad Request: chat not found", Act.WRONG_NUMBER),
    ],
)
def test_telegrams_words_have_a_code(words: str, act: Act) -> None:
    table = codes("telegram")
    assert table.act(table.named(words) or "") is act
    assert table.named("Bad Request: message is too long") is None


@pytest.mark.parametrize("provider", ["twilio", "telegram"])
@pytest.mark.parametrize(
    ("status", "act"),
    [(400, Act.OPERATOR), (404, Act.OPERATOR), (422, Act.OPERATOR), (500, Act.RETRY), (503, Act.RETRY)],
)
def test_an_unknown_code_goes_by_its_status(provider: str, status: int, act: Act) -> None:
    assert codes(provider).act("99999", status) is act


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ("'1': {meaning: x, act: wait}", "1.act", "use one of retry,"),
        ("'1': {meaning: x}", "1.act", "use one of retry,"),
        ("1: {meaning: x, act: retry}", "1", "put the code in quotes"),
        ("'1': {meaning: '', act: retry}", "1.meaning", "write each entry"),
        ("'1': {meaning: x, act: retry, why: y}", "1.why", "write each entry"),
        ("- 1", "the file", "write each entry"),
        ("'1': {meaning: x,\n act: [", ":2", "mend the line"),
    ],
)
def test_a_table_that_can_not_be_used_is_refused_with_place_and_mend(
    text: str, place: str, mend: str
) -> None:
    with pytest.raises(CodesError) as caught:
        parse(text, "codes.yaml")
    assert str(caught.value).startswith("codes.yaml")
    assert place in str(caught.value)
    assert mend in str(caught.value)
