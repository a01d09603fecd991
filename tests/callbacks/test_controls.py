"""The client's controls asked, filtered, counted; proofs staged and sent; threads; calendars."""

from dataclasses import replace
from datetime import timedelta

import pytest
from dash.exceptions import PreventUpdate
from sqlalchemy import func, select, update

from callbacks import controls, controls_deposit
from components.controls.filters import (
    ALL,
    OPEN,
    ControlQuery,
    filter_model,
    read_wanted,
    write_wanted,
)
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.controls import actions, queries
from data.controls.models import CalendarLink, Control, MessageMark
from data.controls.types import ControlFilter, ControlFolder
from data.rights.models import AccessRight
from data.rights.types import ProofState
from jobs import controls as job
from pages.controls import PAGE
from tests.components.kit.trees import attributes, every, of_kind, text_of, with_id
from tests.data.controls.proofs import (
    AGAIN,
    NUMBERS,
    REJECT,
    asked,
    decided,
    make_rights,
    piece,
    sent,
)
from tests.factories import NOW, make_people
from tests.web import Web, request_of

LATER = NOW + timedelta(hours=1)
FIRST = {"startRow": 0, "endRow": 100}
IDLE = {"filterModel": filter_model(ControlQuery())}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
    return Web(database, tmp_path)


@pytest.fixture
def uids(act, dora):
    """Three controls of bob's, the first due first."""
    with act() as db:
        found = asked(db, dora, make_rights(db))
        for place, uid in enumerate(found):
            due = NOW.date() + timedelta(days=[-2, 3, 20][place])
            db.execute(
                update(Control).where(Control.uid == uid).values(due_on=due, told_due_on=due)
            )
        return found


def request(**wanted):
    return FIRST | {"filterModel": filter_model(ControlQuery(**wanted))}


def lines(db, viewer, asked=None, opened=None):
    return controls.show_rows(
        rows_request=asked or request(), opened=opened, request=request_of(db, viewer)
    )


def shown(answer):
    return [row["uid"] for row in answer["rows"]["rowData"]]


def opened(db, viewer, uid, kept=None):
    found = controls_deposit.show_control(
        {"uid": uid}, request(), kept, request=request_of(db, viewer)
    )
    return found[0]


def words(parts):
    return " ".join(text_of(part) for part in parts)


def counts_of(options):
    return {one["value"]: int(text_of(of_kind(one["label"], "B")[0])) for one in options}


def page_of(db, viewer, **query):
    return PAGE.layout(request_of(db, viewer), **query)


@pytest.mark.parametrize("who", ["bob", "charlie", "dora"])
def test_an_address_that_opens_no_control_of_the_viewer_says_so(act, uids, request, who):
    viewer, uid = request.getfixturevalue(who), uids[0] if who == "charlie" else "nobody-s"
    with act() as db:
        said = text_of(page_of(db, viewer, controle=uid))
        usual = [text_of(page_of(db, viewer, **query)) for query in ({}, {"controle": uids[1]})]
    assert "Ce contrôle est introuvable" in said
    assert uid not in said
    assert "introuvable" not in usual[0]
    assert ("introuvable" in usual[1]) is (who == "charlie")


def test_each_sees_the_controls_of_their_organisation(act, uids, alice, bob, charlie, dora):
    with act() as db:
        seen = {who.user_id: shown(lines(db, who)) for who in (alice, bob, charlie, dora)}
    assert seen == {1: [], 2: uids, 3: [], 4: uids}


def test_a_line_says_what_to_do_how_long_is_left_and_its_state_in_words(act, uids, bob, dora):
    with act() as db:
        actions.stage(db, bob, [uids[1]], [piece()], now=NOW)
        sent(db, bob, [uids[2]])
        actions.write_message(db, dora, uids[0], "Bonjour", now=NOW)
        first, second, third = lines(db, bob)["rows"]["rowData"]
    assert [row["proof"]["text"] for row in (first, second, third)] == [
        "Importer",
        "Envoyer",
        "Remplacer",
    ]
    assert [row["due_on"]["word"] for row in (first, second)] == ["dépassé de 2 j", "J-3, urgent"]
    assert "le droit devient obsolète le 28 nov. 2026" in first["due_on"]["title"]
    assert second["due_on"]["title"] == ""
    assert third["due_on"]["word"] == "J-20, envoyée"
    assert third["due_on"]["title"] == "envoyée le 24/11/2026, échéance le 14/12/2026"
    assert [row["state"]["word"] for row in (first, third)] == [
        "Preuve en attente",
        "En cours de vérification",
    ]
    assert [row["takes"] for row in (first, second, third)] == [True, False, True]
    assert first["site"]["note"] == "1 message non lu"


