"""The portal answers under its own names only."""

import pytest

from core.settings import Settings
from tests.factories import make_people
from tests.web import Web, fresh_database


@pytest.fixture
def public(sqlite_template, tmp_path):
    """Makes a portal with a public address."""
    made = []

    def make(**settings):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        database = fresh_database(sqlite_template, folder)
        made.append(database)
        with database.transaction() as db:
            make_people(db)
        return Web(database, folder / "var", **settings)

    yield make
    for database in made:
        database.close()


def asked(web, host, path="/connexion", **headers):
    return web.browser().client.get(path, headers={"Host": host, "Accept": "text/html"} | headers)


@pytest.mark.parametrize("path", ["/connexion", "/", "/health", "/assets/theme.css", "/nowhere"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:443", "gaz.example.evil.example", "", "[::1", "gaz@evil"]
)
def test_a_foreign_name_is_refused_with_a_sentence(public, host, path):
    web = public(base_url="https://gaz.example/")
    answer = asked(web, host, path)
    assert answer.status_code == 400
    assert "ouvrez https://gaz.example." in answer.text
    assert "Location" not in answer.headers
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_who_asks_for_data_under_a_foreign_name_gets_json(public):
    web = public(base_url="https://gaz.example")
    answer = web.browser().client.get("/_dash-layout", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json["error"].startswith("Le portail ne répond pas à ce nom")


@pytest.mark.parametrize(
    "host",
    ["gaz.example", "GAZ.example:443", "gaz.example.", "localhost:8050", "127.0.0.1", "[::1]:8050"],
)
def test_the_public_name_and_this_machine_are_answered(public, host):
    assert asked(public(base_url="https://gaz.example"), host).status_code == 200


def test_other_names_can_be_given(public):
    web = public(base_url="https://gaz.example", trusted_hosts="autre.example, .interne.example")
    for host in ("gaz.example", "autre.example", "a.interne.example"):
        assert asked(web, host).status_code == 200
    for host in ("interne.example", "notinterne.example", "x.autre.example"):
        assert asked(web, host).status_code == 400


def test_names_alone_close_a_portal_without_a_public_address(public):
    web = public(trusted_hosts="gaz.example")
    assert asked(web, "gaz.example").status_code == 200
    assert asked(web, "evil.example").status_code == 400


@pytest.mark.parametrize("settings", [{"base_url": "https://gaz.example"}, {"host": "0.0.0.0"}])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example@gaz.example",
        "gaz.example@evil.example",
        "gaz.example/evil",
        "gaz.example?evil",
        "gaz.example#evil",
        "gaz.example\\evil",
        "gaz.example, evil.example",
    ],
)
def test_more_than_a_name_is_refused_whatever_the_names(public, settings, host):
    assert asked(public(**settings), host).status_code == 400


@pytest.mark.parametrize("bound", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_what_only_this_machine_reaches_answers_under_its_own_names(public, bound):
    web = public(host=bound)
    for host in ("localhost:8050", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST"):
        assert asked(web, host).status_code == 200
    for host in ("anything.example", "localhost.evil.example", "127.0.0.1.evil.example"):
        assert asked(web, host).status_code == 400


def test_without_a_public_address_or_with_a_star_any_name_is_answered(public):
    for bound in ("0.0.0.0", "::", "192.0.2.7", ""):
        assert asked(public(host=bound), "anything.example").status_code == 200
    assert asked(public(trusted_hosts="*"), "anything.example").status_code == 200
    web = public(base_url="https://gaz.example", trusted_hosts="*")
    assert asked(web, "anything.example").status_code == 200


def test_the_address_it_listens_on_is_answered_for_the_watchdog_that_starts_it():
    assert "192.0.2.7" in Settings(host="192.0.2.7", base_url="https://gaz.example").hosts
