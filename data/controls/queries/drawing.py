"""Which rights may be controlled, and which a draw takes."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, cast, false, func, or_, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.controls.rules.drawing import keys_of, rank_of, size_of
from data.controls.rules.states import OPEN
from data.controls.types import Candidate, DrawFilter, LeftOut, Picked, Sample
from data.db import blocks
from data.pces.rules import normalised
from data.rights.models import AccessRight
from data.rights.queries.visible import visible as visible_rights
from data.rights.types import ProofState, RightRole, RightState
from i18n import N_

_PROVED = (None, ProofState.ACCEPTED)  # what else there is waits, or ends the right
_AUTHORISED = tuple(role for role in RightRole if role.authorised)
_ABSENT = N_("Ce droit, ou ce PCE, est introuvable.")
_NOT_ACTIVE = N_("Ce droit n’est pas actif : il n’y a rien à prouver.")
_OWN = N_("Ce droit est celui du titulaire lui-même : il n’a pas de preuve à fournir.")
_ALREADY = N_("Ce droit est déjà soumis à un contrôle.")
_REFUSED = N_("La preuve de ce droit vient d’être refusée.")
_NONE_ACTIVE = N_("Aucun droit de ce PCE ne peut être contrôlé.")
_OF_PCE = {  # said of a PCE, by what is said of its right
    _ALREADY: N_("Le droit sur ce PCE est déjà soumis à un contrôle."),
    _REFUSED: N_("La preuve du droit sur ce PCE vient d’être refusée."),
}


def eligible(viewer: Viewer, among: DrawFilter) -> Select[Any]:
    """The Active rights given by somebody else than their holder that no control waits for."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = visible_rights(viewer).where(
        AccessRight.state == RightState.ACTIVE, AccessRight.role.in_(_AUTHORISED)
    )
    proved = [AccessRight.proof_state == one for one in among.proofs if one in _PROVED]
    query = query.where(or_(*proved) if proved else false())
    if among.organisation_id is not None:
        query = query.where(AccessRight.organisation_id == among.organisation_id)
    if among.declared_first:
        query = query.where(AccessRight.declared_on >= among.declared_first)
    if among.declared_last:
        query = query.where(AccessRight.declared_on <= among.declared_last)
    return query


def draw_sample(db: Session, viewer: Viewer, sample: Sample) -> tuple[int, tuple[int, ...]]:
    """How many rights are eligible, and the ids of those drawn, the same for the same seed.

    Each right has a rank that the seed alone gives it, and the smallest are drawn: a right more or
    less changes one of them, not the others.
    """
    query = eligible(viewer, sample.among)
    count = db.scalar(query.with_only_columns(func.count(AccessRight.id))) or 0
    if not count:
        return 0, ()
    rank = _rank(query, sample.seed)
    taken = rank.limit(size_of(count, sample.rate))
    return count, tuple(sorted(db.scalars(taken)))


def _rank(query: Select[Any], seed: int) -> Select[Any]:
    """The ids in the order of the draw."""
    keys = keys_of(seed)
    number = cast(AccessRight.id, BigInteger)
    ids = query.with_only_columns(AccessRight.id.label("id"), number.label("number")).subquery()
    return select(ids.c.id).order_by(rank_of(ids.c.number, keys), ids.c.id)


def draw_picked(
    db: Session, viewer: Viewer, picked: Picked
) -> tuple[tuple[int, ...], tuple[LeftOut, ...]]:
    """The ids of the rights named, and why the others cannot be drawn."""
    viewer.require(Permission.CONTROLS_DECIDE)
    ids: set[int] = set()
    left: list[LeftOut] = []
    by_uid = {row.uid: row for row in _found(db, viewer, AccessRight.uid, picked.uids)}
    for uid in picked.uids:
        row = by_uid.get(uid)
        sentence = _ABSENT if row is None else _why_not(row)
        if sentence:
            left.append(LeftOut(uid, sentence))
        elif row is not None:
            ids.add(row.id)
    numbers = {given: normalised(given) for given in picked.numbers}
    rows = _found(db, viewer, AccessRight.number, numbers.values())
    for given, number in numbers.items():
        of_it = [row for row in rows if row.number == number]
        fit = [row.id for row in of_it if not _why_not(row)]
        ids.update(fit)
        if not fit:
            left.append(LeftOut(given, _why_none(of_it)))
    return tuple(sorted(ids)), tuple(left)


def _found(db: Session, viewer: Viewer, column: Any, values: Collection[str]) -> Sequence[Any]:  # noqa: ANN401
    found: list[Any] = []
    for block in blocks(sorted(set(values))):
        query = visible_rights(viewer).with_only_columns(
            *(AccessRight.id, AccessRight.uid, AccessRight.number, AccessRight.state),
            *(AccessRight.role, AccessRight.proof_state),
        )
        found += db.execute(query.where(column.in_(block))).all()
    return found


def _why_not(row: Any) -> str:  # noqa: ANN401 (a row of `_found`, or a right)
    """Why a right cannot be controlled; nothing when it can."""
    if row.state is not RightState.ACTIVE:
        return _NOT_ACTIVE
    if not row.role.authorised:
        return _OWN
    if row.proof_state in OPEN:
        return _ALREADY
    return _REFUSED if row.proof_state is ProofState.REJECTED else ""


def _why_none(rows: Sequence[Any]) -> str:
    """Why no right of a PCE can be controlled: what waits comes before what is over."""
    reasons = {_why_not(row) for row in rows}
    found = next((said for one, said in _OF_PCE.items() if one in reasons), _NONE_ACTIVE)
    return found if rows else _ABSENT


def is_drawable(right: AccessRight) -> bool:
    """Whether a right can be controlled, as it is now."""
    return not _why_not(right)


def list_candidates(db: Session, viewer: Viewer, ids: Sequence[int]) -> tuple[Candidate, ...]:
    """Some rights of a draw, by third party and site."""
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
        Candidate(
            row.uid, row.number, row.site, row.company or row.person, row.name, row.declared_on
        )
        for row in db.execute(query)
    )


def count_by_third_party(
    db: Session, viewer: Viewer, ids: Sequence[int]
) -> tuple[tuple[str, int], ...]:
    """How many rights of a draw each third party has, the most first."""
    viewer.require(Permission.CONTROLS_DECIDE)
    found: dict[int, int] = {}
    for block in blocks(ids, 5000):
        query: Any = (
            select(AccessRight.organisation_id, func.count(AccessRight.id))
            .where(AccessRight.id.in_(block))
            .group_by(AccessRight.organisation_id)
        )
        for organisation_id, count in db.execute(query):
            found[organisation_id] = found.get(organisation_id, 0) + count
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(found))
    counted = [(row.name, found[row.id]) for row in db.execute(named)]
    return tuple(sorted(counted, key=lambda one: (-one[1], one[0])))
