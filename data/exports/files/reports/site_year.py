"""Write the year of a site as a PDF that a board can read; the figures come from pandas."""

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.i18n import _, french_day, language, number, percent, plural, short_day, short_month
from core.pdf_fonts import refuse_unprintable
from core.typesetting import typeset
from data.exports.types import SiteYear
from data.metering.consumption.types import Unit
from data.metering.prices.types import ATTO
from data.money.retrofits.files import UNPRINTABLE
from data.thresholds.types import ThresholdKind

if TYPE_CHECKING:
    from pandas import DataFrame

_DATA = Path(__file__).parents[3]
_TEMPLATE = _DATA / "exports" / "templates" / "site_year.typ"
WH_PER_KWH = 1000
MOST_EPISODES = 5
_SILENT = {ThresholdKind.LOW, ThresholdKind.MISSING}


def write_site_year(report: SiteYear, path: Path) -> None:
    """Write the PDF/UA-1 of a year. Raise Invalid for a character that cannot be printed."""
    name = report.series.alias or report.series.number
    for text in (report.organisation, name, report.address):
        refuse_unprintable(text, UNPRINTABLE)
    months = _months_of(report)
    series = report.series
    period = _("du {first} au {last}", first=short_day(series.first), last=short_day(series.last))
    values = {
        "lang": language(),
        "organisation": report.organisation,
        "title": _("Une année de gaz : {site}", site=name),
        "subtitle": " · ".join(filter(None, (f"PCE {series.number}", report.address, period))),
        "answer": _answer(report, months),
        "figures": _figures(report, months),
        "chart": _chart(months),
        "table": _table(months),
        "sections": [_alerts(report), _budget(report)],
        "method": _method(report, months),
        "foot": _("Établi le {day} d’après les relevés connus ce jour.",
                  day=french_day(report.today)),
    }  # fmt: skip
    path.write_bytes(typeset(_TEMPLATE, "report", values, root=_DATA))


def _months_of(report: SiteYear) -> "DataFrame":
    """Return a row a month: kWh, the year before, both sides of the same days, and euros."""
    import pandas as pd

    rows = []
    for bucket in report.series.buckets:
        before = next((each for each in bucket.comparisons if each.years == 1), None)
        rows.append(
            {
                "month": bucket.first,
                "kwh": bucket.energy_wh,
                "before": before.energy_wh if before else None,
                "same": before.this_wh if before else None,
                "same_before": before.shared_wh if before else None,
                "euros": bucket.spent if report.series.view.unit is Unit.EUR else None,
                "absent": bucket.days_absent + bucket.days_awaited,
            }
        )
    months = pd.DataFrame(rows).set_index("month")
    energy = ["kwh", "before", "same", "same_before"]
    months[energy] = months[energy].astype(float) / WH_PER_KWH
    months["euros"] = months["euros"].astype(float) / ATTO
    return months


def _sum(months: "DataFrame", column: str) -> float | None:
    """Return the sum of the months that have a value, None if none has."""
    total = months[column].sum(min_count=1)
    return None if isnan(total) else float(total)


def _change(months: "DataFrame") -> float | None:
    """Return the change of the days known in both years, in percent."""
    now, before = _sum(months, "same"), _sum(months, "same_before")
    return 100 * (now / before - 1) if now is not None and before else None


def _kwh(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}\u00a0kWh"


def _euros(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}\u00a0€"


def _answer(report: SiteYear, months: "DataFrame") -> str:
    """Return the year in two sentences: what was burnt and paid, and the change."""
    used, cost, change = _sum(months, "kwh"), _sum(months, "euros"), _change(months)
    sentence = _("En douze mois, le site a consommé {energy}.", energy=_kwh(used))
    if cost is not None:
        sentence = _("En douze mois, le site a consommé {energy}, soit {cost}.",
                 energy=_kwh(used), cost=_euros(cost))  # fmt: skip
    equal = _equal(report)
    if equal is not None:
        return f"{sentence} " + _("À climat égal, c’est {change} par rapport à l’année d’avant.",
                              change=percent(equal))  # fmt: skip
    if change is None:
        return sentence
    return f"{sentence} " + _("Sur les mêmes jours, c’est {change} par rapport à l’année d’avant.",
                          change=percent(change))  # fmt: skip


def _equal(report: SiteYear) -> float | None:
    """Return the weather-corrected change in percent, None where it is not known."""
    split = report.split
    if split is None or split.drift_wh is None:
        return None
    expected = split.after_wh - split.drift_wh
    return 100 * split.drift_wh / expected if expected > 0 else None


def _figures(report: SiteYear, months: "DataFrame") -> list[dict[str, str]]:
    change, equal = _change(months), _equal(report)
    used, cost = _sum(months, "kwh"), _sum(months, "euros")
    days = _("{change} sur les mêmes jours de l’année d’avant", change=percent(change or 0))
    figures = [(_("Énergie"), _kwh(used), days if change is not None else "")]
    if cost is not None:
        each = _("{price} c€ par kWh", price=number(100 * cost / used, 2)) if used else ""
        figures.append((_("Coût TTC"), _euros(cost), each))
    if equal is not None and report.split and report.split.drift_wh is not None:
        gap = _kwh(report.split.drift_wh / WH_PER_KWH)
        if report.drift_cost is not None:
            gap = f"{gap}, {_euros(report.drift_cost / ATTO)}"
        figures.append((_("À climat égal"), percent(equal), gap))
    if report.summer:
        yearly = _kwh(report.summer.year_wh / WH_PER_KWH)
        note = _("{energy} par an, été comme hiver", energy=yearly)
        if report.summer.cost is not None:
            note = f"{note}, {_euros(report.summer.cost)}"
        figures.append((_("Talon"), _("{energy} par jour",
                        energy=_kwh(report.summer.day_wh / WH_PER_KWH)), note))  # fmt: skip
    return [{"label": label, "value": value, "note": note} for label, value, note in figures]


