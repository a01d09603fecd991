"""Which PCE a viewer may read, and which days of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.access import Viewer
from data.accounts.models import Organisation
from data.db import Prepared
from data.errors import NotFound
from data.limits import within
from data.pces.models import Pce, PceEventRow, PceGrant
from data.pces.queries.before_hole import before_hole
from data.pces.rules import (
    CONTRACTUAL,
    DAYS,
    INJECTIONS,
    NOTHING,
    PERIODS,
    TECHNICAL,
    holes_in,
    is_number,
    normalised,
)
from data.pces.types import INJECTION, PceEvent, PceScope
from i18n import N_

T = TypeVar("T")
_HIDDEN = N_("Ce PCE est introuvable.")


@dataclass(frozen=True, slots=True)
class _Anyone:
    """A viewer to be bound later, so that the statements of each chart are built once."""

    staff: bool
    limited: bool
    user_id: BindParameter[int]
    organisation_id: BindParameter[int]
    today: BindParameter[date]


Asker = Viewer | _Anyone


def _anyone(*, staff: bool, limited: bool) -> _Anyone:
    person, organisation = (bindparam(name, type_=Integer) for name in ("person", "organisation"))
    return _Anyone(staff, limited, person, organisation, bindparam("today", type_=Date))


def _bound(viewer: Viewer, **values: object) -> Mapping[str, object]:
    mine = {"person": viewer.user_id, "organisation": viewer.organisation_id}
    return {**mine, "today": viewer.today, **values}


def _holds(viewer: Asker) -> ColumnElement[bool]:
    """Every day may be read: the viewer's organisation holds the PCE, or runs the network."""
    return true() if viewer.staff else Pce.holder_id == viewer.organisation_id


def holds(viewer: Asker) -> ColumnElement[bool]:
    """The same as a column: false of a PCE that is read by a right alone."""
    return case((_holds(viewer), true()), else_=false())


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
    """The PCE this viewer may read, on their today: held, granted, or all for the staff.

    Of who is limited to tags, those that bear one of them.
    """
    if viewer.staff:
        return select(Pce)
    granted = select(PceGrant.pce_id).where(_granted(viewer))
    query = select(Pce).where(or_(_holds(viewer), Pce.id.in_(granted)))
    return query.where(within(viewer, Pce.id)) if viewer.limited else query


