"""Draw the months after works: what would have been burnt without them, and what was."""

from typing import Any

from components.kit import base_layout, palette
from core.i18n import _, month_year, short_month
from data.money.retrofits.types import Savings

MOST_NAMES = 12  # on the axis


def figure(savings: Savings, theme: str) -> dict[str, Any]:
    colours = palette(theme)
    months = list(range(len(savings.months)))
    names = [f"{short_month(month.month)}<br>{month.month:%Y}" for month in savings.months]
    steps = slice(None, None, len(months) // MOST_NAMES + 1)
    measured = {
        "type": "bar",
        "name": _("Mesuré"),
        "x": months,
        "y": [round(month.measured_wh / 1000) for month in savings.months],
        "marker": {"color": colours.current},
        "text": [month_year(month.month) for month in savings.months],
        "textposition": "none",
        "hovertemplate": "%{text} : %{y:,.0f} kWh<extra></extra>",
    }
    without = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _("Sans les travaux (estimé)"),
        "x": months,
        "y": [round(month.expected_wh / 1000) for month in savings.months],
        "line": {"color": colours.ink, "width": 2, "shape": "hvh"},
        "marker": {"color": colours.ink, "size": 5},
        "text": [month_year(month.month) for month in savings.months],
        "hovertemplate": "%{text} : %{y:,.0f} kWh<extra></extra>",
    }
    base = base_layout(theme)
    return {
        "data": [measured, without],
        "layout": base
        | {
            "showlegend": True,
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
            "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
            "xaxis": base["xaxis"]
            | {"tickvals": months[steps], "ticktext": names[steps], "tickangle": 0},
            "yaxis": base["yaxis"] | {"title": {"text": _("kWh par mois")}, "rangemode": "tozero"},
        },
    }
