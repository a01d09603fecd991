"""Render the private calendar links to deadlines: create, show once, revoke."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.controls.ids import Ids
from components.kit import alert, button, card, copyable_text, data, html
from core.i18n import _, clock
from data.controls.types import CalendarRow


def calendars(rows: Sequence[CalendarRow]) -> Component:
    """Return the calendar links, below the grid because they are optional."""
    act = button(_("Créer un lien d’agenda"), id=Ids.NEW_CALENDAR, icon="calendar-plus", small=True)
    return card(
        [
            html.P(
                _(
                    "Votre agenda affiche chaque échéance et reste à jour. Le lien est"
                    " personnel : toute personne qui l’a voit vos échéances, sans se connecter."
                ),
                className="card-text",
            ),
            html.Div(calendar_list(rows), id=Ids.CALENDARS),
            dcc.Store(id=Ids.DROP_CALENDAR),
        ],
        title=_("Échéances dans mon agenda"),
        actions=[act],
        className="controls-calendars",
    )


def calendar_list(rows: Sequence[CalendarRow], address: str = "") -> list[Component]:
    """Return the valid links, with the `address` of a new one, shown once."""
    lines = [_line(row) for row in rows]
    return [
        *([_shown_once(address)] if address else []),
        *([html.Ul(lines, className="controls-links")] if lines else []),
    ]


def _line(row: CalendarRow) -> Component:
    at = clock(row.created_at)
    attributes = {"title": _("Supprimer le lien créé le {at}", at=at), **data(controls="drop")}
    act = button(_("Supprimer"), small=True, **attributes, **data(id=str(row.id)))
    return html.Li([html.Span(_("Lien créé le {at}", at=at)), act])


def _shown_once(address: str) -> Component:
    follow = address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
    return alert(
        _("Copiez cette adresse\u00a0: elle ne sera plus affichée"),
        copyable_text(address, what=_("l’adresse du calendrier")),
        "ok",
        actions=[
            html.A(
                _("L’ouvrir dans mon agenda"), href=follow, className="btn btn-secondary btn-sm"
            ),
        ],
    )
