"""Acts on many rights: what is chosen is done, what is left has its reason, and it is undone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from core import queue
from core.database import Session
from core.errors import Conflict, NotFound
from core.queue_types import Lease
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceGrant
from data.rights import queries
from data.rights.actions import ActWork, begin_act, do_now, open_act, stop_act, undo_act
from data.rights.actions import bulk_acts as bulk
from data.rights.actions.enumeration import is_exhausted
from data.rights.models import AccessRight, RightEventRow, RightLetterRow
from data.rights.queries.bulk_acts import NOT_WAITING
from data.rights.types import (
    ActLineState,
    ActState,
    BulkAct,
    Delays,
    LetterKind,
    RightFilter,
    RightRole,
    RightState,
    RightTrigger,
)
from tests.data.rights.large_letter import make_letter
from tests.factories import NOW, make_pce, make_people, make_right
from tests.queue_work import work_acts

EVERY = RightFilter()
COUNT = 60


@pytest.fixture
def rights(database, bob):
    """Sixty declarations that wait, two active rights, one of them as a holder."""
    with database.transaction() as db:
        make_people(db)
        make_letter(db, COUNT)
        for number, role in (("1", RightRole.AUTHORISED_SUPPLY), ("2", RightRole.HOLDER_SUPPLY)):
            pce = make_pce(db, f"0999999991000{number}", holder_id=1)
            make_right(db, pce, 2, role=role, answered_at=NOW)
    return database


def start(database, viewer, act, *, ends_on=None, now=NOW):
    with database.transaction() as db:
        split = queries.get_filter_split(db, viewer, act, EVERY, now)
        return open_act(db, viewer, act, split, mark=split.mark, ends_on=ends_on, now=now)


def begin(database, act):
    """Have a worker claim the operation that waits; return its work."""
    with database.transaction() as db:
        queue.promote_due(db, NOW)
        [_item] = queue.claim(db, bulk.ACT_ON_RIGHTS.pool, Lease("killed", 60), NOW)
        return ActWork(begin_act(db, act, NOW), Delays(), Session.begin_nested)


def states(database):
    query = select(AccessRight.state, func.count()).group_by(AccessRight.state)
    with database.reading() as db:
        return {row[0]: row[1] for row in db.execute(query)}


def receipt(database, viewer, act):
    with database.reading() as db:
        return queries.get_act_receipt(db, viewer, act)


def test_eligible_and_other_rights_are_told_apart_before_the_act(rights, bob):
    with rights.reading() as db:
        cancel = queries.get_filter_split(db, bob, BulkAct.CANCEL, EVERY, NOW)
        revoke = queries.get_filter_split(db, bob, BulkAct.REVOKE, EVERY, NOW)
    assert (cancel.chosen, len(cancel.fit)) == (COUNT + 2, COUNT)
    assert list(cancel.reasons.values()) == [2]
    assert (len(revoke.fit), sum(revoke.reasons.values())) == (1, COUNT + 1)
    assert len(revoke.reasons) == 2


def test_what_is_chosen_is_what_is_done_and_the_others_keep_their_reason(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    assert states(rights)[RightState.PENDING] == COUNT
    assert work_acts(rights) == 1
    assert states(rights) == {RightState.OBSOLETE: COUNT, RightState.ACTIVE: 2}
    done = receipt(rights, bob, act)
    assert (done.state, done.chosen) == (ActState.DONE, COUNT + 2)
    assert done.counts[ActLineState.DONE] == COUNT
    assert done.reasons == ((NOT_WAITING, 2),)
    assert done.undo_until >= NOW + timedelta(minutes=15)
    assert work_acts(rights) == 0


def test_an_act_killed_between_two_blocks_goes_on_where_it_was(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    work = begin(rights, act)
    with rights.transaction() as db:
        assert work.do_block(db, NOW, 25)
    assert states(rights)[RightState.OBSOLETE] == 25
    assert work_acts(rights) == 0  # in somebody's hands
    later = NOW + timedelta(minutes=2)
    assert work_acts(rights, later) == 1
    assert receipt(rights, bob, act).counts[ActLineState.DONE] == COUNT
    with rights.reading() as db:
        cancelled = select(func.count()).where(RightEventRow.trigger == RightTrigger.CANCELLED)
        assert db.scalar(cancelled) == COUNT


def test_one_bad_right_refuses_no_other(rights, bob, monkeypatch):
    act = start(rights, bob, BulkAct.CANCEL)
    bad, plain = "09977700000007", bulk.cancel

    def cancel(db, viewer, uids, *, now, many):
        numbers = select(AccessRight.number).where(AccessRight.uid.in_(uids))
        changed = plain(db, viewer, uids, now=now, many=many)
        if bad in db.scalars(numbers).all():
            raise Conflict("Le droit sur le PCE {pce} est pris.", pce=bad)
        return changed

    monkeypatch.setattr(bulk, "cancel", cancel)
    work_acts(rights)
    done = receipt(rights, bob, act)
    assert done.counts[ActLineState.DONE] == COUNT - 1
    assert ("Le droit sur le PCE {pce} est pris.", 1) in done.reasons
    assert states(rights)[RightState.PENDING] == 1


def test_a_right_answered_meanwhile_is_left_and_said(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    with rights.transaction() as db:
        one = update(AccessRight).where(AccessRight.number == "09977700000001")
        db.execute(one.values(state=RightState.ACTIVE))
    work_acts(rights)
    done = receipt(rights, bob, act)
    assert done.counts[ActLineState.DONE] == COUNT - 1
    assert dict(done.reasons)[NOT_WAITING] == 3


def test_other_rights_than_those_shown_are_not_acted_on(rights, bob):
    with rights.transaction() as db:
        split = queries.get_filter_split(db, bob, BulkAct.CANCEL, EVERY, NOW)
        with pytest.raises(Conflict):
            open_act(db, bob, BulkAct.CANCEL, split, mark="1-1", now=NOW)
        none = queries.get_uids_split(db, bob, BulkAct.CANCEL, [], NOW)
        with pytest.raises(Conflict):
            open_act(db, bob, BulkAct.CANCEL, none, mark=none.mark, now=NOW)


def test_cancelling_is_undone_until_its_hour_and_no_later(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    work_acts(rights)
    until = receipt(rights, bob, act).undo_until
    with rights.transaction() as db, pytest.raises(Conflict):
        undo_act(db, bob, act, now=until + timedelta(seconds=1))
    with rights.transaction() as db:
        undo_act(db, bob, act, now=until)
    assert states(rights)[RightState.OBSOLETE] == COUNT  # the job does it
    assert work_acts(rights, until) == 1
    assert states(rights) == {RightState.PENDING: COUNT, RightState.ACTIVE: 2}
    undone = receipt(rights, bob, act)
    assert (undone.state, undone.counts[ActLineState.UNDONE]) == (ActState.UNDONE, COUNT)
    with rights.transaction() as db, pytest.raises(Conflict):
        undo_act(db, bob, act, now=until)


def test_revoking_tells_the_holder_only_once_it_cannot_be_undone(rights, bob):
    act = start(rights, bob, BulkAct.REVOKE)
    work_acts(rights)
    with rights.reading() as db:
        ended = select(RightLetterRow).where(RightLetterRow.kind == LetterKind.ENDED)
        letter = db.scalars(ended).one()
        assert letter.next_attempt_at == receipt(rights, bob, act).undo_until
    with rights.transaction() as db:
        undo_act(db, bob, act, now=NOW + timedelta(minutes=20))
    work_acts(rights, NOW + timedelta(minutes=20))
    with rights.reading() as db:
        assert db.scalar(select(func.count()).select_from(PceGrant)) == 1
        assert db.scalars(ended).all() == []


def test_what_changed_since_is_not_put_back(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    work_acts(rights)
    with rights.transaction() as db:
        gone = update(AccessRight).where(AccessRight.number == "09977700000001")
        db.execute(gone.values(ends_key=date(2026, 1, 1)))
        undo_act(db, bob, act, now=NOW)
    work_acts(rights)
    counts = receipt(rights, bob, act).counts
    assert (counts[ActLineState.UNDONE], counts[ActLineState.KEPT]) == (COUNT - 1, 1)


def test_stopping_keeps_what_is_done(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    work = begin(rights, act)
    with rights.transaction() as db:
        work.do_block(db, NOW, 10)
    with rights.transaction() as db:
        stop_act(db, bob, act, now=NOW)
    with rights.transaction() as db, pytest.raises(Conflict):
        work.do_block(db, NOW, 10)
    with rights.transaction() as db, pytest.raises(Conflict):
        stop_act(db, bob, act, now=NOW)
    kept = receipt(rights, bob, act)
    assert (kept.state, kept.counts[ActLineState.DONE]) == (ActState.STOPPED, 10)
    with rights.transaction() as db:
        undo_act(db, bob, act, now=NOW)
    work_acts(rights, NOW + timedelta(minutes=2))  # its worker has no lease any more
    assert states(rights)[RightState.PENDING] == COUNT


def test_renewing_asks_again_and_reminding_spares_who_was_asked(rights, bob):
    renew = start(rights, bob, BulkAct.RENEW, ends_on=date(2029, 6, 30))
    remind = start(rights, bob, BulkAct.REMIND, now=NOW + timedelta(days=8))
    later = NOW + timedelta(days=8)
    assert work_acts(rights, later) == 2
    assert receipt(rights, bob, renew).undo_until is None
    reminded = receipt(rights, bob, remind)
    assert sum(reminded.counts.values()) == COUNT + 2
    assert reminded.counts[ActLineState.DONE] == COUNT


def test_an_act_is_seen_by_its_organisation_alone(rights, bob, charlie, alice):
    act = start(rights, bob, BulkAct.CANCEL)
    for stranger in (charlie, alice):
        with rights.transaction() as db:
            with pytest.raises(NotFound):
                queries.get_act_receipt(db, stranger, act)
            with pytest.raises(NotFound):
                stop_act(db, stranger, act, now=NOW)
    with rights.reading() as db:
        assert len(queries.list_act_lines(db, bob, act)) == COUNT + 2
        left = queries.list_act_lines(db, bob, act, ActLineState.LEFT)
        assert {line.reason for line in left} == {NOT_WAITING}


def test_the_act_of_a_closed_account_is_left(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    with rights.transaction() as db:
        db.execute(update(User).where(User.id == bob.user_id).values(disabled_at=NOW))
    work_acts(rights)
    assert states(rights)[RightState.PENDING] == COUNT
    assert receipt(rights, bob, act).counts[ActLineState.LEFT] == COUNT + 2


def test_undoing_killed_between_two_blocks_goes_on_where_it_was(rights, bob):
    act = start(rights, bob, BulkAct.CANCEL)
    work_acts(rights)
    with rights.transaction() as db:
        undo_act(db, bob, act, now=NOW)
    work = begin(rights, act)
    with rights.transaction() as db:
        assert work.do_block(db, NOW, 25)
    assert states(rights)[RightState.PENDING] == 25
    assert receipt(rights, bob, act).state is ActState.UNDOING
    assert work_acts(rights) == 0
    assert work_acts(rights, NOW + timedelta(minutes=2)) == 1
    assert states(rights)[RightState.PENDING] == COUNT


def test_cancelling_a_whole_file_uses_up_no_try(rights, bob):
    with rights.transaction() as db:
        db.execute(update(RightLetterRow).values(attempts=1))
    start(rights, bob, BulkAct.CANCEL)
    work_acts(rights)
    with rights.transaction() as db:
        assert is_exhausted(db, bob, NOW) is None


def test_a_few_are_cancelled_as_one_by_one(rights, bob):
    """To take back two declarations whose holder was written to answers a guess, as one does."""
    with rights.transaction() as db:
        db.execute(update(RightLetterRow).values(attempts=1))
        waiting = select(AccessRight.uid).where(AccessRight.state == RightState.PENDING)
        few = list(db.scalars(waiting.limit(2)))
        split = queries.get_uids_split(db, bob, BulkAct.CANCEL, few, NOW)
        act = open_act(db, bob, BulkAct.CANCEL, split, mark=split.mark, now=NOW)
        do_now(db, bob, act, delays=Delays(), savepoint=Session.begin_nested, now=NOW)
    assert receipt(rights, bob, act).state is ActState.DONE
    assert work_acts(rights) == 0
    with rights.reading() as db:
        assert "rights.taken_back" not in set(db.scalars(select(AuditEvent.action)))


def test_what_the_staff_revokes_is_told_at_once(rights, dora):
    act = start(rights, dora, BulkAct.REVOKE)
    work_acts(rights)
    done = receipt(rights, dora, act)
    assert done.undo_until is None
    with rights.reading() as db:
        ended = select(RightLetterRow.next_attempt_at).where(
            RightLetterRow.kind == LetterKind.ENDED
        )
        assert set(db.scalars(ended)) == {done.finished_at}
