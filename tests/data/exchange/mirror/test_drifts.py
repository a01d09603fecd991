"""The differences that a screen lists: of one's own organisation, within one's limits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.access import OrganisationKind, Role
from core.errors import Forbidden
from data.exchange.mirror.queries.drifts import count_drifts, count_ending, list_drifts
from data.exchange.mirror.types import DriftKind
from data.identity.accounts.models import UserTag
from data.metering.pces.models import PceTag
from data.rights.models import AccessRight
from tests.data.exchange.mirror.sides import THEIRS, R, flipped, hear, make_fleet, theirs_of
from tests.factories import NOW, make_people


@pytest.fixture
def fleet(database):
    with database.transaction() as db:
        make_people(db)
        fleet = make_fleet(db, 6)
        there = [theirs_of(right) for right in fleet]
        ids = [right.pce_id for right in fleet]
    hear(
        database,
        [
            flipped(there[0], R.REVOKED),
            flipped(there[1], R.PENDING),
            *there[3:],
            replace(THEIRS, number="09999999919999"),
        ],
    )
    return ids


def test_they_are_listed_by_page_and_counted_by_kind(database, bob, fleet):
    with database.reading() as db:
        assert count_drifts(db, bob) == {
            DriftKind.STATE: 2,
            DriftKind.UNKNOWN_HERE: 1,
            DriftKind.UNKNOWN_THERE: 1,
        }
        rows = list_drifts(db, bob)
        assert len(rows) == 4
        first = list_drifts(db, bob, most=3)
        assert (*first, *list_drifts(db, bob, after=first[-1].id, most=3)) == rows
        assert list_drifts(db, bob, after=10**30) == ()
        state = next(row for row in rows if row.kind is DriftKind.STATE)
        assert state.site == "Lycée des Tilleuls"
        assert state.fields[0] == ("etat_droit_acces", "Active", "Révoquée")
        (unknown,) = list_drifts(db, bob, kind=DriftKind.UNKNOWN_HERE)
        assert (unknown.site, unknown.right_uid) == ("", "")


def test_those_that_end_a_right_here_are_counted(database, bob, charlie, fleet):
    with database.transaction() as db:
        assert count_ending(db, bob) == 2  # revoked there, and unknown there
        for kind in DriftKind:
            ends = kind in {DriftKind.STATE, DriftKind.UNKNOWN_THERE}
            assert count_ending(db, bob, kind=kind) == int(ends)
        rows = list_drifts(db, bob, kind=DriftKind.STATE)
        assert [count_ending(db, bob, [row.id]) for row in rows] == [1, 0]
        assert count_ending(db, charlie) == 0
        over = {"state": R.REFUSED, "closed_at": NOW}
        db.execute(update(AccessRight).where(AccessRight.pce_id == fleet[0]).values(over))
        assert count_ending(db, bob) == 1  # it is over here already


def test_nobody_else_sees_them(database, alice, charlie, dora, fleet):
    with database.reading() as db:
        for somebody in (alice, charlie, dora):
            assert (list_drifts(db, somebody), count_drifts(db, somebody)) == ((), {})
        nobody = replace(dora, role=Role.CLIENT, program=frozenset())
        with pytest.raises(Forbidden):
            list_drifts(db, nobody)
        assert nobody.kind is OrganisationKind.DISTRIBUTOR


def test_who_is_limited_to_tags_sees_those_within_them(database, bob, fleet):
    with database.transaction() as db:
        db.add(UserTag(user_id=2, tag="Nord", at=NOW - timedelta(days=1)))
        db.add(PceTag(pce_id=fleet[1], organisation_id=2, tag="Nord"))
        db.add(PceTag(pce_id=fleet[2], organisation_id=3, tag="Nord"))  # of somebody else
        db.flush()
        limited = replace(bob, limited=True)
        (row,) = list_drifts(db, limited)
        assert row.fields[0] == ("etat_droit_acces", "Active", "A valider")
        assert count_drifts(db, limited) == {DriftKind.STATE: 1}
