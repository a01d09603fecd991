"""Parse the requested days: every form of `periode`, or two dates (domain.md §4.4)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.rules import month_of
from data.rights.rules.declarations import years_after
from data.rights.rules.fields import day_of

FUTURE = "1000016"
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_YEAR_DAYS = 366
FORM = (  # for client generators
    r"^(?:[12]\d{3}-(?:[0-2]\d{2}|3[0-6]\d)"
    r"|(?:P[1-9]\d?-)?[12]\d{3}(?:-(?:0[1-9]|1[0-2])|-W(?:0[1-9]|[1-4]\d|5[0-3]))?)$"
).replace(r"\d", "[0-9]")
_FORM = re.compile(
    r"(?:P(?P<count>[1-9]\d?)-)?(?P<year>[12]\d{3})"
    r"(?:-(?P<month>\d{2})|-W(?P<week>\d{2})|-(?P<day>\d{3}))?",
    re.ASCII,
)
_BAD = N_(
    "« {found} » n’est pas une période : il faut AAAA, AAAA-MM, AAAA-Wnn ou AAAA-jjj, précédé de"
    " « Pn- » pour n années, mois ou semaines de suite."
)


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """Requested days, both ends included; `value` is the form they came from, if any."""

    first: date
    last: date
    value: str | None = None

    @property
    def describe_period(self) -> dict[str, object]:
        return {
            "valeur": self.value,
            "date_debut": self.first.isoformat(),
            "date_fin": self.last.isoformat(),
        }


def period_in(query: Mapping[str, str], today: date, years: int, old: str = "") -> AskedPeriod:
    """Return the requested days; raise Invalid when malformed, in the future or too old.

    The history is limited to `years`; `old` is the code for older days, if there is one. A form
    that goes on after `today` is cut there.
    """
    value, first, last = (query.get(name, "") for name in ("periode", "date_debut", "date_fin"))
    if bool(value) == bool(first or last):
        raise Invalid(N_("Indiquez soit « periode », soit « date_debut » et « date_fin »."))
    period = _formed(value) if value else _dated(first, last)
    if period.last > today:
        if not value or period.first > today:
            raise Invalid(N_("La période demandée finit après aujourd’hui."), code=FUTURE)
        period = AskedPeriod(period.first, today, value)
    if period.first < years_after(today, -years):
        code = {"code": old} if old else {}
        raise Invalid(N_("L’historique remonte à {years} ans au plus."), years=years, **code)
    return period


def _dated(first: str, last: str) -> AskedPeriod:
    if not (first and last):
        raise Invalid(N_("Indiquez les deux dates : « date_debut » et « date_fin »."))
    days_by_text = [(text, day_of(text)) for text in (first, last)]
    for text, day in days_by_text:
        if day is None:
            sentence = N_("« {found} » n’est pas une date : il faut AAAA-MM-JJ.")
            raise Invalid(sentence, found=text[:40])
    start, end = (day for _text, day in days_by_text if day is not None)
    if start >= end:
        raise Invalid(N_("« date_debut » doit précéder « date_fin »."))
    return AskedPeriod(start, end)


def _formed(value: str) -> AskedPeriod:
    match = _FORM.fullmatch(value)
    try:
        if match is None or (match["day"] and match["count"]):
            raise ValueError  # noqa: TRY301 (as what no calendar has)
        sort = next((name for name in ("month", "week", "day") if match[name]), "year")
        place, count = int(match[sort]), int(match["count"] or 1)
        first, after = _SPANS[sort](int(match["year"]), place, count)
    except (ValueError, OverflowError):
        raise Invalid(_BAD, found=value[:40]) from None
    return AskedPeriod(first, after - _DAY, value)


def _years(year: int, _place: int, count: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year + count, 1, 1)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, month_of(first, count)


def _weeks(year: int, week: int, count: int) -> tuple[date, date]:
    first = date.fromisocalendar(year, week, 1)
    return first, first + count * _WEEK


def _one_day(year: int, place: int, _count: int) -> tuple[date, date]:
    first = date(year, 1, 1) + (place - 1) * _DAY
    if first.year != year or place > _YEAR_DAYS:
        raise ValueError
    return first, first + _DAY


_SPANS: Mapping[str, Callable[[int, int, int], tuple[date, date]]] = {
    "year": _years,
    "month": _months,
    "week": _weeks,
    "day": _one_day,
}
