"""Render the list of episodes, and the page of one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from dash import dcc
from dash.development.base_component import Component

from components.consumption.episode import People, assignee_field
from components.kit import (
    Child,
    Pages,
    button,
    card,
    data,
    definition_list,
    empty,
    html,
    item,
    page,
    text_field,
)
from components.kit import columns as side_by_side
from components.notifications.episodes import episode_chip, episode_figure, episode_note, look_of
from components.notifications.facts import episode_facts
from components.thresholds.filters import ThresholdQuery, write_asked
from components.thresholds.ids import Ids
from core.access import Viewer
from core.i18n import _, number
from data.thresholds.types import EpisodePage, EpisodeRow

SIZE = 20  # alerts per page
Place = dict[str, int]  # the alerts shown, stored in the page


def episode_list(rows: Sequence[EpisodeRow], today: date, *, closed: bool) -> Component:
    if not rows:
        text = _("Une alerte apparaît ici dès qu’elle est connue, avec ce que chacun en a fait.")
        title = _("Aucune alerte") if closed else _("Aucune alerte en cours")
        return empty("check2-circle", title, text, heading=3)
    return html.Ul([episode_item(row, today) for row in rows], className="item-list")


def episode_pages(episodes_view: ThresholdQuery, total: int) -> list[Component]:
    """Return the position and links of the alert pages."""
    pages = Pages(total, SIZE, episodes_view.page)
    return pages.links(
        _("Pages des alertes"),
        (_("Voir les précédentes"), _("Voir les suivantes")),
        lambda page: f"/seuils{write_asked(replace(episodes_view, page=page))}",
        _(
            "Alertes {first} à {last} sur {total}",
            first=number((pages.here - 1) * SIZE + 1),
            last=number(min(pages.here * SIZE, total)),
            total=number(total),
        ),
    )


def alerts(
    episodes_page: EpisodePage, episodes_view: ThresholdQuery, today: date
) -> tuple[Component, list[Component], Place]:
    """Return the list, its page links, and the stored position."""
    rows_part = episode_list(episodes_page.rows, today, closed=episodes_view.past)
    ways = episode_pages(replace(episodes_view, page=episodes_page.page), episodes_page.total)
    return (
        rows_part,
        ways,
        {"past": int(episodes_view.past), "page": episodes_page.page, "total": episodes_page.total},
    )


def episode_item(row: EpisodeRow, today: date) -> Component:
    glyph, tone = look_of(row) if row.open else ("check-circle-fill", "mute")
    note: list[Child] = [episode_text(row, today), html.Br(), episode_note(row, today)]
    acts = [
        episode_chip(row, today),
        *([seen_button(row)] if to_see(row) else []),
        button(
            [
                _("Voir"),
                html.Span(f" {row.alias or row.pce}", className="visually-hidden"),
            ],
            href=f"/seuils?episode={row.id}",
            small=True,
        ),
    ]
    return item(glyph, tone, episode_name(row), note, acts)


def episode_name(row: EpisodeRow) -> str:
    """Return `Gymnase Nord · Dérive`, without the site if the name contains it."""
    site = row.alias or row.pce
    return row.threshold if site in row.threshold else f"{site} · {row.threshold}"


def episode_text(row: EpisodeRow, today: date) -> str:
    """Return the figure, the same as on the home page and the chart."""
    return f"{episode_figure(row, today)}."


def to_see(row: EpisodeRow) -> bool:
    return row.open and row.answerable and row.acknowledged_at is None


def seen_button(row: EpisodeRow) -> Component:
    """Return the button to acknowledge in the list; the page of an episode has a comment."""
    return button(
        [_("Vu"), html.Span(f" {row.alias or row.pce}", className="visually-hidden")],
        small=True,
        **data(thresholds="seen", id=str(row.id)),
    )


def seen_store() -> Component:
    return dcc.Store(id=Ids.SEEN)


def episode_page(row: EpisodeRow, viewer: Viewer, people: People) -> Component:
    forms = [
        acknowledge_card(),
        html.Div(assign_card(row, people), hidden=not row.mine),
        snooze_card(row, viewer.today),
    ]
    return page(
        row.alias or row.pce,
        _("Un dépassement : ce qui s’est passé, qui s’en occupe, jusqu’à quand l’écarter."),
        crumbs=(
            (_("Alertes"), "/notifications"),
            (_("Seuils"), "/seuils"),
            (row.threshold, f"/seuils?edit={row.threshold_id}"),
        ),
        actions=(
            button(
                _("Voir les consommations"),
                href=f"/consommations?pce={row.pce}&step={row.period.value}&episode={row.id}",
                icon="bar-chart",
                kind="primary",
            ),
        ),
        lead=episode_text(row, viewer.today),
        children=[
            side_by_side(
                [
                    card(
                        html.Div(facts(row, viewer.today), id=Ids.EPISODE_FACTS),
                        title=_("Les faits"),
                    )
                ],
                forms if row.answerable else [],
                kind="1-1",
            ),
            dcc.Store(id=Ids.EPISODE, data=row.id),
        ],
    )


def facts(row: EpisodeRow, today: date) -> Component:
    return definition_list(episode_facts(row, today))


def acknowledge_card() -> Component:
    return card(
        [
            text_field(
                Ids.COMMENT,
                _("Commentaire"),
                hint=_("Lu par tous ceux qui voient cette alerte."),
                maxLength=500,
            ),
            html.Div(
                button(_("J’ai vu"), id=Ids.ACKNOWLEDGE, icon="check-lg"), className="form-actions"
            ),
        ],
        title=_("Prendre connaissance"),
    )


def assign_card(row: EpisodeRow, people: People) -> Component:
    return card(
        [
            assignee_field(Ids.ASSIGNEE, row, people),
            html.Div(button(_("Confier"), id=Ids.ASSIGN, icon="person"), className="form-actions"),
        ],
        title=_("Confier"),
    )


def snooze_card(row: EpisodeRow, today: date) -> Component:
    return card(
        [
            text_field(
                Ids.UNTIL,
                _("Écarter jusqu’au"),
                value=row.snoozed_until.isoformat() if row.snoozed_until else "",
                type="date",
                min=(today + timedelta(days=1)).isoformat(),
                hint=_("Plus de message d’ici là ; l’alerte revient ensuite si elle dure encore."),
            ),
            html.Div(
                [
                    button(_("Reporter"), id=Ids.SNOOZE, icon="clock"),
                    button(_("Ne plus écarter"), id=Ids.WAKE, kind="ghost"),
                ],
                className="form-actions",
            ),
        ],
        title=_("Reporter"),
    )
