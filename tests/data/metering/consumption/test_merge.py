"""Which statement of a gas day is in force: pure, and blind to the order of arrival."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from data.metering.consumption.rules.merge import (
    advance,
    condense,
    content_of,
    digest,
    has_value,
    in_force,
    period_rank,
    stated,
    stronger,
)
from data.metering.consumption.types import (
    DayStatement,
    Flag,
    Quality,
    Status,
)
from data.provenance import COMMAND, FEED, DataSource, Provenance

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def day(**values):
    return DayStatement(
        **{
            "gas_day": DAY,
            "energy_wh": 108_000,
            "volume_dm3": 10_000,
            "index_start_dm3": 100_000,
            "index_end_dm3": 110_000,
            "coefficient_e4": None,
            "temperature_c100": None,
            "quality": Quality.MEASURED,
            "status": Status.UNKNOWN,
        }
        | values
    )


def said(as_of: int, status: Status = Status.UNKNOWN, whose=FEED, at=NOW):
    return int(status), date(2026, 11, as_of), at, int(whose.source), whose.run_id


def of(statements):
    """What several contents, each said by somebody, put in force."""
    return in_force({(content, told[4]): told for content, told in dict(statements).items()})


def test_the_latest_statement_wins_whatever_the_order():
    statements = [
        (content_of(day(energy_wh=108_000)), said(5)),
        (content_of(day(energy_wh=107_000)), said(9)),
        (content_of(day(energy_wh=106_000)), said(7)),
    ]
    for order in permutations(statements):
        content, (_, as_of, *_) = of(dict(order))
        assert (content[0], as_of) == (107_000, date(2026, 11, 9))


def test_provisional_never_replaces_definitive():
    definitive = content_of(day(energy_wh=107_000))
    later = content_of(day(energy_wh=108_000))
    for status in (Status.PROVISIONAL, Status.UNKNOWN):
        sayings = {definitive: said(5, Status.DEFINITIVE), later: said(9, status)}
        assert of(sayings)[0] == definitive


def test_absence_never_replaces_a_value():
    value = content_of(day())
    absent = content_of(day(quality=Quality.ABSENT))
    sayings = {value: said(5, Status.PROVISIONAL), absent: said(9, Status.DEFINITIVE)}
    assert of(sayings)[0] == value


def test_absence_wins_over_the_number_written_beside_it():
    content = content_of(day(energy_wh=0, volume_dm3=0, quality=Quality.ABSENT))
    assert content[:2] == (None, None)
    assert content[6] == Quality.ABSENT


def test_our_own_reconstruction_coming_back_in_a_file_is_no_statement_of_the_distributor():
    content = content_of(day(quality=Quality.RECONSTRUCTED))
    assert not has_value(content)
    assert content[6] == Quality.ABSENT


def test_a_value_without_any_number_is_absent():
    content = content_of(day(energy_wh=None, volume_dm3=None, index_end_dm3=None))
    assert content[6] == Quality.ABSENT


def test_ties_are_broken_by_content_and_not_by_arrival():
    one, two = content_of(day(energy_wh=107_000)), content_of(day(energy_wh=108_000))
    assert of({one: said(5), two: said(5)}) == of({two: said(5), one: said(5)})


def test_missing_indexes_and_coefficient_come_from_who_says_the_same_value():
    bare = content_of(day(index_start_dm3=None, index_end_dm3=None))
    full = content_of(day(coefficient_e4=112_000))
    other = content_of(day(energy_wh=99_000, coefficient_e4=105_000))
    content, _ = of({bare: said(9), full: said(5), other: said(7)})
    assert content[2:5] == (100_000, 110_000, 112_000)


def test_temperature_comes_from_the_best_that_has_one():
    bare = content_of(day())
    warm = content_of(day(energy_wh=99_000, temperature_c100=1_210))
    old = content_of(day(energy_wh=98_000, temperature_c100=900))
    assert of({bare: said(9), old: said(3), warm: said(5)})[0][5] == 1_210


def test_the_same_thing_said_again_keeps_its_best_saying_and_its_first_hearing():
    later = datetime(2026, 11, 25, tzinfo=UTC)
    first = said(1, Status.DEFINITIVE)
    again = said(9, Status.PROVISIONAL, at=later)
    assert stronger(first, again) is first
    best = stronger(again, first)
    assert best == said(1, Status.DEFINITIVE, at=later)


def test_repeating_an_old_value_as_provisional_does_not_bring_it_back():
    old, new = content_of(day(energy_wh=108_000)), content_of(day(energy_wh=107_000))
    sayings = {old: said(1, Status.DEFINITIVE), new: said(3, Status.DEFINITIVE)}
    sayings[old] = stronger(sayings[old], said(9, Status.PROVISIONAL))
    assert of(sayings)[0] == new


@pytest.mark.parametrize(
    ("volume", "flagged"),
    [(9_000, False), (11_000, False), (12_000, False), (12_001, True), (7_000, True)],
)
def test_volume_and_indexes_may_part_by_two_cubic_metres(volume, flagged):
    content = content_of(day(volume_dm3=volume))
    assert bool(content[7] & Flag.MISMATCH) is flagged
    assert content[1] == volume


def test_filling_the_indexes_checks_the_volume_again():
    bare = content_of(day(index_start_dm3=None))
    odd = content_of(day(index_start_dm3=50_000, index_end_dm3=None))
    assert not bare[7]
    assert of({bare: said(9), odd: said(5)})[0][7] & Flag.MISMATCH


def test_a_missing_volume_is_the_difference_of_the_indexes():
    content = content_of(day(volume_dm3=None))
    assert content[1] == 10_000
    assert content[7] & Flag.DEDUCED


def test_a_rollover_adds_what_the_counter_can_count():
    statement = day(volume_dm3=None, index_start_dm3=99_995_000, index_end_dm3=4_000, rollover=True)
    assert content_of(statement, 5)[1] == 9_000
    assert content_of(statement, None)[1] is None  # how many digits is not known


def test_a_meter_change_never_gives_a_negative_volume():
    content = content_of(day(volume_dm3=None, index_start_dm3=99_995_000, index_end_dm3=4_000))
    assert content[1] is None
    assert content_of(day(volume_dm3=-95_000, index_start_dm3=None))[1] is None
    assert content_of(day(energy_wh=-1))[0] is None


def test_a_rollover_with_a_right_volume_is_not_flagged():
    statement = day(
        volume_dm3=9_000, index_start_dm3=99_995_000, index_end_dm3=4_000, rollover=True
    )
    assert content_of(statement, 5)[7] == Flag.ROLLOVER
    assert content_of(day(volume_dm3=20_000, rollover=True), 5)[7] & Flag.MISMATCH


def test_an_unknown_index_gives_no_advance():
    assert advance(None, 5) is None
    assert advance(5, None) is None


def test_what_the_distributor_said_is_found_again_under_a_reconstruction():
    absent = content_of(day(quality=Quality.ABSENT, temperature_c100=700))
    rebuilt = (120_000, 11_000, *absent[2:6], int(Quality.RECONSTRUCTED), absent[7])
    assert stated(rebuilt) == absent
    assert stated(content_of(day())) == content_of(day())


def test_the_name_of_a_content_is_stable():
    content = content_of(day())
    assert digest(content) == digest(tuple(content))
    assert digest(content) != digest(content_of(day(energy_wh=1)))


def test_periods_follow_the_same_precedence():
    definitive = period_rank((1, None), Status.DEFINITIVE, date(2026, 1, 1))
    provisional = period_rank((2, None), Status.PROVISIONAL, date(2026, 2, 1))
    absent = period_rank((None, None), Status.DEFINITIVE, date(2026, 3, 1))
    assert absent < provisional < definitive


def deposit(run_id):
    return Provenance(DataSource.DEPOSIT, run_id)


STAFF = Provenance(DataSource.STAFF, 7)


@pytest.mark.parametrize("whose", [FEED, COMMAND, STAFF])
def test_a_deposit_never_overrides_the_distributor_s_side(whose):
    word, typed = content_of(day()), content_of(day(energy_wh=9_000))
    sayings = {
        word: said(1, Status.PROVISIONAL, whose),
        typed: said(9, Status.DEFINITIVE, deposit(3)),
    }
    content, told = of(sayings)
    assert (content, told[3]) == (word, whose.source)


def test_a_deposit_fills_what_the_distributor_says_is_absent():
    absent = content_of(day(quality=Quality.ABSENT, temperature_c100=900))
    typed = content_of(day(energy_wh=9_000))
    content, told = of({absent: said(9, Status.DEFINITIVE), typed: said(1, whose=deposit(3))})
    assert (content[0], content[5], told[3:]) == (9_000, 900, (DataSource.DEPOSIT, 3))


def test_a_deposit_lends_nothing_to_the_distributor_s_word():
    word = content_of(day(index_start_dm3=None, index_end_dm3=None))
    typed = content_of(day(coefficient_e4=112_000, temperature_c100=900))
    content, _ = of({word: said(1), typed: said(9, whose=deposit(3))})
    assert content == word


def test_of_two_deposits_that_say_the_same_the_first_is_credited():
    content = content_of(day())
    sayings = {(content, run): said(5, whose=deposit(run)) for run in (9, 4)}
    assert in_force(sayings)[1][4] == 4
    assert digest(content, 4) != digest(content, 9) != digest(content)


def test_what_adds_nothing_is_not_kept():
    content, other = content_of(day()), content_of(day(energy_wh=9_000))
    word = {(content, 0): said(1)}
    assert condense(word | {(content, 3): said(9, whose=deposit(3))}, NOW) == word
    kept = word | {(other, 3): said(9, whose=deposit(3)), (content, 7): said(1, whose=STAFF)}
    assert condense(kept, NOW) == kept


def test_deposits_that_can_no_longer_be_taken_back_are_one():
    content, old = content_of(day()), NOW - timedelta(days=31)
    sayings = {
        (content, 3): said(1, whose=deposit(3), at=old),
        (content, 4): said(5, whose=deposit(4), at=old),
        (content, 5): said(2, whose=deposit(5), at=NOW),
    }
    assert condense(sayings, NOW) == {
        (content, 4): said(5, whose=deposit(4), at=old),
        (content, 5): said(2, whose=deposit(5), at=NOW),
    }
