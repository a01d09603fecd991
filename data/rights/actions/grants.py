"""Rebuild `pce_grants` from active rights, in the transaction that changes them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.rules import NOTHING, holes_text
from data.metering.pces.types import Frequency
from data.rights.models import AccessRight
from data.rights.queries.visible import list_kinds
from data.rights.rules.grants import grants_of, holes_of
from data.rights.types import ActiveRight, PceGrantTerms, RightSpan, RightState

Pair = tuple[int, int]  # PCE id, organisation id
Row = dict[str, Any]
_BLOCK = 500
_COLUMNS = tuple(column.name for column in PceGrant.__table__.columns)


def keep_grants(db: Session, pairs: Collection[Pair]) -> int:
    """Rebuild the grants of `pairs` from their active rights; return how many pairs changed.

    The PCEs are locked in order, so that changes of one PCE are serialised.
    """
    changed = 0
    sorted_pairs = sorted(pairs)
    for start in range(0, len(sorted_pairs), _BLOCK):
        changed += _keep(db, sorted_pairs[start : start + _BLOCK])
    return changed


def _keep(db: Session, pairs: Sequence[Pair]) -> int:
    ids = {pce for pce, _ in pairs}
    query = (
        select(Pce.id, Pce.holder_since, Pce.commissioned_on, Pce.frequency)
        .where(Pce.id.in_(ids))
        .order_by(Pce.id)
        .with_for_update(key_share=True, of=Pce)
    )
    pces = {row.id: row for row in db.execute(query)}
    rights = _active(db, pairs)
    current_rows = _known_grants(db, pairs)
    stale: list[Pair] = []
    rows: list[Row] = []
    for pair in pairs:
        new_rows = list(_rows(pair, pces[pair[0]], rights.get(pair, ())))
        if new_rows != current_rows.get(pair, []):
            stale.append(pair)
            rows += new_rows
    if stale:
        at = tuple_(PceGrant.pce_id, PceGrant.organisation_id)
        db.execute(delete(PceGrant).where(at.in_(stale)))
    if rows:
        # None must be stored as NULL rather than replaced by the column's default.
        db.execute(insert(PceGrant), rows, execution_options={"render_nulls": True})
    return len(stale)


def _active(db: Session, pairs: Sequence[Pair]) -> Mapping[Pair, list[ActiveRight]]:
    right = AccessRight
    query = select(
        right.pce_id,
        right.organisation_id,
        right.role,
        right.starts_on,
        right.ends_on,
        right.declared_on,
        right.supply_first,
        right.supply_last,
        right.injection_first,
        right.injection_last,
        right.informative,
        right.published,
        right.contractual,
        right.technical,
    ).where(
        tuple_(right.pce_id, right.organisation_id).in_(pairs), right.state == RightState.ACTIVE
    )
    active_rights: dict[Pair, list[ActiveRight]] = {}
    for row in db.execute(query.order_by(right.id)):
        injects = row.role.injection
        active = ActiveRight(
            RightSpan(row.starts_on or row.declared_on, row.ends_on),
            None if injects else RightSpan(row.supply_first, row.supply_last),
            list_kinds(row),
            RightSpan(row.injection_first, row.injection_last) if injects else None,
        )
        active_rights.setdefault((row.pce_id, row.organisation_id), []).append(active)
    return active_rights


def _known_grants(db: Session, pairs: Sequence[Pair]) -> Mapping[Pair, list[Row]]:
    table = PceGrant.__table__
    query = (
        select(*table.columns)
        .where(tuple_(table.c.pce_id, table.c.organisation_id).in_(pairs))
        .order_by(table.c.valid_from)
    )
    rows_by_pair: dict[Pair, list[Row]] = {}
    for row in db.execute(query).mappings():
        rows_by_pair.setdefault((row["pce_id"], row["organisation_id"]), []).append(dict(row))
    return rows_by_pair


def _rows(pair: Pair, pce: Any, rights: Sequence[ActiveRight]) -> Iterator[Row]:  # noqa: ANN401
    since = (pce.holder_since, pce.commissioned_on)
    for grant in grants_of(rights, since, daily=pce.frequency is Frequency.DAILY):
        yield dict(zip(_COLUMNS, _values(pair, grant), strict=True))


def _values(pair: Pair, grant: PceGrantTerms) -> tuple[Any, ...]:
    """Return the values in the order of the table's columns."""
    first, last = _hull(grant.days)
    published_first, published_last = _hull(grant.periods)
    return (
        *pair,
        grant.valid.first or date.min,
        grant.valid.last,
        first,
        last,
        published_first,
        published_last,
        grant.days[-1].first if grant.days else first,
        holes_text(*(holes_of(spans) for spans in (grant.days, grant.periods, grant.injections))),
        *_hull(grant.injections),
        grant.contractual,
        grant.technical,
    )


def _hull(spans: Sequence[RightSpan]) -> tuple[date | None, date | None]:
    return (spans[0].first, spans[-1].last) if spans else NOTHING
