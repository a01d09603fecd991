"""Entering, changing, ending and removing prices; each leaves a line in the journal."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.errors import Conflict, Invalid
from data.pces.queries import get_scope, tags
from data.prices.models import PriceComponent
from data.prices.queries import get_component, list_components
from data.prices.rules.checks import check_alone, check_dates, check_unit, name_in
from data.prices.rules.costs import key_of
from data.prices.types import EVERY, Component, Draft, Target
from i18n import N_

HIDDEN_TAG = N_("Aucun de vos PCE n’a l’étiquette « {tag} » : choisissez-en une autre.")
_LATE = N_("Quelqu’un a changé ce prix en même temps que vous : rechargez la page.")


def add(db: Session, viewer: Viewer, draft: Draft, *, now: datetime) -> int:
    """Keep a new component; its id. Raises Invalid, NotFound, or Forbidden for what is not theirs.

    A component overlaps no other of the same name and target.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    _check(db, viewer, draft)
    made = store(db, viewer, draft, now)
    note_one(db, viewer, now, "prices.added", Component(made, draft))
    return made


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: Draft, *, now: datetime
) -> None:
    """Have *draft* in place of a component; *seen* is its id, and the version on screen.

    Raises as `add` does, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    _of_theirs(viewer, get_component(db, viewer, seen[0]))
    _check(db, viewer, draft, seen[0])
    write(db, viewer, seen, draft, now)
    note_one(db, viewer, now, "prices.changed", Component(seen[0], draft))


def end(db: Session, viewer: Viewer, seen: tuple[int, int], last: date, *, now: datetime) -> None:
    """Make *last* the last day of a component."""
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    found = get_component(db, viewer, seen[0])
    _of_theirs(viewer, found)
    check_dates(found.draft.first, last)
    if found.draft.last is not None and last > found.draft.last:
        raise Invalid(N_("Ce prix se termine déjà avant ce jour : modifiez-le pour le prolonger."))
    draft = replace(found.draft, last=last)
    write(db, viewer, seen, draft, now)
    note_one(db, viewer, now, "prices.ended", Component(seen[0], draft))


def remove(db: Session, viewer: Viewer, seen: tuple[int, int], *, now: datetime) -> None:
    """Take a component away, as if it had never been: its days lose it."""
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    found = get_component(db, viewer, seen[0])
    _of_theirs(viewer, found)
    gone = delete(PriceComponent).where(
        PriceComponent.id == seen[0], PriceComponent.version == seen[1]
    )
    if db.scalar(gone.returning(PriceComponent.id)) is None:
        raise Conflict(_LATE)
    note_one(db, viewer, now, "prices.removed", found)


def lock(db: Session, viewer: Viewer) -> None:
    """One writer at a time of an organisation's prices: of two that overlap, the second is told."""
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update())


def _check(db: Session, viewer: Viewer, draft: Draft, own: int = 0) -> None:
    """Whether *draft* may stand; *own* is what it replaces."""
    name_in(draft.name)
    check_unit(draft.kind, draft.unit)
    check_dates(draft.first, draft.last)
    _check_target(db, viewer, draft.target)
    check_alone(draft, [one for one in list_components(db, viewer) if one.id != own])


def _check_target(db: Session, viewer: Viewer, target: Target) -> None:
    """Whether it is theirs; who is limited to tags sets no price for all."""
    if target.pce:
        get_scope(db, viewer, target.pce)
    elif not target.tag:
        viewer.require_whole()
    elif target.tag not in {tag for tag, _count in tags(db, viewer)}:
        raise Invalid(HIDDEN_TAG, tag=target.tag)


def _of_theirs(viewer: Viewer, found: Component) -> None:
    if found.draft.target == EVERY:
        viewer.require_whole()


def store(db: Session, viewer: Viewer, draft: Draft, now: datetime) -> int:
    """A row of what was checked; its id."""
    values = {"organisation_id": viewer.organisation_id, "changed_at": now}
    row = PriceComponent(**values, **_columns(db, viewer, draft))
    db.add(row)
    db.flush()
    return row.id


def write(db: Session, viewer: Viewer, seen: tuple[int, int], draft: Draft, now: datetime) -> None:
    """Change a row to what was checked. Raises Conflict when somebody changed it since."""
    values = _columns(db, viewer, draft) | {"version": seen[1] + 1, "changed_at": now}
    mine = PriceComponent.id == seen[0], PriceComponent.version == seen[1]
    written = update(PriceComponent).where(*mine).values(**values)
    if db.scalar(written.returning(PriceComponent.id)) is None:
        raise Conflict(_LATE)


def _columns(db: Session, viewer: Viewer, draft: Draft) -> dict[str, Any]:
    pce = draft.target.pce
    return {
        "pce_id": get_scope(db, viewer, pce).id if pce else None,
        "tag": draft.target.tag,
        "name": draft.name,
        "kind": draft.kind,
        "unit": draft.unit,
        "amount": draft.amount,
        "first_day": draft.first,
        "last_day": draft.last,
    }


def note_one(db: Session, viewer: Viewer, now: datetime, action: str, one: Component) -> None:
    draft = one.draft
    detail = {"name": key_of(draft), "amount": draft.amount, "unit": draft.unit.value}
    actor = viewer.user_id, viewer.organisation_id
    note(db, now, action, ("price", one.id), actor=actor, detail=detail)
