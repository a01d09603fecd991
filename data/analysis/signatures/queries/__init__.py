"""Query signatures: of a site, of a chart, of the sites that drift."""

from data.analysis.signatures.queries.climate import load_climate_series
from data.analysis.signatures.queries.drifts import (
    find_drift_place,
    get_work_page,
    list_drifts_with_causes,
    load_causes,
)
from data.analysis.signatures.queries.portraits import get_portrait
from data.analysis.signatures.queries.ranking import (
    correct_rows,
    load_corrected_changes,
    load_year_ratios,
)
from data.analysis.signatures.queries.site_month import get_site_month

__all__ = [
    "correct_rows",
    "find_drift_place",
    "get_portrait",
    "get_site_month",
    "get_work_page",
    "list_drifts_with_causes",
    "load_causes",
    "load_climate_series",
    "load_corrected_changes",
    "load_year_ratios",
]
