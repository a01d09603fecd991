"""Offer a contract or an amendment for signature, and withdraw the offer."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Forbidden
from core.i18n import N_
from data.contracts.actions.notices import (
    ContractNews,
    name_of,
    tell_client,
    tell_operator,
    tell_signer,
)
from data.contracts.actions.onboarding import stored_dossier
from data.contracts.actions.signers import require_signer
from data.contracts.actions.transitions import (
    ContractAuthor,
    chosen,
    move,
    move_both,
    open_text,
    record,
    update_version,
    waiting_text,
)
from data.contracts.models import Contract, ContractText
from data.contracts.queries.dossier import get_contract_paper
from data.contracts.queries.visible import is_last_actor
from data.contracts.rules.amendment import checked_amendment, checked_reason, next_number
from data.contracts.rules.dates import checked_terms
from data.contracts.rules.serializer import packed_amendment, packed_paper, unpacked_paper
from data.contracts.types import (
    Amendment,
    Clause,
    ContractActor,
    ContractState,
    ContractTerms,
    ContractTrigger,
    OfferedText,
    Operator,
    Paper,
    StoredPdf,
    TextKind,
    TextState,
)
from data.notifications.types import NotificationKind

_OTHER = N_("Le dossier a changé depuis que ce texte a été composé : relisez-le avant l’envoi.")
_STAFF = N_("Un avenant est proposé par le distributeur : écrivez-lui ce qui doit changer.")
_NOT_ACTIVE = N_("Seul un contrat actif s’amende.")
_WAITING = N_("Un avenant attend déjà une signature : un seul à la fois.")
_NOT_SENDER = N_("Seul l’expéditeur de ce texte peut le retirer : refusez-le, en disant pourquoi.")
_OTHER_BASE = N_("Le document a changé depuis que cet avenant a été composé : recommencez.")


def send(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    uid: str,
    paper: Paper,
    stored: StoredPdf,
    *,
    operator: Operator,
    clauses: tuple[str, tuple[Clause, ...]],
    version: int,
    now: datetime,
) -> str:
    """Offer the stored PDF of `paper` for signature; return the text's uid.

    Raise Conflict if the dossier changed since, or is incomplete.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    contract = chosen(db, viewer, uid, version)
    terms = checked_terms(ContractTerms(paper.starts_on, paper.ends_on), viewer.today)
    if (
        get_contract_paper(db, viewer, uid, terms=terms, operator=operator, clauses=clauses)
        != paper
    ):
        raise Conflict(_OTHER)
    by = ContractAuthor(now, viewer)
    move(
        db,
        contract,
        ContractTrigger.SENT,
        by,
        detail={"sha256": stored.sha256},
        number=paper.number,
        starts_on=paper.starts_on,
        ends_on=paper.ends_on,
        signer=paper.email,
        sent_at=now,
        reason="",
    )
    text = _offered(db, viewer, contract, stored, paper=paper, by=by)
    news = ContractNews(
        NotificationKind.CONTRACT_SENT, name_of(viewer), but=frozenset({viewer.user_id})
    )
    tell_signer(db, contract, news, now)
    return text.uid


def _offered(  # noqa: PLR0913 (a row of its table)
    db: Session,
    viewer: Viewer,
    contract: Contract,
    stored: StoredPdf,
    *,
    paper: Paper,
    amendment: Amendment | None = None,
    by: ContractAuthor,
) -> ContractText:
    dossier, dossier_data = stored_dossier(db, viewer, contract)
    number = amendment.number if amendment else 0
    mine = ContractText.contract_id == contract.id, ContractText.number == number
    before = db.scalar(select(func.max(ContractText.round)).where(*mine)) or 0
    text = ContractText(
        uid=str(uuid.uuid4()),
        contract_id=contract.id,
        kind=TextKind.AMENDMENT if amendment else TextKind.ORIGINAL,
        number=number,
        round=before + 1,
        state=TextState.OFFERED,
        template=paper.template,
        paper=packed_paper(paper),
        amendment=packed_amendment(amendment) if amendment else None,
        dossier=dossier_data,
        power_key=dossier.power.storage_key if dossier.power else "",
        shown_key=stored.storage_key,
        shown_sha256=stored.sha256,
        storage_key=stored.storage_key,
        sha256=stored.sha256,
        created_at=by.now,
        created_by=viewer.user_id,
    )
    db.add(text)
    db.flush()
    return text