def test_what_is_decided_comes_last_with_what_was_decided(act, uids, bob, dora):
    with act() as db:
        sent(db, bob, uids[:2])
        decided(db, dora, uids[0], REJECT)
        decided(db, dora, uids[1])
        job._apply(db, LATER)
        found = lines(db, bob, request(show=ALL))
    assert shown(found) == [uids[2], *uids[:2]]
    said = [row["due_on"] for row in found["rows"]["rowData"][1:]]
    assert said == ["refusée le 24/11/2026", "validée le 24/11/2026"]


def test_a_deadline_that_is_past_says_when_the_right_ends(act, uids, bob):
    with act() as db:
        before = words(opened(db, bob, uids[0]))
        actions.stage(db, bob, [uids[0]], [piece()], now=NOW)
        after = words(opened(db, bob, uids[0]))
    grace = "obsolète le 28 nov. 2026 (délai de grâce de 5 jours ouvrés)"
    assert "L’échéance du 22 nov. 2026 est dépassée" in before
    assert grace in before
    assert "L’échéance du 22 nov. 2026 est dépassée, et le distributeur ne voit" in after
    assert grace in after


def test_who_only_reads_is_offered_to_look(act, uids, bob):
    reader = replace(bob, role=Role.CLIENT)
    with act() as db:
        row = lines(db, reader)["rows"]["rowData"][0]
        drawn = opened(db, reader, uids[0])
    assert (row["proof"]["text"], row["takes"]) == ("Voir", False)
    assert not [part for part in every(drawn) if attributes(part).get("data-kit") == "files"]


def test_the_chips_count_and_the_pressed_ones_filter(act, uids, bob, dora):
    with act() as db:
        sent(db, bob, [uids[1]])
        decided(db, dora, uids[1], REJECT)
        assert sorted(shown(lines(db, bob))) == sorted(uids)  # it may be undone: nothing is told
        job._apply(db, LATER)
        answer = lines(db, bob)
        assert shown(answer) == [uids[0], uids[2]]
        assert counts_of(answer["states"]) == {
            OPEN: 2, "awaited": 2, "under_check": 0, "accepted": 0, "rejected": 1, ALL: 3,
        }  # fmt: skip
        assert counts_of(answer["boxes"]) == {
            "overdue": 1, "this_week": 0, "staged": 0, "unread": 0,
        }  # fmt: skip
        refused = request(show="rejected")
        assert shown(lines(db, bob, refused)) == [uids[1]]
        late = controls.filter_list(
            fields={"q": "", "show": OPEN, "boxes": ["overdue", "x"], "right": ""}
        )
        assert shown(lines(db, bob, FIRST | {"filterModel": late})) == [uids[0]]
        none = lines(db, bob, request(text="zzzz", boxes=(ControlFolder.UNREAD,)))
    assert (shown(none), none["nothing"], none["count"]) == ([], False, "0 contrôle")
    assert none["words"] == "«\u00a0zzzz\u00a0» · En cours · Message non lu"
    assert none["url"] == "?q=zzzz&show=open&box=unread".replace("&show=open", "")


def test_an_address_is_read_and_written_as_it_was():
    wanted = ControlQuery(
        "lycée", "rejected", (ControlFolder.OVERDUE, ControlFolder.STAGED), "r-1", "-site", "c-1"
    )
    query = dict(one.split("=") for one in write_wanted(wanted)[1:].split("&"))
    assert query["box"] == "overdue%2Cstaged"
    assert read_wanted({**query, "q": "lycée", "box": "overdue,staged"}) == wanted
    assert read_wanted({"show": "x", "sort": "-x", "box": "open"}) == ControlQuery()
    assert read_wanted({"right": "r-1"}).show == ALL


