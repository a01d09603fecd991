"""Draw why a year differs from the one before: the parts of the gap, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.fleet.labels import more_euros
from components.kit import Palette, base_layout, palette
from core.i18n import _, number
from data.analysis.signatures.types import Split

MEGA = 100_000_000  # Wh: years above are in MWh
FINE = 1_000_000_000  # Wh: MWh below have a decimal
ROOM = 0.35  # of the range of the parts, shown below the lowest step
Kind = Literal["before", "after", "up", "down"]


@dataclass(frozen=True, slots=True)
class Step:
    """A bar: from `start_wh` to `end_wh`; a year starts at zero."""

    name: str
    start_wh: int
    end_wh: int
    kind: Kind
    cost: int | None = None  # in 1e-18 €

    @property
    def value_wh(self) -> int:
        return self.end_wh - self.start_wh


def steps_of(split: Split, drift_cost: int | None = None) -> list[Step]:
    """Return both years, and between them the parts of their gap that are not zero.

    Where the weather is told apart, what it does not explain is the drift that the fleet shows.
    """
    beside = split.calendar_wh + split.estimated_wh
    if split.drift_wh is None:
        last: tuple[str, int, int | None] = (_("Le reste"), split.rest_wh + beside, None)
    else:
        last = (_("Dérive"), split.rest_wh + beside, drift_cost)
    parts = [
        (_("Climat"), split.climate_wh, None),
        (_("Jours<br>manquants"), split.missing_wh, None),
        last,
    ]
    level = split.before_wh
    steps = [Step(_("Un an<br>avant"), 0, level, "before")]
    for name, value_wh, cost in parts:
        if round(value_wh / 1000):
            kind: Kind = "up" if value_wh > 0 else "down"
            steps.append(Step(name, level, level + value_wh, kind, cost))
        level += value_wh
    return [*steps, Step(_("Cette<br>année"), 0, split.after_wh, "after")]


def description(steps: Sequence[Step]) -> str:
    """Return the text alternative: each step with its kWh."""
    described = ", ".join(
        f"{step.name.replace('<br>', ' ')} {_signed(step, 1000)}\u00a0kWh" for step in steps
    )
    return _("De l’an dernier à cette année : {steps}", steps=described)


def _signed(step: Step, size: int, digits: int = 0) -> str:
    return f"{'+' if step.kind == 'up' else ''}{number(step.value_wh / size, digits)}"


def waterfall(steps: Sequence[Step], theme: str) -> dict[str, Any]:
    """Return the figure: bars in kWh, or MWh for large sites; the axis may start above zero."""
    colours = palette(theme)
    year = max(steps[0].end_wh, steps[-1].end_wh)
    unit, size = ("MWh", 1_000_000) if year >= MEGA else ("kWh", 1000)
    digits = 1 if MEGA <= year < FINE else 0
    floor, top = _range(steps)
    lows = [max(floor, min(step.start_wh, step.end_wh)) for step in steps]
    heights = [max(step.start_wh, step.end_wh) - low for step, low in zip(steps, lows, strict=True)]
    bars = {
        "type": "bar",
        "x": list(range(len(steps))),
        "base": [low / size for low in lows],
        "y": [height / size for height in heights],
        "width": 0.74,
        "marker": {"color": [_colour(step.kind, colours) for step in steps]},
        "text": [_label(step, size, digits) for step in steps],
        "textposition": "outside",
        "textfont": {"color": colours.ink, "size": 12},
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    base = base_layout(theme)
    layout = base | {
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "hovermode": False,
        "xaxis": base["xaxis"]
        | {
            "tickvals": list(range(len(steps))),
            "ticktext": [step.name for step in steps],
            "tickangle": 0,
            "range": [-0.6, len(steps) - 0.4],
        },
        "yaxis": base["yaxis"] | {"range": [floor / size, top / size], "visible": False},
        "shapes": [*_links(steps, size, colours), *(_cuts(colours) if floor else [])],
        "annotations": [
            {
                "text": _("{unit} sur 12 mois", unit=unit),
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": 1,
                "yshift": 28,
                "showarrow": False,
            }
        ],
    }
    return {"data": [bars], "layout": layout}


def _label(step: Step, size: int, digits: int) -> str:
    """Return the figure above a bar; that of the drift has its euros too."""
    energy = f"<b>{_signed(step, size, digits)}</b>"
    return energy if step.cost is None else f"{energy}<br>{more_euros(step.cost)}\u00a0€"


def _range(steps: Sequence[Step]) -> tuple[float, float]:
    """Return the bottom and the top of the axis: cut where parts would be too thin to be seen."""
    levels = [step.end_wh for step in steps]
    low, high = min(levels), max(levels)
    spread = high - low
    floor = low - max(ROOM * spread, 0.02 * high)
    top = high + max(0.2 * spread, 0.03 * high)
    return (0, 1.15 * high) if floor < high / 3 else (floor, top)


def _colour(kind: Kind, colours: Palette) -> str:
    return {
        "before": colours.previous,
        "after": colours.current,
        "up": colours.up,
        "down": colours.down,
    }[kind]


def _links(steps: Sequence[Step], size: int, colours: Palette) -> list[dict[str, Any]]:
    """Join the end of each bar to the start of the next one."""
    line = {"color": colours.control, "width": 1, "dash": "dot"}
    return [
        {
            "type": "line",
            "x0": place + 0.37,
            "x1": place + 0.63,
            "y0": step.end_wh / size,
            "y1": step.end_wh / size,
            "line": line,
        }
        for place, step in enumerate(steps[:-1])
    ]


def _cuts(colours: Palette) -> list[dict[str, Any]]:
    """Say that the axis does not start at zero: a broken line across its foot."""
    zigzag = "M 0,0.05 " + " ".join(
        f"L {place / 40:.3f},{0.065 if place % 2 else 0.05}" for place in range(1, 41)
    )
    return [
        {
            "type": "path",
            "xref": "paper",
            "yref": "paper",
            "path": zigzag,
            "line": {"color": colours.surface, "width": 4},
        }
    ]
