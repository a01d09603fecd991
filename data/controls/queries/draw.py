"""Query the rights that can be controlled, and those that a draw selects."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, false, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.i18n import N_
from data.controls.models import Control
from data.controls.queries.visible import visible
from data.controls.rules.draw import NEAR, keys_of, rank_of, size_of
from data.controls.rules.states import OPEN
from data.controls.types import DrawFilter, DrawnRight, LeftOut, Picked, Sample, Stage
from data.identity.accounts.models import Organisation
from data.metering.pces.rules import normalised
from data.rights.models import AccessRight
from data.rights.queries.visible import visible as visible_rights
from data.rights.types import ProofState, RightRole, RightState

_PROVED = (None, ProofState.ACCEPTED)  # otherwise a control is pending, or the right ends
_AUTHORISED = tuple(role for role in RightRole if role.authorised)
_ABSENT = N_("Ce droit ou ce PCE est introuvable.")
_NOT_ACTIVE = N_("Ce droit n’est pas actif : il n’y a rien à prouver.")
_OWN = N_("Ce droit est celui du titulaire lui-même : il n’a pas de preuve à fournir.")
_ALREADY = N_("Ce droit est déjà soumis à un contrôle.")
_REFUSED = N_("La preuve de ce droit vient d’être refusée.")
_ELSEWHERE = N_("Un autre distributeur décide de ce droit : lui seul en demande la preuve.")
_FIRST = (
    _ALREADY,
    _REFUSED,
    _ELSEWHERE,
    _OWN,
    _NOT_ACTIVE,
)  # reported for a PCE whose rights have several reasons
_IN_THE_WAY = (_ALREADY, _REFUSED)  # reasons that are about a control


def get_eligible_rights_query(viewer: Viewer, draw_filter: DrawFilter) -> Select[Any]:
    """Select the active rights granted by another holder that have no pending control."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = visible_rights(viewer).where(
        AccessRight.state == RightState.ACTIVE,
        AccessRight.role.in_(_AUTHORISED),
        AccessRight.relayed.is_(False),
    )
    proved = [AccessRight.proof_state == state for state in draw_filter.proofs if state in _PROVED]
    query = query.where(or_(*proved) if proved else false())
    if draw_filter.organisation_id is not None:
        query = query.where(AccessRight.organisation_id == draw_filter.organisation_id)
    if draw_filter.stage:
        query = query.where(_stage(draw_filter.stage, viewer.today))
    if draw_filter.declared_first:
        query = query.where(AccessRight.declared_on >= draw_filter.declared_first)
    if draw_filter.declared_last:
        query = query.where(AccessRight.declared_on <= draw_filter.declared_last)
    return query


def _stage(stage: Stage, today: date) -> ColumnElement[bool]:
    starts, ends = AccessRight.starts_on, AccessRight.ends_on
    if stage is Stage.COMING:
        return starts > today
    if stage is Stage.ENDING:
        return ends.between(today, today + timedelta(days=NEAR))
    return or_(starts.is_(None), starts <= today)


