"""The deposit of files: who may, how much, and that a refusal leaves nothing on the disk."""

import io
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update

from api import deposits
from core.access import OrganisationKind, Permission, Role, permissions_of
from data.runs.models import Run
from data.runs.types import RunState
from tests.conftest import FILES
from tests.factories import NOW, PCE, make_organisation, make_pce, make_user
from tests.queue_work import work_runs as work
from tests.web import Web

PATH = "/operations/depot"
SHEET = "Donnees_informatives_PCE_DAILY.xlsx"
ALICE, BOB, CHARLIE = 1, 2, 3


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def readinto(self, _buffer):
        raise AssertionError("the body was read")

    read = readinto


@pytest.fixture
def small(sqlite_database, tmp_path):
    """A portal that takes little: a file of 1 MB, 2 MB at once, 3 MB in all, 4 waiting."""
    from tests.factories import make_people

    with sqlite_database.transaction() as db:
        make_people(db)
    return Web(
        sqlite_database,
        tmp_path / "var",
        upload_megabytes=1,
        deposit_megabytes=2,
        quota_megabytes=3,
        waiting_files=4,
    )


def post(browser, files, query="", **headers):
    return browser.send(PATH + query, files, **headers)


def refuse_unread(browser, length="1000", query="", **headers):
    """The answer to a request whose body must not be read."""
    return browser.client.post(
        PATH + query,
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": length},
        content_type="multipart/form-data; boundary=x",
        headers=browser.head(**headers),
    )


def stored(web):
    folder = web.var / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def runs(web):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(Run))


def nothing_remains(web):
    return not stored(web) and not runs(web)


def test_files_are_kept_and_each_opens_its_run(web):
    files = [("a.csv", b"PCE;x\n"), ("../é\u202e😀.csv", b"y" * 700_000)]
    answer = post(web.browser(ALICE), files)
    assert answer.status_code == 201
    assert answer.json["runs"] == [1, 2]
    assert answer.json["said"].startswith("2 fichiers reçus")
    assert sorted(path.stat().st_size for path in stored(web)) == [6, 700_000]
    with web.database.reading() as db:
        rows = db.execute(select(Run.file_name, Run.organisation_id, Run.state)).all()
    assert rows == [("a.csv", 1, RunState.RECEIVED), ("é 😀.csv", 1, RunState.RECEIVED)]


def test_a_deposited_sheet_is_checked_and_waits_for_its_confirmation(web):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1)
    content = (FILES / SHEET).read_bytes()
    answer = post(web.browser(ALICE), [(SHEET, content)], f"?pce={quote('0999 9999 9100 01')}")
    assert answer.status_code == 201
    work(web.database, web.var, NOW)
    with web.database.reading() as db:
        run = db.scalars(select(Run)).one()
    assert (run.state, run.pce, run.counts["days"]) == (RunState.DRAFT, PCE, 363)
    assert run.batch == run.id
    assert len(stored(web)) == 1


def test_nobody_deposits_without_signing_in(web):
    browser = web.browser()
    browser.get("/connexion")
    answer = refuse_unread(browser)
    assert answer.status_code == 401
    assert "session" in answer.json["error"]
    assert browser.client.get(PATH).status_code == 401
    assert nothing_remains(web)


@pytest.mark.parametrize("kind", list(OrganisationKind))
@pytest.mark.parametrize("role", list(Role))
def test_only_the_roles_that_import_deposit(web, role, kind):
    with web.database.transaction() as db:
        place = make_organisation(db, name="Ailleurs", kind=kind)
        user = make_user(db, organisation_id=place.id, email="x@tilleuls.example", role=role)
        make_user(db, organisation_id=place.id, email="y@tilleuls.example")  # x is not alone
    browser = web.browser(user.id)
    if Permission.READINGS_IMPORT in permissions_of(role, kind):
        assert post(browser, [("a.csv", b"x")]).status_code == 201
        with web.database.reading() as db:
            assert db.scalars(select(Run.organisation_id)).all() == [place.id]
        return
    assert refuse_unread(browser).status_code == 403
    assert browser.client.get(f"{PATH}?files=1&octets=1").status_code == 403
    assert nothing_remains(web)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": None}, 403),
        ({"X-CSRFToken": None}, 400),
        ({"X-CSRFToken": "x"}, 400),
    ],
)
def test_another_site_deposits_nothing_and_its_body_is_not_read(web, headers, status):
    answer = refuse_unread(web.browser(ALICE), **headers)
    assert answer.status_code == status
    assert answer.json["error"]
    assert nothing_remains(web)


