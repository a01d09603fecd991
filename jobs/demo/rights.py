"""Demo rights of the third party in every state."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.i18n import PARIS
from data.migrations import tables
from data.rights import actions, queries
from data.rights.types import ConsentEvidence, DeclarationForm, Delays, RightState, RightTrigger
from jobs.demo.people import ORGANISATIONS, THIRD_PARTY
from jobs.demo.plan import DemoPlan

EACH = 4  # rights in each state other than Active
AGO = timedelta(days=120)
HEAD_OFFICE = "99000"  # postal code of a holder's head office: no site is there
_TEXT = "2026-11"  # version of the text that the holders accepted
DELAYS = Delays()


def add_rights(database: Database, plan: DemoPlan, now: datetime) -> int:
    """Declare rights and answer most; return how many. Do nothing if some were refused before."""
    with database.transaction() as db:
        viewer = _viewer(db, plan.today)
        if viewer is None or queries.count_states(db, viewer)[RightState.REFUSED]:
            return 0
        others = sites_for(db, viewer)[: 6 * EACH]
        right_count = 0
        for start, end_in in enumerate(_ENDS):
            block = others[start * EACH : (start + 1) * EACH]
            right_count += end_in(db, viewer, block, now) if block else 0
        return right_count


def _viewer(db: Session, today: date) -> Viewer | None:
    users, organisations = tables()["users"], tables()["organisations"]
    name, kind = ORGANISATIONS[THIRD_PARTY]
    query = (
        select(users.c.id, users.c.organisation_id)
        .join_from(users, organisations)
        .where(organisations.c.name == name, users.c.role == Role.FACILITY_MANAGER)
        .order_by(users.c.id)
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    return Viewer(
        *row,
        OrganisationKind(kind),
        Role.FACILITY_MANAGER,
        today,
        organisation=name,
        contracted=True,
    )


def sites_for(db: Session, viewer: Viewer) -> Sequence[Any]:
    """Return the held PCEs without a right of the third party, with their contract's data."""
    pces, organisations, rights, users = (
        tables()[name] for name in ("pces", "organisations", "access_rights", "users")
    )
    decides = case((users.c.role != Role.CLIENT, users.c.email))  # else the only account
    account = select(func.coalesce(func.min(decides), func.min(users.c.email))).where(
        users.c.organisation_id == pces.c.holder_id
    )
    known_pces = select(rights.c.pce_id).where(rights.c.organisation_id == viewer.organisation_id)
    query = (
        select(
            *(
                pces.c.number,
                pces.c.alias,
                pces.c.postal_code,
                organisations.c.name.label("holder"),
                account.scalar_subquery().label("account"),
            ),
        )
        .join_from(pces, organisations, organisations.c.id == pces.c.holder_id)
        .where(pces.c.ended_on.is_(None), pces.c.postal_code != "", pces.c.tariff != "TB")
        .where(pces.c.id.not_in(known_pces))
        .order_by(pces.c.id)
    )
    return db.execute(query).all()


def _declaration_form(site: Any, today: date, **values: str) -> DeclarationForm:  # noqa: ANN401 (a row)
    starts = today - AGO
    ends = today + timedelta(days=500)
    request = DeclarationForm(
        id_pce=site.number,
        role_tiers="AUTORISE_CONTRAT_FOURNITURE",
        raison_sociale=site.holder,
        code_postal=site.postal_code,
        courriel_titulaire=site.account or "gaz@site.example",
        date_debut_droit_acces=starts.isoformat(),
        date_fin_droit_acces=ends.isoformat(),
        perim_donnees_conso_debut="2015-01-01",
        perim_donnees_conso_fin=ends.isoformat(),
        perim_donnees_contractuelles="Vrai",
        perim_donnees_techniques="Vrai",
        perim_donnees_informatives="Vrai",
        perim_donnees_publiees="Vrai",
        libelle_site=site.alias[:80],
        date_consentement=starts.isoformat(),
        finalite="Suivre les consommations et vérifier les factures",
    )
    return replace(request, **values)


def declared(
    db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime, **values: str
) -> list[str]:
    """Declare rights; return the uids of the accepted ones."""
    then = replace(viewer, today=now.astimezone(PARIS).date())
    requests = [_declaration_form(site, viewer.today, **values) for site in sites]
    outcomes = actions.declare_many(db, then, requests, delays=DELAYS, now=now)
    return [
        outcome.uid for outcome in outcomes if not outcome.problems and not outcome.is_duplicate
    ]


def answer(db: Session, uids: Sequence[str], answer: RightTrigger, now: datetime) -> None:
    """Answer `uids` as their holders, by the links of the letters."""
    letters, opens, rights = (
        tables()[name] for name in ("right_letters", "holder_links", "access_rights")
    )
    query = (
        select(letters.c.token, rights.c.uid)
        .join_from(letters, opens, opens.c.token_hash == letters.c.token_hash)
        .join(rights, rights.c.id == opens.c.right_id)
        .where(rights.c.uid.in_(uids), letters.c.token != "", letters.c.kind == "consent")
    )
    links: dict[str, list[str]] = {}
    for token, uid in db.execute(query):
        links.setdefault(token, []).append(uid)
    for token, link_uids in links.items():
        evidence = ConsentEvidence("192.0.2.10", _TEXT)
        actions.answer_by_link(db, token, answer, evidence=evidence, now=now, uids=link_uids)


def _pending(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    return len(declared(db, viewer, sites, now - timedelta(days=6)))


def _refused(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    uids = declared(db, viewer, sites, now - timedelta(days=30))
    answer(db, uids, RightTrigger.REFUSED, now - timedelta(days=27))
    return len(uids)


def _withdrawn(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    uids = declared(db, viewer, sites, now - AGO)
    answer(db, uids, RightTrigger.ACCEPTED, now - AGO + timedelta(days=3))
    answer(db, uids, RightTrigger.WITHDRAWN, now - timedelta(days=20))
    return len(uids)


def _doubtful(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    """Declare half with another name, half with the postal code of the holder's head office."""
    at = now - timedelta(days=3)
    named = declared(db, viewer, sites[::2], at, raison_sociale="Ancien Titulaire")
    return len(named) + len(declared(db, viewer, sites[1::2], at, code_postal=HEAD_OFFICE))


def _revoked(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    uids = declared(db, viewer, sites, now - AGO)
    answer(db, uids, RightTrigger.ACCEPTED, now - AGO + timedelta(days=1))
    actions.revoke(db, viewer, uids, now=now - timedelta(days=50))
    return len(uids)


def _over(db: Session, viewer: Viewer, sites: Sequence[Any], now: datetime) -> int:
    """Declare rights that nobody answered, and cancel them."""
    uids = declared(db, viewer, sites, now - timedelta(days=45))
    actions.cancel(db, viewer, uids, now=now - timedelta(days=44))
    return len(uids)


_ENDS: tuple[Callable[[Session, Viewer, Sequence[Any], datetime], int], ...] = (
    _pending,
    _refused,
    _withdrawn,
    _doubtful,
    _revoked,
    _over,
)
