"""Who is limited to tags sees the PCE that bear one of them and nothing else, wherever it reads."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text

from core.access import Permission, Role
from core.errors import Forbidden, NotFound
from data.administration.subjects.actions import erase
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.types import RequestKind, RequestState
from data.controls import actions as proving
from data.controls import queries as controls
from data.exports import queries as exports
from data.exports.models import Export, ExportSchedule
from data.exports.types import Content, ExportState, FileKind
from data.identity.accounts.models import LoginSession, User, UserTag
from data.identity.accounts.queries import (
    find_open_session,
    find_person,
    get_token_digest,
    list_deciding_emails,
)
from data.identity.accounts.types import SessionLimits
from data.metering.pces import actions, queries
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.types import PceFilter
from data.notifications import actions as telling
from data.notifications import queries as notices
from data.notifications.actions import post
from data.notifications.models import Notice, NoticeAddress, NoticeEvent, Notification
from data.notifications.types import NoticeState, NotificationKind
from data.rights import actions as granting
from data.rights import queries as rights
from data.rights.actions.third_party_notices import cut_to_limits
from data.rights.types import Delays, RightState
from data.runs import queries as runs
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from data.tag_limits import within
from data.thresholds import actions as setting
from data.thresholds import queries as thresholds
from data.thresholds.types import ThresholdScope
from tests.conftest import TODAY
from tests.data.controls.proofs import NUMBERS, asked, detail, make_rights, piece
from tests.data.notifications.told import LATER, Office, an_event, to
from tests.data.thresholds.making import draft
from tests.factories import NOW, PCE, make_grant, make_pce, make_people, make_right, make_user

ADA = 5
SOUTH, BARE = "21500000000042", "21500000000059"


@pytest.fixture
def pces(db, people):
    """Of alice's organisation: one of the North and of the schools, one South, one bare."""
    made = [make_pce(db, number, holder_id=1) for number in (PCE, SOUTH, BARE)]
    for pce, tag in ((made[0], "Nord"), (made[0], "Écoles"), (made[1], "Sud")):
        db.add(PceTag(pce_id=pce.id, organisation_id=1, tag=tag))
    db.add(PceTag(pce_id=made[1].id, organisation_id=2, tag="Nord"))  # in others' words
    db.flush()
    return made


@pytest.fixture
def north(db, pces, alice):
    """alice, limited to the North."""
    db.add(UserTag(user_id=1, tag="Nord", at=NOW))
    db.flush()
    return replace(alice, limited=True)


def numbers(rows):
    return [row.number for row in rows]


