"""Pages, key figures, chips, progress, messages, charts and grids."""

import pytest
from dash import html

from components.kit import (
    NONE,
    Kpi,
    alert,
    base_layout,
    card,
    chip,
    column,
    columns,
    definition_list,
    delta,
    empty,
    error_card,
    graph,
    grid,
    kpi_strip,
    lead,
    meter,
    page,
    progress,
    section,
    skeleton,
    table,
    toast,
)
from core.i18n import using_language
from tests.components.kit.trees import attributes, every, of_kind, text_of, with_id


def test_a_page_has_one_title_and_its_purpose():
    shown = page("Accueil", "Ce qui demande une action.", children=[card("x", title="Bloc")])
    assert [text_of(title) for title in of_kind(shown, "H1")] == ["Accueil"]
    assert "Ce qui demande une action." in text_of(shown)
    assert [text_of(title) for title in of_kind(shown, "H2")] == ["Bloc"]


def test_the_last_crumb_is_not_a_link():
    shown = page("Lycée", "x", crumbs=(("Points de livraison", "/pces"), ("PCE 1", None)))
    crumbs = of_kind(shown, "Nav")[0]
    assert attributes(crumbs)["aria-label"] == "Fil d’Ariane"
    assert [anchor.href for anchor in of_kind(crumbs, "Link")] == ["/pces"]


@pytest.mark.parametrize("given", ["Bonjour.", lead("Bonjour."), ["Bon", html.B("jour.")]])
def test_the_opening_sentence_is_one_paragraph(given):
    shown = page("Accueil", "x", lead=given)
    leads = [part for part in every(shown) if getattr(part, "className", "") == "lead"]
    assert [text_of(one) for one in leads] == ["Bonjour."]


def test_a_card_without_a_head_has_none():
    assert of_kind(card("x"), "H2") == []
    assert "card-bare" in card("x").className


def test_columns_keep_their_order():
    assert text_of(columns("a", ["b", "c"])) == "abc"


def test_a_section_is_titled():
    assert text_of(section("Chiffres", "x")) == "Chiffresx"


def test_a_key_figure_reads_name_value_note():
    shown = kpi_strip([Kpi("Novembre", "54 180", "kWh", "au 21", meter=0.5)], id="demo-kpis")
    assert shown.id == "demo-kpis"
    assert [text_of(term) for term in of_kind(shown, "Dt")] == ["Novembre"]
    assert [text_of(value) for value in of_kind(shown, "Dd")] == ["54 180kWh", "au 21"]


@pytest.mark.parametrize(
    ("value", "words", "way"),
    [
        (-8.1, "▼−8,1\u202f%", "down"),
        (17.6, "▲+18\u202f%", "up"),
        (9.94, "▲+9,9\u202f%", "up"),
        (-9.96, "▼−10\u202f%", "down"),
        (0.04, "0,0\u202f%", "flat"),
        (-0.04, "0,0\u202f%", "flat"),
    ],
)
def test_a_change_has_a_sign_and_a_direction(value, words, way):
    assert text_of(delta(value)) == words
    assert f"delta-{way}" in delta(value).className


def test_a_change_is_written_in_the_reader_s_language():
    with using_language("en"):
        assert text_of(delta(-8.1)) == "▼−8.1%"


def test_a_chip_has_its_word():
    shown = chip("Active", icon="check-circle-fill", tone="ok")
    assert (text_of(shown), shown.className) == ("Active", "chip chip-ok")


@pytest.mark.parametrize(("share", "width"), [(-1, "0.0%"), (0.593, "59.3%"), (7, "100.0%")])
def test_a_meter_stays_inside_its_bounds(share, width):
    assert meter(share).children.style["width"] == width


def test_a_meter_is_read_only_when_it_is_named():
    assert attributes(meter(0.5))["aria-hidden"] == "true"
    named = attributes(meter(0.5, "Part mesurée"))
    assert (named["role"], named["aria-valuenow"]) == ("meter", "50")


