"""Contracts against a plain model: whatever happens, in whatever order, on whatever day.

What the organisation may do is what its contracts say; every text in force bears both signatures;
one is in force and one under way at most. The suite tells 20 stories on SQLite and 4 on
PostgreSQL; `PORTAL_EXAMPLES=1000` tells as many on SQLite, a quarter of them on PostgreSQL.
"""

import os
from dataclasses import dataclass, field, replace
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
from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict
from core.i18n import PARIS
from data.contracts import actions, queries
from data.contracts.models import Contract
from data.contracts.rules.states import UNDER_WAY
from data.contracts.types import RESERVED, ContractState, ContractTerms, Party, TextState
from data.identity.accounts.models import Organisation
from data.rights.models import AccessRight
from data.rights.types import RightState
from jobs import contracts as job
from tests.choosing import examples
from tests.conftest import empty
from tests.data.contracts.making import Play, pdf
from tests.factories import make_pce, make_people, make_right

EXAMPLES = int(os.environ.get("PORTAL_EXAMPLES", "0"))
START = date(2026, 11, 24)
DAY = timedelta(days=1)
S = ContractState


@dataclass
class Model:
    """One contract as anybody would tell it."""

    uid: str
    renews: bool = False
    state: ContractState = S.DRAFT
    starts: date | None = None
    ends: date | None = None
    was: bool = False
    ended: date | None = None
    amendments: int = 0
    pending: str = ""  # of an amendment: "", "offered" or "signed"
    signed: set = field(default_factory=set)


