"""Controls against a plain model: whatever happens, in whatever order, over whatever holidays.

A right falls if and only if its proof was refused and nobody took that back in time, or nothing
was sent before the deadline and its grace were over; the model counts working days by itself.
The suite tells ten stories; `make proofs` a thousand on SQLite, a quarter of them on PostgreSQL
(`PORTAL_EXAMPLES=1000`).
"""

import contextlib
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.models import Control
from data.controls.types import ControlFilter, ControlFolder, Picked, ProofDelays
from data.notifications.types import NotificationKind
from data.rights.actions import revoke
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState
from jobs import controls as job
from tests.choosing import examples
from tests.data.controls.proofs import (
    ACCEPT,
    AGAIN,
    NUMBERS,
    REJECT,
    mails,
    make_rights,
    opened,
    piece,
)
from tests.factories import make_people

S = ProofState
START = date(2026, 12, 14)  # Christmas and New Year's Day are before most deadlines
DELAYS = ProofDelays(days=8, resubmission_days=4, grace=2, undo_minutes=10)
PUBLIC = {
    *(date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1)),
    *(date(2027, 5, 6), date(2027, 5, 8), date(2027, 5, 17), date(2027, 7, 14)),
    *(date(2027, 8, 15), date(2027, 11, 1), date(2027, 11, 11), date(2027, 12, 25)),
}  # as the calendar has them, not the package
UNDO = timedelta(minutes=10)
EXAMPLES = int(os.environ.get("PORTAL_EXAMPLES", "0"))


def plus(day, count):
    """Working days, counted on the fingers."""
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in PUBLIC:
            count -= 1
    return day


@dataclass
class One:
    """One control as the model has it."""

    uid: str
    right: str
    state: ProofState
    due: date
    asked: date
    version: int = 1
    pending: tuple | None = None  # (verdict's state, when final, due and asked before)
    closed: bool = False
    told: ProofState = S.AWAITED  # what the third party knows
    told_due: date | None = None
    recalled: int = 99
    reminders: int = 0

    @property
    def open(self):
        return self.state in {S.AWAITED, S.UNDER_CHECK} and not self.closed