def _chart(months: "DataFrame") -> dict[str, Any]:
    shown = months[["kwh", "before"]].fillna(0).clip(lower=0)
    return {
        "title": _("Mois par mois, en kWh"),
        "alt": ", ".join(f"{short_month(month)} {number(row.kwh)} / {number(row.before)}"
                         for month, row in shown.iterrows()),
        "measured": _("Cette année"),
        "expected": _("Un an avant"),
        "months": [
            {"name": f"{short_month(month)} {month:%y}", "measured": row.kwh,
             "expected": row.before}
            for month, row in shown.iterrows()
        ],
    }  # fmt: skip


def _table(months: "DataFrame") -> dict[str, Any]:
    """Return the table of months, with its total."""
    total = months.sum(min_count=1)
    lines = [(f"{short_month(month)} {month:%Y}", row) for month, row in months.iterrows()]
    has_euros = bool(months["euros"].notna().any())
    head = [_("Mois"), _("kWh"), _("Un an avant"), _("Écart"), *(["€"] if has_euros else [])]
    rows = [_cells(name, row, has_euros=has_euros) for name, row in [*lines, (_("Total"), total)]]
    return {"title": _("Les douze mois"), "head": head, "rows": rows}


def _cells(name: str, row: Any, *, has_euros: bool) -> list[str]:  # noqa: ANN401 (a row of pandas)
    kwh, before, euros = (
        "–" if isnan(value) else number(value) for value in (row.kwh, row.before, row.euros)
    )
    gap = percent(100 * (row.same / row.same_before - 1)) if row.same_before > 0 else "–"
    return [name, kwh, before, gap, *([euros] if has_euros else [])]


def _alerts(report: SiteYear) -> dict[str, Any]:
    rung = [row for row in report.episodes if row.exceeded_on and row.kind not in _SILENT]
    title = _("Alertes")
    if not rung:
        return {"title": title, "lines": [_("Aucun seuil dépassé pendant ces douze mois.")]}
    excess = sum(row.excess_wh for row in rung) / WH_PER_KWH
    head = plural(
        "{count} dépassement de seuil, {energy} au-dessus en tout.",
        "{count} dépassements de seuil, {energy} au-dessus en tout.",
        len(rung),
        energy=_kwh(excess),
    )
    largest = sorted(rung, key=lambda row: -row.excess_wh)[:MOST_EPISODES]
    lines = [
        _("{name}, le {day} : {energy} au-dessus.", name=row.threshold,
          day=short_day(row.exceeded_on or row.first), energy=_kwh(row.excess_wh / WH_PER_KWH))
        for row in largest
    ]  # fmt: skip
    for row in largest:
        refuse_unprintable(row.threshold, UNPRINTABLE)
    return {"title": title, "lines": [head, *lines]}


def _budget(report: SiteYear) -> dict[str, Any]:
    title, budget = _("Budget"), report.budget
    if budget is None:
        return {"title": title, "lines": [_("Aucun budget n’est saisi pour ce site.")]}
    draft = budget.budget.draft
    say = _euros if draft.unit is Unit.EUR else _kwh
    lines = [
        _("Prévu : {amount} en douze mois, à partir du {day}.", amount=say(draft.amount / 1000),
          day=short_day(draft.first))
    ]  # fmt: skip
    standing = budget.standing
    if standing:
        lines.append(
            _("Consommé à fin {month} : {amount}, pour {planned} prévus sur les mêmes jours.",
              month=f"{short_month(standing.until)} {standing.until:%Y}",
              amount=say(standing.consumed / 1000),
              planned=say(standing.planned / 1000))
        )  # fmt: skip
    if budget.forecast:
        lines.append(
            _("Fin probable (80 %) : de {low} à {high}.",
              low=say(budget.forecast.low / 1000), high=say(budget.forecast.high / 1000))
        )  # fmt: skip
    return {"title": title, "lines": lines}


def _method(report: SiteYear, months: "DataFrame") -> dict[str, Any]:
    absent = int(months["absent"].sum())
    notes = [
        _("Les kWh sont des kWh PCS, comme sur les factures et les relevés."),
        plural("{count} jour sans relevé ne compte pas.",
               "{count} jours sans relevé ne comptent pas.", absent)
        if absent else _("Tous les jours ont un relevé."),
    ]  # fmt: skip
    if _equal(report) is not None:
        notes.append(
            _("À climat égal : l’année d’avant est ramenée aux températures de cette année par la"
              " signature énergétique du site.")
        )  # fmt: skip
    if report.summer:
        notes.append(_("Le talon est la consommation d’un jour d’été, qui ne dépend pas du froid."))
    return {"title": _("Comment lire cette page"), "notes": notes}
