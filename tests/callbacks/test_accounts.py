"""Sessions seen and closed in `/compte`."""

import json
from datetime import timedelta

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import select

from callbacks.accounts import close, rename
from components.accounts import Ids, account_page
from core.errors import NotFound
from data.identity.accounts import queries
from data.identity.accounts.models import LoginSession
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.types import AccountDetail, FactorPolicy, SessionLimits
from tests.factories import NOW, make_people
from tests.web import Web, fresh_database, request_of


def as_text(component):
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def open_session(db, user_id, token):
    row = LoginSession(
        token_hash=get_token_digest(token),
        user_id=user_id,
        started_at=NOW,
        last_seen_at=NOW,
        device="Firefox · Linux",
        address="::1",
    )
    db.add(row)
    db.flush()
    return row.id


@pytest.fixture
def sessions(db, people):
    return {
        "mine": open_session(db, 1, "a"),
        "other": open_session(db, 1, "b"),
        "charlie": open_session(db, 3, "c"),
    }


def open_ids(db):
    return set(db.scalars(select(LoginSession.id).where(LoginSession.ended_at.is_(None))))


def test_a_session_of_mine_closes_and_leaves_the_list(db, sessions, alice):
    shown, _toasts = close({"session": sessions["other"]}, request_of(db, alice))
    assert open_ids(db) == {sessions["mine"], sessions["charlie"]}
    assert "1 session ouverte" in as_text(shown)


@pytest.mark.parametrize("button", [{"session": 10**12}, {"session": "1"}, {}, None, "x"])
def test_a_button_that_names_nothing_closes_nothing(db, sessions, alice, button):
    with pytest.raises(NotFound):
        close(button, request_of(db, alice))
    assert open_ids(db) == set(sessions.values())


def test_nobody_closes_the_session_of_another(db, sessions, alice):
    with pytest.raises(NotFound):
        close({"session": sessions["charlie"]}, request_of(db, alice))
    assert sessions["charlie"] in open_ids(db)


def test_closing_all_the_others_keeps_this_one(db, sessions, alice):
    from dataclasses import replace

    me = replace(alice, session_id=sessions["mine"])
    close(Ids.CLOSE_OTHERS, request_of(db, me))
    assert open_ids(db) == {sessions["mine"], sessions["charlie"]}


def test_an_idle_session_is_listed_as_long_as_the_portal_lets_it_live(sqlite_template, tmp_path):
    for minutes, listed in ((60, "2 sessions ouvertes"), (30, "1 session ouverte")):
        (tmp_path / str(minutes)).mkdir()
        database = fresh_database(sqlite_template, tmp_path / str(minutes))
        with database.transaction() as db:
            make_people(db)
        web = Web(database, tmp_path / str(minutes), session_idle_minutes=minutes)
        web.browser(1)
        web.clock.now += timedelta(minutes=45)
        assert listed in web.browser(1).open("/compte").text
        database.close()


def test_the_page_names_its_reader_and_their_role(db, sessions, alice):
    account = AccountDetail("Alice Tilleul", "alice@tilleuls.example", "Tilleuls", NOW)
    page = as_text(
        account_page(
            account,
            alice,
            queries.list_sessions(db, alice, NOW, SessionLimits()),
            FactorPolicy(),
            done="mot-de-passe",
        )
    )
    assert "alice@tilleuls.example" in page
    assert "Gestionnaire de site" in page
    assert "Votre mot de passe est changé" in page


def test_my_name_is_corrected_where_i_read_it(web, act, alice):
    with act() as db:
        shown, said = rename("Alice Martin", request=request_of(db, alice))
    assert "Alice Martin" in as_text(shown)
    assert "Nom enregistré" in as_text(said)
    assert "Alice Martin" in web.browser(1).open("/compte").text


def test_a_name_that_is_none_stays_in_its_field_with_the_reason(web, act, alice):
    with act() as db:
        shown, said = rename("x://y", request=request_of(db, alice))
    assert said is no_update
    assert "une adresse ou un retour à la ligne" in as_text(shown)
    assert "x://y" in as_text(shown)
    assert "x://y" not in web.browser(1).open("/compte").text
