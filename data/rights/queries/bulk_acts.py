"""Query the rights that a bulk operation applies to, and its progress."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID, blocks
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.identity.accounts.models import User
from data.rights.models import AccessRight, RightAct, RightActLine
from data.rights.queries.detail import HIDDEN
from data.rights.queries.letter_opt_outs import list_stopped_emails
from data.rights.queries.letter_reminders import list_recently_asked
from data.rights.queries.lists import get_filtered_query
from data.rights.queries.visible import visible
from data.rights.types import (
    ActHolder,
    ActLine,
    ActLineState,
    ActReceipt,
    ActRow,
    ActSplit,
    BulkAct,
    ChosenRight,
    RightFilter,
    RightState,
)

HOLDERS_SHOWN = 20
ACTS_SHOWN = 50
NOT_WAITING = N_("N’attend plus de réponse : rien n’est à annuler.")
NOT_ACTIVE = N_("N’est pas actif.")
OF_HOLDER = N_("Droit de titulaire : il finit quand le titulaire change.")
OF_OTHERS = N_("Droit d’une autre organisation : elle seule peut le faire.")
RELAYED = N_("Le distributeur sollicite lui-même le titulaire.")
LATELY = N_("Titulaire déjà sollicité depuis moins de 7 jours.")
STOPPED = N_("Titulaire qui ne veut plus de courriel.")
NOT_PENDING = N_("N’attend pas de réponse du titulaire.")
NO_ACT = N_("Cette opération est introuvable.")
_NEEDS = {
    BulkAct.CANCEL: Permission.RIGHTS_RENEW,
    BulkAct.REVOKE: Permission.RIGHTS_WRITE,
    BulkAct.RENEW: Permission.RIGHTS_RENEW,
    BulkAct.REMIND: Permission.RIGHTS_RENEW,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A right with the facts that decide whether an operation applies."""

    right: ChosenRight
    own: bool
    authorised: bool
    relayed: bool
    email: str


def get_required_permission(act: BulkAct) -> Permission:
    """Return the permission that `act` requires."""
    return _NEEDS[act]


def get_filter_split(
    db: Session, viewer: Viewer, act: BulkAct, criteria: RightFilter, now: datetime
) -> ActSplit:
    """Split all rights of a filter by whether `act` applies to them."""
    viewer.require(_NEEDS[act])
    return _split(db, act, list(_rows(db, viewer, get_filtered_query(db, viewer, criteria))), now)


def get_uids_split(
    db: Session, viewer: Viewer, act: BulkAct, uids: Collection[str], now: datetime
) -> ActSplit:
    """Split chosen rights by whether `act` applies; raise NotFound when one is not visible."""
    viewer.require(_NEEDS[act])
    named = sorted(set(uids))
    rows: list[_Row] = []
    for block in blocks(named):
        rows += _rows(db, viewer, visible(viewer).where(AccessRight.uid.in_(block)))
    if len(rows) < len(named):
        raise NotFound(HIDDEN)
    return _split(db, act, rows, now)


def _rows(db: Session, viewer: Viewer, query: Select[Any]) -> Iterator[_Row]:
    columns = (
        *(AccessRight.id, AccessRight.uid, AccessRight.number, AccessRight.state),
        *(AccessRight.organisation_id, AccessRight.role, AccessRight.relayed, AccessRight.email),
    )
    for row in db.execute(query.with_only_columns(*columns).order_by(AccessRight.id)):
        right = ChosenRight(row.id, row.uid, row.number, row.state)
        own = row.organisation_id == viewer.organisation_id
        yield _Row(right, own, row.role.authorised, row.relayed, row.email)


def _split(db: Session, act: BulkAct, rows: Sequence[_Row], now: datetime) -> ActSplit:
    reasons = {row.right.id: _reason(act, row) for row in rows}
    if act is BulkAct.REMIND:
        reasons |= _unreminded(db, [row for row in rows if not reasons[row.right.id]], now)
    ids = [row.right.id for row in rows]
    return ActSplit(
        len(rows),
        tuple(row.right for row in rows if not reasons[row.right.id]),
        tuple((row.right, reasons[row.right.id]) for row in rows if reasons[row.right.id]),
        f"{len(ids)}-{sum(ids)}",
        sum(row.relayed for row in rows if not reasons[row.right.id]),
    )


def _reason(act: BulkAct, row: _Row) -> str:
    """Return why `act` does not apply to a right, "" when it does."""
    state = row.right.state
    checks: dict[BulkAct, tuple[tuple[bool, str], ...]] = {
        BulkAct.REVOKE: (
            (state is not RightState.ACTIVE, NOT_ACTIVE),
            (row.own and not row.authorised, OF_HOLDER),
        ),
        BulkAct.CANCEL: ((not row.own, OF_OTHERS), (not state.waiting, NOT_WAITING)),
        BulkAct.RENEW: (
            (not row.own, OF_OTHERS),
            (state is not RightState.ACTIVE, NOT_ACTIVE),
            (not row.authorised, OF_HOLDER),
        ),
        BulkAct.REMIND: (
            (not row.own, OF_OTHERS),
            (state is not RightState.PENDING, NOT_PENDING),
            (row.relayed, RELAYED),
        ),
    }
    return next((reason for stops, reason in checks[act] if stops), "")


