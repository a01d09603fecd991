"""Draw a small histogram of days, without axes, in the colours of the theme."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import aria

Values = Sequence[int | None]


def spark(values: Values, over: Sequence[bool], label: str, limit: int | None = None) -> Component:
    """Return one bar a day; what is `over` is red, above the dashed `limit` if there is one.

    `label` says the same in words.
    """
    top = max([value for value in values if value is not None] + [limit or 0, 1]) * 1.05
    limit_line = (
        [html.Span(className="spark-limit", style={"top": f"{_height(limit, top)}%"})]
        if limit is not None
        else []
    )
    excess = [value if red else None for value, red in zip(values, over, strict=True)]
    return html.Span(
        [
            _bars("spark-days", values, 0, top),
            _bars("spark-over", excess, limit or 0, top),
            *limit_line,
        ],
        className="spark",
        role="img",
        **aria(label=label),
    )


def _bars(look: str, values: Values, floor: int, top: float) -> Component:
    """Return the bars as one clipped box, from `floor` to each value."""
    bottom, step = _height(floor, top), 100 / max(1, len(values))
    points = [f"0% {bottom}%"]
    for place, value in enumerate(values):
        if value is not None and value > floor:
            left, right = round(place * step, 1), round((place + 1) * step, 1)
            high = _height(value, top)
            points += [f"{left}% {bottom}%", f"{left}% {high}%"]
            points += [f"{right}% {high}%", f"{right}% {bottom}%"]
    style = {"clipPath": f"polygon({','.join(points)})"}
    return html.Span(className=look, style=style)


def _height(value: int, top: float) -> float:
    return round(100 - 100 * value / top, 1)
