"""A channel that fails again and again is an incident until something gets through; one phone is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.casework.notifications import Notice, tell
from bot.casework.roster import BEGUN
from bot.channels.protocol import Act, Failed, Sent
from bot.channels.sandbox import SandboxChannel
from bot.delivery.heard import Heard
from bot.store.queries import incidents, people
from tests.casework.test_watch import standing
from tests.offices import NUMBERS, SUPERVISOR, WORKER, Play

MINUTE = timedelta(minutes=1)


def tell_both(office: Play, names: Sequence[str] = ("worker", "lead")) -> None:
    """A notice for each of these, which nobody repeats."""

    def put(tx: Any) -> None:
        for name in names:
            who = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", f"{name}@office.invalid"))
            notice = Notice("duty", BEGUN, None, None, "low", {"until": "tomorrow"})
            tell(tx, office.office.programme, office.clock(), who.id, notice, "duty_begins", urgent=True)

    office.office.db.write_now(put)


def down(office: Play) -> list[str]:
    rows = office.office.db.read_now(incidents.open_incidents.all)
    return [row.subject for row in rows if row.kind == "channel_down"]


def switch(office: Play, numbers: Sequence[str], off: bool) -> None:
    for number in numbers:
        office.sandbox.switch_off(number) if off else office.sandbox.switch_on(number)


def test_a_channel_is_down_from_the_third_failure_to_the_next_success(office: Play) -> None:
    everyone = (WORKER, SUPERVISOR)
    switch(office, everyone, off=True)
    tell_both(office)
    office.tick()
    assert down(office) == []
    office.wait(2 * MINUTE, MINUTE)
    assert down(office) == ["sandbox"]
    switch(office, everyone, off=False)
    office.wait(20 * MINUTE, MINUTE)
    assert down(office) == []
    told = [each.text for each in office.sandbox.sent(SUPERVISOR) if "sandbox" in each.text]
    assert len(told) == 2


def test_one_phone_that_is_off_is_no_fault_of_the_channel(office: Play) -> None:
    switch(office, [WORKER], off=True)
    tell_both(office, ["worker"])
    office.wait(20 * MINUTE, MINUTE)
    assert standing(office) == {}


def test_failures_of_long_ago_say_nothing(office: Play) -> None:
    switch(office, (WORKER, SUPERVISOR), off=True)
    tell_both(office)
    office.tick()
    office.clock.now += 60 * MINUTE
    tell_both(office)
    office.tick()
    assert down(office) == []


@pytest.mark.parametrize(
    ("results", "works"),
    [
        ([], None),
        ([Sent("1")], True),
        ([Failed("off", Act.RETRY)], False),
        ([Failed("401", Act.OPERATOR), Sent("1")], True),
        ([Sent("1"), Failed("401", Act.OPERATOR)], False),
        ([Failed("nobody", Act.WRONG_NUMBER)], True),
        ([Failed("blocked", Act.CLOSE_CHANNEL)], True),
        ([Failed("lost", Act.UNKNOWN)], None),
        ([Failed("off", Act.RETRY), Failed("lost", Act.UNKNOWN)], False),
    ],
)
def test_what_the_last_answer_says(results: list[Sent | Failed], works: bool | None) -> None:
    channel = Heard(SandboxChannel())
    channel.results += results
    assert channel.works is works


def test_what_a_channel_can_do_it_can_do_still(office: Play) -> None:
    channel = Heard(office.sandbox)
    assert channel.name == "sandbox"
    assert channel.sent(NUMBERS["sq"]) == []
    channel.close()
