"""Who takes a document or the evidence of a signature with them is kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from data.access import Viewer
from data.contracts.actions.moving import By, record
from data.contracts.models import Contract, ContractText
from data.contracts.queries.visible import HIDDEN, visible
from data.contracts.types import Trigger
from data.errors import NotFound


def note_download(
    db: Session, viewer: Viewer, text_uid: str, trigger: Trigger, *, now: datetime
) -> None:
    """Keep in its life, and in the journal, that a text or its evidence was downloaded.

    Under the name of who looks at the portal as somebody else, when somebody does.
    """
    query = visible(viewer).join(ContractText, ContractText.contract_id == Contract.id)
    row = db.execute(
        query.with_only_columns(Contract, ContractText.number).where(ContractText.uid == text_uid)
    ).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    one, number = row
    detail = {"number": number} if number else {}
    record(db, one, trigger, By(now, viewer), before=one.state, detail=detail)
