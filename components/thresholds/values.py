"""Render the values of a threshold: typed, or dragged on the chart (assets/thresholds.js)."""

from collections.abc import Sequence
from datetime import date

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.kit import aria, button, data, html, select_field, text_field
from components.thresholds.editor_context import DraftTrial
from components.thresholds.form import USUAL, USUAL_PERCENT
from components.thresholds.ids import Ids
from components.thresholds.labels import PER
from components.thresholds.trial import proposal_text
from core.i18n import _, number, of_month, short_month
from data.thresholds.types import MONTHS, ThresholdDraft, ThresholdKind, ThresholdPeriod

FIELD = "thresholds-value-"  # prefix of field ids, before the index of the value


def values_card(tried: DraftTrial, today: date) -> list[Component]:
    """Return the fields of the values, with the proposed ones and the equivalent in m³."""
    draft, proposal = tried.form.draft, tried.proposal
    if not draft.values_wh:
        return []
    proposed = proposal.values_wh if proposal else ()
    return [
        html.Div(
            [_field(tried, slot, proposed, today) for slot in order(len(draft.values_wh), today)],
            className=f"thresholds-values thresholds-values-{len(draft.values_wh)}",
            role="group",
            **aria(label=_("Valeurs du seuil, {unit}", unit=_(PER[draft.period]))),
        ),
        *_explained(tried),
    ]


def order(count: int, today: date) -> list[int]:
    """Return the twelve months, the current one last, as on the chart."""
    if count < MONTHS:
        return list(range(count))
    return [(today.month + rank) % MONTHS for rank in range(MONTHS)]


def _field(tried: DraftTrial, slot: int, proposed: Sequence[int], today: date) -> Component:
    draft = tried.form.draft
    monthly = len(draft.values_wh) == MONTHS
    month = date(today.year, slot + 1, 1)
    label = short_month(month) if monthly else _("Valeur")
    spoken = month_words(month) if monthly else _("Seuil, en kWh")
    value = draft.values_wh[slot]
    now = monthly and slot == today.month - 1
    entry = dbc.Input(
        id=f"{FIELD}{slot}",
        type="text",
        inputmode="decimal",
        autocomplete="off",
        value=number(value / 1000) if value >= 0 else "",
        className="thresholds-value thresholds-value-now" if now else "thresholds-value",
    )
    words = [
        html.Span(label, **aria(hidden="true")),
        html.Span(spoken, className="visually-hidden"),
    ]
    notes = [
        html.Span(m3(value, tried.coefficient), className="thresholds-m3", **data(m3=str(slot))),
        html.Span(
            proposed_text(proposed, slot),
            className="thresholds-proposed",
            **data(proposed=str(slot)),
        ),
    ]
    return html.Div(
        [
            html.Label(words, htmlFor=f"{FIELD}{slot}", className="thresholds-value-label"),
            entry,
            *notes,
        ],
        className="thresholds-value-box",
    )


def month_words(month: date) -> str:
    """Return `Seuil d’avril, en kWh`."""
    return _("Seuil {of_month}, en kWh", of_month=of_month(month))


def proposed_text(proposed: Sequence[int], slot: int) -> str:
    """Return `proposé 110 500`, labelled to distinguish it from the m³ below."""
    return _("proposé {value}", value=number(proposed[slot] / 1000)) if proposed else ""


def m3(value_wh: int, coefficient: float | None) -> str:
    """Return `= 1 470 m³`; empty if the PCE has no coefficient."""
    if not coefficient or value_wh < 0:
        return ""
    return f"=\u00a0{number(value_wh / 1000 / coefficient)}\u00a0m³"


def _explained(tried: DraftTrial) -> list[Component]:
    draft, proposal = tried.form.draft, tried.proposal
    if draft.kind is not ThresholdKind.FIXED:
        return []
    if proposal is None or not proposal.values_wh:
        words = _("L’historique est trop court pour proposer des valeurs : saisissez-les.")
        return [html.P(words, className="thresholds-explained")]
    return [
        html.P(
            proposal_text(proposal.years, proposal.margin, draft.period),
            className="thresholds-explained",
        )
    ]


def take_button() -> Component:
    return button(_("Reprendre les valeurs proposées"), small=True, **data(thresholds="take"))


def others(tried: DraftTrial) -> list[Component]:
    """Return the fields of the kinds without values; CSS shows those of the kind."""
    return [relative(tried.form.draft), missing(tried.form.draft), low()]


def relative(draft: ThresholdDraft) -> Component:
    periods = [
        (ThresholdPeriod.MONTH.value, _("chaque mois, aux mêmes dates")),
        (ThresholdPeriod.DAY.value, _("chaque jour, à la même date")),
        (ThresholdPeriod.YEAR.value, _("l’année, aux mêmes dates")),
    ]
    percent = draft.percent if draft.kind is ThresholdKind.RELATIVE else USUAL_PERCENT
    return html.Div(
        [
            text_field(
                Ids.PERCENT,
                _("Dépassement à partir de, en % de plus que l’an passé"),
                value=str(percent),
                type="number",
                hint=_("Les jours absents d’un côté ne comptent pas de l’autre."),
            ),
            select_field(Ids.EVERY, _("Comparer"), periods, draft.period.value),
        ],
        className="thresholds-pair thresholds-only-relative",
    )


def missing(draft: ThresholdDraft) -> Component:
    delay = draft.delay if draft.kind is ThresholdKind.MISSING else USUAL.delay
    return html.Div(
        text_field(
            Ids.DELAY,
            _("Prévenir après, en jours publiés de retard"),
            value=str(delay),
            type="number",
            hint=_("Comptés depuis le jour où les données arrivent d’habitude."),
        ),
        className="thresholds-only-missing",
    )


def low() -> Component:
    return html.P(
        _("Une valeur mesurée égale ou inférieure déclenche l’alerte ; un jour absent, jamais."),
        className="thresholds-explained thresholds-only-low",
    )
