"""Draws a flow as a Mermaid flowchart."""

from __future__ import annotations

from bot.authoring.ways import ways
from bot.engine import Ask, Flow
from bot.engine.flow import Branch, Call, Finish, Raise, Record, Say, Step, Wait

_END = "the_end"


def mermaid(flow: Flow) -> str:
    """Return the flow as Mermaid text, one box a step and one arrow a way."""
    lines = ["flowchart TD"]
    lines += [f"    s_{step.id}{_box(step)}" for step in flow.steps]
    ends = False
    for step in flow.steps:
        targets: dict[str | None, list[str]] = {}
        for way in ways(flow, step):
            targets.setdefault(way.to, []).append(way.label)
        if isinstance(step, Finish) and not step.when:
            continue
        for to, labels in targets.items():
            ends = ends or to is None
            lines.append(f"    s_{step.id} -->{_label(labels)} {f's_{to}' if to else _END}")
    if ends:
        lines.append(f'    {_END}(["end"])')
    return "\n".join(lines) + "\n"


def _label(labels: list[str]) -> str:
    named = [label for label in labels if label]
    return f'|"{_quoted(" / ".join(named))}"|' if named else ""


def _box(step: Step) -> str:
    text = _quoted(f"{step.id}: {_content(step)}")
    if isinstance(step, Ask):
        return f'{{{{"{text}"}}}}'
    return f'(["{text}"])' if isinstance(step, Finish) else f'["{text}"]'


def _content(step: Step) -> str:
    match step:
        case Ask():
            return step.text.msgid
        case Say():
            return step.say.msgid
        case Raise():
            return f"raise {step.signal.category}, {step.signal.level}"
        case Record():
            return f"note {step.record} as {step.value}"
        case Wait():
            return f"wait {step.wait}"
        case Call():
            return f"run {step.call}"
        case Finish():
            return step.finish
        case Branch():
            return "which?"
        case _:
            return ""


def _quoted(text: str) -> str:
    """Escape what ends a label in Mermaid."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
