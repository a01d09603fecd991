"""The cockpit: queue, control opened, points answered, decisions, undoing, giving, campaigns."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from sqlalchemy import select

from callbacks import controls_campaign, controls_cockpit, controls_decisions
from components.controls.campaign_parser import ERRORS
from components.controls.staff_ids import Ids
from core.access import OrganisationKind, Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.controls import actions, queries
from data.controls.models import Campaign, Control
from data.controls.types import ChecklistPoint, ControlVerdict, DrawMethod, Motive
from data.identity.accounts.models import User
from data.rights.types import ProofState
from pages.controls import PAGE
from tests.components.kit.trees import every, text_of, with_id
from tests.data.controls.proofs import OTHER, THIRD, asked, detail, make_rights, piece, row, sent
from tests.factories import NOW, PCE, make_pce, make_people, make_right, make_user
from tests.web import Web, request_of

BAD_RATES = ("", "0", "101", "-5", "abc", "1e3", "NaN", "beaucoup", "5 5 %%")
TOO_MANY = "\n".join(f"{number:014}" for number in range(5001))
USUAL = {"q": "", "state": "under_check", "owner": "all", "org": "all", "sort": "due_on"}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
    return Web(database, tmp_path)


@pytest.fixture
def controls(act, bob, dora):
    """Three controls: a proof came for the first two."""
    with act() as db:
        uids = asked(db, dora, make_rights(db, site="Gymnase Nord"))
        for uid in uids[:2]:
            sent(db, bob, [uid])
    return uids


def page_of(db, viewer, **query):
    return PAGE.layout(request_of(db, viewer), **query)


def queue(db, viewer, more=None, opened=None, **fields):
    return controls_cockpit.show_queue(
        fields=USUAL | fields, more=more, opened=opened, request=request_of(db, viewer)
    )


def lines(part):
    """The uids of the lines of a queue."""
    return [one.to_plotly_json()["props"]["data-uid"] for one in every(part) if _is_line(one)]


def _is_line(one):
    return getattr(one, "className", "") == "desk-line"


def decide(db, viewer, uids, verdict=ControlVerdict.ACCEPT, **more):
    seen = {uid: row(db, viewer, uid).version for uid in uids}
    decided = {"seen": seen, "verdict": verdict.value, "motive": "", "text": "", "n": 1}
    decided |= {"verified": True} | more
    return controls_decisions.decide(
        decided=decided, fields=USUAL, more=None, request=request_of(db, viewer)
    )


def test_the_page_opens_on_the_most_pressing_proof(act, controls, dora):
    with act() as db:
        drawn = page_of(db, dora)
        words = text_of(drawn)
        assert lines(with_id(drawn, Ids.QUEUE)) == controls[:2]
        assert "3 PCE soumis à contrôle, dont 3 contrôles en cours\u00a0: 2 à vérifier" in words
        assert "1 attendu du client" in words
        assert "autorisation.pdf" in text_of(with_id(drawn, Ids.PIECE))
        assert "Valider la preuve" in text_of(with_id(drawn, Ids.CHECK))
        assert with_id(drawn, Ids.OPENED).data["uid"] == controls[0]


def test_the_address_opens_a_control_that_is_not_in_the_queue(act, controls, dora):
    with act() as db:
        drawn = page_of(db, dora, controle=controls[2])
        assert "Aucune pièce transmise" in text_of(with_id(drawn, Ids.PIECE))
        assert "Valider la preuve" not in text_of(with_id(drawn, Ids.CHECK))
        gone = page_of(db, dora, controle="00000000-0000-4000-8000-000000000000")
        assert "Aucun contrôle ouvert" in text_of(with_id(gone, Ids.PIECE))


def test_an_empty_queue_says_so_and_what_to_do(act, dora):
    with act() as db:
        words = text_of(page_of(db, dora))
    assert "Rien à vérifier" in words
    assert "Tirer un échantillon" in words


def test_the_queue_follows_its_filters_and_the_address_too(act, controls, dora):
    with act() as db:
        found = queue(db, dora, state="awaited", opened={"uid": controls[0]})
        assert lines(found["queue"]) == [controls[2]]
        assert found["address"] == f"?state=awaited&controle={controls[0]}"
        assert [one["label"] for one in found["states"]] == [
            "À vérifier (2)", "Attendues du client (1)", "Vérifiées OK (0)", "Vérifiées KO (0)",
        ]  # fmt: skip
        assert "Exporter 1 ligne" in text_of(found["export"])
        assert lines(queue(db, dora, q=OTHER)["queue"]) == [controls[1]]
        assert lines(queue(db, dora, owner="me")["queue"]) == []
        nothing = queue(db, dora, q="zzzz")
        assert "Aucun contrôle ne correspond" in text_of(nothing["queue"])


def test_the_file_that_is_exported_has_the_filters_of_the_queue(act, controls, dora, web):
    with act() as db:
        found = queue(db, dora, q=OTHER, owner="me", sort="owner")
        assert text_of(found["export"]) == "Exporter 0 ligne"
        actions.assign(db, dora, controls, dora.user_id, now=NOW)
        found = queue(db, dora, q=OTHER, owner="me", sort="owner")
        address = next(one.href for one in every(found["export"]) if hasattr(one, "href"))
    assert address == (
        f"/controles/export?q={OTHER}&state=under_check&owner={dora.user_id}&sort=owner&format=xlsx"
    )
    assert web.browser(dora.user_id).get(address).status_code == 200


def test_a_long_queue_is_shown_fifty_at_a_time(act, bob, dora):
    with act() as db:
        numbers = [f"0999999991{number:04}" for number in range(120)]
        uids = asked(db, dora, make_rights(db, numbers))
        sent(db, bob, uids)
        first = queue(db, dora)["queue"]
        assert len(lines(first)) == 50
        assert "Voir la suite, 70 de plus" in text_of(first)
        assert len(lines(queue(db, dora, more={"limit": 200})["queue"])) == 120
        assert len(lines(queue(db, dora, more={"limit": "many"})["queue"])) == 50


def test_a_control_that_is_opened_shows_its_piece_and_what_it_must_say(act, controls, dora):
    with act() as db:
        found = controls_cockpit.show_control(
            opened={"uid": controls[1]}, fields=USUAL, request=request_of(db, dora)
        )
        assert OTHER in text_of(found["piece"])
        assert "Lycée des Tilleuls au contrat" in text_of(found["check"])
        assert found["address"] == f"?controle={controls[1]}"
        none = controls_cockpit.show_control(
            opened=None, fields=USUAL, request=request_of(db, dora)
        )
        assert "Aucun contrôle ouvert" in text_of(none["piece"])
        with pytest.raises(NotFound):
            controls_cockpit.show_control(
                opened={"uid": "x"}, fields=USUAL, request=request_of(db, dora)
            )


def test_a_thread_is_read_once_it_was_shown(act, bob, controls, dora):
    with act() as db:
        actions.write_message(db, bob, controls[0], "La signature est page 2.", now=NOW)
        assert row(db, dora, controls[0]).unread == 1
        controls_cockpit.read_thread({"uid": controls[0]}, request=request_of(db, dora))
        assert row(db, dora, controls[0]).unread == 0
        with pytest.raises(PreventUpdate):
            controls_cockpit.read_thread(None, request=request_of(db, dora))


def waits(part):
    (found,) = [
        facts["data-waits"]
        for one in every(part)
        if "data-waits" in (facts := one.to_plotly_json()["props"])
    ]
    return found


def test_what_the_menu_counts_follows_a_decision(act, controls, dora):
    """The same number as the frame draws."""
    with act() as db:
        assert waits(page_of(db, dora)) == "2" == str(queries.count_to_do(db, dora))
        found = decide(db, dora, controls[:1])
        assert waits(found["totals"]) == "1" == str(queries.count_to_do(db, dora))


def test_what_is_done_to_the_lines_chosen_comes_before_them_for_the_keyboard(act, controls, dora):
    with act() as db:
        drawn = with_id(page_of(db, dora), Ids.QUEUE)
    order = [getattr(one, "className", "") for one in every(drawn)]
    assert order.index("desk-many") < order.index("desk-lines")


def test_the_size_beside_a_piece_is_its_own(act, bob, controls, dora):
    with act() as db:
        sent(db, bob, controls[:1], piece("a.pdf", size=1000), piece("b.pdf", size=3000))
        drawn = page_of(db, dora, controle=controls[0])
    (told,) = [one for one in every(drawn) if getattr(one, "className", "") == "desk-told"]
    assert text_of(told).startswith("1\u00a0ko · déposé le ")
    known = json.loads(with_id(drawn, Ids.PAGES).to_plotly_json()["props"]["data-pieces"])
    assert [one["size"] for one in known[:2]] == ["1\u00a0ko", "3\u00a0ko"]


def shown(db, viewer, uid):
    """What the page sends back of the control that it shows."""
    return {"uid": uid, "deposit": detail(db, viewer, uid).deposits[0].uid}


def test_what_is_written_is_shown_without_opening_the_piece_again(act, controls, dora):
    with act() as db:
        seen = shown(db, dora, controls[0])
        actions.write_message(db, dora, controls[0], "Et la page 2 ?", now=NOW)
        told = controls_cockpit.show_written(written=seen, request=request_of(db, dora))
        assert "Et la page 2 ?" in text_of(told["check"])
        assert told["opened"] is told["toast"] is no_update
        with pytest.raises(PreventUpdate):
            controls_cockpit.show_written(written=None, request=request_of(db, dora))


def is_shown_anew(told, uid):
    """The check alone is never of another piece than the one beside it."""
    said = "autre pièce vient d’arriver" in text_of(told["toast"])
    return said and told["check"] is no_update and told["opened"]["uid"] == uid


def test_a_message_after_another_piece_came_shows_that_piece(act, bob, controls, dora):
    uid = controls[0]
    with act() as db:
        seen = shown(db, dora, uid)
        sent(db, bob, [uid])
        assert is_shown_anew(
            controls_cockpit.show_written(written=seen, request=request_of(db, dora)), uid
        )
        awaited = {"uid": controls[2], "deposit": ""}
        told = controls_cockpit.show_written(written=awaited, request=request_of(db, dora))
        assert told["opened"] is no_update


def test_an_answer_on_a_piece_that_was_replaced_is_refused_and_the_new_one_shown(
    act, bob, controls, dora
):
    uid = controls[0]
    with act() as db:
        seen, version = shown(db, dora, uid), row(db, dora, uid).version
        sent(db, bob, [uid])
        for answers in ({point.value: True for point in ChecklistPoint}, {}):
            told = controls_decisions.answer(
                answered=seen | {"answers": answers}, request=request_of(db, dora)
            )
            assert is_shown_anew(told, uid)
        assert detail(db, dora, uid).checks == {}
        told = controls_decisions.answer(
            answered={"uid": uid, "answers": {}}, request=request_of(db, dora)
        )
        assert is_shown_anew(told, uid)
        late = {"seen": {uid: version}, "verdict": "accept", "verified": True}
        told = controls_decisions.decide(
            decided=late, fields=USUAL, more=None, request=request_of(db, dora)
        )
        assert "a changé entre-temps" in told["ruled"]["lost"]
        assert row(db, dora, uid).state is ProofState.UNDER_CHECK


def test_what_the_page_shows_and_what_it_checks_name_their_deposit(act, bob, controls, dora):
    with act() as db:
        newer = sent(db, bob, controls[:1])
        drawn = page_of(db, dora, controle=controls[0])
        pages = with_id(drawn, Ids.PAGES).to_plotly_json()["props"]
        check = facts_of(with_id(drawn, Ids.CHECK))
        assert pages["data-deposit"] == check["data-deposit"] == newer


def facts_of(part):
    found = [one for one in every(part) if getattr(one, "className", "") == "desk-scroll"]
    return found[0].to_plotly_json()["props"]


def test_a_note_stands_apart_and_is_not_shown_to_the_client(act, bob, controls, dora):
    with act() as db:
        actions.write_note(db, dora, controls[0], "Même cachet qu’en mars.", now=NOW)
        shown = controls_cockpit.show_control(
            opened={"uid": controls[0]}, fields=USUAL, request=request_of(db, dora)
        )
        assert "invisible du client" in text_of(shown["check"])
        assert "Même cachet" not in text_of(page_of(db, bob, controle=controls[0]))


def test_answers_are_kept_taken_back_and_counted(act, controls, dora):
    uid = controls[0]
    with act() as db:
        seen = shown(db, dora, uid)

        def answer(answers):
            return controls_decisions.answer(
                answered=seen | {"answers": answers}, request=request_of(db, dora)
            )

        told = answer({ChecklistPoint.HOLDER.value: True, ChecklistPoint.SIGNATURE.value: False})
        assert detail(db, dora, uid).checks == {
            ChecklistPoint.HOLDER: True,
            ChecklistPoint.SIGNATURE: False,
        }
        assert "1 point ne convient pas\u00a0: 6." in text_of(told["check"])
        answer({"holder": True})
        assert detail(db, dora, uid).checks == {ChecklistPoint.HOLDER: True}
        with pytest.raises(Invalid):
            answer({"holder": "yes"})


def test_a_decision_shows_the_next_and_may_be_undone(act, controls, dora):
    uid = controls[0]
    with act() as db:
        found = decide(db, dora, [uid], next=controls[1])
        assert row(db, dora, uid).state is ProofState.ACCEPTED
        assert lines(found["queue"]) == [controls[1]]
        assert found["opened"] == {"uid": controls[1], "n": -1}
        assert found["toast"] is no_update  # said once, where it may be undone
        assert "Preuve validée" in text_of(found["last"])
        assert found["ruled"] == {"n": 1, "lost": ""}
        assert "peut être annulé jusqu’à" in text_of(found["last"])
        shown = controls_cockpit.show_control(
            opened={"uid": uid}, fields=USUAL, request=request_of(db, dora)
        )
        assert "Annuler la décision" in text_of(shown["check"])
        back = controls_decisions.undo(
            undone={"uids": uid}, fields=USUAL, more=None, request=request_of(db, dora)
        )
        assert row(db, dora, uid).state is ProofState.UNDER_CHECK
        assert lines(back["queue"]) == controls[:2]
        assert back["opened"]["uid"] == uid


def test_a_decision_that_is_final_is_undone_no_more(act, controls, dora, web):
    with act() as db:
        decide(db, dora, controls[:1])
        web.clock.now = NOW + timedelta(minutes=11)
        with pytest.raises(Conflict):
            controls_decisions.undo(
                undone={"uids": controls[0]}, fields=USUAL, more=None, request=request_of(db, dora)
            )


def test_another_piece_is_asked_for_with_a_motive(act, controls, dora):
    with act() as db:
        again = {"motive": Motive.SIGNATURE.value, "text": "Le cachet manque."}
        found = decide(db, dora, controls[:1], ControlVerdict.AGAIN, **again)
        assert row(db, dora, controls[0]).state is ProofState.AWAITED
        assert "Nouvelle pièce demandée" in text_of(found["last"])
        with pytest.raises(Invalid):
            decide(db, dora, controls[1:2], ControlVerdict.REJECT)
        assert row(db, dora, controls[1]).state is ProofState.UNDER_CHECK


def test_two_who_decide_at_once_one_wins_and_the_other_is_told_who(act, controls, dora):
    uid = controls[0]
    with act() as db:
        colleague = make_user(
            db, organisation_id=4, email="eve@reseau.example", role=Role.ACCOUNT_MANAGER
        )
        other = replaced(dora, colleague.id)
        version = row(db, dora, uid).version
        decide(db, other, [uid])
        decided = {"seen": {uid: version}, "verdict": "reject", "motive": "holder", "text": ""}
        decided |= {"next": controls[1], "n": 7}
        found = controls_decisions.decide(
            decided=decided, fields=USUAL, more=None, request=request_of(db, dora)
        )
        assert found["ruled"]["n"] == 7
        assert f"a déjà validé la preuve du PCE {PCE}" in found["ruled"]["lost"]
        assert found["ruled"]["lost"] in text_of(found["toast"])
        assert lines(found["queue"]) == [controls[1]]  # drawn again as it is now
        assert found["opened"] == {"uid": uid, "n": -1}
        assert row(db, dora, uid).state is ProofState.ACCEPTED


def test_an_acceptance_without_its_answers_says_which_are_left(act, controls, dora):
    with act() as db:
        found = decide(db, dora, controls[:1], verified="yes")
        assert "il reste 1, 2, 3, 4, 5, 6" in found["ruled"]["lost"]
        assert found["ruled"]["lost"] in text_of(found["toast"])
        assert found["opened"]["uid"] == controls[0]
        assert row(db, dora, controls[0]).state is ProofState.UNDER_CHECK


def replaced(viewer, user_id):
    return replace(viewer, user_id=user_id)


def test_many_are_decided_together_and_those_that_moved_are_named(act, bob, controls, dora):
    with act() as db:
        sent(db, bob, controls[2:])
        seen = {uid: row(db, dora, uid).version for uid in controls}
        decide(db, dora, controls[:1])
        decided = {"seen": seen, "verdict": "accept", "motive": "", "text": "", "next": ""}
        decided["verified"] = True
        found = controls_decisions.decide(
            decided=decided, fields=USUAL, more=None, request=request_of(db, dora)
        )
        told = text_of(found["toast"])
        assert "2 contrôles décidés." in told
        assert f"a déjà validé la preuve du PCE {PCE}" in told
        assert {row(db, dora, uid).state for uid in controls} == {ProofState.ACCEPTED}


@pytest.mark.parametrize(
    "sent_",
    [
        {"seen": {"x": "1"}, "verdict": "accept"},
        {"seen": {"x": 1}, "verdict": "maybe"},
        {"seen": {"x": 1}, "verdict": "reject", "motive": "whim"},
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(act, controls, dora, sent_):
    with act() as db, pytest.raises(Invalid):
        controls_decisions.decide(
            decided=sent_, fields=USUAL, more=None, request=request_of(db, dora)
        )


def test_controls_are_given_to_somebody_and_taken_back(act, controls, dora):
    def give(db, owner, uids=controls[:2]):
        assigned = {"uids": uids, "owner": owner}
        state = {"fields": USUAL, "more": None, "shown": {"uid": controls[0]}}
        return controls_decisions.assign(assigned=assigned, **state, request=request_of(db, dora))

    with act() as db:
        found = give(db, "me")
        assert "2 contrôles attribués" in text_of(found["toast"])
        assert [row(db, dora, uid).owner_id for uid in controls] == [dora.user_id] * 2 + [None]
        assert lines(queue(db, dora, owner="me")["queue"]) == controls[:2]
        give(db, "0", controls[:1])
        assert row(db, dora, controls[0]).owner_id is None
        with pytest.raises(NotFound):
            give(db, "987654")
        with pytest.raises(Invalid):
            give(db, "nobody")


def test_only_the_staff_of_the_distributor_has_the_cockpit(act, alice, bob, charlie, controls):
    with act() as db:
        for viewer in (alice, bob, charlie):
            assert viewer.kind is not OrganisationKind.DISTRIBUTOR
            assert "Tirer un échantillon" not in text_of(page_of(db, viewer, draw="1"))
            with pytest.raises((Forbidden, NotFound)):
                decide(db, viewer, controls[:1], next="")


def test_a_sample_is_previewed_and_opened(act, bob, dora):
    with act() as db:
        make_rights(db)
        fields = filled(rate="60", seed="7")
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        words = text_of(found["shown"])
        assert "Droits possibles3" in words
        assert "Demander 2 preuves" in words
        href, toast = controls_campaign.open_campaign(
            found["planned"], request=request_of(db, dora)
        )
        assert href == "/controles?view=figures"
        assert "2 preuves demandées" in text_of(toast)
        kept = db.scalars(select(Campaign)).one()
        assert (kept.way, kept.seed, kept.rate, kept.drawn) == (DrawMethod.SAMPLE, 7, "60", 2)
        assert queries.get_control_totals(db, bob).states[ProofState.AWAITED] == 2


def test_the_rights_of_a_draw_are_seen_page_by_page(act, dora):
    def look(planned, **clicks):
        pressed = {"earlier": None, "later": None} | clicks
        return controls_campaign.turn_page(**pressed, planned=planned, request=request_of(db, dora))

    with act() as db:
        make_rights(db, [f"0999999991{number:04}" for number in range(59)])
        first = controls_campaign.preview(fields=filled(rate="100"), request=request_of(db, dora))
        assert "1 à 50 sur 59" in text_of(first["drawn"])
        after = look(first["planned"], later=1)
        assert "51 à 59 sur 59" in text_of(after["drawn"])
        assert after["planned"]["mark"] == first["planned"]["mark"]
        back = look(after["planned"], earlier=1)
        assert text_of(back["drawn"]) == text_of(first["drawn"])
        assert look({**after["planned"], "before": "x"}, earlier=1)["planned"]["before"] == 0
        with pytest.raises(PreventUpdate):
            look(None, later=1)


def test_the_queue_of_a_campaign_and_of_what_waits_for_one(act, controls, dora):
    with act() as db:
        campaign = row(db, dora, controls[0]).campaign
        (other,) = asked(db, dora, make_rights(db, ["09999999919998"]))
        actions.assign(db, dora, controls[:1], 4, now=NOW)
        awaited = {"state": "awaited", "campaign": campaign}
        assert lines(queue(db, dora, **awaited)["queue"]) == controls[2:]
        assert other in lines(queue(db, dora, state="awaited")["queue"])
        found = queue(db, dora, **awaited)
        assert f"campaign={campaign}" in found["address"]
        assert "une seule campagne" in text_of(page_of(db, dora, **awaited))
        assert "une seule campagne" not in text_of(page_of(db, dora))
        assert lines(queue(db, dora, owner="todo")["queue"]) == controls[:2]
        assert "moi ou personne (2)" in [one["label"] for one in found["owners"]]


def filled(**values):
    usual = {"way": "sample", "rate": "5", "seed": "1", "among": "all", "first": "", "last": ""}
    return usual | {"proofs": "never", "stage": "all", "listed": "", "one": ""} | values


def test_the_form_offers_the_states_and_who_has_rights(act, dora):
    with act() as db:
        make_rights(db)
        drawn = page_of(db, dora, draw="1")
        offered = [one["value"] for one in with_id(drawn, Ids.AMONG).options]
        assert offered == ["all", "2"]
        make_right(db, make_pce(db, "09999999920001"), 2, starts_on=NOW.date() + timedelta(days=9))
        found = controls_campaign.preview(
            fields=filled(rate="100", stage="coming"), request=request_of(db, dora)
        )
        assert "Demander 1 preuve" in text_of(found["shown"])


def test_a_pce_that_is_under_control_leads_to_it(act, controls, dora):
    with act() as db:
        fields = filled(way="list", listed=PCE)
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        assert "déjà soumis à un contrôle" in text_of(found["shown"])
        links = [one.href for one in every(found["shown"]) if hasattr(one, "href")]
        assert links == [f"/droits?q={PCE}", f"/controles?controle={controls[0]}"]


def test_a_list_names_what_it_leaves_out(act, dora):
    with act() as db:
        make_rights(db)
        fields = filled(way="list", listed=f"{PCE}\n{OTHER} ; 09999999919999")
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        words = text_of(found["shown"])
        assert "Demander 2 preuves" in words
        assert "1 laissé de côté" in words
        assert "09999999919999" in words


def test_one_right_is_asked_for_from_its_address(act, dora):
    with act() as db:
        (uid,) = make_rights(db, [THIRD])
        drawn = page_of(db, dora, draw="1", right=uid)
        assert with_id(drawn, Ids.ONE).value == uid
        fields = filled(way="one", one=uid)
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        controls_campaign.open_campaign(found["planned"], request=request_of(db, dora))
        assert db.scalars(select(Campaign.way)).one() is DrawMethod.ONE


def test_a_campaign_whose_rights_moved_since_its_preview_is_not_opened(act, dora):
    with act() as db:
        (uid, *_others) = make_rights(db)
        every_one = filled(rate="100")
        found = controls_campaign.preview(fields=every_one, request=request_of(db, dora))
        asked(db, dora, [uid])
        with pytest.raises(Conflict):
            controls_campaign.open_campaign(found["planned"], request=request_of(db, dora))
        assert len(db.scalars(select(Control)).all()) == 1
        with pytest.raises(PreventUpdate):
            controls_campaign.open_campaign(None, request=request_of(db, dora))


@pytest.mark.alike
@pytest.mark.parametrize(
    ("field", "said", "fields"),
    [
        *(("rate", "par exemple 5 ou 2,5", filled(rate=rate)) for rate in BAD_RATES),
        ("seed", "de 0 à 2147483646", filled(seed="x")),
        ("seed", "de 0 à 2147483646", filled(seed="-3")),
        ("seed", "de 0 à 2147483646", filled(seed="2147483647")),
        ("seed", "de 0 à 2147483646", filled(seed="99999999999")),
        ("first", "n’existe pas", filled(first="2026-13-01")),
        ("last", "inversée", filled(first="2026-11-02", last="2026-11-01")),
        ("listed", "au moins un droit", filled(way="list")),
        ("listed", "Aucune ligne", filled(way="list", listed="12\n13")),
        ("listed", "au plus 5000", filled(way="list", listed=TOO_MANY)),
        ("one", "au moins un droit", filled(way="one")),
        ("one", "n’est pas un PCE", filled(way="one", one="123")),
    ],
)
def test_a_draw_that_makes_no_sense_says_what_is_wrong_at_its_field(act, dora, field, said, fields):
    with act() as db:
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        assert said in found[field]
        assert {name for name in ERRORS if found[name]} == {field}
        assert found["planned"] is None
        assert "Rien n’est tiré" in text_of(found["shown"])
        planned = {"fields": fields, "mark": ""}
        with pytest.raises(Invalid):
            controls_campaign.open_campaign(planned, request=request_of(db, dora))


def test_all_that_is_wrong_is_said_at_once(act, dora):
    with act() as db:
        fields = filled(rate="0", seed="x", first="2026-11-02", last="2026-11-01")
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        assert [name for name in ERRORS if found[name]] == ["rate", "seed", "last"]


def test_wrong_lines_are_named_and_their_zeros_put_back_in_one_press(act, dora):
    with act() as db:
        make_rights(db)
        listed = f"{PCE}\n{OTHER[1:]}\nabc"
        fields = filled(way="list", listed=listed)
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        words = text_of(found["shown"])
        assert "Demander 1 preuve" in words
        assert "2 lignes à corriger" in words
        assert f"Ligne 2\u00a0: «\u00a0{OTHER[1:]}\u00a0» a 13 chiffres" in words
        assert "Ligne 3" in words
        assert "Remettre le zéro perdu" in words
        mended = controls_campaign.put_zeros(listed)
        assert mended == f"{PCE}\n{OTHER}\nabc"
        fields = filled(way="list", listed=mended)
        found = controls_campaign.preview(fields=fields, request=request_of(db, dora))
        assert "Demander 2 preuves" in text_of(found["shown"])
        assert "Remettre" not in text_of(found["shown"])


def test_what_was_previewed_is_forgotten_once_a_field_changes(dora):
    found = controls_campaign.forget_preview(fields=filled())
    assert found == {"shown": [], "drawn": []} | dict.fromkeys(ERRORS, "")
    assert controls_campaign.choose_way("list") == (True, False, True)
    first, second = (controls_campaign.reseed() for _ in range(2))
    assert first != second


def test_the_figures_say_how_long_decisions_take_and_why_proofs_are_refused(
    act, controls, dora, web
):
    with act() as db:
        web.clock.now = NOW + timedelta(hours=36)
        decide(db, dora, controls[:1])
        decide(db, dora, controls[1:2], ControlVerdict.REJECT, motive="holder")
        later = replaced_day(dora, 2)
        words = text_of(page_of(db, later, view="figures"))
        assert "Délai médian de décision1,5" in words
        assert "Le titulaire nommé n’est pas celui du contrat1" in words
        assert "liste" in words
        short = text_of(controls_campaign.show_service("30d", request=request_of(db, later)))
        assert "dont 1 validée" in short
        assert text_of(
            controls_campaign.show_service("?", request=request_of(db, later))
        ) == text_of(controls_campaign.show_service("90d", request=request_of(db, later)))


def replaced_day(viewer, days):
    return replace(viewer, today=viewer.today + timedelta(days=days))


def test_a_user_who_left_takes_no_control(act, controls, dora):
    with act() as db:
        gone = make_user(
            db, organisation_id=4, email="gone@reseau.example", role=Role.ACCOUNT_MANAGER
        )
        db.get(User, gone.id).disabled_at = NOW
        db.flush()
        with pytest.raises(NotFound):
            controls_decisions.assign(
                assigned={"uids": controls[:1], "owner": str(gone.id)},
                fields=USUAL,
                more=None,
                shown=None,
                request=request_of(db, dora),
            )
