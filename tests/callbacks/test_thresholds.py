"""Thresholds tried, saved, changed, dealt with; a sheet previewed and confirmed."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from callbacks import (
    threshold_bulk,
    threshold_editor,
    threshold_episodes,
    thresholds,
)
from callbacks.threshold_editor import KEPT, TRIED
from components.fleet.causes import alert_address
from components.thresholds import Ids
from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import _
from data.thresholds import actions, queries
from data.thresholds.queries import trial_queries
from data.thresholds.types import EpisodeState, ThresholdChange, ThresholdFilter, ThresholdScope
from pages.thresholds import PAGE
from tests.components.kit.trees import every, text_of, with_id
from tests.data.thresholds.making import KWH, draft, judge, tell, viewer_on
from tests.factories import NOW, PCE, make_pce, make_people
from tests.web import Web, request_of

OTHER = "09999999910002"
FIRST = date(2026, 10, 1)


@pytest.fixture
def web(database, tmp_path):
    """alice holds two PCE: one has days since October, of 100 kWh, the last of 300."""
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1)
        make_pce(db, OTHER, holder_id=1, alias="Gymnase")
        days = {FIRST + timedelta(days=place): 100 for place in range(50)}
        tell(db, pce.id, days | {date(2026, 11, 20): 300})
    return Web(database, tmp_path)


def pressed(monkeypatch, module, id_):
    monkeypatch.setattr(module, "ctx", SimpleNamespace(triggered_id=id_))


def fields(**values):
    """Every field of the editor, as a browser sends them."""
    usual = dict.fromkeys([*TRIED, *KEPT]) | {
        "kind": "day",
        "scope": "one",
        "values": [200],
        "warn": 80,
        "hysteresis": 5,
        "consecutive": 1,
        "severity": "2",
        "told": [],
    }
    return usual | values


def kept(**values):
    return {"id": None, "version": None, "pce": PCE} | values


def save(db, viewer, edited=None, **values):
    """As a press does: what is read, then what is written."""
    found = fields(**values)
    told = [found[name] for name in [*TRIED, *KEPT]]
    edited = edited or kept()
    ready = threshold_editor.prepare_drafts(edited, *told, request=request_of(db, viewer))
    return threshold_editor.save(edited, *told, ready=ready, request=request_of(db, viewer))


def all_of(db, viewer):
    return queries.list_thresholds(db, viewer)[0]


def test_each_change_is_tried(monkeypatch, act, alice):
    pressed(monkeypatch, threshold_editor, Ids.VALUES)
    told = fields()
    controls = {name: told[name] for name in TRIED}
    rest = {name: told[name] for name in KEPT}
    with act() as db:
        found = threshold_editor.try_draft(
            controls=controls, rest=rest, edited=kept(), request=request_of(db, alice)
        )
    assert "1 date" in text_of(found["lead"])
    assert found["values"] is no_update
    assert found["drawn"]["marks"] == [91]


def test_another_kind_brings_its_proposed_values(monkeypatch, act, alice):
    pressed(monkeypatch, threshold_editor, Ids.KIND)
    told = fields(kind="low")
    with act() as db:
        found = threshold_editor.try_draft(
            controls=told, rest={}, edited=kept(), request=request_of(db, alice)
        )
    assert found["values"] == [0]
    assert found["look"] == "page thresholds-is-low thresholds-daily"


def test_a_threshold_is_saved_under_the_name_of_its_site(act, alice):
    with act() as db:
        address, toast, _problems = save(db, alice)
    assert address == "/seuils"
    assert "Seuil journalier · Lycée des Tilleuls" in text_of(toast)
    with act() as db:
        [row] = all_of(db, alice)
        detail = queries.get_threshold(db, alice, row.id)
    assert row.name == "Seuil journalier · Lycée des Tilleuls"
    assert detail.draft.values_wh == (200 * KWH,)
    assert [one.user_id for one in detail.draft.recipients] == [1]


def test_two_who_change_the_same_are_told(act, alice):
    with act() as db:
        save(db, alice)
        [row] = all_of(db, alice)
        edited = kept(id=row.id, version=1)
        assert save(db, alice, edited, name="Le mien")[0] == "/seuils"
        address, _toast, problems = save(db, alice, edited, name="Le tien")
        assert queries.get_threshold(db, alice, row.id).row.name == "Le mien"
    assert address is no_update
    assert "Non enregistré" in text_of(problems)
    assert "entre-temps" in text_of(problems)


@pytest.mark.parametrize(("each", "count"), [("common", 1), ("same", 2)])
def test_several_pces_share_a_threshold_or_get_one_each(act, alice, each, count):
    with act() as db:
        save(db, alice, scope="several", several=f"{PCE}\n{OTHER}", each=each, name="Tous")
        rows = all_of(db, alice)
    assert [row.pces for row in rows] == [2] if count == 1 else [1, 1]
    assert len(rows) == count


def test_each_pce_may_take_its_own_proposal(act, alice):
    with act() as db:
        address, toast, _problems = save(db, alice, scope="several", several=PCE, each="own")
        [row] = all_of(db, alice)
        values = queries.get_threshold(db, alice, row.id).draft.values_wh
    assert (address, values) == ("/seuils", (130 * KWH,))
    assert "Seuil journalier · Lycée des Tilleuls" in text_of(toast)


def test_each_of_several_bears_the_name_of_its_site(act, alice):
    with act() as db:
        save(db, alice, scope="several", several=f"{PCE} {OTHER}", each="same")
        names = {row.name for row in all_of(db, alice)}
        assert names == {"Seuil journalier · Lycée des Tilleuls", "Seuil journalier · Gymnase"}
        with pytest.raises(Invalid, match="trop court"):
            save(db, alice, scope="several", several=OTHER, each="own")


def test_a_group_brings_a_pce_of_its_own_to_be_tried_on(monkeypatch, act, alice):
    from data.metering.pces.actions import set_tags

    pressed(monkeypatch, threshold_editor, Ids.SCOPE)
    controls = {name: fields(scope="tag:Sport")[name] for name in TRIED}
    with act() as db:
        set_tags(db, alice, [OTHER], add=["Sport"], remove=[], now=NOW)
        found = threshold_editor.try_draft(
            controls=controls, rest={}, edited=kept(), request=request_of(db, alice)
        )
        assert (found["choice"], found["pce"]) == (OTHER, f"Gymnase {OTHER}")
        offered = threshold_editor.find_pces("", "tag:Sport", request=request_of(db, alice))
        assert "Gymnase" in text_of(offered)
        assert "Lycée" not in text_of(offered)


def test_what_is_wrong_is_not_saved(act, alice, charlie):
    with pytest.raises(Invalid), act() as db:
        save(db, alice, values=[None])
    months = [*([200] * 3), "-5", "douze", *([200] * 7)]
    with pytest.raises(Invalid) as refused, act() as db:
        save(db, alice, kind="month", values=months)
    assert _(refused.value.message, **refused.value.params) == (
        "Avril : une valeur ne peut pas être négative."
    )
    with pytest.raises(NotFound), act() as db:
        save(db, charlie)
    with pytest.raises(NotFound), act() as db:
        save(db, alice, scope="several", several="01111111111111")


def test_two_presses_save_one(act, alice):
    with act() as db:
        save(db, alice)
    with act() as db:
        address, toast, _problems = save(db, alice)
        assert address == "/seuils"
        assert "Seuil enregistré" in text_of(toast)
        assert len(all_of(db, alice)) == 1


def test_a_client_may_not_save(act, alice):
    client = replace(alice, role=Role.CLIENT)
    with pytest.raises(Forbidden), act() as db:
        save(db, client)


def told_of(db, viewer, who, by, told):
    entry = {"who": who, "by": by, "every": "daily", "after": "0"}
    return threshold_editor.tell(entry=entry, told=told, request=request_of(db, viewer))


def test_people_are_told_changed_and_left_out(monkeypatch, act, alice):
    pressed(monkeypatch, threshold_editor, Ids.TELL)
    with act() as db:
        told, shown, hidden = told_of(db, alice, "u1", ["email"], [])
        assert told == [{"who": "u1", "by": ["email"], "every": "daily", "after": "0"}]
        assert "Alice" in text_of(shown)
        assert hidden
        pressed(monkeypatch, threshold_editor, Ids.UNTELL)
        gone = told_of(db, alice, "u1", [], told)
        assert gone[0] == []
        nobody = told_of(db, alice, "none", [], told)
    assert nobody == (no_update, no_update, False)


def test_the_picker_finds_pces(act, alice):
    with act() as db:
        assert "Gymnase" in text_of(
            threshold_editor.find_pces("gymn", "one", request=request_of(db, alice))
        )


def acted(rows, db, viewer, shown=None):
    return thresholds.act_on_selected(rows=rows, shown=shown or {}, request=request_of(db, viewer))


def test_rows_are_asked_by_block_and_filter(act, alice):
    with act() as db:
        save(db, alice)
        request = {"startRow": 0, "endRow": 100, "filterModel": {"name": {"filter": "lycee"}}}
        answer = thresholds.show_rows(request, request=request_of(db, alice))
        assert (answer["rows"]["rowCount"], answer["count"], answer["nothing"]) == (
            1,
            "1 seuil",
            True,
        )
        request["filterModel"] = {"state": {"filter": "paused"}}
        assert thresholds.show_rows(request, request=request_of(db, alice))["nothing"] is False
        with pytest.raises(PreventUpdate):
            thresholds.show_rows(None, request=request_of(db, alice))


def test_filters_follow_in_the_address(act, alice):
    with act():
        place = {"past": 1, "page": 2, "total": 41}
        model, address, ways = thresholds.filter_list(
            fields={"q": "gaz", "show": "open"},
            pce=PCE,
            place=place,
        )
        assert address == f"?q=gaz&show=open&pce={PCE}&past=1&page=2"
        assert f"/seuils?q=gaz&show=open&pce={PCE}&past=1&page=3" in hrefs(ways)
        assert model["state"]["filter"] == "open"
        assert thresholds.clear_filters() == ("", "all")
        assert thresholds.count_selected([1], "all") == ("1 seuil coché", *[False] * 4)
        text, *off = thresholds.count_selected([], "removed")
        assert "rétablir" in text
        assert off == [True] * 4
        assert thresholds.show_verbs("removed") == (True, False, [])
        assert thresholds.show_verbs("low") == (False, True, [])


def test_ticked_thresholds_are_paused_resumed_removed_and_restored(monkeypatch, act, alice):
    with act() as db:
        save(db, alice)
        [row] = all_of(db, alice)

    def press(id_):
        pressed(monkeypatch, thresholds, id_)
        with act() as db:
            return acted([{"id": str(row.id)}], db, alice)

    said, first, options = press(Ids.PAUSE)
    assert "Suspendu" in text_of(said)
    assert {"value": "paused", "label": "Suspendus 1", "disabled": False} in options
    with act() as db:
        assert all_of(db, alice)[0].paused
    assert press(Ids.RESUME)[1] != first
    with act() as db:
        assert not all_of(db, alice)[0].paused
    said, _again, options = press(Ids.REMOVE)
    assert "/seuils?show=removed" in [getattr(part, "href", "") for part in every(said)]
    assert [one["label"] for one in options] == [
        "Tous 0",
        "En alerte 0",
        "Suspendus 0",
        "Retirés 1",
    ]
    with act() as db:
        assert all_of(db, alice) == []
        assert queries.list_thresholds(db, alice, ThresholdFilter(removed=True))[1] == 1
        assert len(queries.list_threshold_history(db, alice, row.id)) == 4
    with pytest.raises(NotFound):
        press(Ids.REMOVE)
    assert "Rétabli" in text_of(press(Ids.RESTORE)[0])
    with act() as db:
        assert [one.id for one in all_of(db, alice)] == [row.id]
        assert (
            queries.list_threshold_history(db, alice, row.id)[0].change is ThresholdChange.RESTORED
        )
    with pytest.raises(NotFound):
        press(Ids.RESTORE)


def test_nothing_ticked_is_said(monkeypatch, act, alice):
    pressed(monkeypatch, thresholds, Ids.PAUSE)
    for rows in (None, [], [{"id": "x"}], [{}]):
        with pytest.raises(Invalid), act() as db:
            acted(rows, db, alice)


@pytest.fixture
def episode(act, alice):
    """One exceedance, open since the day of 300 kWh."""
    with act() as db:
        actions.create(db, viewer_on(FIRST), draft(values_wh=(200 * KWH,)), now=NOW)
        judge(db)
        [row] = queries.list_episodes(db, alice).rows
    assert row.state is EpisodeState.EXCEEDED
    return row.id


def deal(db, viewer, episode, comment="", who="nobody", until=""):
    typed = {"comment": comment, "who": who, "until": until}
    return threshold_episodes.deal(episode=episode, typed=typed, request=request_of(db, viewer))


def test_an_exceedance_is_seen_from_the_list(act, alice, episode):
    with act() as db:
        shown, said = threshold_episodes.mark_seen(
            {"id": episode, "n": 1}, OPENED, "", request=request_of(db, alice)
        )
    assert "vu par Alice" in text_of(shown)
    assert "Vu" in text_of(said)
    with pytest.raises(PreventUpdate), act() as db:
        threshold_episodes.mark_seen(None, OPENED, "", request=request_of(db, alice))


def test_an_exceedance_is_seen_given_put_off_and_brought_back(monkeypatch, act, alice, episode):
    def press(id_, **values):
        pressed(monkeypatch, threshold_episodes, id_)
        with act() as db:
            return text_of(list(deal(db, alice, episode, **values)))

    assert "Commentairevanne" in press(Ids.ACKNOWLEDGE, comment="vanne")
    assert "Confié àAlice" in press(Ids.ASSIGN, who="1")
    assert "Sans responsable" in press(Ids.ASSIGN, who="nobody")
    assert "Reporté au01/12/2026" in press(Ids.SNOOZE, until="2026-12-01")
    assert "reporté" not in press(Ids.WAKE)
    for day in ("", "2026-11-01"):
        with pytest.raises(Invalid):
            press(Ids.SNOOZE, until=day)


def test_a_client_who_was_told_answers_and_gives_it_to_nobody(monkeypatch, act, alice, episode):
    client = replace(alice, role=Role.CLIENT)
    with act() as db:
        shown, _said = threshold_episodes.mark_seen(
            {"id": episode, "n": 1}, OPENED, "", request=request_of(db, client)
        )
    assert "vu par Alice" in text_of(shown)
    pressed(monkeypatch, threshold_episodes, Ids.SNOOZE)
    with act() as db:
        assert "reporté" in text_of(list(deal(db, client, episode, until="2026-12-01")))
    pressed(monkeypatch, threshold_episodes, Ids.ASSIGN)
    with pytest.raises(Forbidden), act() as db:
        deal(db, client, episode, who="1")


def test_the_exceedance_of_another_is_not_there(monkeypatch, act, charlie, episode):
    pressed(monkeypatch, threshold_episodes, Ids.ACKNOWLEDGE)
    with pytest.raises(NotFound), act() as db:
        deal(db, charlie, episode)


def test_past_exceedances_are_shown_when_asked_for(act, alice, episode):
    with act() as db:
        shown, _ways, place, address = past(db, alice, OPENED)
        assert "300\u00a0kWh" in text_of(shown)
        assert (place, address) == ({"past": 1, "page": 1, "total": 1}, "?past=1")
        other = past(db, alice, OPENED, pce=OTHER)[0]
        with pytest.raises(PreventUpdate):  # drawn so from its address, maybe further on
            past(db, alice, {"past": 1, "page": 3, "total": 60})
    assert "Aucune alerte" in text_of(other)


OPENED = {"past": 0, "page": 1, "total": 1}


def past(db, viewer, place, **fields):
    """Press "with the past ones"."""
    return threshold_episodes.show_episodes(
        past="all", place=place, fields=fields, request=request_of(db, viewer)
    )


def hrefs(tree):
    return [part.href for part in every(tree) if getattr(part, "href", None)]


def test_every_alert_is_reached_page_by_page(monkeypatch, act, alice):
    monkeypatch.setattr("components.thresholds.episodes.SIZE", 2)
    monkeypatch.setattr("pages.thresholds.SIZE", 2)
    monkeypatch.setattr(threshold_episodes, "SIZE", 2)
    with act() as db:
        for name in "ABC":
            actions.create(db, viewer_on(FIRST), draft(name=name, values_wh=(200 * KWH,)), now=NOW)
        judge(db)
        first = page(db, alice)
        assert "Alertes 1 à 2 sur 3" in text_of(first)
        assert "/seuils?page=2" in hrefs(first)
        second = page(db, alice, page="2")
        assert "Alertes 3 à 3 sur 3" in text_of(second)
        place = with_id(second, Ids.PLACE).data
        assert place == {"past": 0, "page": 2, "total": 3}
        ids = [found.id for found in queries.list_episodes(db, alice, page=2, size=2).rows]
        seen, _said = threshold_episodes.mark_seen(
            {"id": ids[0], "n": 1}, place, "", request=request_of(db, alice)
        )
        assert "vu par Alice" in text_of(seen)  # the same page is shown again
        _shown, ways, _place, address = past(db, alice, place, q="chauf", show="all")
        assert address == "?q=chauf&past=1"
        assert hrefs(ways) == ["/seuils?q=chauf&past=1&page=2"]


def test_the_sentence_above_the_list_counts_what_the_list_holds(act, alice, dora, episode):
    """To the distributor's staff it said that there was none, above those of everybody."""
    with act() as db:
        for viewer in (alice, dora):
            said = text_of(page(db, viewer))
            assert "1 dépassement en cours." in said
            assert "Aucune alerte" not in said
        assert queries.get_home_episodes(db, dora).open == 0  # their own, at home
        alone = queries.get_home_episodes(db, dora, limit=0, everyone=True)
        assert (alone.open, alone.days_without) == (1, None)


