"""A contract played by its actions, with octets that are never read."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.contracts import actions, queries
from data.contracts.types import (
    Amendment,
    Clause,
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
from data.identity.accounts.types import SessionLimits
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.factories import NOW

KEY = b"key of the codes of the tests"
LIMITS = SessionLimits()
OPERATOR = Operator("Réseau Gaz", "12 rue du Réseau")
CLAUSES = ("2026-12.1", (Clause("1", "Objet", ("Le présent contrat…",)),))
IDENTITY = OrganisationIdentity(
    name="Thermia Conseil",
    siren="999 001 050",
    siret="999 001 050 00015",
    legal_form="SAS",
    street="27 quai des Ateliers",
    postal_code="99300",
    city="Thermeval",
    sector="Conseil",
)
_serial = count(1)


def pdf(level=None):
    """Octets that were stored."""
    number = next(_serial)
    return StoredPdf(f"{number:032x}", f"{number:064x}", level)


def boss(viewer: Viewer) -> Viewer:
    """The same person, who is alone in their organisation: what the database says of bob."""
    return replace(viewer, alone=True)


@dataclass
class Play:
    """bob's contract and its moves, by their names."""

    db: Session
    client: Viewer
    staff: Viewer
    now: object = NOW
    email: str = "bob@thermia.example"

    def fill(self):
        version = queries.get_dossier(self.db, self.client).version
        steps = (
            (DossierStep.IDENTITY, IDENTITY),
            (DossierStep.REPRESENTATIVE, Representative("Bob Thermia", "Président", self.email)),
            (DossierStep.POWER, Power(himself=True)),
            (DossierStep.USES, (Consent(DataUse.FOLLOW, 36), Consent(DataUse.ADVICE, 12))),
        )
        for at, (step, value) in enumerate(steps, start=version):
            actions.keep_step(self.db, self.client, step, value, version=at, now=self.now)

    def name(self, *invites):
        """Whom the dossier invites."""
        version = queries.get_dossier(self.db, self.client).version
        given = (self.db, self.client, DossierStep.INVITES, invites)
        actions.keep_step(*given, version=version, now=self.now)

    def begin(self):
        return actions.begin(self.db, self.client, now=self.now)

    def row(self, uid):
        return queries.find_contract(self.db, self.staff, uid).row

    def paper(self, uid, terms=None):
        today = self.client.today
        terms = terms or ContractTerms(
            today, date(today.year + 1, today.month, 1)
        )  # renewable at once
        return queries.get_contract_paper(
            self.db, self.client, uid, terms=terms, operator=OPERATOR, clauses=CLAUSES
        )

    def send(self, uid, terms=None, by=None, version=None):
        paper = self.paper(uid, terms)
        version = version or self.row(uid).version
        return actions.send(
            *(self.db, by or self.client, uid, paper, pdf()),
            operator=OPERATOR,
            clauses=CLAUSES,
            version=version,
            now=self.now,
        )

    def text(self, uid):
        return queries.find_contract(self.db, self.staff, uid).texts[0]

    def ask(self, uid, who=None, party=Party.CLIENT, seen=None):
        who = who or (self.client if party is Party.CLIENT else self.staff)
        seen = seen or self.text(uid).sha256
        return actions.ask_code(self.db, who, uid, party=party, seen=seen, key=KEY, now=self.now)

    def code(self, who):
        mine = (
            Notification.user_id == who.user_id,
            Notification.kind == NotificationKind.SIGNING_CODE,
        )
        query = select(Notification.params).where(*mine).order_by(Notification.id.desc())
        return self.db.scalars(query.limit(1)).one()["code"]

    def prove(self, uid, code, who=None, party=Party.CLIENT, seen=None, app_code=""):
        who = who or (self.client if party is Party.CLIENT else self.staff)
        typed = Typed(code, seen or self.text(uid).sha256, "192.0.2.7", app_code)
        return actions.prove(
            *(self.db, who, uid, typed), party=party, limits=LIMITS, key=KEY, now=self.now
        )

    def proved(self, uid, who=None, party=Party.CLIENT):
        """A code asked for, and typed right."""
        who = who or (self.client if party is Party.CLIENT else self.staff)
        self.ask(uid, who, party)
        return self.prove(uid, self.code(who), who, party)

    def sign(self, uid):
        attempt = self.proved(uid)
        return actions.sign(self.db, self.client, attempt, pdf(), now=self.now)

    def countersign(self, uid, who=None):
        who = who or self.staff
        attempt = self.proved(uid, who, Party.OPERATOR)
        return actions.countersign(self.db, who, attempt, pdf(), now=self.now)

    def active(self, terms=None):
        """From nothing to a contract in force (or that waits for its day); its uid."""
        self.fill()
        return self.both(self.begin(), terms)

    def both(self, uid, terms=None):
        """A draft sent, then signed by both."""
        self.send(uid, terms)
        self.sign(uid)
        self.countersign(uid)
        return uid

    def amend(self, uid, number=1, day=None):
        base = actions.amendment_base(self.db, self.staff, uid)
        amendment = Amendment(number, "Usages", "Un usage est ajouté.", day or self.staff.today)
        return actions.amend(
            *(self.db, self.staff, uid, amendment, pdf()),
            base=base.sha256,
            version=self.row(uid).version,
            now=self.now,
        )
