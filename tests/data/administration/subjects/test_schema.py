"""Each table and column of the schema is classified: given or withheld, erased or kept."""

import pytest
from sqlalchemy import JSON, String

from data.administration.subjects.queries.holdings import HOLDINGS, NOBODY, WITHHELD
from data.administration.subjects.rules.classes import RULES
from data.administration.subjects.rules.labels import SORTS
from data.administration.subjects.types import DataClass, ErasureFate
from data.migrations import tables


def holdings_of(name):
    return [one for one in HOLDINGS if one.table.__tablename__ == name]


@pytest.mark.parametrize("name", sorted(tables()))
def test_each_column_is_given_withheld_or_nobodys(name):
    columns = {column.name for column in tables()[name].columns}
    if name in NOBODY:
        assert not holdings_of(name)
        assert set(NOBODY[name][1].split()) == columns
        return
    given = {column for one in holdings_of(name) for column in one.columns}
    withheld = set(WITHHELD[name].split())
    assert holdings_of(name), "add it to NOBODY, or to a holding"
    assert not given & withheld
    assert given | withheld == columns


def test_nothing_is_classified_that_is_not_there():
    assert {*NOBODY, *WITHHELD} <= set(tables())


def test_each_class_has_its_rule_and_each_sort_its_words():
    assert [rule.key for rule in RULES] == list(DataClass)
    names = [one.name for one in HOLDINGS]
    assert len(names) == len(set(names))
    assert set(SORTS) == set(names)


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.name)
def test_what_is_blanked_is_blanked_and_nothing_else(holding):
    assert bool(holding.blank) == (holding.fate is ErasureFate.BLANKED)
    assert set(holding.blank) <= {column.name for column in holding.table.__table__.columns}


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one.fate is ErasureFate.BLANKED],
                         ids=lambda one: one.name)  # fmt: skip
def test_a_row_that_stays_says_nobodys_name(holding):
    """Each text given of a row that is blanked is overwritten, or says nothing of a person."""
    harmless = {
        "language", "theme", "file_size", "uid", "number", "purpose", "postal_code", "comment",
    }  # fmt: skip
    said = {
        column.name
        for column in holding.table.__table__.columns
        if type(column.type) in {String, JSON} and column.name in holding.columns
    }
    assert said - harmless <= set(holding.blank)
