"""Delivery points: the list of those one may see, and everything known of one."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from components.kit import (
    button,
    card,
    chip,
    column,
    definition_list,
    empty,
    grid,
    page,
    search_box,
    segments,
    select_field,
    switch,
    text_field,
)
from components.kit import columns as side_by_side
from data.access import Permission, Viewer
from data.pces.rules import freshness_of
from data.pces.types import (
    EventKind,
    Frequency,
    Freshness,
    PceDetail,
    PceEvent,
    PceFilter,
    PceRow,
)
from i18n import N_, _, number, plural, short_day

ALL = "all"
NOBODY = "none"


class Ids(StrEnum):
    GRID = "pces-grid"
    SEARCH = "pces-search"
    TAG = "pces-tag"
    FRESHNESS = "pces-freshness"
    COUNT = "pces-count"
    UNHELD = "pces-unheld"
    NEW_TAG = "pces-new-tag"
    ADD_TAG = "pces-add-tag"
    REMOVE_TAG = "pces-remove-tag"
    HOLDER = "pces-holder"
    ASSIGN = "pces-assign"
    ALIAS = "pces-alias"
    RENAME = "pces-rename"
    RENAMED = "pces-renamed"
    NUMBER = "pces-number"
    SELECTED = "pces-selected"


Tone = Literal["ok", "warn", "bad", "mute"]
FRESHNESS: Mapping[Freshness, tuple[str, str, Tone]] = {
    Freshness.FRESH: (N_("À jour"), "check-circle-fill", "ok"),
    Freshness.LATE: (N_("En retard"), "clock", "warn"),
    Freshness.STALE: (N_("Plus de 7 jours"), "exclamation-octagon-fill", "bad"),
    Freshness.NEVER: (N_("Aucune donnée"), "dash-circle", "mute"),
}
FREQUENCIES: Mapping[Frequency, str] = {
    Frequency.HALF_YEARLY: N_("Semestrielle, relevé à pied"),
    Frequency.MONTHLY: N_("Mensuelle, compteur communicant"),
    Frequency.MONTHLY_LARGE: N_("Mensuelle, grand site"),
    Frequency.DAILY: N_("Journalière"),
}
EVENTS: Mapping[EventKind, str] = {
    EventKind.SUPPLIER: N_("Changement de fournisseur"),
    EventKind.TARIFF: N_("Changement de tarif"),
    EventKind.FREQUENCY: N_("Changement de fréquence"),
    EventKind.METER: N_("Compteur changé"),
    EventKind.HOLDER: N_("Changement de titulaire"),
    EventKind.COMMISSIONED: N_("Mise en service"),
    EventKind.WORKS: N_("Travaux"),
}


def read_filters(query: Mapping[str, Any]) -> PceFilter:
    """The filters of a query string; anything unknown is left out."""
    state, tag = str(query.get("fresh") or ""), str(query.get("tag") or "")[:100]
    return PceFilter(
        text=str(query.get("q") or "")[:100],
        tags=(tag,) if tag else (),
        freshness=Freshness(state) if state in set(Freshness) else None,
        unheld=query.get("holder") == NOBODY,
    )


def tag_of(view: PceFilter) -> str:
    return view.tags[0] if view.tags else ""


def write_filters(view: PceFilter) -> str:
    pairs = {
        "q": view.text,
        "tag": tag_of(view),
        "fresh": view.freshness or "",
        "holder": NOBODY if view.unheld else "",
    }
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}" if query else ""


def filter_model(view: PceFilter) -> dict[str, Any]:
    """The filters as AG Grid's own model, so that a change asks for the rows again."""
    wanted = {
        "number": view.text,
        "tags": tag_of(view),
        "freshness": view.freshness or "",
        "holder": NOBODY if view.unheld else "",
    }
    return {
        column: {"filterType": "text", "type": "contains", "filter": str(value)}
        for column, value in wanted.items()
        if value
    }


def view_of_model(model: Mapping[str, Any] | None) -> PceFilter:
    def typed(column: str) -> str:
        part = (model or {}).get(column)
        return str(part.get("filter") or "") if isinstance(part, Mapping) else ""

    return read_filters(
        {
            "q": typed("number"),
            "tag": typed("tags"),
            "fresh": typed("freshness"),
            "holder": typed("holder"),
        }
    )


