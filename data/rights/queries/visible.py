"""Which rights a viewer may see, and how a right is read."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.rights.models import AccessRight
from data.rights.types import Kind, RightRow

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
)
_KINDS = tuple(kind.value for kind in Kind)
# A subquery, so that the order of the page is read from its index and names come for its rows only.
_asks = aliased(Organisation)
third_party = (
    select(_asks.name)
    .where(_asks.id == AccessRight.organisation_id)
    .scalar_subquery()
    .label("third_party")
)
COLUMNS: tuple[Any, ...] = (
    *(getattr(AccessRight, name) for name in (*_FIELDS, *_KINDS)),
    third_party,
)


def visible(viewer: Viewer) -> Select[AccessRight]:
    """The rights of the viewer's organisation; all of them for the distributor's staff."""
    viewer.require(Permission.RIGHTS_READ)
    query = select(AccessRight)
    return query if viewer.staff else query.where(mine(viewer))


def mine(viewer: Viewer) -> Any:  # noqa: ANN401 (a condition)
    return AccessRight.organisation_id == viewer.organisation_id


def kinds_of(row: Any) -> frozenset[Kind]:  # noqa: ANN401 (a row or the table's own object)
    return frozenset(kind for kind in Kind if getattr(row, kind.value))


def right_row(row: Any) -> RightRow:  # noqa: ANN401
    fields = {name: getattr(row, name) for name in (*_FIELDS, "third_party")}
    return RightRow(**fields, kinds=kinds_of(row))