def test_many_are_ticked_and_take_one_draft(act, alice):
    rows = [{"number": PCE}, {"number": OTHER}]
    with act() as db:
        request = {"startRow": 0, "endRow": 100}
        assert threshold_bulk.show_pces(request, request=request_of(db, alice))["rowCount"] == 2
        with pytest.raises(PreventUpdate):
            threshold_bulk.show_pces(None, request=request_of(db, alice))
        model = threshold_bulk.filter_pces(fields={"q": "lyc", "tag": "all"})
        assert set(model) == {"number"}
        assert threshold_bulk.count_pces(rows) == "2 PCE cochés"
        same = threshold_bulk.set_same("day", rows)
        assert same == f"/seuils?new=1&kind=day&pce={PCE}&pces={PCE},{OTHER}"
        for several in ([], [{"number": str(place)} for place in range(201)]):
            with pytest.raises(Invalid):
                threshold_bulk.set_same("day", several)


def previewed(shown):
    return with_id(shown, Ids.MANY_PLANNED).data


def confirmed(db, viewer, kept, *, again=False):
    ready = threshold_bulk.planned(again, kept, request=request_of(db, viewer))
    return threshold_bulk.set_planned(again, kept, ready=ready, request=request_of(db, viewer))


def test_the_proposed_values_of_each_are_previewed_then_set(act, alice):
    rows = [{"number": PCE}, {"number": OTHER}]
    with act() as db:
        shown = threshold_bulk.show_plan("day", rows, request=request_of(db, alice))
        assert all_of(db, alice) == []
        words = text_of(shown)
        assert "1 seuil à poser" in words
        assert "Valeurs de 130\u00a0kWh à 130\u00a0kWh, chaque jour" in words
        assert "1 PCE n’a pas assez d’historique" in words
        assert "1 alerte sur 1 PCE" in words
        assert "Seuil journalier · Lycée des Tilleuls" in words
        address, said = confirmed(db, alice, previewed(shown))
        assert (address, "1 seuil posé" in text_of(said)) == ("/seuils", True)
        assert [row.name for row in all_of(db, alice)] == ["Seuil journalier · Lycée des Tilleuls"]


