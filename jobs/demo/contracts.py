"""Demo contracts: filled in, sent and signed by both sides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Database
from data.contracts import actions, queries
from data.contracts.files.clauses import clauses
from data.contracts.files.keys import SealKey
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.rules.serializer import StepValue
from data.contracts.types import (
    Attempt,
    BodyKind,
    Consent,
    ContractTerms,
    DataUse,
    DossierStep,
    Operator,
    OrganisationIdentity,
    Party,
    Power,
    Representative,
    StoredPdf,
    Typed,
)
from data.controls.files.storage import Storage, digest_of
from data.identity.accounts.queries import find_person
from data.identity.accounts.types import SessionLimits
from data.migrations import tables
from data.notifications.types import NotificationKind
from jobs.demo.controls import mark_mails_sent
from jobs.demo.people import CONTROLLED, THIRD_PARTY
from jobs.demo.plan import DemoPlan
from jobs.demo.sites import Owner

_STAFF = "martin@reseau.example"
_ADDRESS = "127.0.0.1"
_KEY = b"demonstration"  # of this load's signing codes, which nobody waits for
_KINDS = [kind for kind in NotificationKind if kind.value.startswith(("contract_", "signing_"))]


@dataclass(frozen=True, slots=True)
class SealingDesk:
    """Where contracts are stored, and the key that seals them."""

    storage: Storage
    key: SealKey


@dataclass(frozen=True, slots=True)
class Signer:
    """The demo signer of an organisation, with its invented SIREN."""

    email: str
    function: str
    siren: str
    siret: str
    legal_form: str
    sector: str
    address: tuple[str, str, str]
    days: int | None  # days until the end of its contract
    uses: tuple[tuple[DataUse, int], ...]
    kind: BodyKind = BodyKind.COMPANY


SIGNERS: Mapping[str, Signer] = {
    Owner.CITY: Signer(
        "aurore@tilleuls.example",
        "Directrice du patrimoine",
        "999001019",
        "99900101900010",
        "Commune",
        "Administration publique locale",
        ("1 place de la Mairie", "99123", "Val-des-Tilleuls"),
        1095,
        ((DataUse.FOLLOW, 36), (DataUse.WORKS, 24), (DataUse.OBLIGATION, 36)),
        BodyKind.COLLECTIVITY,
    ),
    Owner.INDUSTRY: Signer(
        "paul@armoise.example",
        "Directeur du site",
        "999001027",
        "99900102700013",
        "SAS",
        "Fabrication de biscuits",
        ("14 chemin des Fours", "99410", "Armoise"),
        725,
        ((DataUse.FOLLOW, 36), (DataUse.BILLS, 24)),
    ),
    Owner.HOUSING: Signer(
        "karim@habitat.example",
        "Responsable énergie",
        "999001035",
        "99900103500016",
        "SA",
        "Logement social",
        ("8 allée des Tilias", "99200", "Tilia"),
        45,
        ((DataUse.FOLLOW, 36),),
    ),
    Owner.BAKERY: Signer(
        "louise@fournil.example",
        "Gérante",
        "999001043",
        "99900104300010",
        "SARL",
        "Boulangerie",
        ("3 rue du Faubourg", "99123", "Val-des-Tilleuls"),
        None,
        ((DataUse.BILLS, 12),),
    ),
    THIRD_PARTY: Signer(
        "nadia@thermia.example",
        "Présidente",
        "999001050",
        "99900105000015",
        "SAS",
        "Conseil en énergie",
        ("27 quai des Ateliers", "99300", "Thermeval"),
        1095,
        ((DataUse.FOLLOW, 36), (DataUse.ADVICE, 36)),
    ),
    CONTROLLED: Signer(
        "lea@sobrielle.example",
        "Directrice générale",
        "999001068",
        "99900106800017",
        "SAS",
        "Conseil en énergie",
        ("5 impasse du Relais", "99300", "Thermeval"),
        360,
        ((DataUse.PERFORMANCE, 36), (DataUse.ADVICE, 24)),
    ),
}


def add_contracts(database: Database, plan: DemoPlan, now: datetime, desk: SealingDesk) -> int:
    """Sign the missing contracts; return how many. One organisation is left without any."""
    contract_count = 0
    for signer in SIGNERS.values():
        with database.transaction() as db:
            client, staff = _person(db, signer.email, plan), _person(db, _STAFF, plan)
            if client is None or staff is None or queries.find_current(db, client):
                continue
            _Signing(db, desk, signer, (replace(client, alone=True), staff), now=now).play()
            contract_count += 1
    with database.transaction() as db:
        mark_mails_sent(db, _KINDS)
    return contract_count


def _person(db: Session, email: str, plan: DemoPlan) -> Viewer | None:
    users = tables()["users"]
    return find_person(db, select(users.c.id).where(users.c.email == email), plan.today)


class _Signing:
    """One contract, from its dossier to its two signatures."""

    def __init__(
        self,
        db: Session,
        desk: SealingDesk,
        signer: Signer,
        people: tuple[Viewer, Viewer],
        *,
        now: datetime,
    ) -> None:
        self.db, self.desk, self.signer, self.now = db, desk, signer, now
        self.client, self.staff = people
        self.operator = Operator(self.staff.organisation, "12 rue du Réseau, 99000 Gazeville")
        self.clauses = clauses()

    def play(self) -> None:
        self._fill()
        uid = actions.begin(self.db, self.client, now=self.now)
        today, days = self.client.today, self.signer.days
        terms = ContractTerms(today, today + timedelta(days=days) if days else None)
        paper = queries.get_contract_paper(
            *(self.db, self.client, uid),
            terms=terms,
            operator=self.operator,
            clauses=self.clauses,
        )
        content = render(paper)
        stored = StoredPdf(self.desk.storage.put_object(content), digest_of(content))
        actions.send(
            *(self.db, self.client, uid, paper, stored),
            operator=self.operator,
            clauses=self.clauses,
            version=1,
            now=self.now,
        )
        self._sign(uid, self.client, Party.CLIENT)
        self._sign(uid, self.staff, Party.OPERATOR)

    def _fill(self) -> None:
        signer, client = self.signer, self.client
        street, code, city = signer.address
        named = (
            signer.siren,
            signer.siret,
            "",
            signer.legal_form,
            street,
            code,
            city,
            signer.sector,
        )
        steps: tuple[tuple[DossierStep, StepValue], ...] = (
            (DossierStep.IDENTITY, OrganisationIdentity(client.organisation, signer.kind, *named)),
            (
                DossierStep.REPRESENTATIVE,
                Representative(client.name, signer.function, signer.email),
            ),
            (DossierStep.POWER, Power(himself=True)),
            (DossierStep.USES, tuple(Consent(use, months) for use, months in signer.uses)),
        )
        for version, (step, value) in enumerate(steps):
            actions.keep_step(self.db, client, step, value, version=version, now=self.now)

    def _sign(self, uid: str, who: Viewer, party: Party) -> None:
        text = queries.find_contract(self.db, who, uid).texts[0]
        actions.ask_code(self.db, who, uid, party=party, seen=text.sha256, key=_KEY, now=self.now)
        typed = Typed(self._code(who), text.sha256, _ADDRESS)
        attempt = actions.prove(
            *(self.db, who, uid, typed),
            party=party,
            limits=SessionLimits(),
            key=_KEY,
            now=self.now,
        )
        stored = self._sealed(text.storage_key, attempt)
        keep = actions.sign if party is Party.CLIENT else actions.countersign
        keep(self.db, who, attempt, stored, now=self.now)

    def _code(self, who: Viewer) -> str:
        """Return the signing code just queued, read from its mail's parameters."""
        mails = tables()["notifications"]
        mine = mails.c.user_id == who.user_id, mails.c.kind == NotificationKind.SIGNING_CODE
        query = select(mails.c.params).where(*mine).order_by(mails.c.id.desc()).limit(1)
        params: Mapping[str, str] = self.db.execute(query).scalar_one()
        return params["code"]

    def _sealed(self, storage_key: str, attempt: Attempt) -> StoredPdf:
        if attempt.signing is None:
            raise AssertionError(attempt.problem)
        content, level = seal(self.desk.storage.get(storage_key), attempt.signing, self.desk.key)
        return StoredPdf(self.desk.storage.put_object(content), digest_of(content), level)
