"""The client's page of controls: how things stand, the filters, the grid, one proof for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.controls.calendars import calendars
from components.controls.drawer import drawer
from components.controls.filters import ALL, OPEN, TICKED, Wanted, filter_model
from components.controls.ids import Ids
from components.controls.rows import columns
from components.controls.words import BOXES, STATES
from components.kit import (
    Children,
    Kpi,
    button,
    card,
    data,
    empty,
    grid,
    html,
    icon,
    kpi_strip,
    lead,
    multi_segments,
    nothing_found,
    page,
    search_box,
    segments,
    selection_acts,
)
from components.kit.grid import HEAD, ROW
from components.rights.awaited import missing_strip
from data.access import Permission, Viewer
from data.controls.types import Box, CalendarRow, ControlSort, Totals
from data.rights.types import ProofState
from i18n import _, number, plural

TALLEST = HEAD + 14 * ROW + 2  # px, whole lines
CARD = 168  # px: two lines of a site's name, its PCE and holder, state and days, what to do
_CARD = (ControlSort.SITE, ControlSort.NUMBER, ControlSort.HOLDER, ControlSort.STATE,
         ControlSort.DUE, "proof")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How many controls each filter has."""

    states: Mapping[ProofState, int]
    boxes: Mapping[Box, int]
    all: int

    @property
    def open(self) -> int:
        return self.states[ProofState.AWAITED] + self.states[ProofState.UNDER_CHECK]


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the page shows before anybody touches it."""

    wanted: Wanted
    totals: Totals
    counts: Counts
    calendars: Sequence[CalendarRow] = ()
    opened: Sequence[Component] = field(default=())  # what the drawer shows at first


def controls_page(viewer: Viewer, facts: ListFacts) -> Component:
    title = _("Contrôle des preuves")
    purpose = _("Envoyer à temps la preuve de chaque accord que le distributeur vérifie.")
    gone = bool(facts.wanted.open) and not facts.opened
    missing = missing_strip(_("Ce contrôle est introuvable"), gone=gone)
    if not facts.totals.controls:
        return page(title, purpose, children=[*missing, card(nothing_yet())])
    return page(
        title,
        purpose,
        actions=[] if viewer.behind else exports(),
        children=[
            *missing,
            html.Div(totals(facts.totals), id=Ids.TOTALS),
            chips(facts),
            card([filters(facts), *_grid(viewer, facts)], flush=True),
            calendars(facts.calendars),
            drawer(facts.opened, facts.wanted.open if facts.opened else ""),
            *_stores(facts),
        ],
    )


def nothing_yet() -> Component:
    text = _(
        "Le distributeur vérifie des droits tirés au sort. Si l’un des vôtres est tiré, il"
        " apparaît ici avec son échéance et vous recevez un courriel."
    )
    act = button(_("Voir mes droits d’accès"), href="/droits", icon="key", kind="primary")
    return empty("patch-check", _("Aucun de vos droits n’est en contrôle"), text, act)


def exports() -> list[Component]:
    """What the filters find: assets/controls.js has the address follow them."""
    return [
        button(
            words,
            href=f"/controles/export?box=open&format={form}",
            icon="download",
            download=True,
            **data(controls="export", format=form),
        )
        for words, form in ((_("Exporter en CSV"), "csv"), (_("Exporter en XLSX"), "xlsx"))
    ]


def totals(found: Totals) -> list[Component]:
    """The sentence and the figures; `data-waits` is what the menu counts."""
    waits = found.states[ProofState.AWAITED]
    return [
        html.Div(lead(opening(found)), **data(waits=number(waits) if waits else "")),
        kpi_strip(figures(found)),
    ]


def opening(found: Totals) -> list[Component | str]:
    """As in `2 405 PCE soumis à contrôle, dont 230 en cours ; 142 preuves attendues de vous, …`."""
    first = plural("{count} PCE soumis à contrôle", "{count} PCE soumis à contrôle", found.pces)
    parts = [*_awaited(found), *_pressing(found)]
    going = _("{count} en cours", count=number(found.open))
    end = _("\u202f; {parts}.", parts=", ".join(parts)) if parts else "."
    return [html.B(first), _(", dont "), html.B(going), end]


def _awaited(found: Totals) -> list[str]:
    count = found.states[ProofState.AWAITED]
    if not count:
        return []
    return [plural("{count} preuve attendue de vous", "{count} preuves attendues de vous", count)]


def _pressing(found: Totals) -> list[str]:
    week = plural(
        "{count} échéance d’ici dimanche", "{count} échéances d’ici dimanche", found.this_week
    )
    over = plural("{count} échéance dépassée", "{count} échéances dépassées", found.overdue)
    return [*([week] if found.this_week else []), *([over] if found.overdue else [])]


def figures(found: Totals) -> list[Kpi]:
    decided = found.states[ProofState.ACCEPTED] + found.states[ProofState.REJECTED]
    return [
        Kpi(_("Attendues de vous"), number(found.states[ProofState.AWAITED]), note=_late(found)),
        Kpi(_("En cours de vérification"), number(found.states[ProofState.UNDER_CHECK])),
        Kpi(
            _("Vérifiées OK"),
            number(found.states[ProofState.ACCEPTED]),
            note=_("sur {count} décisions", count=number(decided)) if decided else None,
        ),
        Kpi(_("Vérifiées KO"), number(found.states[ProofState.REJECTED])),
    ]


def _late(found: Totals) -> str | None:
    if not found.overdue:
        return None
    return plural("dont {count} dépassée", "dont {count} dépassées", found.overdue)


def chips(facts: ListFacts) -> Component:
    return segments(
        Ids.STATE,
        _("Contrôles affichés"),
        state_options(facts.counts),
        facts.wanted.show,
        className="rights-chips controls-chips",
    )


def state_options(counts: Counts) -> list[tuple[str, Children]]:
    """An icon, a word and a count for each state; first, those where something is waited for."""
    states: list[tuple[str, Children]] = [
        (OPEN, _chip("arrow-repeat", _(BOXES[Box.OPEN]), counts.open)),
        *(
            (state.value, _chip(glyph, _(word), counts.states[state]))
            for state, (word, glyph, _tone) in STATES.items()
        ),
        (ALL, _chip(None, _("Tous"), counts.all)),
    ]
    return states


def box_options(counts: Counts) -> list[tuple[str, Children]]:
    return [(box.value, _chip(None, _(BOXES[box]), counts.boxes[box])) for box in TICKED]


def _chip(glyph: str | None, word: str, count: int) -> Component:
    drawn = [icon(glyph, 14)] if glyph else []
    return html.Span([*drawn, html.Span(word), html.B(number(count))], className="rights-chip")


def filters(facts: ListFacts) -> Component:
    words = _("Chercher un contrôle")
    pressed = [box.value for box in facts.wanted.boxes]
    return html.Div(
        [
            search_box(Ids.SEARCH, words, _("Site, PCE, titulaire"), value=facts.wanted.text),
            multi_segments(
                Ids.BOX,
                _("Seulement"),
                box_options(facts.counts),
                pressed,
                className="rights-chips controls-chips",
            ),
        ],
        className="list-filters rights-filters controls-filters",
    )


def _grid(viewer: Viewer, facts: ListFacts) -> list[Component]:
    answers = viewer.may(Permission.CONTROLS_ANSWER)
    lines = max(facts.counts.all, 1)
    return [
        html.P(id=Ids.COUNT, className="list-count", role="status"),
        html.P(_("Touchez un titre pour trier les contrôles."), className="list-hint"),
        nothing_found(
            _("Aucun contrôle ne correspond à ces filtres"),
            place=Ids.NOTHING,
            words=Ids.WORDS,
            clear=Ids.CLEAR,
        ),
        grid(
            Ids.GRID,
            columns(facts.wanted),
            page_label=_("Contrôles"),
            infinite=True,
            height=min(TALLEST, HEAD + ROW * lines + 2),
            row_key="uid",
            phone=_CARD,
            cards=CARD,
            grid_options=_PICKS if answers else {},
            filterModel=filter_model(facts.wanted),
        ),
        *([_selection_bar()] if answers else []),
    ]


_PICKS: Mapping[str, Any] = {
    "rowSelection": {
        "mode": "multiRow",
        "headerCheckbox": False,
        "isRowSelectable": {"function": "Boolean(params.data) && params.data.takes"},
    }
}


def selected_text(count: int) -> str:
    if not count:
        return _("Une preuve pour plusieurs PCE ? Cochez leurs lignes.")
    return plural("{count} contrôle choisi", "{count} contrôles choisis", count)


def _selection_bar() -> Component:
    act = button(
        _("Importer une preuve pour la sélection…"),
        icon="upload",
        small=True,
        **data(controls="many"),
    )
    return html.Div(
        [
            html.Span(selected_text(0), id=Ids.SELECTED, role="status"),
            selection_acts(act, id_=Ids.MANY, why=Ids.SELECTED),
        ],
        className="selection-bar",
    )


def _stores(facts: ListFacts) -> list[Component]:
    return [
        dcc.Store(id=Ids.OF_RIGHT, data=facts.wanted.right),
        dcc.Store(id=Ids.CHANGED),
        dcc.Store(id=Ids.ASKED),
        dcc.Store(id=Ids.ACTED),
        dcc.Store(id=Ids.KEPT),
        dcc.Store(id=Ids.COVERED),
    ]
