"""Each class loses exactly what is past its time, and what still stands on something stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from data.administration.people.models import Look
from data.administration.subjects.actions import (
    close_old_accounts,
    delete_old,
    forget_tries,
    record,
)
from data.administration.subjects.models import RetentionLine, SubjectRequest
from data.administration.subjects.queries.unscoped import (
    AGES,
    count_retained_rows,
    find_last_report,
    find_retention_problem,
)
from data.administration.subjects.rules.classes import RULES, rule_of
from data.administration.subjects.types import DataClass, Periods, RequestState, RetentionVerdict
from data.contracts.models import Contract, ContractSignature, ContractText, Onboarding, SigningCode
from data.controls.models import Control, Deposit, Message, ProofPiece
from data.exports.models import Export, ExportedPce
from data.identity.accounts.models import LoginAttempt, Organisation, User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_shares, store_period_shares
from data.metering.consumption.actions.periods import store_injections, store_periods
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
    ReadingNews,
    ReadingRevision,
)
from data.metering.consumption.types import (
    InjectionStatement,
    PceNews,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
)
from data.metering.weather.actions import load_own
from data.metering.weather.models import WeatherOwnDay
from data.notifications.models import Notice, NoticeBatch, NoticeEvent, NoticeMute, Notification
from data.notifications.types import MessageDelivery, NoticeState
from data.provenance import FEED
from data.rights.models import (
    AccessRight,
    HolderLink,
    ImportLine,
    RightImport,
    RightLetterRow,
    RightTry,
)
from data.rights.types import RightState
from data.runs.models import Run
from tests.data.administration.subjects.seeding import Person, seed
from tests.factories import NOW

BEFORE = datetime(2020, 5, 1, tzinfo=UTC)
OLD, YOUNG = BEFORE - timedelta(seconds=1), BEFORE


@pytest.fixture
def pair(db):
    """The same rows twice: those of the first are past their time, of the second just not."""
    old, young = Person("ancienne"), Person("recente")
    seed(db, old, young)
    return old, young


def dated(db, pair, *columns):
    """Give *columns* of the first person's rows an instant past the limit, of the second's not."""
    for column in columns:
        table = column.class_
        for person, at in zip(pair, (OLD, YOUNG), strict=True):
            key = next(iter(table.__table__.primary_key.columns))
            mine = key == person.ids[table.__tablename__]
            db.execute(update(table).where(mine).values({column.key: at}))


def left(db, *tables):
    return [db.scalar(select(func.count()).select_from(table)) for table in tables]


def test_notices_go_with_their_events_and_groups_but_not_one_that_waits(db, pair):
    dated(db, pair, Notice.created_at, NoticeEvent.created_at, NoticeBatch.created_at,
          Notification.created_at, NoticeMute.ended_at)  # fmt: skip
    db.execute(update(Notice).values(state=NoticeState.PENDING))
    db.execute(update(Notification).values(state=MessageDelivery.QUEUED))
    assert delete_old(db, DataClass.NOTICES, BEFORE) == 0
    tables = (Notice, NoticeEvent, NoticeBatch, Notification)
    assert left(db, *tables) == [2, 2, 2, 2]
    db.execute(update(Notice).values(state=NoticeState.GROUPED))
    db.execute(update(Notification).values(state=MessageDelivery.SENT))
    assert delete_old(db, DataClass.NOTICES, BEFORE) == 2
    assert left(db, *tables, NoticeMute) == [1, 1, 1, 1, 1]
    assert delete_old(db, DataClass.NOTICES, BEFORE) == 0


def test_receipts_go_with_their_lines_once_the_file_is_gone(db, pair):
    dated(db, pair, Run.finished_at, Export.finished_at)
    assert delete_old(db, DataClass.RECEIPTS, BEFORE) == 0  # the files are still kept
    db.execute(update(Run).values(stored_name=""))
    db.execute(update(Export).values(stored_name=""))
    assert delete_old(db, DataClass.RECEIPTS, BEFORE) == 2
    assert left(db, Run, RightImport, ImportLine, Export, ExportedPce) == [1] * 5


def test_a_right_over_long_ago_stays_and_names_nobody(db, pair):
    old, young = pair
    dated(db, pair, AccessRight.closed_at)
    assert delete_old(db, DataClass.RIGHTS, BEFORE) == 1
    assert delete_old(db, DataClass.RIGHTS, BEFORE) == 0
    found = {row.id: row for row in db.scalars(select(AccessRight))}
    gone, kept = found[old.ids["access_rights"]], found[young.ids["access_rights"]]
    assert (gone.person, gone.email, gone.phone, gone.search) == ("", "", "", "")
    assert gone.uid
    assert kept.email == young.email


def test_a_letter_stays_while_a_right_may_be_withdrawn_by_it(db, pair):
    old, young = pair
    dated(db, pair, RightLetterRow.created_at)
    mine = AccessRight.id == old.ids["access_rights"]
    db.execute(update(AccessRight).where(mine).values(state=RightState.ACTIVE))
    assert delete_old(db, DataClass.LETTERS, BEFORE) == 0
    assert count_retained_rows(db, DataClass.LETTERS, BEFORE)[:2] == (2, 1)
    db.execute(update(AccessRight).where(mine).values(state=RightState.REVOKED))
    assert delete_old(db, DataClass.LETTERS, BEFORE) == 1
    assert left(db, HolderLink) == [1]
    assert db.scalars(select(RightLetterRow)).one().email == young.email


def test_the_content_of_a_proof_goes_once_its_control_and_its_right_are_over(db, pair):
    old, young = pair
    dated(db, pair, Deposit.sent_at, Control.decided_at, Message.at)
    mine = AccessRight.id == old.ids["access_rights"]
    db.execute(update(AccessRight).where(mine).values(state=RightState.ACTIVE))
    assert delete_old(db, DataClass.PROOFS, BEFORE) == 0
    db.execute(update(AccessRight).where(mine).values(state=RightState.REVOKED))
    db.execute(update(Control).values(closed_at=None, decided_at=None))
    assert delete_old(db, DataClass.PROOFS, BEFORE) == 0
    dated(db, pair, Control.decided_at)
    assert delete_old(db, DataClass.PROOFS, BEFORE) == 1
    keys = {row.id: row for row in db.scalars(select(ProofPiece))}
    gone = keys[old.ids["control_pieces"]]
    assert gone.storage_key == f"erased-{gone.id}"
    assert gone.sha256.startswith("ancienne")
    assert keys[young.ids["control_pieces"]].storage_key.startswith("recente")
    assert delete_old(db, DataClass.PROOFS, BEFORE) == 0
    assert count_retained_rows(db, DataClass.PROOFS, BEFORE)[:2] == (1, 0)


def test_a_contract_goes_with_its_texts_and_the_dossier_of_who_has_none_left(db, pair):
    old, young = pair
    first = {old: date(2020, 4, 30), young: date(2020, 5, 1)}
    for person, day in first.items():
        mine = Contract.id == person.ids["contracts"]
        db.execute(update(Contract).where(mine).values(ended_on=day))
    db.execute(update(Contract).where(Contract.id == young.ids["contracts"]).values(
        renews_id=old.ids["contracts"]))  # fmt: skip
    db.execute(update(Onboarding).values(changed_at=OLD))
    db.execute(update(Organisation).values(contracted_until=None))
    assert delete_old(db, DataClass.CONTRACTS, BEFORE) == 1
    tables = (Contract, ContractText, ContractSignature, SigningCode, Onboarding)
    assert left(db, *tables) == [1] * 5
    assert db.scalars(select(Contract)).one().renews_id is None
    assert delete_old(db, DataClass.CONTRACTS, BEFORE) == 0


def test_readings_go_by_whole_months_with_their_sum(db, pair):
    old, young = pair
    for person, day in ((old, date(2020, 4, 30)), (young, date(2020, 5, 1))):
        pce = person.ids["pces"]
        for table in (Reading, ReadingRevision):
            db.execute(update(table).where(table.pce_id == pce).values(gas_day=day))
        mine = ConsumptionPeriod.pce_id == pce
        db.execute(update(ConsumptionPeriod).where(mine).values(last_day=day))
        month = MonthlyConsumption.pce_id == pce
        db.execute(update(MonthlyConsumption).where(month).values(month=day.replace(day=1)))
    assert count_retained_rows(db, DataClass.READINGS, BEFORE)[1] == 1
    assert delete_old(db, DataClass.READINGS, BEFORE) == 1
    for table in (Reading, ReadingRevision, ConsumptionPeriod, MonthlyConsumption):
        assert list(db.scalars(select(table.pce_id))) == [young.ids["pces"]]
    assert delete_old(db, DataClass.READINGS, BEFORE) == 0


def test_temperatures_that_came_with_readings_go_with_them_or_alone(db, pair):
    pces = [person.ids["pces"] for person in pair]
    for pce in pces:
        load_own(db, pce, [(date(2020, 4, 30), 500), (date(2020, 5, 1), 600)], FEED)
    months = update(MonthlyConsumption)
    db.execute(months.where(MonthlyConsumption.pce_id == pces[0]).values(month=date(2020, 4, 1)))
    db.execute(months.where(MonthlyConsumption.pce_id == pces[1]).values(month=date(2020, 5, 1)))
    assert delete_old(db, DataClass.READINGS, BEFORE) == 1
    assert delete_old(db, DataClass.READINGS, BEFORE) == 1
    assert delete_old(db, DataClass.READINGS, BEFORE) == 0
    assert db.scalar(select(func.min(WeatherOwnDay.day))) == date(2020, 5, 1)


def test_injected_gas_goes_with_readings_or_alone(db, pair):
    for person in pair:
        pce = person.ids["pces"]
        ends = date(2020, 4, 30), date(2020, 5, 1)
        told = tuple(InjectionStatement(date(2020, 4, 1), last, *FED) for last in ends)
        store_injections(db, pce, told, as_of=ends[1], now=YOUNG, provenance=FEED)
        months = update(MonthlyConsumption).where(MonthlyConsumption.pce_id == pce)
        db.execute(months.values(month=ends[1]))
    assert delete_old(db, DataClass.READINGS, BEFORE) == 2
    assert delete_old(db, DataClass.READINGS, BEFORE) == 0
    left_of_them = select(InjectionPeriod.last_day).where(
        InjectionPeriod.last_day < date(2021, 1, 1)
    )
    assert list(db.scalars(left_of_them)) == [date(2020, 5, 1)] * 2


@pytest.mark.parametrize("later", [True, False])
def test_a_period_that_what_is_erased_replaced_stands_again_unless_another_replaces_it(
    db, pair, later
):
    """From 20 April on, said in one: then to the 30th, and from 1 May on, or not said anew."""
    cuts = [(date(2020, 4, 20), date(2020, 5, 10))], [(date(2020, 4, 20), date(2020, 4, 30))]
    if later:
        cuts[1].append((date(2020, 5, 1), date(2020, 5, 10)))
    pce = pair[0].ids["pces"]
    for days, told in enumerate(cuts):
        as_of = date(2020, 5, 11 + days)
        periods = [
            PeriodStatement(PeriodKind.PUBLISHED, *one, *FED[:4], None, *FED[4:]) for one in told
        ]
        store_periods(db, pce, periods, as_of=as_of, now=YOUNG, provenance=FEED)
        injected = [InjectionStatement(*one, *FED) for one in told]
        store_injections(db, pce, injected, as_of=as_of, now=YOUNG, provenance=FEED)
    db.execute(delete(ReadingNews))
    while delete_old(db, DataClass.READINGS, BEFORE):
        pass
    for table in (ConsumptionPeriod, InjectionPeriod):
        mine = table.pce_id == pce, table.first_day < date(2021, 1, 1), table.replaced.is_(False)
        standing = list(db.execute(select(table.first_day, table.last_day).where(*mine)))
        assert standing == [cuts[1][1] if later else cuts[0][0]]
    news = set(db.scalars(select(ReadingNews.sort)))
    assert news == (set() if later else {PceNews.PERIODS, PceNews.INJECTED})


def test_published_periods_go_where_no_day_was_ever_read(db, pair):
    db.execute(delete(MonthlyConsumption))
    mine = ConsumptionPeriod.pce_id == pair[0].ids["pces"]
    db.execute(update(ConsumptionPeriod).where(mine).values(last_day=date(2020, 4, 30)))
    assert delete_old(db, DataClass.READINGS, BEFORE) == 1
    assert left(db, ConsumptionPeriod) == [1]
    assert delete_old(db, DataClass.READINGS, BEFORE) == 0


def test_the_days_of_a_period_that_goes_on_are_erased_with_their_months(db, pair):
    """And the nightly check does not ask for them again."""
    pce = pair[0].ids["pces"]
    for table in (Reading, ReadingRevision, ConsumptionPeriod, MonthlyConsumption):
        db.execute(delete(table).where(table.pce_id == pce))
    told = PeriodStatement(
        PeriodKind.PUBLISHED, date(2020, 4, 2), date(2020, 5, 31), *FED[:4], None, *FED[4:]
    )
    store_periods(db, pce, [told], as_of=BEFORE.date(), now=YOUNG, provenance=FEED)
    store_period_shares(db, pce)
    while delete_old(db, DataClass.READINGS, BEFORE):
        pass
    days = select(func.min(PeriodDay.gas_day), func.count()).where(PeriodDay.pce_id == pce)
    assert db.execute(days).one() == (date(2020, 5, 1), 31)
    month = select(MonthlyConsumption.month).where(MonthlyConsumption.pce_id == pce)
    assert db.scalars(month).all() == [date(2020, 5, 1)]
    assert differing_shares(db, pce, pce) == []


FED = (5_000, 400, None, None, Quality.MEASURED, Status.DEFINITIVE)


def test_the_journal_goes_past_its_time(db, pair):
    dated(db, pair, Look.ends_at)
    for at in (OLD, YOUNG):
        db.add(AuditEvent(at=at, action="a", object_type="t", object_id="1", detail={}))
    db.flush()
    before = left(db, AuditEvent)[0]
    assert delete_old(db, DataClass.JOURNAL, BEFORE) == 2
    assert left(db, AuditEvent, Look) == [before - 1, 1]


def test_the_database_refuses_to_lose_what_is_less_than_a_year_old(database):
    now = datetime.now(UTC)
    with database.transaction() as db:
        for days in (360, 370):
            at = now - timedelta(days=days)
            db.add(AuditEvent(at=at, action="a", object_type="t", object_id="1", detail={}))
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as db:
        delete_old(db, DataClass.JOURNAL, now)
    with database.transaction() as db:
        assert delete_old(db, DataClass.JOURNAL, now - timedelta(days=365)) == 1
        assert left(db, AuditEvent) == [1]


def test_requests_and_reports_go_too(db, pair):
    dated(db, pair, SubjectRequest.ended_at)
    record(db, RetentionVerdict(DataClass.NOTICES, 1, 2, 0, NOW), OLD - timedelta(days=1))
    record(db, RetentionVerdict(DataClass.NOTICES, 1, 2, 0, NOW), NOW)
    assert delete_old(db, DataClass.REQUESTS, BEFORE) == 1
    assert left(db, SubjectRequest, RetentionLine) == [1, 1]


def test_an_account_cut_long_ago_is_asked_to_be_erased_once(db, pair):
    old, _young = pair
    dated(db, pair, User.disabled_at)
    db.execute(update(SubjectRequest).values(state=RequestState.DONE))
    assert close_old_accounts(db, BEFORE, NOW) == 1
    assert close_old_accounts(db, BEFORE, NOW) == 0
    asked = select(SubjectRequest).where(SubjectRequest.asked_by.is_(None))
    assert db.scalars(asked).one().user_id == old.user_id


def test_tries_go_after_a_day(db, pair):
    db.execute(update(LoginAttempt).values(at=NOW - timedelta(days=1)))
    db.execute(update(RightTry).values(at=NOW - timedelta(days=2)))
    assert forget_tries(db, NOW) == 0
    assert left(db, LoginAttempt, RightTry) == [2, 0]
    assert forget_tries(db, NOW + timedelta(seconds=1)) == 2


def test_a_block_is_no_longer_than_asked(db, pair):
    db.execute(update(SubjectRequest).values(ended_at=OLD))
    assert [delete_old(db, DataClass.REQUESTS, BEFORE, 1) for _ in range(3)] == [1, 1, 0]


def test_a_class_that_others_see_to_has_no_keeper(db):
    assert delete_old(db, DataClass.FILES, BEFORE) == 0


def test_each_class_is_measured(db, pair):
    db.execute(update(User).values(disabled_at=NOW))
    for rule in RULES:
        if rule.key in AGES:
            count, held, oldest = count_retained_rows(
                db, rule.key, rule.lasts(Periods()).before(NOW)
            )
            assert (count > 0, oldest is not None) == (True, True), rule.key
            assert 0 <= held <= count


def test_a_night_writes_its_report_again_when_it_is_done_again(db):
    assert find_last_report(db) is None
    assert find_retention_problem(db) is None
    record(db, RetentionVerdict(DataClass.NOTICES, 5, 2, 0, NOW), NOW)
    record(db, RetentionVerdict(DataClass.PROOFS, 0, 0, 0, None, "OSError"), NOW)
    assert find_retention_problem(db) == "proofs"
    record(db, RetentionVerdict(DataClass.PROOFS, 1, 0, 0, None), NOW)
    report = find_last_report(db)
    assert {one.key: one.erased for one in report.verdicts} == {
        DataClass.NOTICES: 5, DataClass.PROOFS: 1,
    }  # fmt: skip
    assert find_retention_problem(db) == ""
    assert rule_of(DataClass.NOTICES).lasts(Periods(notices_days=3)).days == 3