def until(viewer: Asker) -> ColumnElement[date | None]:
    """The last day with a value that the viewer may know of; needs the grant joined."""
    if viewer.staff:
        return Pce.data_until.expression
    return case(
        (_holds(viewer), Pce.data_until),
        (PceGrant.first_day > Pce.data_until, None),
        (PceGrant.last_day < Pce.data_until, PceGrant.last_day),
        (
            PceGrant.whole_from > Pce.data_until,
            func.coalesce(before_hole(PceGrant.holes, Pce.data_until), Pce.data_until),
        ),
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


def holds_grants(viewer: Viewer) -> ColumnElement[bool]:
    """Whether some grant lets the viewer read a PCE; the staff needs none."""
    if viewer.staff:
        return false()
    return select(PceGrant.pce_id).where(_granted(viewer)).exists()


def held(viewer: Viewer, *columns: Any, walked: bool = False) -> Select[Any]:  # noqa: ANN401
    """*columns* of the visible PCE of who `holds_grants` not: their own, or all for the staff.

    *walked* keeps SQLite from finding them by their holder, to follow another order: PostgreSQL,
    which counts how many a holder has, sees through it.
    """
    query = select(*columns).select_from(Pce)
    if viewer.staff:
        return query
    mine: ColumnElement[bool] = Pce.holder_id == viewer.organisation_id
    if walked:
        mine = or_(mine, literal_column("1 = 0"))
    return query.where(mine, within(viewer, Pce.id))


def scope_columns(asker: Asker) -> tuple[Any, ...]:
    """What `scope_of` reads; needs the grant joined."""
    return (
        Pce.id,
        Pce.number,
        Pce.alias,
        Pce.frequency,
        until(asker),
        of_grant(asker, PceGrant.first_day),
        of_grant(asker, PceGrant.last_day),
        Pce.ended_on,
        Pce.tariff == INJECTION,
        of_grant(asker, PceGrant.published_first_day),
        of_grant(asker, PceGrant.published_last_day),
        may_read(asker, PceGrant.contractual),
        may_read(asker, PceGrant.technical),
        holds(asker),
        of_grant(asker, PceGrant.injection_first_day),
        of_grant(asker, PceGrant.injection_last_day),
        of_grant(asker, PceGrant.holes),
    )


@cache
def _scope_query(*, staff: bool, limited: bool) -> Prepared:
    anyone = _anyone(staff=staff, limited=limited)
    query = with_grant(anyone, *scope_columns(anyone))
    return Prepared(query.where(Pce.number == bindparam("number")))


def get_scope(db: Session, viewer: Viewer, number: str) -> PceScope:
    """What *viewer* may read of this PCE; raises NotFound when it is absent or hidden."""
    wanted = normalised(number)
    if not is_number(wanted):
        raise NotFound(_HIDDEN)
    query = _scope_query(staff=viewer.staff, limited=viewer.limited)
    rows = query.rows(db, _bound(viewer, number=wanted))
    if not rows:
        raise NotFound(_HIDDEN)
    return scope_of(rows[0])


def scope_of(row: Sequence[Any]) -> PceScope:
    """What a row of `scope_columns` says."""
    *known, holes = row
    scope = PceScope(*known)
    return _with_holes(scope, holes) if holes else scope


def _with_holes(scope: PceScope, text: str) -> PceScope:
    """*scope* less the days that none of the viewer's rights covers."""
    return replace(
        scope,
        holes=holes_in(text, DAYS),
        published_holes=holes_in(text, PERIODS),
        injected_holes=holes_in(text, INJECTIONS),
    )


@cache
def _events_query(*, staff: bool, limited: bool) -> Prepared:
    event, anyone = PceEventRow, _anyone(staff=staff, limited=limited)
    return Prepared(
        select(event.day, event.kind, event.before, event.after)
        .where(
            event.pce_id == bindparam("pce"),
            event.pce_id.in_(visible(anyone).with_only_columns(Pce.id)),
            event.day.between(bindparam("first"), bindparam("last")),
        )
        .order_by(event.day, event.kind)
    )


def list_events(db: Session, viewer: Viewer, scope: PceScope) -> tuple[PceEvent, ...]:
    """The events of a PCE in the days that *scope* lets read, oldest first.

    What happened to the contract is told to who may read it, what happened to the meter as well.
    """
    first, last = _extent(scope)
    limits = {"first": first, "last": last}
    query = _events_query(staff=viewer.staff, limited=viewer.limited)
    rows = query.rows(db, _bound(viewer, pce=scope.id, **limits))
    hidden = (frozenset() if scope.contractual else CONTRACTUAL) | (
        frozenset() if scope.technical else TECHNICAL
    )
    found = (PceEvent(*row) for row in rows)
    return tuple(one for one in found if one.kind not in hidden and not _in_hole(scope, one.day))


def _extent(scope: PceScope) -> tuple[date, date]:
    """First and last day of which *scope* lets read anything."""
    firsts = [scope.first or date.min] if scope.reads_days else []
    lasts = [scope.last or date.max] if scope.reads_days else []
    if scope.reads_periods:
        firsts.append(scope.published_first or date.min)
        lasts.append(scope.published_last or date.max)
    return min(firsts, default=NOTHING[0]), max(lasts, default=NOTHING[1])


def _in_hole(scope: PceScope, day: date) -> bool:
    return bool(scope.holes) and scope.hides(day)


def scopes(viewer: Viewer) -> Select[tuple[int, date | None, date | None]]:
    """`id`, `first` and `last` of the days of every visible PCE: for sums over many.

    Of days apart, only the last run, for what stands on every day since its first: a stored
    signature. `months_read` and `holes_cte` give the days of all of them.
    """
    return with_grant(
        viewer,
        Pce.id,
        readable_from(viewer).label("first"),
        readable_until(viewer).label("last"),
    )


def readable_from(viewer: Asker) -> ColumnElement[date | None]:
    """The first day of the last run of the viewer's grant; NULL is without limit."""
    return of_grant(viewer, PceGrant.whole_from)


def readable_since(viewer: Asker) -> ColumnElement[date | None]:
    """The first day of the viewer's grant, whatever its holes; NULL is without limit."""
    return of_grant(viewer, PceGrant.first_day)


def readable_holes(viewer: Asker) -> ColumnElement[str | None]:
    """The holes of the viewer's grant, as `holes_in` reads them; NULL for who needs none."""
    return of_grant(viewer, PceGrant.holes)


def readable_until(viewer: Asker) -> ColumnElement[date | None]:
    """The last day of the viewer's grant; NULL for who may read every day."""
    return of_grant(viewer, PceGrant.last_day)


def of_grant(
    viewer: Asker, column: InstrumentedAttribute[T] | ColumnElement[T]
) -> ColumnElement[T | None]:
    """*column* of the viewer's grant; None for who needs none."""
    return case((_holds(viewer), None), else_=column)


def may_read(viewer: Asker, column: InstrumentedAttribute[bool]) -> ColumnElement[bool]:
    """Whether the viewer may read a sort of data that is without days; needs the grant joined."""
    return true() if viewer.staff else or_(_holds(viewer), column)
