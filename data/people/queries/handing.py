"""What a colleague would receive of what somebody follows, and what of it they would not see."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer, permissions_of
from data.accounts.models import User, UserTag
from data.db import blocks
from data.errors import Invalid
from data.exports.models import ExportSchedule
from data.limits import knows_tag, own_since, within
from data.people.queries.belongings import belongings_of, given_to, on_their_way, telling
from data.people.queries.visible import get_organisation, get_person
from data.people.types import Belongings, Handing
from data.runs.models import Run
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdPce
from i18n import N_


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody, for the rules of data/limits: a viewer of whom only the limit is asked."""

    user_id: int
    organisation_id: int
    tags: frozenset[str]

    @property
    def limited(self) -> bool:
        return bool(self.tags)

    def covers(self, other: "Reach") -> bool:
        """Whether this one sees, today and later, all that the other sees."""
        return not self.limited or (other.limited and other.tags <= self.tags)


def handing_to(db: Session, viewer: Viewer, user_id: int, heir_id: int) -> Handing:
    """What would go from one person to a colleague. Raises NotFound, Invalid for who cannot."""
    person, heir = get_person(db, viewer, user_id), get_person(db, viewer, heir_id)
    _check_heir(person, heir)
    moved = belongings_of(db, viewer, person.id)
    _check_able(db, viewer, heir, moved)
    return Handing(heir.id, heir.name, moved, _unseen(db, viewer, person, heir))


def _check_heir(person: User, heir: User) -> None:
    same = person.organisation_id == heir.organisation_id and person.id != heir.id
    if not same or heir.disabled_at is not None:
        raise Invalid(N_("Choisissez une autre personne active de la même organisation."))


def _check_able(db: Session, viewer: Viewer, heir: User, moved: Belongings) -> None:
    """Refuse what the role of *heir* could not do anything with."""
    kind = get_organisation(db, viewer, heir.organisation_id).kind
    held = permissions_of(heir.role, kind)
    needs = {
        Permission.RUNS_READ: moved.runs,
        Permission.CONSUMPTION_EXPORT: moved.schedules,
        Permission.CONTROLS_DECIDE: moved.controls,
    }
    if any(count and permission not in held for permission, count in needs.items()):
        raise Invalid(
            N_(
                "Le rôle de {name} ne permet pas de suivre tout cela : choisissez quelqu’un"
                " d’autre."
            ),
            name=heir.name,
        )


def _reach(db: Session, person: User) -> Reach:
    tags = db.scalars(select(UserTag.tag).where(UserTag.user_id == person.id))
    return Reach(person.id, person.organisation_id, frozenset(tags))


def _unseen(db: Session, viewer: Viewer, person: User, heir: User) -> Belongings:
    """Of what would move, what is about a PCE that *person* sees and *heir* does not.

    A file or an export says no PCE: they are out of the reach of whoever sees less.
    """
    theirs, whose = _reach(db, person), _reach(db, heir)
    if not whose.limited:
        return Belongings()
    beyond = Episode.pce_id
    episodes = and_(given_to(person.id), within(theirs, beyond), ~within(whose, beyond))
    files, exports = on_their_way(person.id), ExportSchedule.user_id == person.id
    if whose.covers(theirs):
        files = and_(files, ~own_since(whose, whose.user_id, Run.created_at))
        exports = and_(exports, ExportSchedule.id.is_(None))
    return Belongings(
        thresholds=_silent(db, theirs, whose, telling(db, viewer, person)),
        episodes=db.scalar(select(func.count(Episode.id)).where(episodes)) or 0,
        runs=db.scalar(select(func.count(Run.id)).where(files)) or 0,
        schedules=db.scalar(select(func.count(ExportSchedule.id)).where(exports)) or 0,
    )


def _silent(db: Session, theirs: Reach, whose: Reach, ids: Collection[int]) -> int:
    """How many of these thresholds would tell the heir less than they tell the person."""
    lost: list[ColumnElement[bool]] = [
        and_(
            Threshold.tag != "", knows_tag(theirs, Threshold.tag), ~knows_tag(whose, Threshold.tag)
        )
    ]
    for table, now in ((ThresholdPce, None), (ThresholdMember, ThresholdMember.until.is_(None))):
        beyond = select(table.pce_id).where(
            table.threshold_id == Threshold.id,
            within(theirs, table.pce_id),
            ~within(whose, table.pce_id),
        )
        lost.append((beyond if now is None else beyond.where(now)).exists())
    count = select(func.count(Threshold.id)).where(or_(*lost))
    some = [count.where(Threshold.id.in_(block)) for block in blocks(sorted(ids))]
    return sum(db.scalar(one) or 0 for one in some)
