"""Render why a month differs: weather, open days and the rest, which add up."""

from dash.development.base_component import Component

from components.home.amounts import kwh, signed
from components.kit import aria, card, html
from core.i18n import _, number, plural
from data.analysis.signatures.types import MonthGap, SiteMonth


def reasons_card(month: SiteMonth) -> list[Component]:
    """Return the card; empty without a comparison."""
    gap = month.gap
    if gap is None:
        return []
    has_weather = gap.weather_wh is not None
    rest = _("Le reste") if has_weather else _("Le temps et le reste")
    lines = [
        *([(_("Le temps"), _temperatures(gap), gap.weather_wh or 0)] if has_weather else []),
        *(
            [(_("Jours ouverts"), _open_days(*gap.open_days), gap.open_days_wh)]
            if gap.open_days
            else []
        ),
        (
            rest,
            "" if has_weather else _("trop peu de froid ou de recul pour les séparer"),
            gap.rest_wh,
        ),
    ]
    most = max(1, *(abs(value) for _title, _note, value in lines))
    rows = [_row(title, note, value, most) for title, note, value in lines]
    total = signed(kwh(gap.gap_wh), gap.gap_wh)
    return [card(html.Ul(rows, className="home-reasons"), title=_("Pourquoi\u202f?"), hint=total)]


def _temperatures(gap: MonthGap) -> str:
    now, before = gap.temperatures
    if now is None or before is None:
        return ""
    return _(
        "{now} °C, contre {before} °C un an avant", now=number(now, 1), before=number(before, 1)
    )


def _open_days(now: int, before: int) -> str:
    if now == before:
        return plural("{count} des deux côtés", "{count} des deux côtés", now)
    return _("{now}, contre {before} un an avant", now=number(now), before=number(before))


def _row(title: str, note: str, value_wh: int, most: int) -> Component:
    side = "up" if value_wh > 0 else "down"
    bar = html.Span(
        className=f"home-bar-{side}", style={"width": f"{50 * abs(value_wh) / most:.1f}%"}
    )
    words = [html.Div(title, className="item-title")]
    words += [html.Div(note, className="item-note")] if note else []
    return html.Li(
        [
            html.Div(words, className="item-main"),
            html.Span(bar, className="home-bar", **aria(hidden="true")),
            html.B(signed(kwh(value_wh), value_wh), className="home-value"),
        ]
    )
