"""Record a sealed signature; of two concurrent ones one wins, and repeats are ignored."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import change_one
from core.errors import Conflict
from core.i18n import N_, PARIS
from data.contracts.actions.codes import WAITS_FOR
from data.contracts.actions.contract_periods import keep_outcome
from data.contracts.actions.daily_transitions import start
from data.contracts.actions.invitations import invites_of
from data.contracts.actions.notices import ContractNews, name_of, tell_client, tell_operator
from data.contracts.actions.signers import require_party
from data.contracts.actions.transitions import CHANGED, ContractAuthor, chosen, move_both, record
from data.contracts.models import Contract, ContractSignature, ContractText, SigningCode
from data.contracts.rules.codes import LASTS
from data.contracts.rules.dates import starts
from data.contracts.types import (
    Attempt,
    ContractTrigger,
    Level,
    Party,
    Signing,
    StoredPdf,
    TextKind,
)
from data.notifications.types import NotificationKind

_SPENT = N_("Ce code n’est plus valable : demandez-en un autre, rien n’est signé.")
_LOST = N_("Un autre chargé de compte a contresigné ou refusé avant vous : regardez le contrat.")


def sign(db: Session, viewer: Viewer, attempt: Attempt, stored: StoredPdf, *, now: datetime) -> str:
    """Store the client's signature: `stored` is the sealed text; return the contract's uid.

    A repeated call for the same text and person changes nothing: its stored file is orphaned and
    deleted by the job.
    """
    contract, text, is_signed = _ready(db, viewer, attempt, Party.CLIENT)
    if is_signed:
        return contract.uid
    signing = _keep(db, viewer, text, attempt, stored, now=now)
    by = ContractAuthor(now, viewer)
    move_both(db, contract, text, ContractTrigger.SIGNED, by, detail={"sha256": stored.sha256},
              of_text=_stored_signature(stored))  # fmt: skip
    news = ContractNews(NotificationKind.CONTRACT_SIGNED, signing.name, text.number)
    tell_operator(db, contract, news, now)
    return contract.uid


def countersign(
    db: Session, viewer: Viewer, attempt: Attempt, stored: StoredPdf, *, now: datetime
) -> str:
    """Store the distributor's signature: the contract is signed, and starts if its day has come.

    Raise Conflict when somebody else countersigned at the same time.
    """
    contract, text, is_signed = _ready(db, viewer, attempt, Party.OPERATOR)
    if is_signed:
        return contract.uid
    _keep(db, viewer, text, attempt, stored, now=now)
    by = ContractAuthor(now, viewer)
    move_both(
        db,
        contract,
        text,
        ContractTrigger.COUNTERSIGNED,
        by,
        detail={"sha256": stored.sha256},
        of_text=_stored_signature(stored),
    )
    today = now.astimezone(PARIS).date()
    if text.kind is TextKind.AMENDMENT:
        record(
            db,
            contract,
            ContractTrigger.AMENDED,
            by,
            before=contract.state,
            detail={"number": text.number},
        )
    elif contract.starts_on is not None and starts(contract.starts_on, today):
        start(db, contract, ContractAuthor(now))
    else:
        keep_outcome(db, contract.organisation_id)
    effective = text.amendment["effective_on"] if text.amendment else None
    day = date.fromisoformat(effective) if effective else contract.starts_on
    guests = 0 if text.number else len(invites_of(db, contract, text.dossier))
    news = ContractNews(
        NotificationKind.CONTRACT_COUNTERSIGNED,
        name_of(viewer),
        text.number,
        day=day,
        guests=guests,
    )
    tell_client(db, contract, news, now)
    return contract.uid


def _stored_signature(stored: StoredPdf) -> dict[str, object]:
    return {"storage_key": stored.storage_key, "sha256": stored.sha256}


def _ready(
    db: Session, viewer: Viewer, attempt: Attempt, party: Party
) -> tuple[Contract, ContractText, bool]:
    """Return the locked contract, the text, and whether it is already signed."""
    if attempt.text is None:
        raise Conflict(CHANGED)
    contract = chosen(db, viewer, attempt.text.contract)
    require_party(db, viewer, contract, party)
    query = select(ContractText).where(
        ContractText.contract_id == contract.id, ContractText.uid == attempt.text.uid
    )
    text = db.scalars(query.execution_options(populate_existing=True)).one()
    before = select(ContractSignature.user_id).where(
        ContractSignature.version_id == text.id, ContractSignature.party == party
    )
    signed_by = db.scalar(before)
    if signed_by is not None and signed_by == viewer.user_id:
        return contract, text, True
    if signed_by is not None:
        raise Conflict(_LOST)
    if (
        attempt.can_retry
        or text.state is not WAITS_FOR[party]
        or text.sha256 != attempt.text.sha256
    ):
        raise Conflict(_LOST if party is Party.OPERATOR else CHANGED)
    return contract, text, False


def _keep(
    db: Session,
    viewer: Viewer,
    text: ContractText,
    attempt: Attempt,
    stored: StoredPdf,
    *,
    now: datetime,
) -> Signing:
    """Store the signature once its code is spent."""
    signing = attempt.signing
    if signing is None:
        raise Conflict(_SPENT)
    _spend(db, viewer, text, attempt, now=now)
    db.add(
        ContractSignature(
            version_id=text.id,
            party=signing.party,
            user_id=viewer.user_id,
            name=signing.name,
            function=signing.function,
            email=signing.email,
            at=signing.at,
            address=signing.address,
            method=signing.method,
            consent=signing.consent,
            level=stored.level or Level.B_B,
            shown_sha256=text.sha256,
            sha256=stored.sha256,
            storage_key=stored.storage_key,
        )
    )
    db.flush()
    return signing


def _spend(
    db: Session, viewer: Viewer, text: ContractText, attempt: Attempt, *, now: datetime
) -> None:
    """Spend the code of `attempt` by a counted UPDATE, so that it is used once."""
    party = attempt.signing.party if attempt.signing else None
    change = (
        update(SigningCode)
        .where(
            SigningCode.id == attempt.code_id,
            SigningCode.user_id == viewer.user_id,
            SigningCode.version_id == text.id,
            SigningCode.party == party,
            SigningCode.sha256 == text.sha256,
            SigningCode.proved_at > now - LASTS,
            SigningCode.used_at.is_(None),
            SigningCode.voided_at.is_(None),
        )
        .values(used_at=now)
    )
    change_one(db, change, _SPENT)
