"""A declaration is answered: what hung on the right of ours stands as the answer leaves it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from data.controls.actions import open_followed
from data.controls.models import Control
from data.exchange.mirror.actions.answers import take_declared
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from tests.data.exchange.mirror.sides import flipped, theirs_of
from tests.data.exchange.mirror.test_at_once import in_hand
from tests.factories import NOW

R, P = RightState, ProofState
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("there", "said", "stands", "closed"),
    [
        (R.REVOKED, None, P.AWAITED, LATER),
        (R.OBSOLETE, P.AWAITED, P.AWAITED, LATER),
        (R.OBSOLETE, P.REJECTED, P.REJECTED, None),
        (R.ACTIVE, None, P.AWAITED, None),
    ],
)
def test_an_answer_that_ends_a_right_leaves_no_control_of_it_open(
    sending, admin, there, said, stands, closed
):
    """Open here by a list since it was sent, and its proof asked for; its answer comes after."""
    parcel = in_hand(sending, admin)
    with sending.transaction() as db:
        right = db.scalars(select(AccessRight)).one()
        right.state = R.ACTIVE
        assert open_followed(db, {right.id: (P.AWAITED, None)}, now=NOW) == 1
        theirs = replace(flipped(theirs_of(right), there), proof_state=said)
    with sending.transaction() as db:
        take_declared(db, parcel, LATER, theirs)
    with sending.reading() as db:
        control = db.scalars(select(Control)).one()
        assert (control.state, control.closed_at) == (stands, closed)
        assert db.scalars(select(AccessRight.state)).one() is there
