"""The tables. They are the schema, the source of the migrations and of every statement.

What is personal stands in ``SealedColumn``; what is looked up is a keyed hash beside it. Every table of a
case carries the case's id, so that it can be partitioned or spread by it. Rows never leave the store as
they are: callers get values.
"""

from bot.store.tables.cases import Address, Case, Consent, Contact, Draft, Presence
from bot.store.tables.people import Absence, Agency, Duty, RequestKey, SignInTries, Staff, Team, Token
from bot.store.tables.records import Audit, AuditHead, Heartbeat
from bot.store.tables.talk import Answer, Checkin, FlowVersion, Message, MessageEvent, Session
from bot.store.tables.work import Alert, Incident, Label, Notification, Signal

__all__ = [
    "Absence",
    "Address",
    "Agency",
    "Alert",
    "Answer",
    "Audit",
    "AuditHead",
    "Case",
    "Checkin",
    "Consent",
    "Contact",
    "Draft",
    "Duty",
    "FlowVersion",
    "Heartbeat",
    "Incident",
    "Label",
    "Message",
    "MessageEvent",
    "Notification",
    "Presence",
    "RequestKey",
    "Session",
    "SignInTries",
    "Signal",
    "Staff",
    "Team",
    "Token",
]
