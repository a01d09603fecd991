"""Drawing rights: the same seed draws the same, nobody is drawn twice, people are told once."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from data.controls import actions, queries
from data.controls.models import Campaign, Control
from data.controls.types import Draw, DrawMethod, Fact, Picked, Stage
from data.notifications.actions import unsubscribe
from data.notifications.messages import write
from data.notifications.queries import list_inbox
from data.notifications.rules.words import title_of
from data.notifications.types import ClaimedNotification, NotificationKind
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightRole, RightState
from jobs import controls as job
from tests.data.controls.proofs import (
    DELAYS,
    NUMBERS,
    OTHER,
    THIRD,
    asked,
    control_of,
    decided,
    facts,
    mails,
    make_rights,
    opened,
    right_of,
    rung,
    sample,
    sent,
)
from tests.data.notifications.told import DESK
from tests.factories import NOW, PCE, make_user

DUE = date(2026, 12, 22)
MANY = [f"0999999992{number:04}" for number in range(40)]


def preview(db, viewer, draw: Draw, **page):
    return actions.preview_campaign(db, viewer, draw, delays=DELAYS, **page)


def drawn(db):
    query = select(AccessRight.number).join(Control, Control.right_id == AccessRight.id)
    return set(db.scalars(query))


def test_a_list_opens_a_control_for_each_right(db, dora, rights):
    campaign = opened(db, dora, Picked(uids=tuple(rights[:1]), numbers=(OTHER, THIRD)))
    assert (campaign.controls, campaign.due_on) == (3, DUE)
    for uid in rights:
        control, right = control_of(db, uid), right_of(db, uid)
        assert (control.state, control.version, control.due_on) == (ProofState.AWAITED, 1, DUE)
        assert (right.state, right.proof_state, right.proof_due) == (
            RightState.ACTIVE,
            ProofState.AWAITED,
            DUE,
        )
        assert facts(db, dora, control.uid) == [Fact.ASKED]


def test_a_campaign_tells_each_person_once(db, dora, rights):
    opened(db, dora, Picked(uids=tuple(rights)))
    [(user, kind, told)] = mails(db)
    assert (user, kind) == (2, NotificationKind.PROOF_ASKED)
    assert (told["due"], told["pces"], told["more"]) == ("2026-12-22", sorted(NUMBERS), 0)
    asked = [control_of(db, uid).uid for uid in rights]
    assert [told["about"][number][2] for number in NUMBERS] == asked  # links to each control


def test_a_campaign_is_one_line_in_the_inbox_of_all_who_may_answer(db, bob, dora, rights):
    eve = make_user(db, organisation_id=2, email="eve@thermia.example").id
    make_user(db, organisation_id=2, email="fay@thermia.example", role=Role.CLIENT)
    opened(db, dora, Picked(uids=tuple(rights)))
    assert [(user, kind, path) for user, kind, path, _params in rung(db)] == [
        (2, NotificationKind.PROOF_ASKED, "/controles"),
        (eve, NotificationKind.PROOF_ASKED, "/controles"),
    ]
    (line,) = list_inbox(db, bob).rows
    assert title_of(line) == ("3 preuves de consentement demandées, jusqu’au 22 déc. 2026 inclus")


def test_one_control_is_linked_from_the_inbox_and_the_mail(db, bob, dora, rights):
    opened(db, dora, Picked(uids=tuple(rights[:1])))
    uid = control_of(db, rights[0]).uid
    ((_user, _kind, path, params),) = rung(db)
    assert path == f"/controles?controle={uid}"
    (line,) = list_inbox(db, bob).rows
    assert (line.pce_number, params["count"]) == (PCE, 1)
    assert "preuve de consentement demandée" in title_of(line)
    ((_user, kind, told),) = mails(db)
    notification = ClaimedNotification(
        1, kind, told, "<m@b.example>", 1, "bob@b.example", "Bob", "fr", NOW
    )
    assert f"/controles?controle={uid}" in write(notification, DESK).text


def test_who_stopped_a_kind_has_it_in_the_inbox_only(db, bob, dora, rights):
    unsubscribe(db, bob, NotificationKind.PROOF_ASKED, reason="", until=None, now=NOW)
    opened(db, dora, Picked(uids=tuple(rights)))
    assert mails(db) == []
    assert [user for user, *_rest in rung(db)] == [2]


def test_who_declared_and_left_is_replaced_by_those_who_may_answer(db, dora, people):
    make_user(db, organisation_id=2, email="eve@thermia.example")
    make_user(db, organisation_id=2, email="fay@thermia.example", role=Role.CLIENT)
    gone = make_user(db, organisation_id=2, email="gus@thermia.example", disabled_at=NOW)
    opened(db, dora, Picked(make_rights(db, [PCE], created_by=gone.id)))
    assert [user for user, _kind, _params in mails(db)] == [2, 5]


def test_an_organisation_of_readers_is_told_all_the_same(db, dora, people):
    make_rights(db, [PCE], created_by=None)
    db.execute(AccessRight.__table__.update().values(organisation_id=3))
    from data.identity.accounts.models import User

    db.execute(User.__table__.update().where(User.id == 3).values(role=Role.CLIENT))
    opened(db, dora, Picked(numbers=(PCE,)))
    assert [user for user, _kind, _params in mails(db)] == [3]


def test_a_preview_writes_nothing_and_tells_what_is_drawn(db, dora, rights):
    seen = preview(db, dora, sample("60"))
    assert (seen.way, seen.eligible, seen.drawn, seen.due_on) == (DrawMethod.SAMPLE, 3, 2, DUE)
    assert seen.third_parties == (("Organisation de bob", 2),)
    assert {one.uid for one in seen.candidates} < set(rights)
    assert {one.holder for one in seen.candidates} == {"Lycée des Tilleuls"}
    assert db.scalar(select(func.count(Control.id))) == 0
    assert mails(db) == []


def test_the_same_seed_and_filter_draw_the_same_rights(db, dora, people):
    make_rights(db, MANY)
    first = preview(db, dora, sample("25"))
    again = preview(db, dora, sample("25"))
    other = preview(db, dora, sample("25", seed=8))
    assert first == again
    assert first.drawn == other.drawn == 10
    assert first.mark != other.mark
    opened(db, dora, sample("25"))
    assert drawn(db) == {one.number for one in first.candidates}


def test_a_right_more_changes_one_drawn_at_most(db, dora, people):
    make_rights(db, MANY[:-1])
    before = {one.number for one in preview(db, dora, sample("20")).candidates}
    make_rights(db, MANY[-1:])
    after = {one.number for one in preview(db, dora, sample("20")).candidates}
    assert len(before) == len(after) == 8
    assert len(before - after) <= 1


def test_a_draw_keeps_to_its_filter(db, dora, people):
    make_rights(db, [PCE], declared_on=date(2026, 1, 5))
    make_rights(db, [OTHER], organisation_id=3, declared_on=date(2026, 6, 5))
    for among, expected in (
        ({}, 2),
        ({"organisation_id": 3}, 1),
        ({"organisation_id": 9}, 0),
        ({"declared_first": date(2026, 1, 6)}, 1),
        ({"declared_last": date(2026, 1, 5)}, 1),
        ({"proofs": (ProofState.ACCEPTED,)}, 0),
        ({"proofs": ()}, 0),
    ):
        assert preview(db, dora, sample("100", **among)).eligible == expected


def test_a_draw_keeps_to_where_the_right_stands(db, dora, people):
    today = dora.today
    (usual,) = make_rights(db, MANY[:1])
    (coming,) = make_rights(db, MANY[1:2], starts_on=today + timedelta(days=1))
    (ending,) = make_rights(db, MANY[2:3], starts_on=None, ends_on=today + timedelta(days=90))
    for stage, found in (
        (None, {usual, coming, ending}),
        (Stage.CURRENT, {usual, ending}),
        (Stage.COMING, {coming}),
        (Stage.ENDING, {ending}),
    ):
        assert {
            one.uid for one in preview(db, dora, sample("100", stage=stage)).candidates
        } == found


def test_only_third_parties_with_rights_are_offered(db, bob, dora, people):
    assert queries.list_third_parties(db, dora) == ()
    make_rights(db, MANY[:1])
    make_rights(db, MANY[1:2], 1, role=RightRole.HOLDER_SUPPLY)
    make_rights(db, MANY[2:3], 3, state=RightState.REVOKED)
    assert queries.list_third_parties(db, dora) == (("2", "Organisation de bob"),)
    with pytest.raises(Forbidden):
        queries.list_third_parties(db, bob)


def test_only_what_somebody_else_allowed_and_is_active_is_drawn(db, dora, people):
    for number, values in zip(
        MANY,
        [
            *({"state": state} for state in RightState if state is not RightState.ACTIVE),
            {"role": RightRole.HOLDER_SUPPLY},
            {"proof_state": ProofState.AWAITED},
            {"proof_state": ProofState.UNDER_CHECK},
            {"proof_state": ProofState.REJECTED},
        ],
        strict=False,
    ):
        uids = make_rights(db, [number], **values)
        seen = preview(db, dora, Picked(uids=tuple(uids)))
        assert (seen.drawn, len(seen.left_out)) == (0, 1)
    assert preview(db, dora, sample("100")).eligible == 0


def test_what_is_named_in_vain_is_told(db, dora, rights):
    asked(db, dora, rights[:1])
    seen = preview(db, dora, Picked((rights[0], "nothing"), (PCE, "0 9999999910002", "GI000000")))
    assert seen.drawn == 1
    assert [one.what for one in seen.left_out] == [rights[0], "nothing", PCE, "GI000000"]
    assert "déjà soumis" in seen.left_out[0].sentence
    assert "introuvable" in seen.left_out[1].sentence


def test_a_proof_that_was_accepted_may_be_asked_again(db, dora, bob, rights):
    (uid,) = asked(db, dora, rights[:1])
    sent(db, bob, [uid])
    decided(db, dora, uid)
    job._apply(db, NOW + timedelta(hours=1))
    assert preview(db, dora, sample("100")).eligible == 2
    both = sample("100", proofs=(None, ProofState.ACCEPTED))
    assert preview(db, dora, both).eligible == 3
    assert opened(db, dora, both).controls == 3
    assert control_of(db, rights[0]).uid != uid


def test_what_changed_since_the_preview_is_looked_at_again(db, dora, rights):
    draw = Picked(uids=tuple(rights))
    seen = preview(db, dora, draw)
    right_of(db, rights[0]).state = RightState.REVOKED
    db.flush()
    with pytest.raises(Conflict, match="aperçu"):
        actions.open_campaign(db, dora, draw, mark=seen.mark, delays=DELAYS, now=NOW)


def test_a_right_has_one_open_control(db, dora, rights):
    draw = Picked(uids=tuple(rights))
    seen = preview(db, dora, draw)
    opened(db, dora, draw)
    with pytest.raises(Invalid):
        actions.open_campaign(db, dora, draw, mark=seen.mark, delays=DELAYS, now=NOW)


def test_a_draw_of_nothing_opens_nothing(db, dora, people):
    seen = preview(db, dora, sample("100"))
    assert (seen.eligible, seen.drawn) == (0, 0)
    with pytest.raises(Invalid, match="aucun droit"):
        actions.open_campaign(db, dora, sample("100"), mark=seen.mark, delays=DELAYS, now=NOW)


def test_a_draw_has_a_limit(db, dora, rights, monkeypatch):
    monkeypatch.setattr("data.controls.actions.campaigns.MOST_DRAWN", 2)
    with pytest.raises(Invalid, match="au plus 2"):
        preview(db, dora, sample("100"))


def test_only_the_distributor_draws(db, alice, bob, rights):
    for viewer in (alice, bob):
        with pytest.raises(Forbidden):
            preview(db, viewer, sample("100"))
        with pytest.raises(Forbidden):
            actions.open_campaign(
                db, viewer, Picked(uids=tuple(rights)), mark="", delays=DELAYS, now=NOW
            )
        with pytest.raises(Forbidden):
            queries.list_campaigns(db, viewer)


def test_a_draw_is_looked_at_page_by_page(db, dora, people, monkeypatch):
    monkeypatch.setattr("data.controls.actions.campaigns.PAGE", 4)
    make_rights(db, MANY)
    draw = sample("25")  # ten of them
    pages = [preview(db, dora, draw, before=before) for before in (0, 4, 8)]
    assert [len(page.candidates) for page in pages] == [4, 4, 2]
    assert len({one.uid for page in pages for one in page.candidates}) == pages[0].drawn == 10
    assert [preview(db, dora, draw, before=odd).before for odd in (-4, 5, 10**9)] == [0, 4, 8]


def test_a_campaign_remembers_how_it_was_drawn_and_how_far_it_is(db, dora, bob, rights):
    opened(db, dora, sample("100", seed=42, organisation_id=2))
    uid = control_of(db, rights[0]).uid
    sent(db, bob, [uid])
    decided(db, dora, uid)
    right_of(db, rights[1]).state = RightState.REVOKED
    db.flush()
    actions.close_ended(db, [control_of(db, rights[1]).id], NOW)
    (row,) = queries.list_campaigns(db, dora)
    assert (row.by, row.way, row.rate, row.seed, row.drawn) == (
        "Dora",
        DrawMethod.SAMPLE,
        "100",
        42,
        3,
    )
    assert (row.states[ProofState.AWAITED], row.states[ProofState.ACCEPTED]) == (1, 1)
    assert (row.closed, row.due_on) == (1, DUE)
    assert sum(row.states.values()) + row.closed == row.drawn
    assert db.scalars(select(Campaign.among)).one()["organisation_id"] == 2


def test_the_delay_is_a_setting(db, dora, rights):
    short = replace(DELAYS, days=1)
    opened(db, dora, Picked(uids=tuple(rights[:1])), delays=short)
    assert control_of(db, rights[0]).due_on == dora.today + timedelta(days=1)


def test_the_rate_is_written_as_it_was_typed(db, dora, rights):
    opened(db, dora, replace(sample(), rate=Decimal("33.50")))
    assert db.scalars(select(Campaign.rate)).one() == "33.50"
