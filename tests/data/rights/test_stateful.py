"""Rights against a plain model: whatever happens, in whatever order, a day is read if and only if
some Active right that is valid today covers it and that kind of data.

The suite tells 25 stories on SQLite and 5 on PostgreSQL; `make proofs` tells a thousand on SQLite
(`PORTAL_EXAMPLES=1000`), a quarter of them on PostgreSQL, where each takes longer, and prints how
many.
"""

import contextlib
import os
from dataclasses import dataclass, replace
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
from sqlalchemy import event, select, text

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, NotFound
from core.i18n import PARIS
from data.metering.consumption.models import Reading
from data.metering.consumption.queries import iter_day_statements, load_series
from data.metering.consumption.types import Quality, Status, View
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import get_detail, get_scope, list_pces
from data.rights.actions import (
    cancel,
    declare,
    holders_moved,
    reject_proofs,
    renew_many,
    revoke,
    settle_identity,
)
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight
from data.rights.rules.adict import FALSE, FLAGS, TRUE
from data.rights.types import RightDataKind, RightState, RightTrigger
from jobs import rights as job
from tests.data.rights.conftest import answer, tokens
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER
from tests.factories import NOW, PCE, make_pce, make_people

NUMBERS = (PCE, "09999999910002")
ORGANISATIONS = (2, 3)
EXAMPLES = int(os.environ.get("PORTAL_EXAMPLES", "0"))
START = date(2026, 11, 24)
SAMPLES = [date(2024, 1, 1) + timedelta(days=90 * n) for n in range(12)]
S = RightState
# What a declaration says wrong of the holder: a name, where it is, or both.
WRONG = [{"raison_sociale"}, {"code_postal"}, {"raison_sociale", "code_postal"}]


@dataclass
class Right:
    """One right as the model has it."""

    uid: str
    organisation: int
    number: str
    holder: bool
    state: RightState
    declared: date
    valid: tuple[date, date]
    days: tuple[date, date]
    kinds: frozenset[RightDataKind]
    due: date
    doubtful: bool = False  # its name or its postal code is not the contract's
    blocks: bool = False  # revoked by the holder
    closed: date | None = None

    @property
    def open(self):
        return not self.state.final


def where(*states):
    """Only while some right is in one of these states: a story does not pass in vain presses."""
    return precondition(
        lambda self: any(one.state in states for one in getattr(self, "rights", ()))
    )


