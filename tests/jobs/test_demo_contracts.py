"""The contracts of the demo are real: sealed by both sides, amended, and they prove themselves."""

from datetime import UTC, datetime

from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from data.contracts import actions, queries
from data.contracts.files.amendment import amend
from data.contracts.files.evidence import check_evidence, evidence
from data.contracts.files.keys import KeySource, seal_key
from data.contracts.files.verification import check
from data.contracts.types import Amendment, ContractState, Party, StoredPdf
from data.controls.files.storage import Folder, digest_of
from data.identity.accounts.models import Organisation
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from jobs.demo.contracts import SIGNERS, SealingDesk, _person, _Signing, add_contracts
from jobs.demo.people import EMPTY, ORGANISATIONS, create_people
from jobs.demo.plan import DemoPlan
from jobs.demo.sites import Owner
from tests.web import fresh_database


def test_each_is_signed_once_and_one_organisation_has_none(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    now = datetime.now(UTC)
    plan = DemoPlan(1, 1, 7, now.date(), "un mot de passe", "Réseau Gaz")
    key = seal_key(tmp_path / "seal", "Réseau Gaz", KeySource(), now=now)
    desk = SealingDesk(Folder(tmp_path / "contracts"), key)
    with database.transaction() as db:
        create_people(db, plan.password, plan.operator, now)
    assert add_contracts(database, plan, now, desk) == len(SIGNERS)
    assert add_contracts(database, plan, now, desk) == 0
    staff = Viewer(1, 1, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, now.date())
    with database.reading() as db:
        page = queries.list_contracts(db, staff)
        assert {row.state for row in page.rows} == {ContractState.ACTIVE}
        for row in page.rows:
            text = queries.find_contract(db, staff, row.uid).current
            checked = check(desk.storage.get(text.storage_key), key.anchors)
            assert checked.valid
            assert checked.sha256 == text.sha256
        without = {name for _id, name in queries.list_uncontracted(db, staff)}
        assert without == {ORGANISATIONS[EMPTY][0]}
        untils = db.scalars(select(Organisation.contracted_until).order_by(Organisation.id))
        assert sum(until is None for until in untils) == 2  # the distributor, and that one
        waiting = (
            Notification.kind == NotificationKind.SIGNING_CODE,
            Notification.state != MessageDelivery.SENT,
        )
        assert not db.scalars(select(Notification.id).where(*waiting)).all()
    database.close()


def test_an_amended_one_still_proves_itself(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    now = datetime.now(UTC)
    plan = DemoPlan(1, 1, 7, now.date(), "un mot de passe", "Réseau Gaz")
    key = seal_key(tmp_path / "seal", "Réseau Gaz", KeySource(), now=now)
    desk = SealingDesk(Folder(tmp_path / "contracts"), key)
    with database.transaction() as db:
        create_people(db, plan.password, plan.operator, now)
    add_contracts(database, plan, now, desk)
    with database.transaction() as db:
        signer = SIGNERS[Owner.INDUSTRY]
        people = _person(db, signer.email, plan), _person(db, "martin@reseau.example", plan)
        uid = queries.find_current(db, people[0])
        base = actions.amendment_base(db, people[1], uid)
        amendment = Amendment(base.number, "Usages", "Un usage est ajouté.", now.date())
        content = amend(desk.storage.get(base.storage_key), amendment)
        stored = StoredPdf(desk.storage.put_object(content), digest_of(content))
        version = queries.find_contract(db, people[1], uid).row.version
        actions.amend(
            *(db, people[1], uid, amendment, stored), base=base.sha256, version=version, now=now
        )
        play = _Signing(db, desk, signer, people, now=now)
        play._sign(uid, people[0], Party.CLIENT)
        play._sign(uid, people[1], Party.OPERATOR)
        text = queries.find_contract(db, people[1], uid).current
        content = desk.storage.get(text.storage_key)
    assert check(content, key.anchors).valid
    assert len(check(content, key.anchors).seals) == 4
    packed = evidence(content, text.paper.number, text.signatures[0].signing, key)
    assert check_evidence(packed, key.anchors) == ()
    database.close()
