"""Turn evaluated days into exceedances: ok → warned → exceeded → back to normal, by gas day.

An exceedance ends when a published value is clear of the limit, hysteresis included, when its month
or year is over, or when it is no longer evaluated. After it, a warning waits for a value below the
warning level: a value that falls from 101 % to 90 % of the limit is one "back to normal", not
another warning. An exceedance never waits.
"""

from datetime import date

from data.thresholds.rules.evaluated_days import EvaluatedDay
from data.thresholds.types import Ending, Exceedance, ThresholdPeriod


class _OpenEpisode:
    """An episode in progress."""

    __slots__ = (
        "exceeded",
        "excess",
        "first",
        "last",
        "latest",
        "peak",
        "peak_on",
        "state_day",
        "warned",
    )

    def __init__(self, first: date, evaluated_day: EvaluatedDay, warned: date | None) -> None:
        self.first, self.warned = first, warned
        self.exceeded: date | None = None
        self.state_day = evaluated_day  # the day that set its state
        self.peak, self.peak_on = evaluated_day.value, evaluated_day.day
        self.last, self.latest = evaluated_day.day, evaluated_day
        self.excess = 0


class EpisodeStateMachine:
    """Process evaluated days in order; `finish` then returns the exceedances."""

    def __init__(self, period: ThresholdPeriod, *, peak_is_lowest: bool = False) -> None:
        self._exceedances: list[Exceedance] = []
        self._period = period
        self._peak_is_lowest = peak_is_lowest  # the peak is the lowest value
        self._episode: _OpenEpisode | None = None
        self._armed = True
        self._streak: list[EvaluatedDay] = []  # consecutive published days over the limit
        self._end: date | None = None

    def process(self, evaluated_day: EvaluatedDay) -> None:
        if evaluated_day.end != self._end:
            if self._end is not None:
                self._period_over(self._end)
            self._end = evaluated_day.end
        if evaluated_day.over:
            self._streak.append(evaluated_day)
        else:
            self._streak.clear()
        if self._episode is None:
            self._begin(evaluated_day)
        else:
            self._go_on(self._episode, evaluated_day)

    def _begin(self, evaluated_day: EvaluatedDay) -> None:
        if not (evaluated_day.over or evaluated_day.at_warning):
            self._armed = True
        elif evaluated_day.over and len(self._streak) >= evaluated_day.needed:
            self._episode = _OpenEpisode(self._streak[0].day, self._streak[0], None)
            self._exceed(self._episode, evaluated_day)
        elif evaluated_day.at_warning and self._armed:
            self._episode = _OpenEpisode(evaluated_day.day, evaluated_day, evaluated_day.day)

    def _exceed(self, episode: _OpenEpisode, evaluated_day: EvaluatedDay) -> None:
        episode.exceeded, episode.state_day = evaluated_day.day, evaluated_day
        for streak_day in self._streak:
            self._measure(episode, streak_day)

    def _go_on(self, episode: _OpenEpisode, evaluated_day: EvaluatedDay) -> None:
        if episode.exceeded is None:
            self._go_on_warned(episode, evaluated_day)
        elif evaluated_day.clear:
            episode.latest = evaluated_day
            self._close(evaluated_day.day, Ending.CLEARED)
            self._armed = not evaluated_day.at_warning
        else:
            self._measure(episode, evaluated_day)

    def _go_on_warned(self, episode: _OpenEpisode, evaluated_day: EvaluatedDay) -> None:
        if evaluated_day.over and len(self._streak) >= evaluated_day.needed:
            self._exceed(episode, evaluated_day)
        elif evaluated_day.below_warning:
            episode.latest = evaluated_day
            self._close(evaluated_day.day, Ending.CLEARED)
            self._armed = True
        else:
            self._reach(episode, evaluated_day)

    def _reach(self, episode: _OpenEpisode, evaluated_day: EvaluatedDay) -> None:
        episode.last, episode.latest = evaluated_day.day, evaluated_day
        further = (
            evaluated_day.value < episode.peak
            if self._peak_is_lowest
            else evaluated_day.value > episode.peak
        )
        if further:
            episode.peak, episode.peak_on = evaluated_day.value, evaluated_day.day

    def _measure(self, episode: _OpenEpisode, evaluated_day: EvaluatedDay) -> None:
        """Accumulate the excess: summed for days, the maximum for a running total."""
        self._reach(episode, evaluated_day)
        beyond = evaluated_day.value - evaluated_day.limit
        if beyond > 0 and not self._peak_is_lowest:
            episode.excess = (
                episode.excess + beyond
                if evaluated_day.end is None
                else max(episode.excess, beyond)
            )

    def _is_only_warned(self) -> bool:
        return self._episode is not None and self._episode.exceeded is None

    def _close(self, day: date, ending: Ending) -> None:
        if self._episode is not None:
            self._exceedances.append(self._exceedance_of(self._episode, day, ending))
        self._episode = None
        self._streak.clear()

    def _exceedance_of(
        self, episode: _OpenEpisode, day: date | None, ending: Ending | None
    ) -> Exceedance:
        return Exceedance(
            first=episode.first,
            warned_on=episode.warned,
            exceeded_on=episode.exceeded,
            value_wh=episode.state_day.value,
            limit_wh=episode.state_day.limit,
            peak_wh=episode.peak,
            peak_on=episode.peak_on,
            excess_wh=episode.excess,
            last=episode.last,
            ended_on=day,
            ending=ending,
            provisional=episode.state_day.provisional,
            period=self._period,
            last_wh=episode.latest.value,
            last_limit_wh=episode.latest.limit,
            expected_wh=episode.state_day.expected,
        )

    def _period_over(self, end: date) -> None:
        """End the month or year with its open episode, and start again."""
        self._close(end, Ending.PERIOD)
        self._armed = True
        self._end = None

    def finish(self, until: date | None, today: date, stopped_on: date | None) -> list[Exceedance]:
        """Return the exceedances after the last day, an open one last.

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
        if self._episode is not None:
            self._exceedances.append(self._exceedance_of(self._episode, None, None))
            self._episode = None
        return self._exceedances
