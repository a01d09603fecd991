"""Render the home page of one delivery point: the answer, its figures, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.consumption.first_steps import CLAIM
from components.consumption.kpis import year_title
from components.home.alert import alert_card
from components.home.amounts import euro_figure, euros, kwh, signed
from components.home.answer import answer, month_title
from components.home.figures import month_chart
from components.home.queue import Task, ToDo
from components.home.reasons import reasons_card
from components.home.tasks import tasks_card
from components.kit import delta, html
from components.rights.readers_query import PATH as READERS
from components.rights.readers_query import act_address
from core.access import Permission, Viewer
from core.i18n import _, long_day, near_day, number, plural
from data.analysis.signatures.types import MonthGap, SiteMonth
from data.metering.consumption.types import HomeFigures, SeriesStep
from data.rights.types import HeldRight
from data.thresholds.types import DayAlert


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Content of the home page of one delivery point; `requests` wait for its holder."""

    month: SiteMonth
    figures: HomeFigures
    alert: DayAlert | None = None  # with the right to set thresholds
    requests: Sequence[HeldRight] = ()


def site_page(viewer: Viewer, facts: SiteFacts, to_do: ToDo, tasks: Sequence[Task]) -> Component:
    """Return the page; `tasks` are what else waits, if anything."""
    series = facts.month.series
    number_words = html.Small(_("PCE {number}", number=series.number), className="page-about")
    beside = [
        *reasons_card(facts.month),
        *([alert_card(facts.alert, viewer.today)] if facts.alert else []),
        *([tasks_card(tasks, to_do, viewer.today)] if tasks else []),
        _freshness(facts.month, viewer.today),
    ]
    return kit.page(
        [series.alias or series.number, " ", *([number_words] if series.alias else [])],
        actions=_actions(viewer, series.number),
        lead=kit.lead(answer(facts.month)),
        children=html.Div(
            [
                _month_card(viewer, facts),
                *_request(facts.requests, viewer.today),
                html.Div(beside, className="stack home-beside"),
            ],
            className="home-site",
        ),
        id="home-page",
    )


def _actions(viewer: Viewer, pce: str) -> list[Component]:
    buttons = (
        (
            viewer.may(Permission.PCES_ADD),
            kit.button(_("Ajouter un point de livraison"), href=CLAIM, icon="plus-lg"),
        ),
        (
            viewer.may(Permission.READINGS_IMPORT),
            kit.button(_("Déposer un fichier"), href=f"/operations?pce={pce}", icon="upload"),
        ),
    )
    return [button for may, button in buttons if may]


def _month_card(viewer: Viewer, facts: SiteFacts) -> Component:
    series, headline = facts.month.series, facts.month.series.headline
    if headline is None:
        return kit.card(
            kit.empty(
                "hourglass",
                _("Les premiers relevés sont attendus"),
                _("Le distributeur n’a encore rien transmis pour ce point."),
            ),
            className="home-month",
        )
    days = (
        f"/consommations?pce={series.number}&from={headline.month}&to={headline.until}"
        f"&step={SeriesStep.DAY.value}"
    )
    gap = facts.month.gap
    hint = None
    if gap is not None and headline.comparison is not None:
        hint = plural(
            "comparé au même jour un an avant",
            "comparé aux {count} mêmes jours un an avant",
            headline.comparison.days,
        )
    return kit.card(
        [
            html.Div(_figures(viewer, facts.month, gap), className="home-figures"),
            *month_chart(facts.figures, viewer.theme),
        ],
        title=month_title(headline),
        hint=hint,
        actions=kit.link(_("Voir les jours"), days),
        className="home-month",
    )


