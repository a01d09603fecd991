"""Registry of the sheets that fill small tables: description, permission and action."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.administration.people import actions as people_actions
from data.administration.people import files as people
from data.administration.people.queries import get_organisation
from data.metering.consumption.actions import keep_stations
from data.metering.prices import files as prices
from data.metering.prices.actions import keep_prices, sort_out_prices
from data.metering.prices.queries import list_components
from data.metering.weather.actions import (
    keep_temperatures,
    sort_out_stations,
    sort_out_temperatures,
)
from data.metering.weather.files import choices
from data.metering.weather.files import days as temperatures
from data.metering.weather.queries import list_choices, list_days
from data.money.bills.actions import keep_bills, sort_out_bills
from data.money.bills.files import sheets as bills
from data.money.bills.queries import list_bills
from data.money.budgets import files as budgets
from data.money.budgets.actions import keep_budgets, sort_out_budgets
from data.money.budgets.queries import list_budgets
from data.money.operat import files as operat
from data.money.operat.actions import keep_sites, keep_values, sort_out_sites, sort_out_values
from data.money.operat.queries import list_sites, list_values
from data.runs.types import SheetSorted, SheetTable
from data.thresholds import actions as thresholds_actions
from data.thresholds import files as thresholds
from data.thresholds.queries import list_sheet_rows

PRICES, BILLS, BUDGETS, SITES = "prix", "factures", "budgets", "operat"
VALUES = "valeurs-absolues"
THRESHOLDS, PEOPLE = "seuils", "personnes"
TEMPERATURES, STATIONS = "meteo", "stations"
_Cells = Iterable[Sequence[str | float | date | None]]
_Choices = Mapping[str, Sequence[str]]
_SortOut = Callable[[Session, Viewer, SheetTable, int | None, datetime], SheetSorted[Any]]


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet: permissions, parser, stored lines, preview and import.

    An organisation is passed for sheets that can concern another one than the viewer's.
    """

    reads: Permission
    writes: Permission
    header: Sequence[str]
    read: Callable[[bytes], SheetTable]
    rows: Callable[[Session, Viewer, str], _Cells]  # all of them, or those of the named object
    sort_out: _SortOut
    keep: Callable[[Session, Viewer, SheetSorted[Any], datetime], None]
    choices: Callable[[Session, Viewer, int | None], _Choices] = lambda _db, _viewer, _place: {}


def _is_own(sort_out: Callable[[Session, Viewer, SheetTable], SheetSorted[Any]]) -> _SortOut:
    """Adapt a preview that needs no organisation and no time."""
    return lambda db, viewer, table, _place, _now: sort_out(db, viewer, table)


KINDS: Mapping[str, SheetKind] = {
    PRICES: SheetKind(
        reads=Permission.PRICES_READ,
        writes=Permission.PRICES_WRITE,
        header=prices.HEADER,
        read=prices.read,
        rows=lambda db, viewer, _of: map(prices.cells_of, list_components(db, viewer)),
        sort_out=_is_own(sort_out_prices),
        keep=keep_prices,
    ),
    BILLS: SheetKind(
        reads=Permission.PRICES_READ,
        writes=Permission.PRICES_WRITE,
        header=bills.HEADER,
        read=bills.read,
        rows=lambda db, viewer, _of: (
            bills.cells_of(bill.draft) for bill in list_bills(db, viewer)
        ),
        sort_out=_is_own(sort_out_bills),
        keep=keep_bills,
        choices=lambda _db, _viewer, _place: {bills.NATURE: tuple(bills.NATURES.values())},
    ),
    BUDGETS: SheetKind(
        reads=Permission.CONSUMPTION_READ,
        writes=Permission.BUDGETS_WRITE,
        header=budgets.HEADER,
        read=budgets.read,
        rows=lambda db, viewer, _of: map(budgets.cells_of, list_budgets(db, viewer)),
        sort_out=_is_own(sort_out_budgets),
        keep=keep_budgets,
    ),
    SITES: SheetKind(
        reads=Permission.CONSUMPTION_READ,
        writes=Permission.PCES_WRITE,
        header=operat.HEADER,
        read=operat.read,
        rows=lambda db, viewer, _of: map(operat.cells_of, list_sites(db, viewer)),
        sort_out=_is_own(sort_out_sites),
        keep=keep_sites,
    ),
    VALUES: SheetKind(
        reads=Permission.CONSUMPTION_READ,
        writes=Permission.SETTINGS_WRITE,
        header=operat.VALUES_HEADER,
        read=operat.read_values,
        rows=lambda db, viewer, _of: map(operat.value_cells, list_values(db, viewer)),
        sort_out=_is_own(sort_out_values),
        keep=keep_values,
    ),
    THRESHOLDS: SheetKind(
        reads=Permission.THRESHOLDS_READ,
        writes=Permission.THRESHOLDS_WRITE,
        header=thresholds.HEADER,
        read=thresholds.read,
        rows=lambda db, viewer, _of: map(thresholds.cells_of, list_sheet_rows(db, viewer)),
        sort_out=_is_own(thresholds_actions.sort_out),
        keep=thresholds_actions.keep,
    ),
    TEMPERATURES: SheetKind(
        reads=Permission.WEATHER_WRITE,
        writes=Permission.WEATHER_WRITE,
        header=temperatures.HEADER,
        read=temperatures.read,
        rows=lambda db, viewer, of: map(temperatures.cells_of, list_days(db, viewer, of)),
        sort_out=_is_own(sort_out_temperatures),
        keep=keep_temperatures,
    ),
    STATIONS: SheetKind(
        reads=Permission.WEATHER_WRITE,
        writes=Permission.WEATHER_WRITE,
        header=choices.HEADER,
        read=choices.read,
        rows=lambda db, viewer, _of: list_choices(db, viewer),
        sort_out=_is_own(sort_out_stations),
        keep=keep_stations,
    ),
    PEOPLE: SheetKind(
        reads=Permission.PEOPLE_WRITE,
        writes=Permission.PEOPLE_WRITE,
        header=people.HEADER,
        read=people.read,
        rows=lambda _db, _viewer, _of: (),
        sort_out=people_actions.sort_out,
        keep=people_actions.invite_all,
        choices=lambda db, viewer, place: people.choices(get_organisation(db, viewer, place)),
    ),
}


def sheet_kind(name: str | None) -> SheetKind:
    """Return the kind of sheet with this name. Raise NotFound."""
    kind = KINDS.get(name or "")
    if kind is None:
        raise NotFound(N_("Cette feuille n’existe pas."))
    return kind
