"""The frame: landmarks, menu, forms, and the ids that callbacks write to."""

from dataclasses import replace

import pytest

from components.frame import FrameFacts, Ids, MenuEntry, bell_inside, frame, skeleton_html
from components.frame_keys import keys_dialog
from components.frame_user import initials
from core.access import OrganisationKind, Role, Viewer
from data.thresholds.types.alerts import BellCount
from tests.components.kit.trees import attributes, every, of_kind, text_of, with_id

RIGHTS = MenuEntry("Droits d’accès", "/droits", ("/droits", "/droits/import"))
MENU = [
    MenuEntry("Accueil", "/", ("/",)),
    MenuEntry("Coûts", "/prix", ("/prix", "/factures")),
    MenuEntry("Accès", "", ("/droits", "/droits/import"), (RIGHTS,)),
]


@pytest.fixture
def viewer(alice: Viewer) -> Viewer:
    return replace(alice, name="Violette Thomas", organisation="Val-des-Tilleuls")


@pytest.fixture
def shown(viewer):
    return frame(viewer, "Réseau Gaz", MENU, "token-1")


def fields(form):
    return {entry.name: entry.value for entry in of_kind(form, "Input") if entry.type == "hidden"}


def test_the_content_is_one_landmark_that_the_first_link_reaches(shown):
    (main,) = of_kind(shown, "Main")
    first = of_kind(shown, "A")[0]
    assert first.href == f"#{main.id}"
    assert text_of(first) == "Aller au contenu"


def test_the_menu_is_named_and_in_order(shown):
    menu = with_id(shown, Ids.MENU)
    assert attributes(menu)["aria-label"] == "Menu principal"
    listed = [(entry.path, entry.label) for entry in (*MENU[:2], RIGHTS)]
    assert [(item.href, text_of(item)) for item in of_kind(menu, "Link")] == listed
    places = [attributes(item).get("data-covers") for item in of_kind(menu, "Li")]
    assert places == [" ".join(entry.covers) for entry in MENU] + [None]


def test_ids_are_unique(shown):
    ids = [str(part.id) for part in every(shown) if getattr(part, "id", None)]
    assert len(ids) == len(set(ids))


def test_every_opener_names_what_it_opens(shown):
    openers = [part for part in of_kind(shown, "Button") if "data-opens" in attributes(part)]
    assert len(openers) == 4
    for opener in openers:
        told = attributes(opener)
        assert with_id(shown, told["data-opens"])
        assert told["aria-controls"] == told["data-opens"]
        assert told["aria-expanded"] == "false"
        assert told.get("aria-label") or text_of(opener)


def test_language_theme_and_leaving_are_posts_with_the_token(shown):
    forms = of_kind(shown, "Form")
    assert [form.action for form in forms] == ["/preferences", "/preferences", "/deconnexion"]
    for form in forms:
        assert form.method == "POST"
        assert fields(form) == {"csrf_token": "token-1", "next": "/"}


def test_the_choices_in_force_are_pressed(viewer):
    shown = frame(replace(viewer, language="en", theme="dark"), "x", MENU, "t")
    pressed = {
        (part.name, part.value)
        for part in of_kind(shown, "Button")
        if attributes(part).get("aria-pressed") == "true"
    }
    assert pressed == {("language", "en"), ("theme", "dark")}


def test_messages_are_announced_without_interrupting(shown):
    region = attributes(with_id(shown, Ids.TOASTS))
    assert (region["aria-live"], region["aria-label"]) == ("polite", "Messages")


def test_what_callbacks_write_to_is_there(shown):
    kinds = {id_: with_id(shown, id_)._type for id_ in (Ids.LOCATION, Ids.DOWNLOAD, Ids.URL)}
    assert kinds == {Ids.LOCATION: "Location", Ids.DOWNLOAD: "Download", Ids.URL: "Store"}
    assert with_id(shown, Ids.LOCATION).refresh == "callback-nav"
    assert with_id(shown, Ids.SEARCH_LIST).role == "listbox"
    assert with_id(shown, Ids.SEARCH_CHOICE)._type == "Store"


def test_names_that_are_markup_stay_words(viewer):
    shown = frame(replace(viewer, organisation="<b>x</b>"), "<i>y</i>", MENU, "t")
    assert "<b>x</b>" in text_of(shown)
    assert of_kind(shown, "Markdown") == []


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Violette Thomas", "VT"),
        ("Val-des-Tilleuls", "VT"),
        ("Éloïse", "É"),
        ("", "·"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_the_first_paint_has_the_sizes_of_the_frame():
    text = skeleton_html()
    assert 'class="top-line"' in text
    assert "skeleton-chart" in text
    assert "<script" not in text
    assert text.count("<div") == text.count("</div>")


def test_the_bell_opens_a_panel_and_says_what_is_open(viewer):
    shown = frame(viewer, "x", MENU, "t", FrameFacts(bell=BellCount(alerts=3, others=2)))
    bell = with_id(shown, Ids.BELL)
    assert text_of(bell).endswith("Alertes, 3 en cours")
    opener = attributes(with_id(shown, Ids.BELL_OPENER))
    assert with_id(with_id(shown, opener["data-opens"]), Ids.BELL_PANEL)


def test_a_bell_without_alert_counts_nothing():
    assert text_of(bell_inside(BellCount())) == "Alertes"
    assert text_of(bell_inside(BellCount(others=4))) == "Alertes, messages non lus"
    assert text_of(bell_inside(BellCount(5000))).startswith("99+")


def test_the_list_of_keys_is_that_of_the_pages_one_may_open(shown, viewer):
    titles = [text_of(part) for part in of_kind(with_id(shown, "frame-keys"), "H3")]
    assert titles == ["Sur toutes les pages", "Consommation d’un site", "Parc"]
    staff = replace(viewer, role=Role.ACCOUNT_MANAGER, kind=OrganisationKind.DISTRIBUTOR)
    assert "valider la preuve" in text_of(keys_dialog(staff))
