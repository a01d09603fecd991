"""The table of several PCE: a line a bar, a column a PCE."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.source import deposited_mark
from components.kit import delta, html, link, table
from components.kit.base import Children
from components.together.words import (
    amount,
    bar_name,
    days_words,
    part_name,
    rest_name,
)
from data.consumption.rules.table import UNITS
from data.consumption.rules.together import finer
from data.consumption.types import Step, Together, TogetherBar
from i18n import _

PATH = "/consommations"


def bars_table(found: Together) -> Component:
    head = [_("Période"), _("Ensemble ({unit})", unit=UNITS[found.asked.view.unit])]
    head += [_("Écart N-1").replace("-", "\u2011"), _("Jours-PCE connus")]
    head += [part_name(part) for part in found.parts]
    head += [rest_name(found.others)] if found.others else []
    lines = [_line(found, bar, _period(found, bar)) for bar in found.bars]
    lines.append(_line(found, found.total, html.B(_("Total"))))
    caption = _("Consommation par période et par PCE")
    return table(head, lines, caption=caption, numbers=range(1, len(head)))


def _period(found: Together, bar: TogetherBar) -> Children:
    """A bar of months or years opens into its months or days."""
    name = bar_name(bar, found.asked.view.step)
    if found.asked.view.step is Step.DAY or found.by_month:
        return name
    return link(name, f"{PATH}?{finer(found.asked, bar)}")


def _line(found: Together, bar: TogetherBar, name: Children) -> Sequence[Children]:
    change = bar.face.percent if bar.face else None
    return [
        name,
        [amount(bar.value), *deposited_mark(bar.days_deposited)],
        "–" if change is None else delta(change),
        days_words(bar),
        *(amount(part) for part in bar.parts),
        *([amount(bar.rest)] if found.others else []),
    ]
