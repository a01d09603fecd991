"""Render the thresholds page: open episodes, then the visible thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.kit import html
from components.notifications.alerts import alert_tabs
from components.notifications.episodes import open_texts
from components.thresholds.episodes import alerts, seen_store
from components.thresholds.filters import (
    ALL,
    OPEN,
    PAUSED,
    REMOVED,
    ThresholdQuery,
    filter_model,
    show_of,
)
from components.thresholds.ids import Ids
from components.thresholds.labels import KINDS
from components.thresholds.rows import columns, selected_text
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.notifications.types import HelpSubject
from data.thresholds.types import EpisodePage, HomeEpisodes, ThresholdCounts, ThresholdKind
from data.thresholds.types.alerts import AlertCounts

MOST_LINES = 12
SCREEN = kit.GridScreen(
    Ids.GRID, Ids.COUNT, Ids.NOTHING, Ids.CLEAR, {Ids.SEARCH: "", Ids.SHOW: ALL}
)
PICKED = {  # only the viewer's own organisation's thresholds are selectable
    **kit.PICKS["rowSelection"],
    "isRowSelectable": {"function": "params.data ? params.data.mine : false"},
}


@dataclass(frozen=True, slots=True)
class ThresholdListFacts:
    """Initial content of the page."""

    list_view: ThresholdQuery
    counts: ThresholdCounts
    home: HomeEpisodes
    episodes: EpisodePage
    staff: bool = False  # sees all organisations
    deciders: Sequence[str] = ()  # colleagues who set thresholds, for a viewer without the right
    tabs: tuple[AlertCounts, int] | None = None  # of alerts and other messages; None without right


def thresholds_page(viewer: Viewer, facts: ThresholdListFacts) -> Component:
    writes = viewer.may(Permission.THRESHOLDS_WRITE)
    thresholds_filter = facts.list_view.thresholds_filter
    if not (
        facts.counts.total
        or thresholds_filter.removed
        or thresholds_filter.pce
        or thresholds_filter.text
    ):
        return _page(facts, [nothing_yet(facts.counts.removed, facts.deciders, writes=writes)])
    return _page(
        facts,
        [
            filters(facts),
            grid_card(facts, writes=writes),
            episodes_card(facts, viewer.today),
            seen_store(),
        ],
        actions=actions(writes=writes),
        sentence=kit.lead(opening(facts.home)),
    )


def _page(
    facts: ThresholdListFacts,
    children: Sequence[Component],
    actions: kit.Children = (),
    sentence: kit.Children = None,
) -> Component:
    """Return the page, inside the tabs of the alerts."""
    tabs = [alert_tabs(None, *facts.tabs)] if facts.tabs else []
    return kit.page(_("Alertes"), None, actions=actions, lead=sentence, children=[*tabs, *children])


def actions(*, writes: bool) -> list[Component]:
    """Return the actions: export, import, bulk creation and, as primary, a new threshold."""
    buttons = [
        kit.button(
            _("Exporter"),
            href="/export/feuilles/seuils?format=xlsx",
            icon="download",
            download=True,
        )
    ]
    if writes:
        buttons += [
            kit.button(_("Importer"), href="/seuils?sheet=1", icon="upload"),
            kit.button(_("Plusieurs PCE"), href="/seuils?many=1", icon="ui-checks"),
            kit.button(_("Nouveau seuil"), href="/seuils?new=1", icon="plus-lg", kind="primary"),
        ]
    return buttons


def opening(home: HomeEpisodes) -> list[Component | str]:
    """Return the summary sentence."""
    if not home.open:
        return quiet(home)
    snoozed = plural("{count} reporté", "{count} reportés", home.snoozed)
    first, *rest = [*open_texts(home.awake), *([snoozed] if home.snoozed else [])]
    return [html.B(first), *(f", {words}" for words in rest), "."]


def quiet(home: HomeEpisodes) -> list[Component | str]:
    if not home.days_without:
        return [_("Aucune alerte en cours.")]
    days = plural("{count} jour", "{count} jours", home.days_without)
    return [_("Aucun dépassement depuis "), html.B(days), "."]


def nothing_yet(removed: int, deciders: Sequence[str], *, writes: bool) -> Component:
    gone = (
        [kit.button(_("Voir les seuils retirés"), href=f"/seuils?show={REMOVED}")]
        if removed
        else []
    )
    if not writes:
        text = sentence_of(deciders, HelpSubject.THRESHOLDS)
        acts = [*ask(deciders, HelpSubject.THRESHOLDS), *gone]
        return kit.card(kit.empty("bell", _("Aucun seuil pour l’instant"), text, acts))
    return kit.card(
        kit.empty(
            "bell",
            _("Aucun seuil pour l’instant"),
            _(
                "Choisissez un PCE : les valeurs sont proposées d’après ses trois dernières"
                " années, et vous voyez quand elles auraient alerté avant d’enregistrer."
            ),
            [
                kit.button(_("Poser un premier seuil"), href="/seuils?new=1", kind="primary"),
                kit.button(_("Importer une feuille"), href="/seuils?sheet=1", icon="upload"),
                *gone,
            ],
        )
    )


def episodes_card(facts: ThresholdListFacts, today: date) -> Component:
    options = [("open", _("En cours")), ("all", _("Avec les passés"))]
    chosen = "all" if facts.list_view.past else "open"
    rows_part, ways, place = alerts(facts.episodes, facts.list_view, today)
    return kit.card(
        [
            html.Div(rows_part, id=Ids.EPISODES),
            html.Div(ways, id=Ids.EPISODE_PAGES),
            dcc.Store(id=Ids.PLACE, data=place),
        ],
        title=_("Alertes de l’organisation"),
        actions=kit.segments(Ids.SHOW_EPISODES, _("Alertes affichées"), options, chosen),
        flush=True,
    )


def filters(facts: ThresholdListFacts) -> Component:
    box = kit.search_box(
        Ids.SEARCH,
        _("Chercher un seuil"),
        _("Nom, étiquette ou PCE"),
        value=facts.list_view.thresholds_filter.text,
    )
    options = chips(facts.counts, show_of(facts.list_view.thresholds_filter))
    return html.Div(
        [
            box,
            kit.segments(
                Ids.SHOW, _("Seuils affichés"), options, show_of(facts.list_view.thresholds_filter)
            ),
            dcc.Store(id=Ids.FOR_PCE, data=facts.list_view.thresholds_filter.pce),
        ],
        className="list-filters",
    )


def chips(counts: ThresholdCounts, pressed: str) -> list[tuple[str, str]]:
    """Return the quick filters with counts, without unused kinds."""
    kinds = [(kind.value, _(KINDS[kind]), counts.by_kind.get(kind, 0)) for kind in ThresholdKind]
    optional_chips = (*kinds, (REMOVED, _("Retirés"), counts.removed))
    options = [
        (ALL, _("Tous"), counts.total),
        (OPEN, _("En alerte"), counts.open),
        (PAUSED, _("Suspendus"), counts.paused),
        *(option for option in optional_chips if option[2] or pressed == option[0]),
    ]
    return [(value, f"{word} {number(count)}") for value, word, count in options]


def grid_card(facts: ThresholdListFacts, *, writes: bool) -> Component:
    picks = {"rowSelection": PICKED} if writes else {}
    return kit.card(
        [
            SCREEN.count_line(),
            kit.swipe_hint(),
            *SCREEN.table(
                columns(staff=facts.staff),
                max(facts.counts.total, facts.counts.removed),
                nothing_found(),
                page_label=_("Seuils"),
                most=MOST_LINES,
                grid_options=picks,
                filterModel=filter_model(facts.list_view.thresholds_filter),
            ),
            *(
                [_selection_bar(removed=facts.list_view.thresholds_filter.removed)]
                if writes
                else []
            ),
        ],
        title=_("Tous les seuils"),
        flush=True,
    )


def nothing_found() -> Component:
    return html.Div(
        kit.empty(
            "search",
            _("Aucun seuil ne correspond à ces filtres"),
            _("Effacez-les pour revoir tous vos seuils."),
            kit.button(_("Effacer les filtres"), id=Ids.CLEAR, icon="x-lg"),
            heading=3,
        ),
        id=Ids.NOTHING,
        hidden=True,
        className="nothing-found",
    )


def _selection_bar(*, removed: bool) -> Component:
    """Return the actions on selected rows, according to whether removed ones are shown."""
    stand = [
        _act(_("Suspendre"), Ids.PAUSE, "pause"),
        _act(_("Reprendre"), Ids.RESUME, "play"),
        _act(_("Retirer"), Ids.REMOVE, "trash", kind="danger"),
    ]
    gone = _act(_("Rétablir"), Ids.RESTORE, "arrow-counterclockwise")
    parts = [
        html.Div(stand, id=Ids.STANDING, className="selection-acts", hidden=removed),
        html.Div(gone, id=Ids.GONE, className="selection-acts", hidden=not removed),
        dcc.Store(id=Ids.CHANGED),
    ]
    return kit.selection_bar(selected_text(0, removed=removed), Ids.SELECTED, parts)


def _act(words: str, id_: Ids, glyph: str, **options: Any) -> Component:  # noqa: ANN401 (of `button`)
    """Return an action on the ticked rows; there is none yet."""
    return kit.button(words, id=id_, icon=glyph, small=True, disabled=True, **options)
