"""Render a weather-corrected threshold: fields, signature and unsuitable PCEs."""

from collections.abc import Sequence
from typing import Any

from dash import no_update
from dash.development.base_component import Component

from components.kit import alert, card, html, link, select_field, table, text_field
from components.thresholds.editor_context import DraftTrial
from components.thresholds.form import USUAL
from components.thresholds.ids import Ids
from core.i18n import _, number, percent, plural, short_day
from data.analysis.signatures.rules.reasons import reason_words
from data.thresholds.rules.winter import LEAST_PROPOSED, STRAYS
from data.thresholds.types import (
    WINDOWS,
    BackTest,
    PceWithoutReference,
    Proposal,
    ThresholdDraft,
    ThresholdKind,
    WinterStanding,
)

SHOWN = 12  # PCEs listed with the reason


def winter_fields(tried: DraftTrial) -> Component:
    """Return the fields: excess, averaging window and end of the reference period."""
    draft = tried.form.draft
    windows = [(str(days), plural("{count} jour", "{count} jours", days)) for days in WINDOWS]
    learnt = draft.learnt_to.isoformat() if draft.learnt_to else ""
    fields = [
        text_field(
            Ids.EXCESS,
            _("Dépassement à partir de, en % de plus que l’attendu"),
            value=str(draft.percent if _knows(draft) else LEAST_PROPOSED),
            type="number",
            hint=_(
                "L’attendu est la consommation que la signature du site prévoit à ces températures."
            ),
        ),
        select_field(Ids.WINDOW, _("Moyenne évaluée sur"), windows, str(draft.window)),
        text_field(
            Ids.LEARNT,
            _("Signature apprise jusqu’au"),
            value=learnt,
            type="date",
            hint=_("Vide : hier. Elle est ensuite figée, pour qu’une dérive ne la modifie pas."),
        ),
    ]
    return html.Div(
        [
            html.Div(fields, className="thresholds-winter-fields"),
            html.Div(winter_words(tried), id=Ids.WINTER, role="status"),
        ],
        className="thresholds-only-weather",
    )


def excess_of(tried: DraftTrial) -> Any:  # noqa: ANN401 (a value, or none to give)
    """Return the value of the excess field, when proposed anew."""
    draft = tried.form.draft
    return str(draft.percent) if _knows(draft) else no_update


def _knows(draft: ThresholdDraft) -> bool:
    return draft.kind is ThresholdKind.WEATHER


def winter_words(tried: DraftTrial) -> list[Component]:
    """Return the signature used, the reason of the excess proposed, and its last day."""
    test = tried.test
    if not _knows(tried.form.draft) or test is None or test.learnt is None:
        return []
    if test.learnt.reason is not None:
        return [html.P(_refused(test), className="thresholds-explained")]
    lines = [_signature(test), *_proposed(tried.proposal), *_stopped(test)]
    return [html.P(line, className="thresholds-explained") for line in lines]


def _refused(test: BackTest) -> list[Component | str]:
    why = reason_words(test.learnt.reason) if test.learnt and test.learnt.reason else ""
    return [
        _("L’excédent de ce site ne peut pas être évalué : {why}.", why=why),
        " ",
        link(_("Voir sa signature"), f"/consommations/signature?pce={test.pce}"),
    ]


def _signature(test: BackTest) -> str:
    learnt_signature = test.learnt
    if learnt_signature is None:
        return ""
    fit = learnt_signature.fit
    return _(
        "Signature apprise du {first} au {last} : {baseload} kWh par jour, plus {slope} kWh par"
        " degré sous {base} °C (R² {r2}, CVRMSE {cvrmse}, {weeks} semaines).",
        first=short_day(learnt_signature.first),
        last=short_day(learnt_signature.last),
        baseload=number(fit.baseload_wh / 1000),
        slope=number(fit.slope_wh / 1000, 1),
        base=number(fit.base, 1),
        r2=number(fit.r2, 2),
        cvrmse=percent(fit.cvrmse * 100).lstrip("+"),
        weeks=number(fit.weeks),
    )


def _proposed(proposal: Proposal | None) -> list[str]:
    if proposal is None or not proposal.percent:
        return []
    return [
        _(
            "Proposé : {percent} %. Sur {days} jours, ce site s’écarte d’ordinaire de {strays}"
            " de sa signature ; {times} fois plus, et au moins {least} %, ne relève plus du"
            " hasard.",
            percent=number(proposal.percent),
            days=number(USUAL.window),
            strays=percent(proposal.strays).lstrip("+"),
            times=number(STRAYS),
            least=number(LEAST_PROPOSED),
        )
    ]


def _stopped(test: BackTest) -> list[str]:
    """Return a notice that missing temperatures stopped the evaluation."""
    if test.known_to is None or test.known_to >= test.last:
        return []
    day = short_day(test.known_to)
    return [_("Températures connues jusqu’au {day} : aucune évaluation depuis.", day=day)]


def refused_list(rows: Sequence[PceWithoutReference]) -> list[Component]:
    """Return the PCEs without threshold, each with its reason."""
    if not rows:
        return []
    title = plural(
        "{count} PCE est laissé de côté : sa signature n’est pas fiable",
        "{count} PCE sont laissés de côté : leur signature n’est pas fiable",
        len(rows),
    )
    lines = [html.Li(f"{row.alias or row.number} : {reason_words(row.reason)}") for row in rows]
    more = len(rows) - SHOWN
    if more > 0:
        lines = [*lines[:SHOWN], html.Li(plural("et {count} autre", "et {count} autres", more))]
    return [alert(title, html.Ul(lines), "warn")]


def standing_card(standing: WinterStanding | None) -> list[Component]:
    """List the PCEs that an existing threshold cannot evaluate now, with the reason."""
    if standing is None:
        return []
    rows = [
        [row.alias or "–", row.number, reason_words(row.reason)] for row in standing.refused
    ] + [
        [
            row.alias or "–",
            row.number,
            _("températures connues jusqu’au {day}", day=short_day(row.until))
            if row.until
            else _("aucune température"),
        ]
        for row in standing.silent
    ]
    judged = plural("{count} PCE évalué", "{count} PCE évalués", standing.evaluated)
    if standing.waiting:
        waiting_label = plural(
            "{count} signature à apprendre", "{count} signatures à apprendre", standing.waiting
        )
        judged = _("{judged} ; {said} à la prochaine évaluation", judged=judged, said=waiting_label)
    head = [_("Site"), _("PCE"), _("Pourquoi")]
    body: list[Component] = [html.P(judged, className="thresholds-explained")]
    if rows:
        body.append(table(head, rows[:SHOWN], caption=_("PCE non évalués")))
    if len(rows) > SHOWN:
        more = plural("et {count} autre", "et {count} autres", len(rows) - SHOWN)
        body.append(html.P(more, className="thresholds-explained"))
    return [card(body, title=_("Signatures de référence"))]
