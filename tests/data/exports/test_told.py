"""Who sees which export, and what the mails about them say."""

import pytest

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, NotFound
from data.exports import actions, queries
from data.exports.actions.schedules import MOST
from data.exports.types import Content, ExportLimits, ExportSpec, FileKind
from data.notifications.messages import MessageSender, write
from data.notifications.types import ClaimedNotification, NotificationKind
from tests.conftest import TODAY
from tests.data.exports.made import make_fleet
from tests.factories import NOW, make_user

WANTED = ExportSpec(Content.TECHNICAL, FileKind.CSV)
DESK = MessageSender("Réseau Gaz", "https://portail.example", "s" * 48)
READY = {
    "export": 12, "file": "donnees-techniques.csv", "size": 2_400_000, "rows": 1234, "pces": 56,
    "until": "2026-12-01T08:00:00+00:00", "sha256": "ab" * 32,
}  # fmt: skip


@pytest.fixture
def fleet(db):
    return make_fleet(db)


def ask(db, viewer):
    return actions.ask(db, viewer, WANTED, limits=ExportLimits(), now=NOW)


def colleague(db, viewer, role):
    user = make_user(
        db, organisation_id=viewer.organisation_id, email=f"{role}@tilleuls.example", role=role
    )
    return Viewer(user.id, viewer.organisation_id, viewer.kind, role, TODAY, contracted=True)


def test_colleagues_see_the_same_exports(db, alice, fleet):
    made = ask(db, alice)
    client = colleague(db, alice, Role.CLIENT)
    (row,) = queries.list_exports(db, client)
    assert (row.id, row.mine, row.who) == (made, False, "Alice")
    with pytest.raises(Forbidden):
        actions.remove(db, client, made, now=NOW)
    actions.remove(db, colleague(db, alice, Role.FACILITY_MANAGER), made, now=NOW)


def test_in_the_distributor_s_house_only_staff_sees_what_staff_asked_for(db, dora, fleet):
    made = ask(db, dora)
    assert dora.kind is OrganisationKind.DISTRIBUTOR
    other = colleague(db, dora, Role.CLIENT)
    assert queries.list_exports(db, other) == []
    with pytest.raises(NotFound):
        queries.get_export(db, other, made)
    actions.schedule(db, dora, WANTED, day=1, months=1, now=NOW)
    assert queries.list_schedules(db, other) == []
    assert len(queries.list_exports(db, colleague(db, dora, Role.ADMINISTRATOR))) == 1


def test_a_schedule_is_stopped_by_its_owner_or_a_manager(db, alice, bob, fleet):
    made = actions.schedule(db, alice, WANTED, day=28, months=36, now=NOW)
    with pytest.raises(NotFound):
        actions.unschedule(db, bob, made, now=NOW)
    with pytest.raises(Forbidden):
        actions.unschedule(db, colleague(db, alice, Role.CLIENT), made, now=NOW)
    actions.unschedule(db, colleague(db, alice, Role.FACILITY_MANAGER), made, now=NOW)
    assert queries.list_schedules(db, alice) == []


def test_an_organisation_has_so_many_schedules(db, alice, fleet):
    for day in range(1, MOST + 1):
        actions.schedule(db, alice, WANTED, day=day, months=1, now=NOW)
    with pytest.raises(Conflict, match="programm"):
        actions.schedule(db, alice, WANTED, day=1, months=36, now=NOW)


def mail(kind, params, language):
    notification = ClaimedNotification(
        1, kind, params, "<1@x>", 1, "a@x.example", "Alice", language, NOW
    )
    return write(notification, DESK)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Réseau Gaz – votre export est prêt", "1\u202f234 lignes, 56 PCE, 2,4\u00a0Mo"),
        ("en", "Réseau Gaz – your export is ready", "1,234 rows, 56 PCE, 2.4\u00a0MB"),
    ],
)
def test_the_mail_of_an_export_holds_its_figures_and_one_link(language, subject, words):
    told = mail(NotificationKind.EXPORT_READY, READY, language)
    assert told.subject == subject
    assert words in told.text
    assert told.text.count("https://portail.example/exports?export=12\n") == 1
    assert "ab" * 32 in told.text


@pytest.mark.parametrize(("language", "words"), [("fr", "occupent 9 Mo"), ("en", "use 9 MB")])
def test_the_mail_of_one_that_failed_says_why(language, words):
    sentence = next(
        text
        for text in actions.requests.validated.__code__.co_consts
        if isinstance(text, str) and "occupent" in text
    )
    params = {"export": 12, "sentence": sentence, "blanks": {"used": 9, "most": 10}}
    told = mail(NotificationKind.EXPORT_FAILED, params, language)
    assert words in told.text
    assert "/exports?export=12" in told.text
