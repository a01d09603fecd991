"""Select the statement in force for a gas day.

A day keeps the *set* of its distinct statements, and the value in force is a pure function of that
set: so shuffled, repeated, late and corrected deliveries all end the same. Only the distributor's
side overrides a value of the distributor's side.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TypeAlias

from data.consumption.types import (
    DayStatement,
    Flag,
    InjectionStatement,
    PeriodStatement,
    Quality,
    Status,
)
from data.provenance import DataSource

# Plain tuples: the bulk of the work is days never seen before, by the million.
Content: TypeAlias = tuple[
    int | None, int | None, int | None, int | None, int | None, int | None, int, int
]
Said: TypeAlias = tuple[int, date, datetime, int, int]  # …, its source, its run (0: none)
Key: TypeAlias = tuple[Content, int]  # what is said, and by which run: each can be taken away
Statements: TypeAlias = Mapping[Key, Said]
# What stands at each place of them: the names of the columns.
CONTENT = (
    "energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4",
    "temperature_c100", "quality", "flags",
)  # fmt: skip
SAID = ("status", "as_of", "learnt_at", "source", "run_id")
Rank: TypeAlias = tuple[bool, bool, bool, date, int, tuple[tuple[bool, int], ...], int]
PeriodRank: TypeAlias = tuple[bool, bool, date, int, tuple[tuple[bool, int], ...]]

ACCEPTED_DM3 = 2000  # volume and indexes may part by that much (each is rounded to the m³)
_OWN = Quality.RECONSTRUCTED  # anything up to here is no value of the distributor's
_DEFINITIVE = Status.DEFINITIVE
_DEPOSIT = DataSource.DEPOSIT
SETTLED_AFTER = timedelta(days=30)  # a deposit can be taken back so long, and is kept apart


def advance(
    start: int | None, end: int | None, *, rollover: bool = False, digits: int | None = None
) -> int | None:
    """How far the counter went, in dm³; None when unknown, or when the meter was changed."""
    if start is None or end is None:
        return None
    gone = end - start
    if gone < 0 and rollover and digits:
        gone += 1000 * 10**digits
    return gone if gone >= 0 else None


def content_of(day: DayStatement, digits: int | None = None) -> Content:
    """What *day* says, put in order: its identity among the statements of that gas day.

    Absence wins over the number beside it; a value that we rebuilt ourselves and that comes back
    in a file is no statement of the distributor's; a missing volume is the difference of the
    indexes; nothing is ever negative.
    """
    energy, volume, start, end = (
        day.energy_wh,
        day.volume_dm3,
        day.index_start_dm3,
        day.index_end_dm3,
    )
    quality = int(day.quality)
    if (
        quality > _OWN
        and energy is not None
        and volume is not None
        and energy >= 0
        and volume >= 0
        and not day.rollover
        and (
            start is None
            or end is None
            or start > end
            or -ACCEPTED_DM3 <= volume - end + start <= ACCEPTED_DM3
        )
    ):  # the ordinary day, without a second look
        return energy, volume, start, end, day.coefficient_e4, day.temperature_c100, quality, 0
    return _ordered(day, digits)


def statement_of(day: date, content: Content, status: int) -> DayStatement:
    """The statement that *content* was made of, as far as it kept it."""
    turned = bool(content[7] & Flag.ROLLOVER)
    return DayStatement(day, *content[:6], Quality(content[6]), Status(status), rollover=turned)


def _ordered(day: DayStatement, digits: int | None) -> Content:
    energy = None if day.energy_wh is None or day.energy_wh < 0 else day.energy_wh
    volume = None if day.volume_dm3 is None or day.volume_dm3 < 0 else day.volume_dm3
    quality, flags = int(day.quality), Flag.ROLLOVER if day.rollover else Flag(0)
    if quality <= _OWN:
        energy = volume = None
    elif volume is None:
        volume = advance(
            day.index_start_dm3, day.index_end_dm3, rollover=day.rollover, digits=digits
        )
        flags |= Flag(0) if volume is None else Flag.DEDUCED
    if energy is None and volume is None:
        quality = int(Quality.ABSENT)
    return _checked(
        (
            energy,
            volume,
            day.index_start_dm3,
            day.index_end_dm3,
            day.coefficient_e4,
            day.temperature_c100,
            quality,
            int(flags),
        ),
        digits,
    )


def _checked(content: Content, digits: int | None) -> Content:
    """*content* with its MISMATCH bit as its volume and indexes say."""
    volume, flags = content[1], content[7] & ~Flag.MISMATCH
    gone = advance(content[2], content[3], rollover=bool(flags & Flag.ROLLOVER), digits=digits)
    if volume is not None and gone is not None and abs(volume - gone) > ACCEPTED_DM3:
        flags |= Flag.MISMATCH
    return (*content[:7], int(flags))


def has_value(content: Content) -> bool:
    return content[0] is not None or content[1] is not None


def stated(content: Content) -> Content:
    """What was said of a day kept as one row: undoes our own reconstruction."""
    if content[6] != _OWN:
        return content
    flags = content[7] & ~Flag.FROM_DEPOSIT
    return (None, None, *content[2:6], int(Quality.ABSENT), int(flags))


def _tie(values: tuple[int | None, ...]) -> tuple[tuple[bool, int], ...]:
    return tuple((value is not None, value or 0) for value in values)


def rank(content: Content, said: Said) -> Rank:
    """The order of precedence: a value, the distributor's side, definitive, the latest, content."""
    status, as_of, _, source, run_id = said
    return (
        has_value(content),
        source != _DEPOSIT,
        status == _DEFINITIVE,
        as_of,
        status,
        _tie(content),
        -run_id,
    )