def amend(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    uid: str,
    amendment: Amendment,
    stored: StoredPdf,
    *,
    base: str,
    version: int,
    now: datetime,
) -> str:
    """Offer an amendment, already written into the stored signed PDF; return its text's uid.

    `base` is the SHA-256 of the PDF that it was written into; raise Conflict when the document has
    changed.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    contract = chosen(db, viewer, uid, version)
    last = is_amendable(db, viewer, contract)
    checked_amendment(amendment, next_number(last.number), viewer.today)
    if last.sha256 != base:
        raise Conflict(_OTHER_BASE)
    by = ContractAuthor(now, viewer)
    text = _offered(
        db, viewer, contract, stored, paper=unpacked_paper(last.paper), amendment=amendment, by=by
    )
    update_version(db, contract, by)
    detail = {"number": amendment.number, "sha256": stored.sha256}
    record(db, contract, ContractTrigger.SENT, by, before=contract.state, detail=detail)
    news = ContractNews(NotificationKind.CONTRACT_SENT, name_of(viewer), amendment.number)
    tell_signer(db, contract, news, now)
    return text.uid


def is_amendable(db: Session, viewer: Viewer, contract: Contract) -> ContractText:
    """Return the last text signed by both sides, into which the next amendment is written."""
    if not viewer.staff:
        raise Forbidden(_STAFF)
    if contract.state is not ContractState.ACTIVE:
        raise Conflict(_NOT_ACTIVE)
    if waiting_text(db, contract) is not None:
        raise Conflict(_WAITING)
    signed = select(ContractText).where(
        ContractText.contract_id == contract.id, ContractText.state == TextState.COUNTERSIGNED
    )
    query = signed.order_by(ContractText.number.desc()).limit(1)
    return db.scalars(query.execution_options(populate_existing=True)).one()


def amendment_base(db: Session, viewer: Viewer, uid: str) -> OfferedText:
    """Return the document for the next amendment and its number, to be read beforehand."""
    viewer.require(Permission.CONTRACTS_WRITE)
    contract = chosen(db, viewer, uid)
    last = is_amendable(db, viewer, contract)
    return OfferedText(
        uid=last.uid,
        contract=contract.uid,
        number=next_number(last.number),
        paper=unpacked_paper(last.paper),
        amendment=None,
        storage_key=last.storage_key,
        sha256=last.sha256,
    )


def take_back(db: Session, viewer: Viewer, uid: str, *, version: int, now: datetime) -> None:
    """Withdraw an unsigned text; only the side that sent it may.

    The other side refuses it with a reason.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    contract, by = chosen(db, viewer, uid, version), ContractAuthor(now, viewer)
    text = open_text(db, contract)
    if not is_last_actor(db, viewer, contract, ContractTrigger.SENT):
        raise Forbidden(_NOT_SENDER)
    move_both(db, contract, text, ContractTrigger.TAKEN_BACK, by)


def refuse(
    db: Session, viewer: Viewer, uid: str, reason: str, *, version: int, now: datetime
) -> None:
    """Record that the signer refuses, with a reason: the contract is a draft again."""
    viewer.require(Permission.CONTRACTS_SIGN)
    contract = chosen(db, viewer, uid, version)
    require_signer(db, viewer, contract)
    _refuse(
        db,
        contract,
        ContractTrigger.REFUSED_BY_CLIENT,
        checked_reason(reason),
        ContractAuthor(now, viewer),
    )


def refuse_signature(
    db: Session, viewer: Viewer, uid: str, reason: str, *, version: int, now: datetime
) -> None:
    """Record that the distributor refuses to countersign, with a reason."""
    viewer.require(Permission.CONTRACTS_COUNTERSIGN)
    contract = chosen(db, viewer, uid, version)
    _refuse(
        db,
        contract,
        ContractTrigger.REFUSED_BY_OPERATOR,
        checked_reason(reason),
        ContractAuthor(now, viewer),
    )


def _refuse(
    db: Session, contract: Contract, trigger: ContractTrigger, reason: str, by: ContractAuthor
) -> None:
    text = open_text(db, contract)
    detail: Mapping[str, object] = {"reason": reason}
    move_both(db, contract, text, trigger, by, detail=detail, reason=reason)
    if by.viewer is None:
        return
    news = ContractNews(NotificationKind.CONTRACT_REFUSED, name_of(by.viewer), text.number, reason)
    if by.actor is ContractActor.OPERATOR:
        tell_client(db, contract, news, by.now)
    else:
        tell_operator(db, contract, news, by.now)
