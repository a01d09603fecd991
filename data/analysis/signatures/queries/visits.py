"""Query the sites worth a visit whose judged days are all readable."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.types import Cause, Reason, VisitRow, Visits
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_filtered_query, visible_scopes
from data.metering.pces.rules import LATE_DAYS, known_by
from data.metering.pces.types import INJECTION, Frequency, PceFilter
from data.metering.prices.queries import load_prices
from data.metering.prices.rules.costs import marginal, tariff_on
from data.metering.prices.types import ATTO, Tariffs

DAY = timedelta(days=1)
MOST = 10
PRICED = (
    10 * MOST
)  # candidates by energy, then ranked in euros: prices differ by less than this factor
STALE = 21 * DAY  # minimum time without data before a site's last weeks are no longer reported
FORGOTTEN = 365 * DAY  # after this time without data, none is expected
_row = VerdictRow
Dated = tuple[int, VisitRow]  # PCE id and its row


def list_visits(
    db: Session, viewer: Viewer, criteria: PceFilter, *, counted: bool = True
) -> Visits:
    """Return at most `MOST` sites, the highest stake first, in euros when all have a price.

    `counted` also counts the judged sites, which reads all of them.
    """
    dated_visits = sorted(
        [*_burning(db, viewer, criteria), *_missing(db, viewer, criteria)],
        key=lambda one: -one[1].stake_wh,
    )[:PRICED]
    rows = _priced(db, viewer, dated_visits)
    if all(row.euros is not None for row in rows):
        rows = sorted(rows, key=lambda row: -(row.euros or 0))
    visits = Visits(tuple(rows[:MOST]))
    return _counted(db, viewer, criteria, visits) if counted else visits


def _judged(viewer: Viewer, criteria: PceFilter, *columns: Any) -> tuple[Select[Any], Subquery]:  # noqa: ANN401
    """Return `columns` of the visible PCEs in service with their verdict, and their scope."""
    scope = get_filtered_query(viewer, visible_scopes(viewer), criteria).subquery("scope")
    query = (
        select(*columns)
        .select_from(scope)
        .join(Pce, Pce.id == scope.c.id)
        .join(_row, _row.pce_id == scope.c.id)
        .where(or_(Pce.ended_on.is_(None), Pce.ended_on >= viewer.today), Pce.tariff != INJECTION)
    )
    return query, scope


def is_covered(scope: Subquery) -> ColumnElement[bool]:
    """Return whether all days of a verdict are readable; otherwise it would reveal others."""
    return and_(
        or_(scope.c.first.is_(None), scope.c.first <= _row.first_day),
        or_(scope.c.last.is_(None), scope.c.last >= _row.until),
    )


def _stopped(today: date) -> ColumnElement[bool]:
    """Return whether the days after the verdict are long overdue, as on the site's page.

    The days of a large site come by whole months, weeks after the last one.
    """
    overdue = {how: known_by(today - LATE_DAYS * DAY, how) for how in Frequency}
    return or_(
        *(
            and_(Pce.frequency == how, _row.until < min(day, today - STALE))
            for how, day in overdue.items()
        )
    )


def _burning(db: Session, viewer: Viewer, criteria: PceFilter) -> list[Dated]:
    columns = Pce.id, Pce.number, Pce.alias, _row.cause, _row.since, _row.until, _row.stake_wh
    query, scope = _judged(viewer, criteria, *columns)
    query = query.where(
        _row.stake_wh > 0, not_(_stopped(viewer.today)), is_covered(scope)
    ).order_by(_row.stake_wh.desc())
    return [(row[0], VisitRow(*row[1:])) for row in db.execute(query.limit(PRICED))]


def _missing(db: Session, viewer: Viewer, criteria: PceFilter) -> list[Dated]:
    """Return the sites whose data stopped, with the usual energy of the days since."""
    query, scope = _judged(viewer, criteria, Pce.id, Pce.number, Pce.alias, _row.until, _row.day_wh)
    query = query.where(
        _stopped(viewer.today),
        _row.until >= viewer.today - FORGOTTEN,
        _row.day_wh > 0,
        or_(Pce.data_until.is_(None), Pce.data_until <= _row.until),
        is_covered(scope),
        or_(scope.c.last.is_(None), scope.c.last >= viewer.today),
    ).order_by(_row.day_wh.desc())
    rows = []
    for pce_id, number, alias, until, day_wh in db.execute(query.limit(PRICED)):
        since, days = until + DAY, (viewer.today - until).days - 1
        row = VisitRow(number, alias, Cause.MISSING, since, until, day_wh * days)
        rows.append((pce_id, row))
    return rows


def _priced(db: Session, viewer: Viewer, dated_visits: Sequence[Dated]) -> list[VisitRow]:
    if not viewer.may(Permission.PRICES_READ):
        return [row for _id, row in dated_visits]
    prices = load_prices(db, viewer, [pce_id for pce_id, _row in dated_visits])
    return [
        replace(row, euros=_euros(prices.get(pce_id, ()), row, viewer))
        for pce_id, row in dated_visits
    ]


def _euros(tariffs: Tariffs, row: VisitRow, viewer: Viewer) -> float | None:
    tariff = tariff_on(tariffs, viewer.today)
    marginal_price = marginal(tariff) if tariff else None
    return None if marginal_price is None else row.stake_wh * marginal_price / ATTO


def _counted(db: Session, viewer: Viewer, criteria: PceFilter, visits: Visits) -> Visits:
    query, scope = _judged(viewer, criteria, _row.reason, func.count())
    query = query.where(or_(_row.first_day.is_(None), is_covered(scope))).group_by(_row.reason)
    counts: dict[Reason | None, int] = {row[0]: row[1] for row in db.execute(query)}
    reliable = counts.pop(None, 0)
    everyone = get_filtered_query(viewer, visible_scopes(viewer), criteria).subquery("everyone")
    all_ = db.scalar(select(func.count()).select_from(everyone)) or 0
    refused = sorted(counts.items(), key=lambda one: -one[1])
    judged = reliable + sum(counts.values())
    return replace(
        visits,
        reliable=reliable,
        refused=tuple((reason, count) for reason, count in refused if reason),
        unread=all_ - judged,
    )
