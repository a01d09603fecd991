"""Render saved views: named filters of the grid, private to each person."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import aria, button, data, html, link, text_field
from components.rights.ids import Ids
from core.i18n import _
from data.rights.types import SavedView


def views_place(views: Sequence[SavedView]) -> Component:
    """Return the button and its panel."""
    return html.Div(
        [
            button(
                _("Vues"),
                icon="bookmark",
                className="opener",
                **data(opens=Ids.VIEWS_PANEL.value),
                **aria(expanded="false", controls=Ids.VIEWS_PANEL.value),
            ),
            html.Div(
                [
                    html.Div(views_list(views), id=Ids.VIEWS),
                    text_field(
                        Ids.VIEW_NAME,
                        _("Nom de la vue"),
                        placeholder=_("Écoles à renouveler"),
                    ),
                    button(_("Enregistrer la vue affichée"), id=Ids.KEEP_VIEW, small=True),
                ],
                id=Ids.VIEWS_PANEL,
                className="panel popover-panel rights-views",
                role="group",
                **aria(label=_("Vues enregistrées")),
            ),
        ],
        className="popover-place",
    )


def views_list(views: Sequence[SavedView]) -> list[Component]:
    if not views:
        return [html.P(_("Aucune vue enregistrée : filtrez, triez, puis donnez un nom."))]
    return [html.Ul([_view(view) for view in views], className="rights-view-list")]


def _view(view: SavedView) -> Component:
    forget = _("Oublier la vue {name}", name=view.name)
    return html.Li(
        [
            link(view.name, f"/droits{view.query}"),
            button(
                html.Span("×", **aria(hidden="true")),
                className="btn-icon",
                title=forget,
                **data(rights="drop", id=str(view.id)),
                **aria(label=forget),
            ),
        ]
    )
