"""Reads texts for danger: levels, categories and the detector. Pure: values in, values out."""

from bot.risk.context import TAKEN_BACK, in_context
from bot.risk.detector import assess
from bot.risk.plain import is_plain
from bot.risk.taxonomy import Assessment, Category, Evidence, Level, max_level

__all__ = [
    "TAKEN_BACK",
    "Assessment",
    "Category",
    "Evidence",
    "Level",
    "assess",
    "in_context",
    "is_plain",
    "max_level",
]
