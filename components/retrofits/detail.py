"""Render works: what they saved, month by month, and how it was measured."""

from dash.development.base_component import Component

from components.kit import (
    Children,
    Kpi,
    alert,
    button,
    card,
    columns,
    definition_list,
    graph,
    kpi_strip,
    lead,
    page,
    table,
)
from components.retrofits.figure import figure
from components.retrofits.ids import Ids
from components.retrofits.labels import PATH, state_of
from core.access import Permission, Viewer
from core.i18n import _, month_year, number
from data.money.retrofits.rules.words import (
    KINDS,
    answer_words,
    bounds_words,
    dates_words,
    euros,
    method_words,
    payback_words,
    refusal_words,
    share_words,
    site_of,
    value_bounds_words,
)
from data.money.retrofits.types import MeasuredRetrofit, Savings, SavingsValue

HEIGHT = 320


def retrofit_page(viewer: Viewer, measured: MeasuredRetrofit) -> Component:
    retrofit, savings = measured.retrofit, measured.savings
    title = retrofit.draft.name
    return page(
        title,
        f"{site_of(retrofit)} · {_(KINDS[retrofit.draft.kind])} · {dates_words(retrofit)}",
        crumbs=((_("Travaux"), PATH), (title, None)),
        actions=_acts(viewer, measured),
        lead=lead(answer_words(measured)) if savings else None,
        children=_measures(viewer, measured, savings) if savings else [_refused(measured)],
        id="retrofits-page",
    )


def _acts(viewer: Viewer, measured: MeasuredRetrofit) -> list[Component]:
    retrofit = measured.retrofit
    days = f"/consommations?pce={retrofit.draft.pce}"
    acts = [button(_("Voir les consommations"), href=days, icon="bar-chart")]
    if measured.savings and viewer.may(Permission.CONSUMPTION_EXPORT):
        pdf = f"/export/travaux/{retrofit.id}.pdf"
        acts.append(button(_("Rapport PDF"), href=pdf, icon="file-earmark-pdf", download=True))
    if viewer.may(Permission.RETROFITS_WRITE):
        edit = f"{PATH}?edit={retrofit.id}"
        acts.append(button(_("Modifier"), href=edit, icon="pencil"))
    return acts


def _refused(measured: MeasuredRetrofit) -> Component:
    state = state_of(measured)
    return alert(_(state.word), refusal_words(measured), "warn")


def _measures(viewer: Viewer, measured: MeasuredRetrofit, savings: Savings) -> list[Component]:
    description = _(
        "Consommation mesurée et consommation estimée sans les travaux, sur {count} mois.",
        count=len(savings.months),
    )
    chart = graph(Ids.CHART, figure(savings, viewer.theme), description, height=HEIGHT)
    return [
        kpi_strip(_kpis(measured, savings)),
        card(chart, title=_("Avec et sans les travaux"), hint=_("dans le climat de chaque mois")),
        columns(_months_card(savings), _method_card(savings)),
    ]


def _kpis(measured: MeasuredRetrofit, savings: Savings) -> list[Kpi]:
    value, cents = measured.value, measured.retrofit.draft.cents
    probable = _("fourchette probable (80 %) : {bounds}", bounds=bounds_words(savings))
    share = Kpi(_("Part de la consommation"), share_words(savings), None, _days(savings))
    cost = euros(cents) if cents is not None else _("coût non saisi")
    years = value.payback_years if value else None
    return [
        Kpi(_("Énergie économisée"), number(savings.saved_wh / 1000), "kWh", probable),
        _value_kpi(value),
        share,
        Kpi(_("Temps de retour brut"), payback_words(years), None, cost),
    ]


def _value_kpi(value: SavingsValue | None) -> Kpi:
    label = _("Économisé en euros")
    if value is None:
        return Kpi(label, "–", None, _("aucun prix ne couvre tous ces jours"))
    return Kpi(label, number(value.cents / 100), "€", value_bounds_words(value))


def _days(savings: Savings) -> str:
    return _("sur {count} jours mesurés", count=number(savings.days))


def _months_card(savings: Savings) -> Component:
    head: list[Children] = [_("Mois"), _("Sans travaux"), _("Mesuré"), _("Économie")]
    rows: list[list[Children]] = [
        [
            month_year(month.month),
            number(month.expected_wh / 1000),
            number(month.measured_wh / 1000),
            number((month.expected_wh - month.measured_wh) / 1000),
        ]
        for month in savings.months
    ]
    rows.append(
        [
            _("Total"),
            number(savings.expected_wh / 1000),
            number(savings.measured_wh / 1000),
            number(savings.saved_wh / 1000),
        ]
    )
    caption = _("Mois par mois, en kWh")
    return card(table(head, rows, caption=caption, numbers=range(1, 4)), title=caption)


def _facts(savings: Savings) -> list[tuple[Children, Children]]:
    return [(name, value) for name, value in method_words(savings)]


def _method_card(savings: Savings) -> Component:
    return card(definition_list(_facts(savings)), title=_("Ce qui a été comparé"))
