"""Query what a report is written from: figures that other pages show, of the viewer's rights."""

from datetime import date

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.analysis.signatures.queries import get_portrait
from data.exports.rules import OPERAT_YEARS
from data.exports.types import (
    Content,
    ExportSpec,
    OperatReport,
    Report,
    SavingsReport,
    SiteYear,
)
from data.metering.consumption.queries import load_series
from data.metering.consumption.types import Preset, Series, SeriesStep, Unit, View
from data.metering.pces.queries import get_detail
from data.metering.pces.rules import month_of
from data.metering.weather.types import BASE
from data.money.budgets.queries import list_budgets, list_followed_budgets
from data.money.budgets.rules.checks import last_month
from data.money.budgets.types import TrackedBudget
from data.money.operat.queries import list_lines, list_sites
from data.money.retrofits.queries import list_measured, list_retrofits
from data.thresholds.queries import list_pce_episodes


def read_report(db: Session, viewer: Viewer, spec: ExportSpec) -> Report:
    """Return the content of a report, of what the viewer may read today. Raise NotFound."""
    pce = _pce_of(spec)
    if spec.content is Content.OPERAT and spec.last:
        years = range(spec.last.year - OPERAT_YEARS + 1, spec.last.year + 1)
        return OperatReport({year: list_lines(db, viewer, year, pce) for year in years})
    if spec.content is Content.SAVINGS:
        return SavingsReport(list_measured(db, viewer, list_retrofits(db, viewer, pce)))
    return _read_site_year(db, viewer, spec)


def count_report_rows(db: Session, viewer: Viewer, spec: ExportSpec) -> int:
    """Return how many rows a report has, about."""
    pce = _pce_of(spec)
    if spec.content is Content.OPERAT:
        return len(list_sites(db, viewer, declared=True, pce=pce))
    if spec.content is Content.SAVINGS:
        return len(list_retrofits(db, viewer, pce))
    return sum(bucket.energy_wh is not None for bucket in _load_year(db, viewer, spec).buckets)


def _pce_of(spec: ExportSpec) -> str:
    return spec.choice.numbers[0] if spec.choice.numbers else ""


def _load_year(db: Session, viewer: Viewer, spec: ExportSpec) -> Series:
    unit = Unit.EUR if viewer.may(Permission.PRICES_READ) else Unit.KWH
    pce = _pce_of(spec)
    view = View(pce, Preset.FREE, spec.first, spec.last, SeriesStep.MONTH, unit, compare=(1,))
    return load_series(db, viewer, view)


def _read_site_year(db: Session, viewer: Viewer, spec: ExportSpec) -> SiteYear:
    series = _load_year(db, viewer, spec)
    portrait = get_portrait(db, viewer, series.number, BASE)
    detail = get_detail(db, viewer, series.number)
    split = portrait.split
    is_same = split is not None and (split.first, split.last) == (series.first, series.last)
    return SiteYear(
        organisation=viewer.organisation,
        address=" ".join(filter(None, (detail.street, detail.row.postal_code, detail.row.city))),
        today=viewer.today,
        series=series,
        split=split if is_same else None,
        drift_cost=portrait.drift_cost if is_same else None,
        summer=portrait.summer,
        episodes=list_pce_episodes(db, viewer, series.number, series.first, series.last),
        budget=_budget(db, viewer, series.number, series.last),
    )


def _budget(db: Session, viewer: Viewer, pce: str, day: date) -> TrackedBudget | None:
    """Return the budget of the PCE alone that covers `day`."""
    covering = [
        budget
        for budget in list_budgets(db, viewer, pce)
        if budget.draft.first <= day and month_of(day) <= last_month(budget.draft.first)
    ]
    return next(iter(list_followed_budgets(db, viewer, covering[:1])), None)