class Controls(RuleBasedStateMachine):
    """The model beside the database, in one transaction that is thrown away."""

    database = None

    @initialize()
    def begin(self):
        self.context = self.database.transaction()
        self.db = self.context.__enter__()
        if not self.database.sqlite:  # what was thrown away has left its numbers behind
            for table in ("organisations", "users"):
                self.db.execute(text(f"ALTER SEQUENCE {table}_id_seq RESTART"))
        self.now = datetime(2026, 12, 14, 9, tzinfo=PARIS)
        make_people(self.db)
        self.rights = make_rights(self.db, NUMBERS)
        self.fallen, self.revoked, self.all = set(), set(), []
        self.reminders = 0
        for place in range(3):
            self.draw(place)

    def teardown(self):
        if hasattr(self, "context"):
            self.db.rollback()
            with contextlib.suppress(RuntimeError):
                self.context.__exit__(RuntimeError, RuntimeError("thrown away"), None)

    @property
    def today(self):
        return self.now.astimezone(PARIS).date()

    @property
    def bob(self):
        return Viewer(
            2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, self.today, contracted=True
        )

    @property
    def dora(self):
        return Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, self.today)

    def alive(self, right):
        return right not in self.fallen | self.revoked

    def last(self, right):
        return next((one for one in reversed(self.all) if one.right == right), None)

    def pick(self, choice, *states):
        """Most often one in such a state; now and then any, which must be refused."""
        fit = [one for one in self.all if one.state in states and one.open]
        found = fit if fit and choice % 4 else self.all
        return found[choice % len(found)] if found else None

    def fall(self, one):
        if self.alive(one.right):
            self.fallen.add(one.right)

    # what happens

    @rule(place=st.integers(0, 2))
    def a_right_is_drawn(self, place):
        self.draw(place)

    def draw(self, place):
        right = self.rights[place]
        last = self.last(right)
        fit = self.alive(right) and (last is None or last.told is S.ACCEPTED)
        draw = Picked(uids=(right,))
        seen = actions.preview_campaign(self.db, self.dora, draw, delays=DELAYS)
        assert seen.drawn == fit
        if not fit:
            return
        due = plus(self.today, DELAYS.days)
        assert opened(self.db, self.dora, draw, delays=DELAYS, now=self.now).due_on == due
        query = select(Control.uid).order_by(Control.id.desc()).limit(1)
        uid = self.db.scalars(query).one()
        self.all.append(One(uid, right, S.AWAITED, due, self.today, told_due=due))

    @rule(choice=st.integers(0, 99))
    def a_proof_is_sent(self, choice):
        one = self.pick(choice, S.AWAITED, S.UNDER_CHECK)
        if one is None:
            return
        if one.closed or not self.alive(one.right) or one.told not in {S.AWAITED, S.UNDER_CHECK}:
            with pytest.raises(Conflict):
                actions.stage(self.db, self.bob, [one.uid], [piece()], now=self.now)
            return
        staged = actions.stage(self.db, self.bob, [one.uid], [piece()], now=self.now)
        actions.send(self.db, self.bob, staged.uid, now=self.now)
        if one.pending:  # what was judged is not the last proof any more
            _to, _at, one.due, one.asked, one.recalled, _version = one.pending
            one.pending, one.version = None, one.version + 1
        one.state = one.told = S.UNDER_CHECK
        one.version += 1

    @precondition(lambda self: any(one.state is S.UNDER_CHECK for one in self.all))
    @rule(choice=st.integers(0, 99), ruling=st.sampled_from([ACCEPT, AGAIN, REJECT]),
          stale=st.sampled_from([False, False, False, True]))  # fmt: skip
    def somebody_decides(self, choice, ruling, stale):
        one = self.pick(choice, S.UNDER_CHECK)
        if one is None:
            return
        fit = one.state is S.UNDER_CHECK and one.open and self.alive(one.right) and not stale
        facts = {"version": one.version - stale, "delays": DELAYS, "now": self.now}
        if not fit:
            with pytest.raises(Conflict):
                actions.decide(self.db, self.dora, one.uid, ruling, **facts)
            return
        actions.decide(self.db, self.dora, one.uid, ruling, **facts)
        to = {ACCEPT: S.ACCEPTED, AGAIN: S.AWAITED, REJECT: S.REJECTED}[ruling]
        one.pending = (to, self.now + UNDO, one.due, one.asked, one.recalled, one.version + 1)
        one.state, one.version = to, one.version + 1
        if ruling is AGAIN:
            one.due = max(one.due, plus(self.today, DELAYS.resubmission_days))
            one.asked, one.recalled = self.today, 99

    @precondition(lambda self: any(one.pending for one in self.all))
    @rule(choice=st.integers(0, 99))
    def a_decision_is_undone(self, choice):
        pending = [one for one in self.all if one.pending]
        found = pending if choice % 4 else self.all
        one = found[choice % len(found)]
        fit = (
            one.pending is not None
            and self.now < one.pending[1]
            and one.version == one.pending[5]
            and not one.closed
        )
        if not fit:
            with pytest.raises(Conflict):
                self.undone_alone(one)
            return
        self.undone_alone(one)
        _to, _at, one.due, one.asked, one.recalled, _version = one.pending
        one.state, one.pending, one.version = S.UNDER_CHECK, None, one.version + 1

    def undone_alone(self, one):
        """Within a savepoint: what it wrote before it refused goes, as at the edge."""
        with self.db.begin_nested():
            actions.undo(self.db, self.dora, [one.uid], now=self.now)

    @precondition(lambda self: len(self.all) > 4)  # late: three rights are soon gone
    @rule(place=st.integers(0, 2))
    def a_right_is_revoked(self, place):
        right = self.rights[place]
        if self.alive(right):
            revoke(self.db, self.bob, [right], now=self.now)
            self.revoked.add(right)

    @rule(minutes=st.sampled_from([1, 9, 10, 60]))
    def minutes_pass(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(days=st.integers(1, 6))
    def days_pass(self, days):
        self.now += timedelta(days=days)

    @precondition(lambda self: any(one.pending for one in self.all))
    @rule()
    def decisions_take_effect(self):
        while job._apply(self.db, self.now):
            pass
        for one in self.all:
            if one.pending and one.pending[1] <= self.now:
                if one.version == one.pending[5]:
                    one.told, one.told_due = one.state, one.due
                if one.pending[0] is S.REJECTED:
                    self.fall(one)
                one.pending = None

    @rule()
    def morning_comes(self):
        while job._close(self.db, self.now):
            pass
        for work in (job._late, job._remind):
            while work(self.db, self.now, DELAYS):
                pass
        for one in self.all:
            if one.open and not self.alive(one.right):
                one.closed = True
                one.version += 1
        for one in self.all:
            if not (one.open and one.state is one.told is S.AWAITED):
                continue
            if plus(one.due, DELAYS.grace) < self.today:
                one.state, one.version = S.REJECTED, one.version + 1
                one.told = S.REJECTED
                self.fall(one)
                continue
            self.recall(one)

    def recall(self, one):
        left, length = (one.due - self.today).days, (one.due - one.asked).days
        for days in (0, 3, 10):
            if 0 <= left <= days < length:
                if days < one.recalled:
                    one.recalled = days
                    self.reminders += 1
                break

    # what must hold

    @invariant()
    def states_are_the_model_s(self):
        if not hasattr(self, "db"):
            return
        self.db.expire_all()
        found = {
            row.uid: (row.state, row.version, row.due_on, row.closed_at is not None)
            for row in self.db.scalars(select(Control))
        }
        assert found == {one.uid: (one.state, one.version, one.due, one.closed) for one in self.all}

    @invariant()
    def a_right_falls_by_a_refusal_alone_and_says_where_its_proof_stands(self):
        if not hasattr(self, "db"):
            return
        for right in self.db.scalars(select(AccessRight)):
            expected = RightState.ACTIVE
            if right.uid in self.fallen:
                expected = RightState.OBSOLETE
            elif right.uid in self.revoked:
                expected = RightState.REVOKED
            assert right.state is expected
            last = self.last(right.uid)
            assert right.proof_state is (None if last is None or last.closed else last.told)

    @invariant()
    def both_sides_count_the_same(self):
        if not hasattr(self, "db"):
            return
        mine, theirs = (
            queries.get_control_totals(self.db, self.bob),
            queries.get_control_totals(self.db, self.dora),
        )
        assert theirs.open == sum(one.open for one in self.all)
        known = [one for one in self.all if one.told in {S.AWAITED, S.UNDER_CHECK}]
        known = [one for one in known if not one.closed]
        assert mine.open == len(known)
        late = [one for one in known if one.told is S.AWAITED and one.told_due < self.today]
        overdue = queries.list_controls(
            self.db, self.bob, ControlFilter(boxes=(ControlFolder.OVERDUE,))
        )
        assert {row.uid for row in overdue[0]} == {one.uid for one in late}

    @invariant()
    def each_deadline_is_recalled_once(self):
        if hasattr(self, "db"):
            told = [len(params["pces"]) for _user, kind, params in mails(self.db)
                    if kind is NotificationKind.PROOF_DUE]  # fmt: skip
            assert sum(told) == self.reminders

    @invariant()
    def the_journal_holds(self):
        if hasattr(self, "db"):
            assert queries.find_journal_breaks(self.db).broken == ()


@pytest.mark.slow
def test_controls_are_their_model(database):
    class Here(Controls):
        pass

    Here.database = database
    most = EXAMPLES or examples(12)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=most if database.sqlite else max(3, most // 4),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
