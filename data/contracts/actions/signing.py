"""Keeping a signature whose seal is stored already: one of two wins, a second press is nothing."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.contracts.actions.codes import WAITS_FOR
from data.contracts.actions.inviting import invites_of
from data.contracts.actions.moving import CHANGED, By, chosen, move_both, record
from data.contracts.actions.outcome import keep_outcome
from data.contracts.actions.signers import require_party
from data.contracts.actions.starting import start
from data.contracts.actions.telling import News, name_of, tell_client, tell_operator
from data.contracts.models import Contract, ContractSignature, ContractText, SigningCode
from data.contracts.rules.codes import LASTS
from data.contracts.rules.dates import starts
from data.contracts.types import (
    Attempt,
    Level,
    Party,
    Signing,
    StoredPdf,
    TextKind,
    Trigger,
)
from data.db import change_one
from data.errors import Conflict
from data.notifications.types import Kind
from i18n import N_, PARIS

_SPENT = N_("Ce code n’est plus valable : demandez-en un autre, rien n’est signé.")
_LOST = N_("Un autre chargé de compte a contresigné ou refusé avant vous : regardez le contrat.")


def sign(db: Session, viewer: Viewer, attempt: Attempt, stored: StoredPdf, *, now: datetime) -> str:
    """Keep the client's signature: *stored* is the text with its seal. The uid of the contract.

    Called again for the same text by the same person, it changes nothing: the octets stored for
    the second press are nobody's, and the job erases them.
    """
    one, text, again = _ready(db, viewer, attempt, Party.CLIENT)
    if again:
        return one.uid
    signing = _keep(db, viewer, text, attempt, stored, now=now)
    by = By(now, viewer)
    move_both(db, one, text, Trigger.SIGNED, by, detail={"sha256": stored.sha256},
              of_text=_kept(stored))  # fmt: skip
    news = News(Kind.CONTRACT_SIGNED, signing.name, text.number)
    tell_operator(db, one, news, now)
    return one.uid


def countersign(
    db: Session, viewer: Viewer, attempt: Attempt, stored: StoredPdf, *, now: datetime
) -> str:
    """Keep the distributor's: the contract is signed, and starts at once if its day has come.

    Two who countersign at once: one wins, Conflict tells the other.
    """
    one, text, again = _ready(db, viewer, attempt, Party.OPERATOR)
    if again:
        return one.uid
    _keep(db, viewer, text, attempt, stored, now=now)
    by = By(now, viewer)
    move_both(db, one, text, Trigger.COUNTERSIGNED, by, detail={"sha256": stored.sha256},
              of_text=_kept(stored))  # fmt: skip
    today = now.astimezone(PARIS).date()
    if text.kind is TextKind.AMENDMENT:
        record(db, one, Trigger.AMENDED, by, before=one.state, detail={"number": text.number})
    elif one.starts_on is not None and starts(one.starts_on, today):
        start(db, one, By(now))
    else:
        keep_outcome(db, one.organisation_id)
    effective = text.amendment["effective_on"] if text.amendment else None
    day = date.fromisoformat(effective) if effective else one.starts_on
    guests = 0 if text.number else len(invites_of(db, one, text.dossier))
    news = News(Kind.CONTRACT_COUNTERSIGNED, name_of(viewer), text.number, day=day, guests=guests)
    tell_client(db, one, news, now)
    return one.uid


def _kept(stored: StoredPdf) -> dict[str, object]:
    return {"storage_key": stored.storage_key, "sha256": stored.sha256}


def _ready(
    db: Session, viewer: Viewer, attempt: Attempt, party: Party
) -> tuple[Contract, ContractText, bool]:
    """The contract locked, the text that was proved, and whether it is signed already."""
    if attempt.text is None:
        raise Conflict(CHANGED)
    one = chosen(db, viewer, attempt.text.contract)
    require_party(db, viewer, one, party)
    query = select(ContractText).where(
        ContractText.contract_id == one.id, ContractText.uid == attempt.text.uid
    )
    text = db.scalars(query.execution_options(populate_existing=True)).one()
    before = select(ContractSignature.user_id).where(
        ContractSignature.version_id == text.id, ContractSignature.party == party
    )
    signed_by = db.scalar(before)
    if signed_by is not None and signed_by == viewer.user_id:
        return one, text, True
    if signed_by is not None:
        raise Conflict(_LOST)
    if attempt.again or text.state is not WAITS_FOR[party] or text.sha256 != attempt.text.sha256:
        raise Conflict(_LOST if party is Party.OPERATOR else CHANGED)
    return one, text, False


def _keep(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    text: ContractText,
    attempt: Attempt,
    stored: StoredPdf,
    *,
    now: datetime,
) -> Signing:
    """The signature, once its code is spent."""
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
    """Use up the code of *attempt*: a counted UPDATE, so that none serves twice."""
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
