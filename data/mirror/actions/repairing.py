"""Making rights of ours as they are there: one difference, several, or all of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.bulk import among
from data.controls.actions import hold_open
from data.db import blocks
from data.errors import Invalid, NotFound
from data.limits import within_number
from data.mirror.actions.holding import hold, tell_held
from data.mirror.actions.proving import end_controls
from data.mirror.actions.reading import OURS, THEIRS, our, their
from data.mirror.actions.weighing import alone, drift_of, end_drifts, link, note_links, write_drifts
from data.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorSending
from data.mirror.queries.ending import ends, too_many_ends
from data.mirror.queries.opening import contracted
from data.mirror.rules.comparing import (
    asks_proof,
    difference,
    new_terms,
    unknown_here,
    unknown_there,
    wanted,
)
from data.mirror.types import MOVING, Drift, DriftKind, OurRight, Repaired, TheirRight, Verb
from data.rights.actions import adopt, align, end_absent
from data.rights.actions.moving import By
from data.rights.models import AccessRight
from data.rights.types import Actor, Terms
from i18n import N_

MOST = 2000  # repaired in one transaction
# What waits for somebody: a list that lacks rights ends none, and what ended here stays so.
_ASKED = (DriftKind.UNKNOWN_THERE, DriftKind.ENDED_HERE, DriftKind.CLOSED_HERE)
_GONE = N_("Cet écart est introuvable : il est peut-être déjà réparé.")
_NOTHING = N_("Choisissez au moins un écart.")


def repair(db: Session, viewer: Viewer, ids: Collection[int], *, now: datetime) -> Repaired:
    """Make what these differences are about as it is there.

    One that says something else by now changes nothing: it is said anew, to be read first. What
    ended here by the word of others than the organisation stays so: the other side has to end it.
    NotFound when one is no more, or is of nobody that the viewer sees; Invalid for none, or too
    many.
    """
    viewer.require(Permission.MIRROR)
    viewer.require_contract()
    wished = sorted(set(ids))
    if not wished:
        raise Invalid(_NOTHING)
    if len(wished) > MOST:
        raise Invalid(N_("Réparez au plus {most} écarts à la fois."), most=MOST)
    alone(db, viewer.organisation_id)
    rows = list(db.scalars(_seen(viewer).where(among(db, MirrorDrift.id, wished))))
    if len(rows) != len(wished):
        raise NotFound(_GONE)
    return _repair(db, viewer.organisation_id, rows, _by(viewer, now))


def repair_all(db: Session, viewer: Viewer, *, upto: int, now: datetime) -> Repaired:
    """The same for all there are up to the one whose id is *upto*, so many at once.

    Those that came after it were not there when whoever asks read the others.
    """
    viewer.require(Permission.MIRROR)
    viewer.require_contract()
    alone(db, viewer.organisation_id)
    seen = _seen(viewer).where(MirrorDrift.id <= upto)
    stays = MirrorDrift.kind == DriftKind.ENDED_HERE
    rows = list(db.scalars(seen.where(~stays).limit(MOST + 1)))
    done = _repair(db, viewer.organisation_id, rows, _by(viewer, now))
    count = seen.where(stays).order_by(None).with_only_columns(func.count())
    return replace(done, kept=done.kept + (db.scalar(count) or 0))


def repair_unasked(db: Session, organisation_id: int, *, now: datetime) -> Repaired:
    """The same by the clock, for an organisation that wants it so.

    What the other side does not know, or what ended here, waits for somebody; so do the ends of
    most rights at once, all of them until then: the administrators of the organisation are told.
    """
    alone(db, organisation_id)
    wants = select(MirrorConnection.repairs).filter_by(organisation_id=organisation_id)
    wants = wants.where(contracted(MirrorConnection.organisation_id, now))
    if not db.scalar(wants):
        return Repaired(0)
    found = too_many_ends(db, organisation_id)
    if found:
        hold(db, organisation_id)
        tell_held(db, organisation_id, found, now)
    fit = _of(organisation_id).where(MirrorDrift.kind.not_in(_ASKED), ~ends(held=True))
    rows = list(db.scalars(fit.limit(MOST + 1)))
    return _repair(db, organisation_id, rows, By(Actor.DISTRIBUTOR, now))


def _by(viewer: Viewer, now: datetime) -> By:
    return By(Actor.DISTRIBUTOR, now, viewer)


def _of(organisation_id: int) -> Select[MirrorDrift]:
    query = select(MirrorDrift).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None)
    )
    return query.order_by(MirrorDrift.id)


def _seen(viewer: Viewer) -> Select[MirrorDrift]:
    return _of(viewer.organisation_id).where(within_number(viewer, MirrorDrift.number))


@dataclass(slots=True)
class _Sides:
    """Both sides of some differences, as they are now."""

    ours: Mapping[str, OurRight]  # by uid; locked
    theirs: Mapping[str, TheirRight]
    links: Mapping[str, str]  # which of ours, by its uid, each of theirs is

    def now(self, drift: Drift) -> Drift | None:
        """What is to be said of the same right today; None when nothing differs."""
        theirs = self.theirs.get(drift.their_uid)
        if theirs is not None:
            ours = self.ours.get(self.links.get(theirs.uid, ""))
            return difference(ours, theirs) if ours else unknown_here(theirs)
        left = self.ours.get(drift.right_uid)
        if left is None or left.terms.state.final or left.uid in self.links.values():
            return None
        return unknown_there(left)


def _repair(db: Session, organisation_id: int, rows: Sequence[MirrorDrift], by: By) -> Repaired:
    """Of *rows*, the first of them; one more than are taken says that some are left."""
    some = {row.id: (drift_of(row), row.round_id) for row in rows[:MOST]}
    link(db, organisation_id)
    controls = hold_open(db, {drift.right_uid for drift, _round in some.values()} - {""})
    sides = _sides(db, organisation_id, [drift for drift, _round in some.values()])
    now = {id_: sides.now(drift) for id_, (drift, _round) in some.items()}
    kept = _kept(db, some, sides) & {id_ for id_, (one, _) in some.items() if now[id_] == one}
    same = [drift for id_, (drift, _) in some.items() if now[id_] == drift and id_ not in kept]
    _apply(db, organisation_id, same, sides, by)
    end_controls(db, controls, by.now)
    end_drifts(db, some.keys() - kept, by.now)
    changed = _say_anew(db, organisation_id, some, now, by.now)
    proofs = sum(asks_proof(one.fields) for one in same)
    left = len(rows) > MOST
    more = {"kept": len(kept), "proofs": proofs, "ended": _ended(same, sides)}
    return Repaired(len(same), tuple(sorted(changed)), left, **more)


def _say_anew(
    db: Session,
    organisation_id: int,
    some: Mapping[int, tuple[Drift, int]],
    said: Mapping[int, Drift | None],
    now: datetime,
) -> set[str]:
    """Those that say something else by now, as of their own rounds: the PCE of these."""
    anew: dict[int, list[Drift]] = {}
    for id_, (drift, round_id) in some.items():
        other = said[id_]
        if other and other != drift:
            anew.setdefault(round_id, []).append(other)
    for round_id, drifts in anew.items():
        write_drifts(db, organisation_id, round_id, drifts, now)
    return {drift.number for drifts in anew.values() for drift in drifts}


def _ended(drifts: Sequence[Drift], sides: _Sides) -> int:
    """Of what is done, how many rights were open here and are over."""
    becomes = dict(_aligned(drifts, sides))
    here = (right for right in sides.ours.values() if right.id in becomes)
    over = sum(becomes[right.id].state.final > right.terms.state.final for right in here)
    return over + sum(one.kind is _THERE for one in drifts)


def _kept(db: Session, some: Mapping[int, tuple[Drift, int]], sides: _Sides) -> set[int]:
    """Of *some*, those that are not opened again, or are about to be ended there."""
    ours = {id_: sides.ours.get(drift.right_uid) for id_, (drift, _round) in some.items()}
    ends = select(MirrorSending.right_id).where(
        MirrorSending.verb == Verb.REVOKE, MirrorSending.state.in_(MOVING)
    )
    ending: set[int] = set()
    for ids in blocks(sorted(right.id for right in ours.values() if right)):
        ending |= set(db.scalars(ends.where(among(db, MirrorSending.right_id, ids))))
    return {
        id_
        for id_, right in ours.items()
        if some[id_][0].kind is DriftKind.ENDED_HERE or (right and right.id in ending)
    }


def _apply(
    db: Session, organisation_id: int, drifts: Sequence[Drift], sides: _Sides, by: By
) -> None:
    align(db, organisation_id, dict(_aligned(drifts, sides)), by)
    there = [sides.ours[one.right_uid].id for one in drifts if one.kind is _THERE]
    end_absent(db, organisation_id, there, by)
    new = [sides.theirs[one.their_uid] for one in drifts if one.kind is _HERE]
    found = adopt(db, organisation_id, [_adopted(one) for one in new], by)
    ids = (id_ for id_, _uid in found)
    note_links(db, organisation_id, dict(zip((one.uid for one in new), ids, strict=True)))


def _adopted(one: TheirRight) -> TheirRight:
    terms = new_terms(one)
    return replace(one, **{name: getattr(terms, name) for name in _TERMS})


_HERE, _THERE = DriftKind.UNKNOWN_HERE, DriftKind.UNKNOWN_THERE
_TERMS = tuple(one.name for one in fields(Terms))


def _aligned(drifts: Sequence[Drift], sides: _Sides) -> Iterator[tuple[int, Terms]]:
    for drift in drifts:
        if drift.kind not in {_HERE, _THERE}:
            ours = sides.ours[drift.right_uid]
            yield ours.id, wanted(ours.terms, sides.theirs[drift.their_uid], ours.ended_by)


def _sides(db: Session, organisation_id: int, drifts: Sequence[Drift]) -> _Sides:
    theirs: dict[str, TheirRight] = {}
    links: dict[str, str] = {}
    ours: dict[str, OurRight] = {}
    there = MirrorRight.organisation_id == organisation_id
    linked = select(*THEIRS, AccessRight.uid).outerjoin(
        AccessRight, AccessRight.id == MirrorRight.right_id
    )
    for uids in blocks(sorted({drift.their_uid for drift in drifts} - {""})):
        for row in db.execute(linked.where(there, among(db, MirrorRight.uid, uids))):
            one = their(row)
            theirs[one.uid] = one
            if row[-1] is not None:
                links[one.uid] = row[-1]
    here = select(*OURS).where(AccessRight.organisation_id == organisation_id)
    here = here.order_by(AccessRight.id).with_for_update()
    for uids in blocks(sorted({drift.right_uid for drift in drifts} | set(links.values()))):
        for row in db.execute(here.where(among(db, AccessRight.uid, uids))):
            right = our(row)
            ours[right.uid] = right
    _note_linked(db, ours, links)
    return _Sides(ours, theirs, links)


def _note_linked(db: Session, ours: Mapping[str, OurRight], links: dict[str, str]) -> None:
    """Of a right that was not there, whether it is one of theirs by now."""
    left = {right.id: right.uid for right in ours.values() if right.uid not in links.values()}
    query = select(MirrorRight.uid, MirrorRight.right_id)
    for ids in blocks(sorted(left)):
        for row in db.execute(query.where(among(db, MirrorRight.right_id, ids))):
            links[row.uid] = left[row.right_id]
