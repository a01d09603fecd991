"""Record who downloads a contract document or the evidence of a signature."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from data.contracts.actions.transitions import ContractAuthor, record
from data.contracts.models import Contract, ContractText
from data.contracts.queries.visible import HIDDEN, visible
from data.contracts.types import ContractTrigger


def note_download(
    db: Session, viewer: Viewer, text_uid: str, trigger: ContractTrigger, *, now: datetime
) -> None:
    """Journal the download of a text or its evidence, in the contract's history too.

    Under impersonation, the record names the person who impersonates.
    """
    query = visible(viewer).join(ContractText, ContractText.contract_id == Contract.id)
    row = db.execute(
        query.with_only_columns(Contract, ContractText.number).where(ContractText.uid == text_uid)
    ).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    contract, number = row
    detail = {"number": number} if number else {}
    record(db, contract, trigger, ContractAuthor(now, viewer), before=contract.state, detail=detail)