def test_the_page_opens_with_its_sentence_figures_and_the_control_of_the_address(act, uids, bob):
    with act() as db:
        drawn = page_of(db, bob, controle=uids[0])
        hidden = page_of(db, bob, controle="nowhere")
    assert "3 PCE soumis à contrôle, dont 3 en cours" in text_of(drawn)
    assert "3 preuves attendues de vous, 1 échéance d’ici dimanche, 1 échéance" in text_of(drawn)
    assert "L’échéance du 22 nov. 2026 est dépassée" in text_of(drawn)
    assert not with_id(hidden, "controls-drawer").children


def test_who_has_none_is_told_what_a_control_is(act, charlie):
    with act() as db:
        drawn = page_of(db, charlie)
    assert "Aucun de vos droits n’est en contrôle" in text_of(drawn)
    assert "controls-grid" not in {getattr(part, "id", None) for part in every(drawn)}


def test_the_drawer_of_somebody_else_s_control_is_not_found(act, uids, alice, charlie):
    with act() as db:
        for who in (alice, charlie):
            with pytest.raises(NotFound):
                opened(db, who, uids[0])


def answered(deposit, uid, *others, missing=("Le PCE n’est pas écrit.",)):
    """What the route of deposits said."""
    checks = [{"controle": uid, "pce": NUMBERS[0], "found": [], "missing": list(missing)}]
    found = [{"controle": one, "pce": "", "site": ""} for one in others]
    return {"deposit": deposit, "pieces": [], "checks": checks, "others": found}


def test_what_is_staged_is_said_strongly_with_what_it_lacks_and_the_others_ticked(act, uids, bob):
    with act() as db:
        staged = actions.stage(db, bob, [uids[0]], [piece()], now=NOW)
        told = answered(staged.uid, uids[0], uids[1], "nowhere")
        where, kept, changed = controls_deposit.show_staged(
            told,
            {"uid": uids[0]},
        )
        assert (where["uid"], kept) == (uids[0], told)
        again = controls_deposit.show_staged(told, {"uid": uids[0]})
        assert again[2] != changed  # another word: the lines are asked again
        drawn = opened(db, bob, uids[0], told)
        said = words(drawn)
        assert "Importée, pas encore envoyée" in said
        assert "Le PCE n’est pas écrit." in said
        assert "Cette pièce peut servir de preuve pour 2 contrôles" in said
        (boxes,) = [part for part in every(drawn) if getattr(part, "id", "") == "controls-covers"]
        assert boxes.value == uids[:2]
        assert [attributes(part).get("data-act") for part in of_kind(drawn, "Button")].count(
            "send"
        ) == 1
        later = opened(db, bob, uids[0])
        assert [part for part in every(later) if attributes(part).get("data-reread")]


def test_a_control_of_another_holder_is_not_ticked_beforehand_and_what_lacks_is_beside_it(
    act, uids, bob
):
    with act() as db:
        right = update(AccessRight).where(AccessRight.number == NUMBERS[2])
        db.execute(right.values(company="SCI des Érables", person=""))
        staged = actions.stage(db, bob, [uids[0]], [piece()], now=NOW)
        told = answered(staged.uid, uids[0], *uids[1:], missing=())
        for one in told["others"]:
            one["missing"] = ["Le titulaire n’est pas cité."]
        drawn = opened(db, bob, uids[0], told)
        (boxes,) = [part for part in every(drawn) if getattr(part, "id", "") == "controls-covers"]
        assert boxes.value == uids[:2]
        kin, other = (text_of(one["label"]) for one in boxes.options[1:])
        assert "Titulaire\u00a0: SCI des Érables" in other
        for said in (kin, other):
            assert "Le titulaire n’est pas cité." in said
        assert "Rien ne semble manquer" not in words(
            drawn
        )  # the second is ticked, and lacks something


def test_it_is_sent_to_what_is_ticked_and_to_nothing_else(act, uids, bob):
    with act() as db:
        staged = actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        told = {"act": "send", "deposit": staged.uid}
        drawn, totals, changed, toast = controls_deposit.act(
            told, uids[:2], {"uid": uids[0]}, request=request_of(db, bob)
        )
        states = queries.count_states(db, bob)
    assert "Preuve envoyée\u00a0: le distributeur la vérifie" in words(drawn)
    assert attributes(totals[0])["data-waits"] == "1"
    assert changed
    assert "2 contrôles" in text_of(toast)
    assert (states[ProofState.UNDER_CHECK], states[ProofState.AWAITED]) == (2, 1)


