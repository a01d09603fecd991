"""What somebody follows is said, then goes to a colleague whole; nobody else's moves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from data.administration.people import actions, queries
from data.administration.people.actions.handover import free_name
from data.administration.people.types import Belongings
from data.exports import actions as exports
from data.exports.models import ExportSchedule
from data.exports.types import Content, ExportSpec, FileKind
from data.identity.accounts.models import User, UserTag
from data.metering.pces.models import PceTag
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.rights import actions as rights
from data.rights.models import SavedViewRow
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from data.thresholds import actions as thresholds
from data.thresholds import queries as threshold_queries
from data.thresholds.models import Episode
from data.thresholds.types import EpisodeState, ThresholdScope
from tests.data.thresholds.making import draft, judge
from tests.factories import NOW, make_pce, make_user

pytestmark = pytest.mark.usefixtures("everybody")
ALICE, CHARLIE, ADA, INES = 1, 3, 5, 6


def told(user_id, *ways):
    return Recipient(user_id, None, frozenset(ways or {ChannelKind.INBOX}), Grouping.IMMEDIATE)


def recipients(db, viewer, threshold):
    return threshold_queries.get_threshold(db, viewer, threshold).draft.recipients


def make_run(db, user_id, state, stored=""):
    row = Run(
        organisation_id=1,
        user_id=user_id,
        kind=RunKind.READINGS,
        state=state,
        file_name="r.csv",
        stored_name=stored,
        file_size=1,
        sha256="0" * 64,
        created_at=NOW,
    )
    db.add(row)
    db.flush()
    return row


@pytest.fixture
def owned(db, alice):
    """Alice is told by two thresholds, was given an open episode, keeps views, runs, an export."""
    make_pce(db, holder_id=1)
    made = thresholds.create(
        db, alice, draft(recipients=(told(ALICE, ChannelKind.EMAIL), told(ADA))), now=NOW
    )
    alone = thresholds.create(db, alice, draft(name="Autre", recipients=(told(ALICE),)), now=NOW)
    thresholds.create(db, alice, draft(name="D’Ada", recipients=(told(ADA),)), now=NOW)
    removed = thresholds.create(db, alice, draft(name="Ôté", recipients=(told(ALICE),)), now=NOW)
    thresholds.remove(db, alice, [removed], now=NOW)
    for state in (EpisodeState.EXCEEDED, EpisodeState.NORMAL):
        make_episode(db, made, state)
    rights.keep_view(db, alice, "Ma vue", "?etat=active", now=NOW)
    running = make_run(db, ALICE, RunState.RECEIVED, "x" * 32)
    kept = make_run(db, ALICE, RunState.REFUSED, "y" * 32)
    done = make_run(db, ALICE, RunState.DONE)
    wanted = ExportSpec(Content.DAILY, FileKind.CSV, months=1)
    exports.schedule(db, alice, wanted, day=3, months=1, now=NOW)
    return {"both": made, "alone": alone, "runs": [running.id, kept.id], "done": done.id}


def make_episode(db, threshold, state):
    db.add(
        Episode(
            pce_id=1,
            threshold_id=threshold,
            state=state,
            period="day",
            first_day=date(2026, 11, 1 if state is EpisodeState.EXCEEDED else 9),
            value_wh=1,
            limit_wh=1,
            peak_wh=1,
            peak_on=date(2026, 11, 1),
            excess_wh=1,
            last_day=date(2026, 11, 1),
            found_at=NOW,
            changed_at=NOW,
            assigned_to=ALICE,
        )
    )
    db.flush()


ALL = Belongings(thresholds=2, episodes=1, views=1, runs=2, schedules=1)


def test_what_would_move_is_said_first(db, ada, owned):
    detail = queries.get_detail(db, ada, ALICE)
    assert detail.belongings == ALL
    assert {name for _id, name in detail.heirs} == {"Ada", "Ines"}


def test_everything_goes_to_the_colleague_and_nothing_stays(db, ada, owned):
    assert actions.hand_over(db, ada, ALICE, ADA, ALL, now=NOW) == ALL
    assert queries.count_belongings(db, ada, ALICE) == Belongings()
    # Told already, Ada is told as she was; told nothing, as alice was.
    assert recipients(db, ada, owned["both"]) == (told(ADA),)
    assert recipients(db, ada, owned["alone"]) == (told(ADA),)
    episodes = {row.state: row.assigned_to for row in db.scalars(select(Episode))}
    assert episodes == {EpisodeState.EXCEEDED: ADA, EpisodeState.NORMAL: ALICE}
    assert db.scalars(select(SavedViewRow.user_id)).all() == [ADA]
    runs = {row.id: row.user_id for row in db.scalars(select(Run))}
    assert runs == dict.fromkeys(owned["runs"], ADA) | {owned["done"]: ALICE}
    assert db.scalars(select(ExportSchedule.user_id)).all() == [ADA]


def test_the_threshold_goes_on_from_where_it_was(db, ada, owned):
    before = threshold_queries.get_threshold(db, ada, owned["alone"])
    actions.hand_over(db, ada, ALICE, ADA, ALL, now=NOW)
    after = threshold_queries.get_threshold(db, ada, owned["alone"])
    assert replace(after.draft, recipients=()) == replace(before.draft, recipients=())
    judge(db, NOW)  # the versions stand for the engine


def test_a_view_of_the_same_name_keeps_both(db, ada, alice, owned):
    rights.keep_view(db, ada, "Ma vue", "?q=ada", now=NOW)
    actions.hand_over(db, ada, ALICE, ADA, ALL, now=NOW)
    kept = dict(db.execute(select(SavedViewRow.name, SavedViewRow.query)).all())
    assert kept == {"Ma vue": "?q=ada", "Ma vue (Alice)": "?etat=active"}


def test_a_long_name_is_cut_and_stays_alone():
    taken = {"x" * 60}
    for _turn in range(3):
        name = free_name("x" * 60, "Alice", taken)
        assert len(name) <= 60
        assert name not in taken
        taken.add(name)


def test_what_changed_since_it_was_read_is_read_again(db, ada, alice, owned):
    rights.keep_view(db, alice, "Une autre", "?q=a", now=NOW)
    with pytest.raises(Conflict):
        actions.hand_over(db, ada, ALICE, ADA, ALL, now=NOW)
    assert queries.count_belongings(db, ada, ALICE).views == 2


@pytest.mark.parametrize("heir", [ALICE, INES])
def test_nobody_follows_what_they_cannot(db, ada, owned, heir):
    """Oneself; a client, who reads no import."""
    with pytest.raises(Invalid):
        actions.hand_over(db, ada, ALICE, heir, ALL, now=NOW)


def test_it_stays_in_the_organisation_and_with_who_may_sign_in(db, ada, irene, owned):
    with pytest.raises(NotFound):
        actions.hand_over(db, ada, ALICE, CHARLIE, ALL, now=NOW)
    with pytest.raises(NotFound):
        actions.hand_over(db, ada, CHARLIE, ADA, Belongings(), now=NOW)
    with pytest.raises(Invalid):
        actions.hand_over(db, irene, ALICE, CHARLIE, ALL, now=NOW)
    db.get_one(User, INES).role = Role.FACILITY_MANAGER
    db.get_one(User, INES).disabled_at = NOW
    with pytest.raises(Invalid):
        actions.hand_over(db, ada, ALICE, INES, ALL, now=NOW)
    assert queries.count_belongings(db, ada, ALICE) == ALL


def test_who_runs_the_portal_may_do_it_for_an_organisation(db, ada, irene, owned):
    actions.hand_over(db, irene, ALICE, ADA, ALL, now=NOW)
    assert queries.count_belongings(db, ada, ADA).schedules == 1


def test_one_who_is_cut_may_be_followed_after(db, ada, owned):
    actions.disable(db, ada, ALICE, now=NOW)
    actions.hand_over(db, ada, ALICE, ADA, ALL, now=NOW)
    assert queries.count_belongings(db, ada, ALICE) == Belongings()


@pytest.fixture
def apart(db, owned):
    """Hugo sees the PCE of one tag only; the PCE of Alice's thresholds bears another."""
    hugo = make_user(
        db, organisation_id=1, email="hugo@tilleuls.example", role=Role.FACILITY_MANAGER
    )
    db.add(PceTag(pce_id=1, organisation_id=1, tag="Nord"))
    db.add(UserTag(user_id=hugo.id, tag="Sud", at=NOW))
    db.flush()
    return hugo.id


