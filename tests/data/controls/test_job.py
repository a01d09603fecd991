"""The clock: decisions take effect, deadlines fall due, once each, whatever was missed."""

from datetime import date, datetime, timedelta
from itertools import chain

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select

from core.errors import Conflict
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.models import Control, Deposit
from data.controls.types import Fact, Motive, ProofDelays
from data.identity.accounts.models import User
from data.metering.pces.models import PceGrant
from data.notifications.channels import create_mail_transport
from data.notifications.messages import MessageSender
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.actions import revoke, undo
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight
from data.rights.types import EndSource, ProofState, RightState
from jobs import controls as job
from jobs.commands import console
from jobs.notifications import NotificationWays
from tests.data.controls.proofs import (
    AGAIN,
    DELAYS,
    NUMBERS,
    REJECT,
    asked,
    decided,
    detail,
    facts,
    mails,
    make_rights,
    piece,
    right_of,
    row,
    sent,
    verified,
)
from tests.factories import NOW, PCE, make_people
from tests.queue_work import send_messages

DUE = date(2026, 12, 22)  # of what is asked for on 24 November
OVER = date(2026, 12, 31)  # five working days later, Christmas apart: 30 December is the last


class Stage:
    """Three controls, committed; each act is a transaction of its own."""

    def __init__(self, database, bob, dora):
        self.database, self.bob, self.dora = database, bob, dora
        with database.transaction() as db:
            make_people(db)
            self.rights = make_rights(db)
            self.controls = asked(db, dora, self.rights)
            keep_grants(db, [tuple(one) for one in db.execute(
                select(AccessRight.pce_id, AccessRight.organisation_id))])  # fmt: skip

    def do(self, act, *args, **values):
        with self.database.transaction() as db:
            return act(db, *args, **values)

    def night(self, day, delays=DELAYS):
        return job.settle(self.database, at(day), delays)

    def states(self):
        return [self.do(row, self.dora, uid).state for uid in self.controls]

    def rights_states(self):
        return [self.do(right_of, uid).state for uid in self.rights]

    def told(self, kind):
        found = self.do(mails)
        return [params for _user, one, params in found if one is kind]


def at(day, hour=6, minute=30):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


@pytest.fixture
def stage(database, bob, dora):
    return Stage(database, bob, dora)


def test_a_quiet_night_changes_nothing(stage):
    assert stage.night(date(2026, 11, 25)) == {}
    assert stage.states() == [ProofState.AWAITED] * 3


def test_deadlines_are_recalled_ten_days_three_days_and_the_day_before_them(stage):
    stage.do(sent, stage.bob, stage.controls[:1])
    found = {}
    day = date(2026, 11, 25)
    while day <= OVER - timedelta(days=1):
        done = stage.night(day)
        if done:
            found[day] = done
        assert stage.night(day) == {}
        day += timedelta(days=1)
    assert found == {DUE - timedelta(days=days): {"reminded": 2} for days in (10, 3, 0)}
    told = stage.told(NotificationKind.PROOF_DUE)
    assert [params["pces"] for params in told] == [list(NUMBERS[1:])] * 3
    assert stage.do(facts, stage.dora, stage.controls[1]) == [Fact.ASKED, *[Fact.REMINDED] * 3]


def test_a_missed_reminder_gives_way_to_the_next(stage):
    assert stage.night(DUE - timedelta(days=2)) == {"reminded": 3}
    assert stage.night(DUE) == {"reminded": 3}
    assert len(stage.told(NotificationKind.PROOF_DUE)) == 2


def test_nothing_sent_is_a_refusal_once_the_grace_is_over(stage):
    stage.do(sent, stage.bob, stage.controls[:1])
    stage.do(actions.stage, stage.bob, stage.controls[1:2], [piece()], now=NOW)
    stage.night(DUE)
    assert stage.night(OVER - timedelta(days=1)) == {}
    assert stage.rights_states() == [RightState.ACTIVE] * 3
    assert stage.night(OVER) == {"late": 2}
    assert stage.night(OVER) == {}
    assert stage.states() == [ProofState.UNDER_CHECK, *[ProofState.REJECTED] * 2]
    assert stage.rights_states() == [RightState.ACTIVE, *[RightState.OBSOLETE] * 2]
    right = stage.do(right_of, stage.rights[1])
    assert (right.source, right.proof_state) == (EndSource.PROOF, ProofState.REJECTED)
    (told,) = stage.told(NotificationKind.PROOF_DECIDED)
    assert told["pces"] == list(NUMBERS[1:])
    assert stage.do(row, stage.bob, stage.controls[1]).motive is Motive.NOTHING_SENT
    shown = stage.do(detail, stage.bob, stage.controls[1])
    assert (shown.staged, shown.decisions[0].by) == (None, "")
    with stage.database.reading() as db:
        assert db.scalar(select(func.count(Deposit.id))) == 1
        assert len(db.scalars(select(PceGrant)).all()) == 1  # data are gone with the right
    assert stage.do(facts, stage.dora, stage.controls[1])[-1] is Fact.LATE
    with pytest.raises(Conflict):
        stage.do(actions.undo, stage.dora, stage.controls[1:2], now=at(OVER))


