"""Build the items of a list: title, details and actions."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Children
from components.kit.icon import icon


def item(
    glyph: str, tone: str, title: Children, note: Children, acts: Sequence[Child]
) -> Component:
    """Return an `li` of a `.item-list`; `tone` is that of its icon."""
    before = [html.Span(icon(glyph), className=f"item-icon item-{tone}")]
    return plain_item(title, [note], acts, before=before)


def plain_item(
    title: Children,
    notes: Sequence[Children],
    acts: Sequence[Child] = (),
    *,
    more: Sequence[Child] = (),
    before: Sequence[Child] = (),
    **options: Any,  # noqa: ANN401 (of html.Li)
) -> Component:
    """Return an `li` of a `.item-list` without icon: title, `notes`, `more`, then actions."""
    lines = [html.Div(note, className="item-note") for note in notes if note]
    main = html.Div([html.Div(title, className="item-title"), *lines, *more], className="item-main")
    return html.Li([*before, main, *acts], **{"className": "item"} | options)