def test_a_token_in_the_body_opens_nothing(web):
    browser = web.browser(ALICE)
    form = {"csrf_token": browser.cookies()["_csrf_token"], "files": (io.BytesIO(b"x"), "a.csv")}
    answer = browser.client.post(PATH, data=form, headers=browser.head(**{"X-CSRFToken": None}))
    assert answer.status_code == 400
    assert nothing_remains(web)


def test_another_session_s_token_opens_nothing(web):
    theirs = web.browser(BOB).cookies()["_csrf_token"]
    assert refuse_unread(web.browser(ALICE), **{"X-CSRFToken": theirs}).status_code == 400


def test_a_request_too_large_is_refused_before_it_is_read(small):
    answer = refuse_unread(small.browser(ALICE), "200000000")
    assert answer.status_code == 413
    assert answer.json["error"].startswith("Cet envoi dépasse 2\u00a0Mo")
    assert nothing_remains(small)


def test_a_file_too_large_is_refused_and_none_of_the_others_is_taken(small):
    files = [("a.csv", b"x"), ("gros.csv", bytes(1_000_001))]
    answer = post(small.browser(ALICE), files)
    assert answer.status_code == 413
    assert "gros.csv" in answer.json["error"]
    assert "1\u00a0Mo" in answer.json["error"]
    assert nothing_remains(small)


def test_the_name_of_a_file_has_no_end_of_line(web):
    answer = post(web.browser(ALICE), [("a%0D%0A%22b%22.csv", b"")])
    assert '«\u00a0a "b".csv\u00a0»' in answer.json["error"]


def test_an_empty_file_is_refused_with_its_name(web):
    answer = post(web.browser(ALICE), [("a.csv", b"x"), ("vide.csv", b"")])
    assert answer.status_code == 422
    assert "vide.csv\u00a0» est vide" in answer.json["error"]
    assert nothing_remains(web)


@pytest.mark.parametrize("files", [[], [("", b"")]])
def test_a_form_without_a_file_is_said(web, files):
    answer = post(web.browser(ALICE), files)
    assert answer.status_code in {415, 422}
    assert answer.json["error"]
    assert nothing_remains(web)


def test_sixty_files_are_too_many(web):
    answer = post(web.browser(ALICE), [(f"{n}.csv", b"x") for n in range(60)])
    assert answer.status_code == 422
    assert answer.json["error"] == "Déposez au plus 50 fichiers à la fois."
    assert nothing_remains(web)


@pytest.mark.parametrize(
    "start",
    [
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n',
        b"--x\r\nX-Long: ",
    ],
)
def test_a_field_too_long_is_not_taken_for_too_many_files(web, start):
    browser = web.browser(ALICE)
    answer = browser.client.post(
        PATH,
        data=body_of(b"x") + b"\r\n" + start + b"z" * 600_000 + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers=browser.head(),
    )
    assert answer.status_code == 422
    assert answer.json["error"].startswith("L’envoi n’a pas la forme attendue")
    assert nothing_remains(web)


def test_what_is_no_form_of_files_is_refused(web):
    browser = web.browser(ALICE)
    for kind, body in (("text/csv", b"x"), ("application/json", b"{}")):
        answer = browser.client.post(PATH, data=body, content_type=kind, headers=browser.head())
        assert answer.status_code == 415
    answer = browser.client.post(
        PATH, data=b"x", content_type="multipart/form-data", headers=browser.head()
    )
    assert (answer.status_code, nothing_remains(web)) == (422, True)


def test_a_body_of_unknown_length_is_refused(web):
    answer = refuse_unread(web.browser(ALICE), "")
    assert answer.status_code == 422


def body_of(content):
    start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    return start + content


def test_a_connection_lost_halfway_leaves_nothing(web):
    browser = web.browser(ALICE)
    answer = browser.client.post(
        PATH,
        input_stream=io.BytesIO(body_of(b"x" * 300_000)),
        environ_overrides={"CONTENT_LENGTH": "900000"},
        content_type="multipart/form-data; boundary=x",
        headers=browser.head(),
    )
    assert answer.status_code == 422
    assert answer.json["error"].startswith("L’envoi est incomplet")
    assert nothing_remains(web)


