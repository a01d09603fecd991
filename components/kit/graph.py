"""Configure plotly charts and define the colours of figures."""

from dataclasses import dataclass
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Id, aria, given_properties, key_of
from core.i18n import NARROW, language

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial,'
    " sans-serif"
)


@dataclass(frozen=True, slots=True)
class Palette:
    """Chart colours, equal to those of `assets/theme.css`; a test compares the two."""

    bg: str
    surface: str
    sunken: str
    hover: str
    border: str
    grid: str
    control: str
    ink: str
    ink_2: str
    ink_3: str
    accent: str
    accent_soft: str
    accent_line: str
    current: str
    current_hatch: str
    previous: str
    temperature: str
    threshold: str
    budget: str
    absent: str
    absent_soft: str
    warning: str
    up: str
    down: str


LIGHT = Palette(
    bg="#F5F7F9",
    surface="#FFFFFF",
    sunken="#F8FAFB",
    hover="#F0F4F8",
    border="#DFE4EA",
    grid="#E8ECF0",
    control="#7F8C9B",
    ink="#16202B",
    ink_2="#465362",
    ink_3="#5A6776",
    accent="#0B5FA5",
    accent_soft="#E7F0F8",
    accent_line="#B5D2EA",
    current="#0B5FA5",
    current_hatch="#CFE1F1",
    previous="#7A8CA0",
    temperature="#B85C00",
    threshold="#B3261E",
    budget="#1B7F4B",
    absent="#6B7280",
    absent_soft="#F1F3F5",
    warning="#A15C00",
    up="#A15C00",
    down="#0B5FA5",
)
DARK = Palette(
    bg="#0E1319",
    surface="#161C24",
    sunken="#1A212A",
    hover="#202935",
    border="#2A3440",
    grid="#252E39",
    control="#6E7D91",
    ink="#E6EBF1",
    ink_2="#B7C2CE",
    ink_3="#94A1B0",
    accent="#6FB4F3",
    accent_soft="#17293B",
    accent_line="#2C4F70",
    current="#4D9DE6",
    current_hatch="#1E3B57",
    previous="#7F92A8",
    temperature="#F0A35A",
    threshold="#FF8A80",
    budget="#5CC98F",
    absent="#9AA4B1",
    absent_soft="#1C232C",
    warning="#F2B45C",
    up="#F2B45C",
    down="#6FB4F3",
)


def palette(theme: str) -> Palette:
    """Return the colours of `theme`, "light" or "dark"."""
    return DARK if theme == "dark" else LIGHT


def base_layout(theme: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the part of `figure.layout` shared by every chart; keys of `more` override it."""
    colours = palette(theme)
    axis = {
        "gridcolor": colours.grid,
        "gridwidth": 1,
        "zerolinecolor": colours.control,
        "linecolor": colours.control,
        "tickcolor": colours.control,
        "tickfont": {"color": colours.ink_2, "size": 12},
        "automargin": True,
        "fixedrange": True,
        "exponentformat": "none",  # 10 000, not 10k, which is not French
        "separatethousands": True,
    }
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": colours.ink_2},
        "separators": f",{NARROW}" if language() == "fr" else ".,",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "hovermode": "x",
        "dragmode": False,
        "barcornerradius": 2,
        "xaxis": {**axis, "showgrid": False, "zeroline": False},
        "yaxis": axis,
        **more,
    }


def graph(
    id_: Id,
    figure: dict[str, Any],
    label: str,
    *,
    height: int,
    focusable: bool = False,
    config: dict[str, Any] | None = None,
    **options: Any,  # noqa: ANN401
) -> Component:
    """Return a chart, `height` in pixels; `label` is its text alternative.

    The wrapper's id is `<id>-box`. `focusable` puts it in the tab order, for the arrow keys.
    `options` go to `dcc.Graph`.
    """
    plot = dcc.Graph(
        id=id_,
        figure=figure,
        responsive=True,
        config={
            "displayModeBar": False,
            "displaylogo": False,
            "responsive": True,
            "scrollZoom": False,
            "doubleClick": False,
            "showTips": False,
            "locale": language(),
        }
        | (config or {}),  # type: ignore[arg-type]  # plotly knows more keys
        style={"height": "100%"},
        **options,
    )
    return html.Div(
        plot,
        id=f"{key_of(id_)}-box",
        className="graph",
        role="img",
        style={"height": f"{height / 16:g}rem"},
        **given_properties(tabIndex="0" if focusable else None),
        **aria(label=label),
    )
