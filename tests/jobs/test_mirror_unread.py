"""What could not be read is named: which PCE, why, and when it is asked for again."""

from dataclasses import replace

import pytest

from components.mirror.unread_pces import unread_card
from core.errors import Forbidden
from data.exchange.mirror.queries.unread_pces import count_unread, list_unread
from data.exchange.mirror.types import ConnectionState, MirrorPart, UpstreamDown
from tests.data.exchange.mirror.distributor import connect
from tests.factories import PCE, make_pce, make_people, make_right
from tests.jobs.mirrored import Other, raising, right, work
from tests.jobs.test_mirror import NIGHT, OTHER


@pytest.fixture
def here(database):
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr-4471", state=ConnectionState.UNTRIED)
        pce = make_pce(db, holder_id=1, tariff="", city="")
        make_right(db, pce, 2, uid=f"uid-{PCE}", site="Lycée des Tilleuls")
    other = Other(right(), right(OTHER))
    fails = raising(UpstreamDown("Le distributeur est en panne (réponse {status}).", status=500))
    other.says = {(number, MirrorPart.INFORMATIVE): fails for number in (PCE, OTHER)}
    work(database, other.open, NIGHT)
    return database


def test_each_is_named_with_its_reason_and_its_next_try(here, bob, admin):
    with here.reading() as db:
        rows = list_unread(db, admin)
        assert [(row.number, row.site, row.part) for row in rows] == [
            (PCE, "Lycée des Tilleuls", MirrorPart.INFORMATIVE),
            (OTHER, "", MirrorPart.INFORMATIVE),
        ]
        assert all("500" in str(row.reason) and row.again_at > NIGHT for row in rows)
        assert count_unread(db, admin) == 2
        with pytest.raises(Forbidden):
            list_unread(db, replace(admin, limited=True))
        assert list_unread(db, replace(admin, organisation_id=3)) == ()
        with pytest.raises(Forbidden):
            list_unread(db, bob)
        drawn = str(unread_card(list_unread(db, admin, most=1), 2))
    assert f"{PCE} · Lycée des Tilleuls" in drawn
    assert "Et 1 autre lecture." in drawn
    assert unread_card((), 0) == []
