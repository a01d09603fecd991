"""Draw the bars of an alert: the days of its month, or the months of its year."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from core.i18n import _, day_month, long_day, month_year, short_month
from data.notifications.messages.html import Bars, bars
from data.notifications.rules.words import day_in
from data.notifications.types import NoticeLine, NotificationKind

_MONTHS = 12


def days_html(line: NoticeLine) -> str:
    """Return the chart of an alert; "" when its event has no values."""
    if isinstance(line.params.get("months"), list):
        return bars(_by_month(line, _values(line, "months")))
    if isinstance(line.params.get("days"), list):
        return bars(_by_day(line, _values(line, "days")))
    return ""


def _values(line: NoticeLine, name: str) -> Sequence[int | None]:
    values = cast("list[object]", line.params[name])
    return [value if isinstance(value, int) else None for value in values]


def _after(line: NoticeLine, count: int, place: int) -> int:
    """Return the number of bars from the crossing at `place` on."""
    return max(0, count - place) if line.kind is NotificationKind.THRESHOLD_EXCEEDED else 0


def _by_day(line: NoticeLine, values: Sequence[int | None]) -> Bars:
    first = day_in(line, "days_from") or day_in(line, "period_label") or line.gas_day
    last = first + timedelta(days=len(values) - 1)
    end = _month_end(first) if line.params.get("period") == "month" else last
    return Bars(
        _("kWh par journée gazière, jusqu’au {day}", day=long_day(last)),
        values,
        _after(line, len(values), (line.gas_day - first).days),
        _("à partir du dépassement"),
        max(0, (end - last).days),
        _("{first} au {last}, à venir", first=last.day + 1, last=end.day),
        (day_month(first), day_month(max(end, last))),
    )


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _by_month(line: NoticeLine, values: Sequence[int | None]) -> Bars:
    first = (day_in(line, "period_label") or line.gas_day).replace(month=1, day=1)
    last = first.replace(month=min(_MONTHS, max(1, len(values))))
    return Bars(
        _("kWh par mois, jusqu’en {month}", month=month_year(last)),
        values,
        _after(line, len(values), line.gas_day.month - 1),
        _("à partir du dépassement"),
        _MONTHS - last.month,
        _("mois à venir"),
        (short_month(first), short_month(first.replace(month=_MONTHS))),
    )
