"""Episodes: the list of them, and the page where one is dealt with."""

from collections.abc import Sequence
from datetime import date, timedelta

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    button,
    card,
    chip,
    data,
    definition_list,
    empty,
    html,
    icon,
    page,
    select_field,
    text_field,
)
from components.kit import columns as side_by_side
from components.thresholds.ids import Ids
from components.thresholds.words import (
    episode_text,
    excess,
    follow_text,
    kwh,
    state_words,
)
from data.access import Viewer
from data.notifications.rules.words import severity_name
from data.thresholds.types import EpisodeRow, ThresholdKind
from i18n import _, clock, percent, short_day

NOBODY = "none"  # an empty value would show no word
MOST = 20  # on the page of thresholds


def episode_list(rows: Sequence[EpisodeRow], *, closed: bool) -> Component:
    if not rows:
        text = _("Un dépassement apparaît ici dès qu’il est connu, avec ce que chacun en a fait.")
        title = _("Aucun dépassement") if closed else _("Aucun dépassement en cours")
        return empty("check2-circle", title, text, heading=3)
    return html.Ul([episode_item(row) for row in rows], className="item-list")


def episode_item(row: EpisodeRow) -> Component:
    word, glyph, tone = state_words(row)
    looks = {"bad": "item-bad", "warn": "item-warn", "ok": "item-ok"}
    site = row.alias or row.pce
    return html.Li(
        [
            html.Span(icon(glyph), className=f"item-icon {looks.get(tone, '')}"),
            html.Div(
                [
                    html.Div([site, " · ", row.threshold], className="item-title"),
                    html.Div(episode_text(row), className="item-note"),
                    *(
                        [html.Div(said, className="item-note")]
                        if (said := follow_text(row))
                        else []
                    ),
                ],
                className="item-main",
            ),
            chip(word, icon=glyph, tone=tone),
            *([seen_button(row)] if to_see(row) else []),
            button(
                [_("Traiter"), html.Span(f" {site}", className="visually-hidden")],
                href=f"/seuils?episode={row.id}",
                small=True,
            ),
        ],
        className="item",
    )


def to_see(row: EpisodeRow) -> bool:
    return row.open and row.answerable and row.acknowledged_at is None


def seen_button(row: EpisodeRow) -> Component:
    """Acknowledges without leaving the list; the page of the episode takes a comment too."""
    return button(
        [_("J’ai vu"), html.Span(f" {row.alias or row.pce}", className="visually-hidden")],
        small=True,
        **data(thresholds="seen", id=str(row.id)),
    )


def seen_store() -> Component:
    return dcc.Store(id=Ids.SEEN)


def episode_page(
    row: EpisodeRow, viewer: Viewer, people: Sequence[tuple[int, str, str]]
) -> Component:
    forms = [
        acknowledge_card(),
        html.Div(assign_card(row, people), hidden=not row.mine),
        snooze_card(row, viewer.today),
    ]
    return page(
        row.alias or row.pce,
        _("Un dépassement : ce qui s’est passé, qui s’en occupe, jusqu’à quand l’écarter."),
        crumbs=((_("Seuils"), "/seuils"), (row.threshold, f"/seuils?edit={row.threshold_id}")),
        actions=(
            button(
                _("Voir les consommations"),
                href=f"/consommations?pce={row.pce}&step={row.period.value}&episode={row.id}",
                icon="bar-chart",
                kind="primary",
            ),
        ),
        lead=episode_text(row),
        children=[
            side_by_side(
                [card(html.Div(facts(row), id=Ids.EPISODE_FACTS), title=_("Les faits"))],
                forms if row.answerable else [],
                kind="1-1",
            ),
            dcc.Store(id=Ids.EPISODE, data=row.id),
        ],
    )


def facts(row: EpisodeRow) -> Component:
    word, glyph, tone = state_words(row)
    pairs: list[tuple[str, str | Component]] = [
        (_("État"), chip(word, icon=glyph, tone=tone)),
        (_("Gravité"), severity_name(row.severity)),
        (_("Seuil"), row.threshold),
        (_("PCE"), row.pce),
        (_("Première journée"), short_day(row.first)),
        *_figures(row),
        (_("Connu le"), clock(row.found_at)),
        *([(_("Appris en retard le"), short_day(row.learnt_on))] if row.learnt_on else []),
        (_("Suivi"), follow_text(row) or "–"),
    ]
    if row.acknowledged_at:
        pairs.append((_("Vu le"), clock(row.acknowledged_at)))
    return definition_list(pairs)


def _figures(row: EpisodeRow) -> list[tuple[str, str]]:
    if row.kind is ThresholdKind.MISSING:
        return []
    found = [(_("Valeur"), kwh(row.value_wh)), (_("Seuil de ces jours"), kwh(row.limit_wh))]
    if row.kind is ThresholdKind.LOW:
        return found
    peak = _("{value} le {day}", value=kwh(row.peak_wh), day=short_day(row.peak_on))
    share = percent(excess(row.peak_wh, row.limit_wh))
    over = [(_("Excédent"), f"{kwh(row.excess_wh)} ({share})")] if row.exceeded_on else []
    return [*found, (_("Maximum"), peak), *over]


def acknowledge_card() -> Component:
    return card(
        [
            text_field(
                Ids.COMMENT,
                _("Commentaire"),
                hint=_("Lu par tous ceux qui voient ce dépassement."),
                maxLength=500,
            ),
            html.Div(
                button(_("J’ai vu"), id=Ids.ACKNOWLEDGE, icon="check-lg"), className="form-actions"
            ),
        ],
        title=_("Prendre connaissance"),
    )


def assign_card(row: EpisodeRow, people: Sequence[tuple[int, str, str]]) -> Component:
    options = [(NOBODY, _("personne")), *((str(id_), name) for id_, name, _email in people)]
    chosen = next((str(id_) for id_, name, _e in people if name == row.assigned_to), NOBODY)
    return card(
        [
            select_field(Ids.ASSIGNEE, _("Confier à"), options, chosen),
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
                hint=_("Plus de message d’ici là ; il revient ensuite s’il dure encore."),
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
