"""Render the fleet page: sentence, filters, key figures and one of four parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.consumption.empty_state import NOTHING_AWAITED, no_pce
from components.consumption.source import LEGEND
from components.fleet.groups import groups
from components.fleet.ids import Ids
from components.fleet.kpis import kpis
from components.fleet.labels import PARTS, PERIODS, count_text, opening
from components.fleet.legend import signs
from components.fleet.listing import lines_words, listing
from components.fleet.missing_days import calendar
from components.fleet.pces_missing_day import lacking_card
from components.fleet.prices import Priced, priced_note
from components.fleet.weather_corrected import PERIOD
from components.kit import html
from components.marks.views import keep_button
from core.access import Permission, Viewer
from core.i18n import _, number
from data.metering.consumption.rules.fleet import write_fleet
from data.metering.consumption.types import (
    FleetEqual,
    FleetGroup,
    FleetPart,
    FleetTotals,
    FleetView,
    LackingDay,
)
from data.rights.types import PendingRight

PATH = "/consommations/parc"
EXPORT = "/export/parc"
ALL = "all"
LISTED = {FleetPart.DRIFT, FleetPart.FRESHNESS}  # parts with rows, which the search filters
PERIODIC = {FleetPart.DRIFT, FleetPart.GROUPS}  # parts over a selected period


@dataclass(frozen=True, slots=True)
class FleetFacts:
    """Initial content of the page."""

    view: FleetView
    all: int  # PCEs that the viewer can read
    total: FleetTotals  # of the view
    listed: int  # rows of the view
    equal: FleetEqual | None = None  # weather-corrected, of the view
    tags: Sequence[tuple[str, int]] = ()
    holders: Sequence[tuple[int, str, int]] = ()
    missing: Mapping[date, int] = field(default_factory=dict)
    by_tag: Sequence[FleetGroup] = ()
    by_holder: Sequence[FleetGroup] = ()
    awaited: PendingRight = NOTHING_AWAITED  # loaded only for a viewer without PCEs
    lacking: LackingDay | None = None  # of the view's day
    priced: Priced | None = None  # None without prices
    deciders: Sequence[str] = ()  # colleagues who enter prices, for a viewer who cannot


def fleet_page(viewer: Viewer, facts: FleetFacts) -> Component:
    """Return the page, or what to do when the viewer has no PCE."""
    title = _("Parc")
    if not facts.all:
        return kit.page(title, children=kit.card(no_pce(viewer, facts.awaited)))
    view, today = facts.view, viewer.today
    return kit.page(
        [title, " ", html.Small(count_text(facts.all), className="page-about")],
        actions=html.Div(exports(viewer, view, facts.listed), id=Ids.EXPORT),
        lead=html.Div(opening_sentence(facts.total, facts.equal, view, today), id=Ids.SAID),
        children=[
            _tabs(view),
            _filters(facts),
            *_part(facts, today),
            html.Div(figures(facts.total, facts.equal, view, today), id=Ids.FIGURES),
            *_priced(viewer, facts),
            dcc.Store(id=Ids.VIEW, data=write_fleet(view)),
        ],
    )


def _priced(viewer: Viewer, facts: FleetFacts) -> list[Component]:
    drift = facts.view.part is FleetPart.DRIFT
    return priced_note(viewer, facts.priced, facts.deciders) if drift else []


def opening_sentence(
    total: FleetTotals, equal: FleetEqual | None, view: FleetView, today: date
) -> Component:
    """Return the opening sentence, about the PCEs that match the search."""
    return kit.lead(opening(total, equal, view, today))


def figures(
    total: FleetTotals, equal: FleetEqual | None, view: FleetView, today: date
) -> Component:
    return kit.kpi_strip(kpis(total, equal, view, today))


def exports(viewer: Viewer, view: FleetView, count: int) -> list[Component]:
    """Return the buttons that keep the view or download the ranking, if they are permitted."""
    return [*keep_button(viewer, PATH + write_fleet(view)), *_files(viewer, view, count)]


def _files(viewer: Viewer, view: FleetView, count: int) -> list[Component]:
    if not viewer.may(Permission.CONSUMPTION_EXPORT) or view.part is not FleetPart.DRIFT:
        return []
    words, query = lines_words(count), write_fleet(view)
    if not count:
        return [kit.button(words, icon="download", kind="primary", disabled=True)]
    href = f"{EXPORT}{query}{'&' if query else '?'}format=xlsx"
    return [kit.button(words, href=href, download=True, icon="download", kind="primary")]


def _tabs(view: FleetView) -> Component:
    return kit.tabs(
        _("Parties du parc"),
        [
            (_(words), PATH + write_fleet(replace(view, part=part, day=None)), part is view.part)
            for part, words in PARTS.items()
        ],
    )


def _filters(facts: FleetFacts) -> Component:
    view = facts.view
    marks = [(ALL, _("toutes"))] + [(tag, f"{tag} ({number(count)})") for tag, count in facts.tags]
    owners = [(ALL, _("tous"))] + [
        (str(id_), f"{name} ({number(count)})") for id_, name, count in facts.holders
    ]
    search = kit.search_box(Ids.SEARCH, _("Chercher"), _("PCE, site, commune"), value=view.text)
    holder = str(view.holder) if view.holder is not None else ALL
    return html.Div(
        [
            *([search] if view.part in LISTED else []),
            kit.select_field(Ids.TAG, _("Étiquette"), marks, view.tag or ALL),
            html.Div(
                kit.select_field(Ids.HOLDER, _("Titulaire"), owners, holder),
                hidden=len(facts.holders) < 2 and view.holder is None,  # noqa: PLR2004
            ),
            html.Div(
                kit.segments(
                    Ids.PERIOD,
                    _("Période du classement"),
                    [(period.value, _(words)) for period, words in PERIODS.items()],
                    view.period.value,
                ),
                hidden=view.part not in PERIODIC,
            ),
        ],
        className="list-filters",
    )


def _part(facts: FleetFacts, today: date) -> list[Component]:
    if facts.view.part is FleetPart.GROUPS:
        return groups(facts.view, facts.by_tag, facts.by_holder)
    if facts.lacking is None:
        return [_card(facts, today)]
    back = PATH + write_fleet(replace(facts.view, day=None))
    return [lacking_card(facts.lacking, back), _card(facts, today)]


def _card(facts: FleetFacts, today: date) -> Component:
    view = facts.view
    if view.part is FleetPart.MISSING:
        return kit.card(
            calendar(facts.missing, facts.total.pces, view, today),
            title=_("Jours manquants"),
            hint=_("nombre de PCE dont le jour est attendu et n’est pas arrivé"),
        )
    if view.part is FleetPart.FRESHNESS:
        return kit.card(
            listing(view, facts.listed, today),
            title=_("Fraîcheur"),
            hint=_("le délai habituel de chaque PCE est appris de ses dernières semaines"),
            flush=True,
        )
    rows = listing(view, facts.listed, today, costs=facts.priced is not None)
    return kit.card(
        [*rows, html.P([html.Span(_hint(facts)), *signs()], className="fleet-ranked")], flush=True
    )


def _hint(facts: FleetFacts) -> str:
    ranked = _ranked_by(facts.view)
    ranked = ranked[0].upper() + ranked[1:]
    return f"{ranked}. {_(LEGEND)}" if facts.total.days_deposited else ranked


def _ranked_by(view: FleetView) -> str:
    """Return the sort order of the rows and the meaning of the month cells."""
    months = _("chaque mois, l’écart brut avec les mêmes jours un an avant")
    if view.period is not PERIOD:
        return _("par écart brut\u00a0; {months}", months=months)
    return _(
        "par écart à climat égal quand la signature du site est fiable, sinon par écart brut\u00a0;"
        " {months}",
        months=months,
    )
