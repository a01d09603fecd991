"""Render the table of all PCEs: ranking with heat map, or freshness."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.consumption.source import deposited_cell
from components.fleet.ids import Ids
from components.fleet.labels import heat, level_of, quantity, signed
from components.fleet.legend import legend
from components.fleet.similar import similar_columns
from components.fleet.weather_corrected import PERIOD, equal_columns
from components.kit import PICKS, GridScreen, button, column, digits_of, html
from components.kit import filter_model as kit_filter
from components.pces.labels import state_words
from core.i18n import _, percent, plural, share, short_day, short_month
from data.metering.consumption.rules.fleet import expected_next, months_shown
from data.metering.consumption.rules.together import MOST
from data.metering.consumption.types import (
    FleetPart,
    FleetPeriod,
    FleetRow,
    FleetSort,
    FleetView,
)
from data.metering.pces.rules import due_on
from data.metering.pces.types import Frequency, PceRow

MOST_LINES = 16
SCREEN = GridScreen(Ids.GRID, Ids.COUNT, Ids.NOTHING, Ids.CLEAR, {Ids.SEARCH: ""}, words=Ids.ASKED)
HEAT = 41  # px per month
CAUSE = "cause"
_PHONE_DRIFT = ("alias:112", "equal:112", "drift:96", "equal_gap", "percent:88", "gap")
FULL = 20  # percent: drift that fills the bar
_DESCENDING = {"sortingOrder": ["desc", "asc"]}


def listing(view: FleetView, total: int, today: date) -> list[Component]:
    """Return the grid, which loads rows by blocks, and the message shown without rows."""
    drift = view.part is FleetPart.ALL
    return [
        html.Div(
            [
                SCREEN.count_line(),
                html.Div(chosen_bar(()), id=Ids.CHOSEN, className="fleet-ticked", role="status"),
                *([legend()] if drift else []),
            ],
            className="fleet-counted",
        ),
        *SCREEN.table(
            drift_columns(today, view.period) if drift else fresh_columns(),
            total,
            _("Aucun PCE ne correspond à ces filtres"),
            page_label=_("PCE par dérive") if drift else _("PCE par fraîcheur"),
            most=MOST_LINES,
            row_key="number",
            phone=_PHONE_DRIFT if drift else ("alias", "until", "state"),
            filterModel=grid_filter(view.text),
            grid_options=PICKS,
        ),
    ]


def chosen_bar(numbers: Sequence[str]) -> list[Component | str]:
    """Return how to show several rows together: a hint, then a button."""
    if len(numbers) < 2:  # noqa: PLR2004 (several)
        return [_("Cochez plusieurs PCE pour les comparer.")]
    if len(numbers) > MOST:
        return [_("{most} PCE au plus peuvent être affichés ensemble : décochez-en.", most=MOST)]
    words = plural("Comparer {count} PCE", "Comparer {count} PCE", len(numbers))
    return [button(words, href=f"/consommations?pce={','.join(numbers)}", icon="graph-up")]


def grid_filter(text: str) -> dict[str, Any]:
    """Return the search as an AG Grid model, so that a change reloads the rows."""
    return kit_filter({FleetSort.NUMBER: text})


_FIGURES: Mapping[str, Any] = {
    "number": True,
    "sortable": True,
    "headerClass": ["number", "fleet-head"],  # the unit is below the name
    **_DESCENDING,
}


def drift_columns(today: date, period: FleetPeriod) -> list[dict[str, Any]]:
    wide: Mapping[str, Any] = {"width": 156, "minWidth": 156, "maxWidth": 156}
    raw, equal = _gaps(period)
    return [
        _sites(208),
        column(
            FleetSort.DRIFT,
            _("Dérive"),
            width=104,
            minWidth=104,
            sortable=True,
            sort="desc",
            renderer="KitDrift",
            headerClass="fleet-head",
            cellClass="drift-cell",
            sortingOrder=_DESCENDING["sortingOrder"],
        ),
        *(equal or raw),
        *([_cause()] if equal else []),
        *(
            _month(month, today, first=place == 0)
            for place, month in enumerate(months_shown(today))
        ),
        *(raw if equal else []),
        column(
            FleetSort.ENERGY,
            _("Consommé"),
            unit="kWh",
            width=128,
            renderer="KitText",
            **_FIGURES,
        ),
        *(similar_columns(_FIGURES) if period is PERIOD else []),
        column(FleetSort.COVERAGE, _("Jours connus"), unit="%", width=136, **_FIGURES),
        column(FleetSort.NUMBER, _("PCE"), sortable=True, **wide, filtered=True),
    ]


def _cause() -> dict[str, Any]:
    return column(
        CAUSE,
        _("Cause probable"),
        width=198,
        minWidth=198,
        renderer="KitChip",
        cellClass="chip-cell",
    )


def _gaps(period: FleetPeriod) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the raw gap columns and, over a year, the weather-corrected ones.

    They are in kWh and %, narrow enough to show the thirteen months on a desktop.
    """
    raw = [
        column(FleetSort.GAP, _("Écart"), unit="kWh", width=104, minWidth=104, **_FIGURES),
        column(
            FleetSort.PERCENT,
            _("Écart"),
            unit="%",
            strong=period is not PERIOD,
            width=104,
            minWidth=104,
            **_FIGURES,
        ),
    ]
    if period is not PERIOD:
        return raw, []
    return raw, equal_columns(_FIGURES)