class TestPces:
    def test_lists_searches_and_counts_have_only_theirs(self, db, north):
        assert numbers(queries.list_pces(db, north)[0]) == [PCE]
        assert numbers(queries.search_pces(db, north, "2150")) == []
        assert numbers(queries.list_alike(db, north, SOUTH)) == []
        assert queries.count_pces(db, north) == 1
        assert sum(queries.count_by_freshness(db, north).values()) == 1
        assert queries.find_default_pce(db, north) == PCE
        assert queries.find_unknown(db, north, [PCE, SOUTH]) == (SOUTH,)

    def test_one_outside_is_as_if_it_were_not(self, db, north):
        assert queries.get_scope(db, north, PCE).number == PCE
        for read in (queries.get_scope, queries.get_detail):
            with pytest.raises(NotFound):
                read(db, north, SOUTH)
            with pytest.raises(NotFound):
                read(db, north, BARE)

    def test_events_are_read_by_the_same_rule(self, db, alice, north):
        inside, outside = (queries.get_scope(db, alice, number) for number in (PCE, SOUTH))
        assert queries.list_events(db, north, inside) == ()
        assert queries.list_events(db, north, outside) == ()

    def test_of_tags_they_know_their_own(self, db, north):
        assert queries.count_by_tag(db, north) == [("Nord", 1)]
        (row,) = queries.list_pces(db, north)[0]
        assert row.tags == ("Nord",)
        assert queries.list_pces(db, north, PceFilter(tags=("Écoles",)))[1] == 0

    def test_a_tag_that_no_pce_bears_any_more_leaves_nothing(self, db, north):
        db.execute(delete(PceTag).where(PceTag.tag == "Nord", PceTag.organisation_id == 1))
        assert queries.count_pces(db, north) == 0

    def test_who_holds_a_grant_is_limited_alike(self, db, pces, bob):
        for pce in pces:
            make_grant(db, pce, 2)
        db.add(UserTag(user_id=2, tag="Nord", at=NOW))
        db.flush()
        assert numbers(queries.list_pces(db, replace(bob, limited=True))[0]) == [SOUTH]

    def test_tags_are_not_theirs_to_change(self, db, north):
        for change in ({"add": ["Nord"]}, {"remove": ["Nord"]}):
            with pytest.raises(Forbidden, match="limité"):
                actions.set_tags(db, north, [PCE], **change, now=NOW)

    def test_readings_are_deposited_on_theirs_only(self, db, north):
        actions.importable(db, north, [PCE])
        with pytest.raises(Forbidden, match="étiquettes"):
            actions.importable(db, north, [PCE, SOUTH])

    def test_who_is_not_limited_pays_nothing(self, alice):
        said = str(queries.visible(alice))
        assert "tags" not in said
        assert "EXISTS" not in said

    def test_the_limit_is_found_by_keys(self, db, north):
        query = queries.visible(north).where(within(north, Pce.id)).with_only_columns(Pce.id)
        dialect = db.connection().dialect
        said = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if dialect.name == "sqlite":
            plan = [row[-1] for row in db.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
        else:
            db.execute(text("SET LOCAL enable_seqscan = off"))
            plan = [row[0] for row in db.execute(text(f"EXPLAIN {said}"))]
        of_tags = [line for line in plan if "limit_" in line and "SCAN" in line.upper()]
        assert plan
        assert all("Index" in line or "Bitmap" in line for line in of_tags)


class TestWhoTheyAre:
    def test_a_request_knows_it_as_soon_as_it_is_set(self, db, pces):
        key = {"token_hash": get_token_digest("t"), "user_id": 1}
        db.add(LoginSession(**key, started_at=NOW, last_seen_at=NOW))
        db.flush()
        assert find_open_session(db, "t", NOW, SessionLimits()).viewer.limited is False
        db.add(UserTag(user_id=1, tag="Nord", at=NOW))
        db.flush()
        assert find_open_session(db, "t", NOW, SessionLimits()).viewer.limited is True

    def test_a_job_knows_it_too(self, db, pces, north):
        assert find_person(db, select(Run.user_id).where(Run.id == 0), TODAY) is None
        found = find_person(db, select(UserTag.user_id).limit(1), TODAY)
        assert found.limited

    def test_no_letter_lets_them_decide(self, db, pces, north):
        assert list_deciding_emails(db, [1])[1] == frozenset()

    def test_they_declare_no_right_and_renew_theirs(self, db, north):
        assert not north.may(Permission.RIGHTS_DECLARE)
        assert north.may(Permission.RIGHTS_RENEW)
        with pytest.raises(Forbidden, match="limité"):
            north.require(Permission.RIGHTS_DECLARE)
        with pytest.raises(Forbidden, match="limité"):
            granting.undo(db, north, 1, now=NOW)


class TestRights:
    def test_those_on_their_pce_are_listed_counted_and_opened(self, db, pces, north):
        ours, theirs = (make_right(db, pce, 1) for pce in pces[:2])
        assert [row.uid for row in rights.list_rights(db, north)] == [ours.uid]
        assert rights.count_rights(db, north) == 1
        with pytest.raises(NotFound):
            rights.get_right(db, north, theirs.uid)
        with pytest.raises(NotFound):
            granting.revoke(db, north, [theirs.uid], now=NOW)

    def test_one_of_theirs_is_renewed_and_no_other(self, db, pces, north):
        viewer = replace(north, contracted=True)
        _ours, theirs = (make_right(db, pce, 1) for pce in pces[:2])
        until = TODAY + timedelta(days=100)
        with pytest.raises(NotFound):
            granting.renew_many(db, viewer, [theirs.uid], until, delays=Delays(), now=NOW)

    def test_who_reads_ours_is_of_their_pce(self, db, pces, north, alice):
        for pce in pces[:2]:
            make_right(db, pce, 2, state=RightState.PENDING)
            make_grant(db, pce, 2)
        assert rights.get_held_view(db, north, "", 1).match_count == 1
        assert rights.get_held_view(db, alice, "", 1).match_count == 2
        assert [one.pces for one in rights.list_readers_of_held(db, north)] == [1]
        assert rights.has_held_pce(db, north)

    def test_a_mail_names_only_theirs(self, db, pces, north):
        about = {PCE: ("", "", ""), SOUTH: ("", "", "")}
        ines = make_user(db, organisation_id=1, email="i@tilleuls.example").id
        told = cut_to_limits(db, {1: about, ines: about, 3: {}})
        assert told == {1: {PCE: ("", "", "")}, ines: about}
        assert cut_to_limits(db, {1: {SOUTH: ("", "", "")}}) == {}


class TestControls:
    @pytest.fixture
    def bob_north(self, db, bob, people):
        """bob, limited to the tag of the first of three PCE; Max, his colleague, to none."""
        home = {"organisation_id": 2, "role": Role.FACILITY_MANAGER}
        make_user(db, email="max@aubier.example", **home)
        db.add(UserTag(user_id=2, tag="Nord", at=NOW))
        return replace(bob, limited=True)

    @pytest.fixture
    def uids(self, db, dora, bob_north):
        """A control on each of three rights, the first within bob's limit."""
        given = make_rights(db, created_by=2)
        first = db.scalars(select(Pce.id).order_by(Pce.id)).first()
        db.add(PceTag(pce_id=first, organisation_id=2, tag="Nord"))
        db.flush()
        return asked(db, dora, given)

    def test_those_of_their_pce_are_listed_counted_and_opened(self, db, uids, bob, bob_north):
        assert controls.list_controls(db, bob_north)[1] == 1
        assert controls.list_controls(db, bob)[1] == 3
        assert controls.get_control_totals(db, bob_north).controls == 1
        assert detail(db, bob_north, uids[0]).row.uid == uids[0]
        with pytest.raises(NotFound):
            detail(db, bob_north, uids[1])

    def test_a_deposit_that_covers_others_is_not_theirs(self, db, uids, bob, bob_north):
        staged = proving.stage(db, bob, uids[:2], [piece()], now=NOW)
        with pytest.raises(NotFound):
            proving.unstage(db, bob_north, staged.uid)
        with pytest.raises(NotFound):
            proving.send(db, bob_north, staged.uid, now=NOW)
        proving.unstage(db, bob, staged.uid)
        own = proving.stage(db, bob_north, uids[:1], [piece()], now=NOW)
        assert proving.send(db, bob_north, own.uid, now=NOW) == (uids[0],)

    def test_they_are_told_of_theirs_apart_from_who_is_told_of_all(self, db, uids, bob_north):
        told = select(Notice.user_id, NoticeEvent.pce_number, NoticeEvent.params).join(NoticeEvent)
        rows = db.execute(told.where(NoticeEvent.kind == NotificationKind.PROOF_ASKED)).all()
        counts = {(user_id, number, params["count"]) for user_id, number, params in rows}
        assert (2, PCE, 1) in counts
        assert {count for user_id, _number, count in counts if user_id != 2} == {3}
        assert len([one for one in counts if one[0] == 2]) == 1

    def test_what_they_declared_and_see_no_more_is_told_to_their_colleagues(self, db, uids):
        colleague = db.scalars(select(User.id).where(User.email == "max@aubier.example")).one()
        mails = db.scalars(
            select(Notification).where(Notification.kind == NotificationKind.PROOF_ASKED)
        )
        told = {mail.user_id: set(mail.params["pces"]) for mail in mails}
        assert told == {2: {PCE}, colleague: set(NUMBERS) - {PCE}}

    def test_a_calendar_has_only_theirs(self, db, uids, bob_north):
        token = proving.create_calendar(db, bob_north, now=NOW)
        assert [one.uid for one in controls.get_calendar_feed(db, token, TODAY).deadlines] == [
            uids[0]
        ]


class TestThresholds:
    def test_they_see_and_set_those_of_their_pce_and_tags(self, db, pces, north, alice):
        made = {
            name: setting.create(db, alice, draft(name=name, scope=scope), now=NOW)
            for name, scope in (
                ("one", ThresholdScope((PCE,))),
                ("both", ThresholdScope((PCE, SOUTH))),
                ("south", ThresholdScope((SOUTH,))),
                ("tag", ThresholdScope((), "Nord")),
                ("other tag", ThresholdScope((), "Sud")),
            )
        }
        rows = {row.name: row for row in thresholds.list_thresholds(db, north)[0]}
        assert set(rows) == {"one", "both", "tag"}
        assert {name for name, row in rows.items() if row.mine} == {"one", "tag"}
        assert thresholds.get_threshold(db, north, made["both"]).draft.scope == ThresholdScope(
            (PCE,)
        )
        assert thresholds.list_threshold_history(db, north, made["both"])[
            0
        ].after.scope == ThresholdScope((PCE,))
        setting.pause(db, north, [made["one"], made["tag"]], now=NOW)
        with pytest.raises(Forbidden, match="hors de votre accès"):
            setting.remove(db, north, [made["both"]], now=NOW)
        with pytest.raises(NotFound):
            setting.remove(db, north, [made["south"]], now=NOW)

    def test_another_tag_or_pce_is_not_theirs_to_watch(self, db, north):
        setting.create(db, north, draft(scope=ThresholdScope((PCE,), "Nord")), now=NOW)
        with pytest.raises(Forbidden, match="étiquettes"):
            setting.create(db, north, draft(scope=ThresholdScope((), "Sud")), now=NOW)
        with pytest.raises(NotFound):
            setting.create(db, north, draft(scope=ThresholdScope((SOUTH,))), now=NOW)


class TestWhatIsTold:
    def test_the_inbox_and_the_mails_are_of_their_pce(self, db, north):
        for number, key in ((PCE, "episode:1:a"), (SOUTH, "episode:2:a"), ("", "episode:3:a")):
            post(db, [(an_event(key, pce_number=number), [to(1)])], NOW)
        told = notices.list_inbox(db, north).rows
        assert [row.pce_number for row in told] == ["", PCE]
        assert notices.count_unread(db, north) == 2

    def test_a_notice_of_another_pce_leaves_by_no_way(self, database):
        with database.transaction() as db:
            make_people(db)
            pce = make_pce(db, holder_id=1)
            db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="Nord"))
            db.add(UserTag(user_id=1, tag="Nord", at=NOW))
            for number, key in ((PCE, "episode:1:a"), (SOUTH, "episode:2:a")):
                post(db, [(an_event(key, pce_number=number), [to(1)])], NOW)
        office = Office(database)
        office.turn(LATER)
        assert len(office.mail.sent) == 1
        with database.reading() as db:
            states = list(db.scalars(select(Notice.state).order_by(Notice.id)))
        assert states[1] is NoticeState.SILENT
        assert states[0] is not NoticeState.SILENT

    def test_who_is_limited_adds_no_address(self, db, north):
        with pytest.raises(Forbidden, match="limité"):
            telling.add_address(db, north, "gardien@b.example", language="fr", now=NOW)

    @pytest.mark.parametrize(
        ("adder", "told", "becomes"),
        [(1, 1, "there"), (ADA, 2, "there"), (1, 1, "cut"), (1, 1, "erased")],
    )
    def test_an_address_has_the_limit_of_who_added_it(self, database, adder, told, becomes):
        """It was added before its owner was limited, or before the PCE lost its tag."""
        with database.transaction() as db:
            make_people(db)
            make_user(db, organisation_id=1, email="ada@tilleuls.example")
            pce = make_pce(db, holder_id=1)
            db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="Nord"))
            address = NoticeAddress(
                organisation_id=1, email="gardien@b.example", added_by=adder, created_at=NOW,
                confirmed_at=NOW,
            )  # fmt: skip
            db.add_all([UserTag(user_id=1, tag="Nord", at=NOW), address])
            db.flush()
            for number, key in ((PCE, "episode:1:a"), (SOUTH, "episode:2:a")):
                event = an_event(key, pce_number=number)
                post(db, [(event, [to(None, address_id=address.id)])], NOW)
            assert becomes != "erased" or erase(db, to_erase(db, adder), now=NOW)
            if becomes == "cut":
                db.get_one(User, adder).disabled_at = NOW
        Office(database).turn(LATER)
        with database.reading() as db:
            states = list(db.scalars(select(Notice.state).order_by(Notice.id)))
        assert [state is not NoticeState.SILENT for state in states] == [True, told == 2]


