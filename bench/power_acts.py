"""Acts that people are told are done, each by the product's own actions, one after the other."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select

from bench import faults_imports
from bench.faults_hooks import right_of
from bench.faults_imports import ASKER, prepare_asker
from bench.faults_ingestion import STAFF, START
from core.access import Role, Viewer
from core.database import Database, Session
from data.contracts import actions as contracts
from data.contracts.types import StoredPdf
from data.controls import actions as controls
from data.controls.files.storage import Folder
from data.controls.files.storage import folder_of as proofs_of
from data.controls.models import Control
from data.controls.types import (
    ControlVerdict,
    Motive,
    NewPiece,
    Picked,
    PieceKind,
    ProofDelays,
    Ruling,
)
from data.identity.accounts.models import Organisation, User
from data.identity.audit.actions import note
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.rights.actions import answer_by_link, revoke
from data.rights.models import AccessRight
from data.rights.types import ConsentEvidence, RightState, RightTrigger
from data.runs.actions import open_run
from data.runs.files import Incoming, folder_of
from data.runs.types import DepositLimits
from tests.data.contracts.making import Play
from tests.data.rights.large_letter import TOKEN, make_letter

RIGHTS = 1000  # acts of one kind at most
PROOF, JOURNAL = "power.proof", "power.journal"
SIGNER = 10_000  # the organisation and the user of the first contract
Act = Callable[[Database, Path, int], object]
_POINTS = {"r": "09999999910001", "d": "09999999910002"}  # revoked, controlled
_DELAYS = ProofDelays()


def prepare(database: Database) -> None:
    prepare_asker(database)
    facts = dict.fromkeys(("alias", "street", "postal_code", "city", "search"), "")
    with database.transaction() as db:
        for pce, (kind, number) in enumerate(_POINTS.items(), 1):
            db.add(Pce(number=number, frequency=Frequency.DAILY, tariff="T3", **facts))
            db.flush()
            own = {"pce_id": pce, "number": number, "state": RightState.ACTIVE}
            rights = [
                right_of(place, 2) | own | {"uid": f"{kind}{place}"} for place in range(RIGHTS)
            ]
            db.execute(insert(AccessRight), rights)
        make_letter(db, RIGHTS, holder=None)


def _deposit(database: Database, var: Path, number: int) -> object:
    file = Incoming(folder_of(var), DepositLimits().file_octets)
    file.write(f"PCE;{number}".encode())
    kept = file.keep(f"{number}.txt")
    with database.transaction() as db:
        return open_run(db, STAFF, kept, now=START)


def _import(database: Database, var: Path, number: int) -> object:
    faults_imports.LINES = 20
    return faults_imports.deposit(database, var, number)


def _proof(database: Database, var: Path, number: int) -> object:
    key = Folder(proofs_of(var)).put_object(f"proof {number}".encode())
    with database.transaction() as db:
        return note(db, START, PROOF, ("piece", key), detail={"act": number})


def _journal(database: Database, _var: Path, number: int) -> object:
    with database.transaction() as db:
        return note(db, START, JOURNAL, ("act", number))


def _revoke(database: Database, _var: Path, number: int) -> object:
    with database.transaction() as db:
        return revoke(db, ASKER, [f"r{number}"], now=START)


def point_of(number: int) -> str:
    """The delivery point whose holder gives consent number so many."""
    return f"099777{number:08d}"


def _consent(database: Database, _var: Path, number: int) -> object:
    evidence = ConsentEvidence("192.0.2.1", "power")
    with database.transaction() as db:
        uid = db.scalars(
            select(AccessRight.uid).where(AccessRight.number == point_of(number))
        ).one()
        return answer_by_link(
            db, TOKEN, RightTrigger.ACCEPTED, evidence=evidence, now=START, uids=[uid]
        )


def _decision(database: Database, var: Path, number: int) -> object:
    """A proof is asked for and sent, then refused."""
    drawn = Picked(uids=(f"d{number}",))
    key = Folder(proofs_of(var)).put_object(f"control {number}".encode())
    with database.transaction() as db:
        mark = controls.preview_campaign(db, STAFF, drawn, delays=_DELAYS).mark
        controls.open_campaign(db, STAFF, drawn, mark=mark, delays=_DELAYS, now=START)
        of_right = AccessRight.uid == f"d{number}"
        query = select(Control.uid).join(AccessRight, AccessRight.id == Control.right_id)
        uid = db.scalars(query.where(of_right)).one()
        piece = NewPiece("mandat.pdf", PieceKind.PDF, 1, "0" * 64, key)
        staged = controls.stage(db, ASKER, [uid], [piece], now=START)
        controls.send(db, ASKER, staged.uid, now=START)
    ruling = Ruling(ControlVerdict.REJECT, Motive.HOLDER)
    with database.transaction() as db:
        return controls.decide(db, STAFF, uid, ruling, version=2, delays=_DELAYS, now=START)


def _signature(database: Database, var: Path, number: int) -> object:
    """A contract is offered to an organisation of its own, then signed with the code sent."""
    id_ = SIGNER + number
    client = replace(
        ASKER, user_id=id_, organisation_id=id_, role=Role.ADMINISTRATOR, alone=True,
        contracted=False,
    )  # fmt: skip
    with database.transaction() as db:
        _add_signer(db, client)
        play = Play(db, client, STAFF, START, f"s{id_}@power.example")
        play.fill()
        uid = play.begin()
        play.send(uid)
        play.ask(uid)
    with database.transaction() as db:
        play = Play(db, client, STAFF, START)
        attempt = play.prove(uid, play.code(client))
    key = Folder(proofs_of(var)).put_object(f"contract {number}".encode())
    stored = StoredPdf(key, f"{number:064x}", None)
    with database.transaction() as db:
        return contracts.sign(db, client, attempt, stored, now=START)


def _add_signer(db: Session, client: Viewer) -> None:
    id_ = client.user_id
    name, dates = f"Signataire {id_}", {"created_at": START}
    db.add(Organisation(id=id_, name=name, kind=client.kind, **dates))
    db.flush()
    who = {"email": f"s{id_}@power.example", "name": name, "role": client.role}
    password = {"password_hash": "!", "password_changed_at": START}
    db.add(User(id=id_, organisation_id=id_, **who, **password, **dates))
    db.flush()


ACTS: Mapping[str, Act] = {
    "deposit": _deposit,
    "import": _import,
    "proof": _proof,
    "journal": _journal,
    "revoke": _revoke,
    "consent": _consent,
    "decision": _decision,
    "signature": _signature,
}
