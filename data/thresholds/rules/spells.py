"""Turn judged days into spells: ok → warned → exceeded → back to normal, by gas day.

A spell ends when a published value is clear of the limit, hysteresis included, when its month or
year is over, or when it is no longer evaluated. After it, a warning waits for a value below the
warning level: a value that falls from 101 % to 90 % of the limit is one "back to normal", not
another warning. An exceedance never waits.
"""

from datetime import date

from data.thresholds.rules.point import EvaluatedPoint
from data.thresholds.types import Ending, Exceedance, ThresholdPeriod


class _Open:
    """A spell in progress."""

    __slots__ = (
        "exceeded",
        "excess",
        "first",
        "last",
        "latest",
        "peak",
        "peak_on",
        "said",
        "warned",
    )

    def __init__(self, first: date, point: EvaluatedPoint, warned: date | None) -> None:
        self.first, self.warned = first, warned
        self.exceeded: date | None = None
        self.said = point  # the day that set its state
        self.peak, self.peak_on = point.value, point.day
        self.last, self.latest = point.day, point
        self.excess = 0


class Machine:
    """Takes points in order of days; `finish` then returns the spells."""

    def __init__(self, period: ThresholdPeriod, *, lowest: bool = False) -> None:
        self._found: list[Exceedance] = []
        self._period = period
        self._lowest = lowest  # the peak is the lowest value
        self._spell: _Open | None = None
        self._armed = True
        self._chain: list[EvaluatedPoint] = []  # consecutive published days over the limit
        self._end: date | None = None

    def take(self, point: EvaluatedPoint) -> None:
        if point.end != self._end:
            if self._end is not None:
                self._period_over(self._end)
            self._end = point.end
        if point.over:
            self._chain.append(point)
        else:
            self._chain.clear()
        if self._spell is None:
            self._begin(point)
        else:
            self._go_on(self._spell, point)

    def _begin(self, point: EvaluatedPoint) -> None:
        if not (point.over or point.warm):
            self._armed = True
        elif point.over and len(self._chain) >= point.needed:
            self._spell = _Open(self._chain[0].day, self._chain[0], None)
            self._exceed(self._spell, point)
        elif point.warm and self._armed:
            self._spell = _Open(point.day, point, point.day)

    def _exceed(self, spell: _Open, point: EvaluatedPoint) -> None:
        spell.exceeded, spell.said = point.day, point
        for chain_point in self._chain:
            self._measure(spell, chain_point)

    def _go_on(self, spell: _Open, point: EvaluatedPoint) -> None:
        if spell.exceeded is None:
            self._go_on_warned(spell, point)
        elif point.clear:
            spell.latest = point
            self._close(point.day, Ending.CLEARED)
            self._armed = not point.warm
        else:
            self._measure(spell, point)

    def _go_on_warned(self, spell: _Open, point: EvaluatedPoint) -> None:
        if point.over and len(self._chain) >= point.needed:
            self._exceed(spell, point)
        elif point.cool:
            spell.latest = point
            self._close(point.day, Ending.CLEARED)
            self._armed = True
        else:
            self._reach(spell, point)

    def _reach(self, spell: _Open, point: EvaluatedPoint) -> None:
        spell.last, spell.latest = point.day, point
        further = point.value < spell.peak if self._lowest else point.value > spell.peak
        if further:
            spell.peak, spell.peak_on = point.value, point.day

    def _measure(self, spell: _Open, point: EvaluatedPoint) -> None:
        """Accumulate the excess: summed for days, the maximum for a running total."""
        self._reach(spell, point)
        beyond = point.value - point.limit
        if beyond > 0 and not self._lowest:
            spell.excess = spell.excess + beyond if point.end is None else max(spell.excess, beyond)

    def _is_only_warned(self) -> bool:
        return self._spell is not None and self._spell.exceeded is None

    def _close(self, day: date, ending: Ending) -> None:
        if self._spell is not None:
            self._found.append(self._notified_state(self._spell, day, ending))
        self._spell = None
        self._chain.clear()

    def _notified_state(self, spell: _Open, day: date | None, ending: Ending | None) -> Exceedance:
        return Exceedance(
            first=spell.first,
            warned_on=spell.warned,
            exceeded_on=spell.exceeded,
            value_wh=spell.said.value,
            limit_wh=spell.said.limit,
            peak_wh=spell.peak,
            peak_on=spell.peak_on,
            excess_wh=spell.excess,
            last=spell.last,
            ended_on=day,
            ending=ending,
            provisional=spell.said.provisional,
            period=self._period,
            last_wh=spell.latest.value,
            last_limit_wh=spell.latest.limit,
            expected_wh=spell.said.expected,
        )

    def _period_over(self, end: date) -> None:
        """End the month or year with its open spell, and start again."""
        self._close(end, Ending.PERIOD)
        self._armed = True
        self._end = None

    def finish(self, until: date | None, today: date, stopped_on: date | None) -> list[Exceedance]:
        """Return the spells after the last point, an open one last.

        `until` is the last day with a value, evaluated or not; evaluation stops after `stopped_on`.
        A period that ended below its limit no longer has a warning.
        """
        within = stopped_on is not None and (self._end is None or stopped_on < self._end)
        if self._end is not None and until is not None and until > self._end and not within:
            self._period_over(self._end)
        over = self._end is not None and (self._end < today or self._end == until)
        if over and not within and self._end is not None and self._is_only_warned():
            self._period_over(self._end)
        if stopped_on is not None:
            self._close(stopped_on, Ending.STOPPED)
        if self._spell is not None:
            self._found.append(self._notified_state(self._spell, None, None))
            self._spell = None
        return self._found
