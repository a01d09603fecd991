"""The drawer of a right says what left of it for the distributor, and what was answered."""

import json

import plotly
import pytest

from callbacks.rights_drawer import shown
from data.mirror.actions.parcels import claim, leave
from data.mirror.actions.sending import find_due, list_to_send, put_in_queue
from data.mirror.types import SendingState
from tests.data.mirror.distributor import connect
from tests.data.rights.conftest import asking
from tests.data.rights.test_relaying import sends
from tests.factories import NOW


def said(db, viewer, uid):
    found = shown(db, viewer, uid)
    return json.dumps(found, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


@pytest.fixture
def uid(db, people, bob):
    connect(db, "usr-1")
    sends(db)
    return asking(db, bob).uid


def test_a_right_says_that_it_waits_for_the_distributor_then_what_it_answered(db, bob, uid):
    assert "Envoyé au distributeur" in said(db, bob, uid)
    assert "Envois au distributeur" not in said(db, bob, uid)
    put_in_queue(db, 2, find_due(db, 2), now=NOW)
    assert "À envoyer" in said(db, bob, uid)
    (sending,) = list_to_send(db, 2, NOW)
    answer = {"code": "1000000006", "answer": "PCE inconnu."}
    leave(db, claim(db, sending, NOW), SendingState.REFUSED, NOW, **answer)
    db.expire_all()
    assert "«\u00a0PCE inconnu.\u00a0» (code 1000000006)" in said(db, bob, uid)
