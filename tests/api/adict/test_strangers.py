"""No program of another organisation is told a word of what it may not see, whatever it asks."""

import pytest
from sqlalchemy import select

from api.adict.errors import BASE
from data.identity.accounts.models import User
from tests.api.adict.program import Program, make_credential
from tests.choosing import EVERY_WAY
from tests.factories import NOW
from tests.test_isolation import (
    SECRET,
    everything_of,
    found_in,
    matrix,
    portal,  # noqa: F401 (a fixture)
    strangers,
)
from tests.web import Web

FEW = 40 if EVERY_WAY else 8  # of the queries of each route: all differ in what it does not read


def programs(web, secrets):
    """A program with every scope, of each organisation that has a stranger."""
    people = {one.user_id for one in strangers(web, secrets) if one.user_id}
    with web.database.transaction() as db:
        query = select(User.organisation_id).where(User.id.in_(people)).distinct()
        places = set(db.scalars(query)) - {secrets.organisation}
        for place in places:
            make_credential(db, NOW, place, client_id=f"ec_{place}")
    return [Program(web, f"ec_{place}").enter() for place in sorted(places)]


@pytest.mark.slow
@pytest.mark.uncounted
def test_no_program_of_a_stranger_is_told_anything(portal, tmp_path):  # noqa: F811
    web, secrets, _owner = portal
    asks: dict[str, list] = {}
    for ask in matrix(web, secrets):
        if ask.path.startswith(BASE) and ask.file is None:
            asks.setdefault(ask.what, []).append(ask)
    assert len(asks) == 11  # ten, and what describes them
    open_web = Web(web.database, tmp_path / "open", api_calls_a_minute=0, api_calls_a_day=0)
    known = programs(open_web, secrets)
    assert len(known) >= 5
    before, count = everything_of(open_web, secrets), 0
    for program in known:
        for ask in (one for some in asks.values() for one in some[:: max(1, len(some) // FEW)]):
            path = ask.path.removeprefix(BASE)
            answer = program.call(ask.method, path, json=ask.body)
            assert answer.status_code < 500, (ask.what, ask.path)
            assert not found_in(answer, ask), (ask.what, ask.path)
            count += 1
        listed = program.call("POST", "/droits_acces", json={"id_pce": [SECRET]})
        assert "id_droit_acces" not in listed.text
    assert everything_of(open_web, secrets) == before
    assert count > 25 * FEW
