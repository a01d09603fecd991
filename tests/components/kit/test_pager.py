"""The way to the lines before and after those shown."""

import pytest

from components.kit import Pages, page_of, pager
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
    (made,) = pager("Pages", "Page 2 sur 3", ("Précédentes", None), ("Suivantes", "/x?page=3"))
    assert attributes(made)["aria-label"] == "Pages"
    assert text_of(made).startswith("Page 2 sur 3")
    assert [(text_of(way), way.href) for way in of_kind(made, "Link")] == [
        ("Suivantes", "/x?page=3")
    ]


@pytest.mark.parametrize(
    ("total", "asked", "rows", "ways"),
    [(0, 1, "", []), (2, 9, "ab", []), (5, 1, "ab", ["/2"]), (5, 2, "cd", ["/1", "/3"]),
     (5, 9, "e", ["/2"])],
)  # fmt: skip
def test_a_page_beyond_the_last_is_the_last(total, asked, rows, ways):
    pages = Pages(total, 2, asked)
    assert pages.rows("abcde"[:total]) == rows
    made = pages.links("Pages", ("Avant", "Après"), "/{}".format)
    assert [way.href for way in of_kind(made, "Link")] == ways
