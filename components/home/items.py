"""Things to do, in groups, each with its chip and one button."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.kit import badge, html, icon, link
from i18n import _


def group(
    title: str, count: int, href: str, items: Sequence[Component], note: str = ""
) -> Component:
    said = [html.Span(note, className="item-note")] if note else []
    head = html.Div(
        [html.H3([title, " ", badge(count)]), *said, link(_("Tout voir"), href)],
        className="item-head",
    )
    return html.Div([head, html.Ul(list(items), className="item-list")])


def item(
    glyph: str, tone: str, title: str, note: str | list[Any], acts: Sequence[Component]
) -> Component:
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
