"""Query the thresholds of the consumption chart: limits over bars, and episodes."""

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared, cached
from data.analysis.marks.queries import load_annotated_series
from data.analysis.signatures.queries import load_climate_series
from data.identity.settings.types import Carbon
from data.metering.consumption import queries as consumption
from data.metering.consumption.types import Series, View
from data.money.budgets.queries import load_budget_series
from data.thresholds.models import Threshold, ThresholdMember
from data.thresholds.queries.episodes import list_pce_episodes
from data.thresholds.queries.versions import list_limit_lines
from data.thresholds.rules.chart import are_drawn, with_ceilings
from data.thresholds.types import EpisodeRow, LimitLine

Crossed = tuple[tuple[EpisodeRow, ...], tuple[LimitLine, ...]]
_member, _threshold = ThresholdMember.__table__.c, Threshold.__table__.c
_WATCHED = Prepared(
    select(_member.threshold_id)
    .join_from(
        ThresholdMember.__table__, Threshold.__table__, _threshold.id == _member.threshold_id
    )
    .where(
        _member.pce_id == bindparam("pce"),
        _threshold.organisation_id == bindparam("organisation"),
    )
    .limit(1)
)


def load_limits_series(
    db: Session, viewer: Viewer, view: View, carbon: Carbon | None = None
) -> tuple[Series, tuple[EpisodeRow, ...]]:
    """Return the series of `view` with limits, and the overlapping episodes, oldest first.

    Its marks include annotations; its months a budget, or similar sites; `carbon` adds emissions,
    prices costs. Raise NotFound as the series does: the right is checked first. A prepared query
    skips the PCEs that no threshold ever watched, which are most.
    """
    source = consumption.load_sourced_series(db, viewer, view, carbon)
    costs = consumption.load_chart_costs(db, viewer, source)
    series = replace(load_climate_series(db, viewer, source), carbon=carbon, costs=costs)
    series = load_annotated_series(db, viewer, series)
    series = load_budget_series(db, viewer, series)
    series = replace(series, similar=consumption.load_similar_band(db, viewer, series))
    watched = _WATCHED.raw(db, {"pce": series.pce_id, "organisation": viewer.organisation_id})
    if not watched:
        return series, ()
    who = (viewer.user_id, viewer.organisation_id, viewer.role, viewer.kind, viewer.today)
    key = (who, viewer.limited, series.number, series.first, series.last)
    episodes, lines = cached(db, "thresholds", key, lambda: _read(db, viewer, series))
    return with_ceilings(series, lines) if are_drawn(view.step) else series, episodes


def _read(db: Session, viewer: Viewer, series: Series) -> Crossed:
    place = (series.number, series.first, series.last)
    return list_pce_episodes(db, viewer, *place), list_limit_lines(db, viewer, *place)
