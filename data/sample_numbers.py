"""Numbers of the invented delivery points of accounts that have none (ADR 0074)."""

from typing import Any

from sqlalchemy import ColumnElement, and_

SAMPLE = "EXEMPLE"  # how they begin: no form, file or API takes it for a PCE
_NEXT = "EXEMPLF"  # after all of them: the index on numbers finds them between the two


def sample_number(organisation_id: int) -> str:
    """Return the number of an organisation's sample."""
    return f"{SAMPLE}{organisation_id:06d}"


def is_sample(number: str) -> bool:
    return number.startswith(SAMPLE)


def is_sample_row(number: ColumnElement[str] | Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition for rows whose `number` is that of a sample."""
    return and_(number >= SAMPLE, number < _NEXT)
