"""Play two months of demo controls day by day: campaigns, proofs, messages, decisions."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.files.storage import Storage
from data.controls.rules.deadlines import first_due, last_due_over
from data.controls.types import Draw, DrawFilter, Picked, ProofDelays, Sample
from data.migrations import tables
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.types import RightTrigger
from jobs.demo.cases import CASES
from jobs.demo.control_steps import Day, Do, mandate_for_all
from jobs.demo.control_stories import EACH, STORIES, TOGETHER, ControlStory
from jobs.demo.people import ORGANISATIONS
from jobs.demo.plan import DemoPlan
from jobs.demo.rights import answer, declared, sites_for
from jobs.demo.sites import Owner

SPARE = 8  # rights of which half are sampled
CLIENT, STAFF, COLLEAGUE = "lea@sobrielle.example", "martin@reseau.example", "irene@reseau.example"
DELAYS = ProofDelays()
_ASKED = timedelta(days=120)
_HOLDERS = frozenset(ORGANISATIONS[owner][0] for owner in (Owner.HOUSING, Owner.INDUSTRY))
_TOLD = (
    *(kind for kind in NotificationKind if kind.value.startswith("proof_")),
    NotificationKind.RIGHTS_MOVED,
)
_SEED = 2026
_TABLES = ("right_letters", "holder_links", "access_rights")


@dataclass(frozen=True, slots=True)
class People:
    client: Viewer
    staff: Viewer
    colleague: Viewer


@dataclass(frozen=True, slots=True)
class _Event:
    """An event so many days ago; simultaneous events keep their order."""

    ago: float
    do: Callable[[Day], object]


def add_controls(database: Database, plan: DemoPlan, now: datetime, storage: Storage) -> int:
    """Play the controls unless there are some; return how many there are."""
    with database.transaction() as db:
        people = people_of(db, plan.today)
        if people is None or queries.get_control_totals(db, people.staff).controls:
            return 0
        rights = ask_rights(db, people.client, EACH * len(STORIES) + SPARE, now)
        noon = datetime.combine(plan.today, time(12), PARIS)
        day = Day(db, storage, plan.today, noon, people.client, people.staff, people.colleague)
        for event in sorted(_events(rights, plan.today), key=lambda event: -event.ago):
            event.do(day.ago(event.ago))
        told_long_ago(db, people.client)
        return queries.get_control_totals(db, people.staff).controls


def people_of(db: Session, today: date) -> People | None:
    """Return the third party and two of the distributor's staff; None if one is missing."""
    users, organisations = tables()["users"], tables()["organisations"]
    query = (
        select(users.c.email, users.c.id, users.c.organisation_id, users.c.role)
        .add_columns(organisations.c.kind, organisations.c.name)
        .join_from(users, organisations)
        .where(users.c.email.in_((CLIENT, STAFF, COLLEAGUE)))
    )
    viewers = {
        row.email: Viewer(
            *(row.id, row.organisation_id, OrganisationKind(row.kind), Role(row.role), today),
            organisation=row.name,
            contracted=True,
        )
        for row in db.execute(query)
    }
    people = [viewers.get(email) for email in (CLIENT, STAFF, COLLEAGUE)]
    client, staff, colleague = people
    return People(client, staff, colleague) if client and staff and colleague else None


def ask_rights(
    db: Session, client: Viewer, most: int, now: datetime, *, everywhere: bool = False
) -> list[str]:
    """Return rights that holders accepted four months ago, of two holders or `everywhere`."""
    case_numbers = {case.number for case in CASES}
    sites = [
        site
        for site in sites_for(db, client)
        if (everywhere or site.holder in _HOLDERS) and site.number not in case_numbers
    ]
    uids = declared(db, client, sites[:most], now - _ASKED)
    answer(db, uids, RightTrigger.ACCEPTED, now - _ASKED + timedelta(days=2))
    return uids


def _events(rights: Sequence[str], today: date) -> Iterator[_Event]:
    """Yield the campaigns, then each scenario, then the jobs of each morning."""
    played = rights[: EACH * len(STORIES)]
    stories = [(uid, STORIES[place % len(STORIES)]) for place, uid in enumerate(played)]
    for due in sorted({story.due for _uid, story in stories}):
        uids = tuple(uid for uid, story in stories if story.due == due)
        yield _Event(opened_for(today, due), _open(uids))
    for uid, story in stories:
        yield from _of_story(uid, story)
    together = [uid for uid, story in stories if story.together]
    if together:
        yield _Event(TOGETHER, lambda day: mandate_for_all(day, together))
    yield _Event(4.1, _sample)
    for ago in range(60, 0, -1):
        yield _Event(ago + 0.25, _clock)


def _of_story(uid: str, story: ControlStory) -> Iterator[_Event]:
    for ago, do in story.steps:
        yield _Event(ago, _on(uid, do))


def _on(uid: str, do: Do) -> Callable[[Day], object]:
    return lambda day: do(day, day.control_of(uid))


def opened_for(today: date, due: int) -> float:
    """Return how many days ago a campaign due in `due` days was opened."""
    day = today
    while first_due(day, DELAYS) > today + timedelta(days=due):
        day -= timedelta(days=1)
    return (today - day).days + 0.1


def _open(rights: Sequence[str]) -> Callable[[Day], object]:
    return lambda day: open_campaign(day, rights)


def open_campaign(day: Day, rights: Sequence[str]) -> None:
    _draw(day, Picked(uids=tuple(rights)))


def _draw(day: Day, draw: Draw) -> None:
    preview = actions.preview_campaign(day.db, day.staff, draw, delays=DELAYS)
    if preview.drawn:
        actions.open_campaign(
            day.db, day.staff, draw, mark=preview.mark, delays=DELAYS, now=day.now
        )


def _sample(day: Day) -> None:
    """Sample half of the remaining rights at random."""
    _draw(day, Sample(Decimal(50), _SEED, DrawFilter(organisation_id=day.client.organisation_id)))


def _clock(day: Day) -> None:
    """Run the jobs of a morning."""
    db, today, now = day.db, day.today, day.now
    actions.apply(db, queries.list_final(db, now), now)
    actions.close_ended(db, queries.list_ended(db), now)
    late = queries.list_late(db, last_due_over(today, DELAYS))
    actions.reject_late(db, late, today, delays=DELAYS, now=now)
    actions.remind(db, queries.list_reminders(db, today), today, now=now)


def mark_mails_sent(db: Session, kinds: Collection[NotificationKind]) -> None:
    mails = tables()["notifications"]
    waiting = mails.c.kind.in_(kinds), mails.c.state == MessageDelivery.QUEUED
    sent = {
        "state": MessageDelivery.SENT,
        "sent_at": mails.c.created_at,
        "attempts": 1,
        "params": {},
    }
    db.execute(update(mails).where(*waiting).values(sent))


def told_long_ago(db: Session, client: Viewer | None = None) -> None:
    """Mark past messages as sent, and delete past letters."""
    letters, links, rights = (tables()[name] for name in _TABLES)
    mark_mails_sent(db, _TOLD)
    if client is not None:
        client_letters = select(links.c.token_hash).join_from(
            links, rights, rights.c.id == links.c.right_id
        )
        client_letters = client_letters.where(rights.c.organisation_id == client.organisation_id)
        db.execute(delete(letters).where(letters.c.token_hash.in_(client_letters)))
