"""What staff answer: a command for an alert that they were told of, or words, which are not lost.

Who may answer is known by where it comes from: the phone or the chat of an active member who was told of
exactly that alert. Anyone else changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework import absences, alerts, moves, notifications, replies, roster
from bot.casework.alerts import NewSignal, Subject
from bot.casework.lifecycle import WrongMove
from bot.casework.moves import BadMove, NextAct
from bot.casework.notice_wording import CANNOT_PASS, HOW, NOT_YOURS, RESOLVED, Told, Words
from bot.casework.programme import Programme
from bot.casework.received import Received
from bot.casework.reopening import clock_of
from bot.casework.replies import Act, Command
from bot.risk import Level
from bot.store.ids import new_id
from bot.store.queries import alerts as alert_rows
from bot.store.queries import conversation, owners
from bot.store.queries import notifications as rows
from bot.store.tx import Tx

ONE_HELP_IN = timedelta(hours=1)
SILENT_KINDS = ("left", "delete", "edit")


@dataclass(frozen=True)
class Sender:
    """A member of staff who wrote, and the command in it, if it is for an alert that they were told of."""

    id: str
    team_id: str
    command: Command | None
    for_another: bool = False
    """It has the form of a command, but for no alert of theirs."""


def sender(tx: Tx, got: Received) -> Sender | None:
    """Whose of the staff a message is; None if it is none of theirs, or rather a case's.

    On a phone that a member of staff shares with a case, only what is exactly a command for an alert that
    they were told of is the member's.
    """
    hashes = tx.vault.hashes("address", got.address)
    staff = conversation.staff_at.all(tx, hashes=hashes)
    if not staff:
        return None
    command = _command(got)
    for each in staff:
        if command and rows.was_told.one(tx, alert=command.number, staff=each.id):
            return Sender(each.id, each.team_id, command)
    if conversation.people_at.all(tx, channel=got.channel, hashes=hashes):
        return None
    return Sender(staff[0].id, staff[0].team_id, None, for_another=command is not None)


def _command(got: Received) -> Command | None:
    if got.button is not None:
        return replies.pressed(got.button)
    return replies.parse(got.text) if got.kind == "text" else None


def is_press_of_alert(got: Received) -> bool:
    """Whether a button under an alert was pressed: whoever that was, it is no message of a case."""
    return got.button is not None and replies.pressed(got.button) is not None


def take(tx: Tx, programme: Programme, now: datetime, got: Received, who: Sender) -> None:
    """Take in what a member of staff answered; what was here before changes nothing."""
    message_id = new_id()
    kept = conversation.insert_message.one(
        tx,
        id=message_id,
        staff_id=who.id,
        direction="in",
        channel=got.channel,
        provider_id=got.provider_id,
        kind=got.kind,
        body=tx.vault.seal(got.text, column="message.body", row=message_id),
        at=now,
        state="received",
        level=got.assessment.level.value,
        categories=",".join(got.assessment.categories),
    )
    if kept is None:
        return
    if who.command:
        obey(tx, programme, now, who.command, who.id, got.channel)
    elif not is_press_of_alert(got) and got.kind not in SILENT_KINDS:
        _words(tx, programme, now, got, who, message_id)


def obey(tx: Tx, programme: Programme, now: datetime, command: Command, staff_id: str, channel: str) -> None:
    """Do what a command says. Where it cannot be done, who gave it is told so."""
    found = alert_rows.alert.one(tx, alert=command.number)
    try:
        match command.act:
            case Act.ACKNOWLEDGE:
                moves.acknowledge(tx, now, command.number, staff_id)
            case Act.CALL:
                promise = NextAct("call", clock_of(found).act_at(now))
                moves.acknowledge(tx, now, command.number, staff_id, act=promise)
            case Act.PASS_ON:
                _pass_on(tx, now, found, staff_id)
    except WrongMove:
        _say(tx, programme, now, staff_id, channel, RESOLVED, found)
    except BadMove:
        _say(tx, programme, now, staff_id, channel, CANNOT_PASS, found)


def _pass_on(tx: Tx, now: datetime, found: Any, staff_id: str) -> None:
    """Make an alert the work of who stands in, of a supervisor or of the fall-back: the first who is there.

    Raises:
        BadMove: nobody is.
    """
    supervisors = owners.members_with_role.all(tx, team=found.team_id, role="supervisor")
    others = [
        absences.stand_in_of(tx, now, staff_id),
        *(row.id for row in supervisors),
        roster.fallback(tx, found.team_id),
    ]
    for to_id in dict.fromkeys(each for each in others if each and each != staff_id):
        try:
            moves.reassign(tx, now, found.id, staff_id, to_id)
        except BadMove:
            continue
        for each in rows.asking.all(tx, alert=found.id):
            if each.staff_id == staff_id:
                notifications.change(tx, now, each, found.id, "reassigned")
        return
    raise BadMove("nobody else is there who could hold the alert")


def _words(tx: Tx, programme: Programme, now: datetime, got: Received, who: Sender, message_id: str) -> None:
    """What is no command is answered with how to reply, once an hour; danger and what follows is kept.

    A phone that answers by itself gets one answer and fills one alert.
    """
    lately = rows.last_help.one(tx, staff=who.id, since=now - ONE_HELP_IN)
    grave = got.assessment.level.rank >= Level.HIGH.rank
    if lately is None or lately.at is None:
        _say(tx, programme, now, who.id, got.channel, NOT_YOURS if who.for_another else HOW, None)
        if not grave:
            return
    if not got.filler:
        _keep(tx, programme, now, got, who, message_id)


def _keep(tx: Tx, programme: Programme, now: datetime, got: Received, who: Sender, message_id: str) -> None:
    """Put words in front of the office, as one alert that stays until it is resolved."""
    level = max(got.assessment.level, Level.LOW, key=lambda each: each.rank)
    news = NewSignal("contact_request", level.value, "text", got.text)
    standing = rows.kept_in.one(tx, staff=who.id)
    if standing is not None and Level(standing.level).rank >= level.rank:
        row = new_id()
        alert_rows.insert_signal.run(
            tx,
            id=row,
            alert_id=standing.id,
            message_id=message_id,
            category=news.category,
            level=news.level,
            source=news.source,
            evidence=tx.vault.seal(news.evidence, column="signal.evidence", row=row),
            at=now,
        )
        return
    number = alerts.signal(tx, programme, now, Subject(None, "staff", who.team_id, None), [news], message_id)
    notifications.note(tx, now, who.id, message_id, "kept", alert=number)


def _say(
    tx: Tx, programme: Programme, now: datetime, staff_id: str, channel: str, msgid: str, found: Any
) -> None:
    """Answer someone, on the channel that they wrote on if staff are told on it, else on their first."""
    person = rows.recipient.one(tx, staff=staff_id)
    usable = notifications.usable_channels(programme, person)
    if not usable:
        return
    words = Words(programme.catalogues, person.language)
    text = (
        words.gettext(msgid) if found is None else words.about(msgid, Told(found.id, found.code, found.level))
    )
    to = channel if channel in usable else usable[0]
    message = notifications.queue_text(tx, now, staff_id, to, text, urgent=False)
    notifications.note(tx, now, staff_id, message, "how_to_reply")
