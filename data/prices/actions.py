"""Entering, changing, ending and removing prices; each leaves a line in the journal."""

from collections.abc import Mapping
from datetime import date, datetime

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
from data.prices.types import Component, Draft, Target
from i18n import N_

_LATE = N_("Quelqu’un a changé ce prix en même temps que vous : rechargez la page.")


def add(db: Session, viewer: Viewer, draft: Draft, *, now: datetime) -> int:
    """Keep a new component; its id. Raises Invalid, NotFound, or Forbidden for what is not theirs.

    A component overlaps no other of the same name and target.
    """
    viewer.require(Permission.PRICES_WRITE)
    _lock(db, viewer)
    values = _checked(db, viewer, draft)
    row = PriceComponent(organisation_id=viewer.organisation_id, changed_at=now, **values)
    db.add(row)
    db.flush()
    _note(db, viewer, now, "prices.added", Component(row.id, draft))
    return row.id


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: Draft, *, now: datetime
) -> None:
    """Have *draft* in place of a component; *seen* is its id, and the version on screen.

    Raises as `add` does, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.PRICES_WRITE)
    _lock(db, viewer)
    _of_theirs(viewer, get_component(db, viewer, seen[0]))
    values = _checked(db, viewer, draft, seen[0])
    _write(db, seen, values, now)
    _note(db, viewer, now, "prices.changed", Component(seen[0], draft))


def end(db: Session, viewer: Viewer, seen: tuple[int, int], last: date, *, now: datetime) -> None:
    """Make *last* the last day of a component."""
    viewer.require(Permission.PRICES_WRITE)
    _lock(db, viewer)
    found = get_component(db, viewer, seen[0])
    _of_theirs(viewer, found)
    check_dates(found.draft.first, last)
    if found.draft.last is not None and last > found.draft.last:
        raise Invalid(N_("Ce prix se termine déjà avant ce jour : modifiez-le pour le prolonger."))
    _write(db, seen, {"last_day": last}, now)
    _note(db, viewer, now, "prices.ended", found)


def remove(db: Session, viewer: Viewer, seen: tuple[int, int], *, now: datetime) -> None:
    """Take a component away, as if it had never been: its days lose it."""
    viewer.require(Permission.PRICES_WRITE)
    _lock(db, viewer)
    found = get_component(db, viewer, seen[0])
    _of_theirs(viewer, found)
    gone = delete(PriceComponent).where(
        PriceComponent.id == seen[0], PriceComponent.version == seen[1]
    )
    if db.scalar(gone.returning(PriceComponent.id)) is None:
        raise Conflict(_LATE)
    _note(db, viewer, now, "prices.removed", found)


def _lock(db: Session, viewer: Viewer) -> None:
    """One writer at a time of an organisation's prices: of two that overlap, the second is told."""
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update())


def _checked(db: Session, viewer: Viewer, draft: Draft, own: int = 0) -> Mapping[str, object]:
    """The columns that *draft* makes, once nothing is wrong with it; *own* is what it replaces."""
    name_in(draft.name)
    check_unit(draft.kind, draft.unit)
    check_dates(draft.first, draft.last)
    pce_id = _target(db, viewer, draft.target)
    others = [one for one in list_components(db, viewer) if one.id != own]
    check_alone(draft, others)
    return {
        "pce_id": pce_id,
        "tag": draft.target.tag,
        "name": draft.name,
        "kind": draft.kind,
        "unit": draft.unit,
        "amount": draft.amount,
        "first_day": draft.first,
        "last_day": draft.last,
    }


def _target(db: Session, viewer: Viewer, target: Target) -> int | None:
    """The PCE of *target*, if it is for one; who is limited to tags sets no price for all."""
    if target.pce:
        return get_scope(db, viewer, target.pce).id
    if not target.tag:
        viewer.require_whole()
    elif target.tag not in {tag for tag, _count in tags(db, viewer)}:
        raise Invalid(
            N_("Aucun de vos PCE ne porte l’étiquette « {tag} » : choisissez-en une autre."),
            tag=target.tag,
        )
    return None


def _of_theirs(viewer: Viewer, found: Component) -> None:
    if not (found.draft.target.pce or found.draft.target.tag):
        viewer.require_whole()


def _write(db: Session, seen: tuple[int, int], values: Mapping[str, object], now: datetime) -> None:
    written = (
        update(PriceComponent)
        .where(PriceComponent.id == seen[0], PriceComponent.version == seen[1])
        .values(**values, version=seen[1] + 1, changed_at=now)
    )
    if db.scalar(written.returning(PriceComponent.id)) is None:
        raise Conflict(_LATE)


def _note(db: Session, viewer: Viewer, now: datetime, action: str, one: Component) -> None:
    draft = one.draft
    detail = {"name": key_of(draft), "amount": draft.amount, "unit": draft.unit.value}
    actor = viewer.user_id, viewer.organisation_id
    note(db, now, action, ("price", one.id), actor=actor, detail=detail)
