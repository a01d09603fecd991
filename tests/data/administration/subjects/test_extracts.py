"""What somebody is given: all that is theirs, nothing of anybody else."""

import csv
import io
import json
from zipfile import ZipFile

import pytest
from sqlalchemy import JSON, Boolean, Enum, String, update

from data.administration.subjects.files import (
    draft_in,
    folder_of,
    keep,
    names_in,
    path_of,
    write_archive,
)
from data.administration.subjects.queries.extracts import (
    count_rows_about,
    get_subject,
    iter_extracts,
)
from data.administration.subjects.queries.holdings import HOLDINGS
from data.administration.subjects.queries.holdings.work import get_other_steps, get_personal_steps
from data.administration.subjects.rules.labels import SORTS
from data.administration.subjects.types import Periods, Subject
from data.contracts.models import Onboarding
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.data.administration.subjects.seeding import Person, seed
from tests.factories import NOW

FREE = {  # names of others may stand there, so that they are cut or not markers
    "journal.object_type", "journal.object_id", "requests.check", "dossiers.steps",
}  # fmt: skip


@pytest.fixture
def people(db):
    """Ann and Carol work together, Ben elsewhere; Dan is the holder of a right that stands."""
    ann = Person("anouk")
    ben, carol, dan = (
        Person("benoit"),
        Person("carola", beside=ann),
        Person("damien", right=RightState.ACTIVE),
    )
    seed(db, ann, ben, carol, dan)
    return ann, ben, carol, dan


def given_to(db, person):
    return {one.name: one for one in iter_extracts(db, get_subject(db, person.user_id, ""))}


def test_each_sort_is_seeded_and_each_text_of_it_is_given(db, people):
    ann, _ben, _carol, dan = people
    given = given_to(db, ann)
    assert set(given) | set(given_to(db, dan)) == {one.name for one in HOLDINGS}
    for holding in HOLDINGS:
        if holding.name not in given:
            continue
        for column in holding.columns:
            kind = holding.table.__table__.c[column].type
            marked = isinstance(kind, String | JSON) and not isinstance(kind, Enum | Boolean)
            if marked and f"{holding.name}.{column}" not in FREE:
                said = json.dumps([row[column] for row in given[holding.name].rows])
                assert "anouk" in said, (holding.name, column)


def test_nothing_of_anybody_else_is_given(db, people):
    for person in people:
        others = [one.word for one in people if one is not person]
        for name, one in given_to(db, person).items():
            said = json.dumps([dict(row) for row in one.rows])
            assert not [word for word in others if word in said], (person.word, name)


def test_somebody_without_an_account_is_found_by_their_address_alone(db, people):
    ben = people[1]
    stranger = Subject(ben.email)
    given = {one.name for one in iter_extracts(db, stranger)}
    assert {"rights_over", "letters", "links_over", "delivery_points", "signatures"} <= given
    assert not given & {"account", "sessions", "journal", "thresholds_telling_me"}
    assert set(count_rows_about(db, stranger)) == given
    assert get_subject(db, None, "BENOIT@benoit.example") == stranger


def test_the_end_of_an_address_is_not_an_address(db, people):
    """`k@anouk.example` ends as Anouk's does."""
    assert count_rows_about(db, Subject("nn@ann.example")) == {}


def test_a_dossier_is_cut_to_what_is_the_persons_own():
    steps = {
        "identity": {"name": "Usine"},
        "representative": {"name": "Ann", "email": "Anouk@anouk.example"},
        "invites": {"invites": [{"email": "anouk@anouk.example"}, {"email": "ben@ben.example"}]},
    }
    ann, ben = Subject("anouk@anouk.example"), Subject("ben@ben.example")
    assert set(get_personal_steps(steps, ann)) == {"representative", "invites"}
    assert get_personal_steps(steps, ben) == {"invites": [{"email": "ben@ben.example"}]}
    left = get_other_steps(steps, ann)
    assert set(left) == {"identity", "invites"}
    assert left["invites"] == {"invites": [{"email": "ben@ben.example"}]}
    assert get_other_steps(steps, Subject("x@x.example")) == steps
    assert get_personal_steps({}, ann) == {}


def test_the_archive_has_each_sort_twice_and_an_index_in_both_languages(db, people, tmp_path):
    ann = people[0]
    db.execute(update(Onboarding).values(changed_at=NOW))
    db.execute(update(AccessRight).values(purpose="=1+1"))
    folder = folder_of(tmp_path)
    draft = draft_in(folder)
    subject = get_subject(db, ann.user_id, "")
    counts = write_archive(draft, iter_extracts(db, subject), ann.email, Periods(), NOW)
    name, size, digest = keep(draft)
    assert names_in(folder) == {name: path_of(folder, name)}
    assert path_of(folder, name).stat().st_size == size
    assert len(digest) == 64
    with ZipFile(path_of(folder, name)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert names == {"index.html"} | {
            f"{one}.{end}" for one in counts for end in ("json", "csv")
        }
        index = archive.read("index.html").decode()
        account = json.loads(archive.read("account.json"))
        text = archive.read("rights_over.csv").decode("utf-8-sig")
    assert account[0]["email"] == ann.email
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert rows[0]["person"] == "anouk-holder"
    assert rows[0]["purpose"] == "'=1+1"
    assert SORTS["sessions"] in index
    assert "Your sessions" in index
    assert 'lang="en"' in index
