"""Preview a handover, and what of it the colleague could not see."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer, permissions_of
from core.database import blocks
from core.errors import Invalid
from core.i18n import N_
from data.administration.people.queries.belongings import (
    count_belongings,
    is_assigned_to,
    is_unfinished_deposit,
    load_notifying_thresholds,
)
from data.administration.people.queries.visible import get_organisation, get_person
from data.administration.people.types import Belongings, HandoverPreview
from data.exports.models import ExportSchedule
from data.identity.accounts.models import User, UserTag
from data.runs.models import Run
from data.tag_limits import knows_tag, own_since, within
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdPce


@dataclass(frozen=True, slots=True)
class TagReach:
    """A person's tags, for the rules of data/limits, which read the tags of a viewer only."""

    user_id: int
    organisation_id: int
    tags: frozenset[str]

    @property
    def limited(self) -> bool:
        return bool(self.tags)

    def covers(self, other: "TagReach") -> bool:
        """Return whether this person sees, now and later, all that the other one sees."""
        return not self.limited or (other.limited and other.tags <= self.tags)


def get_handover(db: Session, viewer: Viewer, user_id: int, heir_id: int) -> HandoverPreview:
    """Preview a handover to a colleague. Raise NotFound, and Invalid for an unsuitable heir."""
    person, heir = get_person(db, viewer, user_id), get_person(db, viewer, heir_id)
    same = person.organisation_id == heir.organisation_id and person.id != heir.id
    if not same or heir.disabled_at is not None:
        raise Invalid(N_("Choisissez une autre personne active de la même organisation."))
    moved = count_belongings(db, viewer, person.id)
    _check_able(db, viewer, heir, moved)
    return HandoverPreview(heir.id, heir.name, moved, _unseen(db, viewer, person, heir))


def _check_able(db: Session, viewer: Viewer, heir: User, moved: Belongings) -> None:
    """Raise Invalid when the role of `heir` does not allow following what moves."""
    kind = get_organisation(db, viewer, heir.organisation_id).kind
    heir_permissions = permissions_of(heir.role, kind)
    needs = {
        Permission.RUNS_READ: moved.runs,
        Permission.CONSUMPTION_EXPORT: moved.schedules,
        Permission.CONTROLS_DECIDE: moved.controls,
    }
    if any(count and permission not in heir_permissions for permission, count in needs.items()):
        raise Invalid(
            N_(
                "Le rôle de {name} ne permet pas de suivre tout cela : choisissez quelqu’un"
                " d’autre."
            ),
            name=heir.name,
        )


def _reach(db: Session, person: User) -> TagReach:
    tags = db.scalars(select(UserTag.tag).where(UserTag.user_id == person.id))
    return TagReach(person.id, person.organisation_id, frozenset(tags))


def _unseen(db: Session, viewer: Viewer, person: User, heir: User) -> Belongings:
    """Count what would move and is about a PCE that `person` sees and `heir` does not.

    A file or an export names no PCE, so it counts as unseen if the heir sees fewer PCEs.
    """
    person_reach, whose = _reach(db, person), _reach(db, heir)
    if not whose.limited:
        return Belongings()
    beyond = Episode.pce_id
    episodes = and_(is_assigned_to(person.id), within(person_reach, beyond), ~within(whose, beyond))
    files, exports = is_unfinished_deposit(person.id), ExportSchedule.user_id == person.id
    if whose.covers(person_reach):
        files = and_(files, ~own_since(whose, whose.user_id, Run.created_at))
        exports = and_(exports, ExportSchedule.id.is_(None))
    return Belongings(
        thresholds=_silent(db, person_reach, whose, load_notifying_thresholds(db, viewer, person)),
        episodes=db.scalar(select(func.count(Episode.id)).where(episodes)) or 0,
        runs=db.scalar(select(func.count(Run.id)).where(files)) or 0,
        schedules=db.scalar(select(func.count(ExportSchedule.id)).where(exports)) or 0,
    )


def _silent(db: Session, person_reach: TagReach, whose: TagReach, ids: Collection[int]) -> int:
    """Return how many thresholds would notify the heir about fewer PCEs than the person."""
    lost: list[ColumnElement[bool]] = [
        and_(
            Threshold.tag != "",
            knows_tag(person_reach, Threshold.tag),
            ~knows_tag(whose, Threshold.tag),
        )
    ]
    for table, now in ((ThresholdPce, None), (ThresholdMember, ThresholdMember.until.is_(None))):
        beyond = select(table.pce_id).where(
            table.threshold_id == Threshold.id,
            within(person_reach, table.pce_id),
            ~within(whose, table.pce_id),
        )
        lost.append((beyond if now is None else beyond.where(now)).exists())
    count = select(func.count(Threshold.id)).where(or_(*lost))
    statements = [count.where(Threshold.id.in_(block)) for block in blocks(sorted(ids))]
    return sum(db.scalar(statement) or 0 for statement in statements)
