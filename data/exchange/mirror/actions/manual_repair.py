"""Align local rights with upstream: one difference, several, or all of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.bulk import is_among
from core.database import blocks
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.controls.actions import hold_open
from data.exchange.mirror.actions.comparison import OURS, THEIRS, our, their
from data.exchange.mirror.actions.controls import end_controls
from data.exchange.mirror.actions.mass_ending import hold, tell_held
from data.exchange.mirror.actions.reconciliation import (
    alone,
    drift_of,
    end_drifts,
    link,
    note_links,
    write_drifts,
)
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorSending
from data.exchange.mirror.queries.ending_differences import (
    find_excessive_ends,
    is_ending_difference,
)
from data.exchange.mirror.queries.open_parts import has_contract_in_force
from data.exchange.mirror.rules.comparison import (
    asks_proof,
    difference,
    new_terms,
    target_terms,
    unknown_here,
    unknown_there,
)
from data.exchange.mirror.types import (
    MOVING,
    Drift,
    DriftKind,
    OurRight,
    Repaired,
    SendingVerb,
    TheirRight,
)
from data.rights.actions import adopt, align, end_absent
from data.rights.actions.transitions import RightAuthor
from data.rights.models import AccessRight
from data.rights.types import RightActor, RightTerms
from data.tag_limits import within_number

MOST = 2000  # repaired in one transaction
# Wait for a person: missing rights in a list end none, and rights ended here stay so.
_ASKED = (DriftKind.UNKNOWN_THERE, DriftKind.ENDED_HERE, DriftKind.CLOSED_HERE)
_GONE = N_("Cet écart est introuvable : il est peut-être déjà réparé.")
_NOTHING = N_("Choisissez au moins un écart.")


def repair(db: Session, viewer: Viewer, ids: Collection[int], *, now: datetime) -> Repaired:
    """Align the rights of these differences with upstream.

    A difference that has changed is not repaired but reported again, to be read first. Rights ended
    here by others than the organisation stay ended: the other side must end them. Raise NotFound
    for a difference that is gone or not visible; Invalid for none, or too many.
    """
    viewer.require(Permission.MIRROR)
    viewer.require_contract()
    wished = sorted(set(ids))
    if not wished:
        raise Invalid(_NOTHING)
    if len(wished) > MOST:
        raise Invalid(N_("Réparez au plus {most} écarts à la fois."), most=MOST)
    alone(db, viewer.organisation_id)
    rows = list(db.scalars(_seen_differences(viewer).where(is_among(db, MirrorDrift.id, wished))))
    if len(rows) != len(wished):
        raise NotFound(_GONE)
    return _repair(db, viewer.organisation_id, rows, _by(viewer, now))


def repair_all(db: Session, viewer: Viewer, *, upto: int, now: datetime) -> Repaired:
    """Repair all the differences up to the one whose id is `upto`, a batch at once.

    Later ones are left out, as the viewer did not see them.
    """
    viewer.require(Permission.MIRROR)
    viewer.require_contract()
    alone(db, viewer.organisation_id)
    visible_drifts = _seen_differences(viewer).where(MirrorDrift.id <= upto)
    stays = MirrorDrift.kind == DriftKind.ENDED_HERE
    rows = list(db.scalars(visible_drifts.where(~stays).limit(MOST + 1)))
    done = _repair(db, viewer.organisation_id, rows, _by(viewer, now))
    count = visible_drifts.where(stays).order_by(None).with_only_columns(func.count())
    return replace(done, kept_count=done.kept_count + (db.scalar(count) or 0))


def repair_unasked(db: Session, organisation_id: int, *, now: datetime) -> Repaired:
    """Repair automatically, for an organisation that chose it.

    Rights unknown upstream, or ended here, wait for a person; so do the ends of most rights at
    once, all of them until then, and administrators are notified.
    """
    alone(db, organisation_id)
    wants = select(MirrorConnection.repairs).filter_by(organisation_id=organisation_id)
    wants = wants.where(has_contract_in_force(MirrorConnection.organisation_id, now))
    if not db.scalar(wants):
        return Repaired(0)
    held_ends = find_excessive_ends(db, organisation_id)
    if held_ends:
        hold(db, organisation_id)
        tell_held(db, organisation_id, held_ends, now)
    fit = _of(organisation_id).where(
        MirrorDrift.kind.not_in(_ASKED), ~is_ending_difference(held=True)
    )
    rows = list(db.scalars(fit.limit(MOST + 1)))
    return _repair(db, organisation_id, rows, RightAuthor(RightActor.DISTRIBUTOR, now))


def _by(viewer: Viewer, now: datetime) -> RightAuthor:
    return RightAuthor(RightActor.DISTRIBUTOR, now, viewer)


def _of(organisation_id: int) -> Select[MirrorDrift]:
    query = select(MirrorDrift).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None)
    )
    return query.order_by(MirrorDrift.id)


def _seen_differences(viewer: Viewer) -> Select[MirrorDrift]:
    return _of(viewer.organisation_id).where(within_number(viewer, MirrorDrift.number))


@dataclass(slots=True)
class _Sides:
    """Both sides of some differences, as they are now."""

    own_rights: Mapping[str, OurRight]  # by uid; locked
    upstream_rights: Mapping[str, TheirRight]
    links: Mapping[str, str]  # uid of the local right, by upstream uid

    def now(self, drift: Drift) -> Drift | None:
        """Return the current difference of the same right; None without any."""
        upstream_right = self.upstream_rights.get(drift.their_uid)
        if upstream_right is not None:
            own_right = self.own_rights.get(self.links.get(upstream_right.uid, ""))
            return (
                difference(own_right, upstream_right) if own_right else unknown_here(upstream_right)
            )
        unlinked_right = self.own_rights.get(drift.right_uid)
        if (
            unlinked_right is None
            or unlinked_right.terms.state.final
            or unlinked_right.uid in self.links.values()
        ):
            return None
        return unknown_there(unlinked_right)


def _repair(
    db: Session, organisation_id: int, rows: Sequence[MirrorDrift], by: RightAuthor
) -> Repaired:
    """Repair the first `MOST` of `rows`; one more means that some are left."""
    drifts_by_id = {row.id: (drift_of(row), row.round_id) for row in rows[:MOST]}
    link(db, organisation_id)
    controls = hold_open(db, {drift.right_uid for drift, _round in drifts_by_id.values()} - {""})
    sides = _sides(db, organisation_id, [drift for drift, _round in drifts_by_id.values()])
    now = {id_: sides.now(drift) for id_, (drift, _round) in drifts_by_id.items()}
    kept_ids = _stays_closed(db, drifts_by_id, sides) & {
        id_ for id_, (item, _) in drifts_by_id.items() if now[id_] == item
    }
    same = [
        drift
        for id_, (drift, _) in drifts_by_id.items()
        if now[id_] == drift and id_ not in kept_ids
    ]
    _apply(db, organisation_id, same, sides, by)
    end_controls(db, controls, by.now)
    end_drifts(db, drifts_by_id.keys() - kept_ids, by.now)
    changed = _say_anew(db, organisation_id, drifts_by_id, now, by.now)
    proofs = sum(asks_proof(item.fields) for item in same)
    has_more = len(rows) > MOST
    more = {"kept_count": len(kept_ids), "proofs": proofs, "ended": _ended(same, sides)}
    return Repaired(len(same), tuple(sorted(changed)), has_more, **more)


def _say_anew(
    db: Session,
    organisation_id: int,
    drifts_by_id: Mapping[int, tuple[Drift, int]],
    current_drifts: Mapping[int, Drift | None],
    now: datetime,
) -> set[str]:
    """Report changed differences again, in their own rounds; return their PCEs."""
    anew: dict[int, list[Drift]] = {}
    for id_, (drift, round_id) in drifts_by_id.items():
        other = current_drifts[id_]
        if other and other != drift:
            anew.setdefault(round_id, []).append(other)
    for round_id, drifts in anew.items():
        write_drifts(db, organisation_id, round_id, drifts, now)
    return {drift.number for drifts in anew.values() for drift in drifts}


def _ended(drifts: Sequence[Drift], sides: _Sides) -> int:
    """Count the rights that were open here and are ended by the repair."""
    becomes = dict(_aligned(drifts, sides))
    here = (right for right in sides.own_rights.values() if right.id in becomes)
    over = sum(becomes[right.id].state.final > right.terms.state.final for right in here)
    return over + sum(drift.kind is _THERE for drift in drifts)


def _stays_closed(
    db: Session, drifts_by_id: Mapping[int, tuple[Drift, int]], sides: _Sides
) -> set[int]:
    """Return the differences whose right is not reopened, or is about to be ended upstream."""
    own_rights = {
        id_: sides.own_rights.get(drift.right_uid) for id_, (drift, _round) in drifts_by_id.items()
    }
    ends = select(MirrorSending.right_id).where(
        MirrorSending.verb == SendingVerb.REVOKE, MirrorSending.state.in_(MOVING)
    )
    ending: set[int] = set()
    for ids in blocks(sorted(right.id for right in own_rights.values() if right)):
        ending |= set(db.scalars(ends.where(is_among(db, MirrorSending.right_id, ids))))
    return {
        id_
        for id_, right in own_rights.items()
        if drifts_by_id[id_][0].kind is DriftKind.ENDED_HERE or (right and right.id in ending)
    }


def _apply(
    db: Session, organisation_id: int, drifts: Sequence[Drift], sides: _Sides, by: RightAuthor
) -> None:
    align(db, organisation_id, dict(_aligned(drifts, sides)), by)
    absent_ids = [sides.own_rights[item.right_uid].id for item in drifts if item.kind is _THERE]
    end_absent(db, organisation_id, absent_ids, by)
    new = [sides.upstream_rights[item.their_uid] for item in drifts if item.kind is _HERE]
    adoptions = adopt(db, organisation_id, [_adopted(item) for item in new], by)
    ids = (id_ for id_, _uid in adoptions)
    note_links(db, organisation_id, dict(zip((item.uid for item in new), ids, strict=True)))


def _adopted(upstream_right: TheirRight) -> TheirRight:
    terms = new_terms(upstream_right)
    return replace(upstream_right, **{name: getattr(terms, name) for name in _TERMS})


_HERE, _THERE = DriftKind.UNKNOWN_HERE, DriftKind.UNKNOWN_THERE
_TERMS = tuple(term.name for term in fields(RightTerms))


def _aligned(drifts: Sequence[Drift], sides: _Sides) -> Iterator[tuple[int, RightTerms]]:
    for drift in drifts:
        if drift.kind not in {_HERE, _THERE}:
            own_right = sides.own_rights[drift.right_uid]
            yield (
                own_right.id,
                target_terms(
                    own_right.terms, sides.upstream_rights[drift.their_uid], own_right.ended_by
                ),
            )


def _sides(db: Session, organisation_id: int, drifts: Sequence[Drift]) -> _Sides:
    upstream_rights: dict[str, TheirRight] = {}
    links: dict[str, str] = {}
    own_rights: dict[str, OurRight] = {}
    same_organisation = MirrorRight.organisation_id == organisation_id
    linked = select(*THEIRS, AccessRight.uid).outerjoin(
        AccessRight, AccessRight.id == MirrorRight.right_id
    )
    for uids in blocks(sorted({drift.their_uid for drift in drifts} - {""})):
        for row in db.execute(linked.where(same_organisation, is_among(db, MirrorRight.uid, uids))):
            upstream_right = their(row)
            upstream_rights[upstream_right.uid] = upstream_right
            if row[-1] is not None:
                links[upstream_right.uid] = row[-1]
    here = select(*OURS).where(AccessRight.organisation_id == organisation_id)
    here = here.order_by(AccessRight.id).with_for_update()
    for uids in blocks(sorted({drift.right_uid for drift in drifts} | set(links.values()))):
        for row in db.execute(here.where(is_among(db, AccessRight.uid, uids))):
            right = our(row)
            own_rights[right.uid] = right
    _note_linked(db, own_rights, links)
    return _Sides(own_rights, upstream_rights, links)


def _note_linked(db: Session, own_rights: Mapping[str, OurRight], links: dict[str, str]) -> None:
    """Update the links of rights that may have been linked meanwhile."""
    unlinked_uids = {
        right.id: right.uid for right in own_rights.values() if right.uid not in links.values()
    }
    query = select(MirrorRight.uid, MirrorRight.right_id)
    for ids in blocks(sorted(unlinked_uids)):
        for row in db.execute(query.where(is_among(db, MirrorRight.right_id, ids))):
            links[row.uid] = unlinked_uids[row.right_id]
