"""Parse PyGazpar's JSON: rows by day, week or month, each with its `time_period`.

The file is `{"daily": [...], "monthly": [...]}` or one such list. Months and weeks beside days are
sums computed by PyGazpar, so only the finest rows are read. No row names its PCE.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from core.i18n import N_
from data.metering.consumption.files import cell_parser, days
from data.metering.consumption.files.ledger import Ledger, LineValues, PceLedger
from data.metering.consumption.types import PeriodKind, Status
from data.runs.files.refusals import RefusedCell, require

Row = Mapping[str, object]
_LISTS = ("daily", "weekly", "monthly", "yearly", "hourly")  # finest resolution first
_PERIOD, _ENERGY, _VOLUME = "time_period", "energy_kwh", "volume_m3"
_DAY = timedelta(days=1)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_YEARLY = N_(
    "Ligne {line} : ce sont les années de PyGazpar, sans valeur journalière. Demandez-lui la même"
    " période par jour, par semaine ou par mois."
)


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and _PERIOD in value and _ENERGY in value


def rows_in(document: object) -> list[object] | None:
    """Return the rows of `document` at its finest resolution, or None when it is not PyGazpar's."""
    if isinstance(document, list):
        return document if document and all(map(_is_row, document)) else None
    if not (isinstance(document, dict) and document and document.keys() <= set(_LISTS)):
        return None
    candidate_lists = [document[name] for name in _LISTS if document.get(name)]
    return candidate_lists[0] if candidate_lists and isinstance(candidate_lists[0], list) else []


class Rows:
    """The rows of one file; its first week or month may be truncated by the requested dates."""

    def __init__(self, ledger: Ledger, rows: Sequence[object], today: date | None) -> None:
        self._ledger = ledger
        self._opening = True
        latest = today or days.LATEST
        fetched = [_fetched_on(row, latest) for row in rows if isinstance(row, dict)]
        ledger.exported = max((day for day in fetched if day), default=None)

    def take(self, account: PceLedger, row: Row, number: int) -> None:
        """Add `row`; raise RefusedCell for a yearly row or for an invalid figure or date."""
        values, period_value = _values(row), row[_PERIOD]
        text = cell_parser.fold(period_value) if isinstance(period_value, str) else ""
        opening, self._opening = self._opening, False
        if _YEAR.fullmatch(text):
            raise RefusedCell(_YEARLY)
        if text.startswith("du "):
            span, kind = days.week(period_value, _PERIOD), PeriodKind.WEEK
        elif text[:1].isalpha():
            span, kind = days.month(period_value, _PERIOD), PeriodKind.MONTH
        else:
            self._ledger.add_day(account, days.day(period_value, _PERIOD), values, number)
            return
        first, last = self._as_it_was(span, values, opening=opening)
        self._ledger.add_period(account, (kind, first, last), values, number)

    def _as_it_was(
        self, span: tuple[date, date], values: LineValues, *, opening: bool
    ) -> tuple[date, date]:
        """Truncate the current period at the export date.

        It and the first one become provisional.
        """
        (first, last), exported = span, self._ledger.exported
        running = exported is not None and first <= exported <= last
        if exported is not None and running:
            last = max(first, exported - _DAY)
        if opening or running:
            values.status = Status.PROVISIONAL
        return first, last


def _fetched_on(row: Row, latest: date) -> date | None:
    stamp = row.get("timestamp")
    parsed_day = days.written_day(stamp[:10]) if isinstance(stamp, str) else None
    return parsed_day if parsed_day and days.EARLIEST <= parsed_day <= latest else None


def _values(row: Row) -> LineValues:
    require(row, _PERIOD, _VOLUME, _ENERGY)
    get = row.get
    return LineValues(
        cell_parser.energy(get(_ENERGY), _ENERGY),
        cell_parser.volume(get(_VOLUME), _VOLUME),
        cell_parser.index(get("start_index_m3"), "start_index_m3"),
        cell_parser.index(get("end_index_m3"), "end_index_m3"),
        cell_parser.coefficient(get("converter_factor_kwh/m3"), "converter_factor_kwh/m3"),
        cell_parser.temperature(get("temperature_degC"), "temperature_degC"),
        cell_parser.quality(get("type"), "type"),
    )