def test_progress_says_how_far():
    bar = next(
        part
        for part in every(progress(312, 461, "droits.xlsx", "encore 2 min"))
        if getattr(part, "role", "") == "progressbar"
    )
    assert attributes(bar)["aria-valuenow"] == "68"
    assert attributes(bar)["aria-label"] == "droits.xlsx"


def test_progress_of_an_unknown_total_claims_nothing():
    bars = [part for part in every(progress(3, 0, "x")) if getattr(part, "role", "")]
    assert "aria-valuenow" not in attributes(bars[0])


def test_a_skeleton_is_not_read():
    for kind in ("chart", "table", "kpis", "page"):
        assert attributes(skeleton(kind))["aria-hidden"] == "true"


def test_an_empty_state_says_what_why_and_how():
    shown = empty("inbox", "Aucun PCE", "Importez une liste.", [html.Button("Importer")])
    assert text_of(shown) == "Aucun PCEImportez une liste.Importer"


def test_a_failed_page_has_a_title():
    assert [text_of(title) for title in of_kind(error_card("Introuvable", "x"), "H1")] == [
        "Introuvable"
    ]


def test_a_table_names_itself_and_its_columns():
    shown = table(["Date", "Nombre"], [["26/11", "16"]], caption="Échéances", numbers=[1])
    assert text_of(of_kind(shown, "Caption")[0]) == "Échéances"
    assert [head.scope for head in of_kind(shown, "Th")] == ["col", "col"]
    assert [getattr(cell, "className", "") for cell in of_kind(shown, "Td")] == ["", "number"]
    assert attributes(shown)["tabIndex"] == "0"


def test_a_table_whose_rows_are_cards_on_a_phone_is_a_table_whatever_its_layout():
    shown = table(["Date"], [["26/11"]], caption="Échéances", cards=True)
    roles = {"Table": "table", "Tr": "row", "Th": "columnheader", "Td": "cell"}
    for kind, role in {**roles, "Thead": "rowgroup", "Tbody": "rowgroup"}.items():
        assert {part.role for part in of_kind(shown, kind)} == {role}
    shown = table(["Date", "kWh"], [[NONE, NONE]], caption="x", numbers=[1], cards=True)
    kinds = [cell.className for cell in of_kind(shown, "Td")]
    assert kinds == ["cell-none", "number cell-none"]  # no line of a card says nothing
    headers = [attributes(cell).get("data-header") for cell in of_kind(shown, "Td")]
    assert headers == [None, "kWh"]  # a number of a card is said by its header
    plain = table(["Date"], [["26/11"]], caption="Échéances")
    assert not any(hasattr(part, "role") for part in of_kind(plain, "Td"))


def test_definitions_are_pairs():
    assert text_of(definition_list([("Nom", "a.csv"), ("Taille", "2 ko")])) == "Noma.csvTaille2 ko"


def test_an_error_stays_and_interrupts():
    shown = attributes(toast("Fichier non lu", "Ligne 3.", tone="bad", reference="7F3A"))
    assert (shown["role"], shown["data-stays"]) == ("alert", "yes")


def test_a_success_leaves_and_waits_its_turn():
    shown = attributes(toast("Enregistré"))
    assert (shown["role"], shown["data-stays"]) == ("status", "no")


def test_two_toasts_are_told_apart():
    assert toast("x").id != toast("x").id


def test_a_toast_gives_its_reference_and_can_be_closed():
    shown = toast("x", "y", tone="bad", reference="7F3A-21")
    assert "réf. 7F3A-21" in text_of(shown)
    closers = [part for part in of_kind(shown, "Button") if "data-closes" in attributes(part)]
    assert text_of(closers) == "Fermer le message"


def test_a_bad_alert_interrupts():
    assert attributes(alert("x", tone="bad"))["role"] == "alert"
    assert attributes(alert("x"))["role"] == "status"