def test_those_that_have_one_are_left_out_unless_asked_for(act, alice):
    with act() as db:
        save(db, alice)
        shown = threshold_bulk.show_plan("day", [{"number": PCE}], request=request_of(db, alice))
        assert "1 PCE est laissé de côté\u00a0: un seuil journalier y existe déjà" in text_of(shown)
        kept = previewed(shown)
        with pytest.raises(PreventUpdate):
            threshold_bulk.plan_again(False, kept, request=request_of(db, alice))
        again = threshold_bulk.plan_again(True, kept, request=request_of(db, alice))
        assert "1 seuil à poser" in text_of(again)
        confirmed(db, alice, kept)
        assert len(all_of(db, alice)) == 1
        confirmed(db, alice, previewed(again), again=True)
        assert len(all_of(db, alice)) == 2
        assert threshold_bulk.drop_plan() == []


def test_a_plan_of_a_stranger_or_of_nothing_is_refused(act, alice, charlie):
    with act() as db:
        with pytest.raises(NotFound):
            threshold_bulk.show_plan("day", [{"number": PCE}], request=request_of(db, charlie))
        with pytest.raises(Invalid):
            threshold_bulk.show_plan("day", [], request=request_of(db, alice))
        assert "0 seuil posé" in text_of(confirmed(db, alice, None)[1])


