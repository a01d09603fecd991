"""What my data and the data of who runs the portal look like, in words."""

from dataclasses import replace
from datetime import timedelta

from components.subjects.admin import data_page
from components.subjects.page import subject_page
from core.access import OrganisationKind, Role, Viewer
from data.administration.subjects.rules.classes import RULES
from data.administration.subjects.types import (
    DataClass,
    IdentityCheck,
    Periods,
    Report,
    RequestKind,
    RequestState,
    RetentionVerdict,
    SubjectRequestRow,
)
from tests.callbacks.test_accounts import as_text
from tests.conftest import TODAY
from tests.factories import NOW

ALICE = Viewer(1, 1, OrganisationKind.COMPANY, Role.CLIENT, TODAY)
LATER = NOW + timedelta(days=7)
ARCHIVE = SubjectRequestRow(
    4, RequestKind.EXPORT, RequestState.READY, 1, "alice@tilleuls.example", None, NOW, NOW, NOW,
    LATER, 2_400_000, "",
)  # fmt: skip
ERASURE = SubjectRequestRow(
    5,
    RequestKind.ERASURE,
    RequestState.WAITING,
    None,
    "h@tilleuls.example",
    IdentityCheck.CALLED,
    NOW,
    LATER,
    None,
    None,
    0,
    "",
)


def shown(requests=(), erasure=None, **values):
    return as_text(subject_page(ALICE, requests, erasure, Periods(), **values))


def test_a_ready_archive_is_fetched_from_its_line():
    said = shown([ARCHIVE])
    assert "/compte/donnees/4/archive" in said
    assert "Prête" in said


def test_an_archive_made_before_a_limit_is_asked_for_again():
    said = shown([replace(ARCHIVE, outside=True)])
    assert "/archive" not in said
    assert "Prête" not in said
    assert "avant que votre accès soit limité" in said
    assert said.count("/compte/donnees/demande") == shown([ARCHIVE]).count("/demande") + 1


def test_nothing_is_fetched_from_what_is_not_ready():
    for state in set(RequestState) - {RequestState.READY}:
        said = shown([replace(ARCHIVE, state=state)])
        assert "/archive" not in said, state
    assert "Échec" in shown([replace(ARCHIVE, state=RequestState.OVER, problem="Interrompue.")])
    assert "En attente" in shown([replace(ARCHIVE, state=RequestState.WAITING)])


def test_an_erasure_that_waits_is_cancelled_there_and_not_asked_again():
    said = shown(erasure=replace(ERASURE, user_id=1, problem="Attendez."))
    assert "/compte/donnees/5/annulation" in said
    assert "Attendez." in said
    assert "/compte/donnees/effacement" not in said
    assert "/compte/donnees/effacement" in shown()


def test_what_was_just_done_is_said():
    assert "Votre archive est demandée" in shown(done="demande")
    assert "Votre compte reste ouvert." in shown(done="annulation")
    assert "alert-title" not in shown(done="autre")


def test_who_runs_the_portal_sees_requests_and_their_check():
    said = as_text(data_page(ALICE, [ARCHIVE, ERASURE], None, Periods()))
    assert "rappel téléphonique" in said
    assert "par son compte" in said
    assert "/compte/donnees/4/archive" not in said  # it is another person's
    assert "/compte/donnees/5/annulation" in said
    assert "Pas encore de nuit" in said
    ours = replace(ARCHIVE, user_id=None, asked_by=1)
    assert "/compte/donnees/4/archive" in as_text(data_page(ALICE, [ours], None, Periods()))
    theirs = replace(ours, asked_by=2)  # who asked fetches it, and nobody else
    assert "/compte/donnees/4/archive" not in as_text(data_page(ALICE, [theirs], None, Periods()))


def test_the_report_says_each_class_and_what_failed():
    verdicts = (
        RetentionVerdict(DataClass.JOURNAL, 3, 12, 0, NOW),
        RetentionVerdict(DataClass.PROOFS, 0, 0, 0, None, "OSError"),
    )
    said = as_text(data_page(ALICE, [], Report(NOW, verdicts), Periods(), done="demande"))
    words = {rule.key: rule.what for rule in RULES}
    assert words[DataClass.JOURNAL] in said
    assert said.count("Échec") == 1
    assert "5 ans après le fait" in said
    assert "La demande est enregistrée" in said
