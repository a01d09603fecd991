"""What is given to who is limited to tags: nothing that names another PCE."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, NotFound
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.extracts import get_subject, iter_extracts
from data.administration.subjects.queries.holdings import HOLDINGS
from data.administration.subjects.queries.holdings.limits import LIMITS
from data.administration.subjects.queries.requests import get_archive, list_own
from data.administration.subjects.types import RequestKind, RequestState, Subject
from data.identity.accounts.models import UserTag
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceTag
from data.rights.models import AccessRight
from data.rights.types import RightState, RightTrigger
from data.thresholds.models import Threshold
from tests.conftest import TODAY
from tests.data.administration.subjects.seeding import Person, seed
from tests.factories import NOW

# The sorts that name no PCE, or only those of a right whose holder the person is.
NAMING_NONE = frozenset(
    {
        *("letters", "letters_to_answer", "links", "links_over", "letters_stopped"),
        *("story_of_rights", "answers_as_holder", "delivery_points", "rights_standing"),
        *("rights_elsewhere", "rights_over", "lines_not_taken", "proofs_about_me"),
        *("tries_of_declarations", "points_claimed", "operations_on_rights"),
        *("groups_of_alerts", "muted", "channels", "preferences", "extra_addresses"),
        *("extra_addresses_added", "campaigns", "deposits", "calendars", "dossiers"),
        *("contracts_to_sign", "contracts_made", "texts_of_contracts", "signatures"),
        *("acts_on_contracts", "signing_codes", "settings_changed", "sessions", "limits"),
        *("password_links", "second_factor", "passkeys", "recovery_codes", "single_sign_on"),
        *("invitations_received", "invitations_sent", "api_credentials", "seen_as_me"),
        *("limits_of_addresses", "seen_by_me", "requests", "account", "first_view", "attestations"),
    }
)


@pytest.fixture
def ann(db):
    person = Person("anouk")
    seed(db, person)
    return person


def given_to(db, person):
    return {one.name: one.rows for one in iter_extracts(db, get_subject(db, person.user_id, ""))}


def test_each_sort_is_cut_or_names_no_pce():
    assert LIMITS.keys() | NAMING_NONE == {one.name for one in HOLDINGS}
    assert not LIMITS.keys() & NAMING_NONE


def test_of_another_pce_only_what_is_the_holders_own_is_given(db, ann):
    before = given_to(db, ann)
    assert set(LIMITS) <= set(before)
    db.execute(delete(PceTag))
    db.execute(update(Threshold).values(tag="hidden"))
    db.execute(update(UserTag).values(at=NOW + timedelta(hours=1)))
    after = given_to(db, ann)
    assert set(before) - set(after) == set(LIMITS) - {"journal"}
    assert after["rights_over"] == before["rights_over"]
    db.execute(delete(UserTag))
    assert set(given_to(db, ann)) == set(before) - {"limits"}


def test_of_the_journal_what_is_outside_is_left_out(db, ann):
    home = get_subject(db, ann.user_id, "").organisation_id
    act = {"actor_id": ann.user_id, "organisation_id": home, "action": "pces.renamed", "detail": {}}
    uid = db.get(AccessRight, ann.ids["access_rights"]).uid
    said = [
        ("pce", "anouk-number", 0), ("pce", "hidden-number", 0), ("pce_data", "hidden-number", 0),
        ("right", uid, 0), ("right", "hidden-uid", 0), ("export", "5", 0), ("export", "4", -1),
    ]  # fmt: skip
    for kind, what, hours in said:
        at = NOW + timedelta(hours=hours)
        db.execute(insert(AuditEvent).values(at=at, object_type=kind, object_id=what, **act))
    given = {(row["object_type"], row["object_id"]) for row in given_to(db, ann)["journal"]}
    mine = ("user", str(ann.user_id))
    assert given == {mine, ("pce", "anouk-number"), ("right", uid), ("export", "5")}


def test_an_archive_made_before_the_limit_is_fetched_no_more_and_the_list_says_so(db, ann):
    made = SubjectRequest(
        kind=RequestKind.EXPORT, state=RequestState.READY, user_id=ann.user_id, email=ann.email,
        asked_by=ann.user_id, created_at=NOW, due_at=NOW, ended_at=NOW, stored_name="kept",
        kept_until=NOW + timedelta(days=7),
    )  # fmt: skip
    db.add(made)
    db.flush()
    home = get_subject(db, ann.user_id, "").organisation_id
    kind, role = OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER
    viewer = Viewer(ann.user_id, home, kind, role, TODAY, limited=True)
    assert get_archive(db, viewer, made.id, NOW).stored_name == "kept"
    assert not any(one.outside for one in list_own(db, viewer))
    db.execute(update(UserTag).values(at=NOW + timedelta(hours=1)))
    with pytest.raises(Conflict, match="avant que votre accès soit limité"):
        get_archive(db, viewer, made.id, NOW)
    assert [one.id for one in list_own(db, viewer) if one.outside] == [made.id]
    assert not any(one.outside for one in list_own(db, replace(viewer, limited=False)))
    made.kept_until = NOW
    db.flush()
    with pytest.raises(NotFound):
        get_archive(db, viewer, made.id, NOW)


@pytest.mark.parametrize(
    ("state", "trigger", "given"),
    [
        (RightState.PENDING, RightTrigger.DECLARED, False),
        (RightState.REFUSED, RightTrigger.REFUSED, False),
        (RightState.REVOKED, RightTrigger.REVOKED, False),
        (RightState.ACTIVE, RightTrigger.DECLARED, True),
        (RightState.REVOKED, RightTrigger.WITHDRAWN, True),
        (RightState.OBSOLETE, RightTrigger.ACCEPTED, True),
    ],
)
def test_an_address_is_given_of_rights_that_their_holder_confirmed(db, state, trigger, given):
    person = Person("anouk", right=state, answer=trigger)
    seed(db, person)
    found = {one.name for one in iter_extracts(db, Subject(person.email))}
    assert ("delivery_points" in found) is given
