"""Translate sentences (French keys, complete English catalog) and format numbers and dates."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"fr": "Français", "en": "English"}
PARIS = ZoneInfo("Europe/Paris")
CATALOGS = Path(__file__).parents[1] / "locales"
NARROW = "\u202f"
MINUS = "\u2212"

_language: ContextVar[str] = ContextVar("language", default="fr")


def language() -> str:
    return _language.get()


def set_language(code: str) -> None:
    """Set the language of the rest of this request; unknown codes mean French."""
    _language.set(code if code in LANGUAGES else "fr")


@contextmanager
def using_language(code: str) -> Iterator[None]:
    """Use the language `code` inside the block: a mail is written in its reader's language."""
    token = _language.set(code if code in LANGUAGES else "fr")
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalog(code: str) -> Mapping[str, str]:
    path = CATALOGS / code / "LC_MESSAGES" / "messages.po"
    if code == "fr" or not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale=code)
    return {
        str(message.id): str(message.string)
        for message in catalog
        if message.id and message.string and isinstance(message.id, str)
    }


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for "translate later")
    """Mark `message` for the catalog; it is translated where it is shown."""
    return message


def _(message: str, **params: object) -> str:
    """Return the message in the reader's language, with its placeholders filled."""
    text = _catalog(_language.get()).get(message, message)
    return text.format(**params) if params else text


def plural(one: str, many: str, count: int, **params: object) -> str:
    """Return `one` for 0 and 1 in French (1 in English), else `many`, with `{count}` filled."""
    singular = count in {0, 1} if _language.get() == "fr" else count == 1
    return _(one if singular else many, count=number(count), **params)


def _locale() -> str:
    return "fr" if _language.get() == "fr" else "en_GB"


def number(value: float, digits: int = 0) -> str:
    """Return `12 345,6` in French, `12,345.6` in English; the minus is U+2212.

    Without Babel, whose formatter is a hundred times slower: a page shows many numbers.
    """
    text = f"{round(value, digits) + 0:,.{digits}f}" if digits else f"{round(value):,}"
    if _language.get() == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return text.replace("-", MINUS)


def share(part: float, whole: float, digits: int = 1) -> str:
    """Return `part` as a percentage of `whole` (not 0): `61,5 %`, `61.5%` in English."""
    space = NARROW if _language.get() == "fr" else ""
    return f"{number(100 * part / whole, digits)}{space}%"


@lru_cache(20_000)
def _date(day: date, pattern: str, locale: str) -> str:
    if day.day == 1 and locale.startswith("fr"):
        pattern = pattern.replace("d ", "d'er' ")
    return format_date(day, pattern, locale=locale)


def percent(value: float, digits: int = 1) -> str:
    """Return a signed percentage of a `value` already in percent: `−8,1 %`."""
    sign = "+" if round(value, digits) > 0 else ""
    space = NARROW if _language.get() == "fr" else ""
    return f"{sign}{number(value, digits)}{space}%"


def numeric_day(day: date) -> str:
    """Return `24/11/2026`, as files hold it in every language."""
    return day.strftime("%d/%m/%Y")


def short_day(day: date) -> str:
    """Return `24/11/2026`, for tables; `24 Nov 2026` in English, whose readers swap numbers."""
    return numeric_day(day) if _language.get() == "fr" else long_day(day)


def day_month(day: date) -> str:
    """Return `21/11`, `21 Nov` in English."""
    return day.strftime("%d/%m") if _language.get() == "fr" else _date(day, "d MMM", _locale())


def near_day(day: date, today: date) -> str:
    """Return `21/11`, with its year when that is not this year: `21/11/2025`."""
    return day_month(day) if day.year == today.year else short_day(day)


def long_day(day: date) -> str:
    """Return `24 nov. 2026`, `1er nov. 2026` in French, for sentences."""
    return _date(day, "d MMM y", _locale())


def french_day(day: date) -> str:
    """Return `1er décembre 2026`, for documents that are French whoever reads them."""
    text = format_date(day, "d MMMM y", "fr")
    return text.replace("1 ", "1er ", 1) if day.day == 1 else text


def weekday(day: date) -> str:
    """Return `mardi 24 nov. 2026`, for the current date."""
    return _date(day, "EEEE d MMM y", _locale())


def weekday_name(day: date) -> str:
    """Return `mardi`."""
    return _date(day, "EEEE", _locale())


def weekday_short(day: date) -> str:
    """Return `mar.`."""
    return _date(day, "EEE", _locale())


def weekday_initial(day: date) -> str:
    """Return `M`."""
    return _date(day, "EEEEE", _locale()).upper()


def month_name(day: date) -> str:
    """Return `novembre`."""
    return _date(day, "LLLL", _locale())


def of_month(day: date) -> str:
    """Return `d’avril`, `de mai`."""
    month = month_name(day)
    return _("d’{month}", month=month) if month[0] in "ao" else _("de {month}", month=month)


def month_year(day: date) -> str:
    """Return `novembre 2026`."""
    return _date(day, "LLLL y", _locale())


def short_month(day: date) -> str:
    """Return `nov.`."""
    return _date(day, "LLL", _locale())


def clock(at: datetime) -> str:
    """Return `24/11/2026 à 8 h 42` in Paris time."""
    day = short_day(at.astimezone(PARIS).date())
    return f"{day} {'à' if _language.get() == 'fr' else 'at'} {hour(at)}"


def hour(at: datetime) -> str:
    """Return `8 h 42` in Paris time."""
    local = at.astimezone(PARIS)
    return f"{local.hour} h {local:%M}" if _language.get() == "fr" else f"{local:%H:%M}"


def size(octets: int) -> str:
    """Return `2 ko`, `1,4 Mo`; kB and MB in English."""
    unit = "o" if _language.get() == "fr" else "B"
    if octets < 1_000_000:  # noqa: PLR2004
        return f"{number(max(1, round(octets / 1000)))}\u00a0k{unit}"
    return f"{number(octets / 1_000_000, 1)}\u00a0M{unit}"


def size_limit(octets: int) -> str:
    """Return a limit in whole megabytes of 2²⁰ bytes, such as `4 Mo`."""
    unit = "o" if _language.get() == "fr" else "B"
    return f"{number(octets >> 20)}\u00a0M{unit}"