def test_a_piece_that_replaces_another_says_which_one_the_distributor_keeps(act, uids, bob):
    with act() as db:
        actions.stage(db, bob, uids[1:2], [piece()], now=NOW)
        assert "ne voit rien avant votre envoi" in words(opened(db, bob, uids[1]))
        sent(db, bob, uids[:1])
        actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        said = words(opened(db, bob, uids[0]))
    assert "Le distributeur garde la preuve déjà envoyée" in said
    assert "ne voit" not in said


def test_what_another_tab_sent_is_told_and_shown(act, uids, bob):
    with act() as db:
        staged = actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        actions.send(db, bob, staged.uid, now=NOW)
        told = {"act": "send", "deposit": staged.uid}
        drawn, _totals, _changed, toast = controls_deposit.act(
            told, uids[:1], {"uid": uids[0]}, request=request_of(db, bob)
        )
    assert "Preuve envoyée\u00a0: le distributeur la vérifie" in words(drawn)
    assert "Ce dépôt est introuvable, ou déjà envoyé." in text_of(toast)


def test_of_a_sending_that_is_refused_nothing_stays(act, uids, bob):
    with act() as db:
        one = actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        actions.stage(db, bob, uids[1:2], [piece()], now=NOW)
        told = {"act": "send", "deposit": one.uid}
        drawn, _totals, _changed, toast = controls_deposit.act(
            told, uids[:2], {"uid": uids[0]}, request=request_of(db, bob)
        )
        kept = queries.get_control(db, bob, uids[0], now=NOW).staged
    assert "Une pièce est déjà prête pour l’un de ces contrôles" in text_of(toast)
    assert kept is not None
    assert "Importée, pas encore envoyée" in words(drawn)


def test_it_may_be_taken_away_and_nothing_was_sent(act, uids, bob):
    with act() as db:
        staged = actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        told = {"act": "unstage", "deposit": staged.uid}
        drawn, *_rest = controls_deposit.act(
            told, [], {"uid": uids[0]}, request=request_of(db, bob)
        )
        assert "Envoyez" in words(drawn) or "envoyez la preuve" in words(drawn)
        assert queries.count_states(db, bob)[ProofState.AWAITED] == 3
        with pytest.raises(PreventUpdate):
            controls_deposit.act({"act": "x"}, [], None, request=request_of(db, bob))


def test_nobody_sends_what_is_not_theirs(act, uids, alice, bob, dora):
    with act() as db:
        staged = actions.stage(db, bob, uids[:1], [piece()], now=NOW)
        told = {"act": "send", "deposit": staged.uid}
        for who in (alice, dora):
            with pytest.raises((NotFound, Forbidden)):
                controls_deposit.act_on(request_of(db, who), told, uids[:1])
        with pytest.raises(Forbidden):
            controls_deposit.act_on(request_of(db, replace(bob, role=Role.CLIENT)), told, uids[:1])
        with pytest.raises((Invalid, Conflict)):
            controls_deposit.act_on(request_of(db, bob), told, [])


def test_one_proof_is_asked_for_the_ticked_lines(act, uids, bob):
    with act() as db:
        rows = [{"uid": uid} for uid in uids[:2]]
        drawn = controls_deposit.ask_many({"act": "many"}, rows, request=request_of(db, bob))
        assert "La preuve sera importée pour 2 contrôles" in words(drawn)
        with pytest.raises(Invalid):
            controls_deposit.ask_many({"act": "many"}, [None], request=request_of(db, bob))
        with pytest.raises(PreventUpdate):
            controls_deposit.ask_many(None, rows, request=request_of(db, bob))


