"""Which PCE a viewer may read, and which days of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Organisation
from data.db import Prepared
from data.errors import NotFound
from data.pces.models import Pce, PceEventRow, PceGrant
from data.pces.rules import is_number, normalised
from data.pces.types import INJECTION, PceEvent, PceScope
from i18n import N_

_HIDDEN = N_("Ce PCE est introuvable.")


@dataclass(frozen=True, slots=True)
class _Anyone:
    """A viewer to be bound later, so that the statements of each chart are built once."""

    staff: bool
    organisation_id: BindParameter[int]
    today: BindParameter[date]


Asker = Viewer | _Anyone


def _anyone(*, staff: bool) -> _Anyone:
    return _Anyone(staff, bindparam("organisation", type_=Integer), bindparam("today", type_=Date))


def _bound(viewer: Viewer, **values: object) -> Mapping[str, object]:
    return {"organisation": viewer.organisation_id, "today": viewer.today, **values}


def _holds(viewer: Asker) -> ColumnElement[bool]:
    """Every day may be read: the viewer's organisation holds the PCE, or runs the network."""
    return true() if viewer.staff else Pce.holder_id == viewer.organisation_id


def in_force(organisation_id: Any, today: Any) -> ColumnElement[bool]:  # noqa: ANN401 (values, or SQL)
    """The grants of an organisation that hold *today*."""
    return and_(
        PceGrant.organisation_id == organisation_id,
        PceGrant.valid_from <= today,
        or_(PceGrant.valid_to.is_(None), PceGrant.valid_to >= today),
    )


def _granted(viewer: Asker) -> ColumnElement[bool]:
    return in_force(viewer.organisation_id, viewer.today)


def visible(viewer: Asker) -> Select[Pce]:
    """The PCE this viewer may read, on their today: held, granted, or all for the staff."""
    if viewer.staff:
        return select(Pce)
    granted = select(PceGrant.pce_id).where(_granted(viewer))
    return select(Pce).where(or_(_holds(viewer), Pce.id.in_(granted)))


def until(viewer: Asker) -> ColumnElement[date | None]:
    """The last day with a value that the viewer may know of; needs the grant joined."""
    if viewer.staff:
        return Pce.data_until.expression
    return case(
        (_holds(viewer), Pce.data_until),
        (PceGrant.first_day > Pce.data_until, None),
        (PceGrant.last_day < Pce.data_until, PceGrant.last_day),
        else_=Pce.data_until,
    )


def with_grant(viewer: Asker, *columns: ColumnElement[Any] | Any) -> Select[Any]:  # noqa: ANN401
    """*columns* of the visible PCE, the viewer's own grant (at most one) joined."""
    return (
        visible(viewer)
        .with_only_columns(*columns)
        .select_from(Pce)
        .outerjoin(PceGrant, and_(PceGrant.pce_id == Pce.id, _granted(viewer)))
        .outerjoin(Organisation, Organisation.id == Pce.holder_id)
    )


@cache
def _scope_query(*, staff: bool) -> Prepared:
    anyone = _anyone(staff=staff)
    columns = (
        Pce.id,
        Pce.number,
        Pce.alias,
        Pce.frequency,
        until(anyone),
        *_limits(anyone),
        Pce.ended_on,
        Pce.tariff == INJECTION,
    )
    return Prepared(with_grant(anyone, *columns).where(Pce.number == bindparam("number")))


def get_scope(db: Session, viewer: Viewer, number: str) -> PceScope:
    """What *viewer* may read of this PCE; raises NotFound when it is absent or hidden."""
    wanted = normalised(number)
    if not is_number(wanted):
        raise NotFound(_HIDDEN)
    query = _scope_query(staff=viewer.staff)
    rows = query.rows(db, _bound(viewer, number=wanted))
    if not rows:
        raise NotFound(_HIDDEN)
    return PceScope(*rows[0])


@cache
def _events_query(*, staff: bool) -> Prepared:
    event = PceEventRow
    return Prepared(
        select(event.day, event.kind, event.before, event.after)
        .where(
            event.pce_id == bindparam("pce"),
            event.pce_id.in_(visible(_anyone(staff=staff)).with_only_columns(Pce.id)),
            event.day.between(bindparam("first"), bindparam("last")),
        )
        .order_by(event.day, event.kind)
    )


def list_events(db: Session, viewer: Viewer, scope: PceScope) -> tuple[PceEvent, ...]:
    """The events of a PCE in the days that *scope* lets read, oldest first."""
    limits = {"first": scope.first or date.min, "last": scope.last or date.max}
    rows = _events_query(staff=viewer.staff).rows(db, _bound(viewer, pce=scope.id, **limits))
    return tuple(PceEvent(*row) for row in rows)


def scopes(viewer: Viewer) -> Select[tuple[int, date | None, date | None]]:
    """`id`, `first` and `last` of every visible PCE, as in PceScope: for sums over many."""
    return with_grant(viewer, Pce.id, *_limits(viewer))


def _limits(viewer: Asker) -> tuple[ColumnElement[date | None], ColumnElement[date | None]]:
    return (
        case((_holds(viewer), None), else_=PceGrant.first_day).label("first"),
        readable_until(viewer).label("last"),
    )


def readable_until(viewer: Asker) -> ColumnElement[date | None]:
    """The last day of the viewer's grant; NULL for who may read every day."""
    return case((_holds(viewer), None), else_=PceGrant.last_day)
