"""Every route and callback × everybody × a foreign organisation's things: nothing leaks.

The matrix is read from the live route and callback maps: a new one is covered the day it is born.
`PORTAL_ISOLATION_REQUESTS=10000` asks for that many requests at least (`make proofs`).
"""

import hashlib
import io
import itertools
import json
import os
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import bindparam, delete, select

from core.access import OrganisationKind, Role, Viewer
from data.administration.people.models import Look
from data.administration.people.types import Belongings
from data.analysis.marks.models import AnnotationRow, KeptViewRow, SharedLink
from data.analysis.marks.rules.links import sign_share
from data.analysis.marks.types import AnnotationKind
from data.contracts.models import (
    Contract,
    ContractEvent,
    ContractSignature,
    ContractText,
    Onboarding,
)
from data.contracts.rules.serializer import packed_paper, packed_step
from data.contracts.types import (
    ContractActor,
    ContractState,
    ContractTrigger,
    DossierStep,
    Power,
    TextKind,
    TextState,
)
from data.controls.models import (
    Campaign,
    Control,
    Deposit,
    DepositedControl,
    Message,
    ProofPiece,
)
from data.controls.types import DrawMethod, PieceKind, Side
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.types import HookState, Topic
from data.exports.files import folder_of
from data.exports.models import Export, ExportedPce, ExportSchedule
from data.exports.types import Content, ExportState, FileKind
from data.identity.accounts import actions
from data.identity.accounts.models import (
    ApiCredential,
    Invitation,
    LoginSession,
    SecondFactor,
    User,
    UserIdentity,
    UserTag,
)
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.types import PasswordCheck, SignInCandidate
from data.metering.consumption.models import InjectionPeriod, MonthlyConsumption, Reading
from data.metering.consumption.types import Quality, Status
from data.metering.pces.models import Pce, PceEventRow, PceGrant, PceTag
from data.metering.pces.types import EventKind
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeBatch,
    NoticeChannel,
    NoticeEvent,
    NoticeMute,
    NoticePreference,
    NoticeSnooze,
    Notification,
)
from data.notifications.rules import sign_link
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    Grouping,
    LinkVerb,
    MessageDelivery,
    NotificationKind,
    Recipient,
    SignedLink,
)
from data.rights.models import AccessRight, ImportLine, RightEventRow, RightImport
from data.rights.rules.plans import packed
from data.rights.types import (
    ImportPlan,
    LineState,
    ProofState,
    RightActor,
    RightState,
    RightTrigger,
)
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from data.thresholds import actions as thresholds
from data.thresholds.models import (
    Episode,
    Threshold,
    ThresholdMember,
    ThresholdPce,
    ThresholdVersion,
)
from data.thresholds.types import ThresholdScope
from pages import PAGES
from tests.choosing import EVERY_WAY
from tests.data.contracts.files.papers import PAPER
from tests.data.notifications.told import Office
from tests.data.thresholds.making import draft, judge
from tests.factories import (
    NOW,
    make_contract,
    make_grant,
    make_invitation,
    make_organisation,
    make_pce,
    make_right,
    make_user,
)
from tests.web import Browser, Web, fresh_database

