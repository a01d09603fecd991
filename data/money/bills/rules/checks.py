"""Parse the fields of a bill; each parser reports its own problems."""

import re
from datetime import date

from core.errors import Invalid
from core.i18n import N_, short_day
from data.metering.pces.rules import storable
from data.money.bills.types import Nature

LONGEST_NUMBER = 40
LONGEST_DAYS = 800  # over two years: more is a typing error
EARLIEST = date(2000, 1, 1)
MOST_AHEAD = 31  # days: suppliers may bill the current month
M3_DIGITS, KWH_DIGITS, EURO_DIGITS = 9, 9, 8  # digits before the comma
DM3, WH, CENT, E4 = 3, 3, 2, 4  # decimals stored
LOWEST_E4, HIGHEST_E4 = 50_000, 150_000  # kWh/m³ times 10,000: gas has 9 to 13 (domain.md §1.4)
_NUMBER = re.compile(r"([-−]?)(\d+)(?:[.,](\d+))?", re.ASCII)
# The point may separate thousands: "1.234".
_DOUBTFUL = re.compile(r"[-−]?([1-9]\d*)\.(\d{3})", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_UNITS = re.compile(r"(kwh/m3|kwh/m³|kwh|m3|m³|€)$", re.IGNORECASE)
_QUOTED = 40


def _decimal(text: str, digits: int, decimals: int) -> int | None:
    """Parse `text` exactly in units of 10^-`decimals`, None when empty; raise Invalid."""
    bare = _UNITS.sub("", _BLANKS.sub("", text))
    if not bare:
        return None
    match = _NUMBER.fullmatch(bare)
    quoted_text = text.strip()[:_QUOTED]
    if not match:
        raise Invalid(N_("« {found} » n’est pas un nombre : écrivez-le 1234,5."), found=quoted_text)
    sign, integer_digits, rest = match[1], match[2], (match[3] or "").rstrip("0")
    if len(rest) > decimals:
        raise Invalid(
            N_("{found} a {count} décimales : {most} au plus ici."),
            found=quoted_text,
            count=len(rest),
            most=decimals,
        )
    if len(integer_digits.lstrip("0")) > digits:
        raise Invalid(N_("{found} est trop grand : l’unité est-elle la bonne ?"), found=quoted_text)
    value = int(integer_digits + rest.ljust(decimals, "0"))
    return -value if sign else value


def is_doubtful(text: str) -> bool:
    """Return whether the point in `text` may separate thousands or decimals."""
    return _DOUBTFUL.fullmatch(_UNITS.sub("", text.strip()).strip()) is not None


def _check_point(text: str) -> None:
    match = _DOUBTFUL.fullmatch(_UNITS.sub("", text.strip()).strip())
    if match:
        integer_digits, rest = match.groups()
        raise Invalid(
            N_("« {found} » est ambigu : écrivez {whole} ou {decimal}."),
            found=text.strip()[:_QUOTED],
            whole=(integer_digits + rest)[:_QUOTED],
            decimal=f"{integer_digits},{rest}"[:_QUOTED],
        )


def energy_in(text: str) -> int:
    """Parse kWh to Wh, negative for a credit; raise Invalid."""
    _check_point(text)
    energy_wh = _decimal(text, KWH_DIGITS, WH)
    if energy_wh is None:
        raise Invalid(N_("Indiquez les kWh facturés : ils sont sur la facture."))
    return energy_wh


def index_in(text: str) -> int | None:
    """Parse m³ to dm³; raise Invalid."""
    _check_point(text)
    volume_dm3 = _decimal(text, M3_DIGITS, DM3)
    if volume_dm3 is not None and volume_dm3 < 0:
        raise Invalid(N_("Un index n’est jamais négatif : recopiez-le de la facture."))
    return volume_dm3


def coefficient_in(text: str) -> int | None:
    """Parse kWh/m³ to 1/10,000; raise Invalid."""
    coefficient_e4 = _decimal(text, 3, E4)
    if coefficient_e4 is not None and not LOWEST_E4 <= coefficient_e4 <= HIGHEST_E4:
        raise Invalid(
            N_("« {found} » n’est pas un coefficient de conversion : entre 5 et 15 kWh par m³."),
            found=text.strip()[:_QUOTED],
        )
    return coefficient_e4


def amount_in(text: str) -> int | None:
    """Parse euros to cents, negative for a credit; raise Invalid."""
    return _decimal(text, EURO_DIGITS, CENT)


def number_in(text: str) -> str:
    """Return a normalised bill number, which may be empty; raise Invalid."""
    line = " ".join("".join(c for c in storable(text) if c.isprintable() or c == " ").split())
    if len(line) > LONGEST_NUMBER:
        raise Invalid(
            N_("Ce numéro a {count} signes : {most} au plus."),
            count=len(line),
            most=LONGEST_NUMBER,
        )
    return line


def nature_in(text: str) -> Nature:
    if text not in {nature.value for nature in Nature}:
        raise Invalid(N_("Choisissez : sur un relevé, ou sur une estimation."))
    return Nature(text)


def check_dates(first: date, last: date, today: date) -> None:
    """Raise Invalid with the wrong `field` unless the days are plausible for a bill.

    A bill may end some days after `today`, but not start after it.
    """
    if first < EARLIEST:
        raise Invalid(
            N_("Le premier jour ne peut pas être avant le {day}."),
            day=short_day(EARLIEST),
            field="first",
        )
    if last < first:
        raise Invalid(N_("Le dernier jour est avant le premier : inversez-les."), field="last")
    if first > today:
        raise Invalid(
            N_("Cette facture commence le {day}, dans le futur : vérifiez cette date."),
            day=short_day(first),
            field="first",
        )
    if (last - today).days > MOST_AHEAD:
        raise Invalid(
            N_("Une facture peut finir au plus {most} jours après aujourd’hui : vérifiez ce jour."),
            most=MOST_AHEAD,
            field="last",
        )
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(
            N_("Cette facture durerait plus de {most} jours : vérifiez ses dates."),
            most=LONGEST_DAYS,
            field="last",
        )


def written(value: int | None, decimals: int, comma: str = ",") -> str:
    """Return text that the parsers above read back as `value`."""
    if value is None:
        return ""
    integer_part, rest = divmod(abs(value), 10**decimals)
    decimal_digits = str(rest).rjust(decimals, "0").rstrip("0")
    return (
        f"{'-' if value < 0 else ''}{integer_part}{comma if decimal_digits else ''}{decimal_digits}"
    )
