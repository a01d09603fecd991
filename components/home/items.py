"""What is to be done, in groups."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import badge, html, link
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
