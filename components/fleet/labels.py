"""Labels of fleet figures: periods, gaps and cells of the heat map."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from components.consumption.sentence import Text, fill, slot
from components.kit import digits_of, html
from core.i18n import N_, _, month_year, number, plural, share
from data.metering.consumption.rules.fleet import months_of
from data.metering.consumption.types import (
    CellState,
    FleetCell,
    FleetEqual,
    FleetPart,
    FleetPeriod,
    FleetTotals,
    FleetView,
)
from data.metering.prices.types import ATTO

PATH = "/consommations/parc"
PERIODS: Mapping[FleetPeriod, str] = {
    FleetPeriod.YEAR: N_("12 mois"),
    FleetPeriod.LAST: N_("Dernier mois"),
    FleetPeriod.CURRENT: N_("Mois en cours"),
}
PARTS: Mapping[FleetPart, str] = {
    FleetPart.DRIFT: N_("Dérives"),
    FleetPart.ALL: N_("Tous les sites"),
    FleetPart.MISSING: N_("Jours manquants"),
    FleetPart.FRESHNESS: N_("Fraîcheur"),
    FleetPart.GROUPS: N_("Groupes"),
}
STRONGEST = 10  # percent: from there, the darkest colour
_STEPS = ((STRONGEST, "3"), (6, "2"), (2, "1"))
_MOST = 999  # maximum percent shown in a cell
MANY = 100_000_000  # Wh: above, MWh are easier to read


def quantity(wh: int | None, *, mega: bool = False) -> tuple[str, str]:
    """Return a figure and its unit, kWh or MWh; a dash when unknown."""
    unit, size = ("MWh", 1e6) if mega else ("kWh", 1e3)
    return ("–" if wh is None else number(round(wh / size))), unit


def signed(wh: int, *, mega: bool = False) -> str:
    """Format a change in kWh or MWh with its sign: `+8 240`."""
    value = round(wh / (1e6 if mega else 1e3))
    return f"+{number(value)}" if value > 0 else number(value)


def euros(atto: int | None) -> str:
    """Format an amount to the euro; a dash when unknown."""
    return "–" if atto is None else number(_whole_number(atto))


def more_euros(atto: int | None) -> str:
    """Format a change in euros with its sign: `+8 240`."""
    text = euros(atto)
    return f"+{text}" if atto is not None and _whole_number(atto) > 0 else text


def _whole_number(atto: int) -> int:
    half = (2 * abs(atto) + ATTO) // (2 * ATTO)
    return half if atto >= 0 else -half


def level_of(percent: float) -> str:
    """Return the colour of a gap: `down3`…`down1`, `flat`, `up1`…`up3` of the heat map."""
    value = round(percent)
    way = "up" if value > 0 else "down"
    return next((f"{way}{name}" for least, name in _STEPS if abs(value) >= least), "flat")


def cell_text(percent: float) -> str:
    """Format a gap in percent for a cell: `+6`, `−2`, `0`."""
    value = max(-_MOST, min(_MOST, round(percent)))
    return f"+{number(value)}" if value > 0 else number(value)


def heat(cell: FleetCell | None) -> dict[str, str]:
    """Return the input of the cell renderer: text, colour and tooltip."""
    if cell is None or cell.state is CellState.OUT:
        return {"text": "·", "level": "out", "title": _("pas encore attendu, ou hors service")}
    if cell.state is CellState.ABSENT:
        return {"text": _("abs."), "level": "absent", "title": _("absent")}
    if cell.state is CellState.MILD:
        return {
            "text": "–",
            "level": "few",
            "title": _("météo trop douce ou trop différente pour comparer"),
        }
    if cell.percent is None:
        return {"text": "–", "level": "few", "title": _("trop peu de jours comparables")}
    return {"text": cell_text(cell.percent), "level": level_of(cell.percent)}


def period_words(view: FleetView, today: date) -> str:
    """Return `de nov. 2025 à oct. 2026` or `en octobre 2026`."""
    months = months_of(view.period, today)
    if len(months) == 1:
        return _("en {month}", month=month_year(months[0]))
    first, last = (month_year(month) for month in (months[0], months[-1]))
    return _("de {first} à {last}", first=first, last=last)


def opening(
    total: FleetTotals, equal: FleetEqual | None, view: FleetView, today: date
) -> list[Text]:
    """Return `Ces PCE ont consommé 1 284 MWh de … à …, 4 % de moins que ….

    97 % des jours-PCE …`.
    """
    if total.energy_wh is None:
        return [
            _(
                "Aucune donnée de consommation pour ces PCE {period}.",
                period=period_words(view, today),
            )
        ]
    value, unit = quantity(total.energy_wh, mega=total.energy_wh >= MANY)
    fields = {"value": slot("value"), "period": period_words(view, today)}
    parts: dict[str, Sequence[Text]] = {"value": [html.B(f"{value}\u00a0{unit}")]}
    gap = round(total.face.percent or 0, 1)
    if total.face.percent is None:
        sentence = _("Ces PCE ont consommé {value} {period}.", **fields)
    elif not gap:
        sentence = _(
            "Ces PCE ont consommé {value} {period}, autant que les mêmes jours un an avant.",
            **fields,
        )
    else:
        parts["gap"] = [html.B(gap_words(gap))]
        sentence = _(
            "Ces PCE ont consommé {value} {period}, {gap} que les mêmes jours un an avant.",
            gap=slot("gap"),
            **fields,
        )
    return [*fill(sentence, parts), *_equal_words(total, equal)]


def _equal_words(total: FleetTotals, equal: FleetEqual | None) -> list[Text]:
    """Return `À climat égal, 1 % de moins, pour 909 PCE sur 1 969 …`; empty if unknown."""
    if equal is None or equal.face.percent is None:
        return []
    gap = round(equal.face.percent, 1)
    sentence = _(
        "À climat égal, {gap}, pour {told} PCE sur {all} dont la signature le permet.",
        gap=gap_words(gap) if gap else _("autant"),
        told=number(equal.pces),
        all=number(total.ranked),
    )
    return [" ", sentence]


def gap_words(percent: float) -> str:
    """Return `4 % de moins` or `8,1 % de plus`."""
    amount = share(abs(percent), 100, digits_of(percent))
    if percent > 0:
        return _("{amount} de plus", amount=amount)
    return _("{amount} de moins", amount=amount)


def count_text(count: int) -> str:
    return plural("{count} PCE", "{count} PCE", count)


def asked_text(view: FleetView) -> str:
    """Return the filters as text, such as `« lycée » · étiquette Écoles`."""
    parts: list[Any] = [
        *([_("«\u00a0{text}\u00a0»", text=view.text.strip())] if view.text.strip() else []),
        *([_("étiquette {tag}", tag=view.tag)] if view.tag else []),
    ]
    return " · ".join(parts)
