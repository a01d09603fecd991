"""Select the statement in force for a gas day.

A day keeps the `set` of its distinct statements, and the value in force is a pure function of that
set: so shuffled, repeated, late and corrected deliveries all end the same. Only the distributor's
side overrides a value of the distributor's side.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TypeAlias

from data.metering.consumption.types import DayStatement, Flag, Quality, Status
from data.provenance import DataSource

# Plain tuples for speed: most days are new, and there are millions.
Content: TypeAlias = tuple[
    int | None, int | None, int | None, int | None, int | None, int | None, int, int
]
Said: TypeAlias = tuple[int, date, datetime, int, int]  # …, source, run id (0: none)
Key: TypeAlias = tuple[Content, int]  # content and run, so that a run can be withdrawn
Statements: TypeAlias = Mapping[Key, Said]
# The column names of each position.
CONTENT = (
    "energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4",
    "temperature_c100", "quality", "flags",
)  # fmt: skip
SAID = ("status", "as_of", "learnt_at", "source", "run_id")
Rank: TypeAlias = tuple[bool, bool, bool, date, int, tuple[tuple[bool, int], ...], int]
PeriodRank: TypeAlias = tuple[bool, bool, date, int, tuple[tuple[bool, int], ...]]

ACCEPTED_DM3 = 2000  # rounding to the m³ lets volume and indexes differ that much
_OWN = Quality.RECONSTRUCTED  # values up to here do not come from the distributor
_DEFINITIVE = Status.DEFINITIVE
_DEPOSIT = DataSource.DEPOSIT
# a deposit can be withdrawn for so long, and is stored separately
SETTLED_AFTER = timedelta(days=30)


def advance(
    start: int | None, end: int | None, *, rollover: bool = False, digits: int | None = None
) -> int | None:
    """Return the advance of the counter in dm³; None when unknown or after a meter change."""
    if start is None or end is None:
        return None
    gone = end - start
    if gone < 0 and rollover and digits:
        gone += 1000 * 10**digits
    return gone if gone >= 0 else None


def content_of(day: DayStatement, digits: int | None = None) -> Content:
    """Return the normalised content of `day`, its identity among the statements of that day.

    Absence clears a number beside it; a value reconstructed by the portal is no statement; a
    missing volume is the difference of the indexes; negative values are dropped.
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
    ):  # fast path for an ordinary day
        return energy, volume, start, end, day.coefficient_e4, day.temperature_c100, quality, 0
    return _ordered(day, digits)


def statement_of(day: date, content: Content, status: int) -> DayStatement:
    """Return the statement that `content` was made of, as far as it is stored."""
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
    """Return `content` with its MISMATCH flag recomputed from volume and indexes."""
    volume, flags = content[1], content[7] & ~Flag.MISMATCH
    gone = advance(content[2], content[3], rollover=bool(flags & Flag.ROLLOVER), digits=digits)
    if volume is not None and gone is not None and abs(volume - gone) > ACCEPTED_DM3:
        flags |= Flag.MISMATCH
    return (*content[:7], int(flags))


def has_value(content: Content) -> bool:
    return content[0] is not None or content[1] is not None


def stated(content: Content) -> Content:
    """Return the content as stated, without our reconstruction."""
    if content[6] != _OWN:
        return content
    flags = content[7] & ~Flag.FROM_DEPOSIT
    return (None, None, *content[2:6], int(Quality.ABSENT), int(flags))


def _tie(values: Sequence[int | None]) -> tuple[tuple[bool, int], ...]:
    return tuple((value is not None, value or 0) for value in values)


def rank(content: Content, said: Said) -> Rank:
    """Return the precedence: a value, the distributor, definitive status, latest date, content."""
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
    """Remove redundant statements: a deposit that repeats the distributor's feed.

    Of identical deposits that can no longer be withdrawn, the strongest is kept.
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
    """Return the value in force of a day.

    It is the strongest statement. Missing indexes and coefficient come from the next statement with
    the same energy and volume; a missing temperature from the next that has one. A deposit never
    completes a statement of the distributor.
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
    """Return a stable 64-bit hash of `content` and run, the same in all processes and databases."""
    named = (tuple(content), run_id) if run_id else tuple(content)
    octets = blake2b(repr(named).encode(), digest_size=8).digest()
    return int.from_bytes(octets, "big", signed=True)


def period_rank(values: Sequence[int | None], status: Status, as_of: date) -> PeriodRank:
    """Return the precedence among one source's statements of a period, as for days.

    `values` are what it states: its energy and its volume first.
    """
    has_amount = values[0] is not None or values[1] is not None
    return has_amount, status == _DEFINITIVE, as_of, int(status), _tie(values)
