"""Days whose value follows from the indexes around them."""

from datetime import date, timedelta

from data.metering.consumption.rules.gap_filling import LONGEST, rebuilt
from data.metering.consumption.types import Flag, Quality

FIRST = date(2026, 11, 1)
COEFFICIENT = 112_000


def metered(start, end, *, volume=None, energy=None, coefficient=COEFFICIENT, flags=0):
    volume = (end - start) * 1000 if volume is None else volume
    return (
        volume * 11 if energy is None else energy,
        volume,
        start * 1000,
        end * 1000,
        coefficient,
        None,
        int(Quality.MEASURED),
        flags,
    )


def absent():
    content = [None] * 6 + [int(Quality.ABSENT), 0]
    return tuple(content)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def test_the_two_days_of_the_fixture_close():
    # domain.md §6.2: 11/11 gives 12 m³, 16/11 gives 9 m³
    assert rebuilt(
        [(FIRST, metered(14_170, 14_179)), (after(2), metered(14_191, 14_199, volume=8000))]
    ) == {after(1): (134_400, 12_000)}
    assert rebuilt(
        [(FIRST, metered(14_210, 14_217)), (after(2), metered(14_226, 14_232, volume=6000))]
    ) == {after(1): (100_800, 9_000)}


def test_an_absent_day_and_a_day_never_stated_close_alike():
    before, next_day = (FIRST, metered(0, 9)), (after(2), metered(12, 20))
    assert rebuilt([before, (after(1), absent()), next_day]) == rebuilt([before, next_day])


def test_only_the_end_and_the_volume_of_the_next_day_are_needed():
    content = list(metered(12, 20))
    content[2] = None
    assert rebuilt([(FIRST, metered(0, 9)), (after(2), tuple(content))])[after(1)][1] == 3_000


def test_without_indexes_nothing_follows():
    bare = (11_000, 1_000, None, None, COEFFICIENT, None, int(Quality.MEASURED), 0)
    assert rebuilt([(FIRST, bare), (after(2), metered(12, 20))]) == {}
    assert rebuilt([(FIRST, metered(0, 9)), (after(2), bare)]) == {}


def test_the_start_index_serves_when_the_next_day_has_no_volume():
    content = list(metered(12, 20))
    content[1] = None
    content[3] = None
    assert rebuilt([(FIRST, metered(0, 9)), (after(2), tuple(content))])[after(1)][1] == 3_000


def test_several_days_close_only_when_nothing_went_through():
    still = [(FIRST, metered(0, 9)), (after(5), metered(9, 10))]
    assert rebuilt(still) == {after(n): (0, 0) for n in range(1, 5)}
    moved = [(FIRST, metered(0, 9)), (after(5), metered(10, 11))]
    assert rebuilt(moved) == {}


def test_a_long_silence_is_no_hole():
    def silence(days):
        return [(FIRST, metered(0, 9)), (after(days + 1), metered(9, 10))]

    assert len(rebuilt(silence(LONGEST))) == LONGEST
    assert rebuilt(silence(LONGEST + 1)) == {}


def test_an_index_that_drops_is_a_meter_change():
    assert rebuilt([(FIRST, metered(90_000, 90_009)), (after(2), metered(3, 20))]) == {}


def test_a_known_meter_change_closes_nothing_even_when_the_index_rises():
    days = [(FIRST, metered(0, 9)), (after(2), metered(1_200, 1_208))]
    assert rebuilt(days) != {}
    for change in (after(1), after(2)):
        assert rebuilt(days, [change]) == {}
    assert rebuilt(days, [FIRST, after(3)]) != {}


def test_a_rollover_closes_when_the_number_of_digits_is_known():
    last = metered(99_998, 4, volume=6_000, flags=int(Flag.ROLLOVER))
    days = [(FIRST, metered(99_980, 99_990)), (after(2), last)]
    assert rebuilt(days, digits=5)[after(1)][1] == 8_000
    assert rebuilt(days) == {}


def test_a_flagged_day_proves_nothing():
    odd = metered(12, 20, volume=15_000, flags=int(Flag.MISMATCH))
    assert rebuilt([(FIRST, metered(0, 3)), (after(2), odd)]) == {}


def test_energy_falls_back_on_the_month_before_then_on_the_day_after():
    days = [(after(n), metered(n, n + 1, coefficient=None, energy=11_000 + n)) for n in range(3)]
    late = metered(4, 5, coefficient=105_000)
    assert rebuilt([*days, (after(4), late)]) == {after(3): (11_001, 1_000)}
    silent = (None, *days[2][1][1:])
    assert rebuilt([(after(2), silent), (after(4), late)]) == {after(3): (10_500, 1_000)}


def test_without_any_coefficient_the_day_stays_open():
    days = [
        (FIRST, (None, *metered(0, 9, coefficient=None)[1:])),
        (after(2), (None, *metered(12, 20, coefficient=None)[1:])),
    ]
    assert rebuilt(days) == {}


def test_nothing_is_rebuilt_of_nothing():
    assert rebuilt([]) == {}
    assert rebuilt([(FIRST, absent())]) == {}
