"""Render the alerts: one line a site and threshold, or a threshold that rang everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.notifications.alert_words import (
    block_excess_text,
    count_text,
    gaps_text,
    history_parts,
    lead_parts,
    return_text,
    sites_text,
    spark_of,
    value_parts,
)
from components.notifications.calm_state import CalmState
from components.notifications.episodes import chart_address, episode_chip, site_of
from components.notifications.filters import InboxQuery, Tab, address
from components.notifications.ids import alert_button, lower_button, raise_verb, undo_button
from core.i18n import N_, _, number, plural
from data.thresholds.types import EpisodeRow
from data.thresholds.types.alerts import (
    Alert,
    AlertBlock,
    AlertCounts,
    AlertList,
    AlertPage,
    AlertSection,
    AlertState,
)

_TITLES: Mapping[AlertState, str] = {
    AlertState.OPEN: N_("En dépassement ou sans données"),
    AlertState.NEAR: N_("Seuil presque atteint"),
    AlertState.BACK: N_("Terminées"),
}
THRESHOLDS = "/seuils"


def lead(content: AlertPage, tab: Tab) -> list[Component | str]:
    head, rest = lead_parts(content, tab)
    return [html.B(head), rest]


def undo(seen_at: datetime) -> Component:
    """Return the button of a toast that undoes what was just marked as seen."""
    return kit.button(_("Annuler « Vu »"), id=undo_button(seen_at.isoformat()), small=True)


def unsnooze(episode_id: int) -> Component:
    """Return the button of a toast that undoes a snooze of the viewer."""
    return kit.button(_("Annuler"), id=alert_button("unsnooze", episode_id), small=True)


def alert_tabs(here: Tab | None, counts: AlertCounts, others: int) -> Component:
    """Return the tabs of the alerts, with their counts: `others` is that of other messages.

    Without tab, the thresholds are open.
    """
    items = [
        (Tab.INBOX, _("À voir"), counts.to_see),
        (Tab.LATER, _("Reportées"), counts.later),
        (Tab.OTHERS, _("Autres messages"), others),
        (Tab.SEEN, _("Déjà vues"), 0),
    ]
    return kit.tabs(
        _("Parties de la page"),
        [_tab(here, *item) for item in items] + [(_("Seuils"), THRESHOLDS, here is None)],
    )


def _tab(here: Tab | None, tab: Tab, words: str, count: int) -> tuple[kit.Children, str, bool]:
    counted: list[kit.Child] = [words, " ", kit.badge(count)] if count else [words]
    return counted, address(InboxQuery(tab=tab)), tab is here


def alert_lines(
    alerts: AlertList, asked: InboxQuery, calm: CalmState, today: date
) -> list[Component]:
    """Return the sections of a tab, or why it is empty."""
    if not alerts.sections:
        return [kit.card(_nothing(asked, calm), flush=True)]
    parts = [_section(section, asked, today) for section in alerts.sections]
    return [html.Section([_head(), *parts], className="card card-bare alerts")]


def _head() -> Component:
    """Return the names of the columns, which each cell says by itself to screen readers."""
    names = (_("Site et seuil"), _("État"), _("Dernière valeur"), _("60 jours"), _("Historique"))
    return html.Div(
        [html.Span(name) for name in names], className="alerts-head", **kit.aria(hidden="true")
    )


def _nothing(asked: InboxQuery, calm: CalmState) -> Component:
    if asked.site:
        cleared = address(replace(asked, site="", page=1))
        return kit.empty(
            "search",
            _("Aucune alerte pour « {text} »", text=asked.site),
            _("Cherchez une partie du nom d’un site, ou un numéro de PCE entier."),
            kit.link(_("Effacer la recherche"), cleared, className="btn btn-secondary"),
        )
    if asked.tab is Tab.INBOX:
        return calm.quiet_hours_text()
    title = _("Aucune alerte reportée") if asked.tab is Tab.LATER else _("Aucune alerte vue")
    text = _("Ce que vous reportez ou marquez comme vu quitte « À voir » et se retrouve ici.")
    return kit.empty("bell", title, text)


def _section(section: AlertSection, asked: InboxQuery, today: date) -> Component:
    acts = _section_acts(section, asked)
    head = html.Div(
        [html.H2([_(_TITLES[section.state]), " ", kit.badge(section.total)]), *acts],
        className="alerts-section-head",
    )
    lines = [_line(block, asked, today) for block in section.blocks]
    return html.Div([head, html.Ul(lines), *_more(section, asked)], className="alerts-section")


def _section_acts(section: AlertSection, asked: InboxQuery) -> list[Component]:
    if section.state is not AlertState.BACK or asked.tab is not Tab.INBOX:
        return []
    return [kit.button(_("Tout marquer vu"), id=alert_button("over", 1), small=True, kind="ghost")]


def _more(section: AlertSection, asked: InboxQuery) -> list[Component]:
    rest = section.total - len(section.blocks)
    if not rest:
        return []
    words = plural("Voir {count} autre ligne", "Voir les {count} autres lignes", rest)
    return [
        html.P(kit.link(words, address(replace(asked, unfolded=True))), className="alerts-more")
    ]


def _line(block: AlertBlock, asked: InboxQuery, today: date) -> Component:
    if block.total > 1:
        return _group_line(block, asked, today)
    alert = block.head
    value, note = value_parts(alert, today)
    counts, since = history_parts(alert, today)
    cells = [
        _cell("alert-what", kit.link(site_of(alert.row), chart_address(alert.row)),
              alert.row.threshold),
        html.Div(episode_chip(alert.row, today), className="alert-state"),
        _cell("alert-value", html.B(value), note),
        html.Div(_drawing(alert), className="alert-spark"),
        _cell("alert-history", counts, since),
        html.Div(_acts(alert, asked), className="alert-acts"),
    ]  # fmt: skip
    return html.Li(cells, className="alert-line")


def _drawing(alert: Alert) -> list[Component]:
    """Return the last days, and how many are known when some are not."""
    drawing, gaps = spark_of(alert), gaps_text(alert)
    parts = [drawing, html.Div(gaps, className="alert-note") if gaps else None]
    return [part for part in parts if part is not None]


def _cell(look: str, main: Component | str, note: str) -> Component:
    return html.Div([html.Div(main), html.Div(note, className="alert-note")], className=look)


def _acts(alert: Alert, asked: InboxQuery) -> list[Component]:
    """Return the actions of a line; each names its site for screen readers."""
    site, number_ = site_of(alert.row), alert.key.episode_id
    acts: list[Component] = [_link(_("Voir"), site, chart_address(alert.row))]
    if alert.key.snoozed:
        acts.append(_button("resume", _("Reprendre"), site, number_))
    elif alert.row.open:
        acts.append(_button("snooze", _("Reporter"), site, number_))
    if alert.key.state is AlertState.BACK or alert.key.snoozed:
        acts.append(_threshold_link(alert.row, site))
    if asked.tab is not Tab.SEEN:
        acts.append(_button("seen", _("Vu"), site, number_))
    return acts


def _threshold_link(row: EpisodeRow, site: str) -> Component:
    return _link(_("Seuil"), site, f"{THRESHOLDS}?edit={row.threshold_id}")


def _link(words: str, site: str, href: str) -> Component:
    hidden = html.Span(f", {site}", className="visually-hidden")
    return kit.link([words, hidden], href, className="alert-act")


def _button(verb: str, words: str, site: str, number_: int) -> Component:
    return kit.button(
        words,
        id=alert_button(verb, number_),
        kind="ghost",
        small=True,
        className="alert-act",
        **kit.aria(label=f"{words}, {site}"),
    )


def _group_line(block: AlertBlock, asked: InboxQuery, today: date) -> Component:
    row, state = block.head.row, block.head.key.state
    energy, cost = block_excess_text(block)
    still = 0 if state is AlertState.BACK else block.total
    value = _("{open} sur {total}", open=number(still), total=number(block.total))
    acts = [_link(_("Seuil"), row.threshold, f"{THRESHOLDS}?edit={row.threshold_id}")]
    if asked.tab is not Tab.SEEN:
        acts.append(_button("rule", _("Vu"), row.threshold, row.threshold_id))
    cells = [
        _cell("alert-what", html.B(row.threshold), sites_text(block.alerts, block.total)),
        html.Div(episode_chip(block.head.row, today), className="alert-state"),
        _cell("alert-value", html.B(value), energy),
        html.Div(_drawing(block.head), className="alert-spark"),
        _cell("alert-history", count_text(block.episodes, block.messages), cost),
        html.Div(acts, className="alert-acts"),
        _sites(block, today),
        *_raise(block, asked),
    ]
    return html.Li(cells, className="alert-line")


def _raise(block: AlertBlock, asked: InboxQuery) -> list[Component]:
    """Return the proposal of a higher threshold, for a group that rings for little."""
    proposal, row = block.raising, block.head.row
    if proposal is None or asked.tab is not Tab.INBOX:
        return []
    words = plural(
        "Seuil trop serré\u202f? À +{percent}\u00a0%, {count} dépassement sur {total} depuis un an"
        " n’aurait pas sonné.",
        "Seuil trop serré\u202f? À +{percent}\u00a0%, {count} dépassements sur {total} depuis un an"
        " n’auraient pas sonné.",
        proposal.quiet,
        total=number(proposal.total),
        percent=proposal.percent,
    )
    act_text = _("Passer le groupe à +{percent}\u00a0%", percent=proposal.percent)
    act = _button(raise_verb(proposal.percent), act_text, row.threshold, row.threshold_id)
    return [html.Div([kit.icon("lightbulb"), html.Span(words), act], className="alert-raise")]


def lower(threshold_id: int, version: int) -> Component:
    """Return the button of a toast that undoes a raise."""
    return kit.button(_("Annuler"), id=lower_button(threshold_id, version), small=True)


def _sites(block: AlertBlock, today: date) -> Component:
    words = plural("Voir {count} site", "Voir les {count} sites", block.total)
    return html.Details(
        [
            html.Summary(words),
            html.Ul([_site(alert, today) for alert in block.alerts]),
            *_hidden_sites(block),
        ],
        className="alert-sites",
    )


def _hidden_sites(block: AlertBlock) -> Sequence[Component]:
    rest = block.total - len(block.alerts)
    href = f"{THRESHOLDS}?edit={block.head.row.threshold_id}"
    words = plural("Et {count} autre site", "Et {count} autres sites", rest)
    return [html.P(kit.link(words, href))] if rest else []


def _site(alert: Alert, today: date) -> Component:
    over = alert.key.state is AlertState.BACK
    note = return_text(alert) if over else ", ".join(value_parts(alert, today))
    return html.Li([kit.link(site_of(alert.row), chart_address(alert.row)), f" : {note}"])
