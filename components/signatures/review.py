"""Let a person say that the cause of a drift is found, from its signature."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components import kit
from components.fleet.work_words import REASONS
from components.kit import html
from components.kit.base import aria, data
from components.signatures.ids import Ids, cause_button
from core.access import Permission, Viewer
from core.i18n import _, short_day
from data.metering.consumption.types import ReviewedDrift, WorkList

PANEL = f"{Ids.REVIEW.value}-panel"


def review_place(number: str, work: WorkList, viewer: Viewer) -> Component:
    """Return the place of the act on the drift of a PCE, empty where it has none."""
    return html.Div(review_act(number, work, viewer), id=Ids.REVIEW)


def review_act(number: str, work: WorkList, viewer: Viewer) -> list[Component]:
    """Return the button that asks for a reason, or the reason that was given and its undoing."""
    if not viewer.may(Permission.MARKS_WRITE):
        return []
    reviews = {review.site.number: review for review in work.reviewed}
    if number in reviews:
        return _reviewed(number, reviews[number])
    return _ask(number) if any(row.number == number for row in work.drifts) else []


def _reviewed(number: str, review: ReviewedDrift) -> list[Component]:
    words = _(
        "{reason}, le {day}", reason=_(REASONS[review.reason]), day=short_day(review.reviewed_on)
    )
    back = kit.button(_("Rétablir"), id=cause_button(number, ""), kind="ghost")
    return [
        html.Span([kit.chip(words, icon="check2-circle"), back], className="signature-reviewed")
    ]


def _ask(number: str) -> list[Component]:
    reasons = [
        kit.button(_(words), id=cause_button(number, reason.value), small=True, kind="ghost")
        for reason, words in REASONS.items()
    ]
    note = f"/consommations?{urlencode({'pce': number})}"
    inside = [
        html.P(_("Retirer de la liste, jusqu’à ce qu’elle augmente\u00a0:")),
        *reasons,
        html.P(kit.link(_("Annoter la date du changement sur le graphique"), note)),
    ]
    opener = kit.button(
        _("J’ai trouvé la cause"),
        icon="check2",
        kind="primary",
        className="opener",
        **data(opens=PANEL),
        **aria(expanded="false", controls=PANEL),
    )
    panel = html.Div(inside, id=PANEL, className="panel popover-panel work-reasons")
    return [html.Div([opener, panel], className="popover-place")]
