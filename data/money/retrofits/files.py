"""Write the one-page PDF of the savings of works."""

from datetime import date
from pathlib import Path
from typing import Any

from core.i18n import N_, _, french_day, language, number, plural, short_month
from core.pdf_fonts import refuse_unprintable
from core.typesetting import typeset
from data.money.retrofits.rules.words import (
    KINDS,
    answer_words,
    bounds_words,
    dates_words,
    euros,
    kwh,
    method_words,
    payback_words,
    share_words,
    site_of,
    value_bounds_words,
)
from data.money.retrofits.types import MeasuredRetrofit, Savings

MOST_NAMES = 15  # of months, under the chart
_DATA = Path(__file__).parents[2]
_TEMPLATE = Path(__file__).parent / "templates" / "savings.typ"
UNPRINTABLE = N_(
    "Le caractère {sign} ({code}) ne peut pas être imprimé : remplacez-le, dans « {text} »."
)


def savings_report(
    measured: MeasuredRetrofit, savings: Savings, organisation: str, today: date
) -> bytes:
    """Return the PDF/UA-1 of measured works.

    Raise Invalid for a character that cannot be printed.
    """
    retrofit = measured.retrofit
    for text in (organisation, retrofit.draft.name, site_of(retrofit)):
        refuse_unprintable(text, UNPRINTABLE)
    kind = _(KINDS[retrofit.draft.kind])
    *facts, (_name, method) = method_words(savings)
    values = {
        "lang": language(),
        "organisation": organisation,
        "title": retrofit.draft.name,
        "subtitle": f"{site_of(retrofit)} · PCE {retrofit.draft.pce} · {kind} ·"
        f" {dates_words(retrofit)}",
        "answer": answer_words(measured),
        "figures": _figures(measured, savings),
        "chart": _chart(savings),
        "method": {
            "title": _("Comment l’économie est mesurée"),
            "facts": facts,
            "notes": [
                method,
                _("La fourchette probable contient l’économie vraie quatre fois sur cinq."),
                _("D’autres changements (surface, horaires, occupation) ne sont pas retirés."),
            ],
        },
        "foot": _("Établi le {day} d’après les relevés connus ce jour.", day=french_day(today)),
    }
    return typeset(_TEMPLATE, "report", values, root=_DATA)


def _figures(measured: MeasuredRetrofit, savings: Savings) -> list[dict[str, str]]:
    value, cents = measured.value, measured.retrofit.draft.cents
    probable = _("fourchette probable (80 %) : {bounds}", bounds=bounds_words(savings))
    columns = [
        (_("Énergie économisée"), kwh(savings.saved_wh), probable),
        (
            _("Part de la consommation"),
            share_words(savings),
            plural("sur {count} jour mesuré", "sur {count} jours mesurés", savings.days),
        ),
    ]
    if value:
        columns.insert(1, (_("Économisé en euros"), euros(value.cents), value_bounds_words(value)))
    if value and value.payback_years and cents:
        years = payback_words(value.payback_years)
        columns.append((_("Temps de retour brut"), years, euros(cents)))
    return [{"label": label, "value": words, "note": note} for label, words, note in columns]


def _chart(savings: Savings) -> dict[str, Any]:
    step = len(savings.months) // MOST_NAMES + 1
    described = [f"{short_month(m.month)} {m.month:%Y} {number(m.measured_wh / 1000)}"
                 f" / {number(m.expected_wh / 1000)}" for m in savings.months]  # fmt: skip
    return {
        "title": _("Avec et sans les travaux"),
        "alt": ", ".join(described),
        "measured": _("Mesuré"),
        "expected": _("Sans les travaux (estimé)"),
        "months": [
            {
                "name": "" if place % step else f"{short_month(month.month)} {month.month:%y}",
                "measured": max(month.measured_wh, 0),
                "expected": max(month.expected_wh, 0),
            }
            for place, month in enumerate(savings.months)
        ],
    }
