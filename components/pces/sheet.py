"""Render all the details of a PCE."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    button,
    card,
    chip,
    definition_list,
    html,
    page,
    text_field,
)
from components.kit import columns as side_by_side
from components.pces.ids import Ids
from components.pces.labels import FREQUENCIES, event_text, named_fields, state_words
from components.surfaces import surface_card
from core.access import Permission, Viewer
from core.i18n import _, number, short_day
from data.metering.pces.types import (
    PceDetail,
    PceEvent,
    PceRow,
)
from data.metering.surfaces.types import Surface


def pce_page(
    detail: PceDetail,
    viewer: Viewer,
    surfaces: Sequence[Surface],
    similar: Component | None = None,
) -> Component:
    """Return the page of one PCE; `similar` is the card of its place among similar sites."""
    row = detail.row
    writes = viewer.may(Permission.PCES_WRITE)
    blocks = [
        card(definition_list(identity(detail, viewer.today)), title=_("Identité")),
        surface_card(row.number, surfaces, writes=writes),
        *([similar] if similar else []),
        card(definition_list(contract(detail)), title=_("Contrat")),
        card(definition_list(technical(detail)), title=_("Compteur")),
        card(event_list(detail.events), title=_("Événements")),
    ]
    if may_rename(viewer, row):
        blocks.append(rename_card(row))
    return page(
        row.alias or row.number,
        _("Ce que l’on sait d’un point de livraison, et ce qui lui est arrivé."),
        crumbs=((_("Points de livraison"), "/pces"), (f"PCE {row.number}", None)),
        actions=(
            button(
                _("Voir les consommations"),
                href=f"/consommations?pce={row.number}",
                icon="bar-chart",
                kind="primary",
            ),
        ),
        children=[side_by_side(blocks[::2], blocks[1::2], kind="1-1")],
    )


def may_rename(viewer: Viewer, row: PceRow) -> bool:
    """Return whether to offer renaming; the action checks again."""
    return viewer.may(Permission.PCES_WRITE) and (viewer.staff or row.holder == viewer.organisation)


def rename_card(row: PceRow) -> Component:
    return card(
        [
            text_field(Ids.ALIAS, _("Nom du site"), value=row.alias, hidden_label=True),
            html.Div(button(_("Renommer"), id=Ids.RENAME), className="form-actions"),
            html.Div(id=Ids.RENAMED, role="status"),
            dcc.Store(id=Ids.NUMBER, data=row.number),
        ],
        title=_("Nom du site"),
        hint=_("visible par tous ceux qui ont accès à ce PCE"),
    )


def identity(detail: PceDetail, today: date) -> list[tuple[str, Any]]:
    row = detail.row
    word, icon, tone = state_words(row, today)
    return [
        (_("PCE"), row.number),
        (_("Adresse"), detail.address or "–"),
        (_("Titulaire"), row.holder or _("personne : un administrateur doit l’attribuer")),
        (_("Étiquettes"), ", ".join(row.tags) or "–"),
        (_("État des données"), chip(word, icon=icon, tone=tone)),
        (_("Données jusqu’au"), short_day(row.data_until) if row.data_until else "–"),
        (
            _("Mise en service"),
            short_day(detail.commissioned_on) if detail.commissioned_on else "–",
        ),
        *([(_("Mise hors service"), short_day(detail.ended_on))] if detail.ended_on else []),
    ]


def contract(detail: PceDetail) -> list[tuple[str, Any]]:
    contract_facts = {
        _("Tarif d’acheminement"): detail.row.tariff,
        _("Fournisseur"): detail.supplier,
        _("Profil"): detail.profile,
    }
    reference = f"{number(detail.reference_kwh)}\u00a0kWh" if detail.reference_kwh else "–"
    return [
        *((label, value or "–") for label, value in contract_facts.items()),
        (_("Consommation annuelle de référence"), reference),
        *named_fields(detail.contract),
    ]


def technical(detail: PceDetail) -> list[tuple[str, Any]]:
    return [
        (_("Relève"), _(FREQUENCIES[detail.row.frequency])),
        (_("Matricule"), detail.meter_serial or "–"),
        (_("Roues"), number(detail.meter_digits) if detail.meter_digits else "–"),
        *named_fields(detail.technical),
    ]


def event_list(events: Sequence[PceEvent]) -> Component:
    if not events:
        return html.P(_("Aucun événement pour ce PCE depuis le début de son historique."))
    return html.Ul(
        [
            html.Li([html.Span(short_day(event.day), className="num"), " ", event_text(event)])
            for event in reversed(events)
        ],
        className="event-list",
    )