def pces_page(  # noqa: PLR0913 (one line a part of the screen)
    viewer: Viewer,
    view: PceFilter,
    *,
    total: int,
    tags: Sequence[tuple[str, int]],
    counts: Mapping[Freshness, int],
    organisations: Sequence[tuple[str, str]],
) -> Component:
    """The list, or what to do when there is nothing to list."""
    title, purpose = _("Points de livraison"), _("Retrouver un PCE, voir ce qui manque, classer.")
    if not total:
        return page(title, purpose, children=[no_pce(viewer)])
    return page(
        title,
        purpose,
        children=[
            filters(view, tags, counts, staff=viewer.staff),
            card(
                [
                    html.P(id=Ids.COUNT, className="list-count", role="status"),
                    pces_grid(view, selectable=viewer.may(Permission.PCES_WRITE)),
                    *([selection_bar(viewer, organisations)] if may_sort_out(viewer) else []),
                ],
                flush=True,
            ),
        ],
    )


def may_sort_out(viewer: Viewer) -> bool:
    return viewer.may(Permission.PCES_WRITE)


def no_pce(viewer: Viewer) -> Component:
    if viewer.may(Permission.READINGS_IMPORT):
        return empty(
            "diagram-3",
            _("Aucun PCE pour l’instant"),
            _(
                "Votre organisation n’est titulaire d’aucun point de livraison et n’en lit aucun. "
                "Votre chargé de compte les rattache ; les relevés se déposent ensuite ici."
            ),
            actions=(button(_("Voir les opérations"), href="/operations", kind="primary"),),
        )
    return empty(
        "diagram-3",
        _("Aucun PCE pour l’instant"),
        _("Votre chargé de compte rattache les points de livraison à votre organisation."),
    )


def filters(
    view: PceFilter,
    tags: Sequence[tuple[str, int]],
    counts: Mapping[Freshness, int],
    *,
    staff: bool,
) -> Component:
    states = [(ALL, _("Tous"))] + [
        (state.value, f"{_(word)} {number(counts.get(state, 0))}")
        for state, (word, _icon, _tone) in FRESHNESS.items()
    ]
    options = [(ALL, _("toutes"))] + [(tag, f"{tag} ({number(count)})") for tag, count in tags]
    return html.Div(
        [
            search_box(
                Ids.SEARCH,
                _("Chercher"),
                _("PCE, site, commune, titulaire"),
                value=view.text,
            ),
            select_field(Ids.TAG, _("Étiquette"), options, tag_of(view) or ALL),
            segments(Ids.FRESHNESS, _("Fraîcheur des données"), states, view.freshness or ALL),
            html.Div(switch(Ids.UNHELD, _("Sans titulaire"), view.unheld), hidden=not staff),
        ],
        className="list-filters",
    )


def pces_grid(view: PceFilter, *, selectable: bool) -> Component:
    picks = {"rowSelection": {"mode": "multiRow", "headerCheckbox": False}} if selectable else {}
    return grid(
        Ids.GRID,
        columns(),
        page_label=_("Points de livraison"),
        infinite=True,
        height=560,
        row_key="number",
        grid_options=picks,
        filterModel=filter_model(view),
    )


def columns() -> list[dict[str, Any]]:
    quiet: dict[str, Any] = {"filter": "agTextColumnFilter", "suppressHeaderFilterButton": True}
    return [
        column(
            "alias",
            _("Site"),
            flex=2,
            sortable=True,
            pinned=True,
            renderer="KitLink",
            minWidth=190,
        ),
        column("number", _("PCE"), width=150, sortable=True, **quiet),
        column("city", _("Commune"), flex=1, sortable=True, minWidth=140),
        column("holder", _("Titulaire"), flex=1, sortable=True, minWidth=140, **quiet),
        column("frequency", _("Relève"), width=80, sortable=True),
        column("tariff", _("Tarif"), width=75, sortable=True),
        column("tags", _("Étiquettes"), width=130, **quiet),
        column("data_until", _("Données au"), width=115, sortable=True),
        column("freshness", _("Fraîcheur"), width=165, renderer="KitChip", **quiet),
        column("detail", _("Fiche"), width=80, renderer="KitLink"),
    ]


def grid_row(row: PceRow, today: date) -> dict[str, object]:
    """One line of the grid, every cell already a text."""
    word, icon, tone = FRESHNESS[freshness_of(row.data_until, today)]
    return {
        "number": row.number,
        "alias": {"text": row.alias or row.number, "href": f"/consommations?pce={row.number}"},
        "city": row.city or "–",
        "holder": row.holder or "–",
        "frequency": row.frequency.value,
        "tariff": row.tariff or "–",
        "tags": ", ".join(row.tags) or "–",
        "data_until": short_day(row.data_until) if row.data_until else "–",
        "freshness": {"word": _(word), "icon": icon, "tone": tone},
        "detail": {"text": _("Ouvrir"), "href": f"/pces?pce={row.number}"},
    }


def count_text(total: int) -> str:
    return plural("{count} point de livraison", "{count} points de livraison", total)


