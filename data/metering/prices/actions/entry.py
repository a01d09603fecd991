"""Create, change, end and remove prices; each action is in the journal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.metering.pces.queries import count_by_tag, get_scope
from data.metering.prices.models import PriceComponent
from data.metering.prices.queries import PRICES, get_component, list_components
from data.metering.prices.rules.checks import check_alone, check_dates, check_unit, name_in
from data.metering.prices.rules.costs import DAY, key_of
from data.metering.prices.rules.tariffs import replaces
from data.metering.prices.types import EVERY, Component, PriceDraft

HIDDEN_TAG = N_("Aucun de vos PCE n’a l’étiquette « {tag} » : choisissez-en une autre.")


def add(db: Session, viewer: Viewer, draft: PriceDraft, *, now: datetime) -> int:
    """Store a new component and return its id.

    It must not overlap another of the same name and target. Raise Invalid, NotFound, or Forbidden
    for a target that is not the viewer's.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    _check(db, viewer, draft)
    PRICES.forget_removed(db, viewer, now)
    component_id = store(db, viewer, draft, now)
    note_one(db, viewer, now, "prices.added", Component(component_id, draft))
    return component_id


def enter_tariff(db: Session, viewer: Viewer, parts: Sequence[PriceDraft], *, now: datetime) -> int:
    """Store the parts of a tariff; the same parts without end stop the day before.

    Return how many stopped. Raise as `add`.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    stopped = 0
    for draft in parts:
        for component in list_components(db, viewer):
            if replaces(draft, component.draft):
                _of_theirs(viewer, component)
                until = replace(component.draft, last=draft.first - DAY)
                write(db, viewer, (component.id, component.version), until, now)
                note_one(db, viewer, now, "prices.ended", Component(component.id, until))
                stopped += 1
        _check(db, viewer, draft)
        component_id = store(db, viewer, draft, now)
        note_one(db, viewer, now, "prices.added", Component(component_id, draft))
    return stopped


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: PriceDraft, *, now: datetime
) -> None:
    """Replace a component by `draft`; `seen` is its id and the displayed version.

    Raise as `add`, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    _of_theirs(viewer, get_component(db, viewer, seen[0]))
    _check(db, viewer, draft, seen[0])
    write(db, viewer, seen, draft, now)
    note_one(db, viewer, now, "prices.changed", Component(seen[0], draft))


def change_tariff(
    db: Session,
    viewer: Viewer,
    seen: Sequence[tuple[int, int]],
    parts: Sequence[PriceDraft],
    *,
    now: datetime,
) -> None:
    """Replace the components of a tariff by `parts` of the same names; remove the rest.

    `seen` are their ids and displayed versions. Raise as `change`.
    """
    viewer.require(Permission.PRICES_WRITE)
    drafts_by_key = {key_of(draft): draft for draft in parts}
    for row_version in seen:
        component = get_component(db, viewer, row_version[0])
        draft = drafts_by_key.pop(key_of(component.draft), None)
        if draft is None:
            remove(db, viewer, row_version, now=now)
        elif draft != component.draft:
            change(db, viewer, row_version, draft, now=now)
    for draft in drafts_by_key.values():
        add(db, viewer, draft, now=now)


def end(db: Session, viewer: Viewer, seen: tuple[int, int], last: date, *, now: datetime) -> None:
    """Make `last` the last day of a component.

    Raise Invalid when it already ends earlier, Conflict when somebody changed it since.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    component = get_component(db, viewer, seen[0])
    _of_theirs(viewer, component)
    check_dates(component.draft.first, last)
    if component.draft.last is not None and last > component.draft.last:
        raise Invalid(N_("Ce prix se termine déjà avant ce jour : modifiez-le pour le prolonger."))
    draft = replace(component.draft, last=last)
    write(db, viewer, seen, draft, now)
    note_one(db, viewer, now, "prices.ended", Component(seen[0], draft))


def remove(db: Session, viewer: Viewer, id_and_version: tuple[int, int], *, now: datetime) -> None:
    """Remove a component for all its days; it can be restored for a day. Raise Conflict."""
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    component = get_component(db, viewer, id_and_version[0])
    _of_theirs(viewer, component)
    PRICES.write(db, viewer, id_and_version, {"removed_at": now, "changed_at": now})
    note_one(db, viewer, now, "prices.removed", component)


def restore(db: Session, viewer: Viewer, component_id: int, *, now: datetime) -> None:
    """Restore a component removed for less than a day; nothing happens if it is not removed.

    Raise NotFound, or Invalid when it overlaps another of the same name and target.
    """
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    row = PRICES.find_restorable(db, viewer, component_id, now)
    if row is None:
        return
    row.removed_at = None
    db.flush()
    component = get_component(db, viewer, component_id)
    _check(db, viewer, component.draft, component_id)
    note_one(db, viewer, now, "prices.restored", component)


def lock(db: Session, viewer: Viewer) -> None:
    """Lock an organisation's prices, so that overlapping entries are detected."""
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update())


def _check(db: Session, viewer: Viewer, draft: PriceDraft, own: int = 0) -> None:
    """Raise unless `draft` is valid; `own` is the id of the component it replaces."""
    name_in(draft.name)
    check_unit(draft.kind, draft.unit)
    check_dates(draft.first, draft.last)
    # The target must be the viewer's; limited viewers set no price for all PCEs.
    if draft.target.pce:
        get_scope(db, viewer, draft.target.pce)
    elif not draft.target.tag:
        viewer.require_whole()
    elif draft.target.tag not in {tag for tag, _count in count_by_tag(db, viewer)}:
        raise Invalid(HIDDEN_TAG, tag=draft.target.tag)
    check_alone(
        draft, [component for component in list_components(db, viewer) if component.id != own]
    )


def _of_theirs(viewer: Viewer, component: Component) -> None:
    if component.draft.target == EVERY:
        viewer.require_whole()


def store(db: Session, viewer: Viewer, draft: PriceDraft, now: datetime) -> int:
    """Insert a checked component; return its id."""
    values = {"organisation_id": viewer.organisation_id, "changed_at": now}
    row = PriceComponent(**values, **_columns(db, viewer, draft))
    db.add(row)
    db.flush()
    return row.id


def write(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: PriceDraft, now: datetime
) -> None:
    """Update a component. Raise Conflict when somebody changed it since."""
    PRICES.write(db, viewer, seen, _columns(db, viewer, draft) | {"changed_at": now})


def _columns(db: Session, viewer: Viewer, draft: PriceDraft) -> dict[str, Any]:
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


def note_one(db: Session, viewer: Viewer, now: datetime, action: str, component: Component) -> None:
    draft = component.draft
    detail = {"name": key_of(draft), "amount": draft.amount, "unit": draft.unit.value}
    note(db, now, action, ("price", component.id), actor=viewer.actor, detail=detail)
