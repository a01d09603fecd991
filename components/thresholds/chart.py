"""Render the chart of a trial: bars, limit line, legend and text."""

from typing import Any

from dash.development.base_component import Component

from components.kit import Children, aria, button, card, data, graph, html
from components.kit.base import Child
from components.thresholds.editor_context import DraftTrial
from components.thresholds.figure import chart_data, figure
from components.thresholds.ids import Ids
from components.thresholds.labels import PER
from components.thresholds.trial import opening
from core.access import Viewer
from core.i18n import _
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod

HEIGHT = 288  # px


def chart_text(tried: DraftTrial) -> list[Child]:
    if tried.test is None:
        return [_("Corrigez les champs signalés : l’essai se fera alors sur trois ans.")]
    return opening(tried.test, tried.form.draft, tried.site if tried.group else "")


def chart_card(viewer: Viewer, tried: DraftTrial, *, editable: bool = True) -> Component:
    test, draft = tried.test, tried.form.draft
    body: Component | str = html.Div(
        [
            html.Div(className="thresholds-axis", **aria(hidden="true")),
            html.Div(
                html.Div(
                    [
                        graph(
                            Ids.CHART,
                            figure(test, draft, viewer.theme)
                            if test
                            else {"data": [], "layout": {}},
                            chart_label(tried),
                            height=HEIGHT,
                            config={"staticPlot": True},
                        ),
                        html.Div(id=Ids.OVER, className="thresholds-over"),
                    ],
                    className="thresholds-wide",
                ),
                className="thresholds-scroll",
                tabIndex="0",
                role="group",
                **aria(label=_("Histogramme et ligne du seuil")),
            ),
        ],
        className="thresholds-plot",
    )
    hint = _("Glisser la ligne ou saisir les valeurs") if editable else None
    return card(
        [
            html.Div(keys(draft), id=Ids.CHART_KEYS),
            body,
        ],
        title=html.Span(chart_title(draft), id=Ids.CHART_TITLE),
        actions=years_button(),
        hint=html.Span(hint, className="thresholds-drag-hint") if hint else None,
    )


def chart_label(tried: DraftTrial) -> str:
    words = "".join(map(_plain, chart_text(tried)))
    return _("Histogramme et ligne du seuil. {said}", said=words)


def _plain(part: Child) -> str:
    return str(getattr(part, "children", part))


def chart_title(draft: ThresholdDraft) -> Children:
    """Return the title with the period shown; three years of days would be unreadable.

    A phone shows twelve months until three years are requested; CSS selects the title.
    """
    if draft.period is ThresholdPeriod.DAY:
        return _("Trois derniers mois de consommation")
    if draft.period is ThresholdPeriod.MONTH:
        return [
            html.Span(_("Trois ans de consommation"), className="thresholds-long"),
            html.Span(_("12 derniers mois"), className="thresholds-short"),
        ]
    return _("Trois ans de consommation")


def years_button() -> Component:
    """Return the button that switches a phone between twelve months and three years."""
    words: list[Child] = [
        html.Span(_("3 ans"), className="thresholds-short"),
        html.Span(_("12 mois"), className="thresholds-long"),
    ]
    return button(words, small=True, className="thresholds-years", **data(thresholds="years"))


def keys(draft: ThresholdDraft) -> list[Component]:
    return [legend(draft), html.P(_(PER[draft.period]), className="thresholds-unit")]


def legend(draft: ThresholdDraft) -> Component:
    mark = "▼" if draft.kind is ThresholdKind.LOW else "▲"
    items = [("measured", _("Consommation")), ("current", _("Période en cours"))]
    if draft.kind is ThresholdKind.FIXED:
        items.insert(1, ("above", _("au-dessus du seuil")))
    if draft.kind is not ThresholdKind.MISSING:
        items.append(("mark", _("{mark} aurait alerté", mark=mark)))
    if draft.kind is ThresholdKind.WEATHER:
        items.append(("threshold", _("Seuil du jour, à sa température")))
    elif draft.values_wh:
        items.append(("threshold", _("Seuil")))
    return html.Ul(
        [
            html.Li([html.Span(className=f"swatch swatch-{look}"), html.Span(word)])
            for look, word in items
        ],
        className="consumption-legend",
    )


def chart_overlay(
    tried: DraftTrial, viewer: Viewer, *, fresh: str, editable: bool = True
) -> dict[str, Any]:
    """Return the data that the script draws over the chart."""
    if tried.test is None:
        return {}
    drawing = chart_data(tried.test, tried.form.draft, editable=editable, fresh=fresh)
    proposal = tried.proposal
    return drawing | {
        "coefficient": tried.coefficient,
        "proposed": [value / 1000 for value in proposal.values_wh] if proposal else [],
        "proposal": _("proposé {value}", value="{value}"),
        "locale": "en-GB" if viewer.language == "en" else "fr",
    }
