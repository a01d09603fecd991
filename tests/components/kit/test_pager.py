"""The way to the lines before and after those shown."""

import pytest

from components.kit import page_of, pager
from tests.components.kit.trees import attributes, of_kind, text_of


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("2", 2),
        (3, 3),
        ("", 1),
        (None, 1),
        ("0", 1),
        ("-1", 1),
        ("²", 1),
        ("1e3", 1),
        ("99999", 10_000),
        ("999999", 1),
        (["2"], 1),
    ],
)
def test_what_makes_no_sense_is_the_first_page(asked, page):
    assert page_of(asked) == page


def test_the_ways_are_links_in_a_named_landmark():
    made = pager("Pages", "Page 2 sur 3", [("Suivantes", "chevron-right", "/x?page=3")])
    assert attributes(made)["aria-label"] == "Pages"
    assert text_of(made).startswith("Page 2 sur 3")
    assert [(text_of(way), way.href) for way in of_kind(made, "Link")] == [
        ("Suivantes", "/x?page=3")
    ]
