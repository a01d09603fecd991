"""What changed is told once, to who it is about, and to nobody else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, null, select

from core.access import Role
from data.exchange.hooks import actions
from data.exchange.hooks.models import HookDelivery
from data.exchange.hooks.rules import MOST
from data.exchange.hooks.types import Topic
from data.metering.consumption.actions import store
from data.metering.consumption.models import ReadingNews
from data.metering.consumption.types import PeriodKind, PeriodStatement, Quality, Status
from data.metering.pces.models import PceGrant
from data.provenance import FEED
from data.rights.actions import revoke, undo_import
from data.rights.models import AccessRight, RightEventRow, RightImport
from data.rights.types import RightActor, RightState, RightTrigger
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from jobs import controls as controls_job
from jobs import hooks as job
from tests.data.controls.proofs import REJECT, asked, decided, make_rights, sent
from tests.data.exchange.hooks.listeners import KEY, added, deliveries, lines, marks, told
from tests.data.metering.consumption.rows import delivery, on, stated
from tests.data.metering.consumption.test_injections import fed
from tests.data.rights.conftest import asking
from tests.data.rights.test_unwarning import bring
from tests.factories import NOW, PCE, make_grant, make_pce, make_people, make_right
from tests.queue_work import drain

RIGHT = "droits_acces"
OTHER = "09999999910002"


@pytest.fixture
def pce(db, people):
    return make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")


def states(db, viewer):
    return [line["etat_droit_acces"] for line in lines(told(db, viewer, Topic.RIGHTS), RIGHT)]


def test_a_right_is_told_from_its_declaration_to_its_end(db, pce, bob):
    bob = replace(bob, organisation="Organisation de bob")
    added(db, bob)
    uid = asking(db, bob).uid
    (line,) = lines(told(db, bob), RIGHT)
    assert line == {
        "id_droit_acces": uid,
        "id_pce": PCE,
        "role_tiers": "AUTORISE_CONTRAT_FOURNITURE",
        "etat_droit_acces": "A valider",
        "etat_precedent": None,
        "date_changement": "2026-11-24T09:00:00+01:00",
    }
    db.execute(AccessRight.__table__.update().values(state=RightState.ACTIVE))
    db.expire_all()
    revoke(db, bob, [uid], now=NOW)
    second = lines(told(db, bob), RIGHT)[1]
    assert (second["etat_precedent"], second["etat_droit_acces"]) == ("Active", "Révoquée")
    assert marks(db) == 0


def test_nothing_of_a_holder_is_told(db, people, bob):
    added(db, bob)
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    (body,) = told(db, bob)
    text = str(body).lower()
    assert not [word for word in ("tilleul", "alice", "@", "99123") if word in text]


def test_nobody_hears_of_the_rights_of_others(db, people, bob, charlie):
    added(db, charlie)
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    assert told(db, charlie) == []
    assert marks(db) == 0  # nor is anything noted for who has no webhook


@pytest.mark.parametrize("how", ["off", "other topics", "removed"])
def test_a_webhook_that_does_not_listen_hears_nothing(db, people, bob, how):
    topics = (Topic.CONTROLS,) if how == "other topics" else (Topic.RIGHTS,)
    hook = added(db, bob, topics=topics)
    if how == "off":
        actions.turn_off_hook(db, bob, hook.id, NOW)
    if how == "removed":
        actions.remove_hook(db, bob, hook.id, NOW)
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    assert marks(db) == 0
    assert told(db, bob) == []


def test_what_was_marked_before_a_webhook_was_turned_off_is_dropped(db, people, bob):
    hook = added(db, bob)
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    actions.turn_off_hook(db, bob, hook.id, NOW)
    assert marks(db) == 1
    assert told(db, bob) == []
    assert marks(db) == 0


def test_two_webhooks_hear_of_one_event_under_one_number(db, people, bob):
    hooks = [added(db, bob).id, added(db, bob, name="Autre").id]
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    told(db, bob)
    ids = [[row.event_id for row in deliveries(db, hook)] for hook in hooks]
    assert ids[0][1] == ids[1][1]
    assert ids[0][1].startswith("evt_")


def test_moves_of_many_in_one_statement_are_each_told_once(db, people, bob):
    added(db, bob)
    pce, count = make_pce(db, holder_id=1), MOST + 3
    uids = [make_right(db, pce, 2).uid for _ in range(count)]
    ids = list(db.scalars(select(AccessRight.id).order_by(AccessRight.id)))
    moves = [
        {
            "right_id": id_,
            "at": NOW,
            "trigger": RightTrigger.REVOKED,
            "actor": RightActor.THIRD_PARTY,
            "before": RightState.ACTIVE,
            "after": RightState.REVOKED,
        }
        for id_ in ids
    ]
    db.execute(insert(RightEventRow), moves)
    bodies = told(db, bob)
    assert [len(body["data"][RIGHT]) for body in bodies] == [MOST, 3]
    assert [line["id_droit_acces"] for line in lines(bodies, RIGHT)] == uids


def test_a_right_that_is_there_no_more_is_not_told(db, people, bob):
    added(db, bob)
    (uid,) = make_rights(db, [PCE])
    revoke(db, bob, [uid], now=NOW)
    right = db.scalars(select(AccessRight)).one()
    db.delete(right)
    db.flush()
    db.execute(delete(RightEventRow))
    assert told(db, bob) == []


UNDONE = NOW + timedelta(minutes=5)


def undone_import(db, viewer, numbers):
    """Rights that a file declared, told as they are, then taken back with it."""
    owner, count = viewer.organisation_id, len(numbers)
    file = {"file_name": "droits.csv", "stored_name": "", "file_size": 1, "sha256": "0" * 64}
    run = Run(
        organisation_id=owner,
        user_id=viewer.user_id,
        kind=RunKind.RIGHTS,
        state=RunState.DONE,
        created_at=NOW,
        **file,
    )
    db.add(run)
    db.flush()
    kept = {"plan": {}, "header": [], "xlsx": False, "lines": count}
    db.add(RightImport(run_id=run.id, organisation_id=owner, **kept))
    for number in numbers:
        make_pce(db, number, holder_id=1, holder_name="LYCEE DES TILLEULS")
    bring(db, viewer, numbers, run=run.id)
    before = told(db, viewer, Topic.RIGHTS)
    rights = db.scalars(select(AccessRight).where(AccessRight.run_id == run.id))
    rows = [(one.uid, one.number) for one in rights]
    assert undo_import(db, viewer, run.id, now=UNDONE).rights == count
    return before, rows


def test_rights_that_an_undone_import_takes_away_are_told(db, people, bob, charlie):
    bob = replace(bob, organisation="Organisation de bob")
    added(db, bob)
    added(db, charlie)
    before, rows = undone_import(db, bob, [PCE, OTHER])
    gone = lines(told(db, bob, Topic.RIGHTS)[len(before) :], RIGHT)
    assert sorted((one["id_droit_acces"], one["id_pce"]) for one in gone) == sorted(rows)
    assert {one["etat_droit_acces"] for one in gone} == {None}
    was = {one["id_droit_acces"]: one["etat_droit_acces"] for one in lines(before, RIGHT)}
    assert {one["id_droit_acces"]: one["etat_precedent"] for one in gone} == was
    assert gone[0]["role_tiers"] == "AUTORISE_CONTRAT_FOURNITURE"
    assert gone[0]["date_changement"] == "2026-11-24T09:05:00+01:00"
    assert (marks(db), told(db, charlie)) == (0, [])


def test_an_undone_import_is_told_to_who_listens_to_rights_alone(db, people, bob):
    bob = replace(bob, organisation="Organisation de bob")
    added(db, bob, topics=(Topic.CONTROLS, Topic.READINGS))
    undone_import(db, bob, [PCE])
    assert marks(db) == 0


def test_an_event_that_moves_nothing_is_not_told(db, people, bob):
    added(db, bob)
    make_rights(db, [PCE])
    right = db.scalars(select(AccessRight)).one()
    active = RightState.ACTIVE
    db.add(
        RightEventRow(
            right_id=right.id,
            at=NOW,
            trigger=RightTrigger.ACCEPTED,
            actor=RightActor.HOLDER,
            before=active,
            after=active,
        )
    )
    db.flush()
    assert marks(db) == 0


def test_a_control_is_told_as_its_third_party_is(db, database, people, bob, dora):
    added(db, bob, topics=(Topic.CONTROLS,))
    rights = make_rights(db, [PCE])
    (uid,) = asked(db, dora, rights)
    sent(db, bob, [uid])
    decided(db, dora, uid, REJECT)
    found = lines(told(db, bob), "preuves")
    assert [line["statut_controle_preuve"] for line in found] == [
        "Preuve en attente",
        "Preuve en cours de vérification",
    ]  # a decision that may still be undone is not theirs to know
    assert found[0]["id_droit_acces"] == rights[0]
    assert found[0]["id_pce"] == PCE
    assert date.fromisoformat(found[0]["date_limite_transmission_preuve"]) > date(2026, 11, 24)


def test_a_decision_is_told_when_it_takes_effect(database, dora, bob):
    with database.transaction() as db:
        make_people(db)
        added(db, bob)
        (uid,) = asked(db, dora, make_rights(db, [PCE]))
        sent(db, bob, [uid])
        decided(db, dora, uid, REJECT)
    controls_job.apply(database, NOW + timedelta(days=1))
    with database.transaction() as db:
        bodies = told(db, bob)
    assert (
        lines([one for one in bodies if "preuves" in one["data"]], "preuves")[-1][
            "statut_controle_preuve"
        ]
        == "Preuve Vérifiée KO"
    )
    assert [line["etat_droit_acces"] for one in bodies for line in one["data"].get(RIGHT, ())]


def put(db, pce, *days, periods=(), injections=(), as_of=date(2026, 11, 20)):
    told = replace(delivery(*days, periods=list(periods)), injections=tuple(injections))
    store(db, pce.id, told, as_of=as_of, now=NOW, provenance=FEED)


def published(first, last):
    return PeriodStatement(
        kind=PeriodKind.PUBLISHED,
        first_day=on(first),
        last_day=on(last),
        energy_wh=900_000,
        volume_dm3=81_000,
        index_start_dm3=None,
        index_end_dm3=None,
        coefficient_e4=None,
        quality=Quality.MEASURED,
        status=Status.UNKNOWN,
    )


def heard(db, viewer):
    return [
        (line["id_pce"], line["donnees"], line["date_debut"], line["date_fin"])
        for line in lines(told(db, viewer, Topic.READINGS), "pce")
    ]


def span(first, last):
    return on(first).isoformat(), on(last).isoformat()


def test_stored_days_and_published_periods_are_told_to_who_holds_the_pce(db, pce, alice):
    alice = replace(alice, role=Role.ADMINISTRATOR)
    added(db, alice, topics=(Topic.READINGS,))
    put(db, pce, stated(3), stated(4))
    put(db, pce, stated(9), periods=[published(0, 30)])
    assert sorted(heard(db, alice)) == [
        (PCE, "informatives", *span(3, 9)),
        (PCE, "publiees", *span(0, 30)),
    ]


def test_the_same_file_again_tells_nothing(db, pce, alice):
    alice = replace(alice, role=Role.ADMINISTRATOR)
    added(db, alice)
    put(db, pce, stated(3), periods=[published(0, 30)])
    first = heard(db, alice)
    put(db, pce, stated(3), periods=[published(0, 30)])
    assert heard(db, alice) == first


def test_what_is_said_again_later_tells_nothing_and_a_correction_does(db, pce, alice):
    alice = replace(alice, role=Role.ADMINISTRATOR)
    added(db, alice)
    fed_in, later = [fed(on(0), on(30)), fed(on(31), on(58))], date(2026, 11, 21)
    put(db, pce, periods=[published(0, 30)], injections=fed_in)
    first = heard(db, alice)
    assert (PCE, "injections_publiees", *span(0, 58)) in first
    put(db, pce, periods=[published(0, 30)], injections=fed_in, as_of=later)
    assert heard(db, alice) == first
    put(db, pce, injections=[replace(fed_in[1], energy_wh=5)], as_of=date(2026, 11, 22))
    assert heard(db, alice)[len(first) :] == [(PCE, "injections_publiees", *span(31, 58))]


@pytest.mark.parametrize(
    ("right", "days"),
    [
        ({}, None),  # of supply: all of consumption, and nothing of this
        (
            {
                "first_day": date.max,
                "last_day": date.min,
                "injection_first_day": null(),
                "injection_last_day": null(),
            },
            (0, 30),
        ),
        ({"injection_first_day": on(2), "injection_last_day": null()}, None),
        ({"injection_first_day": on(10), "injection_last_day": on(20)}, None),
        (
            {
                "injection_first_day": null(),
                "injection_last_day": null(),
                "holes": f"i{on(20)}/{on(30)}",
            },
            None,  # a period is read whole or not at all
        ),
    ],
)
def test_injections_are_told_to_who_may_read_them_alone(db, pce, bob, charlie, right, days):
    added(db, bob)
    added(db, charlie)
    make_grant(db, pce, 2, **right)
    put(db, pce, injections=[fed(on(0), on(30))])
    found = [(PCE, "injections_publiees", *span(*days))] if days else []
    assert heard(db, bob) == found
    assert heard(db, charlie) == []


def test_a_third_party_hears_of_the_days_of_its_grant_alone(db, pce, bob, charlie):
    added(db, bob)
    added(db, charlie)
    make_grant(db, pce, 2, first_day=on(4), last_day=on(5))
    put(db, pce, *(stated(n) for n in range(10)), periods=[published(0, 30)])
    assert heard(db, bob) == [(PCE, "informatives", *span(4, 5))]
    assert heard(db, charlie) == []


def test_of_periods_that_changed_those_that_it_may_read_are_told(db, pce, bob):
    added(db, bob)
    days = {"first": on(10), "last": on(45)}
    make_grant(
        db, pce, 2, first_day=date.max, last_day=date.min,
        **{f"{sort}_{end}_day": day for sort in ("published", "injection")
           for end, day in days.items()},
    )  # fmt: skip
    for kind, of, word in (
        ("periods", published, "publiees"),
        ("injections", lambda *ends: fed(*map(on, ends)), "injections_publiees"),
    ):
        before = len(heard(db, bob))
        put(db, pce, **{kind: [of(0, 9), of(10, 20), of(46, 60)]})
        assert heard(db, bob)[before:] == [(PCE, word, *span(10, 20))]
        later = [replace(one, energy_wh=5) for one in (of(0, 9), of(46, 60))]
        put(db, pce, **{kind: later}, as_of=date(2026, 11, 21))
        assert len(heard(db, bob)) == before + 1  # on both sides, and nothing in between
        put(db, pce, **{kind: [of(5, 9), of(21, 30), of(31, 45), of(40, 60)]},
            as_of=date(2026, 11, 22))  # fmt: skip
        assert heard(db, bob)[before + 1 :] == [(PCE, word, *span(21, 45))]


def test_injected_gas_that_is_too_old_to_be_given_is_not_told(db, pce, alice):
    alice = replace(alice, role=Role.ADMINISTRATOR)
    added(db, alice)
    put(db, pce, injections=[fed(date(2021, 11, 23), date(2021, 12, 22))])
    assert heard(db, alice) == []
    put(db, pce, injections=[fed(date(2021, 11, 24), date(2021, 12, 22))])
    assert [line[2] for line in heard(db, alice)] == ["2021-11-24"]


def test_once_its_grant_has_ended_it_hears_of_nothing(db, pce, bob):
    added(db, bob)
    grant = make_grant(db, pce, 2)
    put(db, pce, stated(3))
    db.execute(PceGrant.__table__.update().values(valid_to=date(2026, 11, 23)))
    db.expire_all()
    assert heard(db, bob) == []
    assert grant.pce_id == pce.id
    assert db.scalars(select(ReadingNews.pce_id)).all() == []


def test_what_nobody_listens_to_is_not_kept(db, pce, bob):
    added(db, bob, topics=(Topic.RIGHTS,))
    put(db, pce, stated(3))
    assert db.scalars(select(ReadingNews.pce_id)).all() == [pce.id]
    assert actions.queue_data_events(db, NOW) == 0
    assert db.scalars(select(ReadingNews.pce_id)).all() == []


def test_a_fleet_is_told_by_blocks_each_pce_once(db, people, alice):
    alice = replace(alice, role=Role.ADMINISTRATOR)
    added(db, alice)
    pces = [
        make_pce(db, f"{9_999_900_000_000 + n:014d}", holder_id=1) for n in range(MOST // 2 + 2)
    ]
    news = [
        {"pce_id": pce.id, "sort": "days", "first_day": on(1), "last_day": on(2)} for pce in pces
    ]
    db.execute(ReadingNews.__table__.insert(), news)
    found = heard(db, alice)
    assert [number for number, *_ in found] == [pce.number for pce in pces]
    rows = db.scalars(select(HookDelivery.count).where(HookDelivery.topic == Topic.READINGS))
    assert sorted(rows) == [2, MOST // 2]


def test_the_job_makes_deliveries_of_all_there_is(database, bob):
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db)
        make_grant(db, pce, 2)
        added(db, bob)
        put(db, pce, stated(3))
    assert job.announce(database, NOW) == 1
    assert job.announce(database, NOW) == 0
    taken = []
    drain(database, job.webhook_handler(KEY, lambda parcel, _at: taken.append(parcel)))
    assert len(taken) == 2
