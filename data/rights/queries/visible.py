"""Select the rights that a viewer can see, and build their rows."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import aliased

from core.access import Permission, Viewer
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.rules.distributor_checks import BY_HOLDER
from data.rights.types import RightDataKind, RightRow, RightState, SiblingRights
from data.tag_limits import within

_FIELDS = (
    "id",
    "uid",
    "number",
    "role",
    "state",
    "site",
    "person",
    "company",
    "email",
    "phone",
    "postal_code",
    "starts_on",
    "ends_on",
    "supply_first",
    "supply_last",
    "injection_first",
    "injection_last",
    "created_at",
    "closed_at",
    "source",
    "origin",
    "answer_due",
    "proof_state",
    "proof_due",
    "consented_on",
    "purpose",
    "relayed",
)
_KINDS = tuple(kind.value for kind in RightDataKind)
# A subquery, so that a page is read from the index of its order and names are joined to its rows
# only.
_asks = aliased(Organisation)
third_party = (
    select(_asks.name)
    .where(_asks.id == AccessRight.organisation_id)
    .scalar_subquery()
    .label("third_party")
)
_other, _pce = aliased(AccessRight), aliased(Pce)
_beside = (
    _other.pce_id == AccessRight.pce_id,
    _other.organisation_id == AccessRight.organisation_id,
)
_by_holder = (_other.state == RightState.REVOKED, _other.source.in_(BY_HOLDER))
_open = (
    _other.role == AccessRight.role,
    _other.id != AccessRight.id,
    _other.state.in_([state for state in RightState if not state.final]),
)
AROUND: tuple[Any, ...] = (
    select(func.max(_other.closed_at))
    .where(*_beside, *_by_holder)
    .scalar_subquery()
    .label("withdrawn_at"),
    select(func.max(_other.id)).where(*_beside, *_open).scalar_subquery().label("other_open"),
    *(
        select(column).where(_pce.id == AccessRight.pce_id).scalar_subquery().label(column.key)
        for column in (_pce.holder_since, _pce.ended_on)
    ),
    select(_asks.sends_upstream)
    .where(_asks.id == AccessRight.organisation_id)
    .scalar_subquery()
    .label("sends"),
)
COLUMNS: tuple[Any, ...] = (
    *(getattr(AccessRight, name) for name in (*_FIELDS, *_KINDS)),
    third_party,
)


_plus_mine = literal_column("+access_rights.organisation_id", AccessRight.organisation_id.type)


def visible(viewer: Viewer, *, met: bool = False) -> Select[AccessRight]:
    """Select the rights of the viewer's organisation; all of them for the distributor's staff.

    A viewer restricted to tags sees the rights on PCEs with these tags. `met`: rows are found
    through another index than the organisation's, which SQLite must not use.
    """
    viewer.require(Permission.RIGHTS_READ)
    query = select(AccessRight)
    if viewer.staff:
        return query
    query = query.where(_plus_mine == viewer.organisation_id if met else is_own_right(viewer))
    return query.where(within(viewer, AccessRight.pce_id)) if viewer.limited else query


def is_own_right(viewer: Viewer) -> Any:  # noqa: ANN401 (a condition)
    return AccessRight.organisation_id == viewer.organisation_id


def list_kinds(row: Any) -> frozenset[RightDataKind]:  # noqa: ANN401 (a row or the table's own object)
    return frozenset(kind for kind in RightDataKind if getattr(row, kind.value))


def read_right_row(row: Any) -> RightRow:  # noqa: ANN401
    """Build a row from COLUMNS and AROUND."""
    around = SiblingRights(
        row.withdrawn_at, row.other_open, row.holder_since, row.ended_on, sends=bool(row.sends)
    )
    return replace(read_plain_right_row(row), around=around)


def read_plain_right_row(row: Any) -> RightRow:  # noqa: ANN401
    """Build a row from COLUMNS, without other rights on its PCE."""
    fields = {name: getattr(row, name) for name in (*_FIELDS, "third_party")}
    return RightRow(**fields, kinds=list_kinds(row))
