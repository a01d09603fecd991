"""Restrict verdicts to those whose days a viewer may read."""

from sqlalchemy import ColumnElement, Subquery, and_, or_

from data.analysis.signatures.models import VerdictRow


def is_covered(scope: Subquery) -> ColumnElement[bool]:
    """Return whether all days of a verdict are readable; otherwise it would reveal others."""
    return and_(
        or_(scope.c.first.is_(None), scope.c.first <= VerdictRow.first_day),
        or_(scope.c.last.is_(None), scope.c.last >= VerdictRow.until),
    )
