"""Query which data of which PCE a right opens, upstream and here."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from core.i18n import PARIS
from data.exchange.mirror.models import MirrorRight, MirrorRound, MirrorTask
from data.exchange.mirror.types import MirrorPart, RoundState
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState

EVER, ALWAYS = date(1990, 1, 1), date(2100, 1, 1)  # instead of no limit
_FINAL = [state for state in RightState if state.final]
_INJECTION = MirrorRight.role.in_([role for role in RightRole if role.injection])
_OPENS = {
    MirrorPart.INFORMATIVE: and_(MirrorRight.informative, ~_INJECTION),
    MirrorPart.PUBLISHED: and_(MirrorRight.published, ~_INJECTION),
    MirrorPart.INJECTED: and_(MirrorRight.published, _INJECTION),
    MirrorPart.CONTRACTUAL: and_(MirrorRight.contractual),
    MirrorPart.TECHNICAL: and_(MirrorRight.technical),
}
# Parts read for each PCE; rights are listed before.
ASKED = tuple(_OPENS)


def has_contract_in_force(organisation_id: Any, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether a contract is in force: without one nothing is read, sent or repaired."""
    today = now.astimezone(PARIS).date()
    home = aliased(Organisation)
    bound = home.id == organisation_id, home.contracted_until >= today
    return select(home.id).where(*bound).exists()


def _stands(today: date) -> ColumnElement[bool]:
    """Return the condition of rights active upstream and not ended here.

    Rights unknown here are read too, so that their data are ready once they are known.
    """
    mine = select(AccessRight.id).where(
        AccessRight.id == MirrorRight.right_id, AccessRight.state.in_(_FINAL)
    )
    return and_(
        MirrorRight.state == RightState.ACTIVE,
        or_(MirrorRight.starts_on.is_(None), MirrorRight.starts_on <= today),
        or_(MirrorRight.ends_on.is_(None), MirrorRight.ends_on >= today),
        ~mine.exists(),
    )


def get_chosen_parts_query(
    organisation_id: int, parts: list[MirrorPart], today: date
) -> Select[int, str]:
    """Select each (PCE, part) that rights open and the organisation chose, once."""
    each = [
        select(Pce.id.label("pce_id"), literal(part.value).label("part"))
        .join(MirrorRight, MirrorRight.number == Pce.number)
        .where(MirrorRight.organisation_id == organisation_id, _OPENS[part], _stands(today))
        for part in parts
    ]
    tasks = union(*each).subquery("wanted")
    return select(tasks.c.pce_id, tasks.c.part)


def is_task_open(today: date) -> ColumnElement[bool]:
    """Return whether a right opens the data of a `MirrorTask` and its `Pce`."""
    right = select(MirrorRight.uid).where(
        MirrorRight.organisation_id == MirrorTask.organisation_id,
        MirrorRight.number == Pce.number,
        or_(*(and_(MirrorTask.part == part, opens) for part, opens in _OPENS.items())),
        _stands(today),
    )
    return right.correlate(MirrorTask, Pce).exists()


def get_open_spans_query(
    organisation_id: int, part: MirrorPart, today: date
) -> Select[str, date, date]:
    """Select the first and last day that rights open `part` of each PCE; EVER, ALWAYS: no limit."""
    first, last = MirrorRight.supply_first, MirrorRight.supply_last
    if part is MirrorPart.INJECTED:
        first, last = MirrorRight.injection_first, MirrorRight.injection_last
    return (
        select(
            MirrorRight.number,
            func.min(func.coalesce(first, EVER)),
            func.max(func.coalesce(last, ALWAYS)),
        )
        .where(MirrorRight.organisation_id == organisation_id, _OPENS[part], _stands(today))
        .group_by(MirrorRight.number)
    )


def is_open_round() -> ColumnElement[bool]:
    return MirrorRound.state.in_([RoundState.WAITING, RoundState.RUNNING, RoundState.PAUSED])


def get_unknown_numbers_query(organisation_id: int, today: date, limit: int) -> Select[str]:
    """Select the PCEs of active rights that this portal does not know."""
    return (
        select(MirrorRight.number)
        .where(
            MirrorRight.organisation_id == organisation_id,
            _stands(today),
            ~select(Pce.id).where(Pce.number == MirrorRight.number).exists(),
        )
        .distinct()
        .order_by(MirrorRight.number)
        .limit(limit)
    )


def list_chosen_parts(parts: list[str]) -> list[MirrorPart]:
    """Return the chosen parts that are read for each PCE."""
    return [part for part in ASKED if part in parts]
