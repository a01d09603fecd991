"""Render the table of several PCEs: a row for each bar, a column for each PCE."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.source import deposited_mark
from components.kit import delta, html, link, table
from components.kit.base import Children
from components.together.curves import part_value, unit_of
from components.together.labels import (
    amount,
    bar_name,
    days_words,
    part_name,
    rest_name,
)
from core.i18n import _, number
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.rules.together import finer
from data.metering.consumption.types import (
    CombinedBar,
    CombinedSeries,
    Measure,
    SeriesStep,
    TogetherPart,
)

PATH = "/consommations"


def bars_table(combined_series: CombinedSeries) -> Component:
    head = [_("Période"), _("Ensemble ({unit})", unit=UNITS[combined_series.query.view.unit])]
    head += [_("Écart N-1").replace("-", "\u2011"), _("Jours-PCE connus")]
    head += [_part_head(combined_series, part) for part in combined_series.parts]
    head += [rest_name(combined_series.others)] if combined_series.others else []
    lines = [
        _line(combined_series, bar, _period(combined_series, bar)) for bar in combined_series.bars
    ]
    lines.append(_line(combined_series, combined_series.total, html.B(_("Total"))))
    caption = _("Consommation par période et par PCE")
    return table(head, lines, caption=caption, numbers=range(1, len(head)))


def _part_head(combined_series: CombinedSeries, part: TogetherPart) -> str:
    """Return the name of a part, with its measure where that is not the unit of the sum."""
    name = part_name(part)
    own = combined_series.query.measure is not Measure.UNIT
    return f"{name} ({unit_of(combined_series)})" if own else name


def _part_cell(combined_series: CombinedSeries, bar: CombinedBar, place: int) -> str:
    if combined_series.query.measure is Measure.UNIT:
        return amount(bar.parts[place])
    value = part_value(combined_series, bar, place)
    return "–" if value is None else number(value, 1)


def _period(combined_series: CombinedSeries, bar: CombinedBar) -> Children:
    """Return the period of a bar; months and years link to a finer step."""
    name = bar_name(bar, combined_series.query.view.step)
    if combined_series.query.view.step is SeriesStep.DAY or combined_series.by_month:
        return name
    return link(name, f"{PATH}?{finer(combined_series.query, bar)}")


def _line(found: CombinedSeries, bar: CombinedBar, name: Children) -> Sequence[Children]:
    change = bar.face.percent if bar.face else None
    return [
        name,
        [amount(bar.value), *deposited_mark(bar.days_deposited)],
        "–" if change is None else delta(change),
        days_words(bar),
        *(_part_cell(found, bar, place) for place in range(len(bar.parts))),
        *([amount(bar.rest)] if found.others else []),
    ]