def test_a_proof_sent_within_the_grace_is_checked(stage):
    stage.night(DUE + timedelta(days=1))
    stage.do(sent, stage.bob, stage.controls, now=at(OVER - timedelta(days=1)))
    assert stage.night(OVER) == {}
    assert stage.states() == [ProofState.UNDER_CHECK] * 3


def test_a_piece_asked_for_again_has_its_own_deadline_and_reminders(stage):
    first = stage.controls[:1]
    stage.do(sent, stage.bob, first)
    stage.do(decided, stage.dora, first[0], AGAIN, now=at(date(2026, 12, 21), 10))
    job.apply(stage.database, at(date(2026, 12, 21), 11))
    assert stage.night(OVER)["late"] == 2
    assert stage.night(date(2027, 1, 6)) == {"reminded": 1}  # asked ten days before: no D-10
    assert stage.night(date(2027, 1, 13)) == {}
    assert stage.night(date(2027, 1, 14)) == {"late": 1}


def test_a_right_that_ends_otherwise_closes_its_control(stage):
    stage.do(actions.stage, stage.bob, stage.controls[:1], [piece()], now=NOW)
    stage.do(sent, stage.bob, stage.controls[1:2])
    for right in stage.rights[:2]:
        stage.do(revoke, stage.bob, [right], now=NOW)
    assert stage.night(date(2026, 11, 25)) == {"closed": 2}
    assert stage.night(date(2026, 11, 25)) == {}
    for uid, right in zip(stage.controls[:2], stage.rights, strict=False):
        shown = stage.do(detail, stage.bob, uid)
        assert shown.row.closed_at == at(date(2026, 11, 25))
        assert (shown.row.urgency, shown.can_deposit, shown.staged) == (None, False, None)
        assert not stage.do(detail, stage.dora, uid).can_decide
        assert stage.do(right_of, right).proof_state is None
    totals = stage.do(queries.get_control_totals, stage.dora)
    assert (totals.open, totals.closed, totals.states[ProofState.UNDER_CHECK]) == (1, 2, 0)
    assert "late" in stage.night(OVER)
    assert stage.states()[:2] == [ProofState.AWAITED, ProofState.UNDER_CHECK]


def test_within_a_minute_no_control_is_left_of_a_right_that_ended(stage, monkeypatch):
    monkeypatch.setattr(job, "BLOCK", 1)
    for right in stage.rights[:2]:
        stage.do(revoke, stage.bob, [right], now=NOW)
    assert job.close(stage.database, NOW) == 2
    assert job.close(stage.database, NOW) == 0
    assert stage.do(queries.get_control_totals, stage.dora).open == 1


def test_a_refusal_of_a_right_that_ended_meanwhile_has_nothing_to_end(stage):
    stage.do(sent, stage.bob, stage.controls[:1])
    stage.do(decided, stage.dora, stage.controls[0], REJECT)
    stage.do(revoke, stage.bob, stage.rights[:1], now=NOW)
    assert job.apply(stage.database, NOW + timedelta(minutes=10)) == 1
    assert stage.rights_states()[0] is RightState.REVOKED


def test_a_decision_has_its_effects_once(stage):
    stage.do(sent, stage.bob, stage.controls)
    for uid in stage.controls:
        stage.do(decided, stage.dora, uid, REJECT)
    assert job.apply(stage.database, NOW) == 0
    assert job.apply(stage.database, NOW + timedelta(minutes=10)) == 3
    assert job.apply(stage.database, NOW + timedelta(minutes=11)) == 0
    assert len(stage.told(NotificationKind.PROOF_DECIDED)) == 1
    with stage.database.reading() as db:
        assert db.scalars(select(PceGrant)).all() == []


