"""Select the PCEs that a viewer can read, and the days of each."""

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

from core.access import Viewer
from core.database import Prepared
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce, PceEventRow, PceGrant
from data.metering.pces.queries.before_hole import before_hole
from data.metering.pces.rules import (
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
from data.metering.pces.types import INJECTION, PceEvent, PceScope
from data.sample_numbers import is_sample, is_sample_row
from data.tag_limits import within

T = TypeVar("T")
_HIDDEN = N_("Ce PCE est introuvable.")


@dataclass(frozen=True, slots=True)
class _Anyone:
    """A viewer bound at execution, so that statements are built once."""

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
    """Return whether all days are readable, for the holder and for staff."""
    return true() if viewer.staff else Pce.holder_id == viewer.organisation_id


def is_held(viewer: Asker) -> ColumnElement[bool]:
    """Return the same as a column, false for a PCE read through a right only."""
    return case((_holds(viewer), true()), else_=false())


def get_grants_in_force_query(organisation_id: Any, today: Any) -> ColumnElement[bool]:  # noqa: ANN401 (values, or SQL)
    """Return the condition for the grants of an organisation valid on `today`."""
    return and_(
        PceGrant.organisation_id == organisation_id,
        PceGrant.valid_from <= today,
        or_(PceGrant.valid_to.is_(None), PceGrant.valid_to >= today),
    )


def _granted(viewer: Asker) -> ColumnElement[bool]:
    return get_grants_in_force_query(viewer.organisation_id, viewer.today)


def visible(viewer: Asker) -> Select[Pce]:
    """Select the PCEs that the viewer can read today: held, granted, or all for the staff.

    For a viewer restricted to tags, those that bear one of these tags. Staff count and list no
    sample: what is invented is in no figure of the distributor (ADR 0074).
    """
    if viewer.staff:
        return select(Pce).where(~is_sample_row(Pce.number))
    granted = select(PceGrant.pce_id).where(_granted(viewer))
    query = select(Pce).where(or_(_holds(viewer), Pce.id.in_(granted)))
    return query.where(within(viewer, Pce.id)) if viewer.limited else query


def get_last_readable_day(viewer: Asker) -> ColumnElement[date | None]:
    """Return the last day with a value that the viewer may read; needs the grant joined."""
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


def visible_with_grant(viewer: Asker, *columns: ColumnElement[Any] | Any) -> Select[Any]:  # noqa: ANN401
    """Select `columns` of the visible PCEs, with the viewer's grant (at most one) joined."""
    return (
        visible(viewer)
        .with_only_columns(*columns)
        .select_from(Pce)
        .outerjoin(PceGrant, and_(PceGrant.pce_id == Pce.id, _granted(viewer)))
        .outerjoin(Organisation, Organisation.id == Pce.holder_id)
    )


def has_grants(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether a grant lets the viewer read a PCE; false for staff, who need none."""
    if viewer.staff:
        return false()
    return select(PceGrant.pce_id).where(_granted(viewer)).exists()


def visible_held(viewer: Viewer, *columns: Any, walked: bool = False) -> Select[Any]:  # noqa: ANN401
    """Select `columns` of the PCEs of a viewer without grants: their own, or all that staff list.

    `walked` keeps SQLite from using the holder index, to follow another order; PostgreSQL, which
    knows how many PCEs a holder has, ignores it.
    """
    query = select(*columns).select_from(Pce)
    if viewer.staff:
        return query.where(~is_sample_row(Pce.number))
    mine: ColumnElement[bool] = Pce.holder_id == viewer.organisation_id
    if walked:
        mine = or_(mine, literal_column("1 = 0"))
    return query.where(mine, within(viewer, Pce.id))


def get_scope_columns(asker: Asker) -> tuple[Any, ...]:
    """Return the columns that `read_scope` reads; needs the grant joined."""
    return (
        Pce.id,
        Pce.number,
        Pce.alias,
        Pce.frequency,
        get_last_readable_day(asker),
        of_grant(asker, PceGrant.first_day),
        of_grant(asker, PceGrant.last_day),
        Pce.ended_on,
        Pce.tariff == INJECTION,
        of_grant(asker, PceGrant.published_first_day),
        of_grant(asker, PceGrant.published_last_day),
        can_read(asker, PceGrant.contractual),
        can_read(asker, PceGrant.technical),
        is_held(asker),
        of_grant(asker, PceGrant.injection_first_day),
        of_grant(asker, PceGrant.injection_last_day),
        of_grant(asker, PceGrant.holes),
    )


@cache
def _scope_query(*, staff: bool, limited: bool) -> Prepared:
    anyone = _anyone(staff=staff, limited=limited)
    query = visible_with_grant(anyone, *get_scope_columns(anyone))
    return Prepared(query.where(Pce.number == bindparam("number")))


def get_scope(db: Session, viewer: Viewer, number: str) -> PceScope:
    """Return the days of a PCE that `viewer` may read; raise NotFound when it is not visible."""
    pce_number = normalised(number)
    if not (is_number(pce_number) or is_sample(pce_number)):
        raise NotFound(_HIDDEN)
    query = _scope_query(staff=viewer.staff, limited=viewer.limited)
    rows = query.rows(db, _bound(viewer, number=pce_number))
    if not rows:
        raise NotFound(_HIDDEN)
    return read_scope(rows[0])


def read_scope(row: Sequence[Any]) -> PceScope:
    """Build a scope from a row of `get_scope_columns`."""
    *values, holes = row
    scope = PceScope(*values)
    if not holes:
        return scope
    return replace(
        scope,
        holes=holes_in(holes, DAYS),
        published_holes=holes_in(holes, PERIODS),
        injected_holes=holes_in(holes, INJECTIONS),
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
    """List the events of a PCE in the readable days of `scope`, oldest first.

    Contract events need access to contractual data, meter events access to technical data.
    """
    firsts = [scope.first or date.min] if scope.reads_days else []
    lasts = [scope.last or date.max] if scope.reads_days else []
    if scope.reads_periods:
        firsts.append(scope.published_first or date.min)
        lasts.append(scope.published_last or date.max)
    first, last = min(firsts, default=NOTHING[0]), max(lasts, default=NOTHING[1])
    limits = {"first": first, "last": last}
    query = _events_query(staff=viewer.staff, limited=viewer.limited)
    rows = query.rows(db, _bound(viewer, pce=scope.id, **limits))
    hidden = (frozenset() if scope.contractual else CONTRACTUAL) | (
        frozenset() if scope.technical else TECHNICAL
    )
    events = (PceEvent(*row) for row in rows)
    return tuple(
        event
        for event in events
        if event.kind not in hidden and not (scope.holes and scope.hides(event.day))
    )


def visible_scopes(viewer: Viewer) -> Select[tuple[int, date | None, date | None]]:
    """Select `id`, `first` and `last` readable day of every visible PCE, for sums over many.

    When readable days are not contiguous, only the last run is returned, as stored signatures need
    it; `get_readable_months_query` and `get_holes_cte` cover all days.
    """
    return visible_with_grant(
        viewer,
        Pce.id,
        get_readable_from(viewer).label("first"),
        get_readable_until(viewer).label("last"),
    )


def get_readable_from(viewer: Asker) -> ColumnElement[date | None]:
    """Return the first day of the last run of the viewer's grant; NULL is unbounded."""
    return of_grant(viewer, PceGrant.whole_from)


def readable_since(viewer: Asker) -> ColumnElement[date | None]:
    """Return the first day of the viewer's grant, whatever its holes; NULL is unbounded."""
    return of_grant(viewer, PceGrant.first_day)


def readable_holes(viewer: Asker) -> ColumnElement[str | None]:
    """Return the holes of the viewer's grant, for `holes_in`; NULL without a grant."""
    return of_grant(viewer, PceGrant.holes)


def get_readable_until(viewer: Asker) -> ColumnElement[date | None]:
    """Return the last day of the viewer's grant; NULL if every day is readable."""
    return of_grant(viewer, PceGrant.last_day)


def of_grant(
    viewer: Asker, column: InstrumentedAttribute[T] | ColumnElement[T]
) -> ColumnElement[T | None]:
    """Return `column` of the viewer's grant; NULL for a holder."""
    return case((_holds(viewer), None), else_=column)


def can_read(viewer: Asker, column: InstrumentedAttribute[bool]) -> ColumnElement[bool]:
    """Return whether the viewer may read undated data of a kind; needs the grant joined."""
    return true() if viewer.staff else or_(_holds(viewer), column)
