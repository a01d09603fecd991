"""Render the tasks: one row a kind, which can be set aside for a week and taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from dash.development.base_component import Component

from components.home.ids import aside_place, dismiss_button, restore_button, task_place
from components.home.queue import Task, TaskKind, ToDo
from components.kit import button, card, empty, html, icon, link
from core.i18n import PARIS, _, near_day, number
from data.thresholds.types import HomeEpisodes


def tasks_card(tasks: Sequence[Task], to_do: ToDo, today: date) -> Component:
    """Return what waits; each task is there twice, and one of both is hidden."""
    set_aside = to_do.set_aside
    rows = [_row(task, hidden=task.kind in set_aside) for task in tasks]
    aside = [_aside(task, set_aside.get(task.kind), today) for task in tasks]
    waiting = [task for task in tasks if task.kind not in set_aside]
    nothing = [] if waiting else [_nothing(to_do.episodes)]
    return card(
        [
            *nothing,
            html.Ul(rows, className="item-list home-tasks"),
            html.Ul(aside, className="home-asides"),
        ],
        title=_("À traiter"),
        flush=True,
        className="home-queue",
    )


def _nothing(episodes: HomeEpisodes) -> Component:
    words = _("Les données arrivent comme prévu et aucun fichier ne vous attend.")
    if episodes.thresholds and episodes.days_without is not None and not episodes.open:
        words = _("Aucun dépassement depuis {count} jours.", count=episodes.days_without)
    return empty("check2-circle", _("Rien ne vous attend"), words, heading=3)


def _row(task: Task, *, hidden: bool) -> Component:
    glyph, tone = task.look
    main = [html.Div(link(task.title, task.href), className="item-title")]
    main += [html.Div(task.note, className="item-note")] if task.note else []
    return html.Li(
        [
            html.Span(icon(glyph), className=f"item-icon item-{tone}"),
            html.Div(main, className="item-main"),
            button(act_words(task), href=task.href, small=True),
            button(
                _("Ignorer"),
                id=dismiss_button(task.kind),
                small=True,
                kind="ghost",
                title=_("Mettre de côté pendant sept jours"),
            ),
        ],
        id=task_place(task.kind),
        className="item",
        hidden=hidden,
    )


def act_words(task: Task) -> str:
    """Return `Renouveler les 4`, or the act alone for a single thing."""
    if task.count == 1:
        return task.act
    count = number(task.count)
    if task.kind in {TaskKind.REQUESTS, TaskKind.CLAIMS}:
        return _("Répondre aux {count}", count=count)
    return _("{act} les {count}", act=task.act, count=count)


def _aside(task: Task, until: datetime | None, today: date) -> Component:
    day = f" ({near_day(until.astimezone(PARIS).date(), today)})" if until else ""
    words = _("Ignoré\u00a0: {title}{day}", title=task.title, day=day)
    back = button(_("Rétablir"), id=restore_button(task.kind), small=True, kind="ghost")
    return html.Li([html.Span(words), back], id=aside_place(task.kind), hidden=until is None)
