"""Write several PCEs as CSV or XLSX: a line a period, the columns of the screen."""

from datetime import date
from typing import IO

from core.i18n import _
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import CombinedBar, CombinedSeries, Unit
from data.runs.files.rows import Cell, SheetLayout, write_csv, write_xlsx


def header(found: CombinedSeries) -> list[str]:
    unit = UNITS[found.query.view.unit]
    faced = "kWh" if found.query.view.unit is Unit.M3 else unit
    return [
        _("Premier jour"),
        _("Dernier jour"),
        _("Ensemble ({unit})", unit=unit),
        _("Jours-PCE connus"),
        _("Jours-PCE attendus"),
        _("Jours déposés par une organisation"),
        *([_("Jours-PCE sans prix")] if found.query.view.unit is Unit.EUR else []),
        _("Jours-PCE comparés"),
        _("Mêmes jours cette année ({unit})", unit=faced),
        _("Mêmes jours un an avant ({unit})", unit=faced),
        *(f"{part.alias} {part.number} ({unit})".strip() for part in found.parts),
        *([_("Autres ({unit})", unit=unit)] if found.others else []),
    ]


def line(found: CombinedSeries, bar: CombinedBar) -> list[Cell]:
    face = bar.face
    return [
        bar.first,
        bar.last,
        _whole_table(bar.value),
        bar.known_days,
        bar.due,
        bar.days_deposited,
        *([bar.unpriced] if found.query.view.unit is Unit.EUR else []),
        face.days if face else None,
        _whole_table(face.this_wh if face else None),
        _whole_table(face.before_wh if face else None),
        *(_whole_table(part) for part in bar.parts),
        *([_whole_table(bar.rest)] if found.others else []),
    ]


def _whole_table(value: int | None) -> float | None:
    return None if value is None else value / 1000


def together_csv(combined_series: CombinedSeries) -> bytes:
    rows = (line(combined_series, bar) for bar in combined_series.bars)
    return write_csv(header(combined_series), rows)


def together_xlsx(combined_series: CombinedSeries, target: str | IO[bytes]) -> None:
    rows = (line(combined_series, bar) for bar in combined_series.bars)
    write_xlsx(target, header(combined_series), rows, SheetLayout(_("Ensemble"), frozen=2))


def file_name(today: date, ending: str) -> str:
    """Return a name such as `ensemble-2026-11-24.csv`."""
    return f"ensemble-{today}.{ending}"
