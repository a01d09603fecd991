"""Declarations that leave for the distributor that an organisation mirrors: it decides of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from data.access import Viewer
from data.pces.actions import create_unknown
from data.rights.actions.knowing import Known, standings
from data.rights.actions.moving import By, move
from data.rights.actions.telling import tell
from data.rights.models import AccessRight
from data.rights.rules.waiting import next_quarter
from data.rights.types import Actor, Changed, Standing, Trigger


def own_alone(
    db: Session, viewer: Viewer, numbers: Sequence[str], now: datetime, *, lock: bool
) -> Known:
    """What the organisation itself has open on each PCE, and nothing of what is known of it here.

    A PCE that nobody knows is created, when the declaration is to be written.
    """
    if lock:
        create_unknown(db, numbers, now=now)
    known = standings(db, viewer, numbers, lock=lock)
    found = {number: (id_, _open_alone(standing)) for number, (id_, standing) in known.items()}
    return {number: (0, Standing()) for number in numbers} | found


def _open_alone(standing: Standing) -> Standing:
    return replace(Standing(), own=tuple(one for one in standing.own if not one.state.final))


def turn_down(db: Session, rights: Sequence[AccessRight], *, now: datetime) -> list[Changed]:
    """The distributor took none of *rights*, which are locked: whoever declared them is told.

    Once a quarter of an hour, as its answers come one by one.
    """
    changed = move(db, rights, Trigger.TURNED_DOWN, By(Actor.DISTRIBUTOR, now))
    tell(db, rights, Trigger.TURNED_DOWN, now, leaves=next_quarter(now))
    return changed
