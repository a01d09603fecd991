"""A dialog says its name, then what it asks, then its buttons."""

from components.kit import button, data, dialog, html
from tests.components.kit.trees import text_of


def test_a_dialog_is_named_by_its_title_and_ends_with_its_buttons():
    found = dialog("title", "Sûr ?", [html.P("Rien ne revient.")], [button("Oui")], **data(one="x"))
    given = found.to_plotly_json()["props"]
    assert (given["aria-labelledby"], given["data-one"]) == ("title", "x")
    assert found.children[0].id == "title"
    assert text_of(found) == "Sûr ?Rien ne revient.Oui"
