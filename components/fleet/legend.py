"""Render the scale of the heat map, as text and colours."""

from dash.development.base_component import Component

from components.fleet.labels import cell_text, level_of
from components.kit import html
from core.i18n import _

STEPS = (-10, -6, -2, 0, 2, 6, 10)


def scale() -> Component:
    marks = [html.Span(cell_text(step), className=f"heat heat-{level_of(step)}") for step in STEPS]
    return html.Span(marks, className="heat-scale")


def work_legend() -> Component:
    return html.Div([html.Span(_("% à climat égal")), scale()], className="fleet-legend")


def legend() -> Component:
    return html.Div(
        [
            html.Span(_("% à climat égal, ou brut si la signature n’est pas fiable")),
            scale(),
            html.Span(_("abs."), className="heat heat-absent"),
            html.Span(_("absent")),
        ],
        className="fleet-legend",
    )


def work_signs() -> list[Component]:
    return [
        html.Span(_("– : météo trop douce ou trop différente, ou trop peu de jours comparables")),
        html.Span(_("· : pas encore attendu, ou hors service")),
    ]


def signs() -> list[Component]:
    """Return the signs of cells without figure; those of the scale stand above the table."""
    return [
        html.Span(_("· : pas encore attendu, ou hors service")),
        html.Span(_("– : trop peu de jours comparables")),
    ]
