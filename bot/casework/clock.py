"""How long things count, as one place says it."""

from __future__ import annotations

from datetime import timedelta

REPLY_USEFUL_FOR = timedelta(hours=12)
LATE_ANSWER_FINDS_ITS_QUESTION = timedelta(days=7)
BURST = timedelta(hours=1)
UNSENT_WAITS = timedelta(hours=2)
