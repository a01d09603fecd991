"""Build the item of a list: title, details and actions."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Children
from components.kit.icon import icon


def item(
    glyph: str, tone: str, title: Children, note: Children, acts: Sequence[Child]
) -> Component:
    """Return an `li` of a `.item-list`; `tone` is that of its icon."""
    return html.Li(
        [
            html.Span(icon(glyph), className=f"item-icon item-{tone}"),
            html.Div(
                [
                    html.Div(title, className="item-title"),
                    html.Div(note, className="item-note"),
                ],
                className="item-main",
            ),
            *acts,
        ],
        className="item",
    )
