"""Build the list of steps of a task that takes several screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, aria
from components.kit.icon import icon

StepState = Literal["done", "here", "ahead"]


@dataclass(frozen=True, slots=True)
class StepItem:
    """A step: its name, or a link to it, a note and its state."""

    name: Child
    note: str = ""
    state: StepState = "ahead"


def steps(label: str, items: Sequence[StepItem]) -> Component:
    """Return every step in order; `label` names the list for screen readers."""
    return html.Nav(
        html.Ol([_step(number, item) for number, item in enumerate(items, start=1)]),
        className="kit-steps",
        **aria(label=label),
    )


def _step(number: int, item: StepItem) -> Component:
    mark: Child = icon("check-lg", 14) if item.state == "done" else str(number)
    return html.Li(
        [
            html.Span(mark, className="step-mark"),
            html.Div([html.B(item.name), html.Span(item.note)]),
        ],
        className=f"step-{item.state}",
        **(aria(current="step") if item.state == "here" else {}),
    )
