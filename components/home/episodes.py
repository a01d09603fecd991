"""Render the open exceedances on the home page, or for how long there have been none."""

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, card, html, item, link
from components.notifications.calm_state import quiet_text
from components.notifications.episodes import (
    chart_address,
    episode_chip,
    episode_note,
    episode_title,
    look_of,
)
from core.access import Viewer
from core.i18n import _, plural
from data.thresholds.types import EpisodeRow, HomeEpisodes, ThresholdKind

ALL = "/seuils?open=1"


def episode_group(viewer: Viewer, home_episodes: HomeEpisodes) -> list[Component]:
    """Return the open exceedances, worst first; warnings follow."""
    if not home_episodes.rows:
        return []
    items = [_item(row, viewer) for row in home_episodes.rows]
    return [
        group(
            _("Alertes en cours"),
            home_episodes.to_do,
            ALL,
            items,
            note=_acknowledged_text(home_episodes.seen_count),
        )
    ]


def _acknowledged_text(count: int) -> str:
    return plural("et {count} déjà vue", "et {count} déjà vues", count) if count else ""


def _item(row: EpisodeRow, viewer: Viewer) -> Component:
    return item(
        *look_of(row),
        episode_title(row, viewer.today),
        episode_note(row, viewer.today),
        [
            episode_chip(row, viewer.today),
            button(_("Voir la courbe"), href=chart_address(row), small=True),
        ],
    )


def quiet_card(home_episodes: HomeEpisodes) -> list[Component]:
    """Return `Aucun dépassement depuis 94 jours` if thresholds exist and none is exceeded.

    If all alerts were acknowledged, return their number.
    """
    if home_episodes.seen_count and not home_episodes.to_do:
        seen_label = plural(
            "{count} alerte en cours, déjà vue",
            "{count} alertes en cours, déjà vues",
            home_episodes.seen_count,
        )
        return [card(html.P(link(seen_label, ALL), className="home-quiet"))]
    if (
        not home_episodes.thresholds
        or home_episodes.exceeded
        or (home_episodes.snoozed and not home_episodes.days_without)
    ):
        return []
    watched = plural(
        "{count} seuil surveillé", "{count} seuils surveillés", home_episodes.thresholds
    )
    parts: list[Component | str] = [
        html.B(quiet_text(home_episodes.days_without)),
        " · ",
        link(watched, "/seuils"),
    ]
    return [card(html.P(parts, className="home-quiet"))]


def list_silent_pces(known: HomeEpisodes) -> frozenset[str]:
    """Return the PCEs that an alert reports as missing data."""
    return frozenset(row.pce for row in known.rows if row.kind is ThresholdKind.MISSING)
