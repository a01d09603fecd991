"""Rules of attestations: the years that have one, and the name of an entity or group."""

from datetime import date

from core.errors import Invalid
from core.i18n import N_

FIRST_YEAR = 2020  # of consumption, the first that OPERAT received (domain.md §8.2)
LONGEST_LABEL = 80
MOST_A_YEAR = 50
_NO_YEAR = N_("Choisissez l’année de consommation que l’attestation certifie.")


def years_until(today: date) -> tuple[int, ...]:
    """Return the years that can have been declared, the latest first."""
    return tuple(range(today.year - 1, FIRST_YEAR - 1, -1))


def year_in(text: str, today: date) -> int:
    """Return the year of an attestation. Raise Invalid."""
    year = next((year for year in years_until(today) if str(year) == text.strip()), None)
    if year is None:
        raise Invalid(_NO_YEAR)
    return year


def label_in(text: str) -> str:
    """Return the entity or group of an attestation on one line. Raise Invalid if too long."""
    label = " ".join(text.split())
    if len(label) > LONGEST_LABEL:
        raise Invalid(N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_LABEL)
    return label
