"""Whether an organisation has one site, which all its people manage (ADR 0072).

Tables are referenced by name only, so that features imported before theirs can use the rule.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, column, select, table

from data.sample_numbers import is_sample_row

_pces = table("pces", column("id", Integer), column("holder_id", Integer), column("number", String))
_first, _other = _pces.alias("site_first"), _pces.alias("site_other")
_grants = table("pce_grants", column("organisation_id", Integer)).alias("site_grants")


def has_one_site(organisation_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether an organisation holds one PCE, and no right ever opened another to it.

    A sample, which is invented, is no site.
    """
    own_sites = select(_first.c.id).where(
        _first.c.holder_id == organisation_id, ~is_sample_row(_first.c.number)
    )
    two_held = (
        select(_other.c.id)
        .join(_first, and_(_first.c.holder_id == _other.c.holder_id, _first.c.id < _other.c.id))
        .where(
            _other.c.holder_id == organisation_id,
            ~is_sample_row(_first.c.number),
            ~is_sample_row(_other.c.number),
        )
    )
    granted = select(_grants.c.organisation_id).where(_grants.c.organisation_id == organisation_id)
    return and_(
        own_sites.correlate_except(_first).exists(),
        ~two_held.correlate_except(_first, _other).exists(),
        ~granted.correlate_except(_grants).exists(),
    )
