"""Render bulk threshold operations: select PCEs, then set their threshold."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.kit import (
    PICKS,
    button,
    card,
    grid,
    height_of,
    html,
    page,
    search_box,
    select_field,
    selection_bar,
    swipe_hint,
)
from components.kit import column as made_column
from components.pces import filter_model
from components.thresholds.ids import Ids
from components.thresholds.labels import CHOICE_WORDS
from components.thresholds.per_pce import EACH, PlanPreview, preview_box
from core.i18n import _, number, plural
from data.metering.pces.types import PceFilter

ALL = "all"  # an empty value would show no label
MOST = 200  # PCEs in an address


def many_page(
    pce_filter: PceFilter,
    total: int,
    tags: Sequence[tuple[str, int]],
    previewed: PlanPreview | None = None,
) -> Component:
    options = [(ALL, _("toutes"))] + [(tag, f"{tag} ({number(count)})") for tag, count in tags]
    return page(
        _("Un seuil pour plusieurs PCE"),
        _("Cocher des PCE, et leur donner à tous un seuil en une fois."),
        crumbs=(
            (_("Alertes"), "/notifications"),
            (_("Seuils"), "/seuils"),
            (_("Plusieurs PCE"), None),
        ),
        children=[
            html.Div(
                [
                    search_box(
                        Ids.MANY_SEARCH,
                        _("Chercher"),
                        _("Site, adresse, étiquette, PCE"),
                        value=pce_filter.text,
                    ),
                    select_field(
                        Ids.MANY_TAG, _("Étiquette"), options, (pce_filter.tags or (ALL,))[0]
                    ),
                ],
                className="list-filters",
            ),
            card([*_grid(pce_filter, total), action_bar()], flush=True),
            preview_box(previewed),
        ],
    )


def _grid(pce_filter: PceFilter, total: int) -> list[Component]:
    return [
        swipe_hint(),
        grid(
            Ids.MANY_GRID,
            columns(),
            page_label=_("Points de livraison à cocher"),
            infinite=True,
            height=height_of(total),
            row_key="number",
            grid_options=PICKS,
            filterModel=filter_model(pce_filter),
        ),
    ]


def columns() -> list[dict[str, Any]]:
    return [
        made_column("alias", _("Site"), width=260, minWidth=180, pinned=True, renderer="KitLink"),
        made_column("number", _("PCE"), width=156, minWidth=156, filtered=True),
        made_column("city", _("Commune"), width=170, minWidth=120),
        made_column("tags", _("Étiquettes"), width=180, minWidth=120, filtered=True),
        made_column("data_until", _("Données au"), width=120, minWidth=112),
    ]


def action_bar() -> Component:
    kinds = [(word, _(CHOICE_WORDS[word])) for word in EACH]
    return selection_bar(
        many_text(0),
        Ids.MANY_COUNT,
        [
            select_field(Ids.MANY_KIND, _("Type"), kinds, "month"),
            button(
                _("Poser les valeurs proposées de chacun"),
                id=Ids.MANY_PROPOSED,
                icon="magic",
                small=True,
            ),
            button(_("Régler un même seuil"), id=Ids.MANY_DRAFT, icon="sliders", small=True),
        ],
    )


def many_text(count: int) -> str:
    if not count:
        return _("Cochez des PCE : chacun aura son seuil.")
    return plural("{count} PCE coché", "{count} PCE cochés", count)
