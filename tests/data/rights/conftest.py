"""A PCE that alice's organisation holds, and bob's third party that asks for it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from data.metering.pces.models import PceGrant
from data.rights.actions import answer_by_link, declare
from data.rights.models import AccessRight, RightEventRow, RightLetterRow
from data.rights.types import ConsentEvidence, LetterKind, RightTrigger
from tests.data.rights import dirty
from tests.data.rights.declarations import DELAYS, GOOD
from tests.data.rights.desk import Desk
from tests.factories import NOW, make_pce, make_people

EVIDENCE = ConsentEvidence("192.0.2.7", "2026-11")


@pytest.fixture
def pce(db, people):
    return make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


def asking(db, viewer, one=GOOD, now=NOW):
    return declare(db, viewer, one, delays=DELAYS, now=now)


def right_of(db, uid):
    db.expire_all()
    return db.scalars(select(AccessRight).where(AccessRight.uid == uid)).one()


def tokens(db):
    """Those of the letters that ask and have not left, the latest first."""
    asks = RightLetterRow.kind == LetterKind.CONSENT
    query = select(RightLetterRow.token).where(RightLetterRow.token != "", asks)
    return list(db.scalars(query.order_by(RightLetterRow.id.desc())))


def accepted(db, viewer, one=GOOD, now=NOW):
    """A right that its holder accepted."""
    outcome = asking(db, viewer, one, now)
    answer(db, tokens(db)[0], RightTrigger.ACCEPTED, now)
    return outcome.uid


def answer(db, token, trigger, now=NOW, uids=()):
    return answer_by_link(db, token, trigger, evidence=EVIDENCE, now=now, uids=uids)


def grants(db, organisation_id=2):
    db.expire_all()
    query = select(PceGrant).where(PceGrant.organisation_id == organisation_id)
    return list(db.scalars(query.order_by(PceGrant.pce_id, PceGrant.valid_from)))


def events(db, uid):
    right = right_of(db, uid)
    query = select(RightEventRow).where(RightEventRow.right_id == right.id)
    return [(e.trigger, e.actor, e.after) for e in db.scalars(query.order_by(RightEventRow.id))]


def letters(db):
    query = select(RightLetterRow.kind, RightLetterRow.email, RightLetterRow.state)
    return [tuple(row) for row in db.execute(query.order_by(RightLetterRow.id))]


@pytest.fixture
def sites(database):
    """The PCE that the files speak of, whose holder has the name they give."""
    with database.transaction() as db:
        make_people(db)
        for at in range(dirty.LINES):
            number, holder = dirty.number(at), "Lycée des Tilleuls"
            make_pce(db, number, postal_code="09123", holder_name=holder)


@pytest.fixture
def desk(database, tmp_path, bob, sites):
    return Desk(database, tmp_path, bob)
