"""The grid of rights asked, filtered, chosen; the drawer; acts and their consequences; views."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from sqlalchemy import select, update

from callbacks import grid_screen, rights, rights_counts, rights_drawer
from components.rights import Ids
from components.rights.dialogs import RENEW_ID
from components.rights.drawer import facts
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import clock
from data.metering.pces.models import Pce
from data.rights import queries
from data.rights.actions import answer_by_link, declare, revoke
from data.rights.actions.letters import claim, record_sent
from data.rights.models import AccessRight, HolderLink, RightLetterRow, StoppedMailbox
from data.rights.queries.due import list_letters
from data.rights.types import ConsentEvidence, FromFile, LetterKind, RightState, RightTrigger
from pages.rights import PAGE
from tests.components.kit.trees import every, text_of, with_id
from tests.data.rights.conftest import accepted, asking, right_of
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER
from tests.factories import NOW, PCE, make_pce, make_people, make_right
from tests.web import Web, request_of

OTHER = "09999999910002"
FIRST = {"startRow": 0, "endRow": 100}
UNFILTERED = {"q": "", "state": "all", "role": "all", "ending": False, "org": "", "run": ""}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS", alias="Gymnase")
    return Web(database, tmp_path)


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


@pytest.fixture
def declared(act, bob):
    """bob has one right that is active and one that waits."""
    with act() as db:
        one = accepted(db, bob)
        other = asking(db, bob, replace(GOOD, id_pce=OTHER, libelle_site="Gymnase Nord")).uid
    return one, other


def lines(db, viewer, request=FIRST, **state):
    return rights.show_rows(
        rows_request=request,
        full=False,
        opened=state.get("opened"),
        counts=state.get("counts"),
        request=request_of(db, viewer),
    )


def counted(db, viewer, answer):
    """What the request that the answer leaves behind brings."""
    return rights_counts.count(asked=answer["counting"], request=request_of(db, viewer))


def uids(answer):
    return [row["uid"] for row in answer["rows"]["rowData"]]


def page_of(db, viewer, **query):
    return PAGE.layout(request_of(db, viewer), **query)


def confirm(db, viewer, act, *chosen, **more):
    told = {"act": act, "uids": " ".join(chosen), "n": 1, **more}
    return rights_drawer.act(told, {"uid": chosen[0]}, request=request_of(db, viewer))


def test_each_sees_the_rights_of_their_organisation(act, declared, alice, bob, charlie, dora):
    with act() as db:
        seen = {who.user_id: set(uids(lines(db, who))) for who in (alice, bob, charlie, dora)}
    assert seen == {1: set(), 2: set(declared), 3: set(), 4: set(declared)}


def test_a_line_says_who_must_act_before_when(act, declared, bob, dora):
    with act() as db:
        waits = next(row for row in lines(db, bob)["rows"]["rowData"] if row["uid"] == declared[1])
        of_staff = lines(db, dora)["rows"]["rowData"][0]
    assert waits["step"] == "Titulaire, avant le 24/12/2026"
    assert waits["state"]["word"] == "À valider"
    assert waits["site"] == {"text": "Gymnase Nord", "uid": declared[1]}
    assert of_staff["third_party"] == "Organisation de bob"


def test_a_right_without_a_name_is_said_once_by_its_pce(act, declared, bob):
    with act() as db:
        db.execute(update(AccessRight).values(site="", site_key=""))
        row = next(row for row in lines(db, bob)["rows"]["rowData"] if row["uid"] == declared[1])
        drawn = text_of(rights_drawer.render_drawer(db, bob, declared[1])[0])
    assert row["site"] == {
        "text": "Sans libellé",
        "label": f"Sans libellé, PCE {OTHER}",
        "uid": declared[1],
    }
    assert row["number"] == OTHER
    assert drawn.count(OTHER) == 1


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_an_address_that_opens_no_right_of_the_viewer_says_so(act, declared, bob, charlie, who):
    viewer, uid = {"bob": (bob, "nobody-s"), "charlie": (charlie, declared[0])}[who]
    with act() as db:
        said = text_of(page_of(db, viewer, open=uid))
        usual = text_of(page_of(db, viewer))
    assert "Ce droit d’accès est introuvable" in said
    assert uid not in said
    assert "introuvable" not in usual


def test_who_waits_for_the_distributor_and_who_for_an_answer_are_told_apart(act, declared, bob):
    with act() as db:
        right_of(db, declared[1]).state = RightState.RECHECK
        db.flush()
        said = text_of(page_of(db, bob)).replace("\u202f", " ")
    assert "; 1 titulaire à vérifier par le distributeur" in said


def test_filters_are_counted_and_written_in_the_address(act, declared, bob):
    with act() as db:
        model, picked = rights.filter_list(
            fields=UNFILTERED | {"q": "gym nord", "state": "pending"}
        )
        found = lines(
            db,
            bob,
            {**FIRST, "filterModel": model, "sortModel": [{"colId": "site", "sort": "asc"}]},
        )
        after = counted(db, bob, found)
    assert picked is None
    assert uids(found) == [declared[1]]
    assert found["url"] == "?q=gym+nord&state=pending&sort=site"
    counts = {option["value"]: text_of(option["label"]) for option in after["chips"]}
    assert counts["all"] == "Tous1"
    assert counts["pending"] == "À valider1"
    assert found["words"] == "«\u00a0gym nord\u00a0» · À valider"
    assert found["count"] == after["count"] == "1 droit d’accès"


@pytest.mark.parametrize("typed", ["9999999910002", "0999 9999 9100 02", "  09999999910002 "])
def test_a_number_is_found_however_it_is_written(act, declared, bob, typed):
    with act() as db:
        model, _picked = rights.filter_list(fields=UNFILTERED | {"q": typed})
        assert uids(lines(db, bob, {**FIRST, "filterModel": model})) == [declared[1]]


def test_lines_wait_for_no_count_and_what_is_counted_is_kept(act, declared, bob, monkeypatch):
    monkeypatch.setattr(grid_screen, "BLOCK", 1)  # a page of one line
    pressed = rights.filter_list(fields=UNFILTERED | {"state": "active"})[0]
    with act() as db:
        first = lines(db, bob)
        after = counted(db, bob, first)
        sorted_ = lines(db, bob, {**FIRST, "sortModel": [{"colId": "site"}]}, counts=after["kept"])
        chip = lines(db, bob, {**FIRST, "filterModel": pressed}, counts=after["kept"])
    assert (first["rows"]["rowCount"], first["count"]) == (None, "Comptage…")
    assert (after["count"], after["kept"]["lines"]) == ("2 droits d’accès", 2)
    assert (sorted_["rows"]["rowCount"], sorted_["count"]) == (2, "2 droits d’accès")
    assert (chip["rows"]["rowCount"], chip["count"]) == (1, "1 droit d’accès")
    assert sorted_["counting"] is chip["counting"] is no_update


def test_counts_are_of_what_the_viewer_sees(act, declared, alice, charlie, dora):
    asked = {"counting": {"filterModel": {}}}
    with act() as db:
        found = [counted(db, who, asked)["kept"]["lines"] for who in (alice, charlie, dora)]
    assert found == [0, 0, 2]


KEPT = {"of": "", "at": NOW.timestamp(), "counts": dict.fromkeys(RightState, 1), "lines": 6}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        {**KEPT, "of": "?q=gym"},
        {**KEPT, "at": NOW.timestamp() - 61},
        {**KEPT, "at": NOW.timestamp() + 61},
        {**KEPT, "at": "now"},
        {**KEPT, "counts": [1]},
        {**KEPT, "counts": {}},
        {**KEPT, "counts": dict.fromkeys(RightState, -1)},
        {**KEPT, "counts": dict.fromkeys(RightState, "1")},
    ],
)
def test_counts_of_others_filters_old_or_made_up_are_counted_again(act, declared, bob, kept):
    with act() as db:
        assert lines(db, bob, counts=KEPT)["counting"] is no_update
        assert lines(db, bob, counts=kept)["counting"] == {"filterModel": None}


def test_nothing_is_counted_before_lines_ask_for_it(act, bob):
    with act() as db, pytest.raises(PreventUpdate):
        counted(db, bob, {"counting": None})


def test_later_blocks_do_not_count_again(act, declared, bob):
    with act() as db:
        found = lines(db, bob, {"startRow": 100, "endRow": 200})
    assert found["rows"]["rowData"] == []
    assert found["counting"] is no_update


@pytest.mark.parametrize(
    "request_",
    [
        {"startRow": -5, "endRow": 10**12, "sortModel": [{"colId": "id; drop", "sort": "x"}]},
        {"startRow": "0", "endRow": None, "sortModel": "no", "filterModel": [1]},
        {"filterModel": {"third_party": {"filter": "1 or 1"}, "state": {"filter": "gone"}}},
    ],
)
def test_a_hostile_request_gets_an_ordinary_page(act, declared, dora, request_):
    with act() as db:
        assert len(uids(lines(db, dora, request_))) == 2


def test_a_third_party_cannot_filter_by_another_organisation(act, declared, bob):
    with act() as db:
        model, _picked = rights.filter_list(fields=UNFILTERED | {"org": "1"})
        assert set(uids(lines(db, bob, {**FIRST, "filterModel": model}))) == set(declared)


def test_nothing_is_asked_before_the_grid_does(act, bob):
    with act() as db, pytest.raises(PreventUpdate):
        lines(db, bob, None)


def test_filters_are_cleared(act, bob):
    assert rights.clear_filters() == ("", "all", "all", False, "all", "")


def test_the_whole_view_shows_every_field(act, bob):
    shown, address = rights.show_whole(True, FIRST, None, request=request_of(None, bob))
    hidden, _address = rights.show_whole(False, FIRST, None, request=request_of(None, bob))
    assert address == "?view=full"
    assert not any(column.get("hide") for column in shown)
    assert {column["field"] for column in hidden if column.get("hide")} >= {"email", "uid", "role"}


def test_all_of_a_filter_is_chosen_across_pages_and_left(act, declared, bob):
    with act() as db:
        picked, ticked = rights.choose_every(None)
        said, button, look, off = rights.count_selected(
            [], picked, FIRST, request=request_of(db, bob)
        )
        assert not off
        again, _ticked = rights.choose_every(picked)
        none = rights.count_selected([{"uid": "a"}], again, FIRST, request=request_of(db, bob))
        assert rights.count_selected([], None, FIRST, request=request_of(db, bob))[3]
        chosen = rights_drawer.chosen(db, bob, [], picked, FIRST)
    assert ticked == []
    assert said == "Les 2 droits correspondant à ces filtres sont choisis"
    assert (button, look) == ("Ne plus tout choisir", "selection-bar rights-all")
    assert (none[0], none[3]) == ("1 droit choisi", False)
    assert set(chosen) == set(declared)


def test_the_drawer_tells_a_right_whole(act, declared, bob):
    with act() as db:
        drawn, address = rights_drawer.show_right(
            {"uid": declared[0], "n": 1}, FIRST, False, request=request_of(db, bob)
        )
    words = text_of(drawn)
    assert address == f"?open={declared[0]}"
    for said in (
        "Acceptée par le titulaire",
        "Mois couverts par le droit",
        "192.0.2.7",
        "2026-11",
        "alice@tilleuls.example",
        declared[0],
    ):
        assert said in words
    assert "Lisible du 01/09/2023 au 31/08/2028 : 0 mois avec des données" in words
    coming = [p for p in every(drawn) if "rights-ahead" in str(getattr(p, "className", ""))]
    assert len(coming) == 21 + 1  # and its key


def withdrawn(db, uid):
    """The holder takes it back three days later, from elsewhere; when."""
    (token,) = db.scalars(
        select(RightLetterRow.token)
        .join(HolderLink, HolderLink.token_hash == RightLetterRow.token_hash)
        .join(AccessRight, AccessRight.id == HolderLink.right_id)
        .where(AccessRight.uid == uid, RightLetterRow.kind == LetterKind.CONSENT)
    )
    later, last = NOW + timedelta(days=3), ConsentEvidence("198.51.100.9", "2027-02")
    answer_by_link(db, token, RightTrigger.WITHDRAWN, evidence=last, now=later, uids=[uid])
    return later


def test_the_drawer_keeps_the_acceptance_beside_the_withdrawal(act, declared, bob):
    with act() as db:
        later = withdrawn(db, declared[0])
        words = text_of(rights_drawer.render_drawer(db, bob, declared[0]))
    for said in ("Acceptation du titulaire", "192.0.2.7", "2026-11", clock(NOW)):
        assert said in words
    for said in ("Retrait par le titulaire", "198.51.100.9", "2027-02", clock(later)):
        assert said in words


def test_the_drawer_says_when_the_holder_was_written_to(act, bob):
    with act() as db:
        uid = asking(db, bob).uid
        before = text_of(rights_drawer.render_drawer(db, bob, uid))
        left = NOW + timedelta(minutes=15)
        (letter_id,) = list_letters(db, 2, left)
        record_sent(db, claim(db, letter_id), left)
        after = text_of(rights_drawer.render_drawer(db, bob, uid))
    assert "Courriel envoyé au titulaire" not in before
    assert f"Courriel envoyé au titulaire{GOOD.courriel_titulaire}{clock(left)}" in after
    assert after.index("Courriel envoyé") < after.rindex("le titulaire est sollicité")
    assert after.index("États") < after.index("Mois demandés") < after.index("Détail")


def test_the_drawer_leads_to_the_receipt_of_the_file_that_declared_it(act, bob):
    with act() as db:
        uid = asking(db, bob).uid
        detail = queries.get_right(db, bob, uid)
    assert detail.brought is None
    told = dict(facts(bob, replace(detail, brought=FromFile(7, "droits-rentree.xlsx", 12))))
    assert text_of(told["Parcours"]) == "Fichier droits-rentree.xlsx, ligne 12"
    assert told["Parcours"].href == "/droits/import?run=7"


def test_what_its_holder_withdrew_is_not_to_be_declared_again(act, declared, bob, dora):
    with act() as db:
        db.get(Pce, right_of(db, declared[0]).pce_id).holder_since = date(2020, 1, 1)
        withdrawn(db, declared[0])
        drawn = text_of(rights_drawer.render_drawer(db, bob, declared[0]))
        found = {row["uid"]: row["step"] for row in lines(db, bob)["rows"]["rowData"]}
        of_staff = {row["uid"]: row["step"] for row in lines(db, dora)["rows"]["rowData"]}
        refused = declare(db, bob, GOOD, delays=DELAYS, now=NOW)
    assert [problem.check for problem in refused.problems] == [20]
    assert "Le titulaire a retiré son accord le 27 nov. 2026." in drawn
    assert "le titulaire a mis fin à cet accès définitivement" in drawn
    assert "Seul un nouveau titulaire du site pourra être sollicité." in drawn
    for said in ("rouvrir", "Déclarer à nouveau", "Quelqu’un", "déclarer un nouveau droit"):
        assert said not in drawn
    assert found[declared[0]] == of_staff[declared[0]] == "personne"


def test_what_may_be_declared_again_says_so_to_who_would(act, declared, bob, dora):
    with act() as db:
        confirm(db, bob, "cancel", declared[1])
        drawn = text_of(rights_drawer.render_drawer(db, bob, declared[1]))
        seen = text_of(rights_drawer.render_drawer(db, dora, declared[1]))
        (line,) = (r for r in lines(db, bob)["rows"]["rowData"] if r["uid"] == declared[1])
        again = replace(GOOD, id_pce=OTHER)
        assert not declare(db, bob, again, delays=DELAYS, now=NOW).problems
        followed = text_of(rights_drawer.render_drawer(db, bob, declared[1]))
    assert "Le demandeur a annulé sa déclaration le 24 nov. 2026." in drawn
    assert "Déclarer à nouveau" in drawn
    assert line["step"] == "Vous, nouvelle déclaration"
    assert "Le demandeur peut déclarer un nouveau droit." in seen
    assert "Déclarer à nouveau" not in followed
    assert "un autre droit sur ce PCE est ouvert, ou attend une réponse" in followed


def test_the_drawer_closes_and_is_never_a_strangers(act, declared, bob, charlie):
    with act() as db:
        assert rights_drawer.show_right({"uid": ""}, FIRST, True, request=request_of(db, bob)) == (
            [],
            "?view=full",
        )
        with pytest.raises(NotFound):
            rights_drawer.show_right(
                {"uid": declared[0]}, FIRST, False, request=request_of(db, charlie)
            )


def ask(db, viewer, act, rows=(), uid="", picked=None):
    told = {"act": act, "uid": uid, "n": 1}
    return rights_drawer.ask(told, list(rows), picked, FIRST, request=request_of(db, viewer))


@pytest.mark.parametrize("verb", ["revoke", "cancel", "renew", "remind"])
def test_what_is_asked_of_one_right_names_it(act, declared, bob, verb):
    with act() as db:
        one = text_of(ask(db, bob, verb, uid=declared[1])[0])
        both = text_of(ask(db, bob, verb, [{"uid": uid} for uid in declared])[0])
        right_of(db, declared[1]).site = ""
        db.flush()
        bare = text_of(ask(db, bob, verb, uid=declared[1])[0])
    assert f"Gymnase Nord, PCE {OTHER}" in one
    assert "2 droits d’accès" in both
    assert f"PCE {OTHER}" in bare
    assert "Gymnase" not in bare


def test_what_revoking_takes_away_is_said_first(act, declared, bob):
    with act() as db:
        drawn = ask(db, bob, "revoke", uid=declared[0])
        both = ask(db, bob, "revoke", [{"uid": uid} for uid in declared])
    assert "1 droit actif prend fin dès maintenant" in text_of(drawn)
    assert "1 PCE n’est plus lisible du tout" in text_of(drawn)
    assert "N’est pas actif." in text_of(both)
    [button] = [p for p in every(both) if getattr(p, "data-act", "") == "revoke"]
    assert not button.disabled


def test_an_act_that_fits_none_of_the_rights_chosen_promises_nothing(act, declared, bob):
    with act() as db:
        both = [{"uid": uid} for uid in declared]
        revoke(db, bob, declared[:1], now=NOW)
        drawn = ask(db, bob, "revoke", both)
        renewed = ask(db, bob, "renew", both)
    for asked in (drawn, renewed):
        assert "2 droits restent tels quels" in text_of(asked)
        assert "Ce qui se passe" not in text_of(asked)
        assert "Nouvelle fin" not in text_of(asked)


def test_of_a_whole_choice_only_what_is_active_is_revoked(act, declared, bob):
    with act() as db:
        drawn = ask(db, bob, "revoke", picked={"all": True})
        [button] = [p for p in every(drawn) if getattr(p, "data-act", "") == "revoke"]
        assert not button.disabled
        assert "Révoquer 1 droit" in text_of(drawn)
        assert "décochez" not in text_of(drawn)
        mark = getattr(button, "data-mark")
        done = {"act": "revoke", "uids": "", "mark": mark, "n": 1}
        drawn, *_rest, toast = rights_drawer.act(
            done, None, [], {"all": True}, FIRST, request=request_of(db, bob)
        )
        assert "1 droit révoqué, 1 ignoré" in text_of(toast)
        assert "Tout peut être rétabli jusqu’au" in text_of(drawn)
        none = ask(db, bob, "revoke", [{"uid": uid} for uid in declared])
        [button] = [p for p in every(none) if getattr(p, "data-act", "") == "revoke"]
        assert button.disabled


def test_holders_who_do_not_answer_are_reminded(web, act, declared, bob, dora):
    with act() as db:
        strip = text_of(page_of(db, bob))
        assert "1 droit attend la réponse du titulaire" in strip
        assert "Relancer les titulaires" in strip
        assert "attend la réponse du titulaire" not in text_of(page_of(db, dora))
        soon = ask(db, bob, "remind-all")
        [button] = [p for p in every(soon) if getattr(p, "data-act", "") == "remind"]
        assert button.disabled
        assert "il y a moins de 7 jours" in text_of(soon)
        web.clock.now = NOW + timedelta(days=8)
        asked = ask(db, bob, "remind-all")
        [button] = [p for p in every(asked) if getattr(p, "data-act", "") == "remind"]
        assert getattr(button, "data-uids") == declared[1]
        *_rest, toast = confirm(db, bob, "remind", *declared)
        assert "rappel pour 1 droit" in text_of(toast)
        assert "Titulaire relancé" in text_of(rights_drawer.render_drawer(db, bob, declared[1]))


def test_revoking_takes_the_data_away(act, declared, bob):
    with act() as db:
        drawn, changed, picked, counts, toast = confirm(db, bob, "revoke", declared[0])
        assert right_of(db, declared[0]).state is RightState.REVOKED
    assert "Révoquée" in text_of(drawn)
    assert changed  # the lines are asked again, none ticked
    assert picked is None
    assert counts is None  # to be counted again
    assert "1 droit" in text_of(toast)


def test_a_declaration_nobody_answered_is_cancelled(act, declared, bob):
    with act() as db:
        assert "peut être refaite" in text_of(ask(db, bob, "cancel", uid=declared[1]))
        confirm(db, bob, "cancel", declared[1])
        assert right_of(db, declared[1]).state is RightState.OBSOLETE
        with pytest.raises(Conflict):
            confirm(db, bob, "cancel", declared[0])


def test_many_are_renewed_and_the_refusals_are_said(act, declared, bob):
    with act() as db:
        asked = text_of(ask(db, bob, "renew", [{"uid": uid} for uid in declared]))
        assert "doit accepter" in asked
        drawn, *_rest, toast = confirm(db, bob, "renew", *declared, ends_on="2029-08-31")
        rows, total = queries.list_rights(db, bob), queries.count_rights(db, bob)
    assert total == 3
    assert rows[0].ends_on == date(2029, 8, 31)
    assert "1 titulaire est sollicité de nouveau" in text_of(drawn)
    assert "Seul un droit actif" in text_of(drawn)
    assert "1 demande envoyée" in text_of(toast)


def test_a_renewal_whose_holder_wants_no_letter_asks_nobody(act, declared, bob):
    with act() as db:
        db.add(StoppedMailbox(mailbox="alice@tilleuls.example", at=NOW))
        db.flush()
        words = text_of(confirm(db, bob, "renew", declared[0], ends_on="2029-08-31")[0])
    assert "0 titulaire" not in words
    assert "1 titulaire ne veut plus de courriel" in words
    assert "Recueillez son accord par écrit" in words


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "Indiquez la nouvelle fin du droit."),
        ("demain", "Indiquez la nouvelle fin du droit."),
        ("2040-01-01", "3 ans"),
        ("2020-01-01", "fin"),
    ],
)
def test_a_renewal_is_asked_again_with_what_is_wrong_at_its_day(act, declared, bob, day, said):
    with act() as db:
        drawn, *rest = confirm(db, bob, "renew", declared[0], ends_on=day)
        assert queries.count_rights(db, bob) == 2
    field = with_id(drawn, RENEW_ID)
    assert field.invalid
    assert field.value == (day if day.startswith("20") else "")
    assert said in text_of(with_id(drawn, f"{RENEW_ID}-error"))
    assert any(getattr(part, "data-act", "") == "renew" for part in every(drawn))
    assert rest == [no_update] * 4


def test_a_day_that_is_missing_tells_nothing_of_the_rights_of_others(act, declared, charlie):
    with act() as db, pytest.raises(NotFound):
        confirm(db, charlie, "renew", declared[0], ends_on="")


def test_what_renews_nothing_says_so(act, declared, bob):
    with act() as db:
        drawn, *_rest, toast = confirm(db, bob, "renew", declared[1], ends_on="2029-08-31")
    assert "0 titulaire" not in text_of(drawn)
    assert "Seul un droit actif" in text_of(drawn)
    assert "Aucune demande envoyée" in text_of(toast)


def test_the_form_of_ones_own_point_is_filled_as_its_holder(act, declared, bob):
    with act() as db:
        drawn = page_of(db, replace(bob, organisation="Thermia"), new="1", own="1")
    assert with_id(drawn, Ids.AS_ROLE).value == "holder_supply"
    assert with_id(drawn, Ids.HOLDER).value == "Thermia"


def test_acts_need_a_choice_and_a_role(act, declared, bob, dora):
    reader = replace(bob, role=Role.CLIENT)
    with act() as db:
        with pytest.raises(Invalid):
            ask(db, bob, "revoke")
        with pytest.raises(PreventUpdate):
            ask(db, bob, "burn", uid=declared[0])
        with pytest.raises(PreventUpdate):
            confirm(db, bob, "burn", declared[0])
        with pytest.raises(Forbidden):
            confirm(db, reader, "revoke", declared[0])
        with pytest.raises(PreventUpdate):
            rights_drawer.act(None, None, request=request_of(db, bob))
        with pytest.raises(PreventUpdate):
            rights_drawer.ask(None, [], None, FIRST, request=request_of(db, bob))


@pytest.fixture
def doubtful(act, bob):
    with act() as db:
        return asking(db, bob, replace(GOOD, raison_sociale="Autre Nom")).uid


def test_what_differs_is_told_to_the_distributor_only(act, doubtful, bob, dora):
    with act() as db:
        staff = text_of(rights_drawer.render_drawer(db, dora, doubtful))
        asker = text_of(rights_drawer.render_drawer(db, bob, doubtful))
    assert "LYCEE DES TILLEULS" in staff
    assert "C’est la même personne" in staff
    assert "Vérifiez l’identité du titulaire avant le " in staff
    assert "Le distributeur doit vérifier l’identité du titulaire avant le " in asker
    assert "LYCEE DES TILLEULS" not in asker
    assert "C’est la même personne" not in asker


def test_another_postal_code_is_shown_to_the_distributor_only(act, bob, dora):
    with act() as db:
        uid = asking(db, bob, replace(GOOD, code_postal="99124")).uid
        staff = text_of(rights_drawer.render_drawer(db, dora, uid))
        asker = text_of(rights_drawer.render_drawer(db, bob, uid))
    assert "Le code postal déclaré n’est pas celui du PCE." in staff
    assert "Code postal déclaré99124Code postal du PCE99123" in staff
    assert "Le distributeur doit vérifier l’identité du titulaire avant le " in asker
    assert "99123" not in asker
    assert "n’est pas celui" not in asker


@pytest.mark.parametrize(
    ("verb", "state"), [("confirm", RightState.PENDING), ("deny", RightState.OBSOLETE)]
)
def test_the_distributor_settles_the_identity(act, doubtful, bob, dora, verb, state):
    with act() as db:
        with pytest.raises(Forbidden):
            confirm(db, bob, verb, doubtful)
        drawn, *_rest = confirm(db, dora, verb, doubtful)
        assert right_of(db, doubtful).state is state
    assert "Vérifier le titulaire" not in text_of(drawn)


def test_a_false_holder_is_shown_beside_the_contract_s_and_confirmed_twice(act, bob, dora):
    with act() as db:
        uid = asking(db, bob, HOLDER).uid
        words = text_of(rights_drawer.render_drawer(db, dora, uid))
        assert "Organisation qui demandeOrganisation de bob" in words
        assert "Titulaire du contratLYCEE DES TILLEULS" in words
        with pytest.raises(Conflict):
            confirm(db, dora, "confirm", uid)
        with pytest.raises(Forbidden):
            ask(db, bob, "settle", uid=uid)
        asked = text_of(ask(db, dora, "settle", uid=uid))
        assert "Oui, Organisation de bob est LYCEE DES TILLEULS" in asked
        confirm(db, dora, "sure", uid)
        assert right_of(db, uid).state is RightState.ACTIVE


@pytest.mark.parametrize("verb", ["revoke", "cancel", "renew"])
def test_nothing_is_asked_about_a_right_of_others(act, declared, charlie, verb):
    with act() as db, pytest.raises(NotFound):
        ask(db, charlie, verb, uid=declared[0])


def test_the_distributor_revokes_for_the_holder(act, declared, dora):
    with act() as db:
        asked = text_of(ask(db, dora, "revoke", uid=declared[0]))
        assert "À la demande du titulaire" in asked
        confirm(db, dora, "revoke", declared[0])
        with pytest.raises(Conflict):
            confirm(db, dora, "revoke", declared[0])


def refused(said):
    """The views and the name typed stay; what is wrong is said at the field."""
    return no_update, no_update, said, no_update


def test_views_are_kept_replaced_and_forgotten(act, bob, charlie):
    def keep(db, name, **filters):
        request = {**FIRST, "filterModel": filters}
        return rights.keep_view(name, request, True, request=request_of(db, bob))

    with act() as db:
        keep(db, " Écoles  à voir ", number={"filter": "école"})
        drawn, name, wrong, _toast = keep(db, "Écoles à voir", state={"filter": "pending"})
        assert (text_of(drawn), name, wrong) == ("Écoles à voir×", "", "")
        [view] = queries.list_views(db, bob)
        assert view.query == "?state=pending&view=full"
        assert queries.list_views(db, charlie) == ()
        with pytest.raises(NotFound):
            rights.drop_view({"id": view.id}, request=request_of(db, charlie))
        for unnamed in ("  ", "\u202e\u2066"):
            assert keep(db, unnamed) == refused("Donnez un nom à cette vue.")
        assert keep(db, "x" * 61) == refused("Ce nom est trop long\u00a0: 60 caractères au plus.")
        with pytest.raises(PreventUpdate):
            rights.drop_view(None, request=request_of(db, bob))
        assert "Aucune vue" in text_of(
            rights.drop_view({"id": view.id}, request=request_of(db, bob))
        )


def test_one_keeps_so_many_views(act, bob):
    with act() as db:
        for rank in range(30):
            rights.keep_view(f"Vue {rank}", FIRST, False, request=request_of(db, bob))
        more = rights.keep_view("Une de trop", FIRST, False, request=request_of(db, bob))
        assert more == refused("Vous avez déjà 30 vues\u00a0: oubliez-en une.")


def test_a_name_too_long_is_not_cut_before_it_is_said(act, declared, bob):
    with act() as db:
        field = with_id(page_of(db, bob), Ids.VIEW_NAME)
    assert not hasattr(field, "maxLength")


def test_the_page_opens_where_its_address_says(act, declared, bob, dora):
    with act() as db:
        make_right(db, *_active_soon(db))
        whole = page_of(db, bob, open=declared[0], state="active")
        words = text_of(whole)
        staff = text_of(page_of(db, dora))
        gone = text_of(page_of(db, bob, open="00000000-0000-0000-0000-000000000000"))
    assert re.search(r"2 droits actifs sur 3", words)
    assert "1 réponse de titulaire attendue" in words
    assert "Acceptée par le titulaire" in words
    assert "Déclarer un droit" in words
    assert "Déclarer un droit" not in staff
    assert "Demandeur" in staff
    assert "Acceptée par" not in gone


def _active_soon(db):
    return make_pce(db, "09999999910003"), 2


def test_nothing_yet_says_who_acts(act, bob, dora):
    with act() as db:
        assert "Déclarez un premier point de livraison" in text_of(page_of(db, bob))
        assert "Aucune organisation" in text_of(page_of(db, dora))
        assert "/droits/import/modele" in str(page_of(db, bob))
        assert "/droits/import/modele" not in str(page_of(db, dora))
        looked = replace(bob, behind=dora.user_id)
        assert "Déclarez un premier point de livraison" in text_of(page_of(db, looked))
        assert "Déclarer un droit" not in text_of(page_of(db, looked, new="1"))


def test_a_holder_is_told_who_reads_even_though_it_declared_nothing(act, alice, bob, charlie):
    with act() as db:
        accepted(db, bob)
        reader = replace(alice, role=Role.CLIENT)
        words = text_of(page_of(db, reader))
        late = replace(reader, today=date(2099, 1, 1))
        over, other = text_of(page_of(db, late)), text_of(page_of(db, charlie))
    assert "Aucun droit" not in words
    assert "Qui peut lire vos PCE aujourd’hui" in words
    assert "Organisation de bob · 1 PCE" in words
    for none in (over, other):
        assert "Qui peut lire" not in none
        assert "Organisation de bob" not in none


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR])
def test_every_user_has_the_ways_on(act, bob, role):
    with act() as db:
        inside = page_of(db, replace(bob, role=role))
    ways = [part.href for part in every(inside) if "btn" in str(getattr(part, "className", ""))]
    assert "/droits/import" in ways
    assert "/droits?new=1" in ways


def test_a_right_of_the_holder_itself_is_not_renewed(act, alice):
    alice = replace(alice, organisation="Lycée des Tilleuls")
    with act() as db:
        uid = asking(db, alice, HOLDER).uid
        words = text_of(rights_drawer.render_drawer(db, alice, uid))
    assert "Renouveler" not in words
    assert "Déclarée par le titulaire lui-même" in words


def test_a_closed_right_is_declared_again_with_what_is_known(act, declared, bob):
    with act() as db:
        confirm(db, bob, "revoke", declared[0])
        drawn = rights_drawer.render_drawer(db, bob, declared[0])
        form = page_of(db, bob, new="1", again=declared[0])
    assert "Déclarer à nouveau" in text_of(drawn)
    values = {
        part.id: getattr(part, "value", None) for part in every(form) if getattr(part, "id", "")
    }
    assert values["rights-pce"] == PCE
    assert values["rights-holder"] == "Lycée des Tilleuls"
    assert values["rights-starts"] == "2026-11-24"
    assert NOW.date() == date(2026, 11, 24)
