"""Hand a person's belongings over to a colleague, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks, change_rows
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.administration.people.queries.belongings import (
    is_assigned_to,
    is_followed_by,
    is_unfinished_deposit,
    load_notifying_thresholds,
)
from data.administration.people.queries.handover import get_handover
from data.administration.people.queries.visible import get_person
from data.administration.people.types import Belongings, HandoverPreview
from data.analysis.marks.models import KeptViewRow
from data.controls import actions as controls
from data.controls.models import Control
from data.exports.models import ExportSchedule
from data.identity.accounts.models import User
from data.identity.audit.actions import note
from data.notifications.types import Recipient
from data.rights.models import SavedViewRow
from data.runs.models import Run
from data.thresholds.actions.versions import Versioned, keep_versions
from data.thresholds.models import Episode, Threshold
from data.thresholds.types import ThresholdChange, ThresholdDraft

_LONGEST_VIEW = 60


def hand_over(
    db: Session,
    viewer: Viewer,
    user_id: int,
    heir_id: int,
    seen_belongings: Belongings,
    *,
    now: datetime,
) -> Belongings:
    """Transfer what a person owns to a colleague; return what moved.

    Raise Conflict when it differs from `seen_belongings`; Invalid for an heir of another
    organisation, disabled, or who does not see all PCEs concerned; NotFound.
    """
    person = get_person(db, viewer, user_id, lock=True)
    heir = get_person(db, viewer, heir_id)
    handing = get_handover(db, viewer, person.id, heir.id)
    moved = handing.moved
    if moved != seen_belongings:
        raise Conflict(N_("Ce que cette personne possède a changé entre-temps : relisez la liste."))
    _check_seen(handing)
    here = replace(viewer, organisation_id=person.organisation_id)
    notify_others(db, here, person, lambda draft: replace_recipient(draft, person.id, heir.id), now)
    change_rows(db, update(Episode).where(is_assigned_to(person.id)).values(assigned_to=heir.id))
    # Give the views to the heir; a name already in use gets the previous owner's name added
    _give_named(db, SavedViewRow, person, heir)
    _give_named(db, KeptViewRow, person, heir)
    db.execute(update(Run).where(is_unfinished_deposit(person.id)).values(user_id=heir.id))
    mine = ExportSchedule.user_id == person.id
    db.execute(update(ExportSchedule).where(mine).values(user_id=heir.id))
    uids = list(db.scalars(select(Control.uid).where(is_followed_by(person.id))))
    for block in blocks(uids):
        controls.assign(db, viewer, block, heir.id, now=now)
    actor = (viewer.user_id, person.organisation_id)
    detail = {"to": heir.id, **moved.counts}
    note(db, now, "people.handed_over", ("user", person.id), actor=actor, detail=detail)
    return moved


def _check_seen(handing: HandoverPreview) -> None:
    """Raise Invalid if the heir cannot see all the PCEs: nobody would receive their alerts."""
    if handing.unseen.total:
        raise Invalid(
            N_(
                "{name} ne voit pas tous les PCE que cela concerne : élargissez d’abord ses PCE"
                " visibles, ou choisissez quelqu’un d’autre."
            ),
            name=handing.heir,
        )


def notify_others(
    db: Session,
    viewer: Viewer,
    person: User,
    change: Callable[[ThresholdDraft], ThresholdDraft],
    now: datetime,
) -> None:
    """Apply `change` to the thresholds that notify `person`, in new versions."""
    drafts = load_notifying_thresholds(db, viewer, person)
    rows = db.scalars(
        select(Threshold).where(Threshold.id.in_(drafts)).order_by(Threshold.id).with_for_update()
    ).all()
    versions = []
    for row in rows:
        row.version, row.changed_at = row.version + 1, now
        draft = change(drafts[row.id])
        versions.append(Versioned(row.id, row.version, draft, active=not row.paused))
    db.flush()
    keep_versions(db, viewer, versions, ThresholdChange.CHANGED, now=now)


def replace_recipient(draft: ThresholdDraft, person_id: int, heir_id: int) -> ThresholdDraft:
    """Return `draft` with the heir as a recipient instead of the person.

    If the heir is already a recipient, their own settings stay.
    """
    is_heir_listed = any(recipient.user_id == heir_id for recipient in draft.recipients)
    return replace(
        draft,
        recipients=tuple(_notified_people(draft.recipients, person_id, heir_id, is_heir_listed)),
    )


def _notified_people(
    people: Sequence[Recipient],
    person_id: int,
    heir_id: int,
    is_heir_listed: bool,  # noqa: FBT001
) -> list[Recipient]:
    recipients = [
        recipient for recipient in people if not (is_heir_listed and recipient.user_id == person_id)
    ]
    return [
        replace(recipient, user_id=heir_id) if recipient.user_id == person_id else recipient
        for recipient in recipients
    ]


def _give_named(db: Session, view: Any, person: User, heir: User) -> None:  # noqa: ANN401 (a model)
    taken_names = set(db.scalars(select(view.name).where(view.user_id == heir.id)))
    for row in db.scalars(select(view).where(view.user_id == person.id).order_by(view.id)):
        row.name = free_name(row.name, person.name, taken_names)
        row.user_id = heir.id
        taken_names.add(row.name)
    db.flush()


def free_name(name: str, whose: str, taken_names: set[str]) -> str:
    """Return `name`, or a variant not in `taken_names` and short enough."""
    candidate, number = name, 1
    while candidate in taken_names:
        more = f" ({whose})" if number == 1 else f" ({whose} {number})"
        candidate, number = (
            f"{name[: max(1, _LONGEST_VIEW - len(more))]}{more}"[:_LONGEST_VIEW],
            number + 1,
        )
    return candidate
