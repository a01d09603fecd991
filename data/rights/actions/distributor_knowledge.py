"""Load by blocks what the distributor knows of the declared PCEs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.bulk import is_among
from core.i18n import PARIS
from data.identity.accounts.models import Organisation
from data.identity.accounts.queries import list_deciding_emails
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.rights.queries.closed_addresses import Emails, load_account_emails
from data.rights.types import OwnRight, PceFacts

_BLOCK = 500
Known = dict[str, tuple[int, PceFacts]]  # PCE id and what is known of it, by number


def load_pce_facts(db: Session, viewer: Viewer, numbers: Sequence[str], *, lock: bool) -> Known:
    """Return the id and knowledge of each known PCE, by number.

    With `lock`, PCEs are locked in order, so that two declarations of a PCE are serialised.
    """
    pces: dict[int, Any] = {}
    own: dict[int, list[OwnRight]] = {}
    for start in range(0, len(numbers), _BLOCK):
        query = (
            select(
                *(Pce.id, Pce.number, Pce.postal_code, Pce.holder_name, Pce.holder_since),
                *(Pce.ended_on, Pce.holder_id, Organisation.name.label("holds")),
            )
            .outerjoin(Organisation, Organisation.id == Pce.holder_id)
            .where(is_among(db, Pce.number, numbers[start : start + _BLOCK]))
            .order_by(Pce.id)
        )
        if lock:
            query = query.with_for_update(key_share=True, of=Pce)
        block = {row.id: row for row in db.execute(query)}
        pces |= block
        for pce_id, right in _own(db, viewer, list(block)):
            own.setdefault(pce_id, []).append(right)
    holders = {row.holder_id for row in pces.values() if row.holder_id is not None}
    emails = list_deciding_emails(db, holders)
    asker = load_account_emails(db, [viewer.organisation_id]).get(
        viewer.organisation_id, frozenset()
    )
    return {
        row.number: (row.id, _standing(row, own.get(row.id, []), viewer, emails, asker))
        for row in pces.values()
    }


def _standing(
    row: Any,  # noqa: ANN401 (a row)
    own: Sequence[OwnRight],
    viewer: Viewer,
    emails: Emails,
    asker: frozenset[str],
) -> PceFacts:
    return PceFacts(
        asker_emails=asker,
        holder_emails=emails.get(row.holder_id or 0, frozenset()),
        holder_id=row.holder_id,
        is_holder=row.holder_id == viewer.organisation_id,
        postal_code=row.postal_code,
        holder=row.holder_name or row.holds or "",
        holder_since=row.holder_since,
        ended_on=row.ended_on,
        own=tuple(own),
    )


def _own(db: Session, viewer: Viewer, pce_ids: Sequence[int]) -> Iterator[tuple[int, OwnRight]]:
    right = AccessRight
    query = select(
        *(right.pce_id, right.id, right.role, right.state),
        *(right.closed_at, right.source, right.digest, right.uid, right.ends_on),
    ).where(is_among(db, right.pce_id, pce_ids), right.organisation_id == viewer.organisation_id)
    for row in db.execute(query.order_by(right.id)):
        closed = row.closed_at.astimezone(PARIS).date() if row.closed_at else None
        right_facts = closed, row.source, row.digest, row.uid, row.ends_on
        own_right = OwnRight(row.id, row.role, row.state, *right_facts)
        yield row.pce_id, own_right
