"""Render the fleet page: sentence, filters, key figures and one of four parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.consumption.empty_state import NOTHING_AWAITED, no_pce
from components.consumption.source import LEGEND
from components.fleet import work_words
from components.fleet.groups import groups
from components.fleet.ids import Ids
from components.fleet.kpis import kpis
from components.fleet.labels import PARTS, PATH, PERIODS, count_text, opening
from components.fleet.legend import signs, work_legend
from components.fleet.listing import lines_words, listing
from components.fleet.missing_days import calendar
from components.fleet.pces_missing_day import lacking_card
from components.fleet.prices import Priced, priced_note
from components.fleet.weather_corrected import PERIOD
from components.fleet.worklist import work_list
from components.kit import html
from components.kit.base import Children, aria, data
from components.marks.views import keep_button
from core.access import Permission, Viewer
from core.i18n import _, number
from data.analysis.signatures.types import WorkPage
from data.metering.consumption.rules.fleet import write_fleet
from data.metering.consumption.types import (
    Face,
    FleetEqual,
    FleetGroup,
    FleetPart,
    FleetTotals,
    FleetView,
    LackingDay,
)
from data.rights.types import PendingRight

EXPORT = "/export/parc"
ALL = "all"
LISTED = {FleetPart.ALL, FleetPart.FRESHNESS}  # parts with a grid, which the search filters
EXPORTED = {FleetPart.ALL, FleetPart.DRIFT}
SEARCHED = {*LISTED, FleetPart.DRIFT}
NO_TOTAL = FleetTotals(0, 0, 0, 0, 0, None, 0, 0, Face(0, 0, 0))
PERIODIC = {FleetPart.ALL, FleetPart.GROUPS}  # parts over a selected period


@dataclass(frozen=True, slots=True)
class FleetFacts:
    """Initial content of the page."""

    view: FleetView
    all: int  # PCEs that the viewer can read
    listed: int  # rows of the view
    typed: str = ""  # what `view.text` was before its typing errors were corrected
    total: FleetTotals | None = None  # of the view, unless it is the work list
    work: WorkPage | None = None
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
    sentence, body = (
        _work(viewer, facts.work) if facts.work else _listed_part(viewer, facts, facts.total)
    )
    return kit.page(
        [title, " ", html.Small(count_text(facts.all), className="page-about")],
        actions=html.Div(exports(viewer, facts.view, facts.listed), id=Ids.EXPORT),
        lead=html.Div(sentence, id=Ids.SAID),
        children=[
            _tabs(facts),
            _filters(facts),
            *body,
            dcc.Store(id=Ids.VIEW, data=write_fleet(facts.view)),
        ],
    )


def _work(viewer: Viewer, work: WorkPage) -> tuple[Component, list[Component]]:
    """Return the sentence and the body of the work list."""
    rows = html.Div(work_list(work, viewer), id=Ids.WORK)
    no_figures = html.Div(id=Ids.FIGURES, hidden=True)  # an output of what other parts look for
    return work_sentence(work), [kit.card(rows, flush=True), no_figures]


def work_sentence(work: WorkPage) -> Component:
    return kit.lead(work_words.opening(work))


def _listed_part(
    viewer: Viewer, facts: FleetFacts, total: FleetTotals | None
) -> tuple[Component, list[Component]]:
    """Return the sentence and the body of another part."""
    view, today = facts.view, viewer.today
    total = total or NO_TOTAL
    return opening_sentence(total, facts.equal, view, today), [
        *_part(facts, total, today),
        html.Div(figures(total, facts.equal, view, today), id=Ids.FIGURES),
        *_priced(viewer, facts),
    ]


def _priced(viewer: Viewer, facts: FleetFacts) -> list[Component]:
    ranked = facts.view.part is FleetPart.ALL
    return priced_note(viewer, facts.priced, facts.deciders) if ranked else []


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
    if not viewer.may(Permission.CONSUMPTION_EXPORT) or view.part not in EXPORTED:
        return []
    words, query = lines_words(count), write_fleet(view)
    if not count:
        return [kit.button(words, icon="download", kind="primary", disabled=True)]
    href = f"{EXPORT}{query}{'&' if query else '?'}format=xlsx"
    return [kit.button(words, href=href, download=True, icon="download", kind="primary")]


def _tabs(facts: FleetFacts) -> Component:
    view = facts.view
    counts: dict[FleetPart, Component] = {FleetPart.ALL: kit.badge(number(facts.all))}
    if facts.work:  # elsewhere a number would cost the whole list
        count = drifts_badge(len(facts.work.work.drifts))
        counts[FleetPart.DRIFT] = html.Span(count, id=Ids.DRIFTS)
    return kit.tabs(
        _("Parties du parc"),
        [
            (_tab(words, counts.get(part)), _address_of(view, part), part is view.part)
            for part, words in PARTS.items()
        ],
    )


def drifts_badge(count: int) -> Component:
    """Return the number of drifts to work through, beside the name of their list."""
    return kit.badge(number(count))


def _tab(words: str, count: Component | None) -> Children:
    return _(words) if count is None else [_(words), " ", count]


def _address_of(view: FleetView, part: FleetPart) -> str:
    period = PERIOD if part is FleetPart.DRIFT else view.period
    return PATH + write_fleet(replace(view, part=part, period=period, day=None))


def _filters(facts: FleetFacts) -> Component:
    view = facts.view
    marks = [(ALL, _("toutes"))] + [(tag, f"{tag} ({number(count)})") for tag, count in facts.tags]
    owners = [(ALL, _("tous"))] + [
        (str(id_), f"{name} ({number(count)})") for id_, name, count in facts.holders
    ]
    place = Ids.WORK_SEARCH if facts.work else Ids.SEARCH
    search = kit.search_box(
        place, _("Chercher"), _("Site, adresse, étiquette, PCE"), value=facts.typed or view.text
    )
    corrected = html.Div(
        corrected_words(facts.typed, view.text),
        id=Ids.CORRECTED,
        className="fleet-corrected",
        role="status",
    )
    holder = str(view.holder) if view.holder is not None else ALL
    narrow = [
        kit.select_field(Ids.TAG, _("Étiquette"), marks, view.tag or ALL),
        html.Div(
            kit.select_field(Ids.HOLDER, _("Titulaire"), owners, holder),
            hidden=len(facts.holders) < 2 and view.holder is None,  # noqa: PLR2004
        ),
    ]
    return html.Div(
        [
            *([search] if view.part in SEARCHED else []),
            *_folded(narrow),
            *(
                [html.Div([work_legend(), _units(facts.work)], className="work-key")]
                if facts.work
                else []
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
            corrected,
        ],
        className="list-filters fleet-filters",
    )


def corrected_words(typed: str, text: str) -> str:
    """Say what was searched in place of `typed`; "" if it is what was typed."""
    if typed.strip() in {"", text.strip()}:
        return ""
    return _(
        "Rien pour «\u00a0{typed}\u00a0»\u00a0: voici «\u00a0{text}\u00a0».",
        typed=typed.strip(),
        text=text,
    )


def _folded(fields: list[Component]) -> list[Component]:
    """Return `fields` behind a button on a phone, where the list comes first."""
    opener = kit.button(
        _("Filtres"),
        icon="sliders",
        className="work-fold opener",
        **data(opens=Ids.MORE.value),
        **aria(expanded="false", controls=Ids.MORE.value),
    )
    return [opener, html.Div(fields, id=Ids.MORE, className="panel work-filters")]


def _units(work: WorkPage) -> Component:
    """Return the unit of the drift, which sorts it too."""
    current = work_words.unit_of(work)
    items = [
        (unit, PATH + write_fleet(replace(work.view, by=by, upwards=False)), by is current)
        for by, unit in work_words.units_of(work).items()
    ]
    return html.Div(kit.tabs(_("Unité de la dérive"), items), className="work-units")


def _part(facts: FleetFacts, total: FleetTotals, today: date) -> list[Component]:
    if facts.view.part is FleetPart.GROUPS:
        return groups(facts.view, facts.by_tag, facts.by_holder)
    if facts.lacking is None:
        return [_card(facts, total, today)]
    back = PATH + write_fleet(replace(facts.view, day=None))
    return [lacking_card(facts.lacking, back), _card(facts, total, today)]


def _card(facts: FleetFacts, total: FleetTotals, today: date) -> Component:
    view = facts.view
    if view.part is FleetPart.MISSING:
        return kit.card(
            calendar(facts.missing, total.pces, view, today),
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
    rows = listing(view, facts.listed, today)
    return kit.card(
        [*rows, html.P([html.Span(_hint(facts.view, total)), *signs()], className="fleet-ranked")],
        flush=True,
    )


def _hint(view: FleetView, total: FleetTotals) -> str:
    ranked = _ranked_by(view)
    ranked = ranked[0].upper() + ranked[1:]
    return f"{ranked}. {_(LEGEND)}" if total.days_deposited else ranked


def _ranked_by(view: FleetView) -> str:
    """Return the sort order of the rows and the meaning of the month cells."""
    months = _(
        "chaque mois, l’écart avec les mêmes jours un an avant, à climat égal aussi quand la"
        " signature est fiable"
    )
    if view.period is not PERIOD:
        return _("par écart brut\u00a0; {months}", months=months)
    return _(
        "par écart à climat égal quand la signature du site est fiable, sinon par écart brut\u00a0;"
        " {months}",
        months=months,
    )
