"""Render one exceedance with its actions."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.kit import (
    button,
    card,
    definition_list,
    html,
    select_field,
    text_field,
)
from components.notifications.episodes import episode_figure, episode_note
from components.notifications.facts import episode_facts
from core.access import Viewer
from core.i18n import _
from data.thresholds.types import EpisodeRow

People = Sequence[tuple[int, str, str]]
NOBODY = "nobody"


def episode_panel(row: EpisodeRow | None, viewer: Viewer, people: People = ()) -> Component:
    """Return the panel of the open episode, empty without one."""
    return html.Div(
        [] if row is None else panel_inside(row, viewer, people),
        id=Ids.EPISODE,
        className="consumption-episode-panel",
    )


def panel_inside(row: EpisodeRow, viewer: Viewer, people: People) -> list[Component]:
    state = html.Div(episode_note(row, viewer.today))
    acts = [_acknowledged_text(row), _later(row, viewer), _assign(row, people)]
    body = [
        state,
        html.Div(
            [definition_list(episode_facts(row, viewer.today)), html.Div(acts, className="stack")],
            className="consumption-episode-body",
        ),
    ]
    title = _("Épisode : {figure}", figure=episode_figure(row, viewer.today))
    return [card(body, title=title)]


def _acknowledged_text(row: EpisodeRow) -> Component:
    return html.Div(
        [
            text_field(
                Ids.EPISODE_COMMENT,
                _("Commentaire, si utile"),
                value=row.comment,
                placeholder=_("Chaudière réglée le 23/11"),
                maxLength=500,
            ),
            button(
                _("J’ai vu") if row.acknowledged_at is None else _("Mettre à jour"),
                id=Ids.EPISODE_SEEN,
                icon="check2",
                kind="primary",
            ),
        ],
        className="consumption-episode-act",
        hidden=not row.answerable,
    )


def _later(row: EpisodeRow, viewer: Viewer) -> Component:
    """Return the snooze button, hidden when not applicable, as its callback needs it."""
    snoozed = row.snoozed_until is not None and row.snoozed_until > viewer.today
    return html.Div(
        button(
            _("Ne plus reporter") if snoozed else _("Reporter 7 j"),
            id=Ids.EPISODE_LATER,
            icon="moon",
        ),
        className="consumption-episode-act",
        hidden=not (row.open and row.answerable),
    )


def _assign(row: EpisodeRow, people: People) -> Component:
    """Return the assignment field; hidden without the permission, as its callback needs it."""
    return html.Div(
        [
            assignee_field(Ids.EPISODE_WHO, row, people),
            button(_("Confier"), id=Ids.EPISODE_ASSIGN, icon="person"),
        ],
        className="consumption-episode-act",
        hidden=not row.mine,
    )


def assignee_field(id_: str, row: EpisodeRow, people: People) -> Component:
    options = [(NOBODY, _("personne"))] + [(str(id_), name or mail) for id_, name, mail in people]
    chosen = next((str(id_) for id_, name, _mail in people if name == row.assigned_to), NOBODY)
    return select_field(id_, _("Confier à"), options, chosen)