class Machine(RuleBasedStateMachine):
    database = None

    @initialize(presumed=st.sampled_from([None, START + 4 * DAY]))
    def begin(self, presumed):
        empty_all(self.database)
        self.today, self.presumed = START, presumed
        self.contracts = []
        self.fell = 0
        with self.database.transaction() as db:
            make_people(db)
            db.get_one(Organisation, 2).contracted_until = presumed
            make_right(db, make_pce(db), 2)
            self.play(db).fill()

    @property
    def now(self):
        return datetime(*self.today.timetuple()[:3], 12, tzinfo=PARIS)

    def play(self, db):
        third, operator = OrganisationKind.THIRD_PARTY, OrganisationKind.DISTRIBUTOR
        client = Viewer(2, 2, third, Role.FACILITY_MANAGER, self.today, name="Bob", alone=True)
        staff = Viewer(4, 4, operator, Role.ACCOUNT_MANAGER, self.today, name="Dora")
        return Play(db, client, staff, self.now)

    def act(self, work):
        with self.database.transaction() as db:
            return work(self.play(db))

    @property
    def under_way(self):
        return next((one for one in self.contracts if one.state in UNDER_WAY), None)

    @property
    def active(self):
        return next((one for one in self.contracts if one.state is S.ACTIVE), None)

    def is_in(self, *states):
        return self.under_way is not None and self.under_way.state in states

    @precondition(lambda self: not self.under_way and not self.active)
    @rule()
    def begins(self):
        self.contracts.append(Model(self.act(lambda play: play.begin())))

    @precondition(lambda self: not self.under_way and self.contracts)
    @rule(last=st.booleans())
    def renews(self, last):
        over = [one for one in self.contracts if one.state is not S.ABANDONED]
        old = self.active or (over[-1] if last else over[0])
        new = self.act(
            lambda play: actions.renew(
                play.db, play.client, old.uid, version=play.row(old.uid).version, now=play.now
            )
        )
        self.contracts.append(Model(new, renews=True))

    @precondition(lambda self: self.is_in(S.DRAFT) and self.under_way.renews)
    @rule()
    def abandons(self):
        one = self.under_way
        self.act(
            lambda play: actions.abandon(
                play.db, play.client, one.uid, version=play.row(one.uid).version, now=play.now
            )
        )
        one.state = S.ABANDONED

    @precondition(lambda self: self.is_in(S.DRAFT))
    @rule(wait=st.integers(0, 6), lasts=st.one_of(st.none(), st.integers(0, 12)))
    def sends(self, wait, lasts):
        one = self.under_way
        starts = self.today + wait * DAY
        ends = None if lasts is None else starts + lasts * DAY
        self.act(lambda play: play.send(one.uid, ContractTerms(starts, ends)))
        one.state, one.starts, one.ends, one.signed = S.SENT, starts, ends, set()

    @precondition(lambda self: self.is_in(S.SENT))
    @rule()
    def takes_back(self):
        one = self.under_way
        self.act(
            lambda play: actions.take_back(
                *(play.db, play.client, one.uid),
                version=play.row(one.uid).version,
                now=play.now,
            )
        )
        one.state = S.DRAFT

    @precondition(lambda self: self.is_in(S.SENT, S.CLIENT_SIGNED))
    @rule()
    def refuses(self):
        one = self.under_way
        sent = one.state is S.SENT
        verb = actions.refuse if sent else actions.refuse_signature
        self.act(
            lambda play: verb(
                *(play.db, play.client if sent else play.staff, one.uid, "Non"),
                version=play.row(one.uid).version,
                now=play.now,
            )
        )
        one.state, one.signed = S.DRAFT, set()

    @precondition(lambda self: self.is_in(S.SENT))
    @rule(presses=st.integers(1, 3))
    def signs(self, presses):
        one = self.under_way

        def work(play):
            attempt = play.proved(one.uid)
            for _ in range(presses):
                actions.sign(play.db, play.client, attempt, pdf(), now=play.now)

        self.act(work)
        one.state = S.CLIENT_SIGNED
        one.signed.add(Party.CLIENT)

    @precondition(lambda self: self.is_in(S.CLIENT_SIGNED))
    @rule()
    def countersigns(self):
        one = self.under_way
        self.act(lambda play: play.countersign(one.uid))
        one.state = S.COUNTERSIGNED
        one.signed.add(Party.OPERATOR)
        if one.starts <= self.today:
            self.start(one)

    def start(self, one):
        old = self.active
        if old:
            old.state, old.pending = S.EXPIRED, ""
            old.ended = max(one.starts - DAY, old.starts)
        one.state, one.was = S.ACTIVE, True

    @precondition(lambda self: self.active and not self.active.pending)
    @rule()
    def amends(self):
        one = self.active
        if one.amendments == RESERVED:
            with pytest.raises(Conflict):
                self.act(lambda play: play.amend(one.uid, RESERVED + 1))
            return
        self.act(lambda play: play.amend(one.uid, one.amendments + 1))
        one.pending = "offered"

    @precondition(lambda self: self.active and self.active.pending)
    @rule(yes=st.booleans())
    def answers_an_amendment(self, yes):
        one = self.active
        offered = one.pending == "offered"
        if yes:
            self.act(lambda play: (play.sign if offered else play.countersign)(one.uid))
            one.pending = "signed" if offered else ""
            one.amendments += not offered
            return
        verb = actions.refuse if offered else actions.refuse_signature
        self.act(
            lambda play: verb(
                *(play.db, play.client if offered else play.staff, one.uid, "Non"),
                version=play.row(one.uid).version,
                now=play.now,
            )
        )
        one.pending = ""

    @precondition(lambda self: self.active or self.is_in(S.COUNTERSIGNED))
    @rule(by_staff=st.booleans(), later=st.booleans())
    def terminates(self, by_staff, later):
        waits = self.under_way if self.is_in(S.COUNTERSIGNED) else None
        one = waits if waits and (later or not self.active) else self.active
        self.act(
            lambda play: actions.terminate(
                *(play.db, play.staff if by_staff else play.client, one.uid, "Fin"),
                version=play.row(one.uid).version,
                now=play.now,
            )
        )
        if one.state is S.ACTIVE:
            one.ended, self.fell = self.today - DAY, self.fell + 1
        one.state, one.pending = S.TERMINATED, ""

    @rule(days=st.integers(1, 7), by_night=st.booleans())
    def days_pass(self, days, by_night):
        """The clock runs each night, or was down and catches up."""
        for left in range(days, 0, -1):
            self.today += DAY
            if by_night or left == 1:
                applied = job.apply_due(self.database, self.now)
                again = job.apply_due(self.database, self.now)
                assert (again.started, again.expired, again.rights) == (0, 0, 0)
                assert applied is not None
                self.apply()

    def apply(self):
        waits = self.under_way
        if waits and waits.state is S.COUNTERSIGNED and waits.starts <= self.today:
            self.start(waits)
        one = self.active
        if one and one.ends is not None and one.ends < self.today:
            one.state, one.ended, one.pending = S.EXPIRED, one.ends, ""
            self.fell += 1

    def expected_until(self):
        known = [one for one in self.contracts if one.was]
        if not known:
            return self.presumed
        if self.active is None:
            return max(one.ended for one in known)
        until = self.active.ends or date.max
        waits = self.under_way
        if (
            waits
            and waits.state is S.COUNTERSIGNED
            and until < date.max
            and waits.starts <= until + DAY
        ):
            until = waits.ends or date.max
        return until

    @invariant()
    def contracts_are_the_model_s(self):
        with self.database.reading() as db:
            found = {row.uid: row for row in db.scalars(select(Contract))}
            assert {uid: row.state for uid, row in found.items()} == {
                one.uid: one.state for one in self.contracts
            }
            for one in self.contracts:
                if one.state is not S.DRAFT:
                    row = found[one.uid]
                    assert (row.starts_on, row.ends_on) == (one.starts, one.ends)

    @invariant()
    def what_is_in_force_bears_both_signatures(self):
        with self.database.reading() as db:
            staff = replace(self.play(db).staff)
            for one in self.contracts:
                texts = queries.list_texts(db, staff, one.uid)
                for text in texts:
                    signed = {row.party for row in text.signatures}
                    if text.state is TextState.COUNTERSIGNED:
                        assert signed == set(Party)
                    if text.state is TextState.OFFERED:
                        assert not signed
                done = [text for text in texts if text.state is TextState.COUNTERSIGNED]
                if one.was or one.state is S.COUNTERSIGNED:
                    assert len(done) == 1 + one.amendments
                waiting = [text for text in texts if text.state.open]
                assert bool(waiting) == (
                    one.state in {S.SENT, S.CLIENT_SIGNED} or bool(one.pending)
                )

    @invariant()
    def the_organisation_has_what_its_contracts_say(self):
        with self.database.reading() as db:
            until = db.get_one(Organisation, 2).contracted_until
            assert until == self.expected_until()

    @invariant()
    def its_right_stands_until_a_contract_in_force_ends(self):
        with self.database.reading() as db:
            state = db.scalars(select(AccessRight.state)).one()
            assert state is (RightState.OBSOLETE if self.fell else RightState.ACTIVE)


def empty_all(database):
    if not database.sqlite:
        empty(database)
        return
    from sqlalchemy import text

    from data.migrations import tables

    with database.transaction() as db:
        names = ("contract_events", "right_events", "audit_events", "control_entries")
        triggers = db.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        held = [row for row in triggers if row.name.startswith(names)]
        for row in held:
            db.execute(text(f"DROP TRIGGER {row.name}"))
        for table in reversed(list(tables().values())):
            db.execute(table.delete())
        for row in held:
            db.execute(text(row.sql))


@pytest.mark.slow
def test_contracts_do_what_the_model_does(database):
    stories = EXAMPLES or examples(12)
    Machine.database = database
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=stories if database.sqlite else max(3, stories // 4),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