@pytest.mark.parametrize("died_at", range(12))
@pytest.mark.sampled
def test_killed_at_any_line_the_next_call_does_the_rest_and_nothing_twice(
    stage, died_at, monkeypatch
):
    """Each block is a transaction: it dies at its n-th statement, here, then is called again."""
    stage.do(sent, stage.bob, stage.controls[:1])
    stage.do(decided, stage.dora, stage.controls[0], REJECT)
    monkeypatch.setattr(job, "BLOCK", 1)
    with pytest.raises(Killed), killed(stage.database, died_at):
        everything(stage)
    everything(stage)
    assert stage.states() == [ProofState.REJECTED] * 3
    assert stage.rights_states() == [RightState.OBSOLETE] * 3
    decided_on = [params["pces"] for params in stage.told(NotificationKind.PROOF_DECIDED)]
    assert sorted(chain.from_iterable(decided_on)) == sorted(NUMBERS)
    recalled = [params["pces"] for params in stage.told(NotificationKind.PROOF_DUE)]
    assert sorted(chain.from_iterable(recalled)) == sorted(NUMBERS[1:])
    assert verified(stage.database).broken == ()


def everything(stage):
    job.apply(stage.database, NOW + timedelta(minutes=10))
    stage.night(DUE)
    stage.night(OVER)


class Killed(BaseException):
    """As a kill is: nothing catches it."""


class killed:  # noqa: N801 (a context)
    """Dies at the n-th group of writes from now on."""

    def __init__(self, database, count):
        self.engine, self.left = database.engine, count * 7

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.counted)

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self.counted)

    def counted(self, *_args):
        self.left -= 1
        if self.left < 0:
            raise Killed


def test_mails_say_it_in_the_reader_s_language(stage, tmp_path):
    with stage.database.transaction() as db:
        db.query(User).filter_by(id=2).update({"language": "en"})
    stage.do(sent, stage.bob, stage.controls[:1])
    stage.do(decided, stage.dora, stage.controls[0], AGAIN)
    job.apply(stage.database, NOW + timedelta(minutes=10))
    said = [" ".join(text.split()) for text in _posted(stage.database, tmp_path)]
    assert any(
        "Send their proof by 22 Dec 2026 inclusive:" in text and PCE in text for text in said
    )
    asks = [text for text in said if "requests another document, by 22 Dec 2026 inclusive:" in text]
    assert len(asks) == 1
    assert "Reason: The signature or stamp is missing." in asks[0]
    assert "Le cachet manque." in asks[0]
    assert "/controles" in asks[0]


def _posted(database, folder):
    mails_sent = []
    ways = NotificationWays(
        MessageSender("Réseau Gaz", "https://portal.example", "secret"),
        lambda mail, _now: mails_sent.append(mail.text),
        b"k" * 32,
    )
    assert create_mail_transport("", "a@b.example", folder)
    send_messages(database, ways, NOW + timedelta(hours=1))
    return mails_sent


def test_an_import_whose_rights_are_controlled_is_not_undone(database, bob, dora):
    with database.transaction() as db:
        make_people(db)
        rights = make_rights(db, [PCE], run_id=9)
        asked(db, dora, rights)
        with pytest.raises(Conflict, match="en contrôle"):
            undo(db, bob, 9, now=NOW)


def test_the_clock_has_the_jobs_of_controls(stage, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATABASE_URL", stage.database.url.render_as_string(False))
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    for name, said in (
        ("settle_controls", "{'late': 3}"),
        ("apply_decisions", "0"),
        ("close_controls", "0"),
        ("verify_controls", "Verified"),
    ):
        told = CliRunner().invoke(console, ["run", name, "--at", "2027-03-01T06:30:00+01:00"])
        assert told.exit_code == 0
        assert said in told.output


def test_the_grace_is_a_setting(stage):
    none = ProofDelays(grace=0)
    assert stage.night(DUE, none) == {"reminded": 3}
    assert stage.night(DUE + timedelta(days=1), none) == {"late": 3}


def test_what_changed_since_it_was_listed_is_left(stage):
    """What the job was given may be over when it gets there."""
    stage.do(sent, stage.bob, stage.controls)
    with stage.database.reading() as db:
        ids = list(db.scalars(select(Control.id)))
    assert stage.do(actions.reject_late, ids, OVER, delays=DELAYS, now=at(OVER)) == 0
    assert stage.do(actions.remind, dict.fromkeys(ids, 0), DUE, now=at(DUE)) == 0
    assert stage.do(actions.close_ended, ids, at(OVER)) == 0
    with stage.database.reading() as db:
        kinds = set(db.scalars(select(Notification.kind)))
    assert kinds == {NotificationKind.PROOF_ASKED}