def stronger(earlier_attribution: Said, new: Said) -> Said:
    """Return the stronger of two identical statements, dated from the first."""
    before = (
        earlier_attribution[0] == _DEFINITIVE,
        earlier_attribution[1],
        earlier_attribution[0],
        -earlier_attribution[3],
    )
    after = (new[0] == _DEFINITIVE, new[1], new[0], -new[3])
    return (
        earlier_attribution
        if after <= before
        else (new[0], new[1], earlier_attribution[2], new[3], new[4])
    )


def condense(statements: Statements, now: datetime) -> dict[Key, Said]:
    """Drop what adds nothing, for good: a deposit that repeats the distributor's own feed.

    Of deposits that say the same and can no longer be taken back, the strongest stays.
    """
    condensed_statements: dict[Key, Said] = {}
    settled: dict[tuple[Content, bool], Key] = {}
    for key in sorted(statements, key=lambda one: one[1]):
        (content, run_id), attribution = key, statements[key]
        deposited = attribution[3] == _DEPOSIT
        if deposited and (content, 0) in statements:
            continue
        condensed_statements[key] = attribution
        if not run_id or attribution[2] >= now - SETTLED_AFTER:
            continue
        other = settled.setdefault((content, deposited), key)
        if other != key:
            better = stronger(condensed_statements[other], attribution)
            del condensed_statements[other], condensed_statements[key]
            settled[content, deposited] = last = (content, better[4])
            condensed_statements[last] = better
    return condensed_statements


def in_force(statements: Statements, digits: int | None = None) -> tuple[Content, Said]:
    """The value in force of a day.

    The best statement, whose missing indexes and coefficient come from the best other one that
    says the same energy and volume, and whose missing temperature from the best that has one. The
    distributor's word is never completed by a deposit.
    """
    ordered = sorted(statements, key=lambda key: rank(key[0], statements[key]))
    top = ordered.pop()
    best, attribution = top[0], statements[top]
    if not ordered:
        return best, attribution
    able = attribution[3] == _DEPOSIT
    others = [key[0] for key in reversed(ordered) if able or statements[key][3] != _DEPOSIT]
    same_values = [other for other in others if other[:2] == best[:2]]
    start, end, coefficient = (_first(best, same_values, place) for place in (2, 3, 4))
    temperature = _first(best, others, 5)
    content = (best[0], best[1], start, end, coefficient, temperature, best[6], best[7])
    return _checked(content, digits), attribution


def _first(best: Content, others: list[Content], place: int) -> int | None:
    return next((c[place] for c in (best, *others) if c[place] is not None), None)


def digest(content: Content, run_id: int = 0) -> int:
    """A stable 64-bit name of *content* as a run said it, in every process and database."""
    named = (tuple(content), run_id) if run_id else tuple(content)
    octets = blake2b(repr(named).encode(), digest_size=8).digest()
    return int.from_bytes(octets, "big", signed=True)


def period_rank(period: PeriodStatement, as_of: date) -> PeriodRank:
    """Precedence among what one source says of one period: the same rule as for days."""
    values = (
        period.energy_wh,
        period.volume_dm3,
        period.index_start_dm3,
        period.index_end_dm3,
        period.coefficient_e4,
        int(period.quality),
    )
    has_amount = period.energy_wh is not None or period.volume_dm3 is not None
    return has_amount, period.status == _DEFINITIVE, as_of, int(period.status), _tie(values)


def injection_rank(period: InjectionStatement, as_of: date) -> PeriodRank:
    """Precedence among what one source says of one period of injected gas: the same again."""
    values = (
        period.energy_wh,
        period.volume_dm3,
        period.converted_dm3,
        period.coefficient_e4,
        int(period.quality),
    )
    has_amount = period.energy_wh is not None or period.volume_dm3 is not None
    return has_amount, period.status == _DEFINITIVE, as_of, int(period.status), _tie(values)
