"""Render works: what they saved, month by month, and how it was measured."""

from datetime import timedelta

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
    html,
    kpi_strip,
    lead,
    page,
    table,
)
from components.retrofits.figure import figure
from components.retrofits.ids import Ids
from components.retrofits.labels import PATH, state_of
from components.signatures.labels import PATH as SIGNATURE
from core.access import Permission, Viewer
from core.i18n import _, month_year, number
from core.query_string import query_string
from data.money.retrofits.rules.savings import LEAST_AFTER, LEAST_BEFORE, YEAR
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
from data.money.retrofits.types import (
    MeasuredRetrofit,
    Savings,
    SavingsRefusal,
    SavingsValue,
)

HEIGHT = 320
_LACKS = {
    SavingsRefusal.FEW_DAYS_BEFORE,
    SavingsRefusal.FEW_DAYS_AFTER,
    SavingsRefusal.GAPS_AFTER,
}  # refusals that readings would lift
_OF_CLIMATE = {SavingsRefusal.NOT_HEATING, SavingsRefusal.LOOSE, SavingsRefusal.NO_SPREAD}


def retrofit_page(viewer: Viewer, measured: MeasuredRetrofit) -> Component:
    retrofit, savings = measured.retrofit, measured.savings
    title = retrofit.draft.name
    return page(
        title,
        f"{site_of(retrofit)} · {_(KINDS[retrofit.draft.kind])} · {dates_words(retrofit)}",
        crumbs=((_("Travaux"), PATH), (title, None)),
        actions=_acts(viewer, measured),
        lead=lead(answer_words(measured)) if savings else None,
        children=_measures(viewer, measured, savings) if savings else _refused(viewer, measured),
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


def _refused(viewer: Viewer, measured: MeasuredRetrofit) -> list[Component]:
    """Return why nothing is measured, the days that are, and how to add those that miss."""
    state = state_of(measured)
    kpis = [
        Kpi(
            _("Jours mesurés dans l’année d’avant"),
            number(measured.known_days[0]),
            _("sur {count}", count=YEAR),
            _("il en faut {least}", least=round(LEAST_BEFORE * YEAR)),
            meter=measured.known_days[0] / YEAR,
        ),
        Kpi(
            _("Jours mesurés depuis la fin"),
            number(measured.known_days[1]),
            None,
            _("il en faut {least}", least=LEAST_AFTER),
            meter=measured.known_days[1] / LEAST_AFTER,
        ),
    ]
    return [
        alert(_(state.word), refusal_words(measured), "warn"),
        kpi_strip(kpis),
        html.Div(_next_steps(viewer, measured), className="form-actions"),
    ]


def _next_steps(viewer: Viewer, measured: MeasuredRetrofit) -> list[Component]:
    draft = measured.retrofit.draft
    start = draft.started_on - timedelta(days=YEAR)
    query = {"pce": draft.pce, "from": start.isoformat(), "to": viewer.today.isoformat()}
    days = f"/consommations{query_string({**query, 'step': 'month'})}"
    acts = [button(_("Voir l’avant et l’après"), href=days, icon="bar-chart")]
    if measured.refusal in _LACKS and viewer.may(Permission.READINGS_IMPORT):
        deposit = f"/operations?pce={draft.pce}"
        acts.append(button(_("Déposer des relevés"), href=deposit, icon="upload", kind="primary"))
    if measured.refusal in _OF_CLIMATE:
        portrait = f"{SIGNATURE}?pce={draft.pce}"
        acts.append(button(_("Voir la signature"), href=portrait, icon="thermometer-half"))
    return acts


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
