"""Process declarations that the mirrored distributor decides on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.actions import create_unknown
from data.rights.actions.distributor_knowledge import Known, load_pce_facts
from data.rights.actions.third_party_notices import tell
from data.rights.actions.transitions import RightAuthor, move
from data.rights.models import AccessRight
from data.rights.rules.pending import next_quarter
from data.rights.types import Changed, PceFacts, RightActor, RightTrigger


def load_own_open_rights(
    db: Session, viewer: Viewer, numbers: Sequence[str], now: datetime, *, lock: bool
) -> Known:
    """Return the organisation's own open rights on each PCE, and no other local knowledge.

    With `lock`, unknown PCEs are created for the declarations to be written.
    """
    if lock:
        create_unknown(db, numbers, now=now)
    known_facts = load_pce_facts(db, viewer, numbers, lock=lock)
    own_facts = {number: (id_, _open_alone(facts)) for number, (id_, facts) in known_facts.items()}
    return {number: (0, PceFacts()) for number in numbers} | own_facts


def _open_alone(facts: PceFacts) -> PceFacts:
    return replace(
        PceFacts(),
        own=tuple(own_right for own_right in facts.own if not own_right.state.final),
    )


def reject(db: Session, rights: Sequence[AccessRight], *, now: datetime) -> list[Changed]:
    """Reject locked `rights` as the distributor did; notify their authors.

    Notices are grouped by quarter of an hour, as answers arrive one by one.
    """
    changed = move(db, rights, RightTrigger.TURNED_DOWN, RightAuthor(RightActor.DISTRIBUTOR, now))
    tell(db, rights, RightTrigger.TURNED_DOWN, now, leaves=next_quarter(now))
    return changed