class Broken(io.BytesIO):
    """A body that ends with the process."""

    def readinto(self, buffer):
        if self.tell() > 100_000:
            raise SystemExit
        return super().readinto(buffer)


def test_a_server_that_stops_halfway_leaves_nothing(web):
    browser = web.browser(ALICE)
    with pytest.raises(SystemExit):
        browser.client.post(
            PATH,
            input_stream=Broken(body_of(b"x" * 300_000)),
            environ_overrides={"CONTENT_LENGTH": "900000"},
            content_type="multipart/form-data; boundary=x",
            headers=browser.head(),
        )
    assert nothing_remains(web)


def test_a_database_that_fails_leaves_nothing(web, monkeypatch):
    real = deposits.actions.receive

    def failing(*args, **options):
        real(*args, **options)
        raise OSError("disk full")

    monkeypatch.setattr(deposits.actions, "receive", failing)
    answer = post(web.browser(ALICE), [("a.csv", b"x"), ("b.csv", b"y")])
    assert answer.status_code == 500
    assert answer.json["reference"]
    assert nothing_remains(web)


def test_a_full_quota_is_refused_before_the_body_is_read_and_frees_itself(small):
    alice, charlie = small.browser(ALICE), small.browser(CHARLIE)
    for _ in range(2):
        assert post(alice, [("a.csv", bytes(1_000_000))]).status_code == 201
    answer = refuse_unread(alice, "1200000")
    assert answer.status_code == 409
    assert "2\u00a0Mo sur 3\u00a0Mo" in answer.json["error"]
    assert post(charlie, [("a.csv", bytes(900_000))]).status_code == 201
    work(small.database, small.var, NOW)
    assert post(alice, [("a.csv", bytes(1_000_000))]).status_code == 201
    assert len(stored(small)) == 1


def test_the_quota_holds_where_the_length_does_not_tell(small):
    """Two requests, each alone within the quota, are counted again once they are written."""
    alice = small.browser(ALICE)
    for _ in range(2):
        post(alice, [("a.csv", bytes(1_000_000))])
    answer = post(alice, [("a.csv", bytes(999_000)), ("b.csv", bytes(50_000))])
    assert answer.status_code == 409
    assert len(stored(small)) == runs(small) == 2


def test_too_many_files_waiting_are_refused_until_they_are_read(small):
    alice = small.browser(ALICE)
    assert post(alice, [(f"{n}.csv", b"x") for n in range(4)]).status_code == 201
    answer = refuse_unread(alice)
    assert answer.status_code == 409
    assert "4 fichiers en attente" in answer.json["error"]
    with small.database.transaction() as db:
        db.execute(update(Run).where(Run.id == 1).values(state=RunState.DONE))
    assert post(alice, [("a.csv", b"x")]).status_code == 201
    assert post(alice, [("b.csv", b"x")]).status_code == 409


def test_a_wrong_pce_is_said_beside_its_field_before_the_body_is_read(web):
    answer = refuse_unread(web.browser(ALICE), query="?pce=123")
    assert answer.status_code == 422
    assert answer.json["field"] == "pce"
    assert "n’est pas un PCE" in answer.json["error"]
    assert nothing_remains(web)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?files=1&octets=1000000", 204),
        ("?files=1&octets=1000000&pce=09999999910001", 204),
        ("?files=1&octets=2000001", 413),
        ("?files=51&octets=1", 422),
        ("?files=5&octets=5", 409),
        ("?files=0&octets=0", 422),
        ("?files=x&octets=-1", 422),
        ("?files=" + "9" * 40, 422),
        ("?files=1&octets=" + "9" * 40, 413),
        ("", 422),
        ("?files=1&octets=1&pce=12", 422),
    ],
)
def test_a_deposit_is_announced_before_it_is_sent(small, query, status):
    answer = small.browser(ALICE).client.get(PATH + query)
    assert answer.status_code == status
    assert status == 204 or answer.json["error"]


def test_words_are_limited_where_no_file_is_meant(web):
    browser = web.browser(ALICE)
    answer = browser.client.post(
        "/preferences",
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "3000000"},
        content_type="application/x-www-form-urlencoded",
        headers=browser.head(),
    )
    assert answer.status_code == 413
