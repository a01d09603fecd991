"""Build the trial's bars as a plotly dict, with the data of assets/thresholds.js."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from components.kit import base_layout, palette
from core.i18n import _, number, of_month, short_month
from data.thresholds.types import (
    BackTest,
    BackTestBar,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
)

CLEAR = "rgba(0,0,0,0)"
SPACING = (1.0, 2.0, 2.5, 5.0, 10.0)
LINES = 5
ROOM = 1.12  # above the highest bar, for marks and for dragging
YEAR_OF_MONTHS = 12
FEW = 100  # above this number, bars are a pixel wide, with marks only
LEAST_TOP = 10


def top_of(test: BackTest, values: Sequence[int]) -> tuple[float, float]:
    """Return the end of the value axis and the spacing of its lines, in kWh."""
    bar_values = [bar.energy_wh for bar in test.bars] + [bar.limit_wh for bar in test.bars]
    highest = (
        max((value for value in (*bar_values, *values) if value is not None), default=0) / 1000
    )
    rough = max(highest * ROOM, LEAST_TOP) / LINES
    power = 10.0 ** floor(log10(rough))
    every = next(power * spacing for spacing in SPACING if power * spacing >= rough)
    return ceil(max(highest * ROOM, LEAST_TOP) / every) * every, every


def exceeded_ranks(test: BackTest) -> set[int]:
    """Return the indexes of the bars in which the draft would have alerted."""
    days = [
        exceedance.exceeded_on
        for exceedance in test.exceedances
        if exceedance.exceeded_on is not None
    ]
    return {
        rank
        for rank, bar in enumerate(test.bars)
        if any(bar.first <= day <= bar.last for day in days)
    }


def figure(test: BackTest, draft: ThresholdDraft, theme: str) -> dict[str, Any]:
    top, every = top_of(test, draft.values_wh)
    base = base_layout(theme)
    still = {"automargin": False, "fixedrange": True, "showline": False, "ticks": ""}
    across = {"range": [-0.5, max(len(test.bars), 1) - 0.5], "showticklabels": False}
    up = {"range": [0, top], "dtick": every, "zeroline": True, "showticklabels": False}
    layout = base | {
        "barmode": "overlay",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "xaxis": base["xaxis"] | still | across | {"zeroline": False},
        "yaxis": base["yaxis"] | still | up,
        "hovermode": False,
    }
    return {"data": traces(test, draft, theme), "layout": layout}


def traces(test: BackTest, draft: ThresholdDraft, theme: str) -> list[dict[str, Any]]:
    """Return plain bars, the current one hatched, and the excess in the colour of the limit."""
    colours, few = palette(theme), len(test.bars) <= FEW
    hatch = _hatched(colours.current, colours.current_hatch)
    upwards = draft.kind is ThresholdKind.FIXED
    plain: list[tuple[int, float, float]] = []
    running: list[tuple[int, float, float]] = []
    above: list[tuple[int, float, float]] = []
    for rank, bar in enumerate(test.bars):
        if bar.energy_wh is None:
            continue
        value, limit = bar.energy_wh / 1000, bar.limit_wh
        if few and upwards and limit is not None and bar.energy_wh > limit:
            above.append((rank, (bar.energy_wh - limit) / 1000, limit / 1000))
            value = limit / 1000
        (running if bar.current and few else plain).append((rank, value, 0.0))
    return [
        *_bars("measured", plain, {"color": colours.current}, few=few),
        *_bars("current", running, hatch, few=few),
        *_bars("above", above, {"color": colours.threshold}, few=few),
    ]


def _hatched(colour: str, under: str) -> dict[str, Any]:
    return {
        "color": under,
        "line": {"color": colour, "width": 1.5},
        "pattern": {
            "shape": "/",
            "fgcolor": colour,
            "bgcolor": under,
            "fgopacity": 1,
            "size": 7,
            "solidity": 0.3,
        },
    }


def _bars(
    name: str, points: Sequence[tuple[int, float, float]], marker: dict[str, Any], *, few: bool
) -> list[dict[str, Any]]:
    if not points:
        return []
    ranks, values, bases = zip(*points, strict=True)
    return [
        {
            "type": "bar",
            "name": name,
            "x": list(ranks),
            "y": list(values),
            "base": list(bases),
            "width": 0.62 if few else 1,
            "marker": marker,
            "hoverinfo": "skip",
        }
    ]


def chart_data(
    test: BackTest, draft: ThresholdDraft, *, editable: bool, fresh: str
) -> dict[str, Any]:
    """Return line, handles, marks and labels, in kWh.

    `fresh` changes when the values come from the server instead of the user.
    """
    top, every = top_of(test, draft.values_wh)
    count = round(top / every)
    ticks = [{"at": every * n / top, "text": number(every * n)} for n in range(count + 1)]
    return {
        "fresh": fresh,
        "top": top,
        "step": step_of(top),
        "count": len(test.bars),
        "values": [value / 1000 for value in draft.values_wh],
        "energies": [None if bar.energy_wh is None else bar.energy_wh / 1000 for bar in test.bars],
        "slots": [slot(bar, draft) for bar in test.bars],
        "limits": limits(test, draft),
        "handles": handles(test.bars, draft) if editable else [],
        "marks": sorted(exceeded_ranks(test)),
        "mark": "▼" if draft.kind is ThresholdKind.LOW else "▲",
        "ticks": ticks,
        "names": names(test.bars, draft.period),
    }


def limits(test: BackTest, draft: ThresholdDraft) -> list[float | None] | None:
    """Return the limit of each bar where it is not the same every day."""
    if draft.kind is not ThresholdKind.WEATHER and not draft.week.is_set:
        return None
    return [None if bar.limit_wh is None else bar.limit_wh / 1000 for bar in test.bars]


def step_of(top: float) -> float:
    """Return the step of the arrow keys: a round value near 1/200 of the axis."""
    rough = top / 200
    power = 10.0 ** floor(log10(rough))
    step = next(power * spacing for spacing in (1.0, 2.0, 5.0, 10.0) if power * spacing >= rough)
    return max(step, 1.0)


def slot(bar: BackTestBar, draft: ThresholdDraft) -> int | None:
    """Return the index of the draft's value that applies to `bar`."""
    if not draft.values_wh:
        return None
    monthly = draft.kind is ThresholdKind.FIXED and draft.period is ThresholdPeriod.MONTH
    return bar.first.month - 1 if monthly else 0


