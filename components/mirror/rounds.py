"""Render the rounds: time, duration, reads, stop reason and skipped lines."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Children,
    card,
    empty,
    html,
    label_chip,
    link,
    only_if,
    plain_item,
    progress,
)
from components.mirror.ids import Ids
from components.mirror.labels import PARTS, ROUNDS, WAYS, counts_text, duration_text, when
from components.upstream_message import quoted_sentence
from core.i18n import _, number, plural
from data.exchange.mirror.types import (
    MOVING,
    ConnectionStanding,
    FaultGroup,
    FaultRow,
    RoundRow,
    RoundState,
)

POLL_MS, REST_MS, WATCH_MS = 2000, 15_000, 60_000
_BUSY = {RoundState.WAITING, RoundState.RUNNING}


def find_open_round(rows: Sequence[RoundRow]) -> RoundRow | None:
    """Return the pending or running round, if any."""
    return next((row for row in rows if row.state in _BUSY), None)


def poll_interval_ms(found: ConnectionStanding) -> int:
    """Return the refresh interval in ms: slower with less activity.

    It never stops, because the clock and other users start rounds too.
    """
    if find_open_round(found.rounds):
        return POLL_MS
    waits = any(row.state is RoundState.PAUSED for row in found.rounds)
    leaves = found.due_count or any(found.sent.get(state) for state in MOVING)
    return REST_MS if waits or leaves else WATCH_MS


def poll(standing: ConnectionStanding) -> Component:
    return dcc.Interval(id=Ids.POLL, interval=poll_interval_ms(standing))


def round_progress(rows: Sequence[RoundRow]) -> Component:
    """Return the progress of the current round, else the time of the last one."""
    last = next(iter(rows), None)
    if last is None:
        return html.P(_("Aucune synchronisation pour l’instant"), className="progress-note")
    word = _(ROUNDS[last.state][0])
    if last.ended_at:
        last_label = _("Dernière synchronisation : {when}", when=when(last.ended_at))
        return html.P(f"{last_label}, {word.lower()}", className="progress-note")
    planned = last.counts.tasks
    total = max(planned, last.remaining_tasks) if planned else 0
    done = total - last.remaining_tasks
    note = _("{done} sur {total} lectures", done=number(done), total=number(total))
    resume_notes = [_("reprise le {when}", when=when(last.resume_at))] if last.resume_at else []
    notes = [note if total else word, *resume_notes]
    return progress(done, total, _("Synchronisation"), ", ".join(notes))


def rounds_card(inside: Component) -> Component:
    return card(
        html.Div(inside, id=Ids.ROUNDS),
        title=_("Synchronisations"),
        hint=_("chaque nuit, et à la demande"),
        flush=True,
    )


def rounds(rows: Sequence[RoundRow]) -> Component:
    if not rows:
        return empty(
            "arrow-repeat",
            _("Aucune synchronisation pour l’instant"),
            _("La première part cette nuit, ou dès que vous la demandez."),
        )
    return html.Ul([round_item(row) for row in rows], className="item-list")


def round_item(row: RoundRow) -> Component:
    begun = row.started_at or row.created_at
    title = f"{_(WAYS[row.way])} · {when(begun)}"
    took = [duration_text(row.started_at, row.ended_at)] if row.started_at and row.ended_at else []
    remaining_notes = (
        [
            plural(
                "{count} lecture reste à faire",
                "{count} lectures restent à faire",
                row.remaining_tasks,
            )
        ]
        if row.remaining_tasks and not row.ended_at
        else []
    )
    notes = [", ".join([*took, *counts_text(row.counts), *remaining_notes]), _why(row)]
    return plain_item(title, notes, [label_chip(ROUNDS[row.state])], more=_way(row))


def _why(row: RoundRow) -> Children:
    """Return what stopped a round; a superseded one has no retry."""
    if row.state is RoundState.CUT:
        return _("Une autre l’a suivie, qui reprend ce qu’elle n’a pas lu.")
    return quoted_sentence(row.problem) if row.problem else ""


def _way(row: RoundRow) -> list[Component]:
    if not row.counts.faults:
        return []
    words = _("Voir les lignes passées")
    return [link(words, f"/admin?part=connections&passage={row.id}#mirror-faults")]


def faults_card(groups: Sequence[FaultGroup], rows: Sequence[FaultRow]) -> list[Component]:
    """Return the skipped lines, by reason, then one by one; empty without any."""
    if not groups:
        return []
    total = sum(group.count for group in groups)
    words = plural("Voir la ligne", "Voir les {count} premières lignes", len(rows))
    return [
        html.Div(
            card(
                [
                    html.Ul([_group(group) for group in groups], className="item-list"),
                    html.Details(
                        [
                            html.Summary(words),
                            html.Ul([fault_item(row) for row in rows], className="item-list"),
                        ],
                        className="mirror-details",
                    ),
                ],
                title=_("Lignes passées"),
                hint=plural("{count} ligne", "{count} lignes", total),
                flush=True,
            ),
            id="mirror-faults",
        )
    ]


def _group(group: FaultGroup) -> Component:
    lines_label = plural("{count} ligne", "{count} lignes", group.count)
    of = plural("{count} PCE", "{count} PCE", group.pces)
    note = f"{_(PARTS[group.part])} · {lines_label}" + (f", {of}" if group.pces else "")
    return plain_item(group.sentence, [note])


def fault_item(row: FaultRow) -> Component:
    where = _("{part}, ligne {line}", part=_(PARTS[row.part]), line=row.line)
    title = f"{row.number} · {where}" if row.number else where
    sample = only_if(row.sample, html.Code(row.sample, className="mirror-sample"))
    return plain_item(title, [_(row.sentence, **row.params)], more=sample)
