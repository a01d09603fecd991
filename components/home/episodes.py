"""The open exceedances at home, or since how long there has been none."""

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, card, html, item, link
from components.notifications.episodes import (
    chart_address,
    episode_chip,
    episode_note,
    episode_title,
    look_of,
)
from components.notifications.quiet import quiet_text
from data.access import Viewer
from data.thresholds.types import EpisodeRow, HomeEpisodes, ThresholdKind
from i18n import _, plural

ALL = "/seuils?open=1"


def episode_group(viewer: Viewer, known: HomeEpisodes) -> list[Component]:
    """The gravest first; those only warned of follow those that exceed."""
    if not known.rows:
        return []
    items = [_item(row, viewer) for row in known.rows]
    return [group(_("Alertes en cours"), known.to_do, ALL, items, note=_seen(known.seen))]


def _seen(count: int) -> str:
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


def quiet_card(known: HomeEpisodes) -> list[Component]:
    """`Aucun dépassement depuis 94 jours`, where something is watched and nothing exceeds.

    Of alerts that all have been seen, how many there are.
    """
    if known.seen and not known.to_do:
        seen = plural(
            "{count} alerte en cours, déjà vue", "{count} alertes en cours, déjà vues", known.seen
        )
        return [card(html.P(link(seen, ALL), className="home-quiet"))]
    if not known.thresholds or known.exceeded or (known.snoozed and not known.days_without):
        return []
    watched = plural("{count} seuil surveillé", "{count} seuils surveillés", known.thresholds)
    said: list[Component | str] = [
        html.B(quiet_text(known.days_without)),
        " · ",
        link(watched, "/seuils"),
    ]
    return [card(html.P(said, className="home-quiet"))]


def silent(known: HomeEpisodes) -> frozenset[str]:
    """The PCE that an alert says to be without data."""
    return frozenset(row.pce for row in known.rows if row.kind is ThresholdKind.MISSING)
