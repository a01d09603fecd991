"""Parse gas days from text, cells and timestamps (domain.md §1.4 and §9)."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from core.i18n import N_, PARIS
from data.metering.consumption.files.cell_parser import fold, is_blank
from data.runs.files.refusals import RefusedCell, quoted_value

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)
GAS_HOUR = 6
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\S{0,6}", re.ASCII)
_WEEK = re.compile(r"du (\d{1,2}/\d{1,2}/\d{4}) au (\d{1,2}/\d{1,2}/\d{4})", re.ASCII)
_MONTH = re.compile(r"([a-z]+) (\d{4})", re.ASCII)
_MONTHS = {
    "janvier": 1,
    "fevrier": 2,
    "mars": 3,
    "avril": 4,
    "mai": 5,
    "juin": 6,
    "juillet": 7,
    "aout": 8,
    "septembre": 9,
    "octobre": 10,
    "novembre": 11,
    "decembre": 12,
}


def day(value: object, column: str) -> date:
    """Parse a date cell, `AAAA-MM-JJ` or `JJ/MM/AAAA`; raise RefusedCell for anything else."""
    if isinstance(value, str):
        parsed_day = written_day(value.strip())
    elif isinstance(value, datetime):
        parsed_day = value.date()
    else:
        parsed_day = value if isinstance(value, date) else None
    if parsed_day is None:
        raise _not_a_day(value, column)
    return parsed_day


def written_day(text: str) -> date | None:
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
        french = _FRENCH.fullmatch(text)
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
    except ValueError:
        return None
    return None


def gas_day_at(value: object, column: str) -> date:
    """Return the gas day that starts at, or contains, a timestamp.

    A clock time of 06:00 or midnight means the French day as written, whatever its offset, because
    the Espace Client stamps local times with a false `+00:00`. Any other time is converted to Paris
    time.
    """
    parsed_day = _gas_day(value) if isinstance(value, str) else None
    if parsed_day is None:
        raise _not_a_day(value, column)
    return parsed_day


@lru_cache(maxsize=4096)
def _gas_day(text: str) -> date | None:
    text = text.strip()
    bare = written_day(text)
    if bare:
        return bare
    if not _STAMP.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
        if _opens_a_day(at) or at.tzinfo is None:
            return _day_of(at)
        return _day_of(at.astimezone(PARIS))
    except (ValueError, OverflowError):
        return None


def _opens_a_day(at: datetime) -> bool:
    return at.hour in {0, GAS_HOUR} and not at.minute and not at.second


def _day_of(at: datetime) -> date:
    return at.date() if _opens_a_day(at) else (at - timedelta(hours=GAS_HOUR)).date()


def week(value: object, column: str) -> tuple[date, date]:
    """Parse `Du 24/11/2020 au 29/11/2020`; both days are included."""
    match = _WEEK.fullmatch(fold(value)) if isinstance(value, str) else None
    first, last = (written_day(match[1]), written_day(match[2])) if match else (None, None)
    if first is None or last is None or not first <= last <= first + timedelta(days=6):
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas une semaine. Il faut"
                " « Du JJ/MM/AAAA au JJ/MM/AAAA », sept jours au plus."
            ),
            column=column,
            found=quoted_value(value),
        )
    return first, last


def month(value: object, column: str) -> tuple[date, date]:
    """Parse `Novembre 2020` to the first and last day of the month."""
    match = _MONTH.fullmatch(fold(value)) if isinstance(value, str) else None
    number = _MONTHS.get(match[1]) if match else None
    if match is None or number is None or not EARLIEST.year <= int(match[2]) <= LATEST.year:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas un mois. Il faut un"
                " mois en toutes lettres et une année, par exemple Novembre 2020."
            ),
            column=column,
            found=quoted_value(value),
        )
    year = int(match[2])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def _not_a_day(value: object, column: str) -> RefusedCell:
    if is_blank(value):
        return RefusedCell(
            N_("Ligne {line}, colonne « {column} » : la date manque. Complétez la cellule."),
            column=column,
        )
    return RefusedCell(
        N_(
            "Ligne {line}, colonne « {column} » : « {found} » n’est pas une date. Il faut"
            " JJ/MM/AAAA ou AAAA-MM-JJ, et un jour qui existe."
        ),
        column=column,
        found=quoted_value(value),
    )
