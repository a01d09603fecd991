"""Query the organisation's budgets on PCEs that are still readable."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.metering.prices.types import PriceTarget
from data.money.budgets.models import BudgetChange, BudgetRow
from data.money.budgets.types import Budget, BudgetDraft, BudgetVersion, Phasing
from data.tag_limits import knows_tag
from data.versioned_table import VersionedTable

_row = BudgetRow


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether a budget is on PCEs that a viewer may read.

    People restricted to tags see those of their tags and PCEs, as the total of all PCEs is not
    theirs to read.
    """
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    whole_perimeter = and_(_row.pce_id.is_(None), _row.tag == "")
    tagged = and_(_row.tag != "", knows_tag(viewer, _row.tag))
    sets = [tagged] if viewer.limited else [whole_perimeter, tagged]
    return or_(_row.pce_id.in_(pces), *sets)


BUDGETS = VersionedTable(
    _row,
    N_("Ce budget est introuvable."),
    N_("Quelqu’un a changé ce budget en même temps que vous : rechargez la page."),
    _row.removed_at.is_(None),
    Permission.BUDGETS_WRITE,
    is_theirs,
)
_COLUMNS = (
    _row.id, _row.amount, _row.unit, _row.first_month, func.coalesce(Pce.number, ""), _row.tag,
    _row.months, _row.by_climate, _row.by_past, _row.by_days, _row.reason, _row.version,
    _row.changed_at, func.coalesce(Pce.alias, ""), User.name,
)  # fmt: skip


def visible(viewer: Viewer) -> Select[BudgetRow]:
    """Select the organisation's budgets that are the viewer's, without removed ones."""
    viewer.require(Permission.CONSUMPTION_READ)
    mine = _row.organisation_id == viewer.organisation_id
    return select(_row).where(mine, BUDGETS.standing, is_theirs(viewer))


def list_budgets(db: Session, viewer: Viewer, pce: str = "") -> tuple[Budget, ...]:
    """Return the budgets, those of many PCEs first, latest first; only of `pce` if given."""
    query = _with_columns(visible(viewer))
    if pce:
        query = query.where(Pce.number == pce)
    query = query.order_by(
        _row.pce_id.is_not(None), _row.tag, Pce.search, _row.first_month.desc(), _row.id
    )
    return tuple(_budget(row) for row in db.execute(query))


def get_budget(db: Session, viewer: Viewer, budget_id: int) -> Budget:
    """Return a budget; raise NotFound when it is missing, removed or hidden."""
    return _budget(BUDGETS.get_row(db, _with_columns(visible(viewer)), budget_id))


def list_changes(db: Session, viewer: Viewer, budget_id: int) -> tuple[BudgetVersion, ...]:
    """Return the versions of a visible budget, latest first."""
    mine = visible(viewer).with_only_columns(_row.id).where(_row.id == budget_id)
    changes = BudgetChange
    query = (
        select(changes.amount, changes.unit, changes.at, User.name, changes.removed)
        .join(User, User.id == changes.user_id)
        .where(changes.budget_id.in_(mine))
        .order_by(changes.version.desc())
    )
    return tuple(BudgetVersion(*row) for row in db.execute(query))


def _with_columns(query: Select[Any]) -> Select[*tuple[Any, ...]]:
    same_version = and_(BudgetChange.budget_id == _row.id, BudgetChange.version == _row.version)
    joined = query.outerjoin(Pce, Pce.id == _row.pce_id).join(BudgetChange, same_version)
    return joined.join(User, User.id == BudgetChange.user_id).with_only_columns(*_COLUMNS)


def _budget(row: Any) -> Budget:  # noqa: ANN401 (a row of _COLUMNS)
    (id_, amount, unit, first, pce, tag, months, *details) = row
    climate, past, days, reason, version, changed_at, alias, by = details
    draft = BudgetDraft(amount, unit, first, PriceTarget(pce, tag))
    phasing = Phasing(tuple(months), climate, past, days, reason)
    return Budget(id_, draft, phasing, changed_at, by, version, alias)