def _unreminded(db: Session, rows: Sequence[_Row], now: datetime) -> dict[int, str]:
    asked_ids = list_recently_asked(db, [row.right.id for row in rows], now)
    stopped = list_stopped_emails(db, {row.email for row in rows})
    return {
        row.right.id: LATELY if row.right.id in asked_ids else STOPPED
        for row in rows
        if row.right.id in asked_ids or row.email in stopped
    }


def visible_acts(viewer: Viewer) -> Select[RightAct]:
    """Select the operations of the viewer's organisation; only their own if restricted to tags."""
    viewer.require(Permission.RIGHTS_READ)
    query = select(RightAct).where(RightAct.organisation_id == viewer.organisation_id)
    return query.where(RightAct.user_id == viewer.user_id) if viewer.limited else query


def read_act_number(text: str) -> int:
    """Parse the operation number of an address; raise NotFound for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(NO_ACT)
    return int(text)


def get_act(db: Session, viewer: Viewer, act_id: int) -> RightAct:
    """Return one operation; raise NotFound when it is not visible."""
    row = None
    if 0 < act_id < NO_ID:
        row = db.scalar(visible_acts(viewer).where(RightAct.id == act_id))
    if row is None:
        raise NotFound(NO_ACT)
    return row


def list_acts(db: Session, viewer: Viewer) -> list[ActRow]:
    """Return the latest visible operations, newest first."""
    query = visible_acts(viewer).order_by(RightAct.id.desc()).limit(ACTS_SHOWN)
    names = select(User.name).where(User.id == RightAct.user_id).scalar_subquery()
    columns = (RightAct.id, RightAct.act, RightAct.state, names, RightAct.chosen)
    rows = db.execute(query.with_only_columns(*columns, RightAct.created_at))
    return [ActRow(row[0], row[1], row[2], row[3] or "", row[4], row[5]) for row in rows]


def get_act_receipt(db: Session, viewer: Viewer, act_id: int) -> ActReceipt:
    """Return the progress of an operation; raise NotFound when it is not visible."""
    row = get_act(db, viewer, act_id)
    line = RightActLine
    of_it = line.act_id == act_id
    by_state = select(line.state, func.count()).where(of_it).group_by(line.state)
    states = {row[0]: row[1] for row in db.execute(by_state)}
    reasons = (
        select(line.reason, func.count())
        .where(of_it, line.state == ActLineState.LEFT)
        .group_by(line.reason)
        .order_by(func.count().desc(), line.reason)
    )
    holders, holder_count = _holders(db, of_it)
    return copy_fields(
        ActReceipt,
        row,
        who=db.scalar(select(User.name).where(User.id == row.user_id)) or "",
        counts={state: states.get(state, 0) for state in ActLineState},
        reasons=tuple((reason, count) for reason, count in db.execute(reasons)),
        holders=holders,
        holder_count=holder_count,
    )


def _holders(db: Session, of_it: ColumnElement[bool]) -> tuple[tuple[ActHolder, ...], int]:
    line = RightActLine
    name = case((AccessRight.company != "", AccessRight.company), else_=AccessRight.person)
    done = func.sum(case((line.state == ActLineState.DONE, 1), else_=0))
    left_count = func.sum(case((line.state == ActLineState.LEFT, 1), else_=0))
    query = (
        select(name.label("name"), done.label("done"), left_count.label("rest"))
        .join(AccessRight, AccessRight.id == line.right_id)
        .where(of_it)
        .group_by(name)
    )
    top_holders = query.order_by(done.desc(), name).limit(HOLDERS_SHOWN)
    count = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    return tuple(ActHolder(*row) for row in db.execute(top_holders)), count


def list_act_lines(
    db: Session, viewer: Viewer, act_id: int, state: ActLineState | None = None
) -> list[ActLine]:
    """Return each right of an operation, in order, for its file."""
    get_act(db, viewer, act_id)
    line = RightActLine
    query = (
        select(
            *(line.number, AccessRight.site, AccessRight.company, AccessRight.person),
            *(line.state, line.reason, line.params),
        )
        .outerjoin(AccessRight, AccessRight.id == line.right_id)
        .where(line.act_id == act_id)
        .order_by(line.place)
    )
    if state is not None:
        query = query.where(line.state == state)
    return [
        ActLine(number, site or "", company or person or "", done, reason, params or {})
        for number, site, company, person, done, reason, params in db.execute(query)
    ]
