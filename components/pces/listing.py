"""Render the list of visible PCEs, its filters and its bulk actions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components import kit
from components.consumption.empty_state import NOTHING_AWAITED, no_pce
from components.kit import html
from components.notifications.episodes import fleet_cell
from components.pces.filters import ALL, filter_model, tag_of
from components.pces.ids import Ids
from components.pces.labels import FRESHNESS, selected_text, state_words
from core.access import OrganisationKind, Permission, Viewer
from core.i18n import _, number, short_day
from data.metering.pces.types import PceFilter, PceFreshness, PceRow
from data.rights.types import PendingRight
from data.thresholds.types import Chip

MOST_LINES = 16
SCREEN = kit.GridScreen(
    Ids.GRID,
    Ids.COUNT,
    Ids.NOTHING,
    Ids.CLEAR,
    {Ids.SEARCH: "", Ids.TAG: ALL, Ids.FRESHNESS: ALL, Ids.UNHELD: False},
    words=Ids.ASKED,
)


def pces_page(  # noqa: PLR0913 (one line a part of the screen)
    viewer: Viewer,
    view: PceFilter,
    *,
    total: int,
    tags: Sequence[tuple[str, int]],
    counts: Mapping[PceFreshness, int],
    organisations: Sequence[tuple[str, str]],
    awaited: PendingRight = NOTHING_AWAITED,
) -> Component:
    """Return the list, or what to do without any PCE."""
    title, purpose = _("Points de livraison"), _("Retrouver un PCE, voir ce qui manque, classer.")
    if not total:
        return kit.page(title, purpose, children=kit.card(no_pce(viewer, awaited)))
    return kit.page(
        title,
        purpose,
        actions=(kit.button(_("Exporter"), id=Ids.EXPORT, icon="download"),),
        children=[
            filters(view, tags, counts, staff=viewer.staff),
            kit.card(
                [
                    SCREEN.count_line(),
                    *limited_hint(viewer),
                    kit.swipe_hint(),
                    *SCREEN.table(
                        columns(viewer),
                        total,
                        _("Aucun point de livraison ne répond à ces filtres"),
                        page_label=_("Points de livraison"),
                        most=MOST_LINES,
                        row_key="number",
                        grid_options=kit.PICKS,
                        filterModel=filter_model(view),
                    ),
                    _selection_bar(viewer, organisations),
                ],
                flush=True,
            ),
        ],
    )


def limited_hint(viewer: Viewer) -> list[Component]:
    """Return why other users of the organisation see more PCEs."""
    if not viewer.limited:
        return []
    hint = _("Votre accès est limité à des étiquettes\u00a0: ne figurent ici que leurs PCE.")
    return [html.P(hint, className="list-count")]


def filters(
    view: PceFilter,
    tags: Sequence[tuple[str, int]],
    counts: Mapping[PceFreshness, int],
    *,
    staff: bool,
) -> Component:
    states = [(ALL, _("Tous"))] + [
        (state.value, f"{_(word)} {number(counts.get(state, 0))}")
        for state, (word, _icon, _tone) in FRESHNESS.items()
        if state is not PceFreshness.CLOSED or counts.get(state) or view.freshness is state
    ]
    options = [(ALL, _("toutes"))] + [(tag, f"{tag} ({number(count)})") for tag, count in tags]
    return html.Div(
        [
            kit.search_box(
                Ids.SEARCH,
                _("Chercher"),
                _("Site, adresse, étiquette, PCE"),
                value=view.text,
            ),
            kit.select_field(Ids.TAG, _("Étiquette"), options, tag_of(view) or ALL),
            kit.segments(Ids.FRESHNESS, _("Fraîcheur des données"), states, view.freshness or ALL),
            html.Div(kit.switch(Ids.UNHELD, _("Sans titulaire"), view.unheld), hidden=not staff),
        ],
        className="list-filters",
    )


def columns(viewer: Viewer) -> list[dict[str, Any]]:
    """Return the columns; the holder is shown to staff and third parties only."""
    others = viewer.staff or viewer.kind is OrganisationKind.THIRD_PARTY
    return [
        kit.column(
            "alias",
            _("Site"),
            width=230,
            sortable=True,
            pinned=True,
            renderer="KitLink",
            minWidth=180,
        ),
        _narrow("freshness", _("Fraîcheur"), 170, minWidth=140, renderer="KitChip", filtered=True),
        _narrow("episodes", _("Alertes"), 124, minWidth=112, renderer="KitChip"),
        _narrow("data_until", _("Données au"), 112, sortable=True),
        _narrow("number", _("PCE"), 156, minWidth=156, sortable=True, filtered=True),
        kit.column("city", _("Commune"), width=136, sortable=True, maxWidth=200),
        kit.column(
            "holder",
            _("Titulaire"),
            width=130,
            sortable=True,
            maxWidth=180,
            hide=not others,
            filtered=True,
        ),
        _narrow("frequency", _("Relève"), 86, sortable=True),
        _narrow("tariff", _("Tarif"), 72, sortable=True),
        kit.column("tags", _("Étiquettes"), width=150, maxWidth=220, filtered=True),
        _narrow("detail", _("Fiche"), 84, renderer="KitLink"),
    ]


def _narrow(field: str, name: str, width: int, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a column of fixed width, which leaves space for the name."""
    return kit.column(field, name, width=width, maxWidth=width, **options)


def grid_row(row: PceRow, today: date, open_: Chip | None = None) -> dict[str, object]:
    """Return a row of the grid, as formatted text; `open_` summarises open exceedances."""
    word, icon, tone = state_words(row, today)
    return {
        "number": row.number,
        "alias": {"text": row.alias or row.number, "href": f"/consommations?pce={row.number}"},
        "city": row.city or "–",
        "holder": row.holder or "–",
        "frequency": row.frequency.value,
        "tariff": row.tariff or "–",
        "tags": ", ".join(row.tags) or "–",
        "data_until": short_day(row.data_until) if row.data_until else "–",
        "episodes": fleet_cell(open_),
        "freshness": {"word": word, "icon": icon, "tone": tone},
        "detail": {"text": _("Ouvrir"), "href": f"/pces?pce={row.number}"},
    }


def _selection_bar(viewer: Viewer, organisations: Sequence[tuple[str, str]]) -> Component:
    """Return the actions on selected rows."""
    parts: list[Component] = []
    if viewer.may(Permission.PCES_WRITE) and not viewer.limited:
        parts += [
            kit.text_field(
                Ids.NEW_TAG, _("Étiquette à ajouter ou à retirer"), placeholder=_("Écoles")
            ),
            kit.button(_("Ajouter"), id=Ids.ADD_TAG, icon="tag", small=True),
            kit.button(_("Retirer"), id=Ids.REMOVE_TAG, icon="x-lg", small=True),
        ]
    if viewer.staff:
        parts += [
            kit.select_field(Ids.HOLDER, _("Titulaire"), [("", "–"), *organisations], ""),
            kit.button(_("Attribuer"), id=Ids.ASSIGN, icon="building", small=True),
        ]
    ticked = kit.button(_("Exporter"), id=Ids.EXPORT_TICKED, icon="download", small=True)
    acts = kit.selection_acts([ticked], id_=Ids.ACTS, why=Ids.SELECTED)
    return kit.selection_bar(selected_text(0), Ids.SELECTED, [*parts, acts])
