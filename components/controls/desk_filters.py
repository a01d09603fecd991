"""Render the filters of the queue; on a phone, a button opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.controls.cockpit_query import ALL, MINE, NOBODY, SORTS, CampaignQuery
from components.controls.staff_ids import Ids
from components.kit import aria, button, data, html, icon, search_box, select_field
from core.i18n import N_, _, number
from data.controls.rules.address_filters import TO_DO
from data.controls.types import ControlSort, Workload
from data.rights.types import ProofState

_SORTS: Mapping[ControlSort, str] = {
    ControlSort.DUE: N_("échéance"),
    ControlSort.SENT: N_("date de dépôt"),
    ControlSort.THIRD_PARTY: N_("demandeur"),
    ControlSort.OWNER: N_("chargé de compte"),
}
_SHELVES: Mapping[ProofState, str] = {
    ProofState.UNDER_CHECK: N_("À vérifier"),
    ProofState.AWAITED: N_("Attendues du client"),
    ProofState.ACCEPTED: N_("Vérifiées OK"),
    ProofState.REJECTED: N_("Vérifiées KO"),
}
_REST = "controls-desk-rest"


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """Counts beside the options."""

    states: Mapping[ProofState, int]  # with the filters of the address
    workload: Sequence[Workload]
    third_parties: Sequence[tuple[int, str, int]]
    to_do: int  # pending for the viewer


def desk_filters(queue_view: CampaignQuery, counts: DeskCounts) -> Component:
    return html.Div(
        [
            search_box(
                Ids.SEARCH,
                _("Chercher un contrôle"),
                _("Site, PCE, titulaire"),
                value=queue_view.text,
            ),
            _opener(),
            html.Div(_lists(queue_view, counts), id=_REST, className="panel desk-rest"),
            *_of_campaign(queue_view),
        ],
        className="list-filters desk-filters",
    )


def _lists(queue_view: CampaignQuery, counts: DeskCounts) -> list[Component]:
    parties = [(str(id_), f"{name} ({number(count)})") for id_, name, count in counts.third_parties]
    owners = owner_options(counts.workload, counts.to_do)
    sorts = [(sort.value, _(_SORTS[sort])) for sort in SORTS]
    party = queue_view.organisation or ALL
    return [
        select_field(Ids.STATE, _("État"), state_options(counts.states), queue_view.state.value),
        select_field(Ids.OWNER, _("Suivi par"), owners, queue_view.owner),
        select_field(Ids.THIRD_PARTY, _("Demandeur"), [(ALL, _("tous")), *parties], party),
        select_field(Ids.SORT, _("Tri"), sorts, queue_view.sort.value),
    ]


def _opener() -> Component:
    """Return the button that opens the filters on a phone."""
    return button(
        _("Filtres"),
        icon="sliders",
        className="desk-opener",
        **data(opens=_REST),
        **aria(expanded="false", controls=_REST),
    )


def _of_campaign(queue_view: CampaignQuery) -> list[Component]:
    """Return the notice that one campaign is shown, with a reset; only the address sets it."""
    campaign_field = dbc.Input(id=Ids.CAMPAIGN, type="hidden", value=queue_view.campaign)
    if not queue_view.campaign:
        return [campaign_field]
    out = button(
        [_("une seule campagne"), icon("x-lg", 14)],
        href="/controles",
        title=_("Voir toutes les campagnes"),
    )
    return [campaign_field, out]


def state_options(counts: Mapping[ProofState, int]) -> list[tuple[str, str]]:
    """Return each state with its count."""
    return [
        (state.value, f"{_(word)} ({number(counts.get(state, 0))})")
        for state, word in _SHELVES.items()
    ]


def owner_options(workload: Sequence[Workload], to_do: int) -> list[tuple[str, str]]:
    """List the owner filters with their workload: all, mine or unassigned, then each colleague."""
    loads = [
        (str(manager.owner_id), f"{manager.owner} ({number(manager.under_check)})")
        for manager in workload
        if manager.owner_id is not None and manager.owner
    ]
    free = sum(manager.under_check for manager in workload if manager.owner_id is None)
    return [
        (ALL, _("tous")),
        (TO_DO, _("moi ou personne ({count})", count=number(to_do))),
        (MINE, _("moi")),
        (NOBODY, _("personne ({count})", count=number(free))),
        *loads,
    ]
