"""Labelled fields, the picker."""

from datetime import date

from components.kit import (
    date_field,
    picker,
    picker_options,
    search_box,
    select_field,
    switch,
    text_field,
    textarea_field,
)
from tests.components.kit.trees import attributes, of_kind, text_of, with_id


def label_of(shown, id_):
    return next(label for label in of_kind(shown, "Label") if label.htmlFor == id_)


def test_every_field_has_its_label():
    fields = {
        "a-text": text_field("a-text", "Nom"),
        "a-date": date_field("a-date", "Du", date(2026, 11, 1)),
        "a-list": select_field("a-list", "Étiquette", [("all", "toutes")], "all"),
        "a-search": search_box("a-search", "Chercher", "Site"),
        "a-pick": picker("a-pick", "Point de livraison", "", "PCE"),
    }
    for id_, shown in fields.items():
        assert text_of(label_of(shown, id_)), id_


def test_a_switch_has_its_words():
    shown = switch("a-switch", "Température", value=True)
    assert (shown.label, shown.value) == ("Température", True)


def test_a_wrong_field_says_so():
    shown = text_field("a-pce", "PCE", value="1", error="13 chiffres trouvés, 14 attendus.")
    assert with_id(shown, "a-pce").invalid is True
    assert text_of(with_id(shown, "a-pce-error")) == "13 chiffres trouvés, 14 attendus."


def test_a_right_field_keeps_room_for_its_error():
    shown = text_field("a-pce", "PCE", hint="14 chiffres")
    assert with_id(shown, "a-pce").invalid is False
    assert text_of(with_id(shown, "a-pce-error")) == ""
    assert text_of(with_id(shown, "a-pce-hint")) == "14 chiffres"


def test_a_field_whose_id_is_a_pattern_has_distinct_notes():
    shown = text_field({"type": "a-line", "index": 3}, "Ligne", hint="x")
    assert with_id(shown, "a-line-3-hint")


def test_a_date_is_bounded():
    shown = date_field("a-date", "Du", None, date(2023, 1, 1), date(2026, 11, 24))
    entry = with_id(shown, "a-date")
    assert (entry.value, entry.min, entry.max) == ("", "2023-01-01", "2026-11-24")


def test_what_settles_is_sent_as_it_is_left_and_by_no_timer_of_its_own():
    for shown, id_ in (
        (date_field("a-date", "Du", None), "a-date"),
        (text_field("a-text", "Recherche", settles=400), "a-text"),
        (textarea_field("some-text", "Texte", settles=400), "some-text"),
        (search_box("a-search", "Chercher", "Site"), "a-search"),
        (picker("a-pick", "PCE", "", "PCE"), "a-pick"),
    ):
        assert with_id(shown, id_).debounce is True, id_
        assert int(attributes(shown)["data-settles"]) > 0, id_


def test_a_picker_says_where_its_list_and_its_choice_are():
    shown = picker("a-pick", "Point de livraison", "Lycée", "PCE")
    listbox = attributes(with_id(shown, "a-pick-list"))
    assert (listbox["role"], listbox["aria-label"]) == ("listbox", "Point de livraison")
    assert with_id(shown, "a-pick-choice")._type == "Store"
    assert attributes(shown)["data-for"] == "a-pick"
    assert with_id(shown, "a-pick").value == "Lycée"


def test_the_options_of_a_picker_hold_their_values():
    shown = picker_options([("00000000000017", "Gymnase", "00000000000017 · Ville")])
    option = attributes(shown[0])
    assert (option["role"], option["data-value"]) == ("option", "00000000000017")
    assert option["aria-selected"] == "false"
    assert text_of(shown[0]) == "Gymnase00000000000017 · Ville"


def test_no_option_says_so_and_cannot_be_chosen():
    (only,) = picker_options([])
    assert text_of(only) == "Aucun résultat"
    assert attributes(only)["aria-disabled"] == "true"
    assert "data-value" not in attributes(only)
