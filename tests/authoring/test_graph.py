"""The picture and the price of a flow."""

from bot.authoring.graph import mermaid
from bot.authoring.price import price
from bot.language.catalogue import Catalogue
from tests.authoring.flowing import PATIENCE, library

FLOW = (
    PATIENCE + "steps: [{id: ask, ask: yes_no, text: 'Say \"yes\" now', again: Well, on: {no: {goto: out}}},"
    " {id: end, say: Good, goto: last}, {id: out, finish: declined}, {id: last, say: Bye}]"
)


def test_mermaid_has_every_step_and_way() -> None:
    assert mermaid(library(FLOW).flow("a")).splitlines() == [
        "flowchart TD",
        '    s_ask{{"ask: Say &quot;yes&quot; now"}}',
        '    s_end["end: Good"]',
        '    s_out(["out: declined"])',
        '    s_last["last: Bye"]',
        '    s_ask -->|"yes / unanswered"| s_end',
        '    s_ask -->|"no"| s_out',
        "    s_end --> s_last",
        "    s_last --> the_end",
        '    the_end(["end"])',
    ]


def test_the_dearest_way_is_the_price() -> None:
    caller = "steps: [{id: one, call: a}, {id: two, say: " + "a" * 161 + "}]"
    assert price(library(FLOW, caller), {"en": Catalogue("en")}) == {"a": {"en": 3}, "b": {"en": 5}}
