"""Query the grid of contracts, sorted and paged by the database."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.paging import RowBlock
from data.contracts.models import Contract
from data.contracts.queries.visible import (
    get_contract_columns,
    get_joined_query,
    has_signed_renewal,
    is_waiting_for_viewer,
    read_contract_row,
    visible,
)
from data.contracts.rules.states import LIVE
from data.contracts.types import ContractFilter, ContractPage, ContractSort, ContractState
from data.identity.accounts.models import Organisation

PAGE = RowBlock(50)
EVERYTHING = ContractFilter()
_STATE = case({state.value: rank for rank, state in enumerate(ContractState)}, value=Contract.state)
_SORTS: Mapping[ContractSort, ColumnElement[Any]] = {
    ContractSort.ORGANISATION: func.lower(Organisation.name),
    ContractSort.NUMBER: func.coalesce(Contract.number, ""),
    ContractSort.STATE: _STATE,
    ContractSort.STARTS: Contract.starts_on.expression,
    ContractSort.ENDS: Contract.ends_on.expression,
    ContractSort.CHANGED: Contract.changed_at.expression,
}


def list_contracts(
    db: Session,
    viewer: Viewer,
    wanted: ContractFilter = EVERYTHING,
    *,
    sort: ContractSort = ContractSort.CHANGED,
    descending: bool = True,
    block: RowBlock = PAGE,
) -> ContractPage:
    """Return a page of the visible contracts and the total count.

    Contracts without the date sorted by come last in both directions.
    """
    query = _get_filtered_query(viewer, wanted)
    total = db.scalar(query.with_only_columns(func.count(Contract.id))) or 0
    key = _SORTS[sort]
    order = key.desc() if descending else key.asc()
    page = query.order_by(key.is_(None), order, Contract.id.desc())
    rows = db.execute(block.cut(page))
    return ContractPage(tuple(read_contract_row(row, viewer) for row in rows), total)


def count_waiting(db: Session, viewer: Viewer) -> int:
    """Count the contracts that wait for the viewer's side."""
    query = _get_filtered_query(viewer, ContractFilter(waits=True))
    return db.scalar(query.with_only_columns(func.count(Contract.id))) or 0


def count_by_state(db: Session, viewer: Viewer) -> dict[ContractState, int]:
    counted = visible(viewer).with_only_columns(Contract.state, func.count())
    counts = {row[0]: row[1] for row in db.execute(counted.group_by(Contract.state))}
    return {state: counts.get(state, 0) for state in ContractState}


def list_uncontracted(db: Session, viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """Return (id, name) of the viewer's organisations without contract, nor one in preparation."""
    live = select(Contract.id).where(
        Contract.organisation_id == Organisation.id,
        Contract.state.in_(LIVE),
    )
    query = select(Organisation.id, Organisation.name).where(
        or_(
            Organisation.contracted_until.is_(None), Organisation.contracted_until < viewer.today
        ),
        Organisation.id != viewer.organisation_id if viewer.staff
        else Organisation.id == viewer.organisation_id,
        ~live.exists(),
    )  # fmt: skip
    return tuple((row.id, row.name) for row in db.execute(query.order_by(Organisation.name)))


def _get_filtered_query(viewer: Viewer, criteria: ContractFilter) -> Select[Any]:
    query = get_joined_query(visible(viewer)).with_only_columns(*get_contract_columns())
    if criteria.states:
        query = query.where(Contract.state.in_(sorted(criteria.states)))
    if criteria.waits:
        query = query.where(is_waiting_for_viewer(viewer))
    if criteria.ends_within is not None:
        last = viewer.today + timedelta(days=criteria.ends_within)
        query = query.where(
            Contract.state == ContractState.ACTIVE,
            Contract.ends_on.between(viewer.today, last),
            ~has_signed_renewal(),
        )
    words = criteria.text.lower().split()
    for word in words:
        matches = or_(
            func.lower(Organisation.name).contains(word, autoescape=True),
            func.lower(func.coalesce(Contract.number, "")).contains(word, autoescape=True),
            func.coalesce(Organisation.siren, "").contains(word, autoescape=True),
        )
        query = query.where(matches)
    return query