def handles(bars: Sequence[BackTestBar], draft: ThresholdDraft) -> list[dict[str, Any]]:
    """Return a handle for each of the last twelve months, else one at the right end."""
    if not draft.values_wh or not bars or draft.week.is_set:
        return []
    if len(draft.values_wh) == 1:
        return [{"bar": len(bars) - 1, "slot": 0, "label": _("Valeur du seuil")}]
    first = max(0, len(bars) - YEAR_OF_MONTHS)
    return [
        {
            "bar": first + rank,
            "slot": bar.first.month - 1,
            "label": _("Seuil {of_month}", of_month=of_month(bar.first)),
        }
        for rank, bar in enumerate(bars[first:])
    ]


def names(bars: Sequence[BackTestBar], period: ThresholdPeriod) -> list[dict[str, Any]]:
    """Return the labels below the bars: `bar`, `text`, and `year` at its start."""
    if period is ThresholdPeriod.YEAR:
        return [_named(rank, bar, str(bar.first.year)) for rank, bar in enumerate(bars)]
    if period is ThresholdPeriod.MONTH:
        labels = [
            _named(rank, bar, short_month(bar.first)[:1].upper()) for rank, bar in enumerate(bars)
        ]
        for rank, bar in enumerate(bars):
            if bar.first.month == 1 or (rank == 0 and bar.first.month <= 10):  # noqa: PLR2004
                labels[rank]["year"] = str(bar.first.year)
        return labels
    return [
        _named(rank, bar, short_month(bar.first))
        | ({"year": str(bar.first.year)} if bar.first.month == 1 else {})
        for rank, bar in enumerate(bars)
        if bar.first.day == 1
    ]


def _named(rank: int, bar: BackTestBar, text: str) -> dict[str, Any]:
    return {"bar": rank, "text": text, "strong": bar.current}
