"""The list, episodes, the sheet and the grid of many PCE."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.notifications.episodes import episode_figure, episode_note
from components.thresholds import Ids
from components.thresholds.bulk import many_page, many_text
from components.thresholds.episodes import episode_list, episode_page
from components.thresholds.filters import (
    ThresholdQuery,
    filter_model,
    filter_of_model,
    read_asked,
    read_filters,
    show_of,
    write_asked,
)
from components.thresholds.labels import default_name
from components.thresholds.listing import (
    ThresholdListFacts,
    chips,
    opening,
    thresholds_page,
)
from components.thresholds.rows import count_text, grid_row, selected_text
from core.access import Role
from data.metering.pces.types import PceFilter
from data.thresholds.types import (
    EpisodeCounts,
    EpisodePage,
    EpisodeState,
    ThresholdFilter,
    ThresholdKind,
    ThresholdPeriod,
)
from data.thresholds.types.alerts import AlertCounts
from tests.components.kit.trees import every, of_kind, text_of, with_id
from tests.components.thresholds.making import AT, counts, draft, episode, home, row, viewer

TODAY = date(2026, 11, 24)
ONE = EpisodePage((episode(),), 1, 1)
FACTS = ThresholdListFacts(
    ThresholdQuery(ThresholdFilter()), counts(), home(awake=EpisodeCounts(1)), ONE
)


@given(
    st.builds(
        read_asked,
        st.fixed_dictionaries(
            {},
            optional={
                "q": st.text("azé &=", max_size=12),
                "show": st.sampled_from(["", "open", "paused", "removed", "low", "?"]),
                "pce": st.just("09999999910001"),
                "past": st.sampled_from(["", "0", "1"]),
                "page": st.sampled_from(["", "-1", "1", "7", "²", "999999"]),
            },
        ),
    )
)
def test_filters_go_to_the_address_and_the_grid_and_back(asked):
    from urllib.parse import parse_qsl

    query = dict(parse_qsl(write_asked(asked).lstrip("?"), keep_blank_values=True))
    assert read_asked(query) == asked
    assert filter_of_model(filter_model(asked.thresholds_filter)) == asked.thresholds_filter


def test_odd_models_filter_nothing():
    assert filter_of_model(None) == filter_of_model({"name": 3}) == ThresholdFilter()
    assert show_of(read_filters({"open": "1"})) == "open"


def test_nothing_set_yet_has_one_primary_action_for_those_who_may():
    none = replace(FACTS, counts=counts(0), episodes=EpisodePage((), 0, 1))
    page = thresholds_page(viewer(), none)
    primary = [
        part for part in every(page) if "btn-primary" in (getattr(part, "className", "") or "")
    ]
    assert [text_of(part) for part in primary] == ["Poser un premier seuil"]
    reader = thresholds_page(viewer(Role.CLIENT), replace(none, deciders=("Ada",)))
    assert "Ada peut poser des seuils." in text_of(reader)
    assert "Poser" not in text_of(reader)


def test_a_search_that_finds_nothing_does_not_say_that_nothing_is_set():
    searched = replace(FACTS, counts=counts(0), list_view=read_asked({"q": "zzzz"}))
    page = thresholds_page(viewer(), searched)
    assert "Aucun seuil pour l’instant" not in text_of(page)
    assert with_id(page, Ids.SEARCH).value == "zzzz"


def test_removed_ones_are_a_press_away_and_may_be_restored():
    def words(total=3, removed=0, pressed="all"):
        return [text for _value, text in chips(counts(total, removed=removed), pressed)]

    assert not [word for word in words() if "Retirés" in word]
    assert words(removed=2)[-1] == "Retirés 2"
    assert words(pressed="removed")[-1] == "Retirés 0"
    none = replace(FACTS, counts=counts(0, removed=2), episodes=EpisodePage((), 0, 1))
    links = [getattr(part, "href", "") for part in every(thresholds_page(viewer(), none))]
    assert "/seuils?show=removed" in links
    shown = thresholds_page(viewer(), replace(none, list_view=read_asked({"show": "removed"})))
    options = with_id(shown, Ids.GRID).dashGridOptions["rowSelection"]
    assert "mine" in options["isRowSelectable"]["function"]
    assert with_id(shown, Ids.SHOW).value == "removed"
    assert (with_id(shown, Ids.STANDING).hidden, with_id(shown, Ids.GONE).hidden) == (True, False)
    shown = thresholds_page(viewer(), FACTS)
    assert (with_id(shown, Ids.STANDING).hidden, with_id(shown, Ids.GONE).hidden) == (False, True)


def test_the_list_of_thresholds_is_a_tab_of_the_alerts():
    page = thresholds_page(viewer(), replace(FACTS, tabs=(AlertCounts(to_see=2), 1)))
    tabs = [link for link in every(page) if "part-tab" in (getattr(link, "className", "") or "")]
    links = {getattr(tab, "href", ""): tab for tab in tabs}
    assert text_of(links["/notifications"]) == "À voir 2"
    assert "/notifications?tab=others" in links
    assert "part-tab-on" in links["/seuils"].className


def test_actions_wait_for_a_ticked_threshold():
    page = thresholds_page(viewer(), FACTS)
    verbs = (Ids.PAUSE, Ids.RESUME, Ids.REMOVE, Ids.RESTORE)
    assert all(with_id(page, verb).disabled for verb in verbs)


def test_a_reader_has_neither_boxes_nor_actions():
    page = thresholds_page(viewer(Role.CLIENT), FACTS)
    ids = {getattr(part, "id", None) for part in every(page)}
    assert Ids.GRID in ids
    assert not {Ids.PAUSE, Ids.SELECTED} & ids
    assert "rowSelection" not in with_id(page, Ids.GRID).dashGridOptions
    assert "Nouveau seuil" not in text_of(page)
    assert "rowSelection" in with_id(thresholds_page(viewer(), FACTS), Ids.GRID).dashGridOptions


def test_the_opening_says_how_things_stand():
    assert text_of(opening(home())) == "Aucune alerte en cours."
    assert text_of(opening(home(days_without=94))) == "Aucun dépassement depuis 94 jours."
    busy = home(awake=EpisodeCounts(2, warned=1), snoozed=1)
    assert text_of(opening(busy)) == "2 dépassements en cours, 1 seuil presque atteint, 1 reporté."
    assert text_of(opening(home(awake=EpisodeCounts(warned=2)))) == "2 seuils presque atteints."
    silent = home(awake=EpisodeCounts(1, silences=5))
    assert text_of(opening(silent)) == "1 dépassement en cours, 5 PCE sans données."


def test_chips_leave_out_the_kinds_that_nobody_uses():
    words = [word for word, _said in chips(counts(), "low")]
    assert words == ["all", "open", "paused", "fixed", "low"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"removed": True}, "Retiré"),
        ({"paused": True}, "Suspendu"),
        ({"exceeded": 2}, "dépassé, 2 PCE"),
        ({"exceeded": 2, "kind": ThresholdKind.MISSING}, "sans données, 2 PCE"),
        ({"warned": 1}, "presque atteint, 1 PCE"),
        ({}, "Normal"),
        ({"valid_to": TODAY}, "Normal"),
        ({"valid_from": TODAY}, "Normal"),
        ({"valid_to": date(2026, 11, 23)}, "Terminé"),
        ({"valid_from": date(2026, 11, 25)}, "À venir"),
        ({"valid_to": date(2026, 11, 23), "exceeded": 1}, "dépassé, 1 PCE"),
    ],
)
def test_a_line_says_its_state(values, said):
    assert grid_row(row(**values), TODAY)["state"]["word"] == said


def test_a_line_says_its_scope_and_its_validity():
    assert grid_row(row(), TODAY)["scope"] == "Gymnase Nord"
    assert grid_row(row(pces=9, sites=("A", "B", "C")), TODAY)["scope"] == "A, B, C + 6"
    assert grid_row(row(tag="Sport", pces=12), TODAY)["scope"] == "étiquette Sport, 12 PCE"
    assert grid_row(row(sites=(), pces=2), TODAY)["scope"] == "2 PCE"
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert (
        grid_row(row(valid_from=first, valid_to=last), TODAY)["valid"]
        == "du 01/01/2026 au 31/12/2026"
    )
    assert grid_row(row(valid_to=last), TODAY)["valid"] == "jusqu’au 31/12/2026"
    assert grid_row(row(valid_from=first), TODAY)["valid"] == "depuis le 01/01/2026"
    assert (
        grid_row(row(kind=ThresholdKind.LOW, period=ThresholdPeriod.DAY), TODAY)["kind"]
        == "Faible ou nul"
    )


def test_counts_are_words():
    assert count_text(1) == "1 seuil"
    assert selected_text(2) == "2 seuils cochés"
    assert selected_text(0).startswith("Cochez")
    assert "rétablir" in selected_text(0, removed=True)
    assert many_text(3) == "3 PCE cochés"
    assert many_text(0).startswith("Cochez")


def test_an_episode_is_told_as_it_is_at_home_and_on_the_chart():
    row = episode(acknowledged_by="Alice", acknowledged_at=AT, comment="vanne", assigned_to="Bob")
    said = text_of(episode_list([row], viewer().today, closed=False))
    for words in (episode_figure(row, viewer().today), episode_note(row, viewer().today)):
        assert words in said
    assert "14\u202f820\u00a0kWh au 21/11, seuil 14\u202f000" in said
    assert "15\u202f400\u00a0kWh au 22/11, +10,0" in said
    assert "vu par Alice" in said
    assert "«\u00a0vanne\u00a0»" in said


@pytest.mark.parametrize(
    ("page", "words", "ways"),
    [
        (1, "Alertes 1 à 20 sur 129", ["?q=gaz&past=1&page=2"]),
        (2, "Alertes 21 à 40 sur 129", ["?q=gaz&past=1", "?q=gaz&past=1&page=3"]),
        (7, "Alertes 121 à 129 sur 129", ["?q=gaz&past=1&page=6"]),
    ],
)
def test_a_list_longer_than_its_page_says_so_and_leads_to_the_others(page, words, ways):
    """20 of 129 were shown, and nothing said so."""
    asked = read_asked({"q": "gaz", "past": "1", "page": "99"})  # what is shown counts, not this
    found = EpisodePage((episode(),), 129, page)
    (card,) = of_kind(
        thresholds_page(viewer(), replace(FACTS, list_view=asked, episodes=found)), "Nav"
    )[-1:]
    assert words in text_of(card)
    assert [link.href for link in of_kind(card, "Link")] == [f"/seuils{way}" for way in ways]
    short = thresholds_page(viewer(), replace(FACTS, episodes=EpisodePage((episode(),), 20, 1)))
    assert "sur 20" not in text_of(short)


def test_an_open_episode_not_yet_seen_is_marked_in_one_press():
    def presses(row):
        return [
            p
            for p in every(episode_list([row], viewer().today, closed=False))
            if vars(p).get("data-thresholds")
        ]

    assert len(presses(episode())) == 1
    assert not presses(episode(acknowledged_at=AT))
    assert not presses(episode(state=EpisodeState.NORMAL))
    assert not presses(episode(answerable=False))
    assert "Aucune alerte en cours" in text_of(episode_list([], viewer().today, closed=False))


def test_an_episode_names_its_site_once_and_one_that_ended_is_only_to_be_seen():
    def said(row):
        return text_of(episode_list([row], viewer().today, closed=True))

    site = episode().alias
    assert said(episode(threshold=f"Dérive · {site}")).startswith(f"Dérive · {site}")
    assert said(episode(threshold="Dérive")).startswith(f"{site} · Dérive")
    assert "Voir" in said(episode(state=EpisodeState.NORMAL))


def test_the_page_of_an_episode_offers_what_its_reader_may_do():
    people = [(1, "Alice", "a@x.example"), (2, "Bob", "b@x.example")]
    page = episode_page(episode(assigned_to="Bob", learnt_on=date(2026, 11, 23)), viewer(), people)
    assert with_id(page, Ids.ASSIGNEE).value == "2"
    said = text_of(page)
    assert "de trop" in said
    assert "Appris en retard" in said
    told = episode_page(episode(mine=False), viewer(Role.CLIENT), ())
    assert "Prendre connaissance" in text_of(told)
    (kept,) = [box for box in of_kind(told, "Div") if getattr(box, "hidden", False)]
    assert with_id(kept, Ids.ASSIGNEE).options
    reader = episode_page(
        episode(acknowledged_at=AT, answerable=False, mine=False), viewer(Role.CLIENT), ()
    )
    assert "Prendre connaissance" not in text_of(reader)
    assert "Vu" in text_of(reader)
    low = text_of(
        episode_page(episode(kind=ThresholdKind.LOW, period=ThresholdPeriod.DAY), viewer(), ())
    )
    assert "de trop" not in low
    assert "Valeur" not in text_of(episode_page(episode(kind=ThresholdKind.MISSING), viewer(), ()))


def test_many_pces_are_ticked():
    page = many_page(PceFilter(), 12, [("Sport", 4)])
    assert "Sport (4)" in str(with_id(page, Ids.MANY_TAG).options)
    assert "rowSelection" in with_id(page, Ids.MANY_GRID).dashGridOptions


def test_a_threshold_without_a_name_takes_that_of_its_site():
    assert default_name(draft(), "Gymnase Nord") == "Seuil mensuel · Gymnase Nord"
    assert len(default_name(draft(), "x" * 200)) == 80