def page(db, viewer, **query):
    return PAGE.layout(request_of(db, viewer), **query)


def test_a_new_threshold_opens_on_a_site_without_one(act, alice):
    with act() as db:
        first = with_id(page(db, alice, new="1", kind="day"), Ids.EDITED).data["pce"]
        save(db, alice, kept(pce=first))
        screen = page(db, alice, new="1", kind="day")
        assert with_id(screen, Ids.EDITED).data["pce"] == ({PCE, OTHER} - {first}).pop()
        assert "existe déjà" not in text_of(screen)
        assert "existe déjà" in text_of(page(db, alice, new="1", kind="day", pce=first))


def test_a_threshold_set_from_the_drifts_is_learnt_before_them_and_leads_back(act, alice):
    query = dict(parse_qsl(urlsplit(alert_address(PCE, date(2026, 12, 7))).query))
    with act() as db:
        screen = page(db, alice, **query)
        assert with_id(screen, Ids.LEARNT).value == "2025-11-30"
        links = {part.href for part in every(screen) if text_of(part) == "Annuler"}
        assert links == {"/consommations/parc"}
        elsewhere = page(db, alice, **query | {"de": "//ailleurs.example"})
        assert "ailleurs" not in str(elsewhere)


def test_the_page_opens_in_each_of_its_states(act, alice, episode):
    with act() as db:
        [row] = all_of(db, alice)
        assert "1 dépassement en cours" in text_of(page(db, alice))
        assert "1 dépassement en cours" in text_of(page(db, alice, past="1", pce=PCE))
        editor = page(db, alice, edit=str(row.id))
        assert with_id(editor, Ids.EDITED).data == {"id": row.id, "version": 1, "pce": PCE}
        assert "Historique" in text_of(editor)
        assert "Lycée" in text_of(page(db, alice, episode=str(episode)))
        assert with_id(page(db, alice, new="1", pce=OTHER), Ids.EDITED).data["pce"] == OTHER
        assert with_id(page(db, alice, new="1"), Ids.EDITED).data["pce"] in {PCE, OTHER}
        assert "Importer des seuils" in text_of(page(db, alice, sheet="1"))
        assert "plusieurs PCE" in text_of(page(db, alice, many="1"))
        whole = page(db, alice, many="1", kind="day", tag="Sport", each="1")
        assert previewed(whole)["tag"] == "Sport"