def test_a_chart_is_an_image_with_a_sentence():
    shown = graph("demo-graph", {"data": []}, "Novembre : 54 180 kWh.", height=404, focusable=True)
    box = attributes(shown)
    assert (box["id"], box["role"], box["tabIndex"]) == ("demo-graph-box", "img", "0")
    assert box["aria-label"] == "Novembre : 54 180 kWh."
    assert box["style"]["height"] == "25.25rem"
    config = with_id(shown, "demo-graph").config
    assert (config["displayModeBar"], config["displaylogo"]) == (False, False)


def test_the_figures_of_a_chart_are_written_in_the_reader_s_language():
    assert base_layout("light")["separators"] == ",\u202f"
    with using_language("en"):
        assert base_layout("light")["separators"] == ".,"


def test_a_screen_may_change_the_layout_of_its_chart():
    assert base_layout("dark", showlegend=True)["showlegend"] is True
    assert base_layout("dark")["font"]["color"] == "#B7C2CE"


def ag(shown):
    return next(part for part in every(shown) if part._type == "AgGrid")


def test_a_grid_is_named_and_its_rows_have_an_identity():
    shown = grid("demo-grid", [column("a", "A")], [{"id": "1", "a": "x"}], page_label="Relevés")
    assert attributes(shown)["data-label"] == "Relevés"
    assert ag(shown).getRowId == "params.data.id"
    assert ag(shown).dashGridOptions["ensureDomOrder"] is True


def test_a_grid_runs_no_code():
    shown = ag(grid("demo-grid", [column("a", "A")], [], page_label="x"))
    assert not getattr(shown, "dangerously_allow_code", False)
    assert not getattr(shown, "enableEnterpriseModules", False)


@pytest.mark.parametrize(("count", "layout"), [(3, "autoHeight"), (41, None)])
def test_a_short_grid_stands_whole_and_a_long_one_scrolls(count, layout):
    rows = [{"id": str(n), "a": "x"} for n in range(count)]
    shown = ag(grid("demo-grid", [column("a", "A")], rows, page_label="x"))
    assert shown.dashGridOptions.get("domLayout") == layout


def test_a_grid_keeps_its_place_until_it_arrives():
    rows = [{"id": str(n), "a": "x"} for n in range(3)]
    shown = grid("g", [column("a", "A")], rows, page_label="x", pinned_bottom=[{"id": "t"}])
    assert shown.style == {"--grid-height": f"{(39 + 4 * 36) / 16:g}rem"}


def test_an_infinite_grid_asks_for_blocks():
    shown = ag(grid("demo-grid", [column("a", "A")], page_label="x", infinite=True, row_key="pce"))
    assert shown.rowModelType == "infinite"
    assert shown.dashGridOptions["cacheBlockSize"] == 100
    assert shown.getRowId == "params.data.pce"
    assert not hasattr(shown, "rowData")


def test_totals_stay_at_the_bottom():
    total = {"id": "total", "a": "637 970"}
    shown = ag(grid("g", [column("a", "A")], [], page_label="x", pinned_bottom=[total]))
    assert shown.dashGridOptions["pinnedBottomRowData"] == [total]


def test_a_number_stands_at_the_right_and_its_unit_in_the_head():
    made = column("kwh", "Consommation", unit="kWh", number=True, pinned=True)
    assert made["cellClass"] == ["number"]
    assert made["headerClass"] == "number"
    assert made["pinned"] == "left"
    assert made["headerComponentParams"]["unit"] == "kWh"


def test_a_column_is_as_wide_as_its_words():
    rows = [{"id": "1", "a": {"text": "x" * 30, "href": "/y" * 90}, "b": None}]
    shown = ag(grid("g", [column("a", "A"), column("b", "B", minWidth=17)], rows, page_label="x"))
    wide, told = (made["minWidth"] for made in shown.columnDefs)
    assert wide == 30 * 8 + 26
    assert told == 17


def test_the_words_of_a_grid_follow_the_reader():
    shown = ag(grid("g", [column("a", "A")], [], page_label="x"))
    assert shown.dashGridOptions["localeText"]["noRowsToShow"] == "Aucune ligne"