def list_third_parties(db: Session, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of each organisation with active rights granted by others."""
    viewer.require(Permission.CONTROLS_DECIDE)
    granted_rights = visible_rights(viewer).where(
        AccessRight.organisation_id == Organisation.id,
        AccessRight.state == RightState.ACTIVE,
        AccessRight.role.in_(_AUTHORISED),
    )
    query = select(Organisation.id, Organisation.name).where(granted_rights.exists())
    rows = db.execute(query.order_by(Organisation.name, Organisation.id))
    return tuple((str(row.id), row.name) for row in rows)


def find_sample(db: Session, viewer: Viewer, sample: Sample) -> tuple[int, tuple[int, ...]]:
    """Return the number of eligible rights, and the ids drawn by the seed.

    Each right has a rank that depends on the seed and itself only, and the smallest are drawn:
    adding or removing a right changes one of them at most.
    """
    query = get_eligible_rights_query(viewer, sample.draw_filter)
    count = db.scalar(query.with_only_columns(func.count(AccessRight.id))) or 0
    if not count:
        return 0, ()
    # The order of the draw
    keys = keys_of(sample.seed)
    number = cast(AccessRight.id, BigInteger)
    ids = query.with_only_columns(AccessRight.id.label("id"), number.label("number")).subquery()
    rank = select(ids.c.id).order_by(rank_of(ids.c.number, keys), ids.c.id)
    sampled_ids = rank.limit(size_of(count, sample.rate))
    return count, tuple(sorted(db.scalars(sampled_ids)))


def find_picked_rights(
    db: Session, viewer: Viewer, picked: Picked
) -> tuple[tuple[int, ...], tuple[LeftOut, ...]]:
    """Return the ids of the named rights, and why the others cannot be drawn."""
    viewer.require(Permission.CONTROLS_DECIDE)
    by_uid = {row.uid: [row] for row in _find_rights(db, viewer, AccessRight.uid, picked.uids)}
    named = {uid: by_uid.get(uid, []) for uid in picked.uids}
    numbers = {entry: normalised(entry) for entry in picked.numbers}
    rows = _find_rights(db, viewer, AccessRight.number, numbers.values())
    named |= {
        entry: [row for row in rows if row.number == number] for entry, number in numbers.items()
    }
    ids = {row.id for of_it in named.values() for row in of_it if not _why_not(row)}
    vain = {entry: of_it for entry, of_it in named.items() if not ids & {row.id for row in of_it}}
    return tuple(sorted(ids)), _left_out(db, viewer, vain)


def _left_out(
    db: Session, viewer: Viewer, named: Mapping[str, Sequence[Any]]
) -> tuple[LeftOut, ...]:
    """Return why each name draws nothing, with the control in the way, if any."""
    outcomes: dict[str, tuple[str, int]] = {}
    for entry, rows in named.items():
        reasons = [(_FIRST.index(why), why, row.id) for row in rows if (why := _why_not(row))]
        outcomes[entry] = min(reasons)[1:] if reasons else (_ABSENT, 0)
    stopped = [right for sentence, right in outcomes.values() if sentence in _IN_THE_WAY]
    controls = _last_controls(db, viewer, stopped)
    return tuple(
        LeftOut(entry, sentence, controls.get(right, ""))
        for entry, (sentence, right) in outcomes.items()
    )


def _last_controls(db: Session, viewer: Viewer, rights: Sequence[int]) -> Mapping[int, str]:
    """Return the uid of the last control of each right, by right id."""
    uids_by_right: dict[int, str] = {}
    for block in blocks(rights):
        query = visible(viewer).where(Control.right_id.in_(block)).order_by(Control.id)
        uids_by_right |= {
            row.right_id: row.uid
            for row in db.execute(query.with_only_columns(Control.right_id, Control.uid))
        }
    return uids_by_right


def _find_rights(
    db: Session,
    viewer: Viewer,
    column: Any,  # noqa: ANN401
    values: Collection[str],
) -> Sequence[Any]:
    rows: list[Any] = []
    for block in blocks(sorted(set(values))):
        query = visible_rights(viewer).with_only_columns(
            *(AccessRight.id, AccessRight.uid, AccessRight.number, AccessRight.state),
            *(AccessRight.role, AccessRight.proof_state, AccessRight.relayed),
        )
        rows += db.execute(query.where(column.in_(block))).all()
    return rows


def _why_not(row: Any) -> str:  # noqa: ANN401 (a row of `_find_rights`, or a right)
    """Return why a right cannot be controlled, "" when it can."""
    if row.state is not RightState.ACTIVE:
        return _NOT_ACTIVE
    if not row.role.authorised:
        return _OWN
    if row.relayed:
        return _ELSEWHERE
    if row.proof_state in OPEN:
        return _ALREADY
    return _REFUSED if row.proof_state is ProofState.REJECTED else ""


def is_drawable(right: AccessRight) -> bool:
    """Return whether a right can be controlled as it is now."""
    return not _why_not(right)


def list_candidates(db: Session, viewer: Viewer, ids: Sequence[int]) -> tuple[DrawnRight, ...]:
    """Return some rights of a draw, by third party and site."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = (
        visible_rights(viewer)
        .join(Organisation, Organisation.id == AccessRight.organisation_id)
        .with_only_columns(
            *(AccessRight.uid, AccessRight.number, AccessRight.site, AccessRight.company),
            *(AccessRight.person, AccessRight.declared_on, Organisation.name),
        )
        .where(AccessRight.id.in_(ids))
        .order_by(Organisation.name, AccessRight.site_key, AccessRight.id)
    )
    return tuple(
        DrawnRight(
            row.uid, row.number, row.site, row.company or row.person, row.name, row.declared_on
        )
        for row in db.execute(query)
    )


def count_by_third_party(
    db: Session, viewer: Viewer, ids: Sequence[int]
) -> tuple[tuple[str, int], ...]:
    """Count the rights of a draw by third party, largest first."""
    viewer.require(Permission.CONTROLS_DECIDE)
    counts: dict[int, int] = {}
    for block in blocks(ids, 5000):
        query: Any = (
            select(AccessRight.organisation_id, func.count(AccessRight.id))
            .where(AccessRight.id.in_(block))
            .group_by(AccessRight.organisation_id)
        )
        for organisation_id, count in db.execute(query):
            counts[organisation_id] = counts.get(organisation_id, 0) + count
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(counts))
    counted = [(row.name, counts[row.id]) for row in db.execute(named)]
    return tuple(sorted(counted, key=lambda one: (-one[1], one[0])))