def _sites(width: int) -> dict[str, Any]:
    return column(
        FleetSort.ALIAS,
        _("Site"),
        width=width,
        minWidth=160,
        pinned=True,
        sortable=True,
        renderer="KitLink",
    )


def _month(month: date, today: date, *, first: bool) -> dict[str, Any]:
    """Return a column of the heat map; the year is below the first month and January."""
    under = str(month.year) if first or month.month == 1 else None
    if month == today.replace(day=1):
        under = _("en cours")
    return column(
        field_of(month),
        short_month(month),
        unit=under,
        width=HEAT,
        minWidth=HEAT,
        maxWidth=HEAT,
        resizable=False,
        renderer="KitHeat",
        headerClass="heat-head",
        cellClass="heat-cell",
        sortable=True,
        sortingOrder=_DESCENDING["sortingOrder"],
    )


def field_of(month: date) -> str:
    return f"m{month:%Y%m}"


def month_of_field(field: str, today: date) -> date | None:
    """Return the month of the heat map in column `field`, None for another column."""
    return next((month for month in months_shown(today) if field_of(month) == field), None)


def fresh_columns() -> list[dict[str, Any]]:
    return [
        _sites(240),
        column("state", _("Fraîcheur"), width=190, renderer="KitChip"),
        column(FleetSort.UNTIL, _("Données au"), width=126, sortable=True, sort="asc"),
        column("delay", _("Délai habituel"), width=150),
        column("next", _("Prochaines données"), width=190),
        column(FleetSort.NUMBER, _("PCE"), width=160, sortable=True, filtered=True),
        column("frequency", _("Relève"), width=100),
    ]


def drift_row(row: FleetRow, today: date) -> dict[str, object]:
    """Return a row of the ranking; cells are texts or inputs of their renderer."""
    return {
        FleetSort.NUMBER: row.number,
        FleetSort.ALIAS: _site(row.alias, row.number),
        FleetSort.ENERGY: deposited_cell(quantity(row.energy_wh)[0], row.days_deposited),
        FleetSort.COVERAGE: share(row.days_known, row.days_expected) if row.days_expected else "–",
        **_drift(row),
        **{field_of(month): heat(row.cells.get(month)) for month in months_shown(today)},
    }


def _site(alias: str, number_: str) -> dict[str, str]:
    return {"text": alias or number_, "href": f"/consommations?pce={number_}"}


def _drift(row: FleetRow) -> dict[str, object]:
    equal = signed(row.equal.gap_wh) if row.equal else "–"
    change, ranked = (face.percent if face else None for face in (row.face, row.drift))
    if row.face is None or change is None or ranked is None:
        return {
            FleetSort.GAP: "–",
            FleetSort.PERCENT: "–",
            FleetSort.DRIFT: "",
            FleetSort.EQUAL_GAP: equal,
        }
    return {
        FleetSort.GAP: signed(row.face.gap_wh),
        FleetSort.PERCENT: percent(change, digits_of(change)),
        FleetSort.EQUAL_GAP: equal,
        FleetSort.DRIFT: {
            "share": max(-1.0, min(1.0, ranked / FULL)),
            "level": level_of(ranked),
        },
    }


def fresh_row(row: PceRow, delay: int | None, today: date) -> dict[str, object]:
    word, icon, tone = state_words(row, today)
    return {
        FleetSort.NUMBER: row.number,
        FleetSort.ALIAS: _site(row.alias, row.number),
        FleetSort.UNTIL: short_day(row.data_until) if row.data_until else "–",
        "state": {"word": word, "icon": icon, "tone": tone},
        "delay": plural("{count} jour", "{count} jours", delay) if delay is not None else "–",
        "next": _next(row, delay, today),
        "frequency": row.frequency.value,
    }


def _next(row: PceRow, delay: int | None, today: date) -> str:
    """Return when data are expected, by the observed delay, else the usual one."""
    over = row.ended_on is not None and row.ended_on < today
    closed = row.readable_until is not None and row.readable_until < today
    if row.data_until is None or over or closed or row.frequency is Frequency.HALF_YEARLY:
        return "–"
    learnt = delay is not None and row.frequency is not Frequency.MONTHLY_LARGE
    day = (
        expected_next(row.data_until, delay or 0)
        if learnt
        else due_on(row.data_until, row.frequency)
    )
    if day < today:
        return _("attendues le {day}", day=short_day(day))
    return _("vers le {day}", day=short_day(day))


def lines_words(count: int) -> str:
    """Return the label of the button that downloads the rows."""
    return plural("Exporter {count} ligne", "Exporter {count} lignes", count)
