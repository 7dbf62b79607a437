"""Plays a golden conversation: what a person does, what they must see, what must have happened."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from bot.engine.duration import elapsed
from bot.language import fold
from bot.store.tx import Tx
from tests.offices import SUPERVISOR, WORKER, Play


class Talk:
    """One conversation under way, with what was already seen of it."""

    def __init__(self, office: Play, language: str, case: dict[str, Any]) -> None:
        self.office = office
        self.number = office.enrol(language, consented=case.get("consented", True))
        for column, value in (case.get("set") or {}).items():
            self._set(column, value)
        self._seen = 0
        self._told = 0
        self._rows: set[str] = set()

    def do(self, turn: dict[str, Any]) -> None:
        """Do what one entry of the file says: wait, type, press, send something else."""
        if "wait" in turn:
            self.office.wait(elapsed(turn["wait"]), timedelta(minutes=30))
        elif "press" in turn:
            self.office.hear(self.number, "", button=self._button(turn["press"], turn.get("of", 1)))
        elif "sends" in turn:
            self.office.hear(self.number, turn.get("them", ""), kind=turn["sends"])
        else:
            self.office.hear(self.number, turn["them"])

    def saw(self) -> list[str]:
        """What appeared on the person's phone since last asked."""
        sent = self.office.sandbox.sent(self.number)
        new, self._seen = sent[self._seen :], len(sent)
        return [message.text + "".join(f" [{button.label}]" for button in message.buttons) for message in new]

    def happened(self) -> list[str]:
        """What became rows since last asked, as short lines."""
        rows = self.office.office.db.read_now(self._lines)
        new = [line for key, line in rows if f"{key} {line}" not in self._rows]
        self._rows |= {f"{key} {line}" for key, line in rows}
        told = [
            f"told {role}"
            for role, phone in (("caseworker", WORKER), ("supervisor", SUPERVISOR))
            for _ in self.office.sandbox.sent(phone)
        ]
        fresh, self._told = told[self._told :] if len(told) > self._told else [], len(told)
        return new + sorted(set(fresh))

    def _lines(self, tx: Tx) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        tx.cursor.execute("SELECT id, question, state, value FROM answer ORDER BY id")
        for row, question, state, value in tx.cursor.fetchall():
            said = json.loads(tx.vault.open(value, column="answer.value", row=row)) if value else "-"
            found.append((row, f"answer {question} {state} {said}"))
        tx.cursor.execute("SELECT id, category, level, source FROM signal ORDER BY id")
        found += [(row, f"signal {category} {level} {source}") for row, category, level, source in tx.cursor]
        tx.cursor.execute("SELECT id, level, state FROM alert ORDER BY id")
        found += [(f"alert{row}", f"alert {level} {state}") for row, level, state in tx.cursor]
        tx.cursor.execute("SELECT id, review FROM message WHERE direction = 'in' ORDER BY id")
        found += [(row, "review") for row, review in tx.cursor if review]
        tx.cursor.execute("SELECT id, flow_id, state FROM checkin WHERE state != 'due' ORDER BY id")
        found += [(row, f"{flow} {state}") for row, flow, state in tx.cursor]
        tx.cursor.execute("SELECT id, consent, language, phone FROM cases")
        found += [(row, f"case {consent} {language} {phone}") for row, consent, language, phone in tx.cursor]
        return found

    def _button(self, key: str, back: int) -> str:
        offered = [m.buttons for m in self.office.sandbox.sent(self.number) if m.buttons]
        return next(b.data for b in offered[-back] if b.data.endswith(f":{key}"))

    def _set(self, column: str, value: Any) -> None:
        def change(tx: Tx) -> None:
            if column in ("safe_word", "cover_word"):
                word = fold(value)
                tx.cursor.execute("SELECT id FROM cases")
                row = tx.cursor.fetchone()[0]
                sealed = tx.vault.seal(word, column=f"cases.{column}", row=row)
                tx.cursor.execute(
                    f"UPDATE cases SET {column} = ?, {column}_hash = ?", (sealed, tx.vault.hash("word", word))
                )
            else:
                tx.cursor.execute(f"UPDATE cases SET {column} = ?", (value,))

        self.office.office.db.write_now(change)
