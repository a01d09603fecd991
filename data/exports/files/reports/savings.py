"""Write the workbook of works: each one with its savings, by kind, and month by month."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.i18n import _
from data.exports.files.reports.workbook import open_workbook, write_charted, write_sheet
from data.exports.types import SavingsReport
from data.money.retrofits.rules.words import KINDS, refusal_words, site_of
from data.money.retrofits.types import MeasuredRetrofit
from data.runs.files.texts import guarded

if TYPE_CHECKING:
    from pandas import DataFrame

WH_PER_KWH, CENTS = 1000, 100


def write_savings(report: SavingsReport, path: Path) -> None:
    import pandas as pd

    works = pd.DataFrame([_row(each) for each in report.measured])
    months = pd.DataFrame(
        [row for each in report.measured for row in _months(each)],
        columns=[_("Travaux"), _("Mois"), "kWh"],
    )
    with open_workbook(path) as book:
        write_sheet(book, _("Travaux"), works.set_index(_("Site")))
        _write_kinds(book, works)
        if len(months):
            _write_months(book, months)


def _row(measured: MeasuredRetrofit) -> dict[str, Any]:
    retrofit, savings, value = measured.retrofit, measured.savings, measured.value
    draft = retrofit.draft
    return {
        _("Site"): guarded(site_of(retrofit)),
        "PCE": draft.pce,
        _("Travaux"): guarded(draft.name),
        _("Nature"): _(KINDS[draft.kind]),
        _("Premier jour"): draft.started_on,
        _("Dernier jour"): draft.finished_on,
        _("Coût (€)"): None if draft.cents is None else draft.cents / CENTS,
        _("Jours mesurés"): savings.days if savings else None,
        _("Attendu sans travaux (kWh)"): savings.expected_wh / WH_PER_KWH if savings else None,
        _("Mesuré (kWh)"): savings.measured_wh / WH_PER_KWH if savings else None,
        _("Économie (kWh)"): savings.saved_wh / WH_PER_KWH if savings else None,
        _("De (kWh, 80 %)"): savings.low_wh / WH_PER_KWH if savings else None,
        _("À (kWh, 80 %)"): savings.high_wh / WH_PER_KWH if savings else None,
        _("Économie (%)"): round(CENTS * savings.share, 1) if savings else None,
        _("Économie (€)"): value.cents / CENTS if value else None,
        _("Temps de retour (ans)"): value.payback_years if value else None,
        _("Remarque"): "" if savings else refusal_words(measured),
    }


def _months(measured: MeasuredRetrofit) -> list[tuple[str, str, float]]:
    name = guarded(f"{site_of(measured.retrofit)} · {measured.retrofit.draft.name}")
    months = measured.savings.months if measured.savings else ()
    return [
        (name, f"{each.month:%Y-%m}", (each.expected_wh - each.measured_wh) / WH_PER_KWH)
        for each in months
    ]


def _write_kinds(book: Any, works: "DataFrame") -> None:  # noqa: ANN401 (a writer of pandas)
    """Write the sums of each kind of works, with their chart where some are measured."""
    counted = works.groupby(_("Nature"))
    sums = counted[[_("Économie (kWh)"), _("Économie (€)"), _("Coût (€)")]].sum(min_count=1)
    sums.insert(0, _("Chantiers"), counted.size())
    measured = sums[[_("Économie (kWh)")]].dropna()
    write_sheet(book, _("Par nature"), sums)
    if len(measured):
        title = _("Économie par nature de travaux, kWh")
        chart = write_charted(book, _("Graphique"), measured, "bar", rows=len(measured))
        chart.set_title({"name": title})


def _write_months(book: Any, months: "DataFrame") -> None:  # noqa: ANN401
    """Write what each of the works saved month by month."""
    table = months.pivot_table(index=_("Travaux"), columns=_("Mois"), values="kWh", aggfunc="sum")
    write_sheet(book, _("Mois"), table)
