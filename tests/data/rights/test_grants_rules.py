"""What may be read is, day by day, what some valid Active right covers, no more and no less."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rights.rules.grants import cut, floor_of, grants_of, holes_of, joined
from data.rights.rules.months import covered_months
from data.rights.types import ActiveRight, Month, RightDataKind, RightSpan

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(-2, 26)]
EVERYTHING = RightSpan(None, None)
DAY = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def spans(draw):
    first, last = sorted((draw(DAY), draw(DAY)))
    return RightSpan(draw(st.sampled_from([first, None])), draw(st.sampled_from([last, None])))


RIGHTS = st.lists(
    st.builds(
        ActiveRight,
        valid=spans(),
        supply=st.one_of(st.none(), spans()),
        kinds=st.frozensets(st.sampled_from(list(RightDataKind))),
        injection=st.one_of(st.none(), spans()),
    ),
    max_size=4,
)


def holds(span, day):
    return (span.first or date.min) <= day <= (span.last or date.max)


@given(RIGHTS, st.one_of(st.none(), DAY), st.booleans())
def test_a_grant_is_the_union_of_the_rights_valid_on_its_days(rights, floor, daily):
    grants = grants_of(rights, (floor,), daily=daily)
    for today in DAYS:
        valid = [right for right in rights if holds(right.valid, today)]
        here = [grant for grant in grants if holds(grant.valid, today)]
        assert len(here) == bool(valid)
        for grant in here:
            kinds = frozenset().union(*(right.kinds for right in valid))
            assert grant.contractual == (RightDataKind.CONTRACTUAL in kinds)
            assert grant.technical == (RightDataKind.TECHNICAL in kinds)
            for day in DAYS:
                late = floor is None or day >= floor
                covering = [r for r in valid if late and r.supply and holds(r.supply, day)]
                published = any(RightDataKind.PUBLISHED in right.kinds for right in covering)
                informative = any(RightDataKind.INFORMATIVE in right.kinds for right in covering)
                assert any(holds(span, day) for span in grant.periods) == published
                asked = published if daily else informative
                assert any(holds(span, day) for span in grant.days) == asked
                fed = [r for r in valid if late and r.injection and holds(r.injection, day)]
                injected = any(RightDataKind.PUBLISHED in right.kinds for right in fed)
                assert any(holds(span, day) for span in grant.injections) == injected


@given(RIGHTS)
def test_grants_are_apart_in_order_and_as_few_as_can_be(rights):
    grants = grants_of(rights)
    for one, other in pairwise(grants):
        assert one.valid.last < other.valid.first
        told = [(g.days, g.periods, g.injections, g.contractual, g.technical) for g in (one, other)]
        touch = one.valid.last + timedelta(days=1) == other.valid.first
        assert not touch or told[0] != told[1]


@given(st.lists(spans(), max_size=6))
def test_joined_spans_cover_the_same_days_and_do_not_touch(given_spans):
    found = joined(given_spans)
    for day in DAYS:
        assert any(holds(s, day) for s in found) == any(holds(s, day) for s in given_spans)
    for one, other in pairwise(found):
        assert other.first - one.last > timedelta(days=1)


def test_an_empty_span_is_nothing():
    assert joined([RightSpan(FIRST, FIRST - timedelta(days=1))]) == ()


def test_a_renewal_reads_as_one():
    old = ActiveRight(
        RightSpan(FIRST, date(2026, 6, 30)),
        RightSpan(FIRST, date(2026, 6, 30)),
        frozenset(RightDataKind),
    )
    new = ActiveRight(
        RightSpan(date(2026, 6, 1), date(2027, 6, 30)),
        RightSpan(FIRST, date(2027, 6, 30)),
        frozenset(RightDataKind),
    )
    grants = grants_of([old, new])
    assert [(g.valid, g.days) for g in grants] == [
        (RightSpan(FIRST, date(2026, 5, 31)), (RightSpan(FIRST, date(2026, 6, 30)),)),
        (RightSpan(date(2026, 6, 1), date(2027, 6, 30)), (RightSpan(FIRST, date(2027, 6, 30)),)),
    ]


def test_days_apart_leave_holes():
    spans_apart = (RightSpan(None, date(2026, 1, 5)), RightSpan(date(2026, 1, 9), None))
    assert holes_of(spans_apart) == ((date(2026, 1, 6), date(2026, 1, 8)),)
    assert holes_of((EVERYTHING,)) == ()


def test_nothing_is_read_before_the_holder_came_nor_before_the_service():
    assert floor_of((None, date(2026, 1, 3), FIRST)) == date(2026, 1, 3)
    assert floor_of((None,)) is None
    assert cut(EVERYTHING, FIRST) == RightSpan(FIRST, None)
    assert cut(RightSpan(FIRST, FIRST), date(2026, 1, 2)) is None


@pytest.mark.parametrize(
    ("span", "covered"),
    [
        (EVERYTHING, (31, 28)),
        (RightSpan(date(2026, 1, 31), date(2026, 2, 1)), (1, 1)),
        (RightSpan(date(2026, 3, 1), None), (0, 0)),
    ],
)
def test_covered_months_count_their_days(span, covered):
    found = covered_months([span], date(2026, 1, 15), date(2026, 2, 2))
    assert found == (
        Month(date(2026, 1, 1), 31, covered[0]),
        Month(date(2026, 2, 1), 28, covered[1]),
    )
