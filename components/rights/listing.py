"""Render the rights page: summary, filters, grid and bulk operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.rights.drawer import DRAWER
from components.rights.empty_state import nothing_yet
from components.rights.filters import ALL, RightListParams, filter_model
from components.rights.ids import Ids
from components.rights.labels import ROLES, STATES
from components.rights.pending import distributor_strip, holders_strip, missing_strip
from components.rights.readers import pending_request_alerts, rights_tabs
from components.rights.rows import columns, fields_count
from components.rights.views import views_place
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.exchange.mirror.types import ConnectionState
from data.rights.types import ReaderOfOurs, RightRow, RightState, SavedView

SCREEN = kit.GridScreen(
    Ids.GRID,
    Ids.COUNT,
    Ids.NOTHING,
    Ids.CLEAR,
    {Ids.SEARCH: "", Ids.STATE: ALL, Ids.ROLE: ALL, Ids.ENDING: False, Ids.ORGANISATION: ALL},
    words=Ids.WORDS,
    linked=Ids.OF_RUN,
)


@dataclass(frozen=True, slots=True)
class RightListFacts:
    """Initial content of the page."""

    list_view: RightListParams
    counts: Mapping[RightState, int]  # with the filters of the address
    all: Mapping[RightState, int]  # of all rights
    page_counts: dict[str, Any] | None = None  # cached in the browser
    ending: int = 0  # active ones that end within 60 days
    organisations: Sequence[tuple[str, str]] = ()
    views: Sequence[SavedView] = ()
    readers: Sequence[ReaderOfOurs] = ()  # of the organisation's PCEs, if it declared nothing
    opened: Sequence[Component] = field(default=())  # initial content of the drawer
    missing: bool = False  # the address opens a right that the viewer cannot see
    holds: bool = False  # whether it holds PCEs, which others may read
    request_count: int = 0  # requests to read them, awaiting its answer
    relayed: int = 0  # those decided by an upstream distributor
    connection: ConnectionState | None = None  # to that distributor
    first: RightRow | None = None  # first one awaiting its holder, if the viewer can remind


def rights_page(viewer: Viewer, facts: RightListFacts) -> Component:
    missing = missing_strip(_("Ce droit d’accès est introuvable"), gone=facts.missing)
    if not any(facts.all.values()):
        return _page(viewer, [*_tabs(facts), *missing, *nothing_yet(viewer, facts.readers)])
    return _page(
        viewer,
        [
            *_tabs(facts),
            *missing,
            *holders_strip(facts.all[RightState.PENDING] - facts.relayed, facts.first),
            *distributor_strip(facts.relayed, facts.connection, viewer),
            chips(facts),
            kit.card([filters(viewer, facts), *_grid(viewer, facts)], flush=True),
            DRAWER.draw(
                _("Détail d’un droit d’accès"),
                facts.opened,
                facts.list_view.open if facts.opened else "",
            ),
            *_stores(facts),
        ],
        kit.lead(opening(viewer, facts), id=Ids.OPENING),
        [kit.button(_("Exporter"), id=Ids.EXPORT, icon="download")],
    )


def _page(
    viewer: Viewer,
    children: kit.Children,
    sentence: kit.Children = None,
    acts: Sequence[Component] = (),
) -> Component:
    purpose = (
        _("Voir qui peut lire quel PCE, jusqu’à quand, et qui doit agir.")
        if not viewer.staff
        else _("Suivre les droits de toutes les organisations et vérifier les titulaires.")
    )
    return kit.page(
        _("Droits d’accès"),
        purpose,
        actions=[*acts, *actions(viewer)],
        lead=sentence,
        children=children,
    )


def _tabs(facts: RightListFacts) -> list[Component]:
    if not facts.holds:
        return []
    return [rights_tabs(readers=False), *pending_request_alerts(facts.request_count)]


def actions(viewer: Viewer) -> list[Component]:
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return []
    return [
        kit.button(_("Opérations"), href="/droits/operation", icon="list-check"),
        kit.button(_("Importer un fichier"), href="/droits/import", icon="upload"),
        kit.button(_("Déclarer un droit"), href="/droits?new=1", icon="plus-lg", kind="primary"),
    ]


def opening(viewer: Viewer, facts: RightListFacts) -> list[Component | str]:
    """Return `874 droits actifs sur 1 156 ; 96 réponses de titulaires attendues, …`."""
    active = facts.all[RightState.ACTIVE]
    first = plural("{count} droit actif", "{count} droits actifs", active)
    total = number(sum(facts.all.values()))
    parts = [*_waited(facts), *_to_check(viewer, facts), *_ending(facts)]
    if not parts:
        return [html.B(first), _(" sur {total}.", total=total)]
    after = _(" sur {total}\u202f; {parts}.", total=total, parts=", ".join(parts))
    return [html.B(first), after]


def _waited(facts: RightListFacts) -> list[str]:
    holders = facts.all[RightState.PENDING] - facts.relayed
    of_holders = plural(
        "{count} réponse de titulaire attendue", "{count} réponses de titulaires attendues", holders
    )
    of_distributor = plural(
        "{count} réponse du distributeur attendue",
        "{count} réponses du distributeur attendues",
        facts.relayed,
    )
    counts_by_label = ((of_holders, holders), (of_distributor, facts.relayed))
    return [words for words, count in counts_by_label if count > 0]


def _to_check(viewer: Viewer, facts: RightListFacts) -> list[str]:
    count = facts.all[RightState.RECHECK]
    if not count:
        return []
    if viewer.staff:
        return [plural("{count} identité à vérifier", "{count} identités à vérifier", count)]
    return [
        plural(
            "{count} titulaire à vérifier par le distributeur",
            "{count} titulaires à vérifier par le distributeur",
            count,
        )
    ]


def _ending(facts: RightListFacts) -> list[str]:
    if not facts.ending:
        return []
    return [plural("{count} finit sous 60 jours", "{count} finissent sous 60 jours", facts.ending)]


def chips(facts: RightListFacts) -> Component:
    label, options = _("État des droits affichés"), chip_options(facts.counts)
    return kit.state_chips(Ids.STATE, label, options, facts.list_view.state)


def chip_options(counts: Mapping[RightState, int]) -> list[tuple[str, kit.Children]]:
    """Return an icon, a label and a count per state."""
    states = ((state, glyph, word) for state, (word, glyph, _tone) in STATES.items())
    return kit.state_options(ALL, states, counts)


def filters(viewer: Viewer, facts: RightListFacts) -> Component:
    list_view = facts.list_view
    roles = [(ALL, _("tous"))] + [(role.value, _(word)) for role, word in ROLES.items()]
    organisations = [(ALL, _("toutes")), *facts.organisations]
    return html.Div(
        [
            kit.search_box(
                Ids.SEARCH, _("Chercher un droit"), _("Site, PCE, titulaire"), value=list_view.text
            ),
            kit.select_field(Ids.ROLE, _("Rôle"), roles, list_view.role),
            html.Div(
                kit.select_field(
                    Ids.ORGANISATION, _("Demandeur"), organisations, list_view.organisation or ALL
                ),
                hidden=not viewer.staff,
            ),
            kit.switch(Ids.ENDING, _("Finit sous 60 jours"), list_view.ending),
            kit.switch(
                Ids.FULL, _("Vue complète, {count} champs", count=fields_count()), list_view.full
            ),
            views_place(facts.views),
        ],
        className="list-filters rights-filters",
    )


def _grid(viewer: Viewer, facts: RightListFacts) -> list[Component]:
    return [
        SCREEN.count_line(),
        kit.swipe_hint(),
        *SCREEN.table(
            columns(viewer, facts.list_view),
            sum(facts.all.values()),
            _("Aucun droit ne correspond à ces filtres"),
            page_label=_("Droits d’accès"),
            row_key="uid",
            grid_options=kit.PICKS,
            filterModel=filter_model(facts.list_view),
        ),
        _selection_bar(viewer),
    ]


def selected_text(count: int) -> str:
    if not count:
        return _("Cochez des lignes pour agir sur plusieurs droits.")
    return plural("{count} droit choisi", "{count} droits choisis", count)


def every_text(count: int) -> str:
    return plural(
        "Le seul droit correspondant à ces filtres est choisi",
        "Les {count} droits correspondant à ces filtres sont choisis",
        count,
    )  # fmt: skip


def _selection_bar(viewer: Viewer) -> Component:
    """Return the actions on selected rows, or on all rows of the filters."""
    writes = viewer.may(Permission.RIGHTS_WRITE)
    own = [
        _act("renew", _("Renouveler…"), "arrow-repeat"),
        _act("remind", _("Relancer…"), "envelope"),
        _act("cancel", _("Annuler la déclaration…"), "x-lg"),
    ]
    acts = [
        kit.button(_("Exporter"), id=Ids.EXPORT_TICKED, icon="download", small=True),
        *(own if viewer.may(Permission.RIGHTS_RENEW) else []),
        *([_act("revoke", _("Révoquer…"), "slash-circle")] if writes else []),
    ]
    parts = [
        kit.button(_("Choisir tout le filtre"), id=Ids.EVERY, icon="check2-all", small=True),
        kit.selection_acts(acts, id_=Ids.ACTS, why=Ids.SELECTED),
    ]
    return kit.selection_bar(selected_text(0), Ids.SELECTED, parts, id=Ids.BAR)


def _act(act: str, label: str, glyph: str) -> Component:
    return kit.button(label, icon=glyph, small=True, **kit.data(rights="ask", act=act, uid=""))


def _stores(facts: RightListFacts) -> list[Component]:
    return [
        dcc.Store(id=Ids.PICKED),
        dcc.Store(id=Ids.OF_RUN, data=facts.list_view.run),
        dcc.Store(id=Ids.COUNTING),
        dcc.Store(id=Ids.COUNTS, data=facts.page_counts),
        dcc.Store(id=Ids.CHANGED),
        dcc.Store(id=Ids.ASKED),
        dcc.Store(id=Ids.CONFIRMED),
        dcc.Store(id=Ids.DROP_VIEW),
    ]
