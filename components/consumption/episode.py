"""One exceedance in full, and what may be done about it."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.kit import (
    Children,
    button,
    card,
    definition_list,
    html,
    select_field,
    text_field,
)
from components.notifications.episodes import energy, episode_chip, episode_figure, episode_note
from components.notifications.episodes import over as over_words
from data.access import Viewer
from data.thresholds.types import Ending, EpisodeRow, ThresholdKind
from i18n import N_, _, clock, short_day

People = Sequence[tuple[int, str, str]]
NOBODY = "nobody"
_ENDINGS = {
    Ending.CLEARED: N_("revenu sous le seuil"),
    Ending.PERIOD: N_("avec sa période"),
    Ending.STOPPED: N_("le seuil ne juge plus ce point"),
    Ending.BACK: N_("les données sont arrivées"),
}


def episode_panel(row: EpisodeRow | None, viewer: Viewer, people: People = ()) -> Component:
    """Empty and hidden unless an episode is open."""
    return html.Div(
        [] if row is None else panel_inside(row, viewer, people),
        id=Ids.EPISODE,
        className="consumption-episode-panel",
    )


def panel_inside(row: EpisodeRow, viewer: Viewer, people: People) -> list[Component]:
    state = html.Div([episode_chip(row, viewer.today), " ", episode_note(row, viewer.today)])
    acts = [_seen(row), _later(row, viewer), _assign(row, people)]
    body = [
        state,
        html.Div(
            [definition_list(facts(row)), html.Div(acts, className="stack")],
            className="consumption-episode-body",
        ),
    ]
    title = _("Épisode : {figure}", figure=episode_figure(row, viewer.today))
    return [card(body, title=title)]


def facts(row: EpisodeRow) -> list[tuple[Children, Children]]:
    """What happened, in the order it did; what is not known is not named."""
    missing = row.kind is ThresholdKind.MISSING
    known: list[tuple[str, str]] = [
        (_("Seuil"), row.threshold),
        *([] if missing else [(_("Limite"), energy(row.limit_wh))]),
        (_("Première journée gazière"), short_day(row.first)),
        *([(_("Prévenu le"), short_day(row.warned_on))] if row.warned_on else []),
        *([(_("Dépassé le"), short_day(row.exceeded_on))] if row.exceeded_on else []),
        *([] if missing else _figures(row)),
        *([(_("Appris le"), short_day(row.learnt_on))] if row.learnt_on else []),
        *([(_("Terminé le"), _ended(row))] if row.ended_on else []),
        *([(_("Vu"), _seen_words(row))] if row.acknowledged_at else []),
        *([(_("Commentaire"), row.comment)] if row.comment else []),
        *([(_("Confié à"), row.assigned_to)] if row.assigned_to else []),
    ]
    return list(known)


def _figures(row: EpisodeRow) -> list[tuple[str, str]]:
    """The value that set its state, its peak, and how much it is above in all."""
    share = over_words(row)
    value = f"{energy(row.value_wh)} ({share})" if share else energy(row.value_wh)
    figures = [(_("Valeur"), value)]
    if row.exceeded_on and row.kind is not ThresholdKind.LOW:
        peak = _("{value} le {day}", value=energy(row.peak_wh), day=short_day(row.peak_on))
        figures += [(_("Plus forte valeur"), peak), (_("Excédent"), energy(row.excess_wh))]
    return figures


def _ended(row: EpisodeRow) -> str:
    if row.ended_on is None:
        return ""
    day = short_day(row.ended_on)
    return f"{day}, {_(_ENDINGS[row.ending])}" if row.ending else day


def _seen_words(row: EpisodeRow) -> str:
    if row.acknowledged_at is None:
        return ""
    who = row.acknowledged_by or _("un lien signé")
    return _("le {when} par {who}", when=clock(row.acknowledged_at), who=who)


def _seen(row: EpisodeRow) -> Component:
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
    """Only what is open may be put off; the button is there for its callback anyway."""
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
    """Hidden from who may not: its callback wants it there."""
    options = [(NOBODY, _("personne"))] + [(str(id_), name or mail) for id_, name, mail in people]
    chosen = next((str(id_) for id_, name, _mail in people if name == row.assigned_to), NOBODY)
    return html.Div(
        [
            select_field(Ids.EPISODE_WHO, _("Confier à"), options, chosen),
            button(_("Confier"), id=Ids.EPISODE_ASSIGN, icon="person"),
        ],
        className="consumption-episode-act",
        hidden=not row.mine,
    )
