"""The shape of a page."""

from components.kit import heading_of, html
from components.kit.page import page


def test_a_page_is_named_by_its_first_heading():
    drawn = page(html.Span(["Lycée ", html.B("Nord")]), "Pourquoi", children=html.H1("autre"))
    assert heading_of(drawn) == "Lycée Nord"
    assert heading_of(html.Div([None, "texte", html.H2("non")])) == ""
