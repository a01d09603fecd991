"""Render the home page of a fleet: the month, three sites to visit, what waits, freshness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.consumption.sentence import month_words
from components.consumption.source import deposited_note
from components.fleet.causes import cause_look, evidence_address, since_words
from components.fleet.labels import MANY, PATH, euros, quantity
from components.home.amounts import money, signed
from components.home.figures import month_chart
from components.home.queue import Task, ToDo
from components.home.tasks import tasks_card
from components.kit import digits_of, html
from core.access import Permission, Viewer
from core.i18n import _, number, percent, plural, short_day
from data.analysis.signatures.types import SiteDrift
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import Face, FleetEqual, FleetMoney, FleetMonth, HomeFigures
from data.metering.pces.types import PceFreshness

MEGA = 1_000_000  # Wh in a MWh
CHART_HEIGHT = 160


@dataclass(frozen=True, slots=True)
class FleetHomeFacts:
    """Content of the home page of a fleet; money is None without a price."""

    figures: HomeFigures
    counts: Mapping[PceFreshness, int]
    to_do: ToDo
    drifts: Sequence[SiteDrift] = ()  # the few dearest
    drift_count: int = 0  # of all
    equal: FleetEqual | None = None  # 12 complete months, weather-corrected
    month_money: FleetMoney | None = None


def fleet_page(viewer: Viewer, facts: FleetHomeFacts, tasks: Sequence[Task]) -> Component:
    count = plural("{count} PCE", "{count} PCE", facts.figures.pces)
    place = ", ".join(filter(None, (viewer.organisation, count)))
    return kit.page(
        [_("Accueil"), " ", html.Small(place, className="page-about")],
        actions=_actions(viewer),
        children=[
            _headline_card(viewer, facts),
            html.Div(
                [
                    *_drifts_card(viewer, facts.drifts, facts.drift_count),
                    tasks_card(tasks, facts.to_do, viewer.today),
                ],
                className="home-pair" if facts.drifts else "home-pair home-single",
            ),
            _freshness(facts),
        ],
        id="home-page",
    )


def _actions(viewer: Viewer) -> list[Component]:
    open_list = kit.button(
        _("Ouvrir la liste de travail"), href=PATH, icon="list-task", kind="primary"
    )
    if not viewer.may(Permission.READINGS_IMPORT):
        return [open_list]
    return [kit.button(_("Déposer des relevés"), href="/operations", icon="upload"), open_list]


def _headline_card(viewer: Viewer, facts: FleetHomeFacts) -> Component:
    figures = facts.figures
    month = figures.months[figures.headline]
    mega = (month.energy_wh or 0) >= MANY
    value, unit = quantity(month.energy_wh, mega=mega)
    big = [html.P([value, " ", html.Small(unit)], className="home-big")]
    if facts.month_money is not None:
        amount, euro_unit = money(facts.month_money.spent)
        big.append(html.P([amount, " ", html.Small(euro_unit)], className="home-big"))
    own = deposited_note(month.days_deposited)
    figure_parts = [
        html.Div(
            [
                html.H2(_title(month, figures.data_until, viewer.today)),
                html.Span(_basis(month), className="card-hint"),
            ],
            className="card-words",
        ),
        html.Div(big, className="home-figures"),
        *([html.P(own, className="home-note")] if own else []),
        html.Div(_gaps(facts, month), className="home-gaps"),
        *_unpriced(facts),
    ]
    chart_parts = month_chart(figures, viewer.theme, CHART_HEIGHT)
    return kit.card(
        [html.Div(figure_parts), html.Div(chart_parts, className="home-side")],
        className="home-headline",
    )


def _title(month: FleetMonth, until: date | None, today: date) -> str:
    if until is None or until < month.month:
        return month_words(month.month, today, today.year)
    return month_words(month.month, min(until, month_end(month.month)), today.year)


def _basis(month: FleetMonth) -> str:
    """Return what the month is compared with, and its coverage if it is incomplete."""
    words = _("face aux mêmes jours un an avant")
    if not month.days_due or month.is_complete:
        return words
    share = percent(100 * month.days_known / month.days_due, 1).lstrip("+")
    return _("{words} · {share} des jours connus", words=words, share=share)


def _gaps(facts: FleetHomeFacts, month: FleetMonth) -> list[Component]:
    month_money = facts.month_money
    gap = month_money.gap if month_money else None
    cells = [_gap_cell(_("À jours égaux"), month.face, gap, "")]
    equal = facts.equal
    if equal is not None:
        spent = month_money.value(equal.face.gap_wh) if month_money else None
        cells.append(
            _gap_cell(
                _("À climat égal, 12 mois"),
                equal.face,
                spent,
                plural("sur {count} PCE", "sur {count} PCE", equal.pces),
            )
        )
    return cells


def _gap_cell(label: str, face: Face, spent: int | None, more: str) -> Component:
    change = face.percent
    if change is None:
        words, note = "–", _("pas de comparaison possible à l’an dernier")
        return _cell(label, html.B(words, className="home-change"), note)
    tone = "up" if round(change, 1) > 0 else "down" if round(change, 1) < 0 else "flat"
    mega = abs(face.gap_wh) >= MEGA
    amount, unit = quantity(abs(face.gap_wh), mega=mega)
    notes = [signed(f"{amount}\u00a0{unit}", face.gap_wh)]
    if spent is not None:
        notes.append(signed("\u00a0".join(money(abs(spent))), spent))
    text = " · ".join(notes)
    words = percent(change, digits_of(change))
    note = f"{text}, {more}" if more else text
    return _cell(label, html.B(words, className=f"home-change delta-{tone}"), note)


def _cell(label: str, figure: Component, note: str) -> Component:
    return html.Div(
        [html.P(label, className="home-label"), figure, html.P(note, className="home-note")]
    )


def _unpriced(facts: FleetHomeFacts) -> list[Component]:
    """Return how many points the amounts are about, or where to enter a tariff."""
    month_money = facts.month_money
    if month_money is None:
        enter = kit.link(_("Saisir le tarif"), "/prix?new=1")
        return [html.P([_("En euros\u00a0: "), enter], className="home-note")]
    if month_money.priced >= month_money.pces:
        return []
    words = _(
        "€ pour {count} PCE sur {all}.",
        count=number(month_money.priced),
        all=number(month_money.pces),
    )
    return [html.P(words, className="home-note")]


def _drifts_card(viewer: Viewer, drifts: Sequence[SiteDrift], count: int) -> list[Component]:
    if not drifts:
        return []
    rows = [_drift(drift, viewer.today) for drift in drifts]
    lines: list[Component] = [html.Ul(rows, className="item-list")]
    costs = [drift.site.equal_cost for drift in drifts if drift.site.equal_cost is not None]
    if len(costs) == len(rows) > 1:
        total = html.B(_("{amount}/an", amount=f"{euros(sum(costs))}\u00a0€"))
        lines.append(html.P([_("Ces sites\u00a0: "), total], className="home-sum"))
    return [
        kit.card(
            lines,
            title=_("À visiter"),
            hint=_("les dérives les plus chères, à climat égal"),
            actions=kit.link(plural("Voir {count} dérive", "Voir les {count}", count), PATH),
            flush=True,
            className="home-visits",
        )
    ]


def _drift(drift: SiteDrift, today: date) -> Component:
    site, (glyph, words) = drift.site, cause_look(drift.why)
    gap_wh = site.equal.gap_wh if site.equal else 0
    cost = site.equal_cost
    energy = _("{amount}/an", amount=f"{number(round(gap_wh / 1000))}\u00a0kWh")
    change = site.equal.percent if site.equal else None
    if change is not None:
        energy = f"{energy}, {percent(change, digits_of(change))}"
    stakes: list[Component] = [
        html.Div(energy, className="item-note" if cost is not None else "item-title")
    ]
    if cost is not None:
        stakes.insert(0, html.B(_("{amount}/an", amount=f"{euros(cost)}\u00a0€")))
    note = f"{words}, {since_words(drift.why)}" if drift.why else words
    address = evidence_address(site.number, drift.why, today)
    return html.Li(
        [
            html.Span(kit.icon(glyph), className="item-icon item-warn"),
            html.Div(
                [
                    html.Div(site.alias or site.number, className="item-title"),
                    html.Div(note, className="item-note"),
                ],
                className="item-main",
            ),
            html.Div(stakes, className="home-stakes"),
            kit.button(_("Voir"), href=address, small=True),
        ],
        className="item",
    )


BARS: tuple[tuple[PceFreshness, str], ...] = (
    (PceFreshness.FRESH, "info"),
    (PceFreshness.LATE, "warn"),
    (PceFreshness.STALE, "bad"),
    (PceFreshness.NEVER, "mute"),
    (PceFreshness.CLOSED, "mute"),
)


def _freshness_label(state: PceFreshness, count: int) -> str:
    return {
        PceFreshness.FRESH: _("à jour"),
        PceFreshness.LATE: _("en retard de 7 j au plus"),
        PceFreshness.STALE: _("au-delà"),
        PceFreshness.NEVER: _("sans relevé quotidien"),
        PceFreshness.CLOSED: plural("fermé", "fermés", count),
    }[state]


def _freshness(facts: FleetHomeFacts) -> Component:
    """Return one line: how many points are up to date, and how late the others are."""
    until = facts.figures.data_until
    first = _("Fraîcheur au {day}", day=short_day(until)) if until else _("Fraîcheur")
    states = [(state, tone, facts.counts.get(state, 0)) for state, tone in BARS]
    parts = [
        html.Span([kit.link(number(count), f"/pces?fresh={state.value}"), " ", label])
        for state, _tone, count in states
        if count and (label := _freshness_label(state, count))
    ]
    total = max(1, facts.figures.pces)
    bar = [
        html.Span(className=f"home-part-{tone}", style={"width": f"{100 * count / total:.1f}%"})
        for _state, tone, count in states
    ]
    count_words = plural("{count} PCE", "{count} PCE", facts.figures.pces)
    return html.Div(
        [
            html.Span(first),
            html.Span(bar, className="home-fresh-bar", **kit.aria(hidden="true")),
            *parts,
            kit.link(count_words, "/pces", className="home-all"),
        ],
        className="home-freshness",
    )
