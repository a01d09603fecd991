"""Without a contract in force nothing is asked, sent or repaired; one may always want less."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.errors import ContractNeeded
from data.exchange.mirror.actions.connection import choose
from data.exchange.mirror.actions.manual_repair import repair, repair_all, repair_unasked
from data.exchange.mirror.actions.rounds import claim, has_work, open_night
from data.exchange.mirror.models import MirrorConnection, MirrorRound
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.queries.unscoped import list_senders
from data.exchange.mirror.types import MirrorChoice, MirrorPart, Repaired, RoundState
from data.identity.accounts.models import Organisation
from data.rights.types import RightState
from tests.data.exchange.mirror.distributor import connect
from tests.data.exchange.mirror.sides import (
    drifts,
    flipped,
    hear,
    make_fleet,
    make_round,
    theirs_of,
)
from tests.factories import NOW, make_people

AFTER = NOW + timedelta(days=1)


@pytest.fixture
def lapsed(database, bob):
    """An organisation that sends and repairs, whose contract ended yesterday."""
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr", sends=True, repairs=True, created_at=NOW - timedelta(days=9))
        there = [theirs_of(right) for right in make_fleet(db, 2)]
        over = {"contracted_until": NOW.date() - timedelta(days=1), "sends_upstream": True}
        db.execute(update(Organisation).where(Organisation.id == 2).values(**over))
    hear(database, [flipped(there[0], RightState.REVOKED), there[1]])
    return database


def renew(db):
    db.execute(update(Organisation).where(Organisation.id == 2).values(contracted_until=date.max))


def test_no_round_nor_sending_nor_repair_by_the_clock(lapsed):
    with lapsed.transaction() as db:
        make_round(db, state=RoundState.WAITING)
        assert list_senders(db, NOW) == ()
        assert repair_unasked(db, 2, now=NOW) == Repaired(0)
        assert not has_work(db, AFTER)
        assert claim(db, 2, AFTER) is None
        open_night(db, AFTER)
        assert len(db.scalars(select(MirrorRound.id)).all()) == 2
        renew(db)
        assert list_senders(db, NOW) == (2,)
        assert has_work(db, AFTER)
        assert claim(db, 2, AFTER) is not None
        assert repair_unasked(db, 2, now=NOW) == Repaired(1)


def test_nobody_repairs_by_hand(lapsed, bob):
    bare = replace(bob, contracted=False, role=Role.ADMINISTRATOR)
    with lapsed.transaction() as db:
        (one,) = drifts(db)
        with pytest.raises(ContractNeeded):
            repair(db, bare, [one.id], now=NOW)
        with pytest.raises(ContractNeeded):
            repair_all(db, bare, upto=ALL, now=NOW)


def test_one_may_want_less_and_not_more(lapsed, bob):
    bare = replace(bob, contracted=False, role=Role.ADMINISTRATOR)
    less = MirrorChoice(frozenset({MirrorPart.RIGHTS}), sends=False, repairs=False)
    with lapsed.transaction() as db:
        choose(db, bare, less, NOW)
        kept = db.scalars(select(MirrorConnection)).one()
        assert (kept.sends, kept.repairs, kept.parts) == (False, False, ["rights"])
        more = (
            replace(less, sends=True),
            replace(less, repairs=True),
            replace(less, parts=frozenset({MirrorPart.PUBLISHED})),
        )
        for one in more:
            with pytest.raises(ContractNeeded):
                choose(db, bare, one, NOW)
