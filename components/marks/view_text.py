"""Describe a page and its filters as the owner of the view chose them."""

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from components.fleet.labels import PARTS, PERIODS
from core.i18n import N_, _, number, short_day
from data.analysis.marks.rules.views import PAGES
from data.metering.consumption.rules.fleet import read_fleet
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.rules.together import read_together
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import FleetPart, FleetPeriod, FleetView, Preset, Unit, View

Names = Mapping[int, str]  # of organisations, by id
NOBODY: Names = {}
LATER = date(2199, 1, 1)  # so that views of any year keep their dates
_PRESETS = {Preset.DAYS30: N_("30 derniers jours"), Preset.YEARS3: N_("3 ans")}


def page_words(address: str, holders: Names = NOBODY) -> str:
    """Return the page and its non-default filters."""
    parts = urlsplit(address)
    name, query = _(PAGES.get(parts.path, address)), dict(parse_qsl(parts.query))
    if parts.path.endswith("/parc"):
        filter_labels = _fleet(read_fleet(query), holders)
    else:
        filter_labels = _consumption(query, holders)
    return " · ".join([name, *filter_labels])


def holders_in(addresses: Iterable[str]) -> set[int]:
    """Return the organisations by which `addresses` are filtered."""
    queries = [dict(parse_qsl(urlsplit(address).query)) for address in addresses]
    fleets = [read_fleet(query).holder for query in queries]
    groups = [
        several.holder for saved_query in queries if (several := read_together(saved_query, LATER))
    ]
    return {holder for holder in (*fleets, *groups) if holder is not None}


def _fleet(view: FleetView, holders: Names) -> list[str]:
    part = [] if view.part is FleetPart.DRIFT else [_(PARTS[view.part])]
    period = [] if view.period is FleetPeriod.YEAR else [_(PERIODS[view.period])]
    words = [_("recherche « {text} »", text=view.text)] if view.text else []
    return [*part, *_tag(view.tag), *_holder(view.holder, holders), *period, *words]


def _consumption(query: Mapping[str, str], holders: Names) -> list[str]:
    several = read_together(query, LATER)
    if several is None:
        return _period_and_unit(read_view(query, LATER))
    count = [_("{count} PCE", count=number(len(several.numbers)))] if several.numbers else []
    whom = [*count, *_tag(several.tag), *_holder(several.holder, holders)]
    return [*whom, *_period_and_unit(several.view)]


def _period_and_unit(view: View) -> list[str]:
    """Return the period and the unit of a view."""
    days = [_(_PRESETS[view.preset])] if view.preset in _PRESETS else []
    if view.first and view.last:
        ends = {"first": short_day(view.first), "last": short_day(view.last)}
        days = [_("du {first} au {last}", **ends)]
    return [*days, *([] if view.unit is Unit.KWH else [UNITS[view.unit]])]


def _tag(tag: str) -> list[str]:
    return [_("étiquette « {tag} »", tag=tag)] if tag else []


def _holder(holder: int | None, holders: Names) -> list[str]:
    """Return the holder filter, with its name if the viewer can see it."""
    if holder is None:
        return []
    name = holders.get(holder)
    return [_("titulaire {name}", name=name) if name else _("un titulaire")]
