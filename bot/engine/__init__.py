"""The conversation engine: a flow, a state and an input give a state and effects, and nothing else."""

from bot.engine.agenda import Decision, decide
from bot.engine.errors import FlowError, UnknownFlow
from bot.engine.flow import Ask, Flow, Rank, Text, parse_flow
from bot.engine.inputs import Facts, Pressed, Reader, Reading, Reply, Timeout
from bot.engine.library import Flows, Library, Replies, parse_replies
from bot.engine.session import Session
from bot.engine.turn import asked, resume, start

__all__ = [
    "Ask",
    "Decision",
    "Facts",
    "Flow",
    "FlowError",
    "Flows",
    "Library",
    "Pressed",
    "Rank",
    "Reader",
    "Reading",
    "Replies",
    "Reply",
    "Session",
    "Text",
    "Timeout",
    "UnknownFlow",
    "asked",
    "decide",
    "parse_flow",
    "parse_replies",
    "resume",
    "start",
]
