"""Describe the trial of a draft, in a sentence and in dates."""

from dash.development.base_component import Component

from components.kit import chip, html
from components.kit.base import Child
from components.notifications.episodes import share_text
from components.thresholds.labels import exceedance_text, kwh
from core.i18n import _, long_day, month_year, number, plural, short_day
from data.analysis.signatures.rules.reasons import reason_words
from data.thresholds.types import (
    BackTest,
    Exceedance,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
)

MOST = 12  # dates listed; enough to see an unstable draft


def alerts(test: BackTest) -> list[Exceedance]:
    """Return the exceedances of the trial, latest first."""
    return [
        exceedance
        for exceedance in reversed(test.exceedances)
        if exceedance.exceeded_on is not None
    ]


def years_of(test: BackTest) -> str:
    months = round(((test.last - test.first).days + 1) / 30.44)
    if months < 12:  # noqa: PLR2004
        return plural("{count} mois", "{count} mois", max(1, months))
    return plural("{count} an", "{count} ans", round(months / 12))


def opening(test: BackTest, draft: ThresholdDraft, site: str = "") -> list[Child]:
    """Return `Avec ces valeurs, vous auriez été alerté à 4 dates en 3 ans, dont ce mois-ci : …`.

    `site` is named if it represents a group.
    """
    if not test.bars:
        return [
            _("Ce PCE n’a pas encore de données : l’essai montrera quand le seuil aurait alerté.")
        ]
    if test.learnt is not None and test.learnt.reason is not None:
        why = reason_words(test.learnt.reason)
        return [
            _("La consommation de ce site ne peut pas être corrigée du climat : {why}.", why=why)
        ]
    alert_list, years = alerts(test), years_of(test)
    if alert_list:
        dates = plural("{count} date", "{count} dates", len(alert_list))
        often = _("{dates} en {years}", dates=dates, years=years)
        here = _("ce réglage vous aurait alerté à ")
        words = _("Avec ce réglage, vous auriez été alerté à ")
    else:
        often = _("à aucune date en {years}", years=years)
        here = _("ce réglage ne vous aurait alerté ")
        words = _("Avec ce réglage, vous n’auriez été alerté ")
    head = _("Pour {site}, ", site=site) + here if site else words
    return [head, html.B(often), *(_now(alert_list[0], draft) if alert_list else []), "."]


def _now(exceedance: Exceedance, draft: ThresholdDraft) -> list[Child]:
    """Return the figures of the latest alert, if it is still open."""
    if exceedance.ended_on is not None or draft.kind is ThresholdKind.MISSING:
        return []
    if exceedance.expected_wh is not None:
        return _now_expected(exceedance, exceedance.expected_wh)
    words = {
        ThresholdPeriod.MONTH: _(", dont ce mois-ci : "),
        ThresholdPeriod.YEAR: _(", dont cette année : "),
        ThresholdPeriod.DAY: _(", dont ces jours-ci : "),
    }
    day = long_day(exceedance.exceeded_on or exceedance.first)
    limit = kwh(exceedance.limit_wh)
    return [
        words[draft.period],
        html.B(kwh(exceedance.value_wh)),
        _(" au {day} pour un seuil de {limit}", day=day, limit=limit),
    ]


def _now_expected(exceedance: Exceedance, expected: int) -> list[Child]:
    """Return the mean of the open alert's days, beside the value expected for the weather."""
    since = exceedance.exceeded_on or exceedance.first
    per_day = {"expected": number(expected / 1000), "day": long_day(since)}
    return [
        _("\u202f; la dernière alerte, du {day}, dure encore\u00a0: ", **per_day),
        html.B(_("{value} par jour", value=kwh(exceedance.value_wh))),
        _(" pour {expected} attendus à ces températures", **per_day),
    ]


def trial(test: BackTest, draft: ThresholdDraft, proposed: int | None) -> list[Component]:
    """Return the body of the card: number of alerts, period, then the dates."""
    alert_list = alerts(test)
    head = plural("Aurait alerté à {count} date", "Aurait alerté à {count} dates", len(alert_list))
    if not alert_list:
        head = _("N’aurait alerté à aucune date")
    if test.learnt is not None and test.learnt.reason is not None:
        return [
            html.P(_("Pas d’essai : rien ne peut être évalué."), className="thresholds-trial-head")
        ]
    period = {"first": month_year(test.first), "last": month_year(test.last)}
    notes = [_("{first} à {last}", **period)]
    if draft.warn_at is not None and draft.kind is not ThresholdKind.MISSING:
        warned = plural("{count} approche signalée", "{count} approches signalées", test.warned)
        notes.append(warned)
    if proposed is not None:
        dates = plural("{count} date", "{count} dates", proposed)
        notes.append(_("{dates} avec les valeurs proposées", dates=dates))
    return [
        html.P(head, className="thresholds-trial-head"),
        html.P(_("\u202f; ").join(notes), className="thresholds-trial-note"),
        *(
            [html.Ul([_date(exceedance, draft) for exceedance in alert_list[:MOST]])]
            if alert_list
            else []
        ),
        *([_more(len(alert_list) - MOST)] if len(alert_list) > MOST else []),
    ]


def _date(exceedance: Exceedance, draft: ThresholdDraft) -> Component:
    day = short_day(exceedance.exceeded_on or exceedance.first)
    if draft.kind is ThresholdKind.MISSING:
        return html.Li(
            [
                html.B(day),
                html.Span(_("sans données depuis le {day}", day=short_day(exceedance.first))),
            ]
        )
    low = draft.kind is ThresholdKind.LOW
    sign = "▼" if low else "▲"
    against = exceedance.limit_wh if exceedance.expected_wh is None else exceedance.expected_wh
    gap = f"{sign} {share_text(exceedance.value_wh, against)}".strip()
    share = [] if low else [html.Span(gap, className="thresholds-over-by")]
    return html.Li([html.B(day), html.Span(exceedance_text(exceedance)), *share])


def _more(count: int) -> Component:
    words = plural("et {count} autre avant", "et {count} autres avant", count)
    return html.P(words, className="thresholds-trial-note")


def before_saving() -> Component:
    return chip(_("avant enregistrement"), icon="eye", tone="info")


def proposal_text(years: int, margin: int, period: ThresholdPeriod) -> str:
    """Return how the proposed values were computed."""
    if period is ThresholdPeriod.DAY:
        return _(
            "Proposé : la valeur sous laquelle sont 95 % de vos journées sur {years},"
            " plus {margin} %.",
            years=_years(years),
            margin=number(margin),
        )
    return _(
        "Proposé : la médiane de chaque période sur {years}, plus {margin} %.",
        years=_years(years),
        margin=number(margin),
    )


def _years(years: int) -> str:
    return plural("{count} an", "{count} ans", years)
