"""Parse cells to integers and words, exactly, with a sentence for each fault."""

import re
from decimal import Decimal
from functools import lru_cache
from unicodedata import combining, normalize

from core.errors import Invalid
from core.i18n import N_
from data.metering.consumption.types import Quality, Status
from data.metering.pces.rules import number_of
from data.provenance import DataSource
from data.runs.files.refusals import RefusedCell, clean, quoted_value

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{0,15})?(?:[eE][+-]?\d{1,2})?|[+-]?[.,]\d{1,15}")
_MOST_DIGITS = 20
_UNITS = {1: 10, 2: 100, 3: 1000, 4: 10_000}  # by number of decimals
ENERGY_CAP = 10**13  # Wh: no delivery point uses 10 TWh in a day or a period
VOLUME_CAP = 10**12  # dm³
INDEX_CAP = 10**13  # dm³
COEFFICIENT_CAP = 100 * 10**4
TEMPERATURE_CAP = 90 * 100

QUALITY_WORDS = {
    Quality.MEASURED: "Mesuré",
    Quality.ESTIMATED: "Estimé",
    Quality.CORRECTED: "Corrigé",
    Quality.RECONSTRUCTED: "Estimé (reconstitué)",
    Quality.ABSENT: "Absence de Données",
}
STATUS_WORDS = {
    Status.UNKNOWN: "",
    Status.PROVISIONAL: "Provisoire",
    Status.DEFINITIVE: "Définitive",
}
# Deposited values: the status is the file's claim, not the distributor's.
DEPOSITED_STATUS_WORDS = {
    status: f"{word}, selon le fichier déposé" if word else ""
    for status, word in STATUS_WORDS.items()
}
SOURCE_WORDS = {
    DataSource.DISTRIBUTOR: "Distributeur",
    DataSource.STAFF: "Agent du distributeur",
    DataSource.OPERATOR: "Exploitant du portail",
    DataSource.DEPOSIT: "Dépôt d’une organisation",
}
_QUALITIES = {
    "mesure": Quality.MEASURED,
    "mesuree": Quality.MEASURED,
    "mes": Quality.MEASURED,
    "estime": Quality.ESTIMATED,
    "estimee": Quality.ESTIMATED,
    "est": Quality.ESTIMATED,
    "corrige": Quality.CORRECTED,
    "corrigee": Quality.CORRECTED,
    "cor": Quality.CORRECTED,
    "estime (reconstitue)": Quality.RECONSTRUCTED,
    "reconstitue": Quality.RECONSTRUCTED,
    "absence de donnees": Quality.ABSENT,
    "absence": Quality.ABSENT,
    **{quality.name.lower(): quality for quality in Quality},
}
_STATUSES = {
    "provisoire": Status.PROVISIONAL,
    "definitive": Status.DEFINITIVE,
    "definitif": Status.DEFINITIVE,
    "provisional": Status.PROVISIONAL,
}


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Return `text` without accents, case, double spaces or superscripts, for comparison."""
    plain = "".join(c for c in normalize("NFKD", text[:200]) if not combining(c))
    return _SPACES.sub(" ", plain).strip().lower()


_STATUSES |= {fold(word): status for status, word in DEPOSITED_STATUS_WORDS.items() if word}
_SOURCES = {fold(word): source for source, word in SOURCE_WORDS.items()} | {
    source.name.lower(): source for source in DataSource
}


def status_word(status: Status, source: DataSource | None) -> str:
    """Return how exported tables write a status.

    That of a deposited value is only its file's claim.
    """
    return (DEPOSITED_STATUS_WORDS if source is DataSource.DEPOSIT else STATUS_WORDS)[status]


def is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def energy(value: object, column: str, unit: int = 1000) -> int | None:
    """Parse a number of `unit` (in Wh; kWh by default) to Wh; a negative energy is refused."""
    wh = _scaled(value, column, unit, ENERGY_CAP)
    if wh is not None and wh < 0:
        raise _refusal(_NEGATIVE, value, column)
    return wh


def volume(value: object, column: str) -> int | None:
    """Parse m³ to dm³; a negative volume means a falling index and gives None."""
    dm3 = _scaled(value, column, 1000, VOLUME_CAP)
    return None if dm3 is not None and dm3 < 0 else dm3


def index(value: object, column: str) -> int | None:
    """Parse m³ to dm³; a negative index is refused."""
    dm3 = _scaled(value, column, 1000, INDEX_CAP)
    if dm3 is not None and dm3 < 0:
        raise _refusal(_NEGATIVE, value, column)
    return dm3


def coefficient(value: object, column: str) -> int | None:
    """Parse kWh/m³ to 1/10,000; 0 means "unknown" in some files and gives None."""
    e4 = _scaled(value, column, 10_000, COEFFICIENT_CAP)
    if e4 is not None and e4 < 0:
        raise _refusal(_NEGATIVE, value, column)
    return e4 or None


def temperature(value: object, column: str) -> int | None:
    """Parse °C to 1/100 °C."""
    return _scaled(value, column, 100, TEMPERATURE_CAP)


def quality(value: object, column: str) -> Quality | None:
    """Return the quality that the word means, None for an empty cell."""
    if is_blank(value):
        return None
    quality_value = _QUALITIES.get(fold(value)) if isinstance(value, str) else None
    if quality_value is None:
        raise _refusal(
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas une qualification"
                " connue. Il faut Mesuré, Estimé, Corrigé ou Absence de Données."
            ),
            value,
            column,
        )
    return quality_value


def source(value: object, column: str) -> DataSource:
    """Return the source named in the portal's own exports; the distributor by default."""
    del column
    data_source = _SOURCES.get(fold(value).replace("'", "’")) if isinstance(value, str) else None
    return data_source or DataSource.DISTRIBUTOR


