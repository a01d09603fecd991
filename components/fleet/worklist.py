"""Render the drifts as a list to work through: cost a year, likely cause, months, actions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from dash.development.base_component import Component

from components import kit
from components.fleet.causes import alert_address, cause_look, evidence_address
from components.fleet.ids import restore_button, review_button
from components.fleet.keys import keys_hint
from components.fleet.labels import PATH, heat, quantity
from components.fleet.legend import work_legend, work_signs
from components.fleet.similar import intensity_words
from components.fleet.work_words import (
    REASONS,
    UNITS,
    amount_words,
    drift_text,
    falls_words,
    listed_words,
    unit_of,
)
from components.kit import html
from components.kit.base import aria, data
from core.access import Permission, Viewer
from core.i18n import _, month_year, plural, short_day, short_month
from data.analysis.signatures.types import SiteDrift, WorkPage
from data.metering.consumption.rules.drifts import (
    DEFAULT_LIST,
    get_mean_price,
    write_drift_list,
)
from data.metering.consumption.rules.fleet import months_shown, write_fleet
from data.metering.consumption.types import (
    DriftSort,
    FleetRow,
    FleetView,
    ReviewedDrift,
)

ON_PHONE = 6  # months that a phone shows
LEAST, MOST = 0.12, 0.7  # part of the bar's width for falls, at least and at most


@dataclass(frozen=True, slots=True)
class ListScale:
    """What rows have in common: the scale of their bars, in the unit of the column, and months.

    `most` and `least` are the largest values on each side.
    """

    by: DriftSort
    mean_price: int
    most: float
    least: float
    drifts: str  # the list, of `write_drift_list`
    months: frozenset[date] = frozenset()  # that a phone shows

    @property
    def zero(self) -> float:
        """Return where zero stands, as a part of the width."""
        return min(MOST, max(LEAST, self.least / (self.most + self.least)))

    def share_of(self, row: FleetRow) -> float:
        """Return the length of the bar of `row` as a part of the width, negative for a fall."""
        return self.value_of(row) / self.most * (1 - self.zero)

    def is_cut(self, row: FleetRow) -> bool:
        """Return whether a fall is so long that its bar has no room, and is cut."""
        return self.share_of(row) < -self.zero - 0.005

    def value_of(self, row: FleetRow) -> float:
        if row.equal is None:
            return 0.0
        if self.by is DriftSort.PERCENT:
            return row.equal.percent or 0.0
        price = row.price if row.price is not None else self.mean_price
        return float(row.equal.gap_wh * (price if self.by is DriftSort.EUROS else 1))


def get_scale(page: WorkPage) -> ListScale:
    by = unit_of(page)
    rows = [drift.site for drift in (*page.drifts, *page.falls)]
    unscaled = ListScale(by, get_mean_price(rows) or 1, 1, 1, write_drift_list(page.view))
    values = [unscaled.value_of(row) for row in rows] or [0.0]
    return replace(unscaled, most=max(1, *values, 0), least=max(0, -min(values)))


def work_list(page: WorkPage, viewer: Viewer) -> list[Component]:
    """Return the table of drifts and falls, and the drifts that were reviewed."""
    if not page.drifts and not page.falls and not page.work.reviewed:
        return [_nothing(page)]
    scale = get_scale(page)
    is_unpriced = page.view.by is DriftSort.EUROS and scale.by is not DriftSort.EUROS
    view = replace(page.view, by=scale.by) if is_unpriced else page.view
    months = months_shown(viewer.today)
    scale = replace(scale, months=months_on_phone(page, months))
    rises = [_row(drift, scale, months, viewer) for drift in page.drifts]
    falls = [_row(drift, scale, months, viewer) for drift in page.falls]
    body = html.Table(
        [
            html.Caption(_("Dérives à climat égal"), className="visually-hidden"),
            html.Thead(html.Tr(_heads(view, scale, months))),
            html.Tbody(rises),
            html.Tbody([_between(page, len(months)), *falls]),
        ],
        className="plain-table work-table",
    )
    return [
        html.Div(
            body,
            className="table-scroll",
            role="group",
            tabIndex="0",
            **aria(label=_("Dérives à climat égal")),
        ),
        *_reviewed(page.work.reviewed, viewer),
        html.P(_signs(page, scale, months), className="fleet-ranked"),
    ]


def _signs(page: WorkPage, scale: ListScale, months: Sequence[date]) -> list[Component]:
    """Return what the signs of the list mean, of which the cut of a bar is rare."""
    has_cut = any(scale.is_cut(drift.site) for drift in page.falls)
    cut = [html.Span(_("barre entaillée : trop longue pour être à l’échelle"))]
    colours = html.Span(work_legend(), className="work-colours")
    return [
        colours,
        html.Span(_legend(months)),
        *(cut if has_cut else []),
        *work_signs(),
        keys_hint(),
    ]


def _legend(months: Sequence[date]) -> str:
    return _(
        "Année\u00a0: {first} à {last}\u00a0; barre pâle\u00a0: prix inconnu, en kWh",
        first=month_year(months[0]),
        last=month_year(months[-2]),
    )


def _nothing(page: WorkPage) -> Component:
    if page.view.is_narrowed:
        words = _("Aucune dérive pour ces filtres") if page.sites else _("Aucun site")
        act = kit.button(_("Effacer les filtres"), href=PATH)
        return kit.empty("search", words, " ".join(listed_words(page)), act)
    words = _("Un site dérive quand il dépasse de 5\u202f% l’année d’avant, à climat égal.")
    return kit.empty("check2-circle", _("Aucune dérive"), words)


def months_on_phone(page: WorkPage, months: Sequence[date]) -> frozenset[date]:
    """Return the months that explain the most of the drifts listed, the latest where they tie."""
    cells = [drift.site.cells for drift in page.drifts or page.falls]
    known_counts = {
        month: sum(month in row and row[month].percent is not None for row in cells)
        for month in months
    }
    return frozenset(sorted(months, key=lambda month: (known_counts[month], month))[-ON_PHONE:])


def _heads(view: FleetView, scale: ListScale, months: Sequence[date]) -> list[Component]:
    by = scale.by
    year = [
        html.Th(
            [short_month(month), html.Small(_under(month, months))],
            scope="col",
            className=_look(month, scale),
        )
        for month in months
    ]
    return [
        _head(view, DriftSort.SITE, _("Site"), ""),
        _head(view, by, _("Dérive"), _("{unit}/an", unit=UNITS[by]), "work-drift"),
        *(
            _head(view, sort, _("Dérive"), _("{unit}/an", unit=UNITS[sort]), "number work-wide")
            for sort in (DriftSort.KWH, DriftSort.PERCENT)
        ),
        _head(view, DriftSort.YEAR, _("12 mois"), "MWh", "number work-wide"),
        _head(view, DriftSort.INTENSITY, _("Par m²"), _("kWh/an"), "number work-wide"),
        html.Th(_("Cause probable"), scope="col"),
        *year,
        html.Th(html.Span(_("Actions"), className="visually-hidden"), scope="col"),
    ]


def _under(month: date, months: Sequence[date]) -> str:
    if month == months[-1]:
        return _("en cours")
    return str(month.year) if month == months[0] or month.month == 1 else "\u00a0"


def _head(view: FleetView, sort: DriftSort, word: str, unit: str, look: str = "") -> Component:
    """Return a head that sorts by its figure, and the other way when it already does."""
    is_sorted = view.by is sort
    other = replace(view, by=sort, upwards=is_sorted and not view.upwards)
    falls = is_sorted and view.upwards is (sort is DriftSort.SITE)
    mark = [kit.icon("arrow-down" if falls else "arrow-up", 12)] if is_sorted else []
    words = [word, html.Small(unit)] if unit else [word]
    order = {"sort": "descending" if falls else "ascending"} if is_sorted else {}
    head = kit.link([*words, *mark], PATH + write_fleet(other))
    return html.Th(head, scope="col", className=look, **aria(**order))


def _row(drift: SiteDrift, scale: ListScale, months: Sequence[date], viewer: Viewer) -> Component:
    row, drifts = drift.site, scale.drifts
    text, unit = drift_text(row, scale.by)
    usual = html.Small(_("{unit}/an", unit=UNITS[scale.by]), className="work-unit")
    figure = [html.B(text), html.Small(unit) if unit else usual]
    icon, words = cause_look(drift.why)
    cells = [_month(row, month, scale) for month in months]
    return html.Tr(
        [
            html.Th(_site(row, drifts), scope="row", className="work-site"),
            html.Td(
                [_bar(row, scale), html.Span(figure, className="work-figure")],
                className="work-drift",
            ),
            *(
                html.Td(drift_text(row, sort)[0], className="number work-wide")
                for sort in (DriftSort.KWH, DriftSort.PERCENT)
            ),
            html.Td(quantity(row.energy_wh, mega=True)[0], className="number work-wide"),
            html.Td(intensity_words(drift.place), className="number work-wide"),
            html.Td(_cause(drift, icon, words), className="work-cause"),
            *cells,
            html.Td(_acts(drift, viewer, drifts), className="work-acts"),
        ]
    )


def _cause(drift: SiteDrift, icon: str, words: str) -> list[Component]:
    """Return the likely cause; a fall has none to look for."""
    rises = drift.site.has_drifted
    return [kit.chip(words, icon=icon)] if drift.why or rises else []


def _site(row: FleetRow, drifts: str) -> Component:
    query = urlencode({"pce": row.number, "drifts": drifts})
    return kit.link(row.alias or row.number, f"/consommations?{query}")


def _bar(row: FleetRow, scale: ListScale) -> Component:
    """Return the bar from zero, to the right for more; the figure is beside it."""
    zero = scale.zero
    share = max(scale.share_of(row), -zero)
    way = "up" if share >= 0 else "down"
    pale = " work-pale" if scale.by is DriftSort.EUROS and row.price is None else ""
    cut = " work-cut" if scale.is_cut(row) else ""
    style = {"left": f"{100 * (zero + min(0, share)):.1f}%", "width": f"{100 * abs(share):.1f}%"}
    bar = html.Span(className=f"drift-bar drift-{way}{pale}{cut}", style=style)
    axis = html.Span(className="work-zero", style={"left": f"{100 * zero:.1f}%"})
    return html.Span([axis, bar], className="work-bar", **aria(hidden="true"))


def _month(row: FleetRow, month: date, scale: ListScale) -> Component:
    cell = heat(row.cells.get(month))
    look = f"heat heat-{cell['level']}"
    return html.Td(
        html.Span(cell["text"], className=look, title=cell.get("title")),
        className=_look(month, scale),
    )


def _look(month: date, scale: ListScale) -> str:
    return "work-month" if month in scale.months else "work-month work-past"


def _acts(drift: SiteDrift, viewer: Viewer, drifts: str) -> list[Component]:
    number = drift.site.number
    site = html.Span(f" {drift.site.alias or number}", className="visually-hidden")
    address = evidence_address(number, drift.why, viewer.today, drifts)
    acts = [kit.link([_("Voir"), site], address)]
    if viewer.may(Permission.THRESHOLDS_WRITE):
        acts.append(kit.link([_("Seuil"), site], alert_address(number, viewer.today)))
    if viewer.may(Permission.MARKS_WRITE) and drift.site.has_drifted:
        acts.append(_review(drift.site, site))
    return [html.Div(acts)]


def _review(row: FleetRow, site: Component) -> Component:
    """Return the button that asks why a drift leaves the list."""
    panel = f"fleet-reasons-{row.id}"
    opener = html.Button(
        [_("Vu"), site],
        type="button",
        className="work-seen opener",
        **data(opens=panel),
        **aria(expanded="false", controls=panel),
    )
    reasons = [
        kit.button(_(words), id=review_button(row.number, reason.value), small=True, kind="ghost")
        for reason, words in REASONS.items()
    ]
    title = html.P(_("Retirer de la liste, jusqu’à ce qu’elle augmente\u00a0:"))
    inside = html.Div([title, *reasons], id=panel, className="panel popover-panel work-reasons")
    return html.Div([opener, inside], className="popover-place")


def _between(page: WorkPage, months: int) -> Component:
    """Return the line between drifts and falls: what is not listed."""
    hidden = page.work.drifts[len(page.drifts) :] if not page.view.expanded else ()
    parts: list[Component] = []
    if hidden:
        words = plural(
            "{count} autre dérive, {amount} par an",
            "{count} autres dérives, {amount} par an en tout",
            len(page.work.drifts) - len(page.drifts),
            amount=_rest_amount(page),
        )
        show = kit.link(_("Afficher"), PATH + write_fleet(replace(page.view, expanded=True)))
        parts.append(html.Span([words, " ", show]))
    parts += [html.Span(words) for words in listed_words(page)]
    if page.falls:
        parts.append(html.B(falls_words(page)))
    return html.Tr(html.Td(html.Div(parts), colSpan=8 + months), className="work-between")


def _rest_amount(page: WorkPage) -> str:
    listed_ids = {drift.site.id for drift in page.drifts}
    return amount_words([row for row in page.work.drifts if row.id not in listed_ids])


def _reviewed(drifts: Sequence[ReviewedDrift], viewer: Viewer) -> list[Component]:
    if not drifts:
        return []
    words = plural("{count} dérive vue", "{count} dérives vues", len(drifts))
    lines = [html.Li(_reviewed_line(drift, viewer)) for drift in drifts]
    return [html.Details([html.Summary(words), html.Ul(lines)], className="work-reviewed")]


def _reviewed_line(drift: ReviewedDrift, viewer: Viewer) -> list[Component]:
    words = _(
        "{reason}, le {day}\u00a0: {amount} par an",
        reason=_(REASONS[drift.reason]),
        day=short_day(drift.reviewed_on),
        amount=amount_words([drift.site]),
    )
    back = kit.button(_("Rétablir"), id=restore_button(drift.site.number), small=True, kind="ghost")
    may = viewer.may(Permission.MARKS_WRITE)
    return [_site(drift.site, DEFAULT_LIST), html.Span(words), *([back] if may else [])]