SECRET = "09876543210123"
NEIGHBOURS = ("09876543210124", "09876543210132", SECRET[:-1], SECRET[1:])  # as one mistypes it
ALIAS = "Xylophone-Secret"
PERSONAL = (
    "canal-cache",
    "cible-cachee",
    "raison-cachee",
    "destinataire-cache",
)  # a colleague has no need of them
LIMIT = "765431"  # kWh of a secret limit
WATCHED = ("seuil-cache", "commentaire-cache", "adresse-cachee", *PERSONAL, LIMIT)
FIGURES = (
    "768943",  # kWh of a secret day; also in Wh and in thousands
    "8765.432",
    "8765,432",
    LIMIT,
)
RIGHT = "c0ffee00-0000-4000-8000-00000000cafe"
CONTROL, STAGED, SAID, NOTED = (f"c0ffee00-0000-4000-8000-00000000000{n}" for n in range(4))
PIECES = (STAGED, SAID, NOTED)  # of a deposit, of a message, of an internal note
CONTRACT, TEXT = (f"c0ffee00-0000-4000-8000-00000000000{n}" for n in (5, 6))
NEEDLES = (
    ALIAS.lower(),
    "xylophone",
    "rue du mystere",
    "fournisseur-cache",
    "holding-invisible",
    "fichier-cache.csv",
    "etiquette-cachee",
    "personne-cachee",
    "export-cache.csv",
    "site-cache",
    "titulaire-cache",
    "droits-caches.csv",
    "ligne-cachee",
    "message-cache",
    "note-cachee",
    "piece-cachee",
    "invite-cachee",
    "programme-cache",
    "webhook-cache",
    "envoi-cache",
    "contrat-cache",
    "motif-cache",
    "signataire-cache",
    "pouvoir-cache",
    "annotation-cachee",
    "vue-cachee",
    *WATCHED[:-1],
    *FIGURES,
)
OF_PCE = (  # hidden from who, of the same organisation, is limited to tags of other PCE
    ALIAS.lower(),
    "xylophone",
    "rue du mystere",
    "fournisseur-cache",
    "fichier-cache.csv",
    "etiquette-cachee",
    "export-cache.csv",
    "site-cache",
    "titulaire-cache",
    "droits-caches.csv",
    "ligne-cachee",
    "message-cache",
    "note-cachee",
    "piece-cachee",
    "seuil-cache",
    "commentaire-cache",
    "annotation-cachee",
    "vue-cachee",
    *FIGURES,
)
PARTS_OF_PAGES = "?controle=", "?edit=", "?export=", "?tab="  # words of their own
PARTS = 3  # told apart, so that two cores share them
pytestmark = pytest.mark.uncounted
LEAST = int(os.environ.get("PORTAL_ISOLATION_REQUESTS", "0"))
WHOLE = bool(LEAST or EVERY_WAY)
TIMES = -(-LEAST // 10_000) or 1  # how often these make up the requests asked for
FEW = 2 * TIMES if WHOLE else 1  # addresses or bodies of one route that one person tries
VALUES = (3 * TIMES, 4 * TIMES) if WHOLE else (1, 1)  # of a callback: 3 leave none out
ALONE = 6 if LEAST else 3 if EVERY_WAY else 1  # of a route or callback, by one person apart
SHARED = 1 if WHOLE else 3  # so many roles of other organisations share the routes and callbacks
APART = 1 if WHOLE else 2  # so many people tried apart share them too


@dataclass(frozen=True)
class Secrets:
    """The ids of what belongs to another organisation."""

    pce: int
    run: int
    session: int
    user: int
    organisation: int
    threshold: int
    episode: int
    address: int
    channel: int
    notice: int
    batch: int
    export: int
    invitation: int
    credential: int
    hook: int
    annotation: int
    link: int
    view: int

    @property
    def numbers(self) -> list[int]:
        """Return the ids that a request may name."""
        watched = (
            self.threshold,
            self.episode,
            self.address,
            self.channel,
            self.notice,
            self.export,
            self.invitation,
            self.credential,
            self.hook,
            self.annotation,
            self.view,
            self.link,
        )
        return list(dict.fromkeys((self.pce, self.run, self.session, self.user, *watched)))


@pytest.fixture(autouse=True)
def quiet():
    """Log critical messages only: hostile values cause many errors that are expected."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.reset_defaults()


@pytest.fixture
def portal(sqlite_template, tmp_path):
    """Provide a portal where one organisation has data that nobody else may see."""
    database = fresh_database(sqlite_template, tmp_path)
    web = Web(database, tmp_path / "var")
    with database.transaction() as db:
        owner = make_organisation(db, name="Holding-Invisible", kind=OrganisationKind.COMPANY)
        holder = make_user(
            db,
            organisation_id=owner.id,
            email="personne-cachee@tilleuls.example",
            name="Personne-Cachee",
        )
        pce = make_secret_pce(db, owner.id)
        run = make_secret_run(db, owner.id, holder.id)
        known = {"pce": pce.id, "run": run.id, "user": holder.id, "organisation": owner.id}
        right = make_secret_right(db, pce, owner.id, holder.id)
        here = web.server.extensions["portal"]
        make_secret_control(db, right, holder.id, here.storage)
        make_secret_contract(db, owner.id, holder.id, here.papers.storage)
        known |= make_secret_watch(db, owner.id, holder.id)
        known["view"] = make_secret_view(db, owner.id, holder.id)
        known["link"] = make_secret_link(db, pce, owner.id, holder.id)
        known["annotation"] = make_secret_annotation(db, pce, owner.id, holder.id)
        invited = {"organisation_id": owner.id, "invited_by": holder.id}
        known["invitation"] = make_secret_invitation(db, **invited)
        known["credential"] = make_secret_locks(db, owner.id, holder.id)
        known["hook"] = make_secret_hook(db, owner.id)
        known["export"] = make_secret_export(db, pce, holder, folder_of(web.var)).id
    Office(database).turn(NOW + timedelta(hours=1))
    owner_browser = web.browser(known["user"])
    with database.reading() as db:
        known["session"] = db.scalars(select(LoginSession.id)).one()
        known["notice"] = db.scalars(select(Notice.id).where(Notice.user_id.is_not(None))).one()
        known["batch"] = db.scalars(
            select(NoticeBatch.id).where(NoticeBatch.user_id.is_not(None))
        ).one()
    yield web, Secrets(**known), owner_browser
    database.close()


def make_secret_pce(db, owner):
    pce = make_pce(
        db,
        SECRET,
        alias=ALIAS,
        search=f"{ALIAS.lower()} ville {SECRET} holding-invisible",
        holder_id=owner,
        street="1 rue du Mystere",
        supplier="Fournisseur-Cache",
        data_until=date(2026, 11, 20),
    )
    for number in range(40):
        db.add(secret_reading(pce.id, date(2026, 11, 20) - timedelta(days=number)))
    db.add(
        MonthlyConsumption(
            pce_id=pce.id,
            month=date(2026, 11, 1),
            energy_wh=768_943_000 * 20,
            volume_dm3=8_765_432,
            days_measured=20,
            days_estimated=0,
            days_reconstructed=0,
            days_absent=0,
        )
    )
    db.add(secret_injection(pce.id, date(2026, 8, 1)))
    db.add(PceTag(pce_id=pce.id, organisation_id=owner, tag="etiquette-cachee"))
    db.add(
        PceEventRow(
            pce_id=pce.id,
            day=date(2026, 1, 1),
            kind=EventKind.SUPPLIER,
            before="Fournisseur-Cache",
            after="Fournisseur-Cache",
        )
    )
    db.flush()
    return pce


def secret_reading(pce_id, day):
    return Reading(
        pce_id=pce_id,
        gas_day=day,
        energy_wh=768_943_000,
        volume_dm3=8_765_432,
        quality=Quality.MEASURED,
        status=Status.DEFINITIVE,
        as_of=day,
        learnt_at=NOW,
    )


def secret_injection(pce_id, day):
    """Make the injected gas of the secret PCE, which no right of supply shows."""
    return InjectionPeriod(
        pce_id=pce_id,
        first_day=day,
        last_day=day + timedelta(days=30),
        energy_wh=768_943_000,
        volume_dm3=8_765_432,
        quality=Quality.MEASURED,
        status=Status.DEFINITIVE,
        as_of=day,
        learnt_at=NOW,
    )


def make_secret_run(db, owner, holder):
    run = Run(
        organisation_id=owner,
        user_id=holder,
        kind=RunKind.READINGS,
        state=RunState.DONE,
        file_name="fichier-cache.csv",
        stored_name="x" * 32,
        file_size=10,
        sha256="0" * 64,
        pce=SECRET,
        created_at=NOW,
        finished_at=NOW,
    )
    db.add(run)
    db.flush()
    return run


def make_secret_right(db, pce, owner, user):
    """Make a right that an imported file declared, and a rejected line of that file."""
    run = make_secret_run(db, owner, user)
    run.kind, run.file_name = RunKind.RIGHTS, "droits-caches.csv"
    right = make_right(
        db,
        pce,
        owner,
        uid=RIGHT,
        site="Site-Cache",
        site_key="site-cache",
        company="Titulaire-Cache",
        holder_key="titulaire-cache",
        email="titulaire-cache@tilleuls.example",
        search=f"site-cache titulaire-cache {SECRET}",
        state=RightState.PENDING,
        run_id=run.id,
    )
    db.add(
        RightEventRow(
            right_id=right.id,
            at=NOW,
            trigger=RightTrigger.DECLARED,
            actor=RightActor.THIRD_PARTY,
            user_id=user,
            after=RightState.PENDING,
        )
    )
    plan = packed(ImportPlan(columns={"id_pce": 0}))
    header = ["PCE", "Ligne-Cachee"]
    imported = {"run_id": run.id, "organisation_id": owner, "xlsx": False, "lines": 1}
    db.add(RightImport(**imported, plan=plan, header=header))
    db.flush()
    problem = ["A, PCE", "id_pce", "1000000037", SECRET, "", "Ligne-Cachee", {}, None]
    db.add(
        ImportLine(
            run_id=run.id,
            line=2,
            state=LineState.REJECTED,
            number=SECRET,
            problems=[problem],
            cells=[SECRET, "Ligne-Cachee"],
        )
    )
    db.flush()
    return right


def make_secret_control(db, right, user, storage):
    """Make a control of the right: a staged piece, a message and an internal note."""
    when = {"at": NOW, "author_id": user}
    campaign = Campaign(
        uid="campagne", created_at=NOW, created_by=user, way=DrawMethod.ONE, eligible=1, drawn=1,
        mark="x", due_on=date(2026, 12, 1),
    )  # fmt: skip
    db.add(campaign)
    db.flush()
    asked = {"due_on": date(2026, 12, 1), "asked_on": date(2026, 11, 1), "opened_at": NOW}
    owned = {"organisation_id": right.organisation_id}
    control = Control(
        uid=CONTROL,
        right_id=right.id,
        campaign_id=campaign.id,
        state=ProofState.AWAITED,
        told_state=ProofState.AWAITED,
        told_due_on=asked["due_on"],
        **asked,
        **owned,
    )
    deposit = Deposit(uid="depot", created_at=NOW, created_by=user, **owned)
    db.add_all((control, deposit))
    db.flush()
    said = Message(
        uid="m", control_id=control.id, text="Message-Cache", side=Side.DISTRIBUTOR,
        internal=False, **when,
    )  # fmt: skip
    note = Message(
        uid="n", control_id=control.id, text="Note-Cachee", side=Side.DISTRIBUTOR,
        internal=True, **when,
    )  # fmt: skip
    db.add_all((said, note, DepositedControl(deposit_id=deposit.id, control_id=control.id)))
    db.flush()
    places = ({"deposit_id": deposit.id}, {"message_id": said.id}, {"message_id": note.id})
    content = b"%PDF-1.7 Piece-Cachee"
    digest = hashlib.sha256(content).hexdigest()
    for uid, place in zip(PIECES, places, strict=True):
        kept = {"size": len(content), "sha256": digest, "storage_key": storage.put_object(content)}
        db.add(ProofPiece(uid=uid, name="Piece-Cachee.pdf", kind=PieceKind.PDF, **kept, **place))
    db.flush()


def make_secret_contract(db, owner, user, storage):
    """Make an offered contract, its dossier with a proof of power, and a reason of refusal."""
    content = b"%PDF-1.7 Contrat-Cache"
    kept = {
        "storage_key": storage.put_object(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    contract = make_contract(
        db, owner, uid=CONTRACT, number="Contrat-Cache", reason="Motif-Cache",
        signer="signataire-cache@tilleuls.example", state=ContractState.SENT,
    )  # fmt: skip
    paper = replace(PAPER, organisation="Contrat-Cache", representative="Signataire-Cache")
    power = b"%PDF-1.7 Pouvoir-Cache"
    place = storage.put_object(power)
    db.add_all(
        (
            ContractText(
                uid=TEXT, contract_id=contract.id, kind=TextKind.ORIGINAL, number=0, round=1,
                state=TextState.OFFERED, template="x", paper=packed_paper(paper), amendment=None,
                dossier={}, shown_key=kept["storage_key"], shown_sha256=kept["sha256"],
                created_at=NOW, created_by=user, **kept,
            ),
            ContractEvent(
                contract_id=contract.id, at=NOW, trigger=ContractTrigger.REFUSED_BY_CLIENT,
                actor=ContractActor.CLIENT, user_id=user, after=ContractState.DRAFT,
                detail={"reason": "Motif-Cache"},
            ),
            Onboarding(
                organisation_id=owner, power_key=place, reached=DossierStep.POWER, version=1,
                changed_at=NOW,
                steps={
                    DossierStep.POWER: packed_step(
                        Power(False, "Pouvoir-Cache.pdf", hashlib.sha256(power).hexdigest(), place)
                    ),
                },
            ),
        )
    )  # fmt: skip
    db.flush()


def make_secret_watch(db, owner, holder):
    """Make an exceeded threshold with notices to its owner and to an address; return their ids."""
    address = NoticeAddress(
        organisation_id=owner,
        email="adresse-cachee@tilleuls.example",
        added_by=holder,
        created_at=NOW,
        confirmed_at=NOW,
    )
    channel = NoticeChannel(
        user_id=holder,
        kind=ChannelKind.WEBHOOK,
        name="Canal-Cache",
        target="https://cible-cachee.example/…",
        sealed_url="x",
        state=ChannelState.OFF,
        off_reason="410",
        created_at=NOW,
    )
    mute = NoticeMute(
        user_id=holder, kind=NotificationKind.DATA_MISSING, reason="Raison-Cachee", created_at=NOW
    )
    db.add_all((address, channel, mute))
    db.flush()
    ways = frozenset({ChannelKind.INBOX, ChannelKind.EMAIL})
    told = (
        Recipient(holder, None, ways, Grouping.IMMEDIATE),
        Recipient(None, address.id, frozenset({ChannelKind.EMAIL}), Grouping.IMMEDIATE),
    )
    first = date(2026, 11, 16)
    viewer = Viewer(holder, owner, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, first)
    made = draft(
        name="Seuil-Cache",
        values_wh=(765_431_000,),
        recipients=told,
        scope=ThresholdScope((SECRET,), "etiquette-cachee"),
    )
    threshold = thresholds.create(db, viewer, made, now=NOW)
    judge(db, NOW)
    episode = db.scalars(select(Episode.id)).one()
    db.get(Episode, episode).comment = "Commentaire-Cache"
    db.flush()
    return {
        "threshold": threshold,
        "episode": episode,
        "address": address.id,
        "channel": channel.id,
    }


def make_secret_annotation(db, pce, owner, holder):
    """Make an annotation on a day, with an id that nothing else has."""
    day = date(2026, 11, 10)
    row = AnnotationRow(
        id=9753, pce_id=pce.id, organisation_id=owner, user_id=holder, first_day=day, last_day=day,
        kind=AnnotationKind.WORKS, words="Annotation-Cachee", created_at=NOW, changed_at=NOW,
        shared=False,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def make_secret_view(db, owner, holder):
    """Make a saved view that the organisation shares and the owner opens first."""
    row = KeptViewRow(
        id=8531, organisation_id=owner, user_id=holder, name="Vue-Cachee", path="/consommations",
        query=f"pce={SECRET}", number=SECRET, shared=True, created_at=NOW,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def make_secret_link(db, pce, owner, holder):
    """Make a shared link whose token and recipient only its author knows."""
    row = SharedLink(
        id=7349, organisation_id=owner, user_id=holder, pce_id=pce.id, token_hash="0" * 64,
        label="Destinataire-Cache", first_day=date(2026, 11, 1), last_day=date(2026, 11, 20),
        step="day", unit="kwh", data="informative", created_at=NOW,
        expires_at=NOW + timedelta(days=30), opened=0,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def make_secret_invitation(db, **invited):
    named = {"name": "Invite-Cachee", "email": "invite-cachee@tilleuls.example"}
    return make_invitation(db, **named, **invited).id


def make_secret_locks(db, owner, holder):
    """Make a second factor and an API credential, with an id that nothing else has."""
    db.add(
        SecondFactor(
            user_id=holder, sealed_secret="x", created_at=NOW, confirmed_at=NOW, last_step=0
        )
    )
    db.add(UserIdentity(user_id=holder, issuer="https://sso.example", subject="x", linked_at=NOW))
    row = ApiCredential(
        id=8642, organisation_id=owner, name="Programme-Cache", client_id="ec_programme-cache",
        secret_hash="x", scopes=["pces.read"], created_by=holder, created_at=NOW,
        expires_at=NOW + timedelta(days=90),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def make_secret_hook(db, owner):
    """Make a webhook and one of its deliveries, with ids that nothing else has."""
    hook = Hook(
        id=6428, organisation_id=owner, name="Webhook-Cache", target="https://webhook-cache.example/…",
        sealed_url="x", sealed_secret="x", rights=True, controls=True, readings=True,
        state=HookState.ON, created_at=NOW,
    )  # fmt: skip
    db.add(hook)
    db.flush()
    db.add(
        HookDelivery(
            id=6428, hook_id=hook.id, event_id="evt_envoi-cache", topic=Topic.RIGHTS, body={},
            number=SECRET, said="Active", count=1, state=MessageDelivery.FAILED, created_at=NOW,
            next_attempt_at=NOW,
        )
    )  # fmt: skip
    db.flush()
    return hook.id


def make_secret_export(db, pce, holder, folder):
    """Make an export with its file and a schedule, with an id that nothing else has."""
    folder.mkdir(parents=True)
    content = f"{SECRET};{ALIAS};768943".encode()
    (folder / "secret").write_bytes(content)
    owner = {"organisation_id": holder.organisation_id, "user_id": holder.id, "created_at": NOW}
    choice = {"text": ALIAS, "tags": []}
    said = {"content": Content.DAILY, "file": FileKind.CSV, "apart": False, "choice": choice}
    days = {"first_day": date(2026, 1, 1), "last_day": date(2026, 11, 20)}
    export = Export(
        id=4711,
        state=ExportState.DONE,
        tell=False,
        expected_rows=40,
        expected_octets=768_943,
        rows=40,
        pces=1,
        total=1,
        finished_at=NOW,
        kept_until=NOW + timedelta(days=7),
        stored_name="secret",
        file_name="export-cache.csv",
        file_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **owner,
        **said,
        **days,
    )
    db.add(export)
    db.flush()
    db.add(ExportedPce(pce_id=pce.id, export_id=export.id, holes="", **days))
    db.add(ExportSchedule(months=1, day=10, next_on=date(2026, 12, 10), **owner, **said))
    db.flush()
    return export


@dataclass(frozen=True)
class Stranger:
    """A person who may not see the secret; anonymous without a user id."""

    name: str
    user_id: int | None = None
    pending: bool = False  # their password was right, their code has not come
    looks_as: int | None = None  # of the distributor, who sees the portal as this person does
    usual: bool = False  # one of the roles of other organisations, who have nothing of the secret

    @property
    def outside(self) -> bool:
        return self.pending or self.user_id is None

    def browser(self, web: Web) -> Browser:
        if self.looks_as is not None:
            browser = web.browser(self.user_id)
            assert browser.post(f"/vue/{self.looks_as}", {"reason": "x"}).status_code == 303
            return browser
        if not self.pending:
            return web.browser(self.user_id)
        browser = web.browser()
        browser.get("/connexion")
        with web.database.transaction() as db:
            user = db.get(User, self.user_id)
            proof = PasswordCheck(
                SignInCandidate(user.id, user.email, user.password_hash), holds=True
            )
            pending = actions.hold_sign_in(db, proof)
        with browser.client.session_transaction() as session:
            session["pending"] = [pending.user_id, pending.mark, web.clock().isoformat()]
        assert browser.get("/connexion/code").status_code == 200
        return browser


def strangers(web: Web, secrets: Secrets) -> Iterator[Stranger]:
    """Yield an anonymous person, one without their code, those of other days, and all others."""
    yield Stranger("anonymous")
    with web.database.transaction() as db:
        yield Stranger("code pending", half_in(db, secrets), pending=True)
        yield Stranger("grant over", grantee(db, secrets, "over", valid_to=date(2026, 11, 1)))
        later = date(2026, 12, 1)
        yield Stranger("grant to come", grantee(db, secrets, "to-come", valid_from=later))
    known = list(others(web))
    with web.database.transaction() as db:
        yield Stranger("a look", runner(db), looks_as=dict(known)["facility_manager of company"])
    for name, user_id in known:
        yield Stranger(name, user_id, usual=True)


def runner(db):
    """Make an administrator of the distributor, who views the portal as somebody else."""
    home = make_organisation(db, name="Distributeur", kind=OrganisationKind.DISTRIBUTOR)
    who = {"email": "runner@reseau.example", "role": Role.ADMINISTRATOR}
    return make_user(db, organisation_id=home.id, **who).id


def half_in(db, secrets):
    """Make a colleague of the owner, whose second factor is still missing."""
    user = make_user(db, organisation_id=secrets.organisation, email="collegue@tilleuls.example")
    db.add(
        SecondFactor(
            user_id=user.id, sealed_secret="x", created_at=NOW, confirmed_at=NOW, last_step=0
        )
    )
    db.flush()
    return user.id


def grantee(db, secrets, name, **grant):
    """Make a third party whose grant is not valid today, or covers other days."""
    third = make_organisation(db, name=f"Tiers {name}", kind=OrganisationKind.THIRD_PARTY)
    make_grant(db, db.get(Pce, secrets.pce), third.id, **grant)
    return make_user(db, organisation_id=third.id, email=f"{name}@tilleuls.example").id


def others(web: Web) -> Iterator[tuple[str, int]]:
    """Yield every role in every kind of organisation that may not see the secret."""
    with web.database.transaction() as db:
        for kind in OrganisationKind:
            organisation = make_organisation(db, name=f"Autre {kind}", kind=kind)
            make_pce(db, f"0111111111111{organisation.id}", holder_id=organisation.id)
            for role in Role:
                if kind is OrganisationKind.DISTRIBUTOR and role in {
                    Role.ACCOUNT_MANAGER,
                    Role.ADMINISTRATOR,
                }:
                    continue  # the distributor's staff sees every PCE
                user = make_user(
                    db,
                    organisation_id=organisation.id,
                    email=f"{role}-{kind}@tilleuls.example",
                    name=f"Stranger {role}",
                    role=role,
                )
                yield f"{role} of {kind}", user.id


def hostile(secrets: Secrets) -> list[Any]:
    """Return the values that a stranger may put into any input."""
    return [
        SECRET,
        *NEIGHBOURS,
        f"?pce={SECRET}",
        *secrets.numbers,
        str(secrets.run),
        secrets.run + 1,
        RIGHT,
        [RIGHT],
        {"uid": RIGHT, "right": RIGHT, "run": secrets.run + 1},
        CONTROL,
        [CONTROL],
        f"?controle={CONTROL}",
        {"uid": CONTROL, "control": CONTROL, "deposit": "depot", "piece": SAID, "n": 1},
        {"uid": CONTRACT, "seen": "x", "act": "terminate", "version": "1", "n": 1},
        f"?contrat={CONTRACT}",
        "depot",
        "campagne",
        str(secrets.user),
        ALIAS,
        "Seuil-Cache",
        "tag:etiquette-cachee",
        f"?episode={secrets.episode}",
        f"?pce={SECRET}&episode={secrets.episode}",
        f"u{secrets.user}",
        f"a{secrets.address}",
        [{"who": f"a{secrets.address}", "by": ["email"], "every": "immediate"}],
        [{"id": str(secrets.threshold), "number": SECRET, "mine": True}],
        {"id": secrets.threshold, "version": 1, "pce": SECRET},
        {"id": secrets.episode, "n": 1},
        {"id": str(secrets.annotation), "do": "remove", "n": 1},
        {"id": str(secrets.view), "do": "home", "n": 1},
        {"id": str(secrets.link), "do": "revoke", "n": 1},
        "0987654",
        "holding",
        secrets.organisation,
        {"user": secrets.user, "owned": dict.fromkeys(Belongings().counts, 0)},
        "%",
        "",
        None,
        True,
        -1,
        2**63,
        [SECRET],
        [secrets.pce],
        {"number": SECRET, "id": secrets.pce, "pce": SECRET},
        {"startRow": 0, "endRow": 100, "filterModel": {}, "sortModel": []},
        {
            "startRow": 0,
            "endRow": 100,
            "filterModel": {"q": {"filterType": "text", "type": "contains", "filter": SECRET}},
            "sortModel": [{"colId": "number; --", "sort": "asc"}],
        },
        [{"id": str(secrets.pce), "number": SECRET}],
        "' OR 1=1 --",
        "\x00",
        "x" * 5000,
    ]


def searches(secrets: Secrets) -> list[str]:
    return [
        f"?pce={SECRET}",
        f"?pce={SECRET}&preset=3y&step=day",
        f"?pce={secrets.pce}",
        f"?pce={ALIAS}",
        f"?run={secrets.run}",
        f"?export={secrets.export}",
        f"?user={secrets.user}",
        f"?organisation={secrets.organisation}",
        f"?organisation={secrets.organisation}&part=invite",
        f"?run={secrets.run + 1}",
        f"?droit={RIGHT}",
        f"?controle={CONTROL}",
        f"?right={RIGHT}&campaign=campagne",
        f"?id={secrets.pce}",
        f"?edit={secrets.threshold}",
        f"?vue={secrets.view}",
        f"?de=/consommations?pce={SECRET}",
        f"?episode={secrets.episode}",
        f"?pce={SECRET}&episode={secrets.episode}",
        f"?new=1&pce={SECRET}&kind=day",
        "?past=1&q=seuil",
        "?show=removed",
        "?many=1",
        "?tab=settings",
        "?tab=channels",
        "?tab=journal",
        "?q=xylophone",
        f"?q={SECRET}",
        *(f"?pce={number}" for number in NEIGHBOURS),
        f"?q={NEIGHBOURS[0]}",
        f"?pce=01111111111111&pce={SECRET}",
        "?db=1&viewer=2",
        "?first=0000-00-00&last=9999-99-99",
    ]


@dataclass(frozen=True)
class Ask:
    """One request of the matrix."""

    what: str
    method: str
    path: str
    body: Any = None
    file: bytes | None = None  # sent beside the body, as a form of files


def of_callbacks(web: Web, secrets: Secrets) -> Iterator[Ask]:
    """Yield each callback with each hostile value in all its inputs, and pages by address."""
    for output, declared in web.dash.callback_map.items():
        if "_pages_content.children" in output:
            for path in addresses():
                for search in searches(secrets):
                    yield asked(output, declared, {"pathname": path, "search": search}, SECRET)
            continue
        for value in hostile(secrets):
            yield asked(output, declared, {}, value)


def addresses() -> list[str]:
    """Return the addresses of the pages, and addresses below them."""
    return [
        *(page.path.replace("<", "").replace(">", "") for page in PAGES),
        *(f"{page.path.rstrip('/')}/{SECRET}" for page in PAGES),
    ]


def of_pages(secrets: Secrets) -> Iterator[Ask]:
    """Yield each page opened by its address: the index contains its first answers."""
    for path in addresses():
        for search in ("", *searches(secrets)):
            yield Ask(f"page {path}", "GET", path + search)


def asked(output: str, declared: Any, by_property: dict[str, Any], value: Any) -> Ask:
    inputs = [dependency(model, by_property, value) for model in declared["inputs"]]
    state = [dependency(model, by_property, value) for model in declared["state"]]
    first = inputs[0] if inputs else {}
    first = (first or [{}])[0] if isinstance(first, list) else first
    body = {
        "output": output,
        "outputs": outputs_of(declared["output"], value),
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{named(first.get('id', ''))}.{first.get('property', '')}"],
    }
    return Ask(f"callback {output[:80]}", "POST", "/_dash-update-component", body)


def dependency(model: dict[str, Any], by_property: dict[str, Any], value: Any) -> Any:
    """Return an input as a page sends it, with *value* as its content and in its wildcards."""
    held = by_property.get(model["property"], value)
    if not model["id"].startswith("{"):
        return {"id": model["id"], "property": model["property"], "value": held}
    entry = {"id": filled(model["id"], value), "property": model["property"], "value": held}
    return [entry] if '["ALL"]' in model["id"] or '["ALLSMALLER"]' in model["id"] else entry


def filled(pattern: str, value: Any) -> dict[str, Any]:
    simple = value if isinstance(value, str | int) else 1
    return {
        key: simple if isinstance(part, list) else part for key, part in json.loads(pattern).items()
    }


def outputs_of(declared: Any, value: Any) -> Any:
    if isinstance(declared, list | tuple):
        return [output_of(model, value) for model in declared]
    return output_of(declared, value)


def output_of(model: Any, value: Any) -> Any:
    identity = model.component_id
    if isinstance(identity, dict):
        pattern = model.component_id_str()
        entry = {"id": filled(pattern, value), "property": model.component_property}
        return [entry] if "ALL" in json.dumps(pattern) else entry
    return {"id": str(identity), "property": model.component_property}


def named(identity: Any) -> str:
    return (
        json.dumps(identity, sort_keys=True, separators=(",", ":"))
        if isinstance(identity, dict)
        else str(identity)
    )


def of_routes(web: Web, secrets: Secrets) -> Iterator[Ask]:
    """Yield each route and method with the names of the secret in its path and query."""
    map_ = web.server.url_map.bind("localhost")
    for rule in web.server.url_map.iter_rules():
        named = (CONTROL, *PIECES, CONTRACT, TEXT, str(secrets.organisation))
        for value in (SECRET, *map(str, secrets.numbers), *named):
            numeric = dict.fromkeys(rule.arguments, value)
            if "control" in rule.arguments and len(rule.arguments) > 1:  # a piece beside it
                numeric["control"] = CONTROL
            if "page" in rule.arguments:  # of what is named beside it
                numeric["page"] = 1
            try:
                path = map_.build(rule.endpoint, numeric)
            except Exception:  # noqa: BLE001 (a converter that this value does not fit)
                continue
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                for search in searches(secrets):
                    body = {"pce": SECRET, "id": str(secrets.pce), "next": f"/pces{search}"}
                    body |= {"controle": CONTROL, "texte": "x", "note": "1"}
                    body |= {"version": "1", "consentement": "1", "code": "000000"}
                    yield Ask(f"{method} {rule.rule}", method, path + search, body)
                    if method == "POST":
                        readings = f"PCE;Volume\n{SECRET};1\n".encode()
                        yield Ask(f"POST {rule.rule}", method, path + search, body, readings)
            if not rule.arguments:
                break


def of_links(web: Web, secrets: Secrets) -> Iterator[Ask]:
    """Yield the links of mails, which anybody may follow without reading, and forged ones."""
    for verb in (LinkVerb.SEEN, LinkVerb.SNOOZE, LinkVerb.STOP):
        link = SignedLink(verb, secrets.batch, NOW + timedelta(days=30))
        word = sign_share(secrets.link, "x" * 32, web.settings.secret_key)  # not its own secret
        yield Ask("shared link", "GET", f"/partage/{word}")
        yield Ask("signed link", "GET", f"/avis/{sign_link(link, web.settings.secret_key)}")
        yield Ask("forged link", "POST", f"/avis/{sign_link(link, 'another' * 8)}")


def of_exports() -> Iterator[Ask]:
    for kind in ("csv", "xlsx"):
        yield Ask("export", "GET", f"/export/feuilles/seuils?format={kind}")
    for kind in ("csv", "xlsx", "ndjson", "json"):
        for layout in ("table", "readings", "espace-client"):
            search = f"?pce={SECRET}&format={kind}&layout={layout}&preset=3y&step=day"
            yield Ask("export", "GET", f"/export/consommations{search}")


def answered(browser: Browser, ask: Ask) -> Any:
    if ask.path == "/_dash-update-component" and ask.method == "POST":
        return browser.dispatch(ask.body)
    if ask.file is not None:
        return browser.send(ask.path, [("releves.csv", ask.file)], ask.body)
    if ask.method == "POST":
        return browser.post(ask.path, ask.body)
    return browser.client.open(
        ask.path, method=ask.method, headers={"Accept": "text/html", "Accept-Encoding": "identity"}
    )


def found_in(answer: Any, ask: Ask) -> list[str]:
    """Return the words of the secret in the answer; its number only if the request lacked it."""
    text = words_of(answer)
    needles = list(NEEDLES)
    if SECRET not in f"{ask.path}{ask.body}":
        needles.append(SECRET)
    return [needle for needle in needles if is_in(needle, text) and needle not in said(ask)]


def is_in(needle: str, text: str) -> bool:
    """Return whether *text* contains *needle*; digits in a hexadecimal token do not count."""
    if needle not in text:
        return False
    if not needle.isdigit() or needle == SECRET:
        return True
    return re.search(f"(?<![0-9a-f]){needle}(000)?(?![0-9a-f])", text) is not None


def said(ask: Ask) -> str:
    return f"{ask.path} {ask.body}".lower()


def words_of(answer: Any) -> str:
    """Return the answer as a reader sees it: unescaped, without the spaces in figures."""
    data = answer.data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b" ".join(archive.read(name) for name in archive.namelist())
    text = data.decode("utf8", "replace")
    text += " ".join(f"{name}: {value}" for name, value in answer.headers)
    if "\\u" in text:
        text += re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    for space in ("\u202f", "\u00a0", "\\u202f", "\\u00a0", "&#8239;", "&nbsp;"):
        text = text.replace(space, "")
    return text.lower()


def everything_of(web: Web, secrets: Secrets) -> list[Any]:
    """Return all rows of the secret, to check that no stranger changed them."""
    with web.database.reading() as db:
        rows = [
            db.execute(select(table.__table__).where(column == secrets.pce)).all()
            for table, column in (
                (Pce, Pce.id),
                (Reading, Reading.pce_id),
                (MonthlyConsumption, MonthlyConsumption.pce_id),
                (InjectionPeriod, InjectionPeriod.pce_id),
                (PceTag, PceTag.pce_id),
                (PceGrant, PceGrant.pce_id),
                (PceEventRow, PceEventRow.pce_id),
                (AnnotationRow, AnnotationRow.pce_id),
            )
        ]
        rows.append(db.execute(select(Run.__table__).where(Run.id == secrets.run)).all())
        rows += [
            db.execute(select(table.__table__)).all()
            for table in (Episode, ThresholdMember, NoticeEvent, Notice, NoticeBatch)
        ]
        rows += [
            db.execute(select(KeptViewRow.__table__).where(KeptViewRow.id == secrets.view)).all(),
            db.execute(select(SharedLink.__table__).where(SharedLink.id == secrets.link)).all(),
        ]
        rows += [
            db.execute(select(table.__table__).where(column == secrets.organisation)).all()
            for table, column in (
                (Invitation, Invitation.organisation_id),
                (User, User.organisation_id),
            )
        ]
        rows += [
            db.execute(select(table.__table__)).all()
            for table in (Campaign, Control, Deposit, DepositedControl, Message, ProofPiece)
        ]
        mine = Contract.organisation_id == secrets.organisation
        contract = select(Contract.id).where(mine)
        rows += [
            db.execute(select(table.__table__).where(column)).all()
            for table, column in (
                (Contract, mine),
                (ContractText, ContractText.contract_id.in_(contract)),
                (ContractEvent, ContractEvent.contract_id.in_(contract)),
                (Onboarding, Onboarding.organisation_id == secrets.organisation),
            )
        ]
        rows.append(db.execute(select(ContractSignature.__table__)).all())
        rows += [
            db.execute(select(table.__table__).where(column == owned)).all()
            for table, column, owned in (
                (Threshold, Threshold.organisation_id, secrets.organisation),
                (ThresholdVersion, ThresholdVersion.threshold_id, secrets.threshold),
                (NoticeAddress, NoticeAddress.organisation_id, secrets.organisation),
                (NoticeChannel, NoticeChannel.user_id, secrets.user),
                (NoticeMute, NoticeMute.user_id, secrets.user),
                (NoticeSnooze, NoticeSnooze.user_id, secrets.user),
                (NoticePreference, NoticePreference.user_id, secrets.user),
                (Notification, Notification.user_id, secrets.user),
                (SecondFactor, SecondFactor.user_id, secrets.user),
                (UserIdentity, UserIdentity.user_id, secrets.user),
                (ApiCredential, ApiCredential.organisation_id, secrets.organisation),
            )
        ]
        rows += [db.execute(select(one.__table__)).all() for one in (ExportedPce, ExportSchedule)]
        mine = Export.id == secrets.export
        rows.append(db.execute(select(Export.__table__).where(mine)).all())
        rows.append(db.execute(select(User.__table__).where(User.id == secrets.user)).all())
        ended = LoginSession.ended_at
        rows.append(db.execute(select(ended).where(LoginSession.id == secrets.session)).all())
        return rows


def matrix(web: Web, secrets: Secrets) -> list[Ask]:
    return [
        *of_callbacks(web, secrets),
        *of_routes(web, secrets),
        *of_links(web, secrets),
        *of_exports(),
        *of_pages(secrets),
    ]


def chosen(asks: list[Ask], people: int, place: int, few: int | None = None) -> list[Ask]:
    """The short matrix: each route and callback kept, with a few of its hostile values.

    Who comes next takes the next ones: together they put every value into each callback.
    """
    groups: dict[str, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(ask.what, []).append(ask)
    kept = []
    for what, group in groups.items():
        random.Random(len(group)).shuffle(group)
        some = few or FEW
        first = place * some % len(group)
        if not few and what.startswith("callback"):
            first, after = (len(group) * who // people for who in (place, place + 1))
            some = min(max(after - first, VALUES[0]), VALUES[1])
        kept += (group[first:] + group[:first])[:some]
    return kept


def in_turn(asks: list[Ask]) -> list[Ask]:
    """Order requests: the first of each route, callback and part of a page, then the second.

    Files that a route is sent, and the page of the secret PCE, come with the parts of pages.
    """
    turns: Counter[str] = Counter()
    place = []
    for ask in asks:
        is_page = ask.what.startswith("page ")
        of_part = is_page and any(part in ask.path for part in PARTS_OF_PAGES)
        with_file = ask.file is not None and turns[ask.what] == 1
        soon = of_part or with_file or (is_page and ask.path == f"/pces?pce={SECRET}")
        place.append(0.5 if soon else turns[ask.what])
        turns[ask.what] += 1
    return [asks[at] for at in sorted(range(len(asks)), key=place.__getitem__)]


def beside(asks: list[Ask], arrive: Callable[[], Browser]) -> Iterator[tuple[Browser, Ask]]:
    """Yield each request with a browser, which signs in again after a request that ended it."""
    browser = arrive()
    came = standing(browser)
    for _what, group in itertools.groupby(asks, lambda ask: ask.what):
        if standing(browser) != came:
            browser = arrive()
            came = standing(browser)
        yield from ((browser, ask) for ask in group)


# Asked before each group of requests: in one statement.
_SESSION = (
    select(LoginSession.id, LoginSession.ended_at, Look.id, Look.ended_at)
    .outerjoin(Look, Look.session_id == LoginSession.id)
    .where(LoginSession.token_hash == bindparam("digest"))
)


def standing(browser: Browser) -> Any:
    """Return what identifies a browser, from its cookie and its rows, without a request."""
    cookie, server = browser.cookies().get("session", ""), browser.web.server
    serializer = server.session_interface.get_signing_serializer(server)
    kept = serializer.loads(cookie) if cookie else {}
    token, pending = kept.get("_user_id"), kept.get("pending")
    if token is None:
        return token, pending
    with browser.web.database.reading() as db:
        rows = db.execute(_SESSION, {"digest": get_token_digest(token)}).all()
    return token, pending, rows


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.sampled
def test_nothing_of_another_organisation_leaks(portal, part):
    web, secrets, _owner = portal
    asks = matrix(web, secrets)
    people = list(strangers(web, secrets))
    before = everything_of(web, secrets)
    problems: list[str] = []
    requests = 0
    for place, stranger in list(enumerate(people))[part::PARTS]:
        theirs = chosen(asks, len(people), place)
        if stranger.usual:  # a third has one of each role, and one of each kind of organisation
            theirs = theirs[place % SHARED :: SHARED]
        for browser, ask in beside(theirs, lambda who=stranger: who.browser(web)):
            answer = answered(browser, ask)
            requests += 1
            problems += problems_in(answer, ask, stranger.name, anonymous=stranger.outside)
    assert not problems, f"{len(problems)} of {requests}: " + "\n".join(problems[:20])
    assert everything_of(web, secrets) == before
    come = len(range(part, len(people), PARTS))
    assert requests >= max(LEAST / PARTS, come * 50)
    print(f"{requests} requests, {come} people of {len(people)}, 0 leak")


OPEN_TO_ALL = (
    "/confidentialite",  # what is kept about people is told to anybody
    "/accessibilite",  # as are who publishes the portal, and how accessible it is
    "/mentions-legales",
    "/documentation-api",  # and how programs call
    "/adict/v2/openapi.json",
    "/connexion",
    "/mot-de-passe",
    "/preferences",
    "/health",
    "/avis",  # a signed link stands for its reader
    "/metrics",
    "/assets",
    "/static",
    "/courriels",  # the token of a letter is its reader's
    "/consentement",  # the token of a letter stands for its holder
    "/invitation",  # the token of an invitation stands for who is invited
    "/calendrier",  # a link stands for who made it
    "/partage",  # a link shows its days, and stands for who made it
    "/oauth2",  # a program shows its credential
    "/openam",
)


def problems_in(answer: Any, ask: Ask, name: str, *, anonymous: bool) -> Iterator[str]:
    told = f"{name}: {ask.what} {ask.path} {str(ask.body)[:200]}"
    if answer.status_code >= 500 and not ask.path.startswith("/health"):
        yield f"{answer.status_code} {told}"
    leaks = found_in(answer, ask)
    if leaks:
        yield f"leaks {leaks} {told}"
    let_in = answer.status_code not in {301, 302, 308, 401}
    if anonymous and let_in and not ask.path.startswith(OPEN_TO_ALL):
        yield f"{answer.status_code} to nobody {told}"


def alone(web, secrets, turn):
    """Return what one person asks of each route and callback, of one in `APART` in daily tests."""
    return chosen(matrix(web, secrets), 1, 0, ALONE)[turn % APART :: APART]


def test_a_grant_of_other_days_shows_no_figure_of_these(portal):
    web, secrets, _owner = portal
    with web.database.transaction() as db:
        user_id = grantee(db, secrets, "partial", last_day=date(2026, 10, 1))
    problems, seen = [], False
    asks = alone(web, secrets, 0)
    for browser, ask in beside(asks, lambda: web.browser(user_id)):
        text = words_of(answered(browser, ask))
        seen = seen or ALIAS.lower() in text
        problems += [f"{n} {ask.what} {ask.path}" for n in FIGURES if n in text]
    assert not problems
    assert seen  # the delivery point itself is granted


OPEN = "01111111111199"


def limited_to_another_tag(db, secrets, user_id):
    """Add a second PCE to the organisation, and limit the user to the tag of that one."""
    pce = make_pce(db, OPEN, alias="Site-Ouvert", holder_id=secrets.organisation)
    for tag in ("etiquette-ouverte", "etiquette-double"):
        db.add(PceTag(pce_id=pce.id, organisation_id=secrets.organisation, tag=tag))
    db.add(UserTag(user_id=user_id, tag="etiquette-ouverte", at=NOW + timedelta(hours=2)))
    db.flush()


def of_secret_pce(web, secrets):
    """Return the rows about the secret PCE: a colleague may change other rows."""
    with web.database.reading() as db:
        by_pce = (Reading, MonthlyConsumption, PceTag, PceGrant, PceEventRow, Episode)
        by_pce = (*by_pce, AnnotationRow)
        rows = [
            db.execute(select(one.__table__).where(one.pce_id == secrets.pce)).all()
            for one in (*by_pce, ThresholdMember, ThresholdPce, ExportedPce, AccessRight)
        ]
        rows += [
            db.execute(select(one.__table__).where(one.id == key)).all()
            for one, key in (
                (Pce, secrets.pce),
                (Run, secrets.run),
                (Threshold, secrets.threshold),
                (Export, secrets.export),
            )
        ]
        rows += [
            db.execute(select(one.__table__)).all()
            for one in (Control, Deposit, DepositedControl, Message, ProofPiece, Campaign)
        ]
        return rows


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER])
@pytest.mark.sampled
def test_who_is_limited_to_other_tags_sees_nothing_of_a_pce_of_their_organisation(portal, role):
    web, secrets, _owner = portal
    with web.database.transaction() as db:
        who = {"organisation_id": secrets.organisation, "email": "limite@tilleuls.example"}
        user_id = make_user(db, role=role, **who).id
        limited_to_another_tag(db, secrets, user_id)
    asks = alone(web, secrets, 1)
    assert nothing_leaks_within(web, secrets, user_id, asks)


def test_the_owner_once_limited_sees_nothing_of_what_they_made_before(portal):
    web, secrets, _owner = portal
    with web.database.transaction() as db:
        limited_to_another_tag(db, secrets, secrets.user)
        db.execute(delete(ExportSchedule))  # what they typed themselves stays theirs to take away
    pages = list(of_pages(secrets))
    asks = [*(pages if WHOLE else pages[::33]), *alone(web, secrets, 0)]
    assert nothing_leaks_within(web, secrets, secrets.user, asks)


def nothing_leaks_within(web, secrets, user_id, asks):
    before, problems, seen = of_secret_pce(web, secrets), [], ""
    for browser, ask in beside(asks, lambda: web.browser(user_id)):
        answer = answered(browser, ask)
        text = words_of(answer)
        seen += text if "site-ouvert" in text else ""
        told = f"{ask.what} {ask.path} {str(ask.body)[:200]}"
        needles = [*OF_PCE, *([SECRET] if SECRET not in f"{ask.path}{ask.body}" else [])]
        leaks = [one for one in needles if is_in(one, text) and one not in said(ask)]
        problems += [f"leaks {leaks} {told}"] if leaks else []
        if answer.status_code >= 500 and not ask.path.startswith("/health"):
            problems.append(f"{answer.status_code} {told}")
    assert not problems, f"{len(problems)} of {len(asks)}: " + "\n".join(problems[:20])
    assert "etiquette-double" not in seen  # of their own PCE, the tags that are theirs
    assert of_secret_pce(web, secrets) == before
    return "site-ouvert" in seen


def test_the_pages_opened_by_their_addresses_do_show_the_secret_to_its_owner(portal):
    _web, secrets, owner = portal
    others = ("768943", "fichier-cache.csv", "export-cache.csv", "annotation-cachee", "vue-cachee")
    wanted = {ALIAS.lower(), *others, *WATCHED}
    for ask in of_pages(secrets):
        if not (WHOLE or "?" not in ask.path or any(part in ask.path for part in PARTS_OF_PAGES)):
            continue
        text = words_of(answered(owner, ask))
        wanted -= {needle for needle in wanted if needle in text}
        if not wanted:
            break
    assert not wanted


def test_a_colleague_sees_none_of_the_ways_of_another(portal):
    web, secrets, _owner = portal
    with web.database.transaction() as db:
        user = make_user(db, organisation_id=secrets.organisation, email="autre@tilleuls.example")
        user_id = user.id
    problems, seen = [], ""
    shared = [ask for ask in of_pages(secrets) if ask.path.endswith(("/seuils", "tab=channels"))]
    asks = [*alone(web, secrets, 1), *shared]  # these whatever the draw
    for browser, ask in beside(asks, lambda: web.browser(user_id)):
        text = words_of(answered(browser, ask))
        seen += text
        problems += [f"{n} {ask.what} {ask.path}" for n in PERSONAL if n in text]
    assert not problems
    assert "seuil-cache" in seen  # those of the organisation are for all of it
    assert "adresse-cachee" in seen


def test_the_same_requests_do_show_the_secret_to_its_owner(portal):
    """Without it the matrix would prove nothing: its words must be findable."""
    web, secrets, owner = portal
    wanted = {ALIAS.lower(), "768943", "rue du mystere", "fichier-cache.csv", *WATCHED}
    wanted |= {"piece-cachee", "contrat-cache", "motif-cache", "pouvoir-cache"}
    wanted.remove("raison-cachee")  # a callback of the matrix ends that stop, the owner's own
    seen: set[str] = set()
    for ask in in_turn(matrix(web, secrets)):
        text = words_of(answered(owner, ask))
        if owner.get("/connexion").status_code == 200:  # this one, or one before, closed it
            owner.enter(secrets.user)
            text += words_of(answered(owner, ask))
        assert "note-cachee" not in text  # the distributor's alone
        seen.update(needle for needle in wanted if needle in text)
        if seen == wanted:
            break
    assert seen == wanted


def test_the_matrix_covers_every_route_and_callback(portal):
    web, secrets, _owner = portal
    asks = matrix(web, secrets)
    rules = {rule.rule for rule in web.server.url_map.iter_rules()}
    assert {
        what.split(" ", 1)[1]
        for what in {a.what for a in asks}
        if what[:3] in {"GET", "POS", "PUT", "PAT"}
    } == rules
    people = len(list(strangers(web, secrets)))
    if WHOLE:
        assert people * VALUES[1] >= len(hostile(secrets))  # each value is put by somebody
    if WHOLE and not LEAST:
        put = {id(ask) for place in range(people) for ask in chosen(asks, people, place)}
        left = Counter(ask.what for ask in asks if id(ask) not in put)
        size = Counter(ask.what for ask in asks if ask.what.startswith("callback"))
        assert not [what for what in left if 0 < size[what] <= len(hostile(secrets))]
    outputs = {a.body["output"] for a in asks if a.path == "/_dash-update-component" and a.body}
    assert set(web.dash.callback_map) <= outputs
