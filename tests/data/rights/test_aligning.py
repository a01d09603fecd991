"""A right made as its distributor has it: state, dates, perimeters and grants, in one go."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from core.errors import Conflict, Invalid
from core.i18n import PARIS
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.actions import adopt, align, declare, end_absent
from data.rights.actions.transitions import RightAuthor
from data.rights.models import AccessRight
from data.rights.queries.readers_of_held import list_held
from data.rights.types import (
    DeclarationOrigin,
    EndSource,
    ProofState,
    RightActor,
    RightDataKind,
    RightRole,
    RightState,
    RightTerms,
    RightTrigger,
    UpstreamRightTerms,
)
from tests.data.rights.conftest import accepted, asking, events, grants, letters, right_of
from tests.data.rights.declarations import DELAYS, GOOD
from tests.factories import NOW, PCE, make_pce

BY = RightAuthor(RightActor.DISTRIBUTOR, NOW)
ACTIVE = RightTerms(
    state=RightState.ACTIVE,
    starts_on=date(2026, 1, 1),
    ends_on=date(2028, 12, 31),
    supply_first=date(2024, 1, 1),
    supply_last=date(2028, 12, 31),
    kinds=frozenset(RightDataKind) - {RightDataKind.INFORMATIVE},
    proof_state=ProofState.AWAITED,
    proof_due=date(2026, 12, 24),
)
THEIRS = UpstreamRightTerms(
    number="09999999910777",
    role=RightRole.AUTHORISED_SUPPLY,
    created_at=datetime(2026, 2, 3, 23, 30, tzinfo=UTC),
    **asdict(ACTIVE),
    company="Collège des Ormes",
    email="intendance@ormes.example",
    postal_code="01230",
)


def test_a_right_that_waits_is_open_once_it_is_so_elsewhere(db, bob, pce):
    uid = asking(db, bob).uid
    told = letters(db)
    (changed,) = align(db, 2, {right_of(db, uid).id: ACTIVE}, replace(BY, viewer=bob))
    right = right_of(db, uid)
    assert (changed.uid, changed.state) == (uid, RightState.ACTIVE)
    assert (right.starts_on, right.ends_on) == (date(2026, 1, 1), date(2028, 12, 31))
    assert right.ends_key == date(2028, 12, 31)
    assert (right.informative, right.published, right.answer_due) == (False, True, None)
    assert (right.proof_state, right.proof_due) == (ProofState.AWAITED, date(2026, 12, 24))
    assert events(db, uid)[-1] == (RightTrigger.ALIGNED, RightActor.DISTRIBUTOR, RightState.ACTIVE)
    (grant,) = grants(db)
    assert (grant.valid_from, grant.valid_to) == (date(2026, 1, 1), date(2028, 12, 31))
    assert grant.published_first_day == date(2024, 1, 1)
    assert grant.first_day is not None
    assert grant.last_day is not None
    assert grant.first_day > grant.last_day  # no daily reading
    assert letters(db) == told
    note = select(AuditEvent.detail).where(AuditEvent.action == "rights.aligned")
    assert db.scalars(note).one() == {"pce": PCE, "state": "active"}


def test_it_ends_with_what_is_said_of_its_end_and_may_come_back(db, bob, pce):
    uid = accepted(db, bob)
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    ended = replace(ACTIVE, state=RightState.REVOKED, closed_at=at, source=EndSource.HOLDER)
    id_ = right_of(db, uid).id
    align(db, 2, {id_: ended}, BY)
    right = right_of(db, uid)
    assert (right.state, right.closed_at, right.source) == (
        RightState.REVOKED,
        at,
        EndSource.HOLDER,
    )
    assert grants(db) == []
    align(db, 2, {id_: ACTIVE}, BY)
    right = right_of(db, uid)
    assert (right.state, right.closed_at, right.source) == (RightState.ACTIVE, None, None)
    assert len(grants(db)) == 1


def test_an_end_that_nobody_dated_is_of_today(db, bob, pce):
    uid = accepted(db, bob)
    align(db, 2, {right_of(db, uid).id: replace(ACTIVE, state=RightState.OBSOLETE)}, BY)
    assert right_of(db, uid).closed_at == NOW


def test_the_same_declared_again_is_known_by_its_new_terms(db, bob, pce):
    uid = accepted(db, bob)
    later = replace(GOOD, date_fin_droit_acces="2028-09-30")
    right = right_of(db, uid)
    before = {name: getattr(right, name) for name in ("starts_on", "supply_first", "supply_last")}
    said = RightTerms(
        RightState.ACTIVE, ends_on=date(2028, 9, 30), kinds=frozenset(RightDataKind), **before
    )
    align(db, 2, {right.id: said}, BY)
    outcome = declare(db, bob, later, delays=DELAYS, now=NOW)
    assert (outcome.is_duplicate, outcome.uid) == (True, uid)


def test_what_the_distributor_does_not_have_ends(db, bob, pce):
    uid = accepted(db, bob)
    end_absent(db, 2, [right_of(db, uid).id], BY)
    right = right_of(db, uid)
    assert (right.state, right.source) == (RightState.OBSOLETE, EndSource.ABSENCE)
    assert (right.starts_on, right.ends_on) == (date(2026, 9, 1), date(2028, 8, 31))
    assert grants(db) == []


@pytest.mark.parametrize("act", [end_absent, lambda db, who, ids, by: align(
    db, who, dict.fromkeys(ids, ACTIVE), by)])  # fmt: skip
def test_a_right_of_somebody_else_is_not_aligned(db, bob, pce, act):
    uid = accepted(db, bob)
    with pytest.raises(Conflict):
        act(db, 3, [right_of(db, uid).id], BY)
    assert right_of(db, uid).source is None


def test_a_right_that_was_unknown_is_written_and_nobody_is_told(db, bob, pce):
    known = replace(THEIRS, number=PCE, role=RightRole.HOLDER_SUPPLY, person="Ida Orme", company="")
    over = {"state": RightState.REFUSED, "source": EndSource.HOLDER}
    by = replace(BY, viewer=bob)
    found = adopt(db, 2, [THEIRS, replace(known, **over)], by)
    rights = [db.get(AccessRight, id_) for id_, _uid in found]
    assert [right.uid for right in rights] == [uid for _id, uid in found]
    first, second = rights
    created = db.scalars(select(Pce).where(Pce.number == THEIRS.number)).one()
    assert (created.postal_code, created.holder_id, first.pce_id) == ("01230", None, created.id)
    assert (first.origin, first.declared_on) == (
        DeclarationOrigin.MIRROR,
        date(2026, 2, 4),
    )  # of Paris
    assert first.search.startswith("college des ormes 09999999910777 organisation de bob ")
    assert first.search.endswith(" intendance@ormes.example")
    assert (second.pce_id, second.state, second.closed_at) == (pce.id, RightState.REFUSED, NOW)
    assert [grant.pce_id for grant in grants(db)] == [created.id]
    assert events(db, first.uid) == [
        (RightTrigger.ALIGNED, RightActor.DISTRIBUTOR, RightState.ACTIVE)
    ]
    assert letters(db) == []
    assert db.scalar(select(func.count()).select_from(Notification)) == 0


def test_a_pce_whose_place_nobody_said_is_where_it_is_said_to_be(db, bob, pce):
    for number in (THEIRS.number, "09999999910778"):
        make_pce(db, number, postal_code="" if number == THEIRS.number else "75001")
    adopt(db, 2, [THEIRS, replace(THEIRS, number="09999999910778")], BY)
    db.expire_all()
    query = select(Pce.postal_code).where(Pce.id != pce.id).order_by(Pce.id)
    assert list(db.scalars(query)) == ["01230", "75001"]


def test_nothing_is_aligned_adopted_or_ended_of_nothing(db, bob, pce):
    assert (align(db, 2, {}, BY), adopt(db, 2, [], BY), end_absent(db, 2, [], BY)) == ([], [], [])


def test_what_is_no_pce_is_not_adopted(db, bob, pce):
    with pytest.raises(Invalid):
        adopt(db, 2, [replace(THEIRS, number="12")], BY)


def told_of(db):
    query = select(Notification).where(Notification.kind == NotificationKind.RIGHTS_FOUND)
    return db.scalars(query.order_by(Notification.id)).all()


@pytest.mark.parametrize("state", RightState)
def test_who_holds_a_pce_is_told_who_reads_it_by_a_right_found_there(db, alice, pce, state):
    over = {"closed_at": NOW, "source": EndSource.HOLDER} if state.final else {}
    here = replace(THEIRS, number=PCE, state=state, **over)
    adopt(db, 2, [here, THEIRS], BY)
    mails = told_of(db)
    if state is not RightState.ACTIVE:
        assert mails == []
        return
    (mail,) = mails
    assert (mail.user_id, mail.params["pces"]) == (alice.user_id, [PCE])
    assert mail.params["who"] == "Organisation de bob"
    assert mail.next_attempt_at == NOW + timedelta(hours=1)
    assert letters(db) == []
    (held,) = list_held(db, alice)  # and it is among who reads its data
    assert (held.right.number, held.right.state) == (PCE, RightState.ACTIVE)


def test_many_rights_found_in_several_blocks_are_one_message_to_each_holder(db, alice, people):
    numbers = [f"{9_000_000_000_100 + at:014d}" for at in range(30)]
    for number in numbers:
        make_pce(db, number, holder_id=1)
    for at in range(0, 30, 10):
        later = replace(BY, now=NOW + timedelta(minutes=at))
        adopt(db, 2, [replace(THEIRS, number=number) for number in numbers[at : at + 10]], later)
    (mail,) = told_of(db)
    assert (len(mail.params["pces"]), mail.params["more"]) == (20, 10)


ENDED = replace(ACTIVE, state=RightState.REVOKED, closed_at=NOW, source=EndSource.THIRD_PARTY)
WAITS = replace(ACTIVE, state=RightState.PENDING)
LESS = replace(ACTIVE, kinds=frozenset({RightDataKind.PUBLISHED}), ends_on=date(2027, 1, 1))


def leave(db):
    """What waits leaves: what it says is forgotten."""
    db.execute(update(Notification).values(state=MessageDelivery.SENT, sent_at=NOW, params={}))


@pytest.mark.parametrize(
    ("before", "after", "mails"),
    [
        (ENDED, ACTIVE, 1),
        (WAITS, ACTIVE, 1),  # it was made so there, and no declaration is told since
        (ACTIVE, ACTIVE, 0),
        (ACTIVE, LESS, 0),
        (ACTIVE, replace(LESS, kinds=frozenset(RightDataKind)), 1),
        (LESS, ACTIVE, 1),
        (LESS, ENDED, 0),
        (LESS, WAITS, 0),
        (ACTIVE, replace(ACTIVE, ends_on=date(2029, 1, 1)), 1),
        (ACTIVE, replace(ACTIVE, supply_last=None), 1),
        (ACTIVE, replace(ACTIVE, supply_first=date(2023, 12, 31)), 1),
        (ACTIVE, replace(ACTIVE, starts_on=date(2026, 1, 2)), 0),
    ],
)
def test_who_holds_a_pce_is_told_of_a_right_that_opens_again_or_wider_and_of_no_other_change(
    db, alice, bob, pce, before, after, mails
):
    id_ = right_of(db, accepted(db, bob)).id
    align(db, 2, {id_: before}, BY)
    db.execute(delete(Notification))
    tomorrow = replace(BY, now=NOW + timedelta(days=1))
    align(db, 2, {id_: after}, tomorrow)
    told = told_of(db)
    assert [(mail.user_id, mail.params["pces"]) for mail in told] == [
        (alice.user_id, [PCE])
    ] * mails


def test_a_right_that_was_declared_here_and_is_answered_tells_nothing_more(db, bob, pce):
    id_ = right_of(db, asking(db, bob).uid).id
    align(
        db, 2, {id_: replace(LESS, starts_on=date(2026, 12, 1), supply_last=date(2027, 1, 1))}, BY
    )
    assert told_of(db) == []


@pytest.mark.parametrize("less", [ENDED, LESS])
@pytest.mark.slow
def test_a_right_that_comes_and_goes_is_told_once_a_day(db, bob, pce, less):
    """Each quarter of an hour of a day and a half, though each mail leaves at once."""
    id_ = right_of(db, accepted(db, bob)).id
    align(db, 2, {id_: less}, BY)
    db.execute(delete(Notification))
    noon = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    for at in range(150):
        by = replace(BY, now=noon + timedelta(minutes=15 * at))
        align(db, 2, {id_: less if at % 2 else ACTIVE}, by)
        leave(db)
    days = [mail.created_at.astimezone(PARIS).day for mail in told_of(db)]
    assert days == [30, 1, 2]


def test_what_opened_today_is_told_once_more_where_it_gets_wider(db, bob, pce):
    id_ = right_of(db, accepted(db, bob)).id
    align(db, 2, {id_: ENDED}, BY)
    db.execute(delete(Notification))
    for terms in (LESS, ACTIVE, ENDED, LESS, ACTIVE):
        align(db, 2, {id_: terms}, BY)
        leave(db)
    assert len(told_of(db)) == 2


def test_what_one_asker_was_said_to_read_says_nothing_of_another(db, alice, pce):
    here = replace(THEIRS, number=PCE)
    for asker in (2, 3, 2):
        adopt(db, asker, [here], BY)
        leave(db)
    assert len(told_of(db)) == 2