def _figures(viewer: Viewer, month: SiteMonth, gap: MonthGap | None) -> list[Component]:
    headline = month.series.headline
    energy = headline.energy_wh if headline else None
    parts = [_figure(_("Consommé"), _kwh_figure(energy), "kWh", _change(gap))]
    if month.spent is not None:
        parts.append(
            _figure(_("Coût, TTC"), euro_figure(month.spent), "€", _euro_change(month, gap))
        )
    elif viewer.may(Permission.PRICES_WRITE):
        enter = kit.button(
            _("Saisir le tarif"), href=f"/prix?new=1&pce={month.series.number}", small=True
        )
        parts.append(html.Div([html.P(_("Coût, TTC"), className="home-label"), enter]))
    year = month.series.year
    if year is not None and year.energy_wh is not None:
        words: list[Component | str] = [number(year.energy_wh / 1e6, 1), " ", html.Small("MWh")]
        if month.year_spent is not None:
            words += [" · ", euro_figure(month.year_spent), " ", html.Small("€")]
        parts.append(
            html.Div(
                [
                    html.P(year_title(month.series, viewer.today), className="home-label"),
                    html.P(words, className="home-year"),
                ],
                className="home-end",
            )
        )
    return parts


def _kwh_figure(energy_wh: int | None) -> str:
    return "–" if energy_wh is None else number(energy_wh / 1000)


def _figure(label: str, value: str, unit: str, note: Sequence[Component | str]) -> Component:
    return html.Div(
        [
            html.P(label, className="home-label"),
            html.P([value, " ", html.Small(unit)], className="home-big"),
            html.P(list(note), className="home-note"),
        ]
    )


def _change(gap: MonthGap | None) -> list[Component | str]:
    if gap is None or gap.before_wh <= 0:
        return [_("pas de comparaison possible à l’an dernier")]
    change = 100 * gap.gap_wh / gap.before_wh
    amount = signed(kwh(gap.gap_wh), gap.gap_wh)
    return [delta(change), html.Span(_(" soit {amount}", amount=amount), className="home-more")]


def _euro_change(month: SiteMonth, gap: MonthGap | None) -> list[Component | str]:
    gap_spent = month.value(gap.gap_wh) if gap else None
    if gap_spent is None:
        return []
    amount = signed(euros(gap_spent), gap_spent)
    return [html.B(amount), html.Span(_(" au prix d’aujourd’hui"), className="home-more")]


def _request(requests: Sequence[HeldRight], today: date) -> list[Component]:
    """Return the first request to answer; the others are behind its link."""
    if not requests:
        return []
    first = requests[0].right
    title = _("{who} demande à lire vos consommations", who=first.third_party)
    notes = []
    if first.ends_on:
        notes.append(_("Jusqu’au {day}.", day=long_day(first.ends_on)))
    if first.answer_due:
        due = near_day(first.answer_due, today)
        notes.append(_("Sans réponse avant le {day}, la demande s’éteint.", day=due))
    others = len(requests) - 1
    if others:
        words = plural(
            "{count} autre demande attend.", "{count} autres demandes attendent.", others
        )
        notes.append(words)
    acts = [
        kit.link(_("Voir le détail"), READERS),
        kit.button(_("Répondre"), href=act_address("answer", right=first.uid), kind="primary"),
    ]
    words_part = html.Div([html.P(title, className="alert-title"), html.P(" ".join(notes))])
    return [
        html.Section(
            [kit.icon("person-check"), words_part, html.Div(acts, className="home-request-acts")],
            className="home-request",
        )
    ]


def _freshness(month: SiteMonth, today: date) -> Component:
    series = month.series
    if series.data_until is None:
        return html.P(_("Aucun relevé reçu pour le moment."), className="home-fresh")
    until = html.B(long_day(series.data_until))
    parts: list[Component | str] = [_("À jour jusqu’au "), until]
    if series.expected_on:
        parts.append(_(", suite attendue vers le {day}", day=near_day(series.expected_on, today)))
    late = series.expected_on is not None and series.expected_on < today
    return html.P(parts, className="home-fresh home-fresh-late" if late else "home-fresh")
