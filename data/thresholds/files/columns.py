"""Columns of a sheet of thresholds, and the values of its cells."""

from collections.abc import Mapping
from datetime import date

from data.notifications.types import Severity
from data.thresholds.types import MONTHS, SheetRow, ThresholdKind, ThresholdPeriod

PCE, NAME, KIND, PERIOD = "PCE", "Nom", "Type", "Période"
VALUE = "Valeur (kWh)"
MONTH_COLUMNS = (
    "Janvier (kWh)",
    "Février (kWh)",
    "Mars (kWh)",
    "Avril (kWh)",
    "Mai (kWh)",
    "Juin (kWh)",
    "Juillet (kWh)",
    "Août (kWh)",
    "Septembre (kWh)",
    "Octobre (kWh)",
    "Novembre (kWh)",
    "Décembre (kWh)",
)
PERCENT, DELAY = "Écart à l’an passé (%)", "Délai (jours)"
WARN_AT, HYSTERESIS, CONSECUTIVE = "Alerte avant (%)", "Hystérésis (%)", "Jours consécutifs"
FIRST, LAST, SEVERITY = "Du", "Au", "Gravité"
EXCESS, WINDOW = "Écart à l’attendu (%)", "Fenêtre (jours)"  # for weather-corrected thresholds
LEARNT = "Signature apprise jusqu’au"
WEEKEND, CLOSED = "Valeur le week-end (kWh)", "Valeur les jours fermés (kWh)"
CLOSED_ON = "Jours fermés"  # of the week, besides public holidays
REFERENCE = "Référence"  # of the threshold, in an export: names are not unique
HEADER = (
    PCE, NAME, KIND, PERIOD, VALUE, *MONTH_COLUMNS, PERCENT, DELAY,
    WARN_AT, HYSTERESIS, CONSECUTIVE, FIRST, LAST, SEVERITY, EXCESS, WINDOW, LEARNT,
    WEEKEND, CLOSED, CLOSED_ON, REFERENCE,
)  # fmt: skip
_WH = 1000
NO_WARNING = "non"  # in WARN_AT: no warning before the limit

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
KIND_WORDS: Mapping[ThresholdKind, str] = {
    ThresholdKind.FIXED: "Fixe",
    ThresholdKind.RELATIVE: "Relatif",
    ThresholdKind.LOW: "Bas",
    ThresholdKind.MISSING: "Absence de données",
    ThresholdKind.WEATHER: "Corrigé du climat",
}
PERIOD_WORDS: Mapping[ThresholdPeriod, str] = {
    ThresholdPeriod.DAY: "Jour",
    ThresholdPeriod.MONTH: "Mois",
    ThresholdPeriod.YEAR: "An",
}
SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.INFO: "Information",
    Severity.WARNING: "Attention",
    Severity.URGENT: "Urgent",
}
NAMES: Mapping[tuple[ThresholdKind, ThresholdPeriod], str] = {
    (ThresholdKind.FIXED, ThresholdPeriod.DAY): "Seuil par jour",
    (ThresholdKind.FIXED, ThresholdPeriod.MONTH): "Seuil mensuel",
    (ThresholdKind.FIXED, ThresholdPeriod.YEAR): "Seuil annuel",
    (ThresholdKind.RELATIVE, ThresholdPeriod.DAY): "Écart du jour à l’an passé",
    (ThresholdKind.RELATIVE, ThresholdPeriod.MONTH): "Écart du mois à l’an passé",
    (ThresholdKind.RELATIVE, ThresholdPeriod.YEAR): "Écart de l’année à l’an passé",
    (ThresholdKind.LOW, ThresholdPeriod.DAY): "Consommation nulle",
    (ThresholdKind.MISSING, ThresholdPeriod.DAY): "Absence de données",
    (ThresholdKind.WEATHER, ThresholdPeriod.DAY): "Seuil corrigé du climat",
}


def cells_of(row: SheetRow) -> tuple[str | float | date | None, ...]:
    """Return the cells of a threshold, in the order of HEADER."""
    draft = row.draft
    fixed = draft.kind in {ThresholdKind.FIXED, ThresholdKind.LOW}
    monthly = fixed and draft.period is ThresholdPeriod.MONTH
    months = draft.values_wh if monthly else (None,) * MONTHS
    winter = draft.kind is ThresholdKind.WEATHER
    return (
        row.pce,
        draft.name,
        KIND_WORDS[draft.kind],
        PERIOD_WORDS[draft.period],
        _kwh(draft.values_wh[0] if fixed and not monthly else None),
        *map(_kwh, months),
        draft.percent if draft.kind is ThresholdKind.RELATIVE else None,
        draft.delay if draft.kind is ThresholdKind.MISSING else None,
        NO_WARNING if draft.warn_at is None else draft.warn_at,
        draft.hysteresis,
        draft.consecutive,
        draft.valid_from,
        draft.valid_to,
        SEVERITY_WORDS[draft.severity],
        draft.percent if winter else None,
        draft.window if winter else None,
        draft.learnt_to if winter else None,
        _kwh(draft.week.weekend_wh),
        _kwh(draft.week.closed_wh),
        ", ".join(WEEKDAYS[day] for day in draft.week.closed_on),
        "" if row.reference is None else str(row.reference),
    )


def _kwh(wh: int | None) -> float | None:
    return None if wh is None else wh / _WH
