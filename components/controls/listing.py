"""Render the client's page of controls: summary, filters, grid and shared proofs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.controls.calendars import calendars
from components.controls.drawer import DRAWER
from components.controls.filters import ALL, OPEN, TICKED, ControlQuery, filter_model
from components.controls.ids import Ids
from components.controls.labels import BOXES, STATES
from components.controls.rows import columns
from components.kit import html
from components.rights.pending import missing_strip
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.controls.types import CalendarRow, ControlFolder, ControlSort, Totals
from data.rights.types import ProofState

SCREEN = kit.GridScreen(
    Ids.GRID,
    Ids.COUNT,
    Ids.NOTHING,
    Ids.CLEAR,
    {Ids.SEARCH: "", Ids.STATE: ALL, Ids.BOX: []},
    words=Ids.WORDS,
    linked=Ids.OF_RIGHT,
)
CARD = 168  # px: site name on two lines, PCE and holder, state and days, action
_CARD = (ControlSort.SITE, ControlSort.NUMBER, ControlSort.HOLDER, ControlSort.STATE,
         ControlSort.DUE, "proof")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilterCounts:
    """Number of controls per filter."""

    states: Mapping[ProofState, int]
    boxes: Mapping[ControlFolder, int]
    all: int

    @property
    def open(self) -> int:
        return self.states[ProofState.AWAITED] + self.states[ProofState.UNDER_CHECK]


@dataclass(frozen=True, slots=True)
class ControlListFacts:
    """Initial content of the page."""

    list_view: ControlQuery
    totals: Totals
    counts: FilterCounts
    calendars: Sequence[CalendarRow] = ()
    opened: Sequence[Component] = field(default=())  # initial content of the drawer


def controls_page(viewer: Viewer, facts: ControlListFacts) -> Component:
    title = _("Contrôle des preuves")
    purpose = _("Envoyer à temps la preuve de chaque accord que le distributeur vérifie.")
    gone = bool(facts.list_view.open) and not facts.opened
    missing = missing_strip(_("Ce contrôle est introuvable"), gone=gone)
    if not facts.totals.controls:
        return kit.page(title, purpose, children=[*missing, kit.card(nothing_yet())])
    return kit.page(
        title,
        purpose,
        actions=[] if viewer.behind else exports(),
        children=[
            *missing,
            html.Div(totals(facts.totals), id=Ids.TOTALS),
            chips(facts),
            kit.card([filters(facts), *_grid(viewer, facts)], flush=True),
            calendars(facts.calendars),
            DRAWER.draw(
                _("Détail d’un contrôle"),
                facts.opened,
                facts.list_view.open if facts.opened else "",
            ),
            dcc.Store(id=Ids.OF_RIGHT, data=facts.list_view.right),
            dcc.Store(id=Ids.CHANGED),
            dcc.Store(id=Ids.ASKED),
            dcc.Store(id=Ids.ACTED),
            dcc.Store(id=Ids.KEPT),
            dcc.Store(id=Ids.COVERED),
        ],
    )


def nothing_yet() -> Component:
    text = _(
        "Le distributeur vérifie des droits tirés au sort. Si l’un des vôtres est tiré, il"
        " apparaît ici avec son échéance et vous recevez un courriel."
    )
    act = kit.button(_("Voir mes droits d’accès"), href="/droits", icon="key", kind="primary")
    return kit.empty("patch-check", _("Aucun de vos droits n’est en contrôle"), text, act)


def exports() -> list[Component]:
    """Return the exports of the filtered rows; assets/controls.js updates their address."""
    return [
        kit.button(
            words,
            href=f"/controles/export?box=open&format={form}",
            icon="download",
            download=True,
            **kit.data(controls="export", format=form),
        )
        for words, form in ((_("Exporter en CSV"), "csv"), (_("Exporter en XLSX"), "xlsx"))
    ]


def totals(found: Totals) -> list[Component]:
    """Return the summary and figures; `data-waits` is the count of the menu."""
    waits = found.states[ProofState.AWAITED]
    return [
        html.Div(kit.lead(opening(found)), **kit.data(waits=number(waits) if waits else "")),
        kit.kpi_strip(figures(found)),
    ]


def opening(desk_totals: Totals) -> list[Component | str]:
    """Return `2 405 PCE soumis à contrôle, dont 230 en cours .

    142 preuves attendues de vous, …`.
    """
    first = plural(
        "{count} PCE soumis à contrôle", "{count} PCE soumis à contrôle", desk_totals.pces
    )
    parts = [*_awaited(desk_totals), *_pressing(desk_totals)]
    going = _("{count} en cours", count=number(desk_totals.open))
    end = _("\u202f; {parts}.", parts=", ".join(parts)) if parts else "."
    return [html.B(first), _(", dont "), html.B(going), end]


def _awaited(desk_totals: Totals) -> list[str]:
    count = desk_totals.states[ProofState.AWAITED]
    if not count:
        return []
    return [plural("{count} preuve attendue de vous", "{count} preuves attendues de vous", count)]


def _pressing(desk_totals: Totals) -> list[str]:
    week = plural(
        "{count} échéance d’ici dimanche", "{count} échéances d’ici dimanche", desk_totals.this_week
    )
    over = plural("{count} échéance dépassée", "{count} échéances dépassées", desk_totals.overdue)
    return [*([week] if desk_totals.this_week else []), *([over] if desk_totals.overdue else [])]


def figures(found: Totals) -> list[kit.Kpi]:
    decided = found.states[ProofState.ACCEPTED] + found.states[ProofState.REJECTED]
    return [
        kit.Kpi(
            _("Attendues de vous"), number(found.states[ProofState.AWAITED]), note=_late(found)
        ),
        kit.Kpi(_("En cours de vérification"), number(found.states[ProofState.UNDER_CHECK])),
        kit.Kpi(
            _("Vérifiées OK"),
            number(found.states[ProofState.ACCEPTED]),
            note=_("sur {count} décisions", count=number(decided)) if decided else None,
        ),
        kit.Kpi(_("Vérifiées KO"), number(found.states[ProofState.REJECTED])),
    ]


def _late(desk_totals: Totals) -> str | None:
    if not desk_totals.overdue:
        return None
    return plural("dont {count} dépassée", "dont {count} dépassées", desk_totals.overdue)


def chips(facts: ControlListFacts) -> Component:
    return kit.segments(
        Ids.STATE,
        _("Contrôles affichés"),
        state_options(facts.counts),
        facts.list_view.show,
        className="rights-chips controls-chips",
    )


def state_options(counts: FilterCounts) -> list[tuple[str, kit.Children]]:
    """Return an icon, a label and a count per state; open ones come first."""
    states: list[tuple[str, kit.Children]] = [
        (OPEN, kit.count_chip("arrow-repeat", _(BOXES[ControlFolder.OPEN]), counts.open)),
        *(
            (state.value, kit.count_chip(glyph, _(word), counts.states[state]))
            for state, (word, glyph, _tone) in STATES.items()
        ),
        (ALL, kit.count_chip(None, _("Tous"), counts.all)),
    ]
    return states


def box_options(counts: FilterCounts) -> list[tuple[str, kit.Children]]:
    return [(box.value, kit.count_chip(None, _(BOXES[box]), counts.boxes[box])) for box in TICKED]


def filters(facts: ControlListFacts) -> Component:
    words = _("Chercher un contrôle")
    pressed = [box.value for box in facts.list_view.boxes]
    return html.Div(
        [
            kit.search_box(
                Ids.SEARCH, words, _("Site, PCE, titulaire"), value=facts.list_view.text
            ),
            kit.multi_segments(
                Ids.BOX,
                _("Seulement"),
                box_options(facts.counts),
                pressed,
                className="rights-chips controls-chips",
            ),
        ],
        className="list-filters rights-filters controls-filters",
    )


def _grid(viewer: Viewer, facts: ControlListFacts) -> list[Component]:
    answers = viewer.may(Permission.CONTROLS_ANSWER)
    return [
        SCREEN.count_line(),
        html.P(_("Touchez un titre pour trier les contrôles."), className="list-hint"),
        *SCREEN.table(
            columns(facts.list_view),
            facts.counts.all,
            _("Aucun contrôle ne correspond à ces filtres"),
            page_label=_("Contrôles"),
            row_key="uid",
            phone=_CARD,
            cards=CARD,
            grid_options=_PICKS if answers else {},
            filterModel=filter_model(facts.list_view),
        ),
        *([_selection_bar()] if answers else []),
    ]


_PICKS: Mapping[str, Any] = {
    "rowSelection": {
        **kit.PICKS["rowSelection"],
        "isRowSelectable": {"function": "Boolean(params.data) && params.data.takes"},
    }
}


def selected_text(count: int) -> str:
    if not count:
        return _("Une preuve pour plusieurs PCE ? Cochez leurs lignes.")
    return plural("{count} contrôle choisi", "{count} contrôles choisis", count)


def _selection_bar() -> Component:
    act = kit.button(
        _("Importer une preuve pour la sélection…"),
        icon="upload",
        small=True,
        **kit.data(controls="many"),
    )
    acts = kit.selection_acts(act, id_=Ids.MANY, why=Ids.SELECTED)
    return kit.selection_bar(selected_text(0), Ids.SELECTED, [acts])