def to_erase(db, user_id):
    row = SubjectRequest(
        kind=RequestKind.ERASURE, state=RequestState.WAITING, user_id=user_id, email="",
        asked_by=user_id, created_at=NOW, due_at=NOW,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def a_run(db, user_id, at):
    row = Run(
        organisation_id=1, user_id=user_id, kind=RunKind.READINGS, state=RunState.DONE,
        file_name="a.csv", stored_name="x" * 32, file_size=1, sha256="0" * 64, created_at=at,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def an_export(db, user_id, at):
    said = {"content": Content.DAILY, "file": FileKind.CSV, "apart": False, "choice": {"tags": []}}
    who = {"organisation_id": 1, "user_id": user_id, "created_at": at}
    row = Export(
        **said, **who, state=ExportState.WAITING, tell=False, expected_rows=1, expected_octets=1,
        total=1,
    )  # fmt: skip
    db.add(row)
    db.add(ExportSchedule(months=1, day=10, next_on=date(2026, 12, 10), **said, **who))
    db.flush()
    return row.id


class TestFiles:
    def test_of_files_they_see_their_own_since_they_are_limited(self, db, north, alice):
        ines = make_user(db, organisation_id=1, email="i@tilleuls.example").id
        before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
        mine = a_run(db, 1, after)
        others = [a_run(db, 1, before), a_run(db, ines, after)]
        assert [row.id for row in runs.list_runs(db, north)] == [mine]
        assert len(runs.list_runs(db, alice)) == 3
        for run in others:
            with pytest.raises(NotFound):
                runs.get_run(db, north, run)

    def test_of_exports_as_well(self, db, north, alice):
        ines = make_user(db, organisation_id=1, email="i@tilleuls.example").id
        before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
        mine = an_export(db, 1, after)
        others = [an_export(db, 1, before), an_export(db, ines, after)]
        assert [row.id for row in exports.list_exports(db, north)] == [mine]
        assert len(exports.list_exports(db, alice)) == 3
        assert {row.who for row in exports.list_schedules(db, north)} == {"Alice"}
        for export in others:
            with pytest.raises(NotFound):
                exports.get_export(db, north, export)


def test_the_role_of_a_client_is_limited_alike(db, north):
    assert queries.count_pces(db, replace(north, role=Role.CLIENT)) == 1
