"""What somebody leaves behind goes to a colleague, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import User
from data.audit.actions import note
from data.controls import actions as controls
from data.controls.models import Control
from data.db import blocks
from data.errors import Conflict, Invalid
from data.exports.models import ExportSchedule
from data.marks.models import KeptViewRow
from data.notifications.types import Recipient
from data.people.queries.belongings import followed_by, given_to, on_their_way, telling
from data.people.queries.handing import handing_to
from data.people.queries.visible import get_person
from data.people.types import Belongings, Handing
from data.rights.models import SavedViewRow
from data.runs.models import Run
from data.thresholds.actions.versions import Versioned, keep_versions
from data.thresholds.models import Episode, Threshold
from data.thresholds.types import Change, Draft
from i18n import N_

_LONGEST_VIEW = 60


def hand_over(  # noqa: PLR0913 (each by its name)
    db: Session, viewer: Viewer, user_id: int, heir_id: int, seen: Belongings, *, now: datetime
) -> Belongings:
    """Give what a person owns to a colleague of theirs; what moved.

    Raises Conflict when it is no longer what was *seen*, Invalid for somebody of another
    organisation, who is cut or does not see all the PCE concerned, NotFound.
    """
    person = get_person(db, viewer, user_id, lock=True)
    heir = get_person(db, viewer, heir_id)
    handing = handing_to(db, viewer, person.id, heir.id)
    moved = handing.moved
    if moved != seen:
        raise Conflict(N_("Ce que cette personne possède a changé entre-temps : relisez la liste."))
    _check_seen(handing)
    _give_thresholds(db, viewer, person, heir, now)
    _give_episodes(db, person.id, heir.id)
    _give_views(db, person, heir)
    db.execute(update(Run).where(on_their_way(person.id)).values(user_id=heir.id))
    mine = ExportSchedule.user_id == person.id
    db.execute(update(ExportSchedule).where(mine).values(user_id=heir.id))
    _give_controls(db, viewer, person.id, heir.id, now)
    actor = (viewer.user_id, person.organisation_id)
    detail = {"to": heir.id, **moved.counts}
    note(db, now, "people.handed_over", ("user", person.id), actor=actor, detail=detail)
    return moved


def _check_seen(handing: Handing) -> None:
    """An alert told to who may not see its PCE would be told to nobody."""
    if handing.unseen.total:
        raise Invalid(
            N_(
                "{name} ne voit pas tous les PCE que cela concerne : élargissez d’abord ses PCE"
                " visibles, ou choisissez quelqu’un d’autre."
            ),
            name=handing.heir,
        )


def _give_thresholds(db: Session, viewer: Viewer, person: User, heir: User, now: datetime) -> None:
    """Each is a version more, that tells the heir in their place."""
    drafts = telling(db, viewer, person)
    rows = db.scalars(
        select(Threshold).where(Threshold.id.in_(drafts)).order_by(Threshold.id).with_for_update()
    ).all()
    made = []
    for row in rows:
        row.version, row.changed_at = row.version + 1, now
        draft = told_instead(drafts[row.id], person.id, heir.id)
        made.append(Versioned(row.id, row.version, draft, active=not row.paused))
    db.flush()
    here = replace(viewer, organisation_id=person.organisation_id)
    keep_versions(db, here, made, Change.CHANGED, now=now)


def told_instead(draft: Draft, person_id: int, heir_id: int) -> Draft:
    """*draft* that tells the heir as it told the person; as the heir was told, if they were."""
    known = any(one.user_id == heir_id for one in draft.recipients)
    return replace(draft, recipients=tuple(_heard(draft.recipients, person_id, heir_id, known)))


def _heard(
    people: Sequence[Recipient],
    person_id: int,
    heir_id: int,
    known: bool,  # noqa: FBT001
) -> list[Recipient]:
    kept = [one for one in people if not (known and one.user_id == person_id)]
    return [replace(one, user_id=heir_id) if one.user_id == person_id else one for one in kept]


def _give_episodes(db: Session, person_id: int, heir_id: int) -> None:
    db.execute(
        update(Episode)
        .where(given_to(person_id))
        .values(assigned_to=heir_id)
        .execution_options(synchronize_session=False)
    )


def _give_views(db: Session, person: User, heir: User) -> None:
    """A name that the heir has already gets the name of who leaves."""
    _give_named(db, SavedViewRow, person, heir)
    _give_named(db, KeptViewRow, person, heir)


def _give_named(db: Session, view: Any, person: User, heir: User) -> None:  # noqa: ANN401 (a model)
    taken = set(db.scalars(select(view.name).where(view.user_id == heir.id)))
    for row in db.scalars(select(view).where(view.user_id == person.id).order_by(view.id)):
        row.name = free_name(row.name, person.name, taken)
        row.user_id = heir.id
        taken.add(row.name)
    db.flush()


def free_name(name: str, whose: str, taken: set[str]) -> str:
    """*name*, or one that nothing of *taken* has, short enough."""
    found, number = name, 1
    while found in taken:
        more = f" ({whose})" if number == 1 else f" ({whose} {number})"
        found, number = (
            f"{name[: max(1, _LONGEST_VIEW - len(more))]}{more}"[:_LONGEST_VIEW],
            number + 1,
        )
    return found


def _give_controls(
    db: Session, viewer: Viewer, person_id: int, heir_id: int, now: datetime
) -> None:
    uids = list(db.scalars(select(Control.uid).where(followed_by(person_id))))
    for block in blocks(uids):
        controls.assign(db, viewer, block, heir_id, now=now)