class Rights(RuleBasedStateMachine):
    """The model beside the database, in one transaction that is thrown away."""

    database = None
    writes = opened = None  # how many sentences may have changed something; how many reads went

    @initialize()
    def begin(self):
        self.context = self.database.transaction()
        self.db = self.context.__enter__()
        self.seen = None
        if not self.database.sqlite:  # what was thrown away has left its numbers behind
            for table in ("organisations", "users"):
                self.db.execute(text(f"ALTER SEQUENCE {table}_id_seq RESTART"))
        self.today, self.rights, self.since = START, [], dict.fromkeys(NUMBERS)
        make_people(self.db)
        for number in NUMBERS:
            pce = make_pce(self.db, number, holder_id=1, holder_name="Lycée des Tilleuls")
            pce.data_until = SAMPLES[-1]
            for sample in SAMPLES:
                self.db.add(reading(pce.id, sample))
        self.db.flush()

    def teardown(self):
        if hasattr(self, "context"):
            self.db.rollback()
            with contextlib.suppress(RuntimeError):
                self.context.__exit__(RuntimeError, RuntimeError("thrown away"), None)

    @property
    def now(self):
        return datetime(*self.today.timetuple()[:3], 12, tzinfo=PARIS)

    def viewer(self, organisation):
        kind = OrganisationKind.THIRD_PARTY
        names = {2: "Organisation de bob", 3: "Organisation de charlie"}
        return Viewer(
            organisation,
            organisation,
            kind,
            Role.FACILITY_MANAGER,
            self.today,
            organisation=names[organisation],
            contracted=True,
        )

    @property
    def staff(self):
        return Viewer(4, 4, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, self.today)

    def pick(self, choice, *states):
        found = [right for right in self.rights if right.state in states]
        return found[choice % len(found)] if found else None

    def late(self, right):
        """Whether its day is past, which the night may not have said yet."""
        unanswered = right.state.waiting and right.due < self.today
        return right.open and (unanswered or right.valid[1] < self.today)

    def close(self, right, state, *, blocks=False):
        right.state, right.blocks, right.closed = state, blocks, self.today

    # what happens

    @rule(
        organisation=st.sampled_from(ORGANISATIONS),
        number=st.sampled_from(NUMBERS),
        first=st.integers(0, 11),
        length=st.integers(0, 700),
        ends=st.integers(0, 400),
        kinds=st.frozensets(st.sampled_from(list(RightDataKind)), min_size=1),
        at_once=st.booleans(),
        wrong=st.sampled_from([*[frozenset()] * 5, *WRONG]),
    )
    def declares(self, organisation, number, first, length, ends, kinds, at_once, wrong):
        """Half of them are accepted at once: most of what follows needs one that is open."""
        before = len(self.rights)
        first_day = SAMPLES[first]
        last_day = first_day + timedelta(days=length)
        end = max(self.today + timedelta(days=ends), last_day)
        asked = replace(
            GOOD,
            id_pce=number,
            date_debut_droit_acces=str(self.today - timedelta(days=20)),
            date_fin_droit_acces=str(end),
            perim_donnees_conso_debut=str(first_day),
            perim_donnees_conso_fin=str(last_day),
            **dict.fromkeys(wrong, "99124"),
            **{name: TRUE if kind in kinds else FALSE for kind, name in FLAGS.items()},
        )
        start = self.today - timedelta(days=20)
        self.declared(asked, organisation, False, (start, end), (first_day, last_day), kinds)
        if at_once and len(self.rights) > before:
            right = self.rights[-1]
            if right.doubtful:
                self.settle(right, confirmed=True, sure=False)
            answer(self.db, self.token(right), RightTrigger.ACCEPTED, self.now, uids=[right.uid])
            right.state = S.ACTIVE

    @rule(
        organisation=st.sampled_from(ORGANISATIONS),
        number=st.sampled_from(NUMBERS),
        wrong=st.sampled_from([frozenset(), *WRONG]),
    )
    def says_it_is_the_holder(self, organisation, number, wrong):
        asked = replace(HOLDER, id_pce=number, **dict.fromkeys(wrong, "99124"))
        always = (date.min, date.max)
        self.declared(
            asked, organisation, True, (self.today, date.max), always, frozenset(RightDataKind)
        )

    def declared(self, asked, organisation, holder, valid, days, kinds):
        outcome = declare(self.db, self.viewer(organisation), asked, delays=DELAYS, now=self.now)
        mine = [
            right
            for right in self.rights
            if (right.organisation, right.number) == (organisation, asked.id_pce)
        ]
        since = self.since[asked.id_pce]
        doubts = (asked.raison_sociale, asked.code_postal).count("99124")
        if doubts == 2:  # neither by that name nor at that postal code
            assert outcome.http == 404
            return
        stopped = any(right.open and right.holder == holder for right in mine) or any(
            right.blocks and (since is None or right.closed >= since) for right in mine
        )
        assert (outcome.http == 201) == (not stopped)
        if stopped:
            return
        state = S.RECHECK if holder or doubts else S.PENDING
        assert outcome.state is state
        due = self.today + timedelta(days=DELAYS.answer_days)
        self.rights.append(
            Right(
                outcome.uid,
                organisation,
                asked.id_pce,
                holder,
                state,
                self.today,
                valid,
                days,
                kinds,
                due,
                doubtful=bool(doubts),
            )
        )

    @where(S.PENDING)
    @rule(choice=st.integers(0, 9), trigger=st.sampled_from(["accepted", "accepted", "refused"]))
    def holder_answers(self, choice, trigger):
        right = self.pick(choice, S.PENDING)
        if right is None:
            return
        if self.late(right):
            with pytest.raises(Conflict):
                answer(
                    self.db, self.token(right), RightTrigger(trigger), self.now, uids=[right.uid]
                )
            return
        answer(self.db, self.token(right), RightTrigger(trigger), self.now, uids=[right.uid])
        if trigger == "accepted":
            right.state = S.ACTIVE
        else:
            self.close(right, S.REFUSED)

    @where(S.ACTIVE, S.PENDING)
    @rule(choice=st.integers(0, 9))
    def holder_withdraws(self, choice):
        right = self.pick(choice, S.ACTIVE, S.PENDING)
        if right is None or right.holder:
            return
        token = self.token(right)
        if right.state is S.PENDING or self.late(right):
            with pytest.raises(Conflict):
                answer(self.db, token, RightTrigger.WITHDRAWN, self.now, uids=[right.uid])
            return
        answer(self.db, token, RightTrigger.WITHDRAWN, self.now, uids=[right.uid])
        for other in self.asked_with(right):
            if other.state is S.ACTIVE:
                self.close(other, S.REVOKED, blocks=True)
            else:  # what waited has its answer
                self.close(other, S.REFUSED)

    def asked_with(self, right):
        """*right*, and what ends with it: all but what its organisation holds in its own name."""
        return [
            other
            for other in self.rights
            if (other.organisation, other.number) == (right.organisation, right.number)
            and other.open
            and not (other.holder and other.state is S.ACTIVE)
        ]

    def token(self, right):
        """A link of the letters, none of which leaves here, that opens *right*."""
        from data.rights.queries import get_passport

        for token in tokens(self.db):
            if right.uid in {shown.uid for shown in get_passport(self.db, token).rights}:
                return token
        raise AssertionError

    @where(*RightState)
    @rule(choice=st.integers(0, 9), by_staff=st.booleans())
    def somebody_revokes(self, choice, by_staff):
        right = self.pick(choice, *RightState)
        if right is None:
            return
        viewer = self.staff if by_staff else self.viewer(right.organisation)
        allowed = right.state is S.ACTIVE and (by_staff or not right.holder)
        if not allowed:
            with pytest.raises(Conflict):
                revoke(self.db, viewer, [right.uid], now=self.now)
            return
        revoke(self.db, viewer, [right.uid], now=self.now)
        self.close(right, S.REVOKED, blocks=by_staff)

    @where(S.PENDING, S.RECHECK)
    @rule(choice=st.integers(0, 9))
    def third_party_cancels(self, choice):
        right = self.pick(choice, S.PENDING, S.RECHECK)
        if right is not None:
            cancel(self.db, self.viewer(right.organisation), [right.uid], now=self.now)
            self.close(right, S.OBSOLETE)

    @where(S.RECHECK)
    @rule(choice=st.integers(0, 9), confirmed=st.booleans())
    def distributor_settles(self, choice, confirmed):
        right = self.pick(choice, S.RECHECK)
        if right is None:
            return
        if confirmed and right.holder:  # the contract bears another name than that of who asks
            with pytest.raises(Conflict):
                self.settle(right, confirmed=True, sure=False)
        self.settle(right, confirmed=confirmed, sure=right.holder)

    def settle(self, right, *, confirmed, sure):
        """What the distributor finds of an identity, in the database then in the model."""
        way = {"confirmed": confirmed, "sure": sure, "delays": DELAYS, "now": self.now}
        settle_identity(self.db, self.staff, right.uid, **way)
        if not confirmed:
            self.close(right, S.OBSOLETE)
        elif right.holder:
            right.state = S.ACTIVE
        else:  # whoever it is, somebody has to say yes
            right.state = S.PENDING
            right.due = self.today + timedelta(days=DELAYS.answer_days)

    @where(S.ACTIVE)
    @rule(choice=st.integers(0, 9))
    def proof_is_rejected(self, choice):
        right = self.pick(choice, S.ACTIVE)
        if right is not None:
            row = self.db.scalars(select(AccessRight).where(AccessRight.uid == right.uid)).one()
            reject_proofs(self.db, [row.id], now=self.now)
            self.close(right, S.OBSOLETE)

    @where(S.ACTIVE)
    @rule(choice=st.integers(0, 9), years=st.integers(1, 900))
    def third_party_renews(self, choice, years):
        right = self.pick(choice, S.ACTIVE)
        if right is None or right.holder:
            return
        end = self.today + timedelta(days=years)
        (outcome,) = renew_many(
            self.db, self.viewer(right.organisation), [right.uid], end, delays=DELAYS, now=self.now
        )
        last = end if right.days[1] == right.valid[1] else min(right.days[1], end)
        mine = [
            other
            for other in self.rights
            if (other.organisation, other.number) == (right.organisation, right.number)
        ]
        since = self.since[right.number]
        stopped = any(
            other.open and not other.holder and other is not right for other in mine
        ) or any(other.blocks and (since is None or other.closed >= since) for other in mine)
        assert (outcome.http == 201) == (not stopped and last >= right.days[0])
        if outcome.http == 201:
            due = self.today + timedelta(days=DELAYS.answer_days)
            valid, days = (self.today, end), (right.days[0], last)
            state = S.RECHECK if right.doubtful else S.PENDING  # it is verified each time
            assert outcome.state is state
            fresh = replace(right, uid=outcome.uid, state=state, declared=self.today)
            self.rights.append(replace(fresh, valid=valid, days=days, due=due))

    @rule(days=st.sampled_from([1, 2, 5, 15, 40]))
    def time_passes(self, days):
        self.today += timedelta(days=days)

    @precondition(lambda self: hasattr(self, "db"))
    @rule()
    def night_falls(self):
        for work in (job._over, job._moved):
            while work(self.db, self.today, self.now):
                pass
        for right in self.rights:
            if self.late(right):
                self.close(right, S.OBSOLETE)

    @where(S.ACTIVE)
    @rule(number=st.sampled_from(NUMBERS))
    def holder_changes(self, number):
        pce = self.db.scalars(select(Pce).where(Pce.number == number)).one()
        pce.holder_since = self.today
        self.db.flush()
        self.since[number] = self.today
        holders_moved(self.db, [pce.id], now=self.now)
        for right in self.rights:
            if right.open and right.number == number:
                self.close(right, S.OBSOLETE)

    # what must hold

    def moved(self):
        """Whether what is read may differ from what was read at the step before.

        It is a matter of what the database holds and of the day: where no sentence wrote, the
        model did not move either, and the day is the same, so are the answers.
        """
        model = [replace(right) for right in self.rights]
        seen = self.writes[0], self.today, model, dict(self.since)
        before, self.seen = self.seen, seen
        return before != seen

    def may(self, organisation, number, kind=None, on=None):
        """Whether some right opens this PCE today: at all, a kind of data, a day of it."""
        since = self.since[number]
        return any(
            (right.organisation, right.number, right.state) == (organisation, number, S.ACTIVE)
            and right.valid[0] <= self.today <= right.valid[1]
            and (kind is None or kind in right.kinds)
            and (on is None or right.days[0] <= on <= right.days[1])
            and (on is None or since is None or on >= since)
            for right in self.rights
        )

    @invariant()
    def states_are_the_model_s(self):
        if not hasattr(self, "db"):
            return
        rows = self.db.execute(select(AccessRight.uid, AccessRight.state))
        known = {row.uid: row.state for row in rows}
        assert known == {right.uid: right.state for right in self.rights}

    @invariant()
    def what_is_read_is_what_the_rights_cover(self):
        if not hasattr(self, "db") or not self.moved():
            return
        self.db.expire_all()
        for organisation in ORGANISATIONS:
            viewer = self.viewer(organisation)
            seen = {row.number for row in list_pces(self.db, viewer)[0]}
            for number in NUMBERS:
                opened = self.may(organisation, number)
                assert (number in seen) == opened
                if opened:
                    self.reads(viewer, number)
                else:
                    for read in (get_scope, get_detail):
                        with pytest.raises(NotFound):
                            read(self.db, viewer, number)

    def reads(self, viewer, number):
        self.opened[0] += 1
        organisation = viewer.organisation_id
        covered = [
            sample
            for sample in SAMPLES
            if self.may(organisation, number, RightDataKind.INFORMATIVE, sample)
        ]
        found = iter_day_statements(self.db, viewer, number, date.min, date.max)
        assert [row.gas_day for row in found] == covered
        scope = get_scope(self.db, viewer, number)
        for sample in SAMPLES:
            assert scope.hides(sample) == (sample not in covered)
            published = self.may(organisation, number, RightDataKind.PUBLISHED, sample)
            assert shows_period(scope, sample) == published
        detail = get_detail(self.db, viewer, number)
        contract = self.may(organisation, number, RightDataKind.CONTRACTUAL)
        assert (detail.row.tariff == "T3") == contract
        assert (detail.address.startswith("12 rue")) == self.may(
            organisation, number, RightDataKind.TECHNICAL
        )
        total = load_series(self.db, viewer, View(number)).total  # whatever is opened, it is drawn
        assert total is None or (total.energy_wh or 0) <= 1000 * len(covered)

    @invariant()
    def grants_are_the_rights_outcome(self):
        if not hasattr(self, "db"):
            return
        grants = select(PceGrant.pce_id, PceGrant.organisation_id)
        pairs = {(p, o) for p, o in self.db.execute(grants)}
        rights = select(AccessRight.pce_id, AccessRight.organisation_id)
        active = rights.where(AccessRight.state == S.ACTIVE)
        assert pairs == {(p, o) for p, o in self.db.execute(active)}
        assert keep_grants(self.db, {(p, o) for p, o in self.db.execute(rights)}) == 0


