"""Demo rights of a city: requests to a landlord, its own PCEs, rights that end soon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from data.migrations import tables
from data.notifications.types import NotificationKind
from data.rights.actions import answer_by_link, declare, revoke
from data.rights.queries import count_states
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE
from data.rights.rules.declarations import years_after
from data.rights.types import (
    ConsentEvidence,
    DeclarationForm,
    Delays,
    LetterKind,
    RightDataKind,
    RightRole,
    RightState,
    RightTrigger,
)
from jobs.demo.cases import CASES
from jobs.demo.people import ORGANISATIONS
from jobs.demo.plan import DemoPlan
from jobs.demo.sites import Owner

EVIDENCE = ConsentEvidence("198.51.100.24", "2026-11")
EMAIL = "karim@habitat.example"  # of the landlord, who has an account
MOST = 48  # rights per requester, on every third site
HOLDERS = 6  # rights that the city has as the holder itself
ACCEPTED, SILENT, REFUSED, DOUBTFUL, WITHDRAWN, REVOKED, ENDING = range(7)
STORIES = (
    *(ACCEPTED, SILENT, DOUBTFUL, ENDING, ACCEPTED, REFUSED, ACCEPTED, ACCEPTED),
    *(WITHDRAWN, ACCEPTED, SILENT, REVOKED),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is needed to request rights on a site."""

    number: str
    alias: str
    postal_code: str


def add_city_rights(database: Database, plan: DemoPlan, now: datetime) -> int:
    """Declare the city's rights unless it has some; return how many."""
    with database.transaction() as db:
        city = _viewer(db, plan, "camille@tilleuls.example")
        if any(count_states(db, city).values()):
            return 0
        right_count = _ask(db, city, Owner.HOUSING, now) + _hold(db, city, now)
        # Delete the messages about past events, except requests that holders must still answer
        letters, mails = tables()["right_letters"], tables()["notifications"]
        db.execute(delete(letters).where(letters.c.kind != LetterKind.CONSENT))
        db.execute(delete(mails).where(mails.c.kind == NotificationKind.RIGHTS_MOVED))
        return right_count


def _viewer(db: Session, plan: DemoPlan, email: str) -> Viewer:
    users, organisations = tables()["users"], tables()["organisations"]
    query = (
        select(users.c.id, users.c.organisation_id, organisations.c.kind, organisations.c.name)
        .join_from(users, organisations)
        .where(users.c.email == email)
    )
    key, organisation, kind, name = db.execute(query).one()
    role = Role.ACCOUNT_MANAGER if kind is OrganisationKind.DISTRIBUTOR else Role.FACILITY_MANAGER
    return Viewer(key, organisation, kind, role, plan.today, organisation=name, contracted=True)


def _places(db: Session, owner: str) -> list[_Place]:
    """Return the sites of `owner` in service, without the test cases (cases.py)."""
    pces, organisations = tables()["pces"], tables()["organisations"]
    case_numbers = {case.number for case in CASES}
    query = (
        select(pces.c.number, pces.c.alias, pces.c.postal_code)
        .join_from(pces, organisations, organisations.c.id == pces.c.holder_id)
        .where(organisations.c.name == ORGANISATIONS[owner][0], pces.c.ended_on.is_(None))
        .order_by(pces.c.number)
    )
    return [_Place(*row) for row in db.execute(query) if row.number not in case_numbers]


def _ask(db: Session, viewer: Viewer, owner: Owner, now: datetime) -> int:
    holder = ORGANISATIONS[owner][0]
    right_count = 0
    for rank, place in enumerate(_places(db, owner)[::3][:MOST]):
        story = STORIES[rank % len(STORIES)]
        day = timedelta(days=(3 + rank % 20) if story in {SILENT, DOUBTFUL} else 40 + rank * 5)
        then = replace(viewer, today=viewer.today - day)
        name = f"{holder.split()[0]} des Ormes" if story == DOUBTFUL else holder
        request = _declaration(place, name, then.today, _end(story, viewer.today, rank))
        request = replace(request, courriel_titulaire=EMAIL)
        outcome = declare(db, then, request, delays=Delays(), now=now - day)
        if outcome.state is RightState.PENDING:
            _tell(db, then, story, outcome.uid, now - day)
        right_count += bool(outcome.uid)
    return right_count


def _end(story: int, today: date, rank: int) -> date:
    """Return the end of a right; some end soon and are to be renewed."""
    if story == ENDING:
        return today + timedelta(days=5 + rank % 40)
    return years_after(today, 2) - timedelta(days=rank)


def _declaration(place: _Place, holder: str, today: date, ends: date) -> DeclarationForm:
    flags = dict.fromkeys(FLAGS.values(), TRUE)
    if int(place.number[-1], 36) % 3 == 0:
        flags[FLAGS[RightDataKind.TECHNICAL]] = FALSE
    return DeclarationForm(
        id_pce=place.number,
        role_tiers=ROLES[RightRole.AUTHORISED_SUPPLY],
        raison_sociale=holder,
        code_postal=place.postal_code,
        date_debut_droit_acces=str(today),
        date_fin_droit_acces=str(ends),
        perim_donnees_conso_debut=str(years_after(today, -2).replace(day=1)),
        perim_donnees_conso_fin=str(ends),
        libelle_site=place.alias,
        date_consentement=str(today),
        **flags,
    )


def _tell(db: Session, viewer: Viewer, story: int, uid: str, at: datetime) -> None:
    """Play the answers of the holder and of the others to a right requested at `at`."""
    token = _token(db, uid)
    for place, answer in enumerate(_answers(story)):
        when = at + timedelta(days=1 + 7 * place, hours=2)
        answer_by_link(db, token, answer, evidence=EVIDENCE, now=when, uids=[uid])
    if story == REVOKED:
        revoke(db, viewer, [uid], now=at + timedelta(days=20))


def _answers(story: int) -> Iterator[RightTrigger]:
    if story == REFUSED:
        yield RightTrigger.REFUSED
    elif story in {ACCEPTED, ENDING, WITHDRAWN, REVOKED}:
        yield RightTrigger.ACCEPTED
        if story == WITHDRAWN:
            yield RightTrigger.WITHDRAWN


def _token(db: Session, uid: str) -> str:
    rights, links, letters = (
        tables()[name] for name in ("access_rights", "holder_links", "right_letters")
    )
    query = (
        select(letters.c.token)
        .join_from(letters, links, links.c.token_hash == letters.c.token_hash)
        .join(rights, rights.c.id == links.c.right_id)
        .where(rights.c.uid == uid, letters.c.token != "")
    )
    return str(db.scalars(query.limit(1)).one())


def _hold(db: Session, viewer: Viewer, now: datetime) -> int:
    """Declare rights as the holder itself, whose consent is not asked; return how many."""
    places: Sequence[_Place] = _places(db, Owner.CITY)[:HOLDERS]
    for place in places:
        request = DeclarationForm(
            id_pce=place.number,
            role_tiers=ROLES[RightRole.HOLDER_SUPPLY],
            raison_sociale=viewer.organisation,
            code_postal=place.postal_code,
            libelle_site=place.alias,
        )
        then = replace(viewer, today=viewer.today - timedelta(days=90))
        declare(db, then, request, delays=Delays(), now=now - timedelta(days=90))
    return len(places)
