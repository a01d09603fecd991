"""Build dialogs for a question or a help text; a script opens them."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import aria


def dialog(
    id_: str,
    title: str,
    inside: Sequence[Component],
    acts: Sequence[Component],
    **more: Any,  # noqa: ANN401
) -> Component:
    """Return a dialog whose title has the id `id_`.

    `acts` are its buttons in one row; `more` are its `data-…` attributes.
    """
    return html.Dialog(
        [html.H2(title, id=id_), *inside, html.Div(list(acts), className="row-line")],
        className="kit-dialog",
        **aria(labelledby=id_),
        **more,
    )