def shows_period(scope, sample):
    first, last = scope.published_first or date.min, scope.published_last or date.max
    holes = scope.published_holes
    return first <= sample <= last and not any(a <= sample <= b for a, b in holes)


def reading(pce_id, sample):
    return Reading(
        pce_id=pce_id,
        gas_day=sample,
        energy_wh=1000,
        volume_dm3=100,
        quality=Quality.MEASURED,
        status=Status.DEFINITIVE,
        as_of=sample,
        learnt_at=NOW,
    )


def test_a_day_is_read_if_and_only_if_an_active_right_covers_it(database):
    ended = []

    class Machine(Rights):
        def teardown(self):
            ended.append(len(getattr(self, "rights", ())))
            super().teardown()

    Machine.database, Machine.writes, Machine.opened = database, [0], [0]

    @event.listens_for(database.engine, "before_cursor_execute")
    def counted(_connection, _cursor, sentence, *_rest):
        Machine.writes[0] += not sentence.lstrip().upper().startswith("SELECT")

    kind, usual, most = (
        ("SQLite", 10, EXAMPLES) if database.sqlite else ("PostgreSQL", 3, EXAMPLES // 4)
    )
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=most or usual,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    event.remove(database.engine, "before_cursor_execute", counted)
    assert Machine.writes[0] > len(ended)
    told = f"{len(ended)} stories, {sum(ended)} rights, {Machine.opened[0]} times data were read"
    print(f"rights, {kind}: {told}, as a plain model has them")
    assert Machine.opened[0] > len(ended)  # a story in which nothing opens proves little
    assert len(ended) >= (most or usual)