def test_a_client_reads_and_changes_nothing(act, alice, episode):
    client = replace(alice, role=Role.CLIENT)
    with act() as db:
        [row] = all_of(db, client)
        reading = page(db, client, edit=str(row.id))
        ids = {getattr(part, "id", None) for part in every(reading)}
        assert not {Ids.SAVE, Ids.VALUES} & ids
        for query in ({"new": "1"}, {"sheet": "1"}, {"many": "1"}):
            assert "Tous les seuils" in text_of(page(db, client, **query))
        untold = replace(client, user_id=2)
        assert "Prendre connaissance" not in text_of(page(db, untold, episode=str(episode)))


def test_a_stranger_finds_nothing(act, charlie, episode):
    with act() as db:
        assert "Aucun seuil" in text_of(page(db, charlie))
        assert "Déclarer" in text_of(page(db, charlie, new="1")) or page(db, charlie, new="1")
        for query in ({"edit": "1"}, {"episode": str(episode)}, {"edit": "x"}, {"edit": "9" * 12}):
            with pytest.raises(NotFound):
                page(db, charlie, **query)
        with pytest.raises(NotFound):
            page(db, charlie, new="1", pce=PCE)


def test_a_threshold_of_a_tag_or_of_a_pce_since_lost_is_tried_on_what_one_may_read(act, alice):
    with act() as db:
        tagged = actions.create(db, alice, draft(scope=ThresholdScope(tag="Sport")), now=NOW)
        assert with_id(page(db, alice, edit=str(tagged)), Ids.EDITED).data["pce"] in {PCE, OTHER}
        from data.metering.pces.actions import set_tags

        set_tags(db, alice, [OTHER], add=["Sport"], remove=[], now=NOW)
        assert with_id(page(db, alice, edit=str(tagged)), Ids.EDITED).data["pce"] == OTHER


def test_a_line_ticked_twice_is_one_and_too_many_are_told():
    assert thresholds.ticked([{"id": "7"}, {"id": 7}, {"id": "8"}]) == [7, 8]
    with pytest.raises(Invalid, match="500"):
        thresholds.ticked([{"id": str(number)} for number in range(501)])
    pces = [{"number": PCE}, {"number": PCE}, {"number": "GI000001"}]
    assert threshold_bulk.selected_rows(pces) == [PCE, "GI000001"]
    with pytest.raises(Invalid, match="5"):
        threshold_bulk.selected_rows([{"number": str(number)} for number in range(5001)])


def test_a_trial_of_too_many_pces_reads_none_of_them(monkeypatch, act, alice):
    pressed(monkeypatch, threshold_editor, Ids.SEVERAL)
    asked = []
    monkeypatch.setattr(
        trial_queries, "load_scope_members", lambda _db, _viewer, scope: asked.append(scope) or {}
    )
    many = " ".join(str(number) for number in range(14_000))
    told = fields(scope="several", several=many)
    with act() as db:
        shown = threshold_editor.try_draft(
            controls=told, rest={}, edited=kept(), request=request_of(db, alice)
        )
    assert "5000 PCE" in text_of(shown["problems"])
    assert asked == []
