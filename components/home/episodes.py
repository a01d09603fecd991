"""The open exceedances at home, or since how long there has been none."""

from dash.development.base_component import Component

from components.home.items import group, item
from components.kit import button, card, html, link
from components.notifications.episodes import (
    chart_address,
    episode_chip,
    episode_note,
    episode_title,
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
    title = _("Dépassements ouverts") if known.exceeded else _("Seuils bientôt dépassés")
    if any(row.kind is ThresholdKind.MISSING for row in known.rows):
        title = _("Alertes ouvertes")
    items = [_item(row, viewer) for row in known.rows]
    return [group(title, known.exceeded + known.warned, ALL, items)]


def _item(row: EpisodeRow, viewer: Viewer) -> Component:
    return item(
        *_look(row),
        episode_title(row, viewer.today),
        episode_note(row, viewer.today),
        [
            episode_chip(row, viewer.today),
            button(_("Voir la courbe"), href=chart_address(row), small=True),
        ],
    )


def _look(row: EpisodeRow) -> tuple[str, str]:
    if row.kind is ThresholdKind.MISSING:
        return "hourglass-split", "warn"
    return "graph-up-arrow", "warn" if row.exceeded_on else "info"


def quiet_card(known: HomeEpisodes) -> list[Component]:
    """`Aucun dépassement depuis 94 jours`, where something is watched and nothing exceeds."""
    if not known.thresholds or known.exceeded:
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