def selection_bar(viewer: Viewer, organisations: Sequence[tuple[str, str]]) -> Component:
    """What may be done to the ticked lines."""
    parts: list[Component] = [
        html.Span(_("Cochez des lignes pour les classer."), id=Ids.SELECTED, role="status"),
        text_field(Ids.NEW_TAG, _("Étiquette à mettre ou à ôter"), placeholder=_("Écoles")),
        button(_("Ajouter"), id=Ids.ADD_TAG, icon="tag", small=True),
        button(_("Retirer"), id=Ids.REMOVE_TAG, icon="x-lg", small=True),
    ]
    if viewer.staff:
        parts += [
            select_field(Ids.HOLDER, _("Titulaire"), [("", "–"), *organisations], ""),
            button(_("Attribuer"), id=Ids.ASSIGN, icon="building", small=True),
        ]
    return html.Div(parts, className="selection-bar")


def selected_text(count: int) -> str:
    if not count:
        return _("Cochez des lignes pour les classer.")
    return plural("{count} PCE coché", "{count} PCE cochés", count)


def pce_page(detail: PceDetail, viewer: Viewer) -> Component:
    """Everything known of one PCE."""
    row = detail.row
    blocks = [
        card(definition_list(identity(detail)), title=_("Identité")),
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
        children=[columns_of(blocks)],
    )


def may_rename(viewer: Viewer, row: PceRow) -> bool:
    """Whether to offer it; the action itself decides."""
    return viewer.may(Permission.PCES_WRITE) and (viewer.staff or row.holder == viewer.organisation)


def columns_of(blocks: Sequence[Component]) -> Component:
    return side_by_side(list(blocks[::2]), list(blocks[1::2]), kind="1-1")


def rename_card(row: PceRow) -> Component:
    return card(
        [
            text_field(Ids.ALIAS, _("Nom du site"), value=row.alias),
            html.Div(button(_("Renommer"), id=Ids.RENAME), className="form-actions"),
            html.Div(id=Ids.RENAMED, role="status"),
            dcc.Store(id=Ids.NUMBER, data=row.number),
        ],
        title=_("Nom du site"),
        hint=_("vu par tous ceux qui lisent ce PCE"),
    )


def identity(detail: PceDetail) -> list[tuple[str, Any]]:
    row = detail.row
    word, icon, tone = FRESHNESS[Freshness.FRESH if row.data_until else Freshness.NEVER]
    until = short_day(row.data_until) if row.data_until else chip(_(word), icon=icon, tone=tone)
    return [
        (_("PCE"), row.number),
        (_("Adresse"), detail.address or "–"),
        (_("Titulaire"), row.holder or _("personne : un administrateur doit l’attribuer")),
        (_("Étiquettes"), ", ".join(row.tags) or "–"),
        (_("Données jusqu’au"), until),
        (
            _("Mise en service"),
            short_day(detail.commissioned_on) if detail.commissioned_on else "–",
        ),
        *([(_("Mise hors service"), short_day(detail.ended_on))] if detail.ended_on else []),
    ]


def contract(detail: PceDetail) -> list[tuple[str, Any]]:
    known = {
        _("Tarif d’acheminement"): detail.row.tariff,
        _("Fournisseur"): detail.supplier,
        _("Profil"): detail.profile,
    }
    reference = f"{number(detail.reference_kwh)}\u00a0kWh" if detail.reference_kwh else "–"
    return [
        *((label, value or "–") for label, value in known.items()),
        (_("Consommation annuelle de référence"), reference),
        *((str(key), str(value)) for key, value in detail.contract.items() if value),
    ]


def technical(detail: PceDetail) -> list[tuple[str, Any]]:
    return [
        (_("Relève"), _(FREQUENCIES[detail.row.frequency])),
        (_("Matricule"), detail.meter_serial or "–"),
        (_("Roues"), number(detail.meter_digits) if detail.meter_digits else "–"),
        *((str(key), str(value)) for key, value in detail.technical.items() if value),
    ]


def event_text(event: PceEvent) -> str:
    """`Changement de fournisseur : Gaz du Val → Énergie Claire`."""
    change = " → ".join(part for part in (event.before, event.after) if part)
    return f"{_(EVENTS[event.kind])}\u00a0: {change}" if change else _(EVENTS[event.kind])


def event_list(events: Sequence[PceEvent]) -> Component:
    if not events:
        return html.P(_("Rien n’est arrivé à ce PCE depuis le début de son historique."))
    return html.Ul(
        [
            html.Li([html.Span(short_day(event.day), className="num"), " ", event_text(event)])
            for event in reversed(events)
        ],
        className="event-list",
    )
