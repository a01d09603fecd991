"""A calendar year from published periods and days: exact sums, cuts, overlaps, what is missing."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from data.money.operat.rules.checks import siren_in, siret_in, words_in
from data.money.operat.rules.entities import entities_of
from data.money.operat.rules.years import (
    Daily,
    Published,
    days_wanted,
    degree_days_of,
    findings,
    pci_wh,
    year_of,
    year_of_sums,
)
from data.money.operat.types import OperatFault, OperatLine, OperatSiteSettings, SiteDraft, Year

JAN, DEC = date(2025, 1, 1), date(2025, 12, 31)


def every(first, last, energy=1000, *, estimated=False):
    days = range(first.toordinal(), last.toordinal() + 1)
    return {day: Daily(energy, estimated) for day in days}


def test_days_alone_are_summed_and_counted():
    days = every(JAN, date(2025, 6, 30)) | every(date(2025, 7, 1), date(2025, 7, 2), estimated=True)
    found = year_of(2025, (), days)
    assert (found.energy_wh_pcs, found.measured, found.estimated) == (183_000, 181, 2)
    assert found.missing == 365 - 183
    assert year_of(2024, (), {}) == Year(2024, None, 0, 0, 0, 0, 0, 366)


def test_a_period_in_the_year_counts_whole_whatever_its_days_say():
    period = Published(date(2025, 3, 1), date(2025, 3, 31), 5_000, estimated=True)
    found = year_of(2025, [period], every(JAN, DEC))
    assert found.energy_wh_pcs == 334 * 1000 + 5_000
    assert (found.measured, found.estimated, found.prorated) == (334, 31, 0)


def test_a_period_across_an_end_counts_by_its_days_where_all_are_known_else_by_its_share():
    across = Published(date(2024, 12, 22), date(2025, 1, 10), 20_001, estimated=False)
    known = year_of(2025, [across], every(JAN, date(2025, 1, 10), 7))
    assert (known.energy_wh_pcs, known.days, known.prorated) == (70, 10, 0)
    shared = year_of(2025, [across], {})
    before = year_of(2024, [across], {})
    assert (shared.prorated, shared.published, shared.measured, shared.estimated) == (10, 10, 0, 10)
    assert (known.published, known.measured) == (0, 10)
    assert shared.energy_wh_pcs + before.energy_wh_pcs == 20_001


def test_of_two_periods_over_a_day_the_latest_statement_holds_and_it_is_told():
    latest = Published(date(2025, 2, 1), date(2025, 2, 28), 2_800, estimated=False)
    older = Published(date(2025, 2, 15), date(2025, 3, 14), 2_800, estimated=False)
    found = year_of(2025, [latest, older], {})
    assert (found.energy_wh_pcs, found.overlaps, found.days) == (2_800 + 1_400, 14, 42)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=20),
    st.integers(0, 10**9),
    st.dates(date(2023, 10, 1), date(2024, 3, 1)),
)
def test_the_shares_of_following_years_are_the_whole(lengths, energy, first):
    periods, day = [], first
    for length in lengths:
        last = day + timedelta(days=length - 1)
        periods.append(Published(day, last, energy, estimated=False))
        day = last + timedelta(days=1)
    years = [year_of(year, periods, {}) for year in range(2023, 2028)]
    assert sum(one.energy_wh_pcs or 0 for one in years) == energy * len(lengths)
    assert sum(one.days for one in years) == sum(lengths)


@given(st.integers(0, 10**12))
def test_pci_is_never_pcs(wh):
    assert abs(Fraction(pci_wh(wh)) - Fraction(wh) / Fraction(111, 100)) <= Fraction(1, 2)
    assert pci_wh(111) == 100
    assert pci_wh(None) is None


WHOLE = SiteDraft("1", "E", "S", "123456789", "12345678900011", 100)


def line(draft=WHOLE, **year):
    given_ = {"energy_wh_pcs": 1, "days": 365, "measured": 365, "estimated": 0, "prorated": 0,
              "overlaps": 0, "length": 365} | year  # fmt: skip
    return OperatLine(OperatSiteSettings(1, draft), Year(2025, **given_))


def test_what_is_to_be_seen_to_is_told_the_gravest_first():
    assert findings([line()]) == ()
    found = findings([line(SiteDraft("1")), line(days=360, overlaps=3), line(days=0)])
    assert [(one.fault, one.count) for one in found] == [
        (OperatFault.NO_DATA, 365),
        (OperatFault.GAP, 5),
        (OperatFault.OVERLAP, 3),
        (OperatFault.NO_EFA, 0),
        (OperatFault.NO_SURFACE, 0),
        (OperatFault.NO_SIRET, 0),
    ]


def test_a_site_is_described_by_numbers_that_make_sense():
    assert siret_in("123 456 789 00011", "123456789") == "12345678900011"
    assert siren_in("") == ""
    assert words_in("  Lycée \n A ") == "Lycée A"
    for wrong in (
        lambda: siren_in("12345678"),
        lambda: siret_in("99999999900011", "123456789"),
        lambda: words_in("x" * 81),
    ):
        with pytest.raises(Invalid):
            wrong()


YEAR_DAYS = st.integers(date(2025, 1, 1).toordinal(), date(2025, 12, 31).toordinal())


@given(
    st.lists(st.tuples(st.integers(-60, 420), st.integers(0, 90), st.booleans()), max_size=6),
    st.dictionaries(YEAR_DAYS, st.booleans(), max_size=300),
)
def test_only_the_days_that_are_wanted_make_the_year(runs, known):
    first = date(2025, 1, 1)
    periods = [
        Published(first + timedelta(start), first + timedelta(start + length), 5000, guess)
        for start, length, guess in runs
    ]
    days = {day: Daily(day % 977, guess) for day, guess in known.items()}
    wanted = {
        day: one
        for day, one in days.items()
        if any(a <= date.fromordinal(day) <= b for a, b in days_wanted(2025, periods))
    }
    assert year_of(2025, periods, wanted) == year_of(2025, periods, days)
    total = sum(one.energy_wh for one in days.values())
    guessed = sum(one.estimated for one in days.values())
    sums = year_of_sums(2025, total, len(days) - guessed, guessed)
    assert sums == year_of(2025, [], days)


def test_a_year_covered_whole_wants_no_day():
    assert days_wanted(2025, [Published(date(2025, 1, 1), date(2025, 12, 31), 1, False)]) == []
    assert days_wanted(2024, []) == [(date(2024, 1, 1), date(2024, 12, 31))]


def test_degree_days_are_told_of_whole_years_alone():
    days = [date(2025, 1, 1) + timedelta(n) for n in range(365)]
    means = dict.fromkeys(days, 1650)
    assert degree_days_of(2025, means) == 365 * 1.5
    assert degree_days_of(2025, dict.fromkeys(days, 2500)) == 0
    del means[days[7]]
    assert degree_days_of(2025, means) is None


def test_lines_of_one_reference_are_one_entity():
    def line(pce, efa, surface, energy, dju=2000.0):
        draft = SiteDraft(pce, efa, siret="1", surface_dm2=surface)
        return OperatLine(
            OperatSiteSettings(1, draft, "Alias"), year_of_sums(2025, energy, 300, 5), dju
        )

    lines = [line("1", "A", 100, 50), line("2", "A", None, 7), line("3", "", 5, 1)]
    both, alone = entities_of([*lines, line("4", "A", 100, 0, None)])
    assert (both.pces, both.draft.surface_dm2, both.degree_days) == (("1", "2", "4"), 100, None)
    assert (both.year.energy_wh_pcs, both.year.days, both.year.length) == (57, 915, 3 * 365)
    assert (alone.pces, alone.draft.name, alone.degree_days) == (("3",), "Alias", 2000)
    (one,) = entities_of([line("1", "A", 100, 5), line("2", "A", 90, 5)])
    assert one.draft.surface_dm2 is None
    unlike = [
        finding.fault for finding in findings([line("1", "A", 100, 5), line("2", "A", 90, 5)])
    ]
    assert unlike.count(OperatFault.SURFACES) == 1  # told before it is declared, once an entity
    assert OperatFault.SURFACES not in {one.fault for one in findings([line("1", "A", 100, 5)])}
    (none,) = entities_of(
        [OperatLine(OperatSiteSettings(1, SiteDraft("1")), year_of_sums(2025, 0, 0, 0))]
    )
    assert none.year.energy_wh_pcs is None


def test_a_line_without_its_siret_is_of_the_only_entity_of_its_reference():
    def line(pce, surface, siren="", siret=""):
        draft = SiteDraft(pce, "EFA-1", siren=siren, siret=siret, surface_dm2=surface)
        return OperatLine(OperatSiteSettings(1, draft, ""), year_of_sums(2025, 1, 365, 0), None)

    one, siret = "123456789", "12345678900011"
    lines = [line("2", 250_000), line("1", 200_000, one), line("3", 200_000, one, siret)]
    (entity,) = entities_of(lines)
    told = entity.draft
    assert (entity.pces, told.siren, told.siret) == (("2", "1", "3"), one, siret)
    assert told.surface_dm2 is None
    assert [found.fault for found in findings(lines)].count(OperatFault.SURFACES) == 1
    two = [*lines, line("4", 1, "987654321")]
    assert [each.pces for each in entities_of(two)] == [("2",), ("1", "3"), ("4",)]


def test_days_that_an_organisation_deposited_are_counted_and_to_be_seen_to():
    own = {day: Daily(1000, False, True) for day in every(JAN, date(2025, 1, 10))}
    spring = Published(date(2025, 3, 1), date(2025, 3, 31), 31_000, False, True)
    winter = Published(date(2024, 12, 31), date(2025, 1, 2), 9_000, False)
    late = Published(date(2025, 12, 30), date(2026, 1, 2), 4_000, False, True)
    found = year_of(2025, (winter, spring, late), own)
    assert (found.days, found.deposited) == (10 + 31 + 2, 10 + 31 + 2)
    assert year_of_sums(2025, 5, 3, 2, 4).deposited == 4
    line = OperatLine(OperatSiteSettings(1, SiteDraft("09999999910001")), found)
    counts = {finding.fault: finding.count for finding in findings([line])}
    assert counts[OperatFault.DEPOSITED] == 43
