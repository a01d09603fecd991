"""What the distributor sets on screen holds for the clock too, from its next turn on."""

import email
from dataclasses import replace
from datetime import date, timedelta
from email import policy

import pytest
from sqlalchemy import select

from core.settings import Settings
from data.controls.rules.deadlines import delays_of as proof_delays_of
from data.exports import actions as exports
from data.exports.models import Export
from data.exports.types import Content, ExportLimits, ExportSpec, FileKind
from data.identity.settings.models import Setting
from data.rights.actions import declare
from data.rights.models import AccessRight
from data.rights.rules.pending import delays_of
from jobs.commands.portal import CommandPortal
from jobs.commands.worker import handlers_of
from tests.data.exports.made import make_fleet
from tests.data.rights.declarations import GOOD
from tests.factories import NOW, make_pce, make_people, make_setting
from tests.queue_work import drain


@pytest.fixture
def portal(database, tmp_path):
    portal = CommandPortal(Settings(var=tmp_path, secret_key="k" * 48, export_days=3), lambda: "")
    portal._opened.append(database)
    return portal


def set_(database, **values):
    with database.transaction() as db:
        for key, value in values.items():
            make_setting(db, key, value)


def test_the_clock_reads_the_settings_each_time_it_turns(database, portal, alice):
    with database.transaction() as db:
        make_fleet(db)
    wanted = ExportSpec(
        Content.MONTHLY, FileKind.CSV, first=date(2026, 1, 1), last=date(2026, 12, 31)
    )
    handlers, kept = handlers_of(portal), []
    for days in (None, "30"):
        with database.transaction() as db:
            exports.ask(db, alice, wanted, limits=ExportLimits(), now=NOW)
        if days:
            set_(database, export_days=days)
        drain(database, *handlers.values())
        with database.reading() as db:
            row = db.scalars(select(Export).order_by(Export.id.desc())).first()
            kept.append(row.kept_until - row.finished_at)
    assert kept == [timedelta(days=3), timedelta(days=30)]


def test_mails_leave_in_the_words_of_the_moment(database, portal, bob):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        declare(db, bob, GOOD, delays=delays_of(portal.values), now=NOW)
    handlers = handlers_of(portal)
    set_(database, operator="Gaz d’Ici", **{"mail.consent.fr": "Vos données vous appartiennent."})
    assert drain(database, *handlers.values(), now=NOW + timedelta(minutes=15)) == 1
    (path,) = (portal.settings.var / "mail").rglob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["Subject"].startswith("Gaz d’Ici – ")
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("Bonjour,\n\nVos données vous appartiennent.\n\n")


def test_a_changed_delay_dates_the_declarations_to_come_and_leaves_the_others(
    database, portal, bob
):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        make_pce(db, "09999999910108", holder_id=1, holder_name="LYCEE DES TILLEULS")
        first = declare(db, bob, GOOD, delays=delays_of(portal.values), now=NOW)
    set_(database, answer_days="45")
    with database.transaction() as db:
        other = replace(GOOD, id_pce="09999999910108")
        second = declare(db, bob, other, delays=delays_of(portal.values), now=NOW)
    assert not first.problems + second.problems
    with database.reading() as db:
        due = dict(db.execute(select(AccessRight.uid, AccessRight.answer_due)).all())
    assert (due[first.uid], due[second.uid]) == (date(2026, 12, 24), date(2027, 1, 8))


def test_every_delay_of_proofs_is_the_one_in_force(database, portal):
    with database.transaction() as db:
        make_people(db)
    typed = {"proof_days": 8, "proof_again_days": 4, "proof_grace_days": 2}
    set_(database, proof_undo_minutes="0", **{name: str(days) for name, days in typed.items()})
    found = proof_delays_of(portal.values)
    assert (found.days, found.resubmission_days, found.grace, found.undo_minutes) == (8, 4, 2, 0)
    with database.transaction() as db:
        db.get_one(Setting, "proof_days").value = None
    assert proof_delays_of(portal.values).days == 20