def status(value: object, column: str) -> Status:
    if is_blank(value):
        return Status.UNKNOWN
    status_value = _STATUSES.get(fold(value)) if isinstance(value, str) else None
    if status_value is None:
        raise _refusal(
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas un statut connu."
                " Il faut Provisoire, Définitive, ou rien."
            ),
            value,
            column,
        )
    return status_value


def pce(value: object, column: str) -> str | None:
    """Return the PCE number, None for an empty cell; a numeric cell is read digit by digit."""
    if is_blank(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        value = str(int(value))
    text = clean(str(value)) if isinstance(value, str | int) else quoted_value(value)
    try:
        return number_of(text[:200].removeprefix("PCE-"))
    except Invalid as error:
        hint_params = {name: error.params[name] for name in _HINTS.keys() & error.params.keys()}
        message = next((_HINTS[name] for name in hint_params), _NOT_A_PCE)
        raise RefusedCell(message, column=column, found=quoted_value(text), **hint_params) from None


_NOT_A_PCE = N_(
    "Ligne {line}, colonne « {column} » : « {found} » n’est pas un PCE : il faut 14"
    " chiffres, ou GI suivi de 6 chiffres, dans une cellule au format texte."
)
_HINTS = {
    "proposed": N_(
        "Ligne {line}, colonne « {column} » : « {found} » a 13 chiffres, un PCE en a"
        " 14 : est-ce {proposed} ? Mettez la cellule au format texte, rétablissez le"
        " zéro et déposez à nouveau le fichier."
    ),
    "missing": N_(
        "Ligne {line}, colonne « {column} » : « {found} » n’est pas un PCE : sur"
        " 14 chiffres, il en manque {missing}. Complétez la cellule, au format texte."
    ),
}


def _scaled(value: object, column: str, factor: int, cap: int) -> int | None:
    """Return `value` times `factor`, rounded half to even without using floats."""
    if value is None or value == "":
        return None
    if type(value) is int:
        number = value * factor
    elif isinstance(value, str) and (plain := _plain_text(value, factor)) is not None:
        number = plain
    else:
        exact = _decimal(value, column)
        if exact is None:
            return None
        if exact and exact.adjusted() > _MOST_DIGITS:
            raise _refusal(_TOO_BIG, value, column)
        number = int((exact * factor).to_integral_value())  # ROUND_HALF_EVEN
    if not -cap <= number <= cap:
        raise _refusal(_TOO_BIG, value, column)
    return number


def _plain_text(text: str, factor: int) -> int | None:
    """Parse the common forms `12` and `12,5`, ten times as fast as Decimal; else return None."""
    if len(text) > _MOST_DIGITS or not text.isascii():
        return None
    if text.isdigit():
        return int(text) * factor
    integer_part, _, rest = text.replace(",", ".", 1).partition(".")
    unit = _UNITS.get(len(rest), factor + 1)
    if integer_part.isdigit() and rest.isdigit() and unit <= factor:
        return int(integer_part) * factor + int(rest) * (factor // unit)
    return None


def _decimal(value: object, column: str) -> Decimal | None:
    if isinstance(value, Decimal):
        exact = value
    elif isinstance(value, float):
        exact = Decimal(repr(value))
    elif isinstance(value, str):
        text = _SPACES.sub("", value[:80]).replace("\u2212", "-")
        if not text:
            return None
        if not (text.isascii() and _NUMBER.fullmatch(text)):
            raise _refusal(_NOT_A_NUMBER, value, column)
        exact = Decimal(text.replace(",", "."))
    else:
        raise _refusal(_NOT_A_NUMBER, value, column)
    if not exact.is_finite():
        raise _refusal(_NOT_A_NUMBER, value, column)
    return exact


def _refusal(message: str, value: object, column: str) -> RefusedCell:
    return RefusedCell(message, column=column, found=quoted_value(value))


_NOT_A_NUMBER = N_(
    "Ligne {line}, colonne « {column} » : « {found} » n’est pas un nombre. Il faut des"
    " chiffres, avec une virgule ou un point pour les décimales, ou une cellule vide."
)
_TOO_BIG = N_(
    "Ligne {line}, colonne « {column} » : « {found} » est une valeur impossible pour un"
    " point de livraison. Vérifiez l’unité et la cellule."
)
_NEGATIVE = N_(
    "Ligne {line}, colonne « {column} » : « {found} » est négatif. Une consommation ne peut"
    " pas l’être : vérifiez la cellule."
)