def test_what_the_colleague_does_not_see_stays_and_is_counted(db, ada, apart):
    found = queries.get_handover(db, ada, ALICE, apart)
    assert found.moved == ALL
    assert found.unseen == replace(ALL, views=0)
    with pytest.raises(Invalid, match="ne voit pas"):
        actions.hand_over(db, ada, ALICE, apart, ALL, now=NOW)
    assert queries.count_belongings(db, ada, ALICE) == ALL


def test_who_sees_the_same_pce_has_all_but_files_from_before_their_limit(db, ada, apart):
    db.execute(update(UserTag).values(tag="Nord", at=NOW + timedelta(days=1)))
    found = queries.get_handover(db, ada, ALICE, apart).unseen
    assert found == Belongings(runs=2, schedules=1)  # may hold any PCE, which Alice sees
    db.add(UserTag(user_id=ALICE, tag="Nord", at=NOW))
    db.flush()
    assert queries.get_handover(db, ada, ALICE, apart).unseen == Belongings(runs=2)
    db.execute(update(UserTag).values(at=NOW))
    assert queries.get_handover(db, ada, ALICE, apart).unseen == Belongings()


def test_a_tag_they_are_not_limited_to_may_gain_pce_that_they_would_not_see(db, ada, alice, apart):
    db.execute(update(UserTag).values(tag="Nord"))
    wide = draft(name="Étiquette", scope=ThresholdScope((), "Sud"), recipients=(told(ALICE),))
    thresholds.create(db, alice, wide, now=NOW)
    assert queries.get_handover(db, ada, ALICE, apart).unseen.thresholds == 1
    db.add(UserTag(user_id=ALICE, tag="Nord", at=NOW))
    db.flush()
    assert queries.get_handover(db, ada, ALICE, apart).unseen.thresholds == 0