def test_another_piece_is_asked_for_with_its_motive_and_the_old_one_stays(act, uids, bob, dora):
    with act() as db:
        sent(db, bob, [uids[0]], piece("ancien.pdf"))
        decided(db, dora, uids[0], AGAIN)
        untold = words(opened(db, bob, uids[0]))
        job._apply(db, NOW + timedelta(hours=1))
        drawn = words(opened(db, bob, uids[0]))
    assert "Le distributeur demande une nouvelle pièce" not in untold
    assert "Le distributeur demande une nouvelle pièce" in drawn
    assert "La signature ou le cachet manque" in drawn
    assert "Le cachet manque." in drawn
    assert "ancien.pdf" in drawn


def test_a_note_is_never_shown_and_a_message_is_new_once(act, uids, bob, dora):
    with act() as db:
        actions.write_note(db, dora, uids[0], "Entre nous.", now=NOW)
        actions.write_message(db, dora, uids[0], "Où est le cachet ?", now=NOW)
        told = words(controls_deposit.show_written({"message": "x"}, {"uid": uids[0]}, None,
                                                   request=request_of(db, bob)))  # fmt: skip
        assert "Où est le cachet ?" in told
        assert "Nouveau" in told
        assert "Entre nous." not in told
        assert (
            controls_deposit.read_thread({"uid": uids[0]}, request=request_of(db, bob)) == uids[0]
        )
        assert "Nouveau" not in words(opened(db, bob, uids[0]))
        assert controls_deposit.read_thread(None, request=request_of(db, bob)) == ""
        assert db.scalar(select(func.count()).select_from(MessageMark)) == 1
        with pytest.raises(PreventUpdate):
            controls_deposit.show_written(None, {"uid": uids[0]}, None, request=request_of(db, bob))


def test_whatever_a_browser_keeps_is_read_or_left(act, uids, bob):
    with act() as db:
        for sent_ in ({}, {"deposit": 3}, {"deposit": "", "checks": 4}, None):
            with pytest.raises(PreventUpdate):
                controls_deposit.show_staged(sent_, None)
        staged = actions.stage(db, bob, [uids[0]], [piece()], now=NOW)
        odd = {"deposit": staged.uid, "checks": [4, {"controle": [], "missing": "x"}], "others": {}}
        assert "Rien ne semble manquer" in words(opened(db, bob, uids[0], odd))


def test_a_calendar_link_is_shown_once_and_withdrawn(act, uids, bob, charlie):
    with act() as db:
        drawn = controls.create_calendar(request=request_of(db, bob))
        (address,) = of_kind(drawn, "Code")
        assert "/calendrier/" in text_of(address)
        token = text_of(address).rpartition("/")[2].removesuffix(".ics")
        assert len(queries.get_calendar_feed(db, token, NOW.date()).deadlines) == len(uids)
        link = db.scalar(select(CalendarLink.id))
        with pytest.raises(NotFound):
            controls.drop_calendar({"id": link}, request=request_of(db, charlie))
        with pytest.raises(PreventUpdate):
            controls.drop_calendar({"id": "1"}, request=request_of(db, bob))
        assert not of_kind(
            controls.drop_calendar({"id": link}, request=request_of(db, bob)), "Code"
        )
        with pytest.raises(NotFound):
            queries.get_calendar_feed(db, token, NOW.date())


def test_filters_are_cleared_and_the_choice_is_counted(act, bob):
    with act() as db:
        assert controls.clear_filters() == ("", ALL, [], "")
        told = controls.count_selected([{}, {}])
        assert told == ("2 contrôles choisis", False)
        assert controls.count_selected([])[1]
        with pytest.raises(PreventUpdate):
            controls.show_rows(rows_request=None, opened=None, request=request_of(db, bob))


def test_the_menu_counts_what_waits_for_each(act, uids, bob, charlie, dora):
    with act() as db:
        sent(db, bob, [uids[0]])
        assert [queries.count_to_do(db, who) for who in (bob, charlie, dora)] == [2, 0, 1]


def test_a_deposit_s_controls_are_known_to_its_own_side_until_it_is_sent(act, uids, bob, dora):
    with act() as db:
        staged = actions.stage(db, bob, uids[:2], [piece()], now=NOW)
        covered = ControlFilter(deposit=staged.uid)
        assert set(queries.find_uids(db, bob, covered)) == set(uids[:2])
        assert queries.find_uids(db, dora, covered) == ()
        actions.send(db, bob, staged.uid, now=NOW)
        assert set(queries.find_uids(db, dora, covered)) == set(uids[:2])
