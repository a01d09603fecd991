"""Render the tasks of the home page, in groups."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import badge, html, link
from core.i18n import _


def group(
    title: str, count: int, href: str, items: Sequence[Component], note: str = ""
) -> Component:
    note_parts = [html.Span(note, className="item-note")] if note else []
    head = html.Div(
        [html.H3([title, " ", badge(count)]), *note_parts, link(_("Tout voir"), href)],
        className="item-head",
    )
    return html.Div([head, html.Ul(list(items), className="item-list")])
