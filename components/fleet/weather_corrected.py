"""Render the weather-corrected ranking: a figure, or why there is none."""

from collections.abc import Mapping
from typing import Any

from components.kit import column, digits_of
from core.i18n import N_, _, percent
from data.analysis.signatures.types import Reason
from data.metering.consumption.types import FleetPeriod, FleetRow, FleetSort

PERIOD = FleetPeriod.YEAR  # a single month is on the page of the site
SHORT: Mapping[Reason, str] = {
    Reason.NO_TEMPERATURE: N_("sans température"),
    Reason.FEW_WEEKS: N_("trop peu de semaines"),
    Reason.NO_SPREAD: N_("températures trop peu variées"),
    Reason.NOT_HEATING: N_("ne dépend pas du climat"),
    Reason.LOOSE: N_("signature peu fiable"),
    Reason.MILD: N_("trop doux"),
    Reason.UNREAD: N_("non évalué"),
}


def equal_columns(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return two columns: % (or why it is missing), then kWh; `figures` is their common style."""
    reasoned = {**figures, "cellClass": ["number", "fleet-reason"], "renderer": "KitText"}
    gap = column(
        FleetSort.EQUAL_GAP, _("Dérive"), unit=_("kWh/an"), width=104, minWidth=104, **figures
    )
    return [
        column(FleetSort.EQUAL, _("À climat égal"), unit="%", width=164, minWidth=164, **reasoned),
        gap,
    ]


def equal_cell(row: FleetRow, verdict: tuple[float | None, Reason | None] | None) -> dict[str, str]:
    """Return the change, strong, or why it is missing, softly.

    `verdict` is the ratio or refusal reason; None if not evaluated.
    """
    change = row.equal.percent if row.equal else None
    if change is not None:
        return {"text": percent(change, digits_of(change)), "tone": "strong"}
    reason = Reason.UNREAD if verdict is None else verdict[1]
    return {"text": _(SHORT[reason]) if reason is not None else "–", "tone": "soft"}
