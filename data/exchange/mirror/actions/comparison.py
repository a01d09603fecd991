"""Load local and upstream rights to compare them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from data.exchange.mirror.models import MirrorRight, MirrorSending
from data.exchange.mirror.types import MOVING, OurRight, TheirRight
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.end_origin import find_ended_by_column
from data.rights.types import EndedBy, RightDataKind, RightTerms, RightTrigger

_TERMS = tuple(name for name in RightTerms.__dataclass_fields__ if name != "kinds")
_FLAGS = tuple(kind.value for kind in RightDataKind)
_OURS = ("id", "uid", "number", "role", "created_at", *_TERMS, *_FLAGS)
_THEIRS = tuple(name for name in TheirRight.__dataclass_fields__ if name != "kinds")
_COMPARED = tuple(name for name in (*_TERMS, *_FLAGS) if name != "closed_at")


def _of(model: Any, names: Sequence[str]) -> list[InstrumentedAttribute[Any]]:  # noqa: ANN401
    return [getattr(model, name) for name in names]


OURS = [*_of(AccessRight, _OURS), find_ended_by_column().label("ended_by")]
THEIRS = _of(MirrorRight, (*_THEIRS, *_FLAGS))
# Equal rights are not loaded: a fleet has a hundred thousand of them.
UNLIKE = or_(
    *(getattr(AccessRight, name).is_distinct_from(getattr(MirrorRight, name)) for name in _COMPARED)
)


_SAME = (*_COMPARED, "role", "created_at")


def is_duplicate() -> ColumnElement[bool]:
    """Return the condition of upstream rights listed under several uids, but one."""
    other = aliased(MirrorRight)
    same = (getattr(other, name).is_not_distinct_from(getattr(MirrorRight, name)) for name in _SAME)
    query = select(other.uid).where(
        other.organisation_id == MirrorRight.organisation_id,
        other.number == MirrorRight.number,  # has an index
        or_(other.right_id.is_not(None), other.uid < MirrorRight.uid),
        *same,
    )
    return query.correlate(MirrorRight).exists()


def our(row: Sequence[Any]) -> OurRight:
    """Return the local right in a row that begins with `OURS`."""
    id_, uid, number, role, created_at, *term_values = row[: len(_OURS)]
    kinds, ended = _kinds(tuple(term_values[len(_TERMS) :])), row[len(_OURS)]
    terms = RightTerms(kinds=kinds, **dict(zip(_TERMS, term_values, strict=False)))
    return OurRight(id_, uid, number, role, created_at, terms, EndedBy(ended) if ended else None)


def their(row: Sequence[Any]) -> TheirRight:
    """Return the upstream right in a row that begins with `THEIRS`."""
    values, flags = row[: len(_THEIRS)], row[len(_THEIRS) : len(THEIRS)]
    return TheirRight(kinds=_kinds(tuple(flags)), **dict(zip(_THEIRS, values, strict=True)))


@lru_cache(maxsize=16)
def _kinds(flags: tuple[bool, ...]) -> frozenset[RightDataKind]:
    return frozenset(kind for kind, on in zip(RightDataKind, flags, strict=True) if on)


def on_the_way(since: datetime, gathering: timedelta = timedelta()) -> ColumnElement[bool]:
    """Return the condition of rights with messages queued, or sent after `since`.

    `since` is when the list was requested. A right that changed after it, or during `gathering`
    before it without a message yet, may be about to be sent: it is compared the next time.
    """
    of_it = MirrorSending.right_id == AccessRight.id
    sending = select(MirrorSending.id).where(
        of_it, or_(MirrorSending.state.in_(MOVING), MirrorSending.ended_at > since)
    )
    sendings = select(MirrorSending.id).where(of_it, MirrorSending.created_at >= RightEventRow.at)
    moved = select(RightEventRow.id).where(
        RightEventRow.right_id == AccessRight.id,
        RightEventRow.at > since - gathering,
        RightEventRow.trigger != RightTrigger.ALIGNED,
        or_(RightEventRow.at > since, ~sendings.correlate(AccessRight, RightEventRow).exists()),
    )
    return or_(sending.exists(), moved.exists())


def linked() -> ColumnElement[bool]:
    """Return the condition of local rights linked to an upstream one."""
    return (
        select(MirrorRight.uid)
        .where(MirrorRight.right_id == AccessRight.id)
        .correlate(AccessRight)
        .exists()
    )


def mine(organisation_id: int) -> ColumnElement[bool]:
    return and_(
        MirrorRight.organisation_id == organisation_id, MirrorRight.right_id == AccessRight.id
    )
